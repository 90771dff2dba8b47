"""Flows: what is made, shipped, lost on the way, arrives, and is owed for."""

from __future__ import annotations

import numpy as np

from sim.processes.intelligence import OPEN
from sim.world.cargo import longest, send_all
from sim.world.moment import Moment
from sim.world.world import World


def pipelines(world: World, moment: Moment) -> None:
    """Make arms, ship what each standing flow asks for, and take in what arrives.

    The ledger counts what *arrives*: a cargo lost at sea is not owed for.
    """
    _produce(world, moment)
    _ship(world, moment)
    _arrive(world, moment)
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
    arrived = flows.transit[:, :, 0].copy(order="F")
    used = longest(world.structure, moment.days)
    flows.transit[:, :, : used - 1] = flows.transit[:, :, 1:used]
    flows.transit[:, :, used - 1] = 0
    flows.delivered += arrived
    flows.flow[...] = arrived / np.float32(moment.years)
    worth, works = arrived * flows.value, arrived * (1 - flows.duds)
    for p, fixed in enumerate(world.structure.pipelines):
        if fixed.good == "munitions":
            world.states.munitions_stock[:, fixed.taker] += works[:, p]
        elif fixed.good == "troops":
            flows.abroad[:, p] += arrived[:, p]
        elif fixed.good == "missiles":
            world.states.missiles_stock[:, fixed.taker] += works[:, p]
        if fixed.pays_for >= 0:
            flows.owed[:, fixed.pays_for] -= worth[:, p]
        else:
            flows.owed[:, p] += worth[:, p]
    np.clip(flows.owed, -100, 100, out=flows.owed)


def _ship(world: World, moment: Moment) -> None:
    """Ship what the level asks for, as far as route and stock allow."""
    flows = world.pipelines
    wanted = np.minimum(flows.level * flows.rate, flows.capacity) * np.float32(moment.years)
    for p, fixed in enumerate(world.structure.pipelines):
        if fixed.war >= 0:
            silent = world.wars.ceased[:, fixed.war] * world.wars.open[:, fixed.war]
            wanted[:, p] *= 1 - silent * (1 - flows.after[:, p])
    send_all(world, wanted.T, moment.days)


def _evade(world: World, moment: Moment) -> None:
    """Let shippers get round interdiction that was added; being watched deters some carriers."""
    heed(world)
    left = moment.decay(world.parameters.adaptation_half_life)[:, None]
    flows = world.pipelines
    flows.interdiction[...] = flows.interdiction_base + (flows.interdiction - flows.interdiction_base) * left


def heed(world: World) -> None:
    """Stop more of the hidden flows where monitoring has grown, less where it has gone."""
    flows, regime = world.pipelines, world.regime
    change = world.parameters.monitoring_bite * (regime.monitoring - regime.monitoring_felt)
    if not change.any():
        return
    stopped = change[:, None] * (flows.seen < OPEN)
    for share in (flows.interdiction, flows.interdiction_base):
        share[...] = np.clip(share + stopped, 0, 1)
    regime.monitoring_felt[...] = regime.monitoring
