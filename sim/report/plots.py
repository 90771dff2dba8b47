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
    caption = element("figcaption", element("h3", text(figure.title)))
    reading = paragraph(figure.reading, class_="reading")
    if figure.json == NOTHING:  # there is nothing to draw, and that is said
        return element("figure", caption + reading + figure.numbers, id=figure.anchor)
    plot = element(
        "div",
        "<noscript>The figure needs JavaScript; its numbers are in a table.</noscript>",
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


@dataclass(frozen=True, slots=True)
class Origin:
    """What every file saved from a page says of itself, and what it is called."""

    name: str = "sim"
    marking: str = ""
    study: str = ""


#: Signs of a marking that surely fit into the two lines at the top and the bottom of every sheet.
LINES = 120


def document(title: str, body: str, style: str = "", origin: Origin = Origin()) -> str:
    """Return a whole page around a body, needing nothing else, with the marking at both ends.

    *style* is added to that of every page.
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
    whole = element(
        "body",
        _marked(element("div", f"\n{body}\n", class_="page"), origin.marking),
        data_name=origin.name,
        data_title=title,
        data_study=origin.study,
        data_marking=origin.marking,
    )
    return f'<!DOCTYPE html>\n<html lang="en">\n<head>\n{head}\n</head>\n{whole}\n</html>\n'


def _marked(body: str, marking: str) -> str:
    """Return the body of a page between its marking; paper repeats two lines of it and begins with all."""
    if not marking:
        return body
    top, bottom = (
        element("div", element("span", text(marking)), class_=f"marking {end}", role="note")
        for end in ("top", "bottom")
    )
    whole = paragraph(marking, class_="marking paper whole") if len(marking) > LINES else ""
    return "\n".join((top, body.replace('class="page">', f'class="page">{whole}', 1), bottom))
