"""How the outcome looked at goes with one assumption: its share by tenths of a number, or by story."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.dashboard import drawn
from sim.dashboard.asked import Asked
from sim.dashboard.controls import spelled
from sim.dashboard.drawn import Drawn, Row, Trace
from sim.intervals import wilson
from sim.report import words

#: Groups of equal count a number is split into, and fewest histories of one.
GROUPS, FEWEST = 10, 20


@dataclass(frozen=True)
class Split:
    """Histories by an assumption: the group of each, where the groups stand, what they are called."""

    of: NDArray[Any]
    at: list[Any]
    names: list[str]


def split(asked: Asked, place: int) -> Split | None:
    """Return the chosen histories of a side by the assumption looked along; None where it is not there."""
    held = asked.sides[place].held
    first = asked.one.held.assumptions.get(asked.along)
    assumption = held.assumptions.get(asked.along)
    if assumption is None or first is None or bool(assumption.stories) != bool(first.stories):
        return None  # not assumed there, or as something else
    if not asked.chosen[place]:
        return None
    values = held.drawn(asked.along)[asked.masks[place]]
    if assumption.stories:
        told = [held.story(asked.along, story) for story in assumption.stories]
        return Split(values, [drawn.wrapped(each, 16 if asked.narrow else 30) for each in told], told)
    if held.levels(asked.along):
        return _by_value(values)
    return _by_tenths(values)


def _by_value(values: NDArray[Any]) -> Split:
    """Return a group for each value."""
    few = np.unique(values)
    return Split(
        np.searchsorted(few, values),
        [float(each) for each in few],
        [words.plain(float(v)) for v in few],
    )


def _by_tenths(values: NDArray[Any]) -> Split:
    """Return groups of about equal count; equal values are never parted."""
    groups = max(1, min(GROUPS, len(values) // FEWEST))
    edges = _edges(values, groups).astype(values.dtype)  # compared as they are, without a copy
    edges = edges[edges < values.max()]
    of = np.zeros(len(values), np.int8)
    for edge in edges:  # a few passes over the column are far quicker than a search for each value
        of += values > edge
    counts = np.bincount(of, minlength=len(edges) + 1)
    middles = np.bincount(of, values, minlength=len(edges) + 1) / np.maximum(counts, 1)
    ends = [float(values.min()), *map(float, edges), float(values.max())]
    reach = ends[-1] - ends[0]
    names = [_between(*pair, reach, is_first=not place) for place, pair in enumerate(pairwise(ends))]
    return Split(of, [float(each) for each in middles], names)


def _between(low: float, high: float, reach: float, *, is_first: bool) -> str:
    """Say which values a group holds: the lower end belongs to the group before."""
    if low == high:
        return words.plain(low)
    return f"{'' if is_first else 'above '}{spelled(low, reach)} to {spelled(high, reach)}"


def _edges(values: NDArray[Any], groups: int) -> NDArray[np.float64]:
    """Return the edges between groups of about equal count, from at most 100,000 of the values."""
    thinned = values[:: max(1, len(values) // 100_000)].astype(np.float64)
    return np.unique(np.quantile(thinned, np.linspace(0, 1, groups + 1)[1:-1]))


def summarise(asked: Asked) -> list[Row]:
    """Return a row for every side and group."""
    rows: list[Row] = []
    groups: Split | None = None
    for place, side in enumerate(asked.sides):
        is_same = place and side.held is asked.one.held  # the same draws and the same histories of them
        groups = groups if is_same else split(asked, place)
        came = asked.came(place, asked.outcome)
        if groups is None or came is None:
            continue
        n = np.bincount(groups.of, minlength=len(groups.at))
        times = np.bincount(groups.of[came[asked.masks[place]]], minlength=len(groups.at))
        low, high = wilson(times, n)
        rows += [
            {
                "option": side.label,
                "side": place,
                "at": groups.at[g],
                "group": groups.names[g],
                "share": times[g] / n[g],
                "low": float(low[g]),
                "high": float(high[g]),
                "n": int(n[g]),
            }
            for g in np.flatnonzero(n)
        ]
    return rows


def draw(asked: Asked) -> Drawn:
    """Draw the share of every group with its interval, a line a side where the assumption is a number."""
    held = asked.one.held
    assumption = held.assumptions.get(asked.along)
    along_what = assumption.label if assumption else "an assumption"
    title = f"{held.label('outcomes', asked.outcome)}, by what was assumed: {along_what}"
    rows = summarise(asked)
    if not rows or assumption is None:
        return drawn.nothing(title, drawn.too_few(asked) or "Nothing is assumed.")
    is_number = not assumption.stories
    traces = [_trace(asked, place, rows, is_number=is_number) for place in range(len(asked.sides))]
    told = f"{assumption.label}, {assumption.unit}" if assumption.unit else assumption.label
    along: dict[str, Any] = {} if is_number else {"type": "category"}
    made = drawn.figure(
        traces,
        360,
        xaxis=drawn.titled(told, 32 if asked.narrow else 90, **along),
        yaxis=drawn.percent_axis("" if asked.narrow else "Share of histories"),
        legend=drawn.legend(asked),
    )
    reading = f"Its share along “{assumption.label}”, by {_kind(asked, rows)}; bars are 95 % intervals."
    if left := [
        side.label for place, side in enumerate(asked.sides) if all(r["side"] != place for r in rows)
    ]:
        reading += f" Not “{left[0]}”: no history of it is chosen, or it was not assumed there as the same."
    return Drawn(title, reading, made, rows)


def _kind(asked: Asked, rows: list[Row]) -> str:
    """Say what the groups are."""
    if len(rows) == 1 and rows[0]["n"] == 1:
        return "one history: nothing to compare"
    if asked.one.held.assumptions[asked.along].stories:
        return "stories"
    if asked.one.held.levels(asked.along):
        return "its values"
    count = sum(row["side"] == rows[0]["side"] for row in rows)
    return f"{count} groups of about equal count of the chosen histories, from low to high"


def _trace(asked: Asked, place: int, rows: list[Row], *, is_number: bool) -> Trace:
    mine = [row for row in rows if row["side"] == place]
    return {
        "x": [row["at"] for row in mine],
        "y": [100 * row["share"] for row in mine],
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [100 * (row["high"] - row["share"]) for row in mine],
            "arrayminus": [100 * (row["share"] - row["low"]) for row in mine],
            "color": drawn.look(place).colour,
        },
        "name": drawn.named(asked, place),
        "mode": "lines+markers" if is_number else "markers",
        "line": drawn.line(place, 1.5),
        "marker": drawn.marker(place),
        "text": [drawn.escaped(f"{row['group']}: n {row['n']:,}") for row in mine],
        "hovertemplate": "%{text}<br>%{y:.1f} %",
    }
