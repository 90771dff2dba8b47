"""A comparison as a page: the difference every arm makes, and when its histories part from the reference."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from sim.report import forest, markup, panels, plots, theme, words
from sim.report.markup import element, paragraph, section, text
from sim.report.plots import Figure
from sim.results import files
from sim.results.faults import explained, made

Record = dict[str, Any]

#: Height of the legend below the panel, px.
LEGEND = 60


@dataclass(frozen=True, slots=True)
class Curve:
    """Share of pairs that have parted by the end of each turn, in percent, of one arm."""

    label: str
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """What the figures show: nothing is left to work out."""

    outcomes: tuple[forest.Group, ...]
    reference: str
    dates: tuple[dt.date, ...]  # ends of turns
    curves: tuple[Curve, ...]


def summarise(told: Mapping[str, Any]) -> Compared:
    """Return what is drawn of a comparison, as `sim.analysis.comparison.compare` gives it."""
    references = dict.fromkeys(arm["against"] for arm in told["arms"] if arm["against"])
    start = dt.date.fromisoformat(told["start"][:10])
    dates = tuple(start + dt.timedelta(days=(turn + 1) * told["days"]) for turn in range(told["turns"]))
    return Compared(
        outcomes=tuple(_groups(told["outcomes"])),
        reference=next(iter(references)) if len(references) == 1 else "the first",
        dates=dates,
        curves=tuple(
            Curve(record["option"], tuple(100 * share for share in record["by_turn"]))
            for record in told["parting"]
        ),
    )


def _groups(records: list[Record]) -> Iterator[forest.Group]:
    """Yield every outcome with a line an arm."""
    for outcome, found in groupby(records, lambda record: str(record["outcome"])):
        rows = list(found)
        label = rows[0].get("label") or words.sentence(outcome.replace("_", " "))
        yield forest.Group(label, [_line(row) for row in rows])


def _line(row: Record) -> forest.Line:
    """Return one arm under one outcome, in percent and points."""
    left = [100 * row[key] for key in ("probability", "low", "high")]
    right = None
    if row["difference"] is not None:
        changes = [100 * row[key] for key in ("difference", "difference_low", "difference_high")]
        right = _span(row["option"], changes)
    return forest.Line(row["option"], _span(row["option"], left), right)


def _span(option: str, values: list[float]) -> forest.Span:
    """Return an estimate with its interval, and both in words."""
    places = words.decimals((values[2] - values[1]) / 2)
    middle, low, high = (words.number(value, places) for value in values)
    return forest.Span(values[0], values[1], values[2], f"{option}: {middle} ({low} to {high})")


def draw(compared: Compared) -> Any:
    """Draw outcomes under every arm on the left, the differences under the same luck on the right."""
    return forest.draw(compared.outcomes, compared.outcomes, compared.reference, None)


def draw_parting(compared: Compared) -> Any:
    """Draw the share of pairs that have parted, a line an arm."""
    figure = panels.grid(["Pairs of histories that have parted"], "% of pairs", compared.dates, LEGEND)
    for place, curve in enumerate(compared.curves, start=1):
        look = theme.look(place)
        figure.add_scatter(
            x=compared.dates,
            y=curve.shares,
            name=curve.label,
            mode="lines",
            line={"width": 3, "color": look.colour, "dash": look.dash},
            hovertemplate="%{x}: %{y:.1f} %<extra></extra>",
            row=1,
            col=1,
        )
    return figure


def figures(told: Mapping[str, Any]) -> Iterator[Figure]:
    """Yield the figures of a comparison."""
    compared = summarise(told)
    if compared.outcomes:
        yield Figure(
            section="outcomes",
            anchor="figure-outcomes",
            title="How often each outcome happens, and what changes",
            reading="A mark is the share of histories, the bar its 95 % interval; on the right the "
            "difference, pair by pair, under the same luck.",
            numbers=_table(told["outcomes"]),
            json=str(draw(compared).to_json()),
        )
    if compared.curves:
        yield Figure(
            section="parting",
            anchor="figure-parting",
            title="When paired histories part",
            reading="Share of pairs in which something else has been done by then, other than what an option "
            "itself orders or forbids.",
            numbers="",
            json=str(draw_parting(compared).to_json()),
        )


def _table(records: list[Record]) -> str:
    """Return the numbers behind the outcomes, folded away."""
    head = ["Outcome", "Option", "Probability", "Difference, points", "Achieved", "Attainable", "Ratio"]
    rows = (
        [
            text(row["outcome"]),
            text(row["option"]),
            text(f"{100 * row['probability']:.2f} %"),
            text("" if row["difference"] is None else f"{100 * row['difference']:+.2f}"),
            *(
                text("" if row[key] is None else f"{row[key]:.3g}")
                for key in ("achieved", "attainable", "ratio")
            ),
        ]
        for row in records
    )
    caption = "Achieved and attainable: factors by which the same luck cut, and could cut, the variance"
    return markup.details("The numbers", markup.table(caption, head, rows))


def page(told: Mapping[str, Any]) -> str:
    """Return a comparison as one self-contained HTML page."""
    drawn = list(figures(told))
    marking = element("span", text(told["marking"])) if told["marking"] else ""
    lead = (
        f"{words.count(told['replicates'])} pairs of histories under the same luck, seed {told['seed']}: "
        f"{', '.join(arm['name'] for arm in told['arms'])}."
    )
    header = element("h1", text(told["title"])) + paragraph(lead, class_="lead")
    parts = [
        element("div", marking, class_="marking top") if marking else "",
        element("header", header + paragraph(told["conditional"], class_="conditional")),
        "<main>",
        *(section(figure.section, figure.title, plots.placed(figure)) for figure in drawn),
        "</main>",
        element("div", marking, class_="marking bottom") if marking else "",
        *plots.scripts(drawn),
    ]
    return plots.document(told["title"], "\n".join(part for part in parts if part))


def write(told: Mapping[str, Any], target: Path) -> Path:
    """Write the page of a comparison to *target*, whole or not at all, and return its path."""
    made(target.parent)
    with explained(target):
        files.write_bytes(target, page(told).encode())
    return target
