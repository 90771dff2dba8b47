"""A figure of the dashboard as plain data, and what all of them share: looks, percentages, escaped texts."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sim.dashboard.asked import Asked, Side
from sim.report import theme, words
from sim.report.theme import Look

Trace = dict[str, Any]
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Drawn:
    """A figure, its words, and the numbers behind it."""

    title: str
    reading: str
    figure: dict[str, Any]
    rows: Sequence[Row] = field(default_factory=tuple)


#: How the two sides are drawn: colour, marker and dash each tell them apart.
DASHES = ("solid", "dash")


def look(place: int) -> Look:
    """Return the look of a side: blue squares, vermilion diamonds."""
    return theme.look(place + 1)


def line(place: int, width: float = 2.5) -> dict[str, Any]:
    """Return the line of a side."""
    return {"color": look(place).colour, "width": width, "dash": DASHES[place]}


def marker(place: int, size: float = 10) -> dict[str, Any]:
    """Return the marker of a side."""
    return {"color": look(place).colour, "symbol": look(place).symbol, "size": size}


def escaped(text: Any) -> str:
    """Return a text as plotly shows it letter by letter."""
    return html.escape(str(text), quote=False)


def wrapped(text: str, width: int) -> str:
    """Return a text in lines of at most *width* characters, escaped; a word longer than a line is broken."""
    return words.lines(text, width)


def figure(traces: Iterable[Trace], height: float, **layout: Any) -> dict[str, Any]:
    """Return a figure in the house style."""
    return {"data": list(traces), "layout": {**_style(), "height": round(height), **layout}}


@lru_cache(1)
def _style() -> dict[str, Any]:
    """Return the house style as plain data."""
    import plotly.graph_objects as go

    made: dict[str, Any] = theme.apply(go.Figure(), 100).to_plotly_json()["layout"]
    made.pop("height")
    return made


def nothing(title: str, why: str) -> Drawn:
    """Return a figure that says why there is none."""
    told = {"text": escaped(why), "x": 0, "y": 1, "xref": "paper", "yref": "paper", "showarrow": False}
    hidden = {"visible": False}
    annotations = [told | {"xanchor": "left", "yanchor": "top", "align": "left"}]
    return Drawn(title, "", figure((), 80, xaxis=hidden, yaxis=hidden, annotations=annotations))


def axis(title: str = "", **more: Any) -> dict[str, Any]:
    """Return an axis in the house style, its title escaped."""
    return theme.axis(escaped(title), **more)


def titled(told: str, width: int, **more: Any) -> dict[str, Any]:
    """Return an axis whose title takes lines of at most *width* characters."""
    made = theme.axis(**more)
    made["title"]["text"] = wrapped(told, width)
    return made


def percent_axis(title: str, **more: Any) -> dict[str, Any]:
    """Return an axis of percentages."""
    return axis(title, ticksuffix=f"{words.NARROW}%", rangemode="tozero", **more)


def time_axis(asked: Asked, **more: Any) -> dict[str, Any]:
    """Return an axis of dates."""
    return axis(
        type="date", tickformat="%b<br>%Y", nticks=4 if asked.narrow else 8, hoverformat="%-d %B %Y", **more
    )


def dates(side: Side, turns: int) -> list[str]:
    """Return the day after each turn, by which figures over time are dated, as those of the report are."""
    return [side.held.calendar.date(turn + 1) for turn in range(turns)]


def legend(asked: Asked) -> dict[str, Any]:
    """Return a legend above the figure, a line an entry where there is little room."""
    return {
        "orientation": "v" if asked.narrow else "h",
        "x": 0,
        "xanchor": "left",
        "traceorder": "normal",
        "y": 1.0,
        "yanchor": "bottom",
        "font": {"size": theme.SMALL},
    }


def named(asked: Asked, place: int) -> str:
    """Return the label of a side for a legend."""
    return wrapped(asked.sides[place].label, 36 if asked.narrow else 60)


def rate_words(share: float, low: float, high: float) -> str:
    """Spell a share with its interval as percentages."""
    places = words.decimals(50 * (high - low))
    told = (words.number(100 * each, places) for each in (low, high))
    return f"{words.percent(100 * share, places)} ({'–'.join(told)})"


def change_words(found: Row) -> str:
    """Spell a difference in percentage points with its interval."""
    low, high = found["difference_low"], found["difference_high"]
    places = words.decimals(50 * (high - low))
    middle, *ends = (words.signed(100 * each, places) for each in (found["difference"], low, high))
    return f"{middle} ({' to '.join(ends)})"


def conditional(asked: Asked) -> str:
    """Say of how many histories a figure speaks."""
    told = []
    for side, n, there in zip(asked.sides, asked.chosen, asked.there, strict=True):
        if asked.brush:
            told.append(f"{n:,} chosen of {there:,}")
        else:
            told.append(f"all {n:,}" if n == side.held.rows else f"the first {n:,} of {side.held.rows:,}")
    return " and ".join(dict.fromkeys(told)) + " histories"


def too_few(asked: Asked) -> str:
    """Say why nothing can be set against each other: no history is chosen, or but one."""
    n = asked.chosen[0]
    return "No history is chosen." if not n else "One history: nothing to compare." if n == 1 else ""
