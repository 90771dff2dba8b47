"""HTML, escaped: every text of a study passes through here on its way to the page."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import Any


def text(value: Any) -> str:
    """Escape *value* for the page, quotation marks included."""
    return html.escape(str(value), quote=True)


def script_json(payload: str) -> str:
    """Make JSON safe inside a script element: nothing in it can close the element or open a comment."""
    return (
        payload.replace("<", "\\u003c").replace("\N{LINE SEPARATOR}", "\\u2028").replace("\u2029", "\\u2029")
    )


def element(name: str, content: str, **attributes: str) -> str:
    """Return an element around *content*, which is markup already; attribute values are escaped here."""
    spelled = "".join(f' {key.rstrip("_").replace("_", "-")}="{text(v)}"' for key, v in attributes.items())
    return f"<{name}{spelled}>{content}</{name}>"


def paragraph(words: str, **attributes: str) -> str:
    """Return a paragraph of plain text."""
    return element("p", text(words), **attributes)


def section(anchor: str, title: str, *content: str) -> str:
    """Return a section with its heading."""
    heading = element("h2", text(title), id=f"{anchor}-title")
    body = "\n".join(part for part in (heading, *content) if part)
    return element("section", body, id=anchor, aria_labelledby=f"{anchor}-title")


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "") -> str:
    """Return a table of markup cells, the first of each row its header, in a frame that scrolls."""
    top = "".join(element("th", cell, scope="col") for cell in head)
    body = "\n".join(element("tr", _row(cells)) for cells in rows)
    caption = element("caption", text(caption))
    whole = element(
        "table", f"{caption}<thead><tr>{top}</tr></thead>\n<tbody>\n{body}\n</tbody>", class_=kind
    )
    return element("div", whole, class_="scroll", tabindex="0", role="region", aria_label="table")


def _row(cells: Sequence[str]) -> str:
    first = element("th", cells[0], scope="row")
    return first + "".join(element("td", cell) for cell in cells[1:])


def details(summary: str, content: str) -> str:
    """Return content folded away until asked for; paper shows it folded."""
    return element("details", element("summary", text(summary)) + content)


def items(lines: Iterable[str], kind: str = "") -> str:
    """Return a list of markup lines."""
    return element("ul", "".join(element("li", line) for line in lines), class_=kind)


def pairs(rows: Iterable[tuple[str, str]]) -> str:
    """Return a list of names and plain values."""
    spelled = (f"<div>{element('dt', text(name))}{element('dd', text(value))}</div>" for name, value in rows)
    return element("dl", "".join(spelled))
