"""Figures on a page: their frames, their data, and the one copy of what draws them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from sim.report import markup, sheet
from sim.report.markup import element, paragraph, text

#: A figure in which there is nothing to draw, and whose words say so.
NOTHING = "{}"


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
    narrow: str = ""  # its layout where the frame is narrow, as JSON
    behind: str = ""  # what its first traces are called where several figures share them
    shared: int = 0  # how many those are
    choice: str = ""  # what it is called where a control shows one of several


def placed(figure: Figure) -> str:
    """Return a figure as markup, with its caption, how to read it, and its numbers."""
    caption = element("figcaption", text(figure.title))
    reading = paragraph(figure.reading, class_="reading")
    if figure.json == NOTHING:  # there is nothing to draw, and that is said
        return element("figure", caption + reading + figure.numbers, id=figure.anchor)
    plot = element(
        "div",
        "<noscript>The figure needs JavaScript; the table below holds its numbers.</noscript>",
        class_="plot",
        role="img",
        aria_label=f"{figure.title} — {figure.reading}",
        data_figure=f"{figure.anchor}-data",
        **({"data_behind": f"{figure.behind}-data"} if figure.behind else {}),
    )
    frame = element("div", plot, class_="frame")
    save = markup.saving(figure.title, svg="SVG", png="PNG")
    return element("figure", caption + reading + frame + save + figure.numbers, id=figure.anchor)


def sequence(drawn: Sequence[Figure], control: str) -> Iterator[str]:
    """Yield figures one after the other; of those that share a beginning of their anchor one is chosen.

    *control*: what the choice is of. An anchor is `GROUP--NUMBER…`; a group's figures of one `choice` are
    shown together.
    """
    for group, mine in groupby(drawn, key=lambda figure: figure.anchor.partition("--")[0]):
        chosen = [(name, list(them)) for name, them in groupby(mine, key=lambda figure: figure.choice)]
        parts = [(name, "\n".join(map(placed, them))) for name, them in chosen]
        yield markup.switch(f"{group}-of", control, parts)


def scripts(drawn: Sequence[Figure]) -> Iterator[str]:
    """Embed plotly.js once, then the data of each figure, then what draws them."""
    if any(figure.json != NOTHING for figure in drawn):
        from plotly.offline import get_plotlyjs

        yield f"<script>{get_plotlyjs()}</script>"
    for name, payload in _held(drawn).items():
        yield f'<script type="application/json" id="{name}">{markup.script_json(payload)}</script>'
    yield f"<script>{sheet.script()}</script>"


def _held(drawn: Sequence[Figure]) -> dict[str, str]:
    """Return what the script reads, by the name it goes by: figures, narrow layouts, shared traces."""
    held: dict[str, str] = {}
    for figure in drawn:
        if figure.json == NOTHING:
            continue
        payload = figure.json
        if figure.shared:
            whole = json.loads(payload)
            held[f"{figure.behind}-data"] = json.dumps({"data": whole["data"][: figure.shared]})
            payload = json.dumps({**whole, "data": whole["data"][figure.shared :]})
        held[f"{figure.anchor}-data"] = payload
        if figure.narrow:
            held[f"{figure.anchor}-data-narrow"] = figure.narrow
    return held


def document(title: str, body: str, style: str = "", name: str = "sim") -> str:
    """Return a whole page around a body, needing nothing else.

    *style* is added to that of every page; files are saved under *name*.
    """
    head = "\n".join(
        (
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{text(sheet.POLICY)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            element("title", text(title)),
            f"<style>{sheet.style()}{style}</style>",
        )
    )
    whole = element("body", f"\n{body}\n", data_name=name)
    return f'<!DOCTYPE html>\n<html lang="en">\n<head>\n{head}\n</head>\n{whole}\n</html>\n'
