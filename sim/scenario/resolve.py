"""From a merged document without faults to a `Scenario`; and every fault there is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sim.errors import Problem, ScenarioError
from sim.scenario.catalogue import check_catalogue, fitted
from sim.scenario.copula import copula_of
from sim.scenario.draws import Draw, draws_of, value_of
from sim.scenario.faults import Faults, in_order
from sim.scenario.labels import Label, is_bare, label_of, looks_like_number
from sim.scenario.layout import ACTION_NUMBERS, DEPTH, numbers
from sim.scenario.pacts import check_pacts
from sim.scenario.paths import PathFault, parse
from sim.scenario.references import check_complete, check_world
from sim.scenario.samples import alone
from sim.scenario.scenario import Scenario
from sim.scenario.schema import top_keys
from sim.scenario.shape import document_faults
from sim.scenario.usage import check_usage
from sim.scenario.yaml import Node, plain

#: Keys a scenario must give, and how; a world need not.
_RUN_KEYS = {"start": "for example `start: 2024-06-24`", "turns": "for example `turns: 104`"}


Role = Literal["scenario", "world"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a merged document is from."""

    file: str  # what messages call it
    files: Sequence[str]  # all its layers, in the order of messages
    shipped: Collection[str]  # those whose actions may speak of things this world does not have


def resolve(
    document: Node,
    origin: Origin,
    *,
    role: Role,
    world: Scenario | None,
    found: Sequence[Problem] = (),
) -> Scenario:
    """Check a merged document and settle its numbers.

    Parameters
    ----------
    role
        A scenario must say when it starts and how long it runs.
    world
        Of a scenario: the world alone.
    found
        Problems found before.

    Raises
    ------
    ScenarioError
        With every fault, in the order of files and lines.
    """
    document, left_out = fitted(alone(document), origin.shipped)
    faults = Faults(document, [*found, *document_faults(document)])
    if not faults.blind():
        check_world(faults)
        check_pacts(faults)
        check_usage(faults)
        check_catalogue(faults)
        check_complete(faults, _covered(document))
    if role == "scenario":
        _check_run(faults)
    if faults.problems:
        raise ScenarioError(in_order(faults.problems, origin.files))
    draws = draws_of(document, faults)
    together = copula_of(document, draws, faults.problems)
    if faults.problems:
        raise ScenarioError(in_order(faults.problems, origin.files))
    scenario = replace(_settled(document, faults, role, draws), copula=together)
    return replace(scenario, file=origin.file, world=world, left_out=tuple(left_out))


def _check_run(faults: Faults) -> None:
    for key, example in _RUN_KEYS.items():
        if faults.root.get(key) is None and not faults.misspelt((), key):
            faults.add(faults.root, (key,), "is required", example)
    if not faults.tree.get("states"):
        faults.add(
            faults.root,
            ("states",),
            "is required",
            "extend a world, for example `extends: northeast_asia_2024`",
        )


def _covered(document: Node) -> set[str]:
    """Return the paths, as written or spelled, that assumptions draw: they need no value of their own."""
    found: set[str] = set()
    tree = plain(document)
    for node in (document.get("assumptions") or document).entries.values():
        single, several = node.get("path"), node.get("paths")
        texts = [single] if single is not None else []
        texts += several.items if several is not None else []
        for text in texts:
            try:
                found.add(parse(str(text.value), tree).path)
            except PathFault:
                continue
    return found


def _settled(document: Node, faults: Faults, role: Role, draws: Sequence[Draw]) -> Scenario:
    tree = _collapsed(document)
    for draw in draws:
        if draw.kind == "assumption":
            for path, value in draw.central().items():
                _put(tree, parse(path, faults.tree).keys, value)
    tree = _complete(tree, faults, role)
    return Scenario(
        name=tree["name"],
        title=tree["title"],
        tree=tree,
        draws=tuple(draws),
        labels=_labels(document),
        file="",
        world=None,
        document=document,
    )


def _complete(tree: dict[str, Any], faults: Faults, role: Role) -> dict[str, Any]:
    """Fill in what need not be said, spell paths in one way, and put the keys in order."""
    tree.setdefault("title", tree["name"])
    tree.setdefault("marking", None)
    tree["turn"] = {"days": float((tree.get("turn") or {"days": 7})["days"])}
    tree["watch"] = [parse(path, faults.tree).path for path in tree.get("watch") or []]
    for section in ("assumptions", "options", "injects", "outcomes", "rules"):
        tree.setdefault(section, {})
    tree.setdefault("doctrine", [])
    if role == "scenario" and not tree["options"]:
        tree["options"] = {"base": {}}
    for option in tree["options"].values():
        if "set" in option:
            option["set"] = {parse(path, faults.tree).path: value for path, value in option["set"].items()}
    return {key: tree[key] for key in top_keys() if key in tree}


def _put(tree: dict[str, Any], keys: tuple[str, ...], value: float) -> None:
    for key in keys[:-1]:
        tree = tree.setdefault(key, {})
    tree[keys[-1]] = value


def _collapsed(document: Node) -> dict[str, Any]:
    """Return the document as plain values, every number of world and catalogue with its central value."""
    tree: dict[str, Any] = {}
    for key, node in document.entries.items():
        if key in DEPTH or key == "actions":
            tree[key] = _central(node)
        elif key not in {"extends", "reference"}:
            tree[key] = plain(node)
    for path, node in labelled_places(document):
        keys = tuple(path.split("."))
        if document.get(*keys) is node:  # and not one number of a list
            _put(tree, keys, value_of(node))
    return tree


def _central(node: Node) -> Any:
    if isinstance(node.value, dict):
        if looks_like_number(node):
            return value_of(node)
        return {key: _central(child) for key, child in node.value.items()}
    if isinstance(node.value, list):
        return [_central(item) for item in node.value]
    return node.value


def _labels(document: Node) -> dict[str, Label]:
    """Return the label of every labelled number of world and catalogue, by path."""
    found = {}
    for path, node in labelled_places(document):
        label = node.label if is_bare(node) or node.label is not None else label_of(node)
        if label is not None:
            found[path] = label
    return found


def labelled_places(document: Node) -> list[tuple[str, Node]]:
    """Return (path, node) of every number that must say where it comes from.

    Of an action, a list of drives or effects is one place: its numbers share a label.
    """
    places = [(".".join(path), node) for section in DEPTH for path, _, node in numbers(document, section)]
    actions = document.get("actions")
    for name, action in actions.entries.items() if actions is not None else []:
        places += _action_places(action, f"actions.{name}")
        variants = action.get("variants")
        for variant, node in variants.entries.items() if variants is not None else []:
            places += _action_places(node, f"actions.{name}.variants.{variant}")
    return places


def _action_places(action: Node, path: str) -> list[tuple[str, Node]]:
    places = []
    for key in ACTION_NUMBERS:
        node = action.get(key)
        if node is None:
            continue
        if isinstance(node.value, dict) and not looks_like_number(node):
            places += [(f"{path}.{key}.{name}", child) for name, child in node.entries.items()]
        elif isinstance(node.value, list):
            numbers_in = list(_bare_in(node))
            places += [(f"{path}.{key}", numbers_in[0])] if numbers_in else []
        else:
            places.append((f"{path}.{key}", node))
    return places


def _bare_in(node: Node) -> list[Node]:
    if is_bare(node):
        return [node]
    below = node.items or list(node.entries.values())
    return [found for child in below for found in _bare_in(child)]


__all__ = ["Origin", "labelled_places", "resolve"]
