"""Samples of values that go together: what somebody states on its own is no longer drawn with the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sim.scenario.paths import PathFault, parse
from sim.scenario.yaml import Node, plain


def without_what_is_stated(document: Node, files: Sequence[str]) -> Node:
    """Return *document* whose samples draw only what nobody else has said.

    A column of ``sets`` goes where another assumption draws its quantity, or where a layer above the sample
    (``--set`` is the highest) states the number. *files* are those of the layers, the topmost first.
    """
    section = document.get("assumptions")
    if section is None or not any("sets" in node.entries for node in section.entries.values()):
        return document
    tree = plain(document)
    others = [node for node in section.entries.values() if "sets" not in node.entries]
    drawn = {path for node in others for path in _drawn_by(node, tree)}
    entries = {}
    for name, node in section.entries.items():
        kept = _kept(document, node, drawn, files) if "sets" in node.entries else node
        if kept is not None:
            entries[name] = kept
    whole = dict(document.entries)
    whole["assumptions"] = Node(entries, section.file, section.line)
    return Node(whole, document.file, document.line)


def _kept(document: Node, node: Node, drawn: set[str], files: Sequence[str]) -> Node | None:
    """Return a sample with the columns that are still its own, None if none is."""
    tree, paths, sets = plain(document), node.get("paths"), node.get("sets")
    if paths is None or sets is None:
        return node  # its shape is at fault
    above = set(files[: files.index(node.file)]) if node.file in files else set()
    columns = []
    for n, item in enumerate(paths.items):
        path = _spelled(item.value, tree)
        number = document.get(*path.split(".")) if path is not None else None
        if path not in drawn and (number is None or number.file not in above):
            columns.append(n)
    if len(columns) == len(paths.items):
        return node
    if not columns:
        return None
    rows = [
        Node([row.items[n] for n in columns if n < len(row.items)], row.file, row.line) for row in sets.items
    ]
    entries = dict(node.entries)
    entries["paths"] = Node([paths.items[n] for n in columns], paths.file, paths.line)
    entries["sets"] = Node(rows, sets.file, sets.line)
    return Node(entries, node.file, node.line)


def _drawn_by(node: Node, tree: Mapping[str, Any]) -> Iterator[str]:
    """Yield what an assumption draws, as far as it names anything."""
    single, several, stories = (node.get(key) for key in ("path", "paths", "alternatives"))
    texts = [single] if single is not None else several.items if several is not None else []
    yield from filter(None, (_spelled(text.value, tree) for text in texts))
    for story in stories.entries.values() if stories is not None else []:
        settings = story.get("set")
        named = settings.entries if settings is not None else {}
        yield from filter(None, (_spelled(text, tree) for text in named))


def _spelled(text: object, tree: Mapping[str, Any]) -> str | None:
    try:
        return parse(str(text), tree).path
    except PathFault:
        return None
