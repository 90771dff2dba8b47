"""Dots with intervals in labelled groups: what happens on the left, what changes on the right."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sim.report import theme, words

#: Heights in px: of a line, of each further line of its label, of a group's head, of the axes.
LINE, WRAPPED, HEAD, AXES = 27, 14, 36, 86
#: Characters on a line: of a group's head, of the right axis title; px of each further line of the latter.
HALF, THIRD, TITLE = 44, 24, 20


@dataclass(frozen=True, slots=True)
class Span:
    """An estimate with its interval, and both in words."""

    middle: float
    low: float
    high: float
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One option of a group."""

    label: str
    left: Span
    right: Span | None


@dataclass(frozen=True, slots=True)
class Group:
    """One outcome, a line an option."""

    label: str
    lines: Sequence[Line]


def draw(groups: Sequence[Group], shown: Sequence[Group], reference: str, log: float | None) -> Any:
    """Draw *shown* top down; *log* is where a log scale begins.

    Shares lie on the scale of all *groups*, differences on one of their own: a small one is to be seen.
    """
    from plotly.subplots import make_subplots

    compared = any(line.right for group in groups for line in group.lines)
    widths = [0.58, 0.42] if compared else [1.0]
    figure = make_subplots(
        rows=1, cols=len(widths), shared_yaxes=True, column_widths=widths, horizontal_spacing=0.04
    )
    ticks: list[tuple[float, str]] = []
    top = 0.0
    for group in shown:
        top += _head(figure, top, group.label)
        for place, line in enumerate(group.lines):
            label = words.lines(line.label, 46)
            height = LINE + WRAPPED * label.count("<br>")
            middle = top + height / 2
            _span(figure, middle, place, line.left, column=1, floor=log)
            if line.right:
                _span(figure, middle, place, line.right, column=2, floor=None)
            ticks.append((middle, label))
            top += height
        top += LINE / 3
    _axes(figure, ticks, top, reference if compared else "", log)
    every, here = ([line for group in some for line in group.lines] for some in (groups, shown))
    _reach(figure, every, here, log)
    theme.apply(figure, height=round(top + AXES + TITLE * words.lines(reference, THIRD).count("<br>")))
    return figure.update_layout(margin_t=8)


def _reach(figure: Any, lines: Sequence[Line], shown: Sequence[Line], log: float | None) -> None:
    """Give both axes room for every interval, zero included: of all lines, and of the differences shown."""
    most = max(line.left.high for line in lines)
    left = [0, most * 1.06] if log is None else [math.log10(log), math.log10(most * 1.5)]
    figure.update_xaxes(range=left, row=1, col=1)
    changes = [line.right for line in shown if line.right]
    if changes:
        low, high = min(0, *(span.low for span in changes)), max(0, *(span.high for span in changes))
        room = 0.08 * (high - low) or 1.0
        figure.update_xaxes(range=[low - room, high + room], row=1, col=2)


def _head(figure: Any, top: float, label: str) -> float:
    """Write the label of a group and return the height it takes."""
    spelled = words.lines(label, HALF)
    height = HEAD + WRAPPED * spelled.count("<br>")
    figure.add_annotation(
        text=f"<b>{spelled}</b>",
        x=0,
        xref="paper",
        xanchor="left",
        y=top + height * 0.58,
        yref="y",
        yanchor="middle",
        align="left",
        showarrow=False,
        font={"size": theme.TEXT},
    )
    return height


def _span(figure: Any, y: float, place: int, span: Span, column: int, floor: float | None) -> None:
    """Draw one estimate; on a log scale that begins at *floor* a zero is the reach of its upper bound."""
    look = theme.look(place)
    nothing = floor is not None and span.middle <= 0
    low = span.low if floor is None else max(span.low, floor)
    about = {
        "showlegend": False,
        "text": [html.escape(span.text, quote=False)] * 2,
        "hovertemplate": "%{text}<extra></extra>",
    }
    figure.add_scatter(
        x=[low, span.high],
        y=[y, y],
        mode="lines",
        line={"color": look.colour, "width": 3, "dash": "dot" if nothing else "solid"},
        row=1,
        col=column,
        **about,
    )
    figure.add_scatter(
        x=[span.high if nothing else span.middle],
        y=[y],
        mode="markers",
        marker={"color": look.colour, "size": 11, "symbol": "triangle-left-open" if nothing else look.symbol},
        cliponaxis=False,
        row=1,
        col=column,
        **about,
    )


def _axes(figure: Any, ticks: list[tuple[float, str]], top: float, reference: str, log: float | None) -> None:
    percent = {"ticksuffix": f"{words.NARROW}%", "zeroline": False, "side": "bottom"}
    if log is None:
        figure.update_xaxes(theme.axis("Histories in which it happens", **percent), row=1, col=1)
    else:
        figure.update_xaxes(
            theme.axis(
                "Histories in which it happens (log scale)", type="log", dtick=1, tickformat=",~r", **percent
            ),
            row=1,
            col=1,
        )
    figure.update_yaxes(
        theme.axis(
            range=[top, 0],
            tickmode="array",
            tickvals=[at for at, _ in ticks],
            ticktext=[text for _, text in ticks],
            showgrid=False,
            zeroline=False,
        )
    )
    if reference:
        title = f"Difference to “{words.lines(reference, THIRD)}”<br>(percentage points, same luck)"
        figure.update_xaxes(theme.axis(title, zeroline=True, zerolinewidth=2), row=1, col=2)
        figure.add_vline(x=0, line={"color": theme.INK, "width": 1.5}, row=1, col=2)
