"""Labelled rows with one or two marks each, and the interval of every mark."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sim.report import theme, words

#: px: of a line, of each further line of its label, around them.
LINE, WRAPPED, AROUND = 34, 18, 104
#: Characters of a label on a line.
WIDTH = 46


@dataclass(frozen=True, slots=True)
class Mark:
    """An estimate with its interval, what it says when pointed at, and whether it stands out."""

    middle: float
    low: float
    high: float
    told: str
    clear: bool = True


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
    percent: bool = True,
    at: float | None = None,
) -> dict[str, Any]:
    """Draw *rows* top down; shares in percent along, or factors on a log scale; a line where nothing differs.

    A mark that does not stand out is hollow. *names* are told in a legend where there are several.
    """
    middles, top = _places(rows)
    several = len(names) > 1
    along: dict[str, Any] = {"ticksuffix": f"{words.NARROW}%", "rangemode": "tozero"}
    if not percent:
        along = {"type": "log", "tickformat": "~r", "ticksuffix": "×", "nticks": 8}
    upright = {
        "tickmode": "array",
        "tickvals": middles,
        "ticktext": [words.lines(row.label, WIDTH) for row in rows],
        "showgrid": False,
        "range": [top, 0],
    }
    layout = theme.layout(
        round(top + AROUND + (28 if several else 0)),
        xaxis=theme.axis(title, **{"zeroline": False, **along}),
        yaxis=theme.axis("", **{"zeroline": False, **upright}),
    )
    layout["margin"]["t"] = 40 if several else 10
    layout["legend"] |= {"y": 1.0, "yanchor": "bottom"}
    if at is not None:
        line = {"color": theme.INK, "width": 1.5, "dash": "dot"}
        layout["shapes"] = [
            {"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper", "line": line}
        ]
    traces = [_trace(rows, middles, number, name, spread=several) for number, name in enumerate(names)]
    return {"data": traces, "layout": layout}


def _places(rows: Sequence[Row]) -> tuple[list[float], float]:
    """Return the middle of every row from the top, and where the last ends, px."""
    middles, top = [], 0.0
    for row in rows:
        height = LINE + WRAPPED * words.lines(row.label, WIDTH).count("<br>")
        middles.append(top + height / 2)
        top += height
    return middles, top


def _trace(
    rows: Sequence[Row], middles: Sequence[float], number: int, name: str, *, spread: bool
) -> dict[str, Any]:
    look = theme.look(2 * number + 1)
    held = [(y, row.marks[number]) for y, row in zip(middles, rows, strict=True) if len(row.marks) > number]
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
            "symbol": [look.symbol + ("" if mark.clear else "-open") for _, mark in held],
        },
        "text": [html.escape(mark.told, quote=False) for _, mark in held],
        "hovertemplate": "%{text}<extra></extra>",
        "showlegend": spread,
    }
