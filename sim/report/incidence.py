"""When an outcome comes: the share of histories in which it had come by each date, by option."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.columns import Histories
from sim.analysis.times import Calendar
from sim.analysis.times import incidence as shares
from sim.report import panels, theme, words
from sim.report.material import Material, Named

#: px of the figure, and of each line of its legend.
HEIGHT, LEGEND = 400, 22


@dataclass(frozen=True, slots=True)
class Incidence:
    """Percentages by the end of each turn, with the interval of the last, by option."""

    outcome: Named
    dates: tuple[dt.date | int, ...]
    shares: tuple[tuple[Named, NDArray[np.float64], float, float], ...]  # option, (turns,), low, high


def summarise(material: Material, histories: Histories) -> Iterator[Incidence]:
    """Yield every outcome that came in some history and whose turns were kept."""
    kept = set(histories.named("t:"))
    dates = tuple(material.after(turn + 1) or turn + 1 for turn in range(material.turns))
    calendar = Calendar((material.start or dt.date(2000, 1, 1)).isoformat(), material.days)
    for outcome in material.outcomes:
        if outcome.name not in kept:
            continue
        when = histories[f"t:{outcome.name}"]
        if (when < 0).all():
            continue
        found = []
        for option, turns in zip(material.options, when, strict=True):
            rows = shares(turns, material.turns, calendar)
            share = 100 * np.array([row["incidence"] for row in rows])
            found.append((option, share, 100 * rows[-1]["low"], 100 * rows[-1]["high"]))
        yield Incidence(outcome, dates, tuple(found))


def draw(record: Incidence) -> Any:
    """Draw a line an option; beyond the end, its last value with the interval."""
    traces: list[dict[str, Any]] = []
    last = record.dates[-1]
    for place, (option, share, low, high) in enumerate(record.shares):
        look = theme.look(place)
        label = html.escape(words.cut(option.label, 70), quote=False)
        common = {"legendgroup": str(place), "name": label, "type": "scatter"}
        traces.append(
            {
                **common,
                "mode": "lines",
                **panels.along(record.dates),
                "y": share.round(2).tolist(),
                "line": {"color": look.colour, "dash": look.dash, "width": 2.5, "shape": "hv"},
                "showlegend": False,
                "hovertemplate": label + "<br>%{x}: %{y:.1f} %<extra></extra>",
            }
        )
        beyond = last + dt.timedelta(days=9 * (place + 1)) if isinstance(last, dt.date) else last + place + 1
        traces.append(
            {
                **common,
                "mode": "lines+markers",
                "x": [beyond.isoformat() if isinstance(beyond, dt.date) else beyond],
                "y": [float(share[-1])],
                "cliponaxis": False,
                "error_y": {
                    "type": "data",
                    "symmetric": False,
                    "array": [high - float(share[-1])],
                    "arrayminus": [float(share[-1]) - low],
                    "color": look.colour,
                    "width": 3,
                    "thickness": 2,
                },
                "line": {"color": look.colour, "dash": look.dash, "width": 2.5},
                "marker": {"color": look.colour, "symbol": look.symbol, "size": 9},
                "hovertemplate": f"{label}<br>%{{y:.1f}} % ({low:.1f} to {high:.1f})<extra></extra>",
            }
        )
    legend = LEGEND * len(record.shares) + 8
    title = "Histories in which it had come"
    layout = theme.layout(
        HEIGHT + legend,
        xaxis=theme.axis(tickformat="%b<br>%Y" if isinstance(last, dt.date) else ""),
        yaxis=theme.axis(title, ticksuffix=f"{words.NARROW}%", rangemode="tozero"),
        margin={"t": 10, "b": 60 + legend, "l": 12, "r": 12},
    )
    layout["legend"] |= {
        "orientation": "v",
        "y": -60 / (HEIGHT - 70),
        "yanchor": "top",
        "traceorder": "normal",
    }
    return {"data": traces, "layout": layout}
