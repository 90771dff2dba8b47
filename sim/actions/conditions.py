"""Conditions of the grammar, evaluated on whole blocks or on a sparse list of (choice, replicate).

A condition is compiled to clauses that must all hold; a clause is a list of atoms of which one must.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Bools, spread
from sim.world.address import Address, as_observed, locate
from sim.world.ladder import NUCLEAR_ALERT, Ladder
from sim.world.structure import Structure
from sim.world.world import World

#: Comparisons of the grammar, and the one that holds where it does not.
OPPOSITE = {
    "at_least": "below",
    "below": "at_least",
    "at_most": "above",
    "above": "at_most",
    "is": "is_not",
    "is_not": "is",
}
COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "at_least": np.greater_equal,
    "at_most": np.less_equal,
    "above": np.greater,
    "below": np.less,
    "is": np.equal,
    "is_not": np.not_equal,
}

Bind = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Atom:
    """One comparison of one quantity."""

    address: Address
    how: str
    value: float

    def holds(self, world: World) -> Bools:
        """Return where it holds, ``(R,)``."""
        return np.asarray(COMPARE[self.how](self.address.read(world), np.float32(self.value)), bool)

    @property
    def floor(self) -> tuple[float, np.float32]:
        """Return (sign, floor): it holds where sign times the quantity is the floor or more."""
        sign = 1.0 if self.how in {"at_least", "above"} else -1.0
        floor = np.float32(sign * self.value)
        strict = self.how in {"above", "below"}
        return sign, np.nextafter(floor, np.float32(np.inf)) if strict else floor


Clauses = tuple[tuple[Atom, ...], ...]


def compile_condition(
    condition: Mapping[str, Any], structure: Structure, bind: Bind, observer: str = ""
) -> Clauses:
    """Compile one condition; *bind* replaces placeholders, *observer* is whose belief `observes` reads."""
    return _clauses(condition, structure, bind, observer, negated="")


def _clauses(c: Mapping[str, Any], structure: Structure, bind: Bind, observer: str, negated: str) -> Clauses:
    if "not" in c:
        return _clauses(c["not"], structure, bind, observer, "" if negated else "not")
    joined = ("all", "any") if not negated else ("any", "all")
    if joined[0] in c:
        return tuple(x for part in c[joined[0]] for x in _clauses(part, structure, bind, observer, negated))
    if joined[1] in c:
        parts = [_clauses(part, structure, bind, observer, negated) for part in c[joined[1]]]
        return _either(parts)
    atom = _atom(c, structure, bind, observer)
    if atom is None:
        return ()
    return _plain(atom.address, OPPOSITE[atom.how] if negated else atom.how, atom.value)


def _plain(address: Address, how: str, value: float) -> Clauses:
    """Write an equality as two comparisons of order, the only ones the engine knows."""
    match how:
        case "is":
            return ((Atom(address, "at_least", value),), (Atom(address, "at_most", value),))
        case "is_not":
            return ((Atom(address, "above", value), Atom(address, "below", value)),)
        case _:
            return ((Atom(address, how, value),),)


def _either(parts: Sequence[Clauses]) -> Clauses:
    """Distribute *any* over clauses: (a and b) or c = (a or c) and (b or c)."""
    joined: Clauses = ((),)
    for part in parts:
        joined = tuple((*have, *clause) for have in joined for clause in (part or ((),)))
    return joined


def _atom(c: Mapping[str, Any], structure: Structure, bind: Bind, observer: str) -> Atom | None:
    how = next(k for k in COMPARE if k in c)
    path = bind(c["observes"] if "observes" in c else c["path"])
    if path is None:
        return None
    if "observes" in c:
        path = as_observed(path, observer)
    return Atom(locate(path, structure.axes), how, number(c[how], structure.ladder))


def number(value: Any, ladder: Ladder) -> float:
    """Read a threshold: a number, a truth value or the id of a rung."""
    return ladder.rung(value) if isinstance(value, str) else float(value)


def holds(clauses: Clauses, world: World) -> Bools:
    """Return where all clauses hold, ``(R,)``."""
    result = None
    for clause in filter(None, clauses):
        met = clause[0].holds(world)
        for atom in clause[1:]:
            met |= atom.holds(world)
        result = met if result is None else result & met
    return np.ones(world.rows, bool) if result is None else result


class _Atoms:
    """Comparisons laid out as columns, to be made for a sparse list of (atom, replicate)."""

    def __init__(self, atoms: Sequence[Atom]) -> None:
        self.where = [atom.address for atom in atoms]
        floors = [atom.floor for atom in atoms]
        self.sign = np.array([sign for sign, _ in floors], np.float32)
        self.floor = np.array([floor for _, floor in floors], np.float32)
        self._columns: NDArray[np.int64] | None = None

    def _column(self, world: World) -> NDArray[np.int64]:
        """Return the column of each atom within the table of the world, laid out once."""
        if self._columns is None:
            found = [world.column(a.section, a.field, a.where) for a in self.where]
            self._columns = np.array(found, np.int64)
        return self._columns

    def met(self, world: World, atom: NDArray[np.int64], row: NDArray[Any]) -> Bools:
        """Return where ``atom[n]`` holds in replicate ``row[n]``, ``(N,)``."""
        flat = self._column(world).take(atom)
        flat *= world.rows
        flat += row
        value = world.table.reshape(-1).take(flat)
        value *= self.sign.take(atom)
        return np.asarray(value >= self.floor.take(atom), bool)


class Requirements:
    """The requirements of every choice, checked on a sparse list of (choice, replicate).

    Most clauses are one comparison; the few that offer several are kept apart.
    """

    def __init__(self, per_choice: Iterable[Clauses]) -> None:
        """Lay the atoms of all choices out."""
        per_choice = list(per_choice)
        single = [[clause[0] for clause in clauses if len(clause) == 1] for clauses in per_choice]
        several = [[clause for clause in clauses if len(clause) > 1] for clauses in per_choice]
        self.first = _first(single)  # the single atoms of choice c are first[c]:first[c + 1]
        self.single = _Atoms([atom for atoms in single for atom in atoms])
        self.several_first = _first(several)
        clauses = [clause for of_choice in several for clause in of_choice]
        self.member_first = _first(clauses)
        self.members = _Atoms([atom for clause in clauses for atom in clause])

    def hold(self, world: World, choice: NDArray[Any], row: NDArray[Any]) -> Bools:
        """Return where all requirements of ``choice[n]`` hold in replicate ``row[n]``, ``(N,)``."""
        allowed = np.ones(len(choice), bool)
        if not len(choice):
            return allowed
        entry, atom = spread(self.first, choice)
        allowed[entry[~self.single.met(world, atom, row.take(entry))]] = False
        entry, clause = spread(self.several_first, choice)
        if len(clause):
            which, atom = spread(self.member_first, clause)
            met = self.members.met(world, atom, row[entry[which]])
            met_by = np.bincount(which[met], minlength=len(clause))
            allowed[entry[met_by == 0]] = False
        return allowed


def _first(groups: Sequence[Sequence[Any]]) -> NDArray[np.int64]:
    """Return where each group begins when all stand in a row, and where the last one ends."""
    return np.cumsum([0, *(len(group) for group in groups)]).astype(np.int64)


def shut_at(clauses: Clauses, world: World) -> tuple[Atom, ...]:
    """Return the single comparisons among *clauses* that fail in the first row of *world*."""
    return tuple(c[0] for c in clauses if len(c) == 1 and not c[0].holds(world)[0])


def without(clauses: Clauses, minded: Sequence[Atom]) -> Clauses:
    """Return *clauses* less the single comparisons that are *minded* elsewhere."""
    return tuple(c for c in clauses if not (len(c) == 1 and c[0] in minded))


def requirements_of(choices: Iterable[Any], structure: Structure) -> list[Clauses]:
    """Compile the requirements of every choice, the engine's own among them.

    An act of a country desk below nuclear alert needs that the two are not at war: war has its own desk.
    """
    compiled = []
    for choice in choices:
        clauses: Clauses = tuple(
            clause
            for condition in choice.spec["requires"]
            for clause in compile_condition(condition, structure, choice.bind, choice.actor)
        )
        if choice.desk.startswith("country:") and float(choice.spec["rung"]) < NUCLEAR_ALERT:
            path = f"dyads.{choice.actor}.{choice.target}.at_war"
            clauses += ((Atom(locate(path, structure.axes), "at_most", 0.0),),)
        compiled.append(clauses)
    return compiled
