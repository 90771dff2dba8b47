"""Every figure of a study's page, in order, with its words and the numbers behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sim.report import causes, flows, ladder, narrow, outcomes, panels, tables, tallies
from sim.report.material import Material
from sim.report.plots import Figure
from sim.report.tallies import Tally


def every(material: Material) -> Iterator[Figure]:
    """Yield the figures of a study."""
    counts = tallies.split(material.series())
    yield from _outcomes(material)
    yield from _ladders(material, counts)
    yield from _flows(material, counts)
    yield from causes.every(material)


def called(drawn: Sequence[Figure]) -> dict[str, Figure]:
    """Return figures by what Python calls them, and the first of several by what those have in common.

    A name is ``KIND:OF:WHAT``, as ``pathways:clash:chains``; ``pathways:clash`` and ``pathways`` are the
    first whose name begins so. Anchors and sections are names too.
    """
    found: dict[str, Figure] = {}
    for figure in drawn:
        anchor = figure.anchor.removeprefix("figure-")
        parts = figure.name.split(":")
        starts = [":".join(parts[:end]) for end in range(len(parts) - 1, 0, -1)]
        for name in (figure.section, anchor.partition("-")[0], *starts):
            found.setdefault(name, figure)
    for figure in drawn:
        found[figure.anchor.removeprefix("figure-")] = found[figure.name or figure.section] = figure
    return found


def _outcomes(material: Material) -> Iterator[Figure]:
    record = outcomes.summarise(material)
    compared = ""
    if len(record.options) > 1:
        compared = " On the right, the difference an option makes, under the same luck."
    numbers = tables.to_estimates()
    common = outcomes.parts(record.common()) if record.common() else []
    rare = outcomes.parts(record.rare()) if record.rare() else []
    for number, part in enumerate(common):
        drawn = outcomes.draw(record, part)
        yield Figure(
            section="outcomes",
            anchor=f"figure-outcomes-{number}",
            name=f"outcomes:{number + 1}",
            title="How often each outcome happens" + _of(number, common),
            reading=f"A mark is the share of histories, the bar its 95 % interval.{compared}",
            numbers=numbers,
            json=_json(drawn),
            narrow=narrow.listed(drawn),
        )
    for number, part in enumerate(rare):
        drawn = outcomes.draw_rare(record, part)
        yield Figure(
            section="outcomes",
            anchor=f"figure-rare-{number}",
            name=f"rare:{number + 1}",
            title=f"Rare outcomes: in fewer than {outcomes.RARE:g} % of histories under every option"
            + _of(number, rare),
            reading="Each step along the scale is ten times as often. A dotted bar with an open mark: "
            f"it never happened, and the mark is the most that allows.{compared}",
            numbers=numbers,
            json=_json(drawn),
            narrow=narrow.listed(drawn),
        )


def _of(number: int, parts: Sequence[object]) -> str:
    """Say which part of a figure this is, where it has several."""
    return f" ({number + 1} of {len(parts)})" if len(parts) > 1 else ""


def _ladders(material: Material, counts: Mapping[tuple[str, str], Tally]) -> Iterator[Figure]:
    for number, theatre in enumerate(ladder.theatres(material, counts)):
        record = ladder.summarise(material, counts, theatre)
        drawn = ladder.draw(record)
        yield Figure(
            section="ladder",
            anchor=f"figure-ladder-{number}",
            name=f"ladder:{theatre.name}",
            title=f"{theatre.label}: rungs of the ladder",
            reading="Share of histories at each rung, the highest at the bottom: the upper edge of a colour "
            "is the share at that rung or above."
            + panels.alike(record.apart[1], f"Within {ladder.LEAST:g} point of the reference throughout"),
            numbers=tables.ladder_table(record),
            json=_json(drawn),
            narrow=narrow.stacked(drawn),
        )


def _flows(material: Material, counts: Mapping[tuple[str, str], Tally]) -> Iterator[Figure]:
    histories = material.histories()
    for number, path in enumerate(flows.watched(counts)):
        record = flows.summarise(material, counts, path, histories)
        drawn = flows.draw(record)
        band = "Line: half of the histories lie above it. Band: four in five lie within it (10th to 90th "
        band += "percentile)."
        dotted = " Dotted: the middle under the reference." if len(record.apart[0]) > 1 else ""
        yield Figure(
            section="flows",
            anchor=f"figure-flow-{number}",
            name=f"flows:{path}",
            title=f"{record.title} ({record.unit})" if record.unit else record.title,
            reading=(band if material.replicates > 1 else "The one history that was run.")
            + dotted
            + panels.alike(record.apart[1], "To the eye as the reference throughout"),
            numbers=tables.flow_table(record),
            json=_json(drawn),
            narrow=narrow.stacked(drawn),
        )


def _json(figure: Any) -> str:
    return str(figure.to_json())
