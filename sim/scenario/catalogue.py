"""What the catalogue of actions refers to is there.

Of the shipped catalogue, what speaks of things this world does not have is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from sim.scenario.faults import Faults, Path
from sim.scenario.paths import PLACEHOLDERS, PathFault, known_names, parse
from sim.scenario.references import goods
from sim.scenario.usage import check_condition, check_effects, check_threshold, rungs
from sim.scenario.yaml import Node, plain

#: Parties of `provokes` that are not states by name.
PARTIES = ("T", "TA", "EB", "EA", "giver", "taker")


def check_catalogue(faults: Faults) -> None:
    """Check every action."""
    actions = faults.root.get("actions")
    for name, action in actions.entries.items() if actions is not None else []:
        path = ("actions", name)
        _action(faults, action, path)
        desk = action.get("desk")
        for kind, needed in (("country", "targets"), ("programme", "programme")):
            if desk is not None and desk.value == kind and action.get(needed) is None:
                faults.add(action, (*path, needed), "is required", f"an action of a {kind} desk needs it")
        variants = action.get("variants")
        for variant, node in variants.entries.items() if variants is not None else []:
            _action(faults, node, (*path, "variants", variant))


def _action(faults: Faults, action: Node, path: Path) -> None:
    for key in ("actors", "targets", "observed_in"):
        node = action.get(key)
        for i, item in enumerate(node.items if node is not None else []):
            if item.items:
                faults.pair(item, (*path, key, str(i)))
            else:
                faults.state(item, (*path, key, str(i)))
    wanted = action.get("programme", "goods")
    for i, item in enumerate(wanted.items if wanted is not None else []):
        faults.name(item, (*path, "programme", "goods", str(i)), goods(faults), "a good")
    requires = action.get("requires")
    for i, item in enumerate(requires.items if requires is not None else []):
        check_condition(faults, item, (*path, "requires", str(i)), PLACEHOLDERS)
    _drives(faults, action.get("drives"), (*path, "drives"))
    check_effects(faults, action.get("effects"), (*path, "effects"), PLACEHOLDERS)
    excludes = action.get("excludes")
    for i, item in enumerate(excludes.items if excludes is not None else []):
        faults.name(item, (*path, "excludes", str(i)), faults.tree["actions"], "an action")
    provokes = action.get("provokes")
    parties = [*PARTIES, *known_names("S", faults.tree)]
    for party, node in provokes.entries.items() if provokes is not None else []:
        faults.name(
            Node(party, node.file, node.line), (*path, "provokes", party), parties, "a party or a state"
        )
    answer = action.get("answer_rung")
    if answer is not None and isinstance(answer.value, str):
        faults.name(answer, (*path, "answer_rung"), rungs(faults), "a rung")


def _drives(faults: Faults, drives: Node | None, path: Path) -> None:
    for i, drive in enumerate(drives.items if drives is not None else []):
        for key in ("path", "observes"):
            reference = faults.reference(drive.get(key), (*path, str(i), key), PLACEHOLDERS)
            for bound in ("above", "below"):
                threshold = drive.get(bound)
                if reference is not None and threshold is not None:
                    check_threshold(faults, threshold, (*path, str(i), bound), reference)


def fitted(root: Node, shipped: Collection[str]) -> tuple[Node, list[str]]:
    """Return the document with what the shipped catalogue says of things this world does not have left out.

    The shipped catalogue is written for the shipped world; a smaller world has fewer states, flows and wars.
    What a scenario says itself is never left out.

    Returns
    -------
    (Node, list of str)
        The document, and a line for everything left out.
    """
    actions = root.get("actions")
    if actions is None:
        return root, []
    fitting = _Fitting(plain(root), shipped)
    made = {name: fitting.action(node, ("actions", name)) for name, node in actions.entries.items()}
    entries = {**root.entries, "actions": Node(made, actions.file, actions.line)}
    return Node(entries, root.file, root.line), fitting.left_out


class _Fitting:
    def __init__(self, tree: Mapping[str, Any], shipped: Collection[str]) -> None:
        self.tree, self.shipped = tree, shipped
        self.states = set(known_names("S", tree))
        self.left_out: list[str] = []

    def action(self, node: Node, path: Path) -> Node:
        """Return an action, or a variant, that speaks only of what there is."""
        entries = {key: self._field(key, child, (*path, key)) for key, child in node.entries.items()}
        return _like(node, entries) if isinstance(node.value, dict) else node

    def _field(self, key: str, node: Node, where: Path) -> Node:
        if isinstance(node.value, dict):
            if key == "variants":
                return _like(node, {n: self.action(v, (*where, n)) for n, v in node.value.items()})
            if key == "provokes":
                return _like(node, {p: n for p, n in node.value.items() if self._party(p, n, where)})
        elif isinstance(node.value, list) and node.file in self.shipped:
            is_present = _LISTS.get(key)
            if is_present is not None:
                return _like(node, [item for item in node.value if is_present(self, item, where)])
        return node

    def _keep(self, where: Path, what: str, *, present: bool) -> bool:
        if not present:
            self.left_out.append(f"{'.'.join(where)}: {what}")
        return present

    def _party(self, party: str, node: Node, where: Path) -> bool:
        present = node.file not in self.shipped or party in self.states or party in PARTIES
        return self._keep(where, party, present=present)

    def names(self, item: Node, where: Path) -> bool:
        """Whether every state an item names is there."""
        names = [str(part.value) for part in item.items] if item.items else [str(item.value)]
        return all(self._keep(where, name, present=name in self.states) for name in names)

    def paths(self, item: Node, where: Path) -> bool:
        """Whether every path of a condition, drive or effect names something here."""
        flat = plain(item)
        return all(self._keep(where, text, present=self._present(text)) for text in _path_texts(flat))

    def _present(self, text: str) -> bool:
        try:
            parse(text, self.tree, PLACEHOLDERS)
        except PathFault as fault:
            return not fault.absent
        return True


_LISTS: Mapping[str, Callable[[_Fitting, Node, Path], bool]] = {
    **dict.fromkeys(("actors", "targets", "observed_in"), _Fitting.names),
    **dict.fromkeys(("requires", "drives", "effects"), _Fitting.paths),
}


def _like(node: Node, value: Any) -> Node:
    return Node(value, node.file, node.line, node.label)


def _path_texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value] if "." in value else []
    if isinstance(value, dict):
        return [text for part in value.values() for text in _path_texts(part)]
    if isinstance(value, list):
        return [text for part in value for text in _path_texts(part)]
    return []
