"""Where the numbers of a scenario stand: quantities by section, and how their names are spelled.

Underscores in the name of a quantity of a state are dots in YAML, so what belongs together stands together
(``munitions: {stock: 5}``); elsewhere the name stays whole (``rung_floor``). Readers accept either.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from sim.arrays import Quantity
from sim.scenario.yaml import Node
from sim.world.parameters import Parameters
from sim.world.quantities import ENTITIES, SECTIONS

#: Sections that hold quantities, and how many names stand between the section and the quantity.
DEPTH = {"parameters": 0, "regime": 0, "dyads": 2} | dict.fromkeys(ENTITIES, 1) | {"projects": 2}

#: Sections whose judgements with a range are drawn for every replicate.
DRAWN = tuple(section for section in DEPTH if section != "indicators")

#: Fields of an action that hold numbers somebody must have got from somewhere.
ACTION_NUMBERS = (
    "per_year", "share", "gains", "drives", "provokes", "visibility", "effects", "cooldown", "habituates",
    "deadly", "goldstein", "rivera", "logit",
)  # fmt: skip

Path = tuple[str, ...]


@cache
def declared(section: str) -> Mapping[str, Quantity]:
    """Return every quantity of a section by its field."""
    return Parameters.declared() if section == "parameters" else SECTIONS[section].declared()


def spelled(section: str, field: str) -> str:
    """Return the name of a field as it is written in YAML."""
    return field.replace("_", ".") if section == "states" else field


@cache
def given(section: str) -> Mapping[str, str]:
    """Return the fields a scenario may give, by their spelled name."""
    if section == "indicators":
        return {"start": "value", "decay": "decay"}
    return {spelled(section, f): f for f, q in declared(section).items() if q.given}


@cache
def readable(section: str) -> Mapping[str, str]:
    """Return the fields a path may name, by their spelled name."""
    return {
        spelled(section, field): field
        for field, quantity in declared(section).items()
        if set(quantity.letters) <= {*ENTITIES.values(), "G"}
    }


def inner(quantity: Quantity, section: str) -> str:
    """Return the axis on which a quantity of one entity still has several values, "" if it has one."""
    letters = "".join(quantity.letters)
    return letters[1 if section in ENTITIES else DEPTH[section] :]


def entities(root: Node, section: str) -> Iterator[tuple[Path, Node]]:
    """Yield the mappings that hold the quantities of a section, with their paths."""
    top = root.get(section)
    if top is not None:
        yield from _below(top, (section,), DEPTH[section])


def _below(node: Node, path: Path, depth: int) -> Iterator[tuple[Path, Node]]:
    if not isinstance(node.value, dict):
        return
    if depth == 0:
        yield path, node
        return
    for key, child in node.entries.items():
        if key != "basis":
            yield from _below(child, (*path, key), depth - 1)


def numbers(root: Node, section: str) -> Iterator[tuple[Path, str, Node]]:
    """Yield (path, spelled quantity, node) for every number given to a quantity of *section*."""
    for path, entity in entities(root, section):
        for name, field in given(section).items():
            words = tuple(name.split("."))
            node = entity.get(*words)
            if node is None:
                continue
            if inner(declared(section)[field], section):
                for key, child in node.entries.items():
                    if key != "basis":
                        yield (*path, *words, key), name, child
            else:
                yield (*path, *words), name, node


def respell(root: Node) -> list[tuple[Node, Path]]:
    """Bring the quantities of every entity to their spelled form, in place.

    Returns
    -------
    list of (node, path)
        Quantities given in both spellings: the second is thrown away.
    """
    twice = []
    for section in DEPTH:
        for path, entity in entities(root, section):
            twice += [(node, (*path, *words)) for node, words in _respell_entity(entity, section)]
    return twice


def _respell_entity(entity: Node, section: str) -> list[tuple[Node, Path]]:
    twice = []
    for loose, node in list(_loose(entity, section)):
        words = spelled(section, "_".join(loose)).split(".")
        home = entity
        for word in words[:-1]:
            child = home.entries.setdefault(word, Node({}, node.file, node.line))
            if not isinstance(child.value, dict):
                break
            home = child
        else:
            if words[-1] in home.entries:
                twice.append((node, tuple(words)))
            else:
                home.entries[words[-1]] = node
            _remove(entity, loose)
    return twice


def _loose(entity: Node, section: str) -> Iterator[tuple[Path, Node]]:
    """Yield quantities that are given in the other spelling."""
    fields = {field: name for name, field in given(section).items()}
    for key, child in entity.entries.items():
        if key in fields and fields[key] != key:
            yield (key,), child
        elif section != "states" and key not in fields:
            for word, grandchild in child.entries.items():
                if f"{key}_{word}" in fields:
                    yield (key, word), grandchild


def _remove(entity: Node, path: Path) -> None:
    parent = entity.get(*path[:-1])
    if parent is None:
        return
    del parent.entries[path[-1]]
    if not parent.entries and parent is not entity:
        del entity.entries[path[0]]
