"""Layouts for a narrow frame: the same marks, their panels one below the other."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

Layout = dict[str, Any]

#: px: between panels one below the other, of a panel over time, factor by which a line of a forest grows.
BETWEEN, PANEL, TALLER = 84, 190, 1.55


def stacked(figure: Any) -> str:
    """Return the layout of panels over time (`panels.grid`), a panel a row, as JSON."""
    layout = _layout(figure)
    axes = sorted(_axes(layout, "y"), key=_number)
    drawn = {trace.yaxis or "y" for trace in figure.data}
    shown = [axis for axis in axes if axis.replace("axis", "") in drawn]
    inner = len(shown) * PANEL + (len(shown) - 1) * BETWEEN
    for row, axis in enumerate(shown):
        top = 1 - row * (PANEL + BETWEEN) / inner
        across = axis.replace("y", "x", 1)
        layout[axis] |= {"domain": [top - PANEL / inner, top], "showticklabels": True, "title": {"text": ""}}
        layout[across] |= {"domain": [0, 1], "showticklabels": True, "nticks": 4}
    for row, note in enumerate(layout.get("annotations", [])[: len(shown)]):
        top = 1 - row * (PANEL + BETWEEN) / inner
        note |= {"x": 0, "xanchor": "left", "align": "left", "y": top, "yanchor": "bottom"}
        note["text"] = _wrapped(note["text"], 38)
    margin = layout["margin"]
    legend = max(0, margin.get("b", 0) - 52)
    below = 52 + round(2.2 * legend)
    layout["margin"] = margin | {"l": 12, "r": 6, "b": below}
    layout["legend"] = layout.get("legend", {}) | {"y": -52 / inner}
    layout["height"] = margin.get("t", 44) + inner + below
    return json.dumps(layout)


def listed(figure: Any) -> str:
    """Return the layout of a forest (`forest.draw`): labels above their lines, differences below, as JSON."""
    layout = _layout(figure)
    top = layout["yaxis"]["range"][0]
    notes = [_note(note["text"], note["y"], "y", bold=True) for note in layout.get("annotations", [])]
    axis = layout["yaxis"]
    ticks = zip(axis["tickvals"], axis["ticktext"], strict=True)
    notes += [_note(text, at - 12, "y") for at, text in ticks]
    for name in _axes(layout, "y"):
        layout[name] |= {"showticklabels": False, "tickvals": [], "ticktext": []}
    for name in _axes(layout, "x"):
        layout[name].get("title", {}).pop(
            "standoff", None
        )  # it is measured from labels that may not be there
    inner, parts = round(TALLER * top), 1 + ("xaxis2" in layout)
    gap = 96 / (inner * parts + 96)
    if parts > 1:
        half = (1 - gap) / 2
        layout["xaxis"]["domain"] = layout["xaxis2"]["domain"] = [0, 1]
        layout["yaxis"]["domain"], layout["yaxis2"]["domain"] = [1 - half, 1], [0, half]
        layout["yaxis2"] = layout["yaxis2"] | {"matches": "y", "range": layout["yaxis"]["range"]}
        notes += [note | {"yref": "y2"} for note in notes]
    layout["annotations"] = notes
    layout["height"] = inner * parts + (parts - 1) * 96 + layout["margin"].get("t", 0) + 90
    layout["margin"] |= {"l": 6, "r": 14}
    return json.dumps(layout)


def _layout(figure: Any) -> Layout:
    """Return a copy of the layout of a figure: a plain one, or one of plotly."""
    held: Layout = (
        copy.deepcopy(figure["layout"]) if isinstance(figure, dict) else figure.to_plotly_json()["layout"]
    )
    return held


def _axes(layout: Layout, letter: str) -> list[str]:
    return [name for name in layout if re.fullmatch(rf"{letter}axis\d*", name)]


def _number(axis: str) -> int:
    return int(axis[5:] or 1)


def _note(text: str, y: float, yref: str, *, bold: bool = False) -> Layout:
    return {
        "text": _wrapped(text, 40 if bold else 50),
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "align": "left",
        "y": y,
        "yref": yref,
        "yanchor": "middle",
        "showarrow": False,
        "font": {"size": 14 if bold else 12},
    }


def _wrapped(text: str, width: int) -> str:
    """Break a label anew: its lines are markup already, whose tags and entities are not to be broken."""
    lines: list[str] = []
    length = 0
    for word in text.replace("<br>", " ").split():
        size = len(re.sub(r"<[^>]*>|&\w+;", ".", word))
        if lines and length + 1 + size <= width:
            lines[-1] += f" {word}"
            length += 1 + size
        else:
            lines.append(word)
            length = size
    return "<br>".join(lines)
