"""A comparison as a page: the difference every arm makes, and when its histories part from the reference."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from sim.errors import UsageError
from sim.report import experiment, forest, markup, narrow, panels, plots, theme, words
from sim.report.markup import element, paragraph, section, text
from sim.report.plots import Figure
from sim.results import files
from sim.results.faults import made

Record = dict[str, Any]

#: Sections of the page.
TITLES = {"outcomes": "Outcomes", "parting": "When histories part"}

#: Height of the legend below the panel, px.
LEGEND = 60

#: Marks of every line in the figure of when histories part, about.
MARKS = 6

#: Outcomes a figure of the page holds: its axes stay in sight.
PART = 4


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
    labels = _labels(told)
    references = dict.fromkeys(arm["against"] for arm in told["arms"] if arm["against"])
    start = dt.date.fromisoformat(told["start"][:10])
    dates = tuple(start + dt.timedelta(days=(turn + 1) * told["days"]) for turn in range(told["turns"]))
    return Compared(
        outcomes=tuple(_groups(told["outcomes"], labels)),
        reference=labels[next(iter(references))] if len(references) == 1 else "the first",
        dates=dates,
        curves=tuple(
            Curve(labels[record["option"]], tuple(100 * share for share in record["by_turn"]))
            for record in told["parting"]
        ),
    )


def _labels(told: Mapping[str, Any]) -> dict[str, str]:
    """Return what every arm is called, by its name."""
    return {arm["name"]: words.isolated(words.sentence(arm["label"])) for arm in told["arms"]}


def _groups(records: list[Record], labels: Mapping[str, str]) -> Iterator[forest.Group]:
    """Yield every outcome with a line an arm."""
    for outcome, found in groupby(records, lambda record: str(record["outcome"])):
        rows = list(found)
        label = rows[0].get("label") or outcome.replace("_", " ")
        yield forest.Group(words.sentence(label), [_line(row, labels[row["option"]]) for row in rows])


def _line(row: Record, option: str) -> forest.Line:
    """Return one arm under one outcome, in percent and points."""
    left = [100 * row[key] for key in ("probability", "low", "high")]
    right = None
    if row["difference"] is not None:
        changes = [100 * row[key] for key in ("difference", "difference_low", "difference_high")]
        right = _span(option, changes)
    return forest.Line(option, _span(option, left), right)


def _span(option: str, values: list[float]) -> forest.Span:
    """Return an estimate with its interval, and both in words."""
    places = words.decimals((values[2] - values[1]) / 2)
    middle, low, high = (words.number(value, places) for value in values)
    return forest.Span(values[0], values[1], values[2], f"{option}: {middle} ({low} to {high})")


def draw(compared: Compared, shown: slice = slice(None)) -> Any:
    """Draw outcomes under every arm on the left, the differences under the same luck on the right."""
    return forest.draw(compared.outcomes, compared.outcomes[shown], compared.reference, None)


def draw_parting(compared: Compared) -> Any:
    """Draw the share of pairs that have parted, a line an arm; where lines coincide their marks alternate."""
    figure = panels.grid(["Pairs of histories that have parted"], "% of pairs", compared.dates, LEGEND)
    apart = max(1, len(compared.dates) // (MARKS * len(compared.curves)))
    for place, curve in enumerate(compared.curves, start=1):
        look = theme.look(place)
        mine = [
            turn % (apart * len(compared.curves)) == apart * (place - 1) for turn in range(len(curve.shares))
        ]
        figure.add_scatter(
            x=compared.dates,
            y=curve.shares,
            name=curve.label,
            mode="lines+markers",
            line={"width": 2, "color": look.colour, "dash": theme.DASHES[place % len(theme.DASHES)]},
            marker={
                "symbol": look.symbol,
                "color": look.colour,
                "opacity": 1,
                "size": [11 * m for m in mine],
            },
            hovertemplate="%{x}: %{y:.1f} %<extra></extra>",
            row=1,
            col=1,
        )
    return figure


def figures(told: Mapping[str, Any], most: int | None = None) -> Iterator[Figure]:
    """Yield the figures of a comparison, with no more than *most* outcomes in each."""
    compared, labels = summarise(told), _labels(told)
    count = len(compared.outcomes)
    for first in range(0, count, most or max(count, 1)):
        part = slice(first, min(first + (most or count), count))
        of = f" ({part.start + 1} to {part.stop} of {count})" if part != slice(0, count) else ""
        drawn = draw(compared, part)
        yield Figure(
            section="outcomes",
            anchor=f"figure-outcomes-{first}" if of else "figure-outcomes",
            title=f"How often each outcome happens, and what changes{of}",
            reading="A mark is the share of histories, the bar its 95 % interval; on the right the "
            "difference, pair by pair, under the same luck.",
            numbers=_table(told["outcomes"], labels) if part.stop == count else "",
            json=str(drawn.to_json()),
            narrow=narrow.listed(drawn),
        )
    if compared.curves:
        parted = draw_parting(compared)
        yield Figure(
            section="parting",
            anchor="figure-parting",
            title="When paired histories part",
            reading="Share of pairs in which something else has been done by then, other than what an option "
            "itself orders or forbids. Where lines lie on each other, their marks alternate.",
            numbers="",
            json=str(parted.to_json()),
            narrow=narrow.stacked(parted),
        )


def _table(records: list[Record], labels: Mapping[str, str]) -> str:
    """Return the numbers behind the outcomes, folded away."""
    head = ["Outcome", "Option", "Probability", "Difference, points", "Achieved", "Attainable", "Ratio"]
    rows = (
        [
            experiment.heading(words.sentence(row.get("label") or row["outcome"]), row["outcome"]),
            experiment.heading(labels[row["option"]], row["option"]),
            text(f"{100 * row['probability']:.2f} %"),
            text("" if row["difference"] is None else f"{100 * row['difference']:+.2f}"),
            *(
                text("" if row[key] is None else f"{row[key]:.3g}")
                for key in ("achieved", "attainable", "ratio")
            ),
        ]
        for row in records
    )
    caption = (
        "Probability: share of histories. Difference: to the reference, pair by pair, in percentage points. "
        "Achieved: factor by which the same luck cut the variance of the difference; attainable: by which "
        "the best coupling of the two options could; ratio: the part of that which is achieved."
    )
    return markup.details("The numbers", markup.table(caption, head, rows))


def page(told: Mapping[str, Any]) -> str:
    """Return a comparison as one self-contained HTML page."""
    drawn = list(figures(told, PART))
    sections = {
        name: [f for f in drawn if f.section == name] for name in dict.fromkeys(f.section for f in drawn)
    }
    lead = (
        f"{words.count(told['replicates'])} pairs of histories under the same luck, seed {told['seed']}: "
        f"{', '.join(f'“{label}”' for label in _labels(told).values())}."
    )
    header = element("h1", text(told["title"])) + paragraph(lead, class_="lead")
    parts = [
        element("header", header + paragraph(told["conditional"], class_="conditional")),
        "<main>",
        *(section(name, TITLES[name], *map(plots.placed, mine)) for name, mine in sections.items()),
        "</main>",
        *plots.scripts(drawn),
    ]
    origin = plots.Origin("comparison", marking=str(told["marking"] or ""))
    return plots.document(told["title"], "\n".join(part for part in parts if part), origin=origin)


def write(told: Mapping[str, Any], target: Path) -> Path:
    """Write the page of a comparison to *target*, whole or not at all, and return its path."""
    if target.is_dir():
        raise UsageError.one(str(target), "is a folder, not a file", "name a file, as page.html")
    made(target.parent)
    try:
        files.write_bytes(target, page(told).encode())
    except OSError as fault:
        told_why = f"cannot be written: {(fault.strerror or str(fault)).lower()}"
        raise UsageError.one(str(target), told_why, "name a file in another folder") from None
    return target
