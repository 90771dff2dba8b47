"""What follows when something comes about: a project fielded, a deal accepted or broken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.actions.effects import Effect, Effects, compile_effect
from sim.world.structure import Structure

if TYPE_CHECKING:
    from sim.world.moment import Moment
    from sim.world.world import World

#: Where a document says what follows: the event, and the section and key that hold its effects.
SAID = {
    "fielded": ("projects", "fielded_then"),
    "failed": ("projects", "failed_then"),
    "accepted": ("deals", "accepted_then"),
    "broken": ("deals", "broken_then"),
}


@dataclass(frozen=True)
class Consequences:
    """The effects of events, by event and entity."""

    effects: Effects
    cause: Mapping[tuple[str, int], int]

    def follow(self, world: World, moment: Moment) -> None:
        """Let what came about this turn take effect, once each, in the order it came."""
        events, moment.events = moment.events, []
        for event, entity, rows in events:
            cause = self.cause.get((event, entity))
            if cause is not None and len(rows):
                self.effects.apply(world, moment, np.full(len(rows), cause), rows)


def consequences_of(tree: Mapping[str, Any], structure: Structure) -> Consequences:
    """Compile what a document says follows from its events."""
    causes: list[list[Effect]] = []
    cause: dict[tuple[str, int], int] = {}
    for event, (section, key) in SAID.items():
        for entity, facts in enumerate(_entities(tree, section, structure)):
            made = [compile_effect(e, structure, lambda path: path, {}) for e in facts.get(key) or ()]
            if made:
                cause[event, entity] = len(causes)
                causes.append([effect for effect in made if effect is not None])
    return Consequences(Effects(causes), cause)


def _entities(tree: Mapping[str, Any], section: str, structure: Structure) -> list[Mapping[str, Any]]:
    """Return the facts of every entity of a section, in the order of its axis."""
    if section == "deals":
        return [tree["deals"][name] for name in structure.axes.deals]
    owned = (name.split(".", 1) for name in structure.axes.projects)
    return [tree["projects"][owner][name] for owner, name in owned]
