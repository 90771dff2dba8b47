"""Figures on a page: their frames, their data, and the one copy of what draws them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sim.report import markup, sheet
from sim.report.markup import element, paragraph, text


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawn figure and what stands around it."""

    section: str
    anchor: str
    title: str
    reading: str  # how to read it
    numbers: str  # the numbers behind it, as markup
    json: str
    name: str = ""  # what Python calls it, where that is not the anchor


def placed(figure: Figure) -> str:
    """Return a figure as markup, with its caption, how to read it, and its numbers."""
    caption = element("figcaption", text(figure.title))
    plot = element(
        "div",
        "<noscript>The figure needs JavaScript; the table below holds its numbers.</noscript>",
        class_="plot",
        role="img",
        aria_label=f"{figure.title}. {figure.reading}",
        data_figure=f"{figure.anchor}-data",
    )
    frame = element("div", plot, class_="frame")
    reading = paragraph(figure.reading, class_="reading")
    return element("figure", caption + reading + frame + figure.numbers, id=figure.anchor)


def scripts(drawn: Sequence[Figure]) -> Iterator[str]:
    """Embed plotly.js once, then the data of each figure, then what draws them."""
    if not drawn:
        return
    from plotly.offline import get_plotlyjs

    yield f"<script>{get_plotlyjs()}</script>"
    for figure in drawn:
        data = markup.script_json(figure.json)
        yield f'<script type="application/json" id="{figure.anchor}-data">{data}</script>'
    yield f"<script>{sheet.SCRIPT}</script>"


def document(title: str, body: str, style: str = "") -> str:
    """Return a whole page around a body, needing nothing else; *style* is added to that of every page."""
    head = "\n".join(
        (
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{text(sheet.POLICY)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            element("title", text(title)),
            f"<style>{sheet.STYLE}{style}</style>",
        )
    )
    return f'<!DOCTYPE html>\n<html lang="en">\n<head>\n{head}\n</head>\n<body>\n{body}\n</body>\n</html>\n'
