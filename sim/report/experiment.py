"""What the pages of experiments share: a head, figures that fit a phone, keys to their marks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sim.analysis.estimative import CONDITIONAL
from sim.report import plots, theme
from sim.report.markup import element, paragraph, text

#: Figures shrink with the page, maps stand side by side where there is room, keys wrap.
STYLE = """
.plot { min-width: 0; }
.maps { display: grid; gap: 0 1.5rem; }
.maps { grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); }
.key { display: flex; flex-wrap: wrap; gap: .1rem 1.4rem; margin: .4rem 0 0; padding: 0; }
.key li { list-style: none; font-size: .92rem; }
.key span { font-size: 1.15em; }
.small code, td code { overflow-wrap: anywhere; }
@media (max-width: 700px) {
  h1 { font-size: 1.6rem; }
  table { font-size: .77rem; } tbody th { min-width: 4rem; } th, td { padding-right: .3rem; }
}
"""

#: The marks of plotly as characters.
MARKS = {
    "circle": "●",
    "square": "■",
    "diamond": "◆",
    "star": "★",
    "x": "✖",
    "cross": "✚",
    "hexagon": "⬢",
    "triangle-up": "▲",
    "triangle-down": "▼",
    "pentagon": "⬟",
    "circle-open": "○",
    "square-open": "□",
    "diamond-open": "◇",
    "star-open": "☆",
    "x-open": "✕",
    "cross-open": "✢",
    "hexagon-open": "⬡",
}


def key(marks: Iterable[tuple[str, str, str]]) -> str:
    """Return what marks stand for, as markup, from (colour, symbol, label)."""
    lines = (
        element(
            "li",
            element("span", MARKS[symbol], style=f"color: {colour}", aria_hidden="true") + " " + text(label),
        )
        for colour, symbol, label in marks
    )
    return element("ul", "".join(lines), class_="key")


def options_key(labels: Sequence[str]) -> str:
    """Return which mark is which option."""
    return key((theme.look(n).colour, theme.look(n).symbol, label) for n, label in enumerate(labels))


def document(
    title: str, lead: str, marking: str | None, parts: Sequence[str], drawn: Sequence[plots.Figure]
) -> str:
    """Return a page of some parts, markup already, with the figures that stand in them."""
    lines = [
        element(
            "header",
            element("h1", text(title))
            + paragraph(lead, class_="lead")
            + paragraph(CONDITIONAL, class_="conditional"),
        ),
        "<main>",
        *parts,
        "</main>",
        *plots.scripts(drawn),
    ]
    origin = plots.Origin(marking=marking or "")
    return plots.document(title, "\n".join(line for line in lines if line), STYLE, origin)


def heading(label: str, name: str) -> str:
    """Return a label with the name it has in the files below it, for a cell."""
    same = label.lower() == name.replace("_", " ").lower()
    return text(label) + ("" if same else element("span", element("code", text(name)), class_="small"))


def spelled(row: Mapping[str, Any], name: str, low: str, high: str, scale: float = 1.0) -> str:
    """Return an estimate with its interval, to the figures the interval supports; "–" where there is none."""
    if row[name] is None:
        return "–"
    if row[low] is None or row[high] is None:
        return f"{scale * row[name]:.3g}".replace("-", "−")
    return "{:.3g} ({:.3g} to {:.3g})".format(*(scale * row[k] for k in (name, low, high))).replace("-", "−")
