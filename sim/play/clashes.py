"""Incidents that nearly came to more: to fire, or to deaths, by the draws of `sim.processes.incidents`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sim.model.model import StrategicModel
from sim.play.records import Deed, NearMiss
from sim.processes.incidents import FORCE, UNMANNED, UNMANNED_FORCE
from sim.streams import Names, scatter_variates, to_uniform
from sim.world.ladder import LIMITED_FORCE

#: Nats within which a draw is a near thing: its chance need be a third higher.
NEAR = 0.3


@dataclass(frozen=True, slots=True)
class Drawn:
    """The draws of one incident, with the chances they were held against."""

    force: float  # it comes to fire where this is below its chance
    force_chance: float
    deaths: float
    deaths_chance: float  # where it has come to fire


def drawn(model: StrategicModel, row: int, actor: str, target: str) -> Drawn:
    """Return the draws of an incident of the turn played last, by its actor and whom it was with."""
    states, p = model.setup.structure.axes.states, model.world.parameters
    first, second = sorted((actor, target), key=states.index)
    pair = Names("incident", [f"{first}.{second}"]).keys
    word = model.moment.words[[row]]
    unmanned = float(to_uniform(scatter_variates(word, pair ^ UNMANNED))[0]) < float(p.unmanned_share[row])
    died = Names("deaths-incident", [f"{actor}.{target}"]).keys
    return Drawn(
        force=float(to_uniform(scatter_variates(word, pair ^ FORCE))[0]),
        force_chance=float(p.incident_force[row]) * (float(UNMANNED_FORCE) if unmanned else 1.0),
        deaths=float(to_uniform(scatter_variates(word, died))[0]),
        deaths_chance=0.0 if unmanned else float(p.deadly_share[row]),
    )


def near_clashes(model: StrategicModel, row: int, deeds: Sequence[Deed]) -> Iterator[NearMiss]:
    """Yield the incidents of a turn that nearly came to fire, and those under fire that nearly killed."""
    for deed in deeds:
        if deed.kind != "incident":
            continue
        luck = drawn(model, row, deed.actor, deed.target)
        if deed.rung < LIMITED_FORCE:
            u, chance, instead, rung = luck.force, luck.force_chance, "nobody fired", LIMITED_FORCE
        elif deed.deaths == 0:
            u, chance, instead, rung = luck.deaths, luck.deaths_chance, "nobody died", deed.rung
        else:
            continue
        margin = float(np.log(u / chance)) if chance > 0 and u > 0 else np.inf
        if 0 <= margin < NEAR:
            yield NearMiss(
                deed.turn,
                deed.day,
                "incident",
                deed.actor,
                "",
                deed.words,
                int(rung),
                margin,
                chance,
                instead,
            )
