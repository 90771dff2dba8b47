"""Where each number comes from.

A label is one of *source*, *derived* (by a formula) and *judgement*. It stands beside the number, or in a
``basis`` mapping above it, by the name of the quantity or ``*``. The nearest basis wins. A basis speaks for
the bare numbers of its own file only: a number changed in a scenario does not borrow the world's source.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sim.errors import Problem
from sim.scenario.layout import ACTION_NUMBERS, DEPTH, given
from sim.scenario.spelling import short, suggestion
from sim.scenario.yaml import Node, plain

Kind = Literal["source", "derived", "judgement"]

#: Keys of a label.
LABEL_KEYS = ("source", "derived", "judgement", "range", "as_of", "confidence")


@dataclass(frozen=True, slots=True)
class Label:
    """Why a number is what it is."""

    kind: Kind
    text: str
    range: tuple[float, float] | None = None  # factors on the value; a judgement with a range is drawn
    source: str | None = None  # of a derived number: what the formula was applied to
    as_of: str | None = None
    confidence: str | None = None
    file: str = field(default="", compare=False)
    line: int | None = field(default=None, compare=False)

    def spec(self) -> dict[str, Any]:
        """Return the mapping that writes this label in YAML."""
        made: dict[str, Any] = {self.kind: self.text}
        if self.range is not None:
            made["range"] = list(self.range)
        for key in ("source", "as_of", "confidence"):
            if key != self.kind and getattr(self, key) is not None:
                made[key] = getattr(self, key)
        return made


def label_of(node: Node) -> Label | None:
    """Read the label a mapping carries, None if it carries none. The mapping has a valid shape."""
    keys = {key: plain(child) for key, child in node.entries.items() if key in LABEL_KEYS}
    kind: Kind
    for kind in ("judgement", "derived", "source"):
        if isinstance(keys.get(kind), str):
            break
    else:
        return None
    bounds = keys.get("range")
    return Label(
        kind=kind,
        text=keys[kind],
        range=(float(bounds[0]), float(bounds[1])) if bounds else None,
        source=keys.get("source") if kind != "source" else None,
        as_of=keys.get("as_of"),
        confidence=keys.get("confidence"),
        file=node.file,
        line=node.line,
    )


def is_bare(node: Node) -> bool:
    """Whether a node is a bare number."""
    return isinstance(node.value, int | float) and not isinstance(node.value, bool)


def settle(root: Node, faults_of: Any) -> list[Problem]:
    """Give every bare number of one file its label, in place, and take the ``basis`` mappings away.

    Parameters
    ----------
    root
        One file, quantities in their spelled form.
    faults_of
        ``(node, path) -> problems`` of the shape of one label.
    """
    settling = _Settling(faults_of)
    if isinstance(root.value, dict):
        outer = settling.basis_of(root, "", ())
        for section in (*DEPTH, "actions"):
            node = root.get(section)
            if node is not None:
                settling.walk(node, (section,), outer)
    return settling.problems


@dataclass(slots=True)
class _Settling:
    faults_of: Any
    problems: list[Problem] = field(default_factory=list)

    def basis_of(self, node: Node, section: str, path: tuple[str, ...]) -> list[dict[str, Label]]:
        """Take the basis of a mapping away and return it as the innermost of a stack."""
        basis = node.entries.pop("basis", None)
        if basis is None:
            return []
        where = (*path, "basis")
        if not isinstance(basis.value, dict):
            message = "is not a mapping from quantities to labels"
            self.problems.append(Problem(basis.file, basis.line, ".".join(where), message))
            return []
        found: dict[str, Label] = {}
        for name, entry in basis.entries.items():
            faults = self.faults_of(entry, (*where, name))
            self.problems += faults
            if name not in quantity_names(section):
                message = f"{short(name)} is not a quantity"
                repair = suggestion(name, quantity_names(section))
                self.problems.append(Problem(entry.file, entry.line, ".".join(where), message, repair))
            label = None if faults else label_of(entry)
            if label is not None:
                found[name] = label
        return [found]

    def walk(self, node: Node, path: tuple[str, ...], stack: list[dict[str, Label]]) -> None:
        """Label the bare numbers at and below *node*; the innermost basis comes first."""
        if is_bare(node):
            node.label = _nearest(words_of(path), stack) if needs_label(path) else None
        elif isinstance(node.value, list):
            for item in node.value:
                self.walk(item, path, stack)
        elif isinstance(node.value, dict):
            if "basis" in node.value:
                stack = self.basis_of(node, path[0], path) + stack
            if looks_like_number(node):
                if "value" not in node.value and label_of(node) is None:
                    node.label = _nearest(words_of(path), stack)
                return
            for key, child in node.value.items():
                self.walk(child, (*path, key), stack)


def looks_like_number(node: Node) -> bool:
    """Whether a mapping stands for a number: ``{value: …}`` or a distribution, with or without a label."""
    from sim.scenario.distributions import KINDS

    keys = node.entries.keys()
    return ("value" in keys or not KINDS.keys().isdisjoint(keys)) and keys <= {"value", *KINDS, *LABEL_KEYS}


def words_of(path: tuple[str, ...]) -> tuple[str, ...]:
    """Return the part of a path that names the quantity."""
    section, rest = path[0], path[1:]
    if section == "actions":
        rest = rest[1:]
        return rest[2:] if rest[:1] == ("variants",) else rest
    return rest[DEPTH[section] :]


def needs_label(path: tuple[str, ...]) -> bool:
    """Whether the number at *path* has to say where it comes from."""
    words = words_of(path)
    if path[0] == "actions":
        return words[:1] != () and words[0] in ACTION_NUMBERS
    return any(".".join(words[:n]) in given(path[0]) for n in range(1, len(words) + 1))


def _nearest(words: tuple[str, ...], stack: list[dict[str, Label]]) -> Label | None:
    names = [".".join(words[:n]) for n in range(len(words), 0, -1)]
    for basis in stack:
        for name in (*names, "*"):
            if name in basis:
                return basis[name]
    return None


def quantity_names(section: str) -> Mapping[str, None]:
    """Return the names a basis in *section* may label ("" for the top of the file), in order."""
    if section == "actions":
        return dict.fromkeys((*ACTION_NUMBERS, "rung", "support", "mid", "days", "*"))
    sections = (section,) if section in DEPTH else tuple(DEPTH)
    names: dict[str, None] = {}
    for each in sections:
        for name in given(each):
            names.setdefault(name)
            names.setdefault(name.split(".")[0])
    if section not in DEPTH:
        names |= dict.fromkeys(ACTION_NUMBERS)
    names.setdefault("*")
    return names
