"""What observers believe of flows: unseen, known privately or public; and false alarms."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.streams import Names
from sim.world.moment import Moment
from sim.world.world import World

_tables: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[Names, Names]] = {}

#: How far a false alarm is off: the observer believes this much more flows than does.
ALARM = np.float32(0.6)
#: Chance a week to be seen from which a flow is not hidden at all.
OPEN = np.float32(0.5)


def intelligence(world: World, moment: Moment) -> None:
    """Let every observer learn, mistake or be told the level of every flow.

    A change of level is unseen until learnt; what is public is known to all, and so is a flow that is not hidden
    (a chance of half and more a week). An observer that learns the level gives up a false alarm.
    """
    flows = world.pipelines
    if not world.axes.pipelines:
        return
    _conceal(world)
    plain = flows.seen >= OPEN
    flows.public[plain] = 1
    hidden = np.flatnonzero(~plain.all(axis=0))
    flows.believed[:, plain.all(axis=0)] = flows.level[:, plain.all(axis=0), None]
    if len(hidden):
        _listen(world, moment, hidden)
    _share_with_parties(world)


def _listen(world: World, moment: Moment, hidden: NDArray[np.intp]) -> None:
    """Let observers of the hidden flows hear of them, rightly or wrongly, and let what is known leak.

    Works on arrays ``(S, hidden, R)``, contiguous as they lie in memory.
    """
    flows, (heard, leaked) = world.pipelines, _names(world, tuple(hidden.tolist()))
    shape = (len(world.axes.states), len(hidden), world.rows)
    effort = world.parameters.detection * (1 + world.regime.monitoring) * np.float32(moment.weeks)
    hazard = np.log1p(-np.minimum(flows.seen.T[hidden], np.float32(0.95))) * effort
    chance = hazard[None] * world.states.intelligence.T[:, None]
    np.expm1(chance, out=chance)
    draw = moment.uniforms(heard).reshape(shape)
    public = flows.public.T[hidden] > 0
    learns = -draw > chance
    learns |= public
    wrong = draw > 1 - moment.hazard(world.parameters.false_alarms)
    wrong &= ~learns
    level = flows.level.T[hidden]
    believed = np.where(learns, level, flows.believed.T[:, hidden])
    np.copyto(believed, np.minimum(level + ALARM, 4), where=wrong)
    flows.believed.T[:, hidden] = believed
    alarm = flows.alarm.T[:, hidden]
    alarm *= ~learns
    alarm[wrong] = 1
    flows.alarm.T[:, hidden] = alarm
    learns |= wrong
    known = np.maximum(flows.known.T[:, hidden], learns)
    flows.known.T[:, hidden] = known
    out = (moment.uniforms(leaked) < moment.hazard(world.parameters.leaks)) & (known.max(axis=0) > 0)
    flows.public.T[hidden] = np.maximum(flows.public.T[hidden], out)


def _conceal(world: World) -> None:
    """Make a level that was changed unseen again: nobody knows it but giver and taker."""
    flows = world.pipelines
    for p, fixed in enumerate(world.structure.pipelines):
        changed = np.abs(flows.level[:, p] - flows.believed[:, p, fixed.giver]) > np.float32(1e-4)
        if changed.any():
            flows.public[changed, p] = 0
            flows.known[changed, p] = 0


def _share_with_parties(world: World) -> None:
    flows = world.pipelines
    for p, fixed in enumerate(world.structure.pipelines):
        for party in (fixed.giver, fixed.taker):
            flows.believed[:, p, party] = flows.level[:, p]
            flows.known[:, p, party] = 0  # a party does not "know" its own flow as an observer would
            flows.alarm[:, p, party] = 0


def _names(world: World, hidden: tuple[int, ...]) -> tuple[Names, Names]:
    key = (world.axes.states, tuple(world.axes.pipelines[p] for p in hidden))
    if key not in _tables:
        _tables[key] = (Names("hear", [f"{s}.{p}" for s in key[0] for p in key[1]]), Names("leak", key[1]))
    return _tables[key]


def brief(world: World) -> None:
    """Start with beliefs that are true, and public flows known."""
    flows = world.pipelines
    flows.believed[...] = flows.level[:, :, None]
    flows.known[...] = flows.public[:, :, None]
