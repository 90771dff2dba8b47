"""A resolved scenario as YAML that needs no other file.

Base, world and scenario are laid over each other; the world alone stands once more under ``reference``.
Distributions stay distributions. The commonest label of each quantity becomes the ``basis`` of its section,
other numbers carry their own.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import yaml

from sim.scenario.labels import Label, is_bare, label_of, looks_like_number, needs_label, words_of
from sim.scenario.layout import DEPTH
from sim.scenario.resolve import labelled_places
from sim.scenario.schema import top_keys
from sim.scenario.yaml import NUMBER, Node, plain
from sim.world.quantities import ENTITIES

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

_HEAD = "# Written by sim: complete in itself. Under `reference`, the world without the scenario.\n"

_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Dumper(_DUMPER):  # type: ignore[misc]
    """Quotes every text that YAML 1.1 or 1.2 would read as something else; writes no aliases."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 (the signature is PyYAML's)
        """Write everything out: a reader should not have to follow anchors."""
        return True


_Dumper.add_implicit_resolver("tag:yaml.org,2002:float", NUMBER, list("-+.0123456789"))


def dump(scenario: Scenario) -> str:
    """Return *scenario* as YAML that re-loads to the same tree, draws and world."""
    made = _document(scenario.document)
    if scenario.world is not None:
        made["reference"] = _document(scenario.world.document)
    text: str = yaml.dump(
        made, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=None, width=120
    )
    return _HEAD + text


def _document(document: Node) -> dict[str, Any]:
    bases = _bases(document)
    made: dict[str, Any] = {}
    for key in top_keys():
        node = document.get(key)
        if node is None or key == "extends":
            continue
        if key in bases:
            basis = {name: label.spec() for name, label in sorted(bases[key].items())}
            made[key] = ({"basis": basis} if basis else {}) | _mapping(node, (key,), bases[key])
        else:
            made[key] = plain(node)
    return made


def _bases(document: Node) -> dict[str, dict[str, Label]]:
    """Return the commonest label of each quantity, by section."""
    counts: dict[tuple[str, str], Counter[Label | None]] = {}
    listed: set[tuple[str, str]] = set()  # lists of numbers without a label cannot say so themselves
    for path, node in labelled_places(document):
        words = tuple(path.split("."))
        section, name = words[0], _quantity(words)
        own = label_of(node) if not is_bare(node) else None
        if own is None:
            counts.setdefault((section, name), Counter())[node.label] += 1
        if node.label is None and is_bare(node) and name in {"drives", "effects"}:
            listed.add((section, name))
    found: dict[str, dict[str, Label]] = {section: {} for section in (*DEPTH, "actions")}
    for (section, name), counter in counts.items():
        label, count = counter.most_common(1)[0]
        if label is not None and count > 1 and (section, name) not in listed:
            found[section][name] = label
    return found


def _quantity(path: tuple[str, ...]) -> str:
    """Return the name under which a basis labels the number at *path*."""
    words = words_of(path)
    if path[0] in {"actions", "dyads", *ENTITIES} - {"states"} or words[0] == "goals":
        return words[0]
    return "*" if path[0] == "parameters" else ".".join(words)


def _mapping(node: Node, path: tuple[str, ...], basis: dict[str, Label]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    own: dict[str, Any] = {}  # labels of lists, which cannot carry one
    for key, child in node.entries.items():
        where = (*path, key)
        if isinstance(child.value, list):
            label = _label_in(child)
            if label is not None and label != basis.get(key):
                own[key] = label.spec()
            made[key] = plain(child)
        elif isinstance(child.value, dict) and not looks_like_number(child):
            made[key] = _mapping(child, where, basis)
        else:
            made[key] = _number(child, where, basis)
    return ({"basis": own} if own else {}) | made


def _label_in(node: Node) -> Label | None:
    """Return the label the numbers of a list share."""
    if is_bare(node):
        return node.label
    for child in node.items or list(node.entries.values()):
        label = _label_in(child)
        if label is not None:
            return label
    return None


def _number(node: Node, path: tuple[str, ...], basis: dict[str, Label]) -> Any:
    """Return a number so that it reads back with the label it has."""
    value = plain(node)
    is_number = is_bare(node) or looks_like_number(node)
    if not is_number or not needs_label(path):
        return value
    if not is_bare(node) and ("value" in node.entries or label_of(node) is not None):
        return value  # says itself where it is from, or that nobody knows
    inherited = basis.get(_quantity(path))
    if node.label == inherited:
        return value
    if node.label is None:
        return {"value": value}
    return {"value": value, **node.label.spec()} if is_bare(node) else {**value, **node.label.spec()}
