"""How high a theatre stands: rungs over time of all histories, the highest rung of the chosen ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.dashboard import drawn
from sim.dashboard.asked import Asked
from sim.dashboard.drawn import Drawn, Row, Trace
from sim.intervals import wilson
from sim.report import theme, words
from sim.report.ladder import PREFIX, RUNGS, rung_labels

#: Heights in px: of a panel, of the room between two, of the legend.
PANEL, BETWEEN, BELOW = 230, 112, 60


def draw(asked: Asked) -> Drawn:
    """Draw the share of histories at each rung over time, a panel a side."""
    held = asked.one.held
    title = f"{held.label('theatres', asked.theatre)}: rungs of the ladder"
    panels = []
    for side in asked.sides:
        tally = side.held.tally(PREFIX + asked.theatre).get(side.option)
        if tally is not None:
            panels.append((side, 100 * tally.shares(RUNGS)))
    if not panels:
        return drawn.nothing(title, "The study keeps no ladder over time.")
    labels = rung_labels(held.material)
    highest = max(int(np.flatnonzero(share.any(axis=0)).max()) for _, share in panels)
    down = asked.narrow and len(panels) > 1
    traces: list[Trace] = []
    rows: list[Row] = []
    for place, (side, share) in enumerate(panels):
        dates = drawn.dates(side, len(share))
        traces += _stack(dates, share, labels, highest, place)
        rows += [
            {
                "option": side.label,
                "date": dates[turn],
                "rung": labels[rung],
                "share": share[turn, rung] / 100,
            }
            for turn, rung in zip(*np.nonzero(share), strict=True)
        ]
    layout = _panels(asked, [side.label for side, _ in panels], stacked=down)
    reading = (
        "Share of histories at each rung, the highest at the bottom: the upper edge of a colour is the share "
        "at that rung or above."
    )
    if asked.brush:
        reading += (
            " Of all histories of an option: counts over time are not kept history by history, so that the "
            "choice of assumptions does not reach this figure."
        )
    return Drawn(title, reading, drawn.figure(traces, **layout), rows)


def _stack(
    dates: list[str], share: NDArray[Any], labels: tuple[str, ...], highest: int, place: int
) -> list[Trace]:
    at = "" if not place else str(place + 1)
    return [
        {
            "x": dates,
            "y": share[:, rung],
            "name": drawn.escaped(labels[rung]),
            "legendgroup": str(rung),
            "showlegend": not place,
            "mode": "lines",
            "line": {"width": 0.6, "color": theme.INK},
            "fillcolor": theme.RUNGS[rung],
            "stackgroup": f"histories{place}",
            "hovertemplate": "%{x}: %{y:.2f} %",
            "xaxis": f"x{at}",
            "yaxis": f"y{at}",
        }
        for rung in range(highest, -1, -1)
    ]


def _panels(asked: Asked, titles: list[str], *, stacked: bool) -> dict[str, Any]:
    """Return the layout of one or two panels, side by side or one above the other."""
    count = len(titles)
    down = count if stacked else 1
    inner = down * PANEL + (down - 1) * BETWEEN
    below = BELOW + (150 if asked.narrow else 60)
    layout: dict[str, Any] = {"height": inner + 50 + below, "annotations": []}
    for place, title in enumerate(titles):
        at = "" if not place else str(place + 1)
        across = [0.0, 1.0] if stacked or count == 1 else [[0.0, 0.48], [0.52, 1.0]][place]
        upper = 1 - place * (PANEL + BETWEEN) / inner if stacked else 1.0
        vertical = [max(0.0, upper - PANEL / inner), upper]
        layout[f"xaxis{at}"] = drawn.time_axis(asked, domain=across, anchor=f"y{at}")
        layout[f"yaxis{at}"] = drawn.axis(
            domain=vertical,
            range=[0, 100],
            ticksuffix=f"{words.NARROW}%",
            dtick=25,
            anchor=f"x{at}",
            showticklabels=stacked or not place,
        )
        layout["annotations"].append(_title(title, across[0], vertical[1], 38 if asked.narrow else 56))
    legend = {"traceorder": "reversed", "y": -BELOW / inner, "yanchor": "top", "x": 0, "orientation": "h"}
    layout["legend"] = legend | {"font": {"size": theme.SMALL}, "xanchor": "left"}
    layout["margin"] = {"l": 8, "r": 12, "t": 50, "b": below}
    return layout


def _title(text: str, x: float, y: float, width: int) -> dict[str, Any]:
    at = {"x": x, "y": y, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom"}
    return at | {"text": drawn.wrapped(text, width), "showarrow": False, "align": "left"}


def highest(asked: Asked) -> Drawn:
    """Draw the share of the chosen histories that reached each rung or went above, a mark a side."""
    held = asked.one.held
    title = f"{held.label('theatres', asked.theatre)}: highest rung reached"
    labels = rung_labels(held.material)
    rows: list[Row] = []
    for place, side in enumerate(asked.sides):
        reached = asked.values(place, f"rung_max:{asked.theatre}")
        if reached is None or not len(reached):
            continue
        counts = np.bincount(reached, minlength=len(labels))[: len(labels)]
        above = counts[::-1].cumsum()[::-1]
        low, high = wilson(above, len(reached))
        rows += [
            {
                "option": side.label,
                "side": place,
                "rung": labels[rung],
                "place": rung,
                "reached": above[rung] / len(reached),
                "low": float(low[rung]),
                "high": float(high[rung]),
                "n": len(reached),
            }
            for rung in range(1, len(labels))
        ]
    if not rows:
        return drawn.nothing(title, "No history is chosen.")
    traces = [_reached(asked, place, rows) for place in range(len(asked.sides))]
    width = 18 if asked.narrow else 40
    made = drawn.figure(
        traces,
        60 + 34 * (len(labels) - 1) + 70,
        xaxis=drawn.titled(
            "Share of histories that reach it or go above",
            30 if asked.narrow else 90,
            ticksuffix=f"{words.NARROW}%",
            rangemode="tozero",
        ),
        yaxis=drawn.axis(
            tickmode="array",
            tickvals=list(range(1, len(labels))),
            ticktext=[drawn.wrapped(label, width) for label in labels[1:]],
            range=[0.4, len(labels) - 0.4],
            zeroline=False,
        ),
        legend=drawn.legend(asked),
    )
    return Drawn(title, f"Of {drawn.conditional(asked)}, with 95 % intervals.", made, rows)


def _reached(asked: Asked, place: int, rows: list[Row]) -> Trace:
    mine = [row for row in rows if row["side"] == place]
    shift = 0 if len(asked.sides) == 1 else 0.14 - 0.28 * place
    return {
        "x": [100 * row["reached"] for row in mine],
        "y": [row["place"] + shift for row in mine],
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [100 * (row["high"] - row["reached"]) for row in mine],
            "arrayminus": [100 * (row["reached"] - row["low"]) for row in mine],
            "color": drawn.look(place).colour,
        },
        "mode": "markers",
        "name": drawn.named(asked, place),
        "marker": drawn.marker(place, 9),
        "text": [
            drawn.escaped(f"{row['rung']}: {drawn.rate_words(row['reached'], row['low'], row['high'])}")
            for row in mine
        ],
        "hovertemplate": "%{text}",
    }
