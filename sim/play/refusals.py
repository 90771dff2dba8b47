"""Why a choice could not be taken: the requirements it does not meet, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from sim.actions.conditions import Atom, requirements_of
from sim.model.setup import Setup
from sim.play.names import Names
from sim.world.address import BELIEVED, Address
from sim.world.axes import Axes
from sim.world.quantities import ENTITIES
from sim.world.world import World

#: How a comparison reads.
SPOKEN = {
    "at_least": "at least",
    "at_most": "at most",
    "above": "above",
    "below": "below",
    "is": "",
    "is_not": "not",
}


@dataclass(frozen=True, slots=True)
class Unmet:
    """A requirement that does not hold."""

    words: str  # what has to be, and what is
    short: float  # by how much it is missed, in its own unit
    share: float  # the same as a share of what has to be, inf where that is 0


def unmet(setup: Setup, choice: int, world: World, names: Names) -> Iterator[Unmet]:
    """Yield each requirement of a choice that the one row of *world* does not meet."""
    (clauses,) = requirements_of([setup.catalogue.choices[choice]], setup.structure)
    for clause in clauses:
        if clause and not any(bool(atom.holds(world)[0]) for atom in clause):
            gaps = [
                (abs(float(atom.address.read(world)[0]) - atom.value), abs(atom.value)) for atom in clause
            ]
            short, share = min((gap, gap / whole if whole else math.inf) for gap, whole in gaps)
            yield Unmet(" or ".join(_said(atom, world, names) for atom in clause), short, share)


def _said(atom: Atom, world: World, names: Names) -> str:
    """Say one requirement and how it stands."""
    path = path_of(atom.address, world.axes)
    now = float(atom.address.read(world)[0])
    wanted = f"{SPOKEN[atom.how]} {atom.value:g}".strip()
    return f"{path} has to be {wanted} and is {now:.3g} ({names.quantity(path)[0]})"


def path_of(address: Address, axes: Axes) -> str:
    """Return the path of a quantity, as a scenario spells it but for underscores."""
    if not address.where:
        return f"{address.section}.{address.field}"
    letter = "S" if address.section == "dyads" else ENTITIES[address.section]
    named = {v: k for k, v in axes.index[letter].items()}
    first = named[address.where[0]]
    if len(address.where) == 1:
        return f"{address.section}.{first}.{address.field}"
    second = {v: k for k, v in axes.index[_second(address)].items()}[address.where[1]]
    if address.section == "dyads":
        return f"dyads.{first}.{second}.{address.field}"
    return f"{address.section}.{first}.{address.field}.{second}"


def _second(address: Address) -> str:
    """Return the letter of the second axis of a quantity."""
    if address.section == "dyads":
        return "S"
    return address.quantity.letters[1]


def truth_of(path: str) -> str | None:
    """Return the path of what a belief is about, None for what is no belief."""
    section, *words = path.split(".")
    for true, held in BELIEVED.get(section, {}).items():
        if len(words) > 2 and words[-2] == held:
            return ".".join((section, *words[:-2], true))
    return None
