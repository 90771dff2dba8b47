"""What observers believe of flows: unseen, known privately or public; and false alarms."""

from __future__ import annotations

import numpy as np

from sim.streams import Names
from sim.world.moment import Moment
from sim.world.world import World

_tables: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[Names, Names, Names]] = {}

#: How far a false alarm is off: the observer believes this much more flows than does.
ALARM = np.float32(0.6)


def intelligence(world: World, moment: Moment) -> None:
    """Let every observer learn, mistake or be told the level of every flow.

    A change of level is unseen until learnt; what is public is known to all. An observer that learns the level
    gives up a false alarm.
    """
    flows = world.pipelines
    if not world.axes.pipelines:
        return
    learnt, mistaken, leaked = _names(world)
    _conceal(world)
    shape = (len(world.axes.states), len(world.axes.pipelines), world.rows)
    p = world.parameters
    chance = flows.seen[:, :, None] * world.states.intelligence[:, None, :] * p.detection[:, None, None]
    chance *= 1 + world.regime.monitoring[:, None, None]
    chance = moment.chance(np.minimum(chance, np.float32(0.95)))
    draw = moment.uniforms(learnt).reshape(shape).transpose(2, 1, 0)
    learns = (draw < chance) | (flows.public[:, :, None] > 0)
    wrong = moment.uniforms(mistaken).reshape(shape).transpose(2, 1, 0) < moment.hazard(p.false_alarms)[:, None, None]
    wrong &= (flows.public[:, :, None] == 0) & (flows.seen[:, :, None] < np.float32(0.5)) & ~learns
    level = np.broadcast_to(flows.level[:, :, None], flows.believed.shape)
    np.copyto(flows.believed, level, where=learns)
    np.copyto(flows.believed, np.minimum(level + ALARM, 4), where=wrong)
    flows.alarm[learns] = 0
    flows.alarm[wrong] = 1
    flows.known[learns | wrong] = 1
    out = moment.uniforms(leaked).T < moment.hazard(p.leaks)[:, None]
    flows.public[out & (flows.known.max(axis=2) > 0)] = 1
    _share_with_parties(world)


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


def _names(world: World) -> tuple[Names, Names, Names]:
    key = (world.axes.states, world.axes.pipelines)
    if key not in _tables:
        both = [f"{s}.{p}" for s in key[0] for p in key[1]]
        _tables[key] = (Names("learn", both), Names("false-alarm", both), Names("leak", key[1]))
    return _tables[key]


def brief(world: World) -> None:
    """Start with beliefs that are true, and public flows known."""
    flows = world.pipelines
    flows.believed[...] = flows.level[:, :, None]
    flows.known[...] = flows.public[:, :, None]
