"""A watched quantity: over time in all histories, at the end in the chosen ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.rates import mean, mean_difference
from sim.dashboard import drawn
from sim.dashboard.asked import Asked
from sim.dashboard.drawn import Drawn, Row, Trace
from sim.report.flows import LEVELS

#: Bars of the distribution at the end: few where a bar would hold few histories.
FEWEST, BARS = 12, 48


def over_time(asked: Asked) -> Drawn:
    """Draw the middle of the histories and the band four in five lie in, for each side."""
    name, unit = asked.one.held.quantity(asked.quantity)
    title = f"{name}: over time"
    traces: list[Trace] = []
    rows: list[Row] = []
    for place, side in enumerate(asked.sides):
        tally = side.held.tally(asked.quantity).get(side.option)
        if tally is None:
            continue
        band = tally.quantiles(LEVELS)
        dates = drawn.dates(side, len(band))
        rows += [
            {"option": side.label, "date": date, "p10": p10, "p50": p50, "p90": p90}
            for date, (p10, p50, p90) in zip(dates, band.tolist(), strict=True)
        ]
        traces += _band(asked, place, dates, band)
    if not traces:
        return drawn.nothing(title, "The study keeps no counts of it over time.")
    made = drawn.figure(
        traces,
        360,
        xaxis=drawn.time_axis(asked),
        yaxis=drawn.axis(unit),
        legend=drawn.legend(asked),
        hovermode="x unified",
    )
    reading = "Line: half of the histories lie above it. Band: four in five lie within it."
    if asked.brush:
        reading += " Of all histories of an option, whatever is chosen of the assumptions."
    return Drawn(title, reading, made, rows)


def _band(asked: Asked, place: int, dates: list[str], band: NDArray[Any]) -> list[Trace]:
    edge = {"x": dates, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    return [
        edge | {"y": band[:, 2]},
        edge | {"y": band[:, 0], "fill": "tonexty", "fillcolor": drawn.look(place).band},
        {
            "x": dates,
            "y": band[:, 1],
            "name": drawn.named(asked, place),
            "mode": "lines",
            "line": drawn.line(place),
            "hovertemplate": "%{y:.3g}",
        },
    ]


def at_the_end(asked: Asked) -> Drawn:
    """Draw where the chosen histories end, as outlines of the same area."""
    name, unit = asked.one.held.quantity(asked.quantity)
    title = f"{name}: at the end"
    ends = [asked.values(place, f"q:{asked.quantity}") for place in range(len(asked.sides))]
    there = [(place, values) for place, values in enumerate(ends) if values is not None and len(values)]
    if not there:
        return drawn.nothing(title, "No history is chosen.")
    low = min(float(values.min()) for _, values in there)
    high = max(float(values.max()) for _, values in there)
    reach = (high - low) or 1.0
    bars = min(BARS, max(FEWEST, round(2 * len(there[0][1]) ** (1 / 3))))
    traces, rows, told = [], [], []
    for place, values in there:
        counts = _counts(values, low, reach, bars)
        edges = [low + reach * bar / bars for bar in range(bars + 1)]
        option = asked.sides[place].label
        rows += [
            {"option": option, "low": edges[b], "high": edges[b + 1], "histories": int(c), "n": len(values)}
            for b, c in enumerate(counts)
        ]
        traces.append(_outline(asked, place, edges, 100 * counts / len(values)))
        told.append(f"“{option}” {_spelled(mean(values), ('mean', 'low', 'high'))}")
    made = drawn.figure(
        traces,
        330,
        xaxis=drawn.axis(unit),
        yaxis=drawn.percent_axis("" if asked.narrow else "Share of histories"),
        legend=drawn.legend(asked),
    )
    reading = (
        f"Mean with its 95 % interval: {'; '.join(told)}{_apart(asked, ends)}. Of {drawn.conditional(asked)}."
    )
    return Drawn(title, reading, made, rows)


def _apart(asked: Asked, ends: list[NDArray[Any] | None]) -> str:
    """Say the paired difference of the means, where there is one."""
    if not asked.paired or ends[0] is None or ends[1] is None or len(ends[0]) != len(ends[1]):
        return ""
    found = mean_difference(ends[1], ends[0])
    told = _spelled(found, ("difference", "difference_low", "difference_high"))
    return f"; difference, history by history, {told}"


def _spelled(found: Row, keys: tuple[str, str, str]) -> str:
    middle, low, high = (found[key] for key in keys)
    if middle is None:
        return "unknown"
    if low is None or high is None:
        return f"{middle:.3g}".replace("-", "−")
    return f"{middle:.3g} ({low:.3g} to {high:.3g})".replace("-", "−")


def _counts(values: NDArray[Any], low: float, reach: float, bars: int) -> NDArray[np.int64]:
    """Return how many values lie in each bar; far quicker than a general histogram."""
    place = ((values - np.float32(low)) * np.float32(bars / reach)).astype(np.int16)
    return np.bincount(np.clip(place, 0, bars - 1), minlength=bars)


def _outline(asked: Asked, place: int, edges: list[float], share: NDArray[Any]) -> Trace:
    return {
        "x": [edge for edge in edges for _ in (0, 1)],
        "y": [0.0, *(each for value in share.tolist() for each in (value, value)), 0.0],
        "name": drawn.named(asked, place),
        "mode": "lines",
        "line": drawn.line(place, 2),
        "fill": "tozeroy",
        "fillcolor": drawn.look(place).band,
        "hovertemplate": "%{x:.3g}: %{y:.2f} %",
    }
