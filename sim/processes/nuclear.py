"""Nuclear weapons and the fear of being struck first: who can deliver, who may use, who would be too late.

Derived before anybody decides; memories of what was struck fade.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.world.ladder import LIMITED_FORCE, LIMITED_NUCLEAR, MAJOR_ATTACK
from sim.world.moment import Moment
from sim.world.world import World

Indices = NDArray[Any]

#: Weeks in which the memory of a strike halves, of a blow at the command, and of who began a crisis.
STRUCK, COMMAND, BEGAN = 8.0, 3.0, 13.0
#: Weeks in which a name for recklessness, the hold of an ally, and a nuclear signal halve.
RECKLESS, HELD, SIGNAL = 39.0, 4.0, 6.0


def stance(world: World) -> None:
    """Derive what states decide on: delivery, licence, who is too late, who is stronger, who feels safe."""
    d, states = world.dyads, world.states
    survives = (states.warheads * states.survivability >= 1).astype(np.float32)
    through = d.penetration * (1 - np.float32(0.5) * states.missile_defence[:, None, :])
    np.multiply(survives[:, :, None], through, out=d.delivery)
    _compare(world)
    armed = np.flatnonzero(states.warheads.max(axis=0) > 0)
    d.licence[...] = 0
    d.preempt[...] = 0
    d.shield[...] = 0
    for i in armed:
        d.licence[:, i, :] = _licence(world, int(i))
        d.shield[:, i, :] = d.delivery[:, i, :]
        heat = np.maximum(d.rung[:, i, :], d.rung[:, :, i]) - 4
        lost = states.counterforce * (1 - states.survivability[:, i, None])
        d.preempt[:, i, :] = np.clip(heat / 4, 0, 1) * lost
    _embolden(world)


def _embolden(world: World) -> None:
    """Add a patron's backing to what makes a state bold at low rungs: the less, the more its pledge excludes.

    A deterrent of one's own (the stability-instability paradox) and a pledge that holds even for who began it
    (Benson 2011) both shield low-level force.
    """
    shield, treaties = world.dyads.shield, world.treaties
    for k, treaty in enumerate(world.structure.treaties):
        for client in treaty.parties:
            pledge = world.dyads.commitment[:, treaty.other(client), client] * treaties.in_force[:, k]
            backing = pledge * (1 - treaties.conditional[:, k])
            shield[:, client, :] += backing[:, None]
    np.multiply(shield, world.parameters.emboldenment[:, None, None], out=shield)


def _licence(world: World, i: int) -> Floats:
    """Return how far i's doctrine lets it use nuclear weapons first against each state, ``(R, S)``.

    Gates are the conditions of a public doctrine (the DPRK law of 2022, Article 6; Russia's of 2020); a gate
    is a permission, never a decision.
    """
    d, s = world.dyads, world.states
    struck = d.nuked[:, :, i]
    for ally in world.structure.related(i, "ally"):
        struck = np.maximum(struck, d.nuked[:, :, ally])
    attacked = np.maximum(struck, np.float32(0.6) * (s.posture >= 3))
    gates = s.gate_attack[:, i, None] * attacked
    command = s.gate_command[:, i, None] * s.command_struck[:, i, None]
    np.maximum(gates, command * d.struck[:, :, i], out=gates)
    np.maximum(gates, s.gate_assets[:, i, None] * d.struck[:, :, i], out=gates)
    losing = _losing(world, i)
    np.maximum(gates, s.gate_war[:, i, None] * losing[:, None] * d.at_war[:, i, :], out=gates)
    np.maximum(gates, s.gate_peril[:, i, None] * s.peril[:, i, None] * d.at_war[:, i, :], out=gates)
    return gates


def _losing(world: World, i: int) -> Floats:
    """Return how badly the worst of i's wars goes, 0 to 1: enemies' weight, and ground lost."""
    found = world.states.peril[:, i].copy()
    for w, war in enumerate(world.structure.wars):
        side = war.side(i)
        if side:
            fought = world.wars.open[:, w] * (1 - world.wars.ceased[:, w])
            lost = -side * (world.wars.front[:, w] / 10 + world.wars.front_rate[:, w] / 20)
            np.maximum(found, fought * np.clip(lost, 0, 1), out=found)
    return found


def _compare(world: World) -> None:
    """Compare local power: the actor alone against the target and who is believed to help it."""
    d, states = world.dyads, world.states
    arms = states.military * (np.float32(0.5) + states.readiness) * (1 + np.float32(0.15) * states.experience)
    power = arms[:, :, None] * d.reach
    for i, j, helpers in _pairs(world.structure.relations["rivals"], world.structure.relations["allies"]):
        mine, theirs = power[:, i, j], power[:, j, i].copy()
        for k in helpers:
            theirs += d.commitment[:, k, j] * power[:, k, i]
            theirs += d.forward[:, k, j] * arms[:, k]
        d.superiority[:, i, j] = mine / np.maximum(mine + theirs, np.float32(1e-6))


def aftermath(world: World, moment: Moment) -> None:
    """Remember who struck whom, who began it, and who is reckless; let older memories fade."""
    d, states = world.dyads, world.states
    for array, weeks in (
        (d.struck, STRUCK),
        (states.command_struck, COMMAND),
        (states.recklessness, RECKLESS),
        (states.restrained, HELD),
    ):
        if array.any():
            np.multiply(array, np.float32(2 ** (-moment.weeks / weeks)), out=array)
    d.began *= np.where(d.at_war > 0, 1, np.float32(2 ** (-moment.weeks / BEGAN)))
    signalled = states.posture.any()
    if signalled:
        states.posture *= np.float32(2 ** (-moment.weeks / SIGNAL))
    for deeds in moment.deeds:
        n = np.flatnonzero((deeds.rung >= LIMITED_FORCE) & (deeds.mid >= 4) & (deeds.against >= 0))
        if not len(n):
            continue
        rows, i, j, rung = deeds.row[n], deeds.actor[n], deeds.against[n], deeds.rung[n]
        first = d.struck[rows, j, i] < 0.05  # nothing to answer
        decided = deeds.choice[n] >= 0
        d.began[rows[first], i[first], j[first]] = np.where(decided[first], 1.0, 0.5).astype(np.float32)
        lethal = np.where(deeds.deaths[n] >= 1, 0.6, 0.3)
        grave = np.where(rung >= MAJOR_ATTACK, 1.0, lethal).astype(np.float32)
        np.maximum.at(d.struck, (rows, i, j), grave)
        own = first & decided
        reckless = states.recklessness
        reckless[rows[own], i[own]] += np.float32(0.3) * (1 - reckless[rows[own], i[own]])
        nuclear = rung >= LIMITED_NUCLEAR
        d.nuked[rows[nuclear], i[nuclear], j[nuclear]] = 1


@cache
def _pairs(
    rivals: frozenset[tuple[int, int]], allies: frozenset[tuple[int, int]]
) -> list[tuple[int, int, tuple[int, ...]]]:
    """Return every rival pair with the allies of its second."""
    return [(i, j, tuple(sorted(k for k, of in allies if of == j and k != i))) for i, j in sorted(rivals)]
