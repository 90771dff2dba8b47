"""``--set PATH=VALUE``: the last word on any number or key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sim.errors import Problem, ScenarioError
from sim.scenario.labels import looks_like_number
from sim.scenario.layout import DEPTH
from sim.scenario.paths import PathFault, Reference, parse
from sim.scenario.samples import without
from sim.scenario.schema import top_keys
from sim.scenario.spelling import short, suggestion
from sim.scenario.yaml import Node, parse_value, plain

#: What messages call the command line.
SET = "--set"

#: Keys that may be set where a document does not give them.
_ABSENT = ("title", "question", "marking", "start", "turn", "turns", "replicates", "seed", "watch")

#: Keys that say which files are read.
_FIXED = ("extends", "reference", "basis")


def apply(document: Node, sets: Sequence[str]) -> tuple[Node, list[Problem]]:
    """Return a copy of *document* with every setting applied, and what is wrong with the settings."""
    problems: list[Problem] = []
    for text in sets:
        try:
            document = _apply(document, text)
        except _Fault as fault:
            problems.append(Problem(SET, None, fault.path, fault.message, fault.repair))
    return document, problems


class _Fault(Exception):
    def __init__(self, path: str, message: str, repair: str = "") -> None:
        super().__init__(message)
        self.path, self.message, self.repair = path, message, repair


def _apply(document: Node, text: str) -> Node:
    path, equals, value = text.partition("=")
    path = path.strip()
    if not equals or not path:
        raise _Fault("", f"{short(text)} is not PATH=VALUE", "for example states.PRK.munitions.stock=8")
    node = _value(path, value)
    reference = _reference(path, document)
    if reference is not None:
        if not reference.quantity.given:
            raise _Fault(path, "evolves and cannot be given", "give what it follows from")
        document = _let_go(document, reference)
        return _put(document, reference.keys, node)
    keys = tuple(path.split("."))
    if keys[0] in _FIXED:
        raise _Fault(path, "cannot be set on the command line", "write a scenario that says so")
    _must_exist(document, keys, path)
    return _put(document, keys, node)


def _value(path: str, text: str) -> Node:
    try:
        node = parse_value(text, SET)
    except ScenarioError as error:
        first = error.problems[0]
        raise _Fault(path, first.message, first.repair) from None
    if path != "marking" or node.value is not None:
        _check_whole(node, path)
    _unmark(node)
    return node


def _check_whole(node: Node, path: str) -> None:
    """Refuse null, which in a file removes an entry, and ``basis``, which in a file labels numbers."""
    if node.value is None:
        raise _Fault(path, "is set to nothing", "write PATH=VALUE")
    for key, child in node.entries.items():
        if key == "basis":
            raise _Fault(f"{path}.basis", "cannot be set on the command line", "write it in a file")
        _check_whole(child, f"{path}.{key}")


def _unmark(node: Node) -> None:
    """Take the lines away: a command line has none."""
    node.line = None
    for child in [*node.items, *node.entries.values()]:
        _unmark(child)


def _reference(path: str, document: Node) -> Reference | None:
    """Return the quantity a path names; None if it names another key of the document.

    Raises
    ------
    _Fault
        If it names neither.
    """
    try:
        return parse(path, plain(document))
    except PathFault as fault:
        keys = tuple(path.split("."))
        if document.get(*keys) is not None or keys[0] not in DEPTH:
            return None
        raise _Fault(path, fault.message, fault.repair) from None


def _must_exist(document: Node, keys: tuple[str, ...], path: str) -> None:
    node = document
    for n, key in enumerate(keys):
        if isinstance(node.value, dict) and key in node.value:
            node = node.value[key]
        elif isinstance(node.value, list) and key.isdecimal() and int(key) < len(node.value):
            node = node.value[int(key)]
        elif (n == 0 and key in _ABSENT) or keys == ("turn", "days"):
            return
        else:
            known = _known(node, n)
            raise _Fault(
                path,
                f"names nothing: there is no {short(key)} in {short('.'.join(keys[:n]) or 'the scenario')}",
                suggestion(key, known),
            )


def _known(node: Node, depth: int) -> list[str]:
    if depth == 0:
        return [key for key in top_keys() if key not in {"basis", "extends"}]
    if isinstance(node.value, list):
        return [str(i) for i in range(len(node.value))]
    return list(node.entries)


def _put(document: Node, keys: tuple[str, ...], node: Node) -> Node:
    """Return *document* with *node* at *keys*; mappings merge, anything else replaces."""
    if not keys:
        both = isinstance(document.value, dict) and isinstance(node.value, dict)
        if both and not looks_like_number(node) and not looks_like_number(document):
            entries = dict(document.entries)
            for key, child in node.entries.items():
                entries[key] = _put(entries[key], (), child) if key in entries else child
            return Node(entries, SET, None)
        return node
    key, rest = keys[0], keys[1:]
    if isinstance(document.value, list):
        items = list(document.value)
        items[int(key)] = _put(items[int(key)], rest, node)
        return Node(items, document.file, document.line, document.label)
    within = not looks_like_number(document) or key in document.entries  # a part of a distribution
    entries = dict(document.entries) if within else {}
    entries[key] = _put(entries.get(key) or Node({}, SET, None), rest, node)
    return Node(entries, document.file, document.line)


def _let_go(document: Node, reference: Reference) -> Node:
    """Return *document* in which no assumption draws and no option sets a quantity any more."""
    document = without(document, {reference.path})
    tree = plain(document)

    def names_it(text: object) -> bool:
        """Whether a path names the number that is set."""
        try:
            return parse(str(text), tree).path == reference.path
        except PathFault:
            return False

    def unset(settings: Node) -> Node:
        """Return settings without those of that number."""
        kept = {text: value for text, value in settings.entries.items() if not names_it(text)}
        return Node(kept, settings.file, settings.line)

    def assumption(node: Node) -> Node | None:
        """Return an assumption without that number, None if nothing is left."""
        entries = dict(node.entries)
        if "sets" in entries:
            return node
        if "path" in entries and names_it(entries["path"].value):
            return None
        if "paths" in entries:
            kept = [item for item in entries["paths"].items if not names_it(item.value)]
            if not kept:
                return None
            entries["paths"] = Node(kept, entries["paths"].file, entries["paths"].line)
        stories = entries.get("alternatives")
        if stories is not None:
            entries["alternatives"] = Node(
                {n: _with_set(s, unset) for n, s in stories.entries.items()}, stories.file, stories.line
            )
        return Node(entries, node.file, node.line)

    entries = dict(document.entries)
    for section, change in (("assumptions", assumption), ("options", lambda node: _with_set(node, unset))):
        node = entries.get(section)
        if node is not None and isinstance(node.value, dict):
            changed = {name: change(child) for name, child in node.entries.items()}
            entries[section] = Node({n: c for n, c in changed.items() if c is not None}, node.file, node.line)
    before, after = (set(_named(root)) for root in (document.entries, entries))
    _part(entries, before - after | {reference.path})
    return Node(entries, document.file, document.line)


def _named(entries: Mapping[str, Node]) -> Iterable[str]:
    """Return the names of the assumptions of a document."""
    section = entries.get("assumptions")
    return section.entries if section is not None else ()


def _part(entries: dict[str, Node], gone: set[str]) -> None:
    """Take away the correlations of assumptions that are gone."""
    section = entries.get("correlations")
    if section is None or not isinstance(section.value, list):
        return
    kept = [item for item in section.items if not gone & _pair(item)]
    entries["correlations"] = Node(kept, section.file, section.line)


def _pair(item: Node) -> set[str]:
    """Return the names a correlation has, if it has the shape of one."""
    between = item.get("between")
    return {str(name.value) for name in between.items} if between is not None else set()


def _with_set(node: Node, unset: object) -> Node:
    settings = node.entries.get("set")
    if settings is None or not callable(unset):
        return node
    return Node({**node.entries, "set": unset(settings)}, node.file, node.line)
