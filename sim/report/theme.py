"""How every figure looks: colours legible in grey and to the colour-blind, sizes for a projector.

Text, grid and background take the colours of the page (`sheet.py`), light, dark or printed; the colours
here are middling, so that they stand on either ground.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Look(NamedTuple):
    """How one option is drawn: colour, marker and dash each tell it apart alone."""

    colour: str
    band: str  # the colour, thinned
    symbol: str
    dash: str


#: One look an option, the reference first (Okabe & Ito 2008, without its yellow; then violet, brown, olive).
LOOKS = (
    Look("#7b7b7b", "rgba(123, 123, 123, .28)", "circle", "solid"),
    Look("#1279bb", "rgba(18, 121, 187, .28)", "square", "dash"),
    Look("#d55e00", "rgba(213, 94, 0, .28)", "diamond", "dashdot"),
    Look("#009e73", "rgba(0, 158, 115, .28)", "star", "longdash"),
    Look("#cc79a7", "rgba(204, 121, 167, .28)", "x", "dot"),
    Look("#56b4e9", "rgba(86, 180, 233, .28)", "cross", "longdashdot"),
    Look("#e69f00", "rgba(230, 159, 0, .28)", "hexagon", "12px,3px,3px,3px"),
    Look("#8367c7", "rgba(131, 103, 199, .28)", "triangle-up", "3px,6px"),
    Look("#a0663a", "rgba(160, 102, 58, .28)", "triangle-down", "8px,8px"),
    Look("#84870f", "rgba(132, 135, 15, .28)", "pentagon", "14px,4px"),
)

#: Marks beyond the tenth option, whose colours and dashes repeat.
MORE = ("circle-open", "square-open", "diamond-open", "star-open", "x-open", "cross-open", "hexagon-open")

#: One dash an option, for lines that may lie on each other.
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")

#: From calm to general nuclear use, ever darker; the normal state is the empty ground.
RUNGS = (
    "rgba(128, 128, 128, .10)",
    "#f8e9b8",
    "#fbd98a",
    "#fbc35e",
    "#f7a942",
    "#ee8b3a",
    "#e06c3c",
    "#ca4c45",
    "#a9324f",
    "#812057",
    "#571454",
    "#2b0c3a",
)

#: Stands for text and lines until the page gives them its own colours.
INK = "#5f6b76"
GRID = "rgba(128, 128, 128, .30)"
FONT = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif"
TEXT = 15  # px
SMALL = 13  # px
#: Characters that fit on a line across the page.
LINE = 100


def look(place: int) -> Look:
    """Return the look of the option at *place*: all differ in their marks up to the seventeenth."""
    if place < len(LOOKS):
        return LOOKS[place]
    return LOOKS[place % len(LOOKS)]._replace(symbol=MORE[(place - len(LOOKS)) % len(MORE)])


def axis(title: str = "", **more: Any) -> dict[str, Any]:
    """Return an axis in the house style."""
    return {
        "title": {"text": title, "font": {"size": TEXT}, "standoff": 10},
        "tickfont": {"size": SMALL},
        "gridcolor": GRID,
        "zerolinecolor": GRID,
        "linecolor": INK,
        "automargin": True,
        "fixedrange": True,  # scrolling the page must not zoom a figure
        **more,
    }


def layout(height: int, **more: Any) -> dict[str, Any]:
    """Return the layout of a figure in the house style."""
    return {
        "template": {"data": {}, "layout": {}},
        "height": height,
        "autosize": True,
        "margin": {"l": 12, "r": 16, "t": 44, "b": 12, "autoexpand": True},
        "font": {"family": FONT, "size": TEXT, "color": INK},
        "paper_bgcolor": "rgba(0, 0, 0, 0)",
        "plot_bgcolor": "rgba(0, 0, 0, 0)",
        "hoverlabel": {
            "bgcolor": "#ffffff",
            "bordercolor": INK,
            "font": {"color": "#111111", "size": SMALL},
        },
        "legend": {"font": {"size": SMALL}, "orientation": "h", "x": 0, "xanchor": "left"},
        **more,
    }


def apply(figure: Any, height: int) -> Any:
    """Give a figure of plotly the house style, in place, and return it."""
    figure.update_layout({**layout(height), "template": "none"})
    return figure
