"""Laying one document over another: mappings merge key by key, everything else replaces, null removes.

What is ``inert`` adds up: a scenario lists more of its world's numbers, and none fewer.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.errors import Problem
from sim.scenario.happenings import FORMS
from sim.scenario.labels import looks_like_number
from sim.scenario.samples import yielding
from sim.scenario.spelling import nearest
from sim.scenario.yaml import Node

Path = tuple[str, ...]

#: Keys of a document that may be null and mean it.
_NULLABLE = {("marking",)}


@dataclass(slots=True)
class Merged:
    """What came of laying one document over another."""

    root: Node
    problems: list[Problem] = field(default_factory=list)
    removed: list[Path] = field(default_factory=list)


def merge(base: Node, overlay: Node) -> Merged:
    """Return *overlay* laid over *base*; neither is changed. Both are mappings."""
    made = Merged(base)
    made.root = _merge(yielding(base, overlay), overlay, (), made)
    for path in made.removed:
        if path[0] == "states" and len(path) == 2:
            made.root = _without_state(made.root, path[1])
    return made


def _merge(base: Node, overlay: Node, path: Path, made: Merged) -> Node:
    """Merge two mappings."""
    entries = dict(base.entries)
    for key, node in overlay.entries.items():
        where = (*path, key)
        below = entries.get(key)
        if node.value is None and where not in _NULLABLE:
            _remove(entries, key, node, where, made)
        elif below is not None and _both_plain(below, node) and not _another_form(below, node, where):
            entries[key] = _merge(below, node, where, made)
        elif where == ("inert",) and below is not None and isinstance(node.value, list):
            entries[key] = Node([*below.items, *node.items], node.file, node.line)
        elif isinstance(node.value, dict) and not looks_like_number(node):
            entries[key] = _merge(Node({}, node.file, node.line), node, where, made)
        else:
            entries[key] = node
    return Node(entries, overlay.file, overlay.line)


def _remove(entries: dict[str, Node], key: str, node: Node, where: Path, made: Merged) -> None:
    path = ".".join(where)
    if len(where) == 1:
        made.problems.append(
            Problem(node.file, node.line, path, "has no value", "give one, or remove the line")
        )
    elif key in entries:
        del entries[key]
        made.removed.append(where)
    else:
        near = nearest(key, entries)
        repair = f"did you mean `{near}`?" if near else "for an empty entry write `{}`"
        made.problems.append(
            Problem(node.file, node.line, path, "is null, which removes an entry; there is none", repair)
        )


def _both_plain(below: Node, above: Node) -> bool:
    """Whether both are mappings that do not stand for a number."""
    return all(isinstance(n.value, dict) and not looks_like_number(n) for n in (below, above))


def _another_form(below: Node, above: Node, where: Path) -> bool:
    """Whether an outcome, inject or assumption is given in another form, which replaces it whole."""
    if len(where) != 2 or where[0] not in FORMS:
        return False
    mine = [form for form in FORMS[where[0]] if form in above.entries]
    theirs = [form for form in FORMS[where[0]] if form in below.entries]
    return bool(mine) and (mine != theirs or mine == ["sets"])


def _without_state(root: Node, name: str) -> Node:
    """Return the document without what is said of a removed state in dyads, relations, theatres and wars."""
    entries = dict(root.entries)
    cleaners = {
        "dyads": _without_dyads,
        "relations": _without_pairs,
        "theatres": _without_theatre,
        "wars": _without_views,
    }
    for section, clean in cleaners.items():
        node = entries.get(section)
        if node is not None:
            entries[section] = clean(node, name)
    return Node(entries, root.file, root.line)


def _with(node: Node, entries: dict[str, Node]) -> Node:
    return Node(entries, node.file, node.line)


def _without_dyads(dyads: Node, name: str) -> Node:
    kept = {actor: row for actor, row in dyads.entries.items() if actor != name}
    return _with(
        dyads, {a: _with(r, {t: d for t, d in r.entries.items() if t != name}) for a, r in kept.items()}
    )


def _without_pairs(relations: Node, name: str) -> Node:
    return _with(relations, {kind: _other_pairs(pairs, name) for kind, pairs in relations.entries.items()})


def _other_pairs(pairs: Node, name: str) -> Node:
    kept = [pair for pair in pairs.items if name not in [item.value for item in pair.items]]
    return Node(kept, pairs.file, pairs.line)


def _without_theatre(theatres: Node, name: str) -> Node:
    made = {}
    for key, theatre in theatres.entries.items():
        parts = {k: _other_pairs(v, name) if k == "dyads" else v for k, v in theatre.entries.items()}
        made[key] = _with(theatre, parts)
    return _with(theatres, made)


def _without_views(wars: Node, name: str) -> Node:
    made = {}
    for key, war in wars.entries.items():
        parts = {
            k: _with(v, {s: n for s, n in v.entries.items() if s != name})
            if k in {"support", "leaning", "hope"}
            else v
            for k, v in war.entries.items()
        }
        made[key] = _with(war, parts)
    return _with(wars, made)
