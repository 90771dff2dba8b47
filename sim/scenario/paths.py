"""What a path names: ``states.PRK.munitions.stock``, ``wars.ukraine.support.KOR``, ``regime.monitoring``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sim.arrays import Quantity
from sim.scenario.layout import DEPTH, declared, inner, readable, spelled
from sim.scenario.spelling import short, suggestion
from sim.world.axes import GOALS, project_names
from sim.world.quantities import ENTITIES

#: Words of a path in an action that stand for a name until the action is bound, by the axis they are on.
PLACEHOLDERS: Mapping[str, frozenset[str]] = {
    "S": frozenset({"actor", "target", "against", "enemy", "giver", "taker"}),
    "P": frozenset({"flow", "debt"}),
    "W": frozenset({"war"}),
    "J": frozenset({"project"}),
    "K": frozenset({"treaty"}),
    "D": frozenset({"deal"}),
    "N": frozenset({"line"}),
    "X": frozenset({"place"}),
}

#: No word stands for anything else: outside actions.
NO_PLACEHOLDERS: Mapping[str, frozenset[str]] = {}

_ENTITY_AXES = {**ENTITIES, "dyads": "SS"}
_SECTION_OF = {letter: section for section, letter in ENTITIES.items()}
_NOUN = {
    "S": "a state",
    "W": "a war",
    "P": "a pipeline",
    "I": "an indicator",
    "G": "a goal",
    "J": "a project",
    "K": "a treaty",
    "D": "a deal",
    "N": "a red line",
    "X": "a place",
}


class PathFault(Exception):
    """A path that names nothing.

    Parameters
    ----------
    absent
        Whether all that is wrong is that this world has no such state, war, pipeline or indicator.
    """

    def __init__(self, message: str, repair: str, *, absent: bool = False) -> None:
        super().__init__(message)
        self.message, self.repair, self.absent = message, repair, absent


@dataclass(frozen=True, slots=True)
class Reference:
    """One quantity, of one entity."""

    section: str
    field: str
    names: tuple[str, ...]  # the entity, then the name on a second axis if the quantity has one

    @property
    def quantity(self) -> Quantity:
        """Its declaration."""
        return declared(self.section)[self.field]

    @property
    def keys(self) -> tuple[str, ...]:
        """Where it stands in the tree."""
        depth = len(_ENTITY_AXES.get(self.section, ""))
        name = spelled(self.section, self.field)
        if self.section == "indicators" and self.field == "value":
            name = "start"
        entity = ".".join(self.names[:depth]).split(".") if depth else ()
        return (self.section, *entity, *name.split("."), *self.names[depth:])

    @property
    def path(self) -> str:
        """The path, spelled in the one way the program itself uses."""
        if self.section == "indicators" and self.field == "value":
            return ".".join((self.section, *self.names))
        return ".".join(self.keys)


def parse(
    path: str, tree: Mapping[str, Any], stand_ins: Mapping[str, frozenset[str]] = NO_PLACEHOLDERS
) -> Reference:
    """Return what *path* names in the world of *tree*.

    Parameters
    ----------
    path
        Dotted; either spelling of a quantity.
    tree
        A resolved scenario: anything with its entities under ``states``, ``wars``, ….
    stand_ins
        Placeholders allowed, by axis.

    Raises
    ------
    PathFault
        If it names nothing.
    """
    section, *words = path.split(".")
    if section not in DEPTH:
        raise PathFault(
            f"{short(path)} names nothing: {short(section)} is not a section", suggestion(section, DEPTH)
        )
    if section == "projects":
        words = _joined(words, stand_ins)
    depth = len(_ENTITY_AXES.get(section, ""))
    names = tuple(words[:depth])
    if len(names) < depth:
        what = " and ".join(_NOUN[letter] for letter in _ENTITY_AXES[section][len(names) :])
        raise PathFault(
            f"{short(path)} does not say which {what.replace('a ', '').replace('an ', '')}", _example(section)
        )
    for letter, name in zip(_ENTITY_AXES.get(section, ""), names, strict=True):
        _check_name(path, letter, name, tree, stand_ins)
    if section == "dyads" and names[0] == names[1]:
        raise PathFault(f"{short(path)} names a state twice", "a dyad has two states")
    field, last = _quantity(path, section, words[depth:])
    letter = inner(declared(section)[field], section)
    if letter and not last:
        kind = _NOUN[letter].split()[-1]
        example = f"for example `{path}.{_first(letter, tree)}`"
        raise PathFault(f"{short(path)} does not say for which {kind}", example)
    if letter:
        _check_name(path, letter, last, tree, stand_ins)
    return Reference(section, field, (*names, last) if last else names)


def _joined(words: list[str], stand_ins: Mapping[str, frozenset[str]]) -> list[str]:
    """Return the words behind ``projects`` with owner and project as one name."""
    if len(words) < 2 or words[0] in stand_ins.get("J", ()):
        return words
    return [f"{words[0]}.{words[1]}", *words[2:]]


def _quantity(path: str, section: str, words: list[str]) -> tuple[str, str]:
    """Split the words behind the entity into a quantity and a name on its second axis."""
    fields = _fields(section)
    joined = "_".join(words)
    if joined in fields:
        return fields[joined], ""
    shorter = "_".join(words[:-1])
    if shorter in fields and inner(declared(section)[fields[shorter]], section):
        return fields[shorter], words[-1]
    if not words:
        raise PathFault(f"{short(path)} does not name a quantity", suggestion("", readable(section)))
    message = f"{short(path)} names nothing: {short('.'.join(words))} is not a quantity of {section}"
    raise PathFault(message, suggestion(".".join(words), readable(section)))


@lru_cache(maxsize=16)
def _fields(section: str) -> Mapping[str, str]:
    fields = {field: field for field in readable(section).values()}
    if section == "indicators":
        fields |= {"": "value", "start": "value"}
    return fields


def _check_name(
    path: str, letter: str, name: str, tree: Mapping[str, Any], stand_ins: Mapping[str, frozenset[str]]
) -> None:
    if name in stand_ins.get(letter, ()):
        return
    known = known_names(letter, tree)
    if name not in known:
        message = f"{short(path)} names nothing: {short(name)} is not {_NOUN[letter]} of this world"
        repair = suggestion(name, known) if known else f"this world has no {_SECTION_OF[letter]}"
        raise PathFault(message, repair, absent=letter != "G")


def known_names(letter: str, tree: Mapping[str, Any]) -> Iterable[str]:
    """Return the names on the axis called *letter*."""
    if letter == "G":
        return GOALS
    if letter == "J":
        return project_names(tree)
    section = tree.get(_SECTION_OF[letter])
    return section if isinstance(section, Mapping) else ()


def _first(letter: str, tree: Mapping[str, Any]) -> str:
    return next(iter(known_names(letter, tree)), "NAME")


def _example(section: str) -> str:
    names = {"states": "states.PRK.stability", "dyads": "dyads.PRK.KOR.tension", "wars": "wars.ukraine.front"}
    return f"for example `{names.get(section, section + '.NAME')}`"
