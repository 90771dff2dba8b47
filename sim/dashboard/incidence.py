"""When the outcome looked at comes: the share of chosen histories in which it had, turn by turn."""

from __future__ import annotations

from sim.analysis import times
from sim.dashboard import drawn
from sim.dashboard.asked import Asked
from sim.dashboard.drawn import Drawn, Row, Trace


def draw(asked: Asked) -> Drawn:
    """Draw a line and the band of its interval for each side."""
    label = asked.one.held.label("outcomes", asked.outcome)
    title = f"When it comes: {label}"
    traces: list[Trace] = []
    rows: list[Row] = []
    for place, side in enumerate(asked.sides):
        when = asked.values(place, f"t:{asked.outcome}")
        if when is None or not len(when):
            continue
        turns = side.held.manifest.turns
        found = times.incidence(when, turns, side.held.calendar)
        dates = drawn.dates(side, turns)
        rows += [{"option": side.label, **row, "date": date} for row, date in zip(found, dates, strict=True)]
        traces += _band(asked, place, found, dates)
    if not traces:
        return drawn.nothing(title, "No history is chosen, or the study keeps no dates of it.")
    made = drawn.figure(
        traces,
        360,
        xaxis=drawn.time_axis(asked),
        yaxis=drawn.percent_axis("Share of histories" if not asked.narrow else ""),
        legend=drawn.legend(asked),
        hovermode="x unified",
    )
    reading = (
        f"Share of {drawn.conditional(asked)} in which it had come by then; the band is the 95 % interval "
        "at each date by itself."
    )
    return Drawn(title, reading, made, rows)


def _band(asked: Asked, place: int, found: list[dict[str, float]], dates: list[str]) -> list[Trace]:
    at = {key: [100 * row[key] for row in found] for key in ("low", "incidence", "high")}
    edge = {"x": dates, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    return [
        edge | {"y": at["high"]},
        edge | {"y": at["low"], "fill": "tonexty", "fillcolor": drawn.look(place).band},
        {
            "x": dates,
            "y": at["incidence"],
            "name": drawn.named(asked, place),
            "mode": "lines",
            "line": drawn.line(place),
            "hovertemplate": "%{y:.2f} %",
        },
    ]
