"""Every figure of a study's page, in order, with its words and the numbers behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sim.report import causes, flows, ladder, narrow, outcomes, tables, tallies
from sim.report.material import Material, Named
from sim.report.plots import Figure
from sim.report.tallies import Tally


def every(material: Material) -> Iterator[Figure]:
    """Yield the figures of a study."""
    counts = tallies.split(material.series())
    yield from _outcomes(material)
    yield from _ladders(material, counts)
    yield from _flows(material, counts)
    yield from causes.every(material)


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
            title=f"{theatre.label}: rungs of the ladder",
            reading="Share of histories at each rung, the highest at the bottom: the upper edge of a colour "
            "is the share at that rung or above."
            + _alike(record.apart[1], f"Within {ladder.LEAST:g} point of the reference throughout"),
            numbers=tables.ladder_table(record),
            json=_json(drawn),
            narrow=narrow.stacked(drawn),
        )


def _flows(material: Material, counts: Mapping[tuple[str, str], Tally]) -> Iterator[Figure]:
    for number, path in enumerate(flows.watched(counts)):
        record = flows.summarise(material, counts, path)
        drawn = flows.draw(record)
        dotted = " Dotted: the middle under the reference." if len(record.apart[0]) > 1 else ""
        yield Figure(
            section="flows",
            anchor=f"figure-flow-{number}",
            title=f"{record.title} ({record.unit})" if record.unit else record.title,
            reading="Line: half of the histories lie above it. Band: four in five lie within it "
            f"(10th to 90th percentile).{dotted}"
            + _alike(record.apart[1], "To the eye as the reference throughout"),
            numbers=tables.flow_table(record),
            json=_json(drawn),
            narrow=narrow.stacked(drawn),
        )


def _alike(options: Sequence[Named], how: str) -> str:
    """Say which options have no panel of their own, since they say the same as the reference."""
    if not options:
        return ""
    named = "; ".join(f"“{option.label}”" for option in options)
    return f" {how}, and not drawn: {named}."


def _json(figure: Any) -> str:
    return str(figure.to_json())
