"""Single histories as points: an assumption along, a quantity up, filled where the outcome came."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.dashboard import drawn
from sim.dashboard.asked import Asked
from sim.dashboard.drawn import Drawn, Row, Trace

#: Most histories drawn of a side, spread evenly over those chosen.
MOST = 400


def thinned(places: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    """Return at most *most* of some places, spread evenly."""
    if len(places) <= most:
        return places
    kept: NDArray[np.intp] = places[np.linspace(0, len(places) - 1, most).astype(np.intp)]
    return kept


def draw(asked: Asked) -> Drawn:
    """Draw a point a history; its number and side travel with it, so that a click opens it."""
    held = asked.one.held
    assumption, title = held.assumptions.get(asked.along), "Histories one by one"
    name, unit = held.quantity(asked.quantity) if asked.quantity else ("", "")
    if assumption is None or not asked.quantity or not asked.chosen[0]:
        return drawn.nothing(title, "No history is chosen.")
    traces: list[Trace] = []
    rows: list[Row] = []
    for place in range(len(asked.sides)):
        for came in (False, True):
            found = _points(asked, place, came=came)
            rows += found
            traces.append(_trace(asked, place, found, came=came))
    label = held.label("outcomes", asked.outcome)
    told = f"{assumption.label}, {assumption.unit}" if assumption.unit else assumption.label
    up = f"{name}, {unit}" if unit else name
    made = drawn.figure(
        traces,
        440,
        xaxis=drawn.titled(told, 32 if asked.narrow else 90, zeroline=False, **_stories(asked)),
        yaxis=drawn.titled(up, 44, zeroline=False),
        legend=drawn.legend(asked) | {"orientation": "v" if asked.narrow else "h"},
        hovermode="closest",
    )
    reading = (
        f"Filled where it came: {label}. At most {MOST} histories of an option are drawn, spread over "
        f"{drawn.conditional(asked)}. Click one to read it; the list below has buttons."
    )
    return Drawn(title, reading, made, rows)


def _stories(asked: Asked) -> dict[str, Any]:
    """Return ticks for the stories of an assumption that is no number."""
    held = asked.one.held
    stories = held.assumptions[asked.along].stories
    if not stories:
        return {}
    width = 16 if asked.narrow else 30
    told = [drawn.wrapped(held.story(asked.along, story), width) for story in stories]
    return {"tickmode": "array", "tickvals": list(range(len(stories))), "ticktext": told}


def _points(asked: Asked, place: int, *, came: bool) -> list[Row]:
    side = asked.sides[place]
    happened, ends = asked.came(place, asked.outcome), f"q:{asked.quantity}"
    mine, first = (each.held.assumptions.get(asked.along) for each in (side, asked.one))
    if happened is None or ends not in side.held.names or mine is None or first is None:
        return []
    if mine.stories != first.stories:  # other stories, or no number there: it has no place on the axis
        return []
    shown = thinned(np.flatnonzero(asked.masks[place]), MOST)
    shown = shown[happened[shown] == came]
    drawn_ = side.held.drawn(asked.along)[shown]
    if side.held.assumptions[asked.along].stories:  # spread within the story, by the number of the history
        drawn_ = drawn_ + ((shown * 0.618034) % 1 - 0.5) * 0.7
    up = side.held.under(ends, side.option)[shown]
    return [
        {"option": side.label, "replicate": int(r), "came": came, "x": float(x), "y": float(y)}
        for r, x, y in zip(shown, drawn_, up, strict=True)
    ]


def _trace(asked: Asked, place: int, found: list[Row], *, came: bool) -> Trace:
    look = drawn.marker(place, 8)
    symbol = look["symbol"] if came else f"{look['symbol']}-open"
    label = "it came" if came else "it did not"
    return {
        "x": [row["x"] for row in found],
        "y": [row["y"] for row in found],
        "mode": "markers",
        "name": f"{drawn.named(asked, place)}: {label}",
        "marker": look | {"symbol": symbol, "opacity": 0.85 if came else 0.55},
        "customdata": [[place, row["replicate"]] for row in found],
        "hovertemplate": "history %{customdata[1]}<br>%{x:.3g}, %{y:.3g}",
    }
