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
from sim.world.address import Address, locate
from sim.world.ladder import Ladder
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
    return ((Atom(atom.address, OPPOSITE[atom.how], atom.value) if negated else atom,),)


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


def as_observed(path: str, observer: str) -> str:
    """Return the path of what *observer* believes: flows are believed, the rest is seen as it is."""
    words = path.split(".")
    if words[0] == "pipelines" and words[2:] == ["level"]:
        return f"pipelines.{words[1]}.believed.{observer}"
    return path


def number(value: Any, ladder: Ladder) -> float:
    """Read a threshold: a number, a truth value or the id of a rung."""
    return ladder.rung(value) if isinstance(value, str) else float(value)


def holds(clauses: Clauses, world: World) -> Bools:
    """Return where all clauses hold, ``(R,)``."""
    result = np.ones(world.rows, bool)
    for clause in clauses:
        result &= np.logical_or.reduce([atom.holds(world) for atom in clause]) if clause else True
    return result


class Requirements:
    """The requirements of every choice, checked on a sparse list of (choice, replicate)."""

    def __init__(self, per_choice: Iterable[Clauses]) -> None:
        """Lay the atoms of all choices out by the array they read."""
        per_choice = list(per_choice)
        atoms: list[tuple[int, Atom]] = []  # (clause number, atom)
        first: list[int] = [0]
        clause_number = 0
        for clauses in per_choice:
            for clause in clauses:
                atoms += [(clause_number, atom) for atom in clause]
                clause_number += 1
            first.append(clause_number)
        self.first = np.array(first, np.int64)  # the clauses of choice c are first[c]:first[c + 1]
        counts = (
            np.bincount([n for n, _ in atoms], minlength=clause_number) if atoms else np.zeros(0, np.int64)
        )
        self.atom_first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        self.arrays = list(dict.fromkeys((a.address.section, a.address.field) for _, a in atoms))
        self.array = np.array(
            [self.arrays.index((a.address.section, a.address.field)) for _, a in atoms], np.int16
        )
        self.where = [a.address for _, a in atoms]
        self.how = np.array([list(COMPARE).index(a.how) for _, a in atoms], np.int32)
        self.value = np.array([a.value for _, a in atoms], np.float32)
        self._columns: NDArray[np.int64] | None = None

    def _column(self, world: World) -> NDArray[np.int64]:
        """Return the flat column of each atom within its array, laid out once."""
        if self._columns is None:
            flat = [
                int(np.ravel_multi_index(a.where, a.array(world).shape[1:], order="F")) if a.where else 0
                for a in self.where
            ]
            self._columns = np.array(flat, np.int64)
        return self._columns

    def hold(self, world: World, choice: NDArray[Any], row: NDArray[Any]) -> Bools:
        """Return where all requirements of ``choice[n]`` hold in replicate ``row[n]``, ``(N,)``."""
        entry, clause = spread(self.first, choice)
        which, atom = spread(self.atom_first, clause)
        if not len(atom):
            return np.ones(len(choice), bool)
        rows = row[entry[which]]
        value = np.empty(len(atom), np.float32)
        columns = self._column(world)[atom]
        flat = rows + columns * world.rows
        kind = self.array[atom]
        order = np.argsort(kind, kind="stable")
        edges = np.searchsorted(kind[order], np.arange(len(self.arrays) + 1))
        for k, (section, name) in enumerate(self.arrays):
            picked = order[edges[k] : edges[k + 1]]
            if len(picked):
                value[picked] = getattr(getattr(world, section), name).reshape(-1, order="F")[flat[picked]]
        met = _compare(value, self.value[atom], self.how[atom])
        clause_met = np.logical_or.reduceat(met, np.searchsorted(which, np.arange(len(clause))))
        unmet = np.bincount(entry[~clause_met], minlength=len(choice))
        return np.asarray(unmet == 0, bool)


def _compare(left: NDArray[np.float32], right: NDArray[np.float32], how: NDArray[np.int32]) -> Bools:
    met = np.empty(len(left), bool)
    for k, compare in enumerate(COMPARE.values()):
        mask = how == k
        met[mask] = compare(left[mask], right[mask])
    return met


def shut_at(clauses: Clauses, world: World) -> tuple[Atom, ...]:
    """Return the single comparisons among *clauses* that fail in the first row of *world*."""
    return tuple(c[0] for c in clauses if len(c) == 1 and not c[0].holds(world)[0])


def without(clauses: Clauses, minded: Sequence[Atom]) -> Clauses:
    """Return *clauses* less the single comparisons that are *minded* elsewhere."""
    return tuple(c for c in clauses if not (len(c) == 1 and c[0] in minded))


def requirements_of(choices: Iterable[Any], structure: Structure) -> list[Clauses]:
    """Compile the requirements of every choice, the engine's own among them.

    A coercive act of a country desk needs that the two are not at war: war has its own desk.
    """
    compiled = []
    for choice in choices:
        clauses: Clauses = tuple(
            clause
            for condition in choice.spec["requires"]
            for clause in compile_condition(condition, structure, choice.bind, choice.actor)
        )
        if choice.desk.startswith("country:"):
            path = f"dyads.{choice.actor}.{choice.target}.at_war"
            clauses += ((Atom(locate(path, structure.axes), "at_most", 0.0),),)
        compiled.append(clauses)
    return compiled
