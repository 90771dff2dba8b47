"""When an outcome comes: the share of histories in which it had come by each date, by option."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.columns import Histories
from sim.analysis.times import Calendar
from sim.analysis.times import incidence as shares
from sim.report import panels, theme, words
from sim.report.decreed import decrees
from sim.report.material import Material, Named

#: px of the figure, and of each line of its legend.
HEIGHT, LEGEND = 400, 22

#: Signs of a line of a label in the legend: what a telephone has room for.
NAME = 42

#: Part of the highest share that keeps two lines apart, where it is less than a point.
LEAST = 0.02

#: Between two marks beyond the end, as a part of the time shown.
STEP = 0.025


@dataclass(frozen=True, slots=True)
class Incidence:
    """Percentages by the end of each turn, with the interval of the last, by option."""

    outcome: Named
    dates: tuple[dt.date | int, ...]
    shares: tuple[tuple[Named, NDArray[np.float64], float, float], ...]  # option, (turns,), low, high

    @property
    def least(self) -> float:
        """Points by which a line has to part from those drawn to be drawn itself: less where all are low."""
        return min(1.0, float(f"{LEAST * max(share.max() for _, share, *_ in self.shares):.1g}"))

    @property
    def apart(self) -> tuple[list[int], list[tuple[Named, list[Named]]]]:
        """Which options are drawn, by number, and for each drawn one those that lie within `least` of it."""
        drawn: list[int] = []
        like: dict[int, list[Named]] = {}
        for number, (option, share, *_) in enumerate(self.shares):
            near = [n for n in drawn if np.abs(self.shares[n][1] - share).max() < self.least]
            if near:
                like.setdefault(near[0], []).append(option)
            else:
                drawn.append(number)
        return drawn, [(self.shares[n][0], options) for n, options in like.items()]

    @property
    def left_out(self) -> str:
        """Say which options lie on the line of another, and on which."""
        reference = self.shares[0][0]
        points = "1 point" if self.least == 1 else f"{self.least:g} points"
        return "".join(
            panels.alike(options, f"Within {points} of {_named(option, reference)} throughout")
            for option, options in self.apart[1]
        )


def summarise(material: Material, histories: Histories) -> Iterator[Incidence]:
    """Yield every outcome that came in some history and whose turns were kept; what is decreed last."""
    kept = set(histories.named("t:"))
    dates = tuple(material.after(turn + 1) or turn + 1 for turn in range(material.turns))
    calendar = Calendar((material.start or dt.date(2000, 1, 1)).isoformat(), material.days)
    for outcome in sorted(material.outcomes, key=lambda each: _is_decreed(material, each)):
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


def _is_decreed(material: Material, outcome: Named) -> bool:
    """Say whether some option orders, forbids or sets an outcome: when it comes is no news then."""
    return any(decrees(material.scenario, option.name, outcome.name) for option in material.options)


def _named(option: Named, reference: Named) -> str:
    return "the reference" if option == reference else f"“{option.label}”"


def _beyond(dates: Sequence[dt.date | int], place: int) -> str | float:
    """Return where the mark of a line stands beyond the end: one beside the other."""
    first, last = dates[0], dates[-1]
    if isinstance(first, dt.date) and isinstance(last, dt.date):
        step = max((last - first).total_seconds(), 86_400) * STEP
        at = dt.datetime.combine(last, dt.time()) + dt.timedelta(seconds=round(step * (place + 1)))
        return at.isoformat()
    return float(last) + max(len(dates), 1) * STEP * (place + 1)  # type: ignore[arg-type]


def draw(record: Incidence) -> Any:
    """Draw a line an option that has one of its own; beyond the end, its last value with the interval."""
    traces: list[dict[str, Any]] = []
    drawn, last = record.apart[0], record.dates[-1]
    for place, number in enumerate(drawn):
        option, share, low, high = record.shares[number]
        look = theme.look(number)
        label = words.lines(option.label, NAME, 2)
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
        traces.append(
            {
                **common,
                "mode": "lines+markers",
                "x": [_beyond(record.dates, place)],
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
    folds = sum(trace["name"].count("<br>") for trace in traces) // 2
    legend = LEGEND * (len(drawn) + folds) + 8
    title = "Histories in which it had come"
    layout = theme.layout(
        HEIGHT + legend,
        xaxis=theme.axis(**panels.ticks(record.dates[0], last)),
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
