"""What observers believe of flows: unseen, known privately or public; and false alarms."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from sim.streams import Names
from sim.world.moment import Moment
from sim.world.structure import Pipeline
from sim.world.world import World

Indices = NDArray[np.int64]

#: How far a false alarm is off: the observer believes this much more flows than does.
ALARM = np.float32(0.6)
#: Chance a week to be seen from which a flow is not hidden at all.
OPEN = np.float32(0.5)


def intelligence(world: World, moment: Moment) -> None:
    """Let every observer learn, mistake or be told the level of every flow.

    A change of level is unseen until learnt; what is public is known to all, and so is a flow that is not
    hidden (a chance of half and more a week). An observer that learns the level gives up a false alarm.
    """
    flows = world.pipelines
    if not world.axes.pipelines:
        return
    _conceal(world)
    flows.public[flows.seen >= OPEN] = 1
    _listen(world, moment)
    _share_with_parties(world)


def _listen(world: World, moment: Moment) -> None:
    """Let observers hear of flows, rightly or wrongly, and let what is known leak.

    Works on arrays ``(S, P, R)``, contiguous as they lie in memory.
    """
    flows, (heard, leaked) = world.pipelines, _names(world)
    believed, known, alarm = flows.believed.T, flows.known.T, flows.alarm.T
    effort = world.parameters.detection * (1 + world.regime.monitoring) * np.float32(moment.weeks)
    hazard = np.log1p(-np.minimum(flows.seen.T, np.float32(0.95))) * effort
    chance = hazard[None] * world.states.intelligence.T[:, None]
    np.expm1(chance, out=chance)
    draw = moment.uniforms(heard).reshape(chance.shape)
    wrong = draw > 1 - moment.hazard(world.parameters.false_alarms)
    np.negative(draw, out=draw)
    learns = draw > chance
    learns |= flows.public.T > 0
    wrong &= ~learns
    learnt = learns.astype(np.float32)  # arithmetic on 0 and 1 is several times faster than copying by mask
    not_yet = np.subtract(1, learnt, out=chance)
    believed *= not_yet
    alarm *= not_yet
    believed += np.multiply(flows.level.T, learnt, out=not_yet)
    mistaken = np.flatnonzero(wrong)
    cell = mistaken % flows.level.size
    believed.reshape(-1)[mistaken] = np.minimum(flows.level.T.reshape(-1)[cell] + ALARM, 4)
    alarm.reshape(-1)[mistaken] = 1
    learnt.reshape(-1)[mistaken] = 1
    np.maximum(known, learnt, out=known)
    out = (moment.uniforms(leaked) < moment.hazard(world.parameters.leaks)) & (known.max(axis=0) > 0)
    np.copyto(flows.public.T, np.float32(1), where=out)


def _conceal(world: World) -> None:
    """Make a level that was changed unseen again: nobody knows it but giver and taker."""
    flows = world.pipelines
    givers, _, flow = _parties(world.structure.pipelines)
    gap = flows.level.T - flows.believed.T[givers, flow]
    np.abs(gap, out=gap)
    p, row = np.nonzero(gap > np.float32(1e-4))
    flows.public[row, p] = 0
    flows.known[row, p] = 0


def _share_with_parties(world: World) -> None:
    """Let giver and taker know their flow as it is; they do not "know" it as an observer would."""
    flows = world.pipelines
    givers, takers, flow = _parties(world.structure.pipelines)
    for party in (givers, takers):
        flows.believed.T[party, flow] = flows.level.T
        flows.known.T[party, flow] = 0
        flows.alarm.T[party, flow] = 0


@cache
def _parties(pipelines: tuple[Pipeline, ...]) -> tuple[Indices, Indices, Indices]:
    """Return the givers, the takers and the numbers of all flows."""
    givers, takers = [p.giver for p in pipelines], [p.taker for p in pipelines]
    return np.array(givers, np.int64), np.array(takers, np.int64), np.arange(len(pipelines))


@cache
def _hearers(states: tuple[str, ...], pipelines: tuple[str, ...]) -> tuple[Names, Names]:
    return Names("hear", [f"{s}.{p}" for s in states for p in pipelines]), Names("leak", pipelines)


def _names(world: World) -> tuple[Names, Names]:
    return _hearers(world.axes.states, world.axes.pipelines)


def brief(world: World) -> None:
    """Start with beliefs that are true, and public flows known."""
    flows = world.pipelines
    flows.believed[...] = flows.level[:, :, None]
    flows.known[...] = flows.public[:, :, None]
