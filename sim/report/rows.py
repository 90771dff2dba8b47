"""Labelled rows with one or two marks each, and the interval of every mark."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from sim.report import theme, words

#: px: of a line, of each further line of its label, around them.
LINE, WRAPPED, AROUND = 34, 18, 104
#: Lines of a label: a chain of deeds takes several.
MOST = 9
#: Factors told along a log axis.
FACTORS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100)
#: Characters of a label on a line.
WIDTH = 46


#: Lowest and highest value an axis shows; None where it shows all.
Reach = tuple[float, float] | None


class Along(Enum):
    """What is told along the axis."""

    PERCENT = auto()  # shares in percent, from 0
    FACTORS = auto()  # on a log scale
    PLAIN = auto()  # quantities in a unit of their own


@dataclass(frozen=True, slots=True)
class Mark:
    """An estimate with its interval, what it says when pointed at, and whether it stands out."""

    middle: float
    low: float
    high: float
    told: str
    clear: bool = True
    beyond: bool = False  # it lies outside of the axis, at whose end it is drawn as an arrow


@dataclass(frozen=True, slots=True)
class Row:
    """A label and its marks, in the order of the names of the marks."""

    label: str
    marks: tuple[Mark, ...]


def draw(
    rows: Sequence[Row],
    names: Sequence[str],
    title: str,
    *,
    along: Along = Along.PERCENT,
    at: float | None = None,
) -> dict[str, Any]:
    """Draw *rows* top down, and a dotted line at a value that marks are to be held against.

    A mark that does not stand out is hollow. *names* are told in a legend where there are several.
    """
    middles, top = _places(rows)
    several = len(names) > 1
    across = _across(rows, along)
    upright = {
        "tickmode": "array",
        "tickvals": middles,
        "ticktext": [words.lines(row.label, WIDTH, MOST) for row in rows],
        "showgrid": False,
        "range": [top, 0],
    }
    layout = theme.layout(
        round(top + AROUND + (28 if several else 0)),
        xaxis=theme.axis(title, **{"zeroline": False, **across}),
        yaxis=theme.axis("", **{"zeroline": False, **upright}),
    )
    layout["margin"]["t"] = 40 if several else 10
    layout["legend"] |= {"y": 1.0, "yanchor": "bottom"}
    if at is not None:
        line = {"color": theme.INK, "width": 1.5, "dash": "dot"}
        layout["shapes"] = [
            {"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper", "line": line}
        ]
    reach = (10 ** across["range"][0], 10 ** across["range"][1]) if along is Along.FACTORS else None
    traces = [
        _trace(rows, middles, number, name, spread=several, reach=reach) for number, name in enumerate(names)
    ]
    return {"data": traces, "layout": layout}


def _across(rows: Sequence[Row], along: Along) -> dict[str, Any]:
    """Return what makes the axis along which marks lie."""
    if along is Along.FACTORS:
        return _factors(rows)
    if along is Along.PLAIN:
        return {"rangemode": "normal", "nticks": 7}
    return {"ticksuffix": f"{words.NARROW}%", "rangemode": "tozero"}


def _factors(rows: Sequence[Row]) -> dict[str, Any]:
    """Return a log axis of factors, from what is drawn but never beyond a hundred times more or less."""
    marks = [mark for row in rows for mark in row.marks]
    low = max(min([0.5, *(mark.low * 0.9 for mark in marks)]), min(mark.middle * 0.8 for mark in marks), 0.01)
    low = min(low, 0.5)
    high = max(min(max([2, *(mark.high * 1.1 for mark in marks)]), 100), 2)
    ticks = [tick for tick in FACTORS if low <= tick <= high]
    return {
        "type": "log",
        "range": [math.log10(low), math.log10(1.1 * high)],
        "tickmode": "array",
        "tickvals": ticks,
        "ticktext": [f"{tick:g}×" for tick in ticks],
    }


def _within(mark: Mark, reach: tuple[float, float]) -> Mark:
    """Return a mark no part of which lies beyond the axis: what does is told when it is pointed at."""
    low, high = reach
    middle, below, above = (min(max(value, low), high) for value in (mark.middle, mark.low, mark.high))
    return Mark(middle, below, above, mark.told, mark.clear, mark.middle > high)


def _symbol(usual: str, mark: Mark) -> str:
    """Return the symbol of a mark: an arrow where it lies beyond the axis, hollow where it is not clear."""
    return ("triangle-right" if mark.beyond else usual) + ("" if mark.clear else "-open")


def _places(rows: Sequence[Row]) -> tuple[list[float], float]:
    """Return the middle of every row from the top, and where the last ends, px."""
    middles, top = [], 0.0
    for row in rows:
        height = LINE + WRAPPED * words.lines(row.label, WIDTH, MOST).count("<br>")
        middles.append(top + height / 2)
        top += height
    return middles, top


def _trace(
    rows: Sequence[Row], middles: Sequence[float], number: int, name: str, *, spread: bool, reach: Reach
) -> dict[str, Any]:
    look = theme.look(2 * number + 1)
    held = [(y, row.marks[number]) for y, row in zip(middles, rows, strict=True) if len(row.marks) > number]
    if reach:
        held = [(y, _within(mark, reach)) for y, mark in held]
    shift = 6 * (2 * number - 1) if spread else 0
    return {
        "type": "scatter",
        "mode": "markers",
        "name": html.escape(name, quote=False),
        "x": [mark.middle for _, mark in held],
        "y": [y + shift for y, _ in held],
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [mark.high - mark.middle for _, mark in held],
            "arrayminus": [mark.middle - mark.low for _, mark in held],
            "thickness": 2.5,
            "width": 0,
            "color": look.colour,
        },
        "marker": {
            "color": look.colour,
            "size": 11,
            "line": {"width": 2, "color": look.colour},
            "symbol": [_symbol(look.symbol, mark) for _, mark in held],
        },
        "text": [html.escape(mark.told, quote=False) for _, mark in held],
        "hovertemplate": "%{text}<extra></extra>",
        "showlegend": spread,
        "cliponaxis": False,
    }
