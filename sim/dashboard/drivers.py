"""What goes with the outcome looked at: its share where an assumption is low and where it is high, ranked."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.dashboard import drawn
from sim.dashboard.asked import Asked
from sim.dashboard.drawn import Drawn, Row, Trace
from sim.dashboard.held import LOOKED_AT, Assumption
from sim.intervals import wilson
from sim.report import words

#: Assumptions shown; heights in px: of one, of each line of its label.
MOST, HEIGHT, LINE = 10, 22, 17


def summarise(asked: Asked) -> list[Row]:
    """Return a row for every assumption, that with the clearest contrast first, on the first side.

    Of a number the thirds of the chosen histories where it is lowest and highest are set against each other
    (equal values stay together), of stories the two in which the outcome is rarest and most frequent. At most
    the first `LOOKED_AT` histories are counted, so that no column has to be read whole.
    """
    came = asked.came(0, asked.outcome)
    if came is None:
        return []
    mask = asked.masks[0][:LOOKED_AT]
    happened = came[:LOOKED_AT][mask]
    rows = [
        row
        for assumption in asked.one.held.assumptions.values()
        if (row := _contrast(assumption, asked.one.held.first(assumption.name)[mask], happened, asked))
    ]
    return sorted(rows, key=lambda row: -row["clear"])


def _contrast(
    assumption: Assumption, values: NDArray[Any], came: NDArray[np.bool_], asked: Asked
) -> Row | None:
    """Return the outcome at both ends of an assumption; None where it has but one."""
    if assumption.stories:
        groups = {
            asked.one.held.story(assumption.name, story): came[values == place]
            for place, story in enumerate(assumption.stories)
        }
        ranked = sorted((name for name in groups if len(groups[name])), key=lambda name: groups[name].mean())
        if len(ranked) < 2:
            return None
        ends = {name: groups[name] for name in (ranked[0], ranked[-1])}
    else:
        ends = _ends(values, came)
        if not ends:
            return None
    row: dict[str, Any] = {"assumption": assumption.name, "label": assumption.label}
    for end, (name, group) in zip(("first", "second"), ends.items(), strict=True):
        bounds = wilson(int(group.sum()), len(group))
        row |= {f"{end}": name, f"{end}_share": float(group.mean()), f"{end}_n": len(group)}
        row |= {f"{end}_low": float(bounds[0]), f"{end}_high": float(bounds[1])}
    width = sum(row[f"{end}_high"] - row[f"{end}_low"] for end in ("first", "second"))
    return row | {"clear": abs(row["second_share"] - row["first_share"]) / max(width, 1e-12)}


def _ends(values: NDArray[Any], came: NDArray[np.bool_]) -> dict[str, NDArray[np.bool_]]:
    """Return where the outcome came where a number is low and where it is high, by what these are called.

    About a third of the histories each; equal values stay together, so that no history is in both.
    """
    if len(values) < 3 or values.min() == values.max():
        return {}
    low, high = np.quantile(values, [1 / 3, 2 / 3])
    below, above = values <= low, values >= high
    if low == high:  # one value holds more than a third
        below, above = (below, values > low) if (values > low).any() else (values < low, above)
    groups = (("lowest third", below), ("highest third", above))
    return {_called(name, values, among): came[among] for name, among in groups}


def _called(third: str, values: NDArray[Any], among: NDArray[np.bool_]) -> str:
    """Return what an end is called: a third where it is one, else by its values."""
    n = np.count_nonzero(among)
    low, high = values[among].min(), values[among].max()
    if low != high and abs(n / len(values) - 1 / 3) < max(0.01, 1 / len(values)):
        return third
    ends = [words.plain(float(f"{each:.4g}")) for each in (low, high)]
    return ends[0] if low == high else f"{ends[0]} to {ends[1]}"


def draw(asked: Asked) -> Drawn:
    """Draw two marks an assumption, open where it is low, filled where it is high."""
    title = f"What goes with it: {asked.one.held.label('outcomes', asked.outcome)}"
    rows = summarise(asked)
    if not rows:
        return drawn.nothing(title, drawn.too_few(asked) or _why_nothing(asked))
    shown = rows[:MOST]
    labels = [drawn.wrapped(row["label"], 20 if asked.narrow else 44) for row in shown]
    height = HEIGHT + LINE * max(label.count("<br>") + 1 for label in labels)
    made = drawn.figure(
        [_trace(shown, end) for end in ("first", "second")],
        height * len(shown) + 110,
        xaxis=drawn.percent_axis("Share of histories"),
        yaxis=drawn.axis(
            tickmode="array",
            tickvals=list(range(len(shown))),
            ticktext=labels,
            range=[len(shown) - 0.5, -0.5],
            zeroline=False,
        ),
        legend=drawn.legend(asked) | {"orientation": "v" if asked.narrow else "h"},
    )
    reading = (
        f"Under “{asked.one.label}”: its share in the thirds of the chosen histories where an assumption is "
        "lowest and highest (equal values together), or in the stories where it is rarest and most frequent, "
        "with 95 % intervals; "
        "the clearest first. What goes with it need not decide it: sim sensitivity tells shares of the "
        "variance. Click a mark to look along its assumption."
    )
    return Drawn(title, reading, made, rows)


def _why_nothing(asked: Asked) -> str:
    """Say why no assumption is shown."""
    if not asked.one.held.assumptions:
        return "Nothing is assumed."
    return "In the chosen histories every assumption is the same, or the outcome was not watched for."


def _trace(shown: list[Row], end: str) -> Trace:
    look = drawn.marker(0, 11)
    is_first = end == "first"
    told = [
        f"{row[end]}: {drawn.rate_words(row[f'{end}_share'], row[f'{end}_low'], row[f'{end}_high'])}"
        for row in shown
    ]
    return {
        "x": [100 * row[f"{end}_share"] for row in shown],
        "y": [place + (-0.12 if is_first else 0.12) for place in range(len(shown))],
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [100 * (row[f"{end}_high"] - row[f"{end}_share"]) for row in shown],
            "arrayminus": [100 * (row[f"{end}_share"] - row[f"{end}_low"]) for row in shown],
            "color": look["color"],
        },
        "mode": "markers",
        "name": "where it is low (or the story in which it is rarest)"
        if is_first
        else "where it is high (or most frequent)",
        "marker": look | {"symbol": "square-open" if is_first else "square"},
        "customdata": [row["assumption"] for row in shown],
        "text": [drawn.escaped(each) for each in told],
        "hovertemplate": "%{text}",
    }
