"""What observers believe of flows: unseen, known privately or public; and false alarms."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from sim.arrays import columns
from sim.streams import Names, scattered_uniforms
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

    What is public is told to all; luck is drawn for flows that are hidden alone, most being public. Works on
    arrays ``(S, P, R)``, contiguous as they lie in memory.
    """
    flows = world.pipelines
    level, public, known = flows.level.T, flows.public.T, flows.known.T
    cell = np.flatnonzero(public == 0)
    told = (public > 0).astype(np.float32)  # arithmetic on 0 and 1 is several times faster than by mask
    hidden = 1 - told
    flows.believed.T[...] *= hidden
    flows.believed.T[...] += level * told
    flows.alarm.T[...] *= hidden
    np.maximum(known, told, out=known)
    flow = cell // world.rows
    row = cell - flow * world.rows
    _overhear(world, moment, flow, row)
    leak = scattered_uniforms(moment.words[row], _names(world)[1].keys[flow])
    leaks = cell[leak < moment.hazard(world.parameters.leaks)[row]]
    privately = known.reshape(len(known), -1)[:, leaks].max(axis=0, initial=0) > 0
    public.reshape(-1)[leaks[privately]] = 1


def _overhear(world: World, moment: Moment, flow: Indices, row: Indices) -> None:
    """Let every observer learn or mistake the hidden level of ``flow[n]`` in replicate ``row[n]``."""
    flows, p, rows = world.pipelines, world.parameters, world.rows
    level = flows.level[row, flow]
    effort = p.detection * (1 + world.regime.monitoring) * np.float32(moment.weeks)
    hazard = np.log1p(-np.minimum(flows.seen[row, flow], np.float32(0.95))) * effort.take(row)
    intelligence = world.states.intelligence.T.take(row, axis=1)  # (S, N)
    keys = _names(world)[0].keys.reshape(len(intelligence), -1).take(flow, axis=1)
    draw = scattered_uniforms(moment.words[row], keys)
    wrong = draw > 1 - moment.hazard(p.false_alarms)[row]
    learns = -draw > np.expm1(hazard * intelligence)
    wrong &= ~learns
    believed, known, alarm = (columns(x).reshape(-1) for x in (flows.believed, flows.known, flows.alarm))
    for heard, error in ((learns, np.float32(0)), (wrong, ALARM)):
        found = np.flatnonzero(heard)
        observer = found // len(row)
        n = found - observer * len(row)
        where = (flow[n] + observer * flows.level.shape[1]) * rows + row[n]
        believed[where] = np.minimum(level[n] + error, 4)
        alarm[where] = error > 0
        known[where] = 1


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
