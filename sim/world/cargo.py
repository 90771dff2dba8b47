"""Cargo under way: the queue of a pipeline."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.world.quantities import QUEUE
from sim.world.structure import Pipeline, Structure
from sim.world.world import World


def available(world: World, pipeline: int) -> NDArray[np.float32]:
    """Return what the giver of a pipeline could ship now, ``(R,)``, in units."""
    fixed = world.structure.pipelines[pipeline]
    if not fixed.shared:
        return world.pipelines.stock[:, pipeline]
    if fixed.good == "missiles":
        return world.states.missiles_stock[:, fixed.giver]
    held = world.states.munitions_stock[:, fixed.giver] - world.states.munitions_reserve[:, fixed.giver]
    return np.asarray(np.maximum(held, 0), np.float32)


def send(world: World, pipeline: int, units: NDArray[np.float32], days: float) -> None:
    """Put *units*, ``(R,)``, under way: out of the giver's stock, less what is stopped, into the queue.

    A transit that is no whole number of turns is split between the two nearest places, so that the mean
    delay does not depend on the length *days* of a turn.
    """
    fixed, flows = world.structure.pipelines[pipeline], world.pipelines
    units = np.minimum(units, available(world, pipeline))
    _giver_stock(world, pipeline)[...] -= units
    stopped = units * flows.interdiction[:, pipeline]
    flows.shipped[:, pipeline] += units
    flows.lost[:, pipeline] += stopped
    near, share = _places(fixed, days)
    units -= stopped
    flows.transit[:, pipeline, near] += units * (1 - share)
    if share:
        flows.transit[:, pipeline, near + 1] += units * share


def send_all(world: World, units: NDArray[np.float32], days: float) -> None:
    """Put *units* ``(P, R)`` of every flow under way, those that share a stock one after the other."""
    flows, structure = world.pipelines, world.structure
    for p in range(len(structure.pipelines)):
        np.minimum(units[p], available(world, p), out=units[p])
        _giver_stock(world, p)[...] -= units[p]
    stopped = units * flows.interdiction.T
    flows.shipped.T[...] += units
    flows.lost.T[...] += stopped
    units -= stopped
    transit = flows.transit.T  # (Q, P, R)
    for p, fixed in enumerate(structure.pipelines):
        near, share = _places(fixed, days)
        transit[near, p] += units[p] * (1 - share)
        if share:
            transit[near + 1, p] += units[p] * share


def _giver_stock(world: World, pipeline: int) -> NDArray[np.float32]:
    """Return the stock a pipeline draws on, ``(R,)``, as a view."""
    fixed = world.structure.pipelines[pipeline]
    if not fixed.shared:
        return world.pipelines.stock[:, pipeline]
    states = world.states
    return (states.missiles_stock if fixed.good == "missiles" else states.munitions_stock)[:, fixed.giver]


def _places(fixed: Pipeline, days: float) -> tuple[int, np.float32]:
    """Return the nearer place of the queue a cargo is put in, and the share that goes one further."""
    turns = min(fixed.transit_days / days, QUEUE - 1.0)
    near = min(int(turns), QUEUE - 2)
    return near, np.float32(turns - near)


def longest(structure: Structure, days: float) -> int:
    """Return how many places of the queue are ever used at turns of *days*."""
    turns = max((p.transit_days / days for p in structure.pipelines), default=0.0)
    return min(int(turns) + 3, QUEUE)


def prime(world: World, days: float) -> None:
    """Put under way what each flow has in transit at the start: arrivals do not begin with a gap."""
    flows = world.pipelines
    a_turn = flows.level * flows.rate * (1 - flows.interdiction) * np.float32(days / 365.25)
    for p, fixed in enumerate(world.structure.pipelines):
        turns = min(fixed.transit_days / days, QUEUE - 1.0)
        for place in range(int(np.ceil(turns))):
            flows.transit[:, p, place] += a_turn[:, p] * np.float32(min(1.0, turns - place))
    flows.flow[...] = flows.level * flows.rate * (1 - flows.interdiction)
