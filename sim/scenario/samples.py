"""Samples of values that go together: what somebody states or draws on its own leaves them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sim.scenario.layout import DEPTH, numbers
from sim.scenario.paths import PathFault, parse
from sim.scenario.yaml import Node, plain


def yielding(below: Node, above: Node) -> Node:
    """Return the lower of two layers, its samples without what the upper one states or draws."""
    if not any(True for _ in _samples(below)):
        return below
    tree = {**plain(below), **plain(above)}
    stated = {".".join(keys) for section in DEPTH for keys, _, _ in numbers(above, section)}
    spelled = {path for text in stated if (path := _spelled(text, tree))}
    return without(below, spelled | set(_drawn(above, tree)))


def alone(document: Node) -> Node:
    """Return a document whose samples leave to other assumptions what those draw."""
    tree = plain(document)
    others = {name for name, _ in _samples(document)}
    return without(document, set(_drawn(document, tree, others))) if others else document


def without(document: Node, paths: Collection[str]) -> Node:
    """Return a document whose samples no longer draw *paths*; a sample of nothing goes."""
    tree = plain(document)
    section = document.get("assumptions")
    if section is None:
        return document
    entries = dict(section.entries)
    for name, node in _samples(document):
        kept = _columns(node, paths, tree)
        if kept is None:
            del entries[name]
        else:
            entries[name] = kept
    whole = {**document.entries, "assumptions": Node(entries, section.file, section.line)}
    return Node(whole, document.file, document.line)


def _samples(document: Node) -> Iterator[tuple[str, Node]]:
    """Yield the samples of a document that have the shape of one."""
    section = document.get("assumptions")
    for name, node in section.entries.items() if section is not None else ():
        if node.get("sets") is not None and node.get("paths") is not None:
            yield name, node


def _columns(node: Node, paths: Collection[str], tree: Mapping[str, Any]) -> Node | None:
    """Return a sample without some of its paths, None if none is left."""
    texts, sets = node.entries["paths"], node.entries["sets"]
    kept = [n for n, item in enumerate(texts.items) if _spelled(item.value, tree) not in paths]
    if len(kept) == len(texts.items):
        return node
    if not kept:
        return None
    rows = [
        Node([row.items[n] for n in kept if n < len(row.items)], row.file, row.line) for row in sets.items
    ]
    entries = dict(node.entries)
    entries["paths"] = Node([texts.items[n] for n in kept], texts.file, texts.line)
    entries["sets"] = Node(rows, sets.file, sets.line)
    return Node(entries, node.file, node.line)


def _drawn(document: Node, tree: Mapping[str, Any], but: Collection[str] = ()) -> Iterator[str]:
    """Yield what the assumptions of a document draw, those named in *but* apart."""
    section = document.get("assumptions")
    for name, node in section.entries.items() if section is not None else ():
        if name in but:
            continue
        single, several, stories = (node.get(key) for key in ("path", "paths", "alternatives"))
        texts = [single] if single is not None else several.items if several is not None else []
        yield from filter(None, (_spelled(text.value, tree) for text in texts))
        for story in stories.entries.values() if stories is not None else ():
            settings = story.get("set")
            named = settings.entries if settings is not None else {}
            yield from filter(None, (_spelled(text, tree) for text in named))


def _spelled(text: object, tree: Mapping[str, Any]) -> str | None:
    try:
        return parse(str(text), tree).path
    except PathFault:
        return None
