"""How often every outcome comes on each side, and the paired difference, among the chosen histories."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.analysis.estimative import in_words
from sim.dashboard import drawn
from sim.dashboard.asked import Asked
from sim.dashboard.drawn import Drawn, Row, Trace
from sim.intervals import newcombe, wilson
from sim.report import theme

#: Heights in px: of a line, of an outcome's label, of each further line of it, below an outcome; above all;
#: of a line of the legend.
LINE, HEAD, WRAPPED, GAP, TOP, LEGEND = 21, 25, 17, 9, 12, 21

#: The marks of the sides as letters.
MARKS = ("\N{BLACK SQUARE}", "\N{BLACK DIAMOND}")

#: Characters of a line of an outcome's label.
NARROW, WIDE = 34, 80

#: Least room in px for the numbers on the left and on the right, and px a character of them takes.
LEFT, RIGHT, CHARACTER = 150, 12, 7.4


def estimate(asked: Asked, place: int, outcome: str) -> dict[str, Any] | None:
    """Return how often an outcome came on a side: probability, low, high, happened, n; None where unknown."""
    came = asked.came(place, outcome)
    n = asked.chosen[place]
    if came is None or not n:
        return None
    times = int(np.count_nonzero(came & asked.masks[place]))
    low, high = (float(end) for end in wilson(times, n))
    return {"probability": times / n, "low": low, "high": high, "happened": times, "n": n}


def difference(asked: Asked, outcome: str) -> dict[str, Any] | None:
    """Return the second side minus the first, history by history (Newcombe); None where it is no pair."""
    if not asked.paired or not asked.chosen[0]:
        return None
    columns = [asked.came(place, outcome) for place in (0, 1)]
    if columns[0] is None or columns[1] is None:
        return None
    rows = min(map(len, columns))  # type: ignore[arg-type]
    first, second = (column[:rows] & asked.masks[0][:rows] for column in columns if column is not None)
    n, ones, twos = (int(np.count_nonzero(each)) for each in (asked.masks[0][:rows], first, second))
    both = int(np.count_nonzero(first & second))
    found = newcombe(both, twos - both, ones - both, n - ones - twos + both)
    return dict(zip(("difference", "difference_low", "difference_high"), map(float, found), strict=True))


def summarise(asked: Asked) -> list[Row]:
    """Return a row for every outcome and side."""
    rows: list[Row] = []
    for outcome in asked.one.held.named("o:"):
        apart = difference(asked, outcome)
        for place, side in enumerate(asked.sides):
            found = estimate(asked, place, outcome)
            if found is None:
                continue
            rows.append(
                {
                    "outcome": outcome,
                    "label": asked.one.held.label("outcomes", outcome),
                    "option": side.label,
                    "side": place,
                    **found,
                    "words": in_words(found["probability"], found["low"], found["high"]),
                    **(apart if place and apart else {}),
                }
            )
    return rows


def draw(asked: Asked) -> Drawn:
    """Draw a mark and its interval for every outcome and side; differences beside them, given room."""
    title, rows = "Every outcome", summarise(asked)
    if not rows:
        return drawn.nothing(title, "No history is chosen: widen the assumptions.")
    beside = not asked.narrow and any("difference" in row for row in rows)
    names = [drawn.named(asked, place) for place in range(len(asked.sides))]
    layout = _Layout(beside=beside, width=NARROW if asked.narrow else WIDE, names=names)
    for outcome in dict.fromkeys(row["outcome"] for row in rows):
        layout.add([row for row in rows if row["outcome"] == outcome], looked_at=outcome == asked.outcome)
    reading = (
        f"A mark is the share of {drawn.conditional(asked)}, the bar its 95 % interval (Wilson). "
        "Click a mark to look at its outcome."
    )
    if asked.paired:
        reading += (
            f" The difference (Δ) is “{asked.sides[1].label}” minus “{asked.one.label}” in percentage "
            "points, history by history under the same luck (Newcombe)."
        )
    return Drawn(title, reading, layout.figure(), rows)


class _Layout:
    """The figure as it grows downwards, in px."""

    def __init__(self, *, beside: bool, width: int, names: list[str]) -> None:
        self.beside, self.width, self.names = beside, width, names
        self.top = 0.0
        self.traces: list[Trace] = []
        self.notes: list[dict[str, Any]] = []
        self.shapes: list[dict[str, Any]] = []
        self.ticks: tuple[list[float], list[str]] = ([], [])
        self.right: tuple[list[float], list[str]] = ([], [])

    def add(self, rows: list[Row], *, looked_at: bool) -> None:
        """Add one outcome."""
        begin = self.top
        label = drawn.wrapped(rows[0]["label"], self.width)
        height = HEAD + WRAPPED * label.count("<br>")
        bold = f"<b>{label}</b>" if looked_at else label
        self.notes.append(
            {
                "text": bold,
                "x": 0,
                "xref": "paper",
                "xanchor": "left",
                "y": begin + height * 0.58,
                "yanchor": "middle",
                "align": "left",
                "showarrow": False,
                "font": {"size": theme.TEXT},
                "bgcolor": "#ffffff",  # no line runs through it; on the page it takes the ground of the page
            }
        )
        self.top += height
        for row in rows:
            self._line(row, self.top + LINE / 2)
            self.top += LINE
        self.top += GAP
        if looked_at:
            self.shapes.append(_ground(begin, self.top - GAP / 2))

    def _line(self, row: Row, y: float) -> None:
        told = drawn.rate_words(row["probability"], row["low"], row["high"])
        self.ticks[0].append(y)
        self.ticks[1].append(told)
        ends = [100 * row[key] for key in ("low", "probability", "high")]
        self.traces += _span(row, y, ends, f"{row['option']}: {told}, {row['words']}", "")
        if "difference" not in row:
            return
        change = drawn.change_words(row)
        self.right[0].append(y)
        self.right[1].append(change)
        if not self.beside:
            self.top += LINE
            self.ticks[0].append(y + LINE)
            self.ticks[1].append(f"Δ {change}")
        if self.beside:
            ends = [100 * row[key] for key in ("difference_low", "difference", "difference_high")]
            self.traces += _span(row, y, ends, f"{change} points", "2")

    def figure(self) -> dict[str, Any]:
        """Return the whole."""
        bottom, inner = 62, self.top
        left = _room(self.ticks[1], LEFT)
        right = _room(self.right[1], RIGHT) if self.beside else RIGHT
        above = TOP + 10 + LEGEND * sum(name.count("<br>") + 1 for name in self.names)
        notes = [note | {"xshift": 4 - left} for note in self.notes]
        notes += _legend(self.names, above, left)
        blank: Any = {"showgrid": False, "zeroline": False, "range": [self.top, 0], "automargin": False}
        shares = drawn.percent_axis(
            "Share of histories",
            domain=[0, 0.56] if self.beside else [0, 1],
            nticks=6 if self.width > NARROW else 3,
            tickangle=0,
        )
        more: dict[str, Any] = {}
        if self.beside:
            more["xaxis2"] = drawn.axis(
                "Difference, points", domain=[0.6, 1], zeroline=True, zerolinewidth=2
            ) | {"zerolinecolor": theme.INK}
            more["yaxis2"] = drawn.axis(**_ticks(self.right), **blank, side="right", anchor="x2")
        return drawn.figure(
            self.traces,
            inner + above + bottom,
            xaxis=shares,
            yaxis=drawn.axis(**_ticks(self.ticks), **blank),
            annotations=notes,
            shapes=self.shapes,
            showlegend=False,
            margin={"l": left, "r": right, "t": above, "b": bottom, "autoexpand": False},
            **more,
        )


def _room(told: list[str], least: int) -> int:
    """Return the room that numbers take beside the figure, px."""
    return max([least, *(round(CHARACTER * len(each)) + 14 for each in told)])


def _legend(names: list[str], above: float, left: float) -> Iterator[dict[str, Any]]:
    """Yield what tells the sides apart, as notes in the room above: mark and label of each, from the left."""
    down = above - 8
    for place, name in enumerate(names):
        mark = f'<span style="color:{drawn.look(place).colour}">{MARKS[place]}</span>'
        yield {
            "text": f"{mark} {name}",
            "x": 0,
            "xref": "paper",
            "xanchor": "left",
            "xshift": 4 - left,
            "y": 1,
            "yref": "paper",
            "yanchor": "top",
            "yshift": down,
            "align": "left",
            "showarrow": False,
            "font": {"size": theme.SMALL},
        }
        down -= LEGEND * (name.count("<br>") + 1)


def _ticks(at: tuple[list[float], list[str]]) -> Any:
    return {"tickmode": "array", "tickvals": at[0], "ticktext": at[1]}


def _ground(begin: float, end: float) -> dict[str, Any]:
    """Return the ground of the outcome looked at."""
    paper = {"type": "rect", "xref": "paper", "x0": 0, "x1": 1, "yref": "y", "layer": "below"}
    return paper | {"y0": begin, "y1": end, "line": {"width": 0}, "fillcolor": "rgba(128, 128, 128, .14)"}


def _span(row: Row, y: float, ends: list[float], told: str, at: str) -> Iterator[Trace]:
    """Yield an interval and its mark."""
    place = row["side"]
    common = {
        "y": [y, y],
        "xaxis": f"x{at}",
        "yaxis": f"y{at}",
        "text": [drawn.escaped(told)] * 2,
        "hovertemplate": "%{text}<extra></extra>",
        "customdata": [row["outcome"]] * 2,
    }
    yield common | {
        "x": [ends[0], ends[2]],
        "mode": "lines",
        "line": drawn.line(place, 3) | {"dash": "solid"},
    }
    yield common | {"x": [ends[1]], "mode": "markers", "marker": drawn.marker(place)}
