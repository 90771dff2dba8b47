"""HTML, escaped: every text of a study passes through here on its way to the page."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

#: Signs without a gap from which on a cell may be broken anywhere.
RUN = 24

#: Columns beyond which paper sets a table smaller.
COLUMNS = 8


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


def foldable(anchor: str, *content: str) -> str:
    """Return what waits behind the heading before it where the screen is narrow; shown elsewhere."""
    return element("div", "\n".join(part for part in content if part), id=f"{anchor}-fold", data_fold="")


def table(
    caption: str,
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    kind: str = "",
    name: str = "",
    saved: Sequence[Sequence[Any]] = (),
) -> str:
    """Return a table of markup cells, the first of each row its header, in a frame that scrolls.

    *name* is what its file is called when it is saved; the caption's beginning by default. *saved*: the rows
    of that file, the head first, where they are other than what the table shows. On a narrow screen a row
    becomes a card, in which every cell names its column.
    """
    named = name or caption.partition(". ")[0].partition(": ")[0]
    columns = [re.sub(r"<[^>]*>", " ", cell).strip() for cell in head]
    top = "".join(element("th", cell, scope="col", **_breaking(cell)) for cell in head)
    body = "\n".join(element("tr", _row(cells, columns)) for cells in rows)
    inside = f"{element('caption', text(caption))}<thead><tr>{top}</tr></thead>\n<tbody>\n{body}\n</tbody>"
    kinds = f"{kind} wide".strip() if len(head) > COLUMNS else kind
    whole = element("table", inside, class_=kinds, data_name=named)
    frame = element("div", whole, class_="scroll", tabindex="0", role="region", aria_label=f"Table: {named}")
    held = {"data_saved": json.dumps(saved, ensure_ascii=False, allow_nan=False)} if saved else {}
    return element("div", frame + saving(named, csv="CSV", xlsx="XLSX"), class_="tabled", **held)


def saving(name: str, **kinds: str) -> str:
    """Return buttons that save what stands beside them, each a kind of file and what the button says."""
    buttons = (
        element("button", text(said), type="button", data_save=kind, aria_label=f"Save as {said}: {name}")
        for kind, said in kinds.items()
    )
    return element("p", "Save: " + " ".join(buttons), class_="save")


def _row(cells: Sequence[str], columns: Sequence[str]) -> str:
    first = element("th", cells[0], scope="row", **_breaking(cells[0]))
    pairs = zip(cells[1:], columns[1:], strict=False)
    return first + "".join(
        f'<td data-head="{column}"{" class=long" if _breaking(cell) else ""}>{cell}</td>'
        for cell, column in pairs
    )


def _breaking(cell: str) -> dict[str, str]:
    """Return what lets a cell break anywhere: one that holds a run of signs longer than a column is wide."""
    run = max(map(len, re.sub(r"<[^>]*>", " ", cell).split()), default=0)
    return {"class_": "long"} if run > RUN else {}


def switch(anchor: str, label: str, parts: Sequence[tuple[str, str]]) -> str:
    """Return contents of which a control shows one: (its name, markup); all of them without scripts."""
    if len(parts) == 1:
        return parts[0][1]
    names = [name for name, _ in parts]
    options = "".join(element("option", text(name), value=str(i)) for i, name in enumerate(names))
    control = element("select", options, id=f"{anchor}-choice")
    more = element("span", "", class_="more paper")
    name = element("label", text(label), for_=f"{anchor}-choice")
    bar = element("div", name + control + more, class_="control")
    held = (element("div", part, class_="choice", data_choice=str(i)) for i, (_, part) in enumerate(parts))
    return element("div", bar + "\n".join(held), class_="switch", id=anchor)


def details(summary: str, content: str, of: str = "") -> str:
    """Return content folded away until asked for; paper shows the short and says how long the others are.

    *of*: what the summary belongs to, for those who hear it alone.
    """
    told = text(summary) + (element("span", f": {text(of)}", class_="aloud") if of else "")
    rows = content.count("<tr>") - content.count("<thead>")
    return element("details", element("summary", told, data_rows=str(rows)) + content)


def items(lines: Iterable[str], kind: str = "") -> str:
    """Return a list of markup lines."""
    return element("ul", "".join(element("li", line) for line in lines), class_=kind)


def pairs(rows: Iterable[tuple[str, str]]) -> str:
    """Return a list of names and plain values."""
    spelled = (f"<div>{element('dt', text(name))}{element('dd', text(value))}</div>" for name, value in rows)
    return element("dl", "".join(spelled))
