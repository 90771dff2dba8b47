"""Flows: what is made, shipped, lost on the way, arrives, and is owed for."""

from __future__ import annotations

import numpy as np

from sim.world.cargo import longest, send
from sim.world.moment import Moment
from sim.world.structure import Pipeline
from sim.world.world import World


def pipelines(world: World, moment: Moment) -> None:
    """Make arms, ship what each standing flow asks for, and take in what arrives.

    The ledger counts what *arrives*: a cargo lost at sea is not owed for.
    """
    _produce(world, moment)
    _arrive(world, moment)
    _ship(world, moment)
    _evade(world, moment)


def _produce(world: World, moment: Moment) -> None:
    """Add output to stocks; plants short of imported components or power make less."""
    states, years = world.states, np.float32(moment.years)
    supplied = np.minimum(states.components / states.components_start, states.energy / states.energy_start)
    working = 1 - world.parameters.components_bite[:, None] * (1 - supplied)
    np.clip(working, 0, 1.2, out=working)
    states.munitions_stock += (states.munitions_production * working + states.munitions_inflow) * years
    states.missiles_stock += states.missiles_production * working * years
    world.pipelines.stock += world.pipelines.refill * years


def _arrive(world: World, moment: Moment) -> None:
    """Move every queue one turn on and hand over what is at its head."""
    flows = world.pipelines
    arrived = flows.transit[:, :, 0].copy()
    used = longest(world.structure, moment.days)
    flows.transit[:, :, : used - 1] = flows.transit[:, :, 1:used]
    flows.transit[:, :, used - 1] = 0
    flows.delivered += arrived
    flows.flow[...] = arrived / np.float32(moment.years)
    for p, fixed in enumerate(world.structure.pipelines):
        _hand_over(world, p, fixed, arrived[:, p])
        ledger = fixed.pays_for if fixed.pays_for >= 0 else p
        sign = -1 if fixed.pays_for >= 0 else 1
        flows.owed[:, ledger] += sign * arrived[:, p] * flows.value[:, p]
    np.clip(flows.owed, -100, 100, out=flows.owed)


def _hand_over(
    world: World, p: int, fixed: Pipeline, units: np.ndarray[tuple[int, ...], np.dtype[np.float32]]
) -> None:
    works = units * (1 - world.pipelines.duds[:, p])
    if fixed.good == "munitions":
        world.states.munitions_stock[:, fixed.taker] += works
    elif fixed.good == "missiles":
        world.states.missiles_stock[:, fixed.taker] += works


def _ship(world: World, moment: Moment) -> None:
    """Ship what the level asks for, as far as route and stock allow."""
    flows = world.pipelines
    wanted = np.minimum(flows.level * flows.rate, flows.capacity) * np.float32(moment.years)
    for p in range(len(world.structure.pipelines)):
        send(world, p, slice(None), wanted[:, p], moment.days)


def _evade(world: World, moment: Moment) -> None:
    """Let shippers get round interdiction that was added."""
    left = moment.decay(world.parameters.adaptation_half_life)[:, None]
    flows = world.pipelines
    flows.interdiction[...] = flows.interdiction_base + (flows.interdiction - flows.interdiction_base) * left
