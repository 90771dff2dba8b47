"""Pipelines and intelligence: how long goods are under way, and who learns of them."""

from __future__ import annotations

import numpy as np
import pytest

from sim.processes.intelligence import OPEN, intelligence
from sim.processes.pipelines import pipelines
from sim.scenario.build import central_world
from sim.streams import replicate_keys
from sim.world.cargo import prime, send
from sim.world.world import World
from tests.model.histories import moment_of, pipeline, toy, within

SHELLS, OIL = 0, 1


def steady(days: float = 7.0) -> World:
    """Return one row of the toy world with flows that nothing moves."""
    world = central_world(toy().tree)
    world.pipelines.transit[...] = 0
    prime(world, days)
    world.states.munitions_stock[...] = 1000
    return world


def arrivals(world: World, turns: int, days: float) -> np.ndarray:
    """Return what arrives in each turn, ``(T, P)``."""
    came = []
    for turn in range(turns):
        before = world.pipelines.delivered[0].copy()
        pipelines(world, moment_of(world, turn, days))
        came.append(world.pipelines.delivered[0] - before)
    return np.array(came)


@pytest.mark.parametrize("days", [3.5, 7.0, 10.0, 14.0])
def test_a_steady_flow_arrives_steadily_from_the_first_turn(days: float) -> None:
    """What is under way at the start leaves no gap before the first cargo of the run."""
    came = arrivals(steady(days), 10, days)

    assert came == pytest.approx(np.tile(came[-1], (10, 1)), rel=1e-4)


@pytest.mark.parametrize("days", [2.0, 3.5, 7.0, 10.0, 14.0])
@pytest.mark.parametrize("pipeline_", [SHELLS, OIL])
def test_goods_are_under_way_for_their_transit_time(days: float, pipeline_: int) -> None:
    """The mean delay is that of the route at any length of turn: a turn's cargo lands when its time is up."""
    world = steady(days)
    transit = world.structure.pipelines[pipeline_].transit_days
    world.pipelines.transit[...] = 0
    world.pipelines.level[...] = 0
    world.pipelines.level[:, pipeline_] = 1
    at_once = arrivals(world, 1, days)  # ships during the turn that ends on day `days`
    world.pipelines.level[...] = 0

    came = np.concatenate([at_once, arrivals(world, 25, days)])[:, pipeline_]

    middle = (np.arange(26) + 0.5) * days  # of the turn in which it lands
    mean = float((came * middle).sum() / came.sum())
    assert mean - days / 2 == pytest.approx(transit, abs=0.01)


def test_interdiction_stops_its_share() -> None:
    """And only of what is shipped while it is on."""
    world = steady()
    world.pipelines.interdiction[...] = world.pipelines.interdiction_base[...] = 0.25

    pipelines(world, moment_of(world, 0))

    assert world.pipelines.lost / world.pipelines.shipped == pytest.approx(0.25)


def test_added_interdiction_wears_off_by_half_in_its_half_life() -> None:
    """Shippers get round it; at any length of turn."""
    left = []
    for days in (3.5, 7.0, 13.0):
        world = steady(days)
        base = world.pipelines.interdiction_base[0, SHELLS]
        world.pipelines.interdiction[:, SHELLS] += 0.4
        weeks = float(world.parameters.adaptation_half_life[0])
        for turn in range(round(weeks * 7 / days)):
            pipelines(world, moment_of(world, turn, days))
        left.append(world.pipelines.interdiction[0, SHELLS] - base)

    assert left == pytest.approx([0.2] * 3, rel=2e-3)


def test_duds_are_delivered_and_owed_but_not_fired() -> None:
    """The ledger counts rounds, the battery counts those that work."""
    world = steady()
    world.states.munitions_production[...] = world.states.munitions_inflow[...] = 0
    before = world.states.munitions_stock[0, 1]

    pipelines(world, moment_of(world, 0))

    arrived, duds = world.pipelines.delivered[0, SHELLS], world.pipelines.duds[0, SHELLS]
    gained = world.states.munitions_stock[0, 1] - before
    assert arrived > 0
    assert gained == pytest.approx(arrived * (1 - duds), rel=2e-2)


def test_an_extra_cargo_is_cut_to_what_there_is() -> None:
    """In each row for itself."""
    world = steady().take(np.zeros(4, np.intp))
    world.pipelines.stock[:, OIL] = [1, 5, 5, 5]

    send(world, OIL, np.array([3, 0, 3, 0], np.float32), 7.0)

    assert world.pipelines.stock[:, OIL].tolist() == [0, 5, 2, 5]
    assert world.pipelines.shipped[:, OIL].tolist() == [1, 0, 3, 0]


def watched(rows: int = 1024) -> World:
    """Return the shipped world with one hidden flow whose level has just changed."""
    world = central_world(pipeline().tree).take(np.zeros(rows, np.intp))
    world.luck = replicate_keys(3, np.arange(rows, dtype=np.int64))
    world.parameters.false_alarms[...] = world.parameters.leaks[...] = 0
    return world


def test_a_changed_level_is_hidden_until_it_is_learnt() -> None:
    """Giver and taker know; each other learns with its own chance a week."""
    world = watched()
    p = world.axes.index["P"]["rus_prk_components"]
    fixed, old = world.structure.pipelines[p], float(world.pipelines.level[0, p])
    world.pipelines.level[:, p] = old + 0.5
    world.pipelines.public[:, p] = 1

    intelligence(world, moment_of(world, 0))

    seen = np.isclose(world.pipelines.believed[:, p], world.pipelines.level[:, p, None], atol=1e-5)
    effort = world.parameters.detection[0] * (1 + world.regime.monitoring[0])
    assert (world.pipelines.public[:, p] == 0).all()
    for s in range(len(world.axes.states)):
        if s in (fixed.giver, fixed.taker):
            assert seen[:, s].all()
            continue
        hazard = -np.log1p(-world.pipelines.seen[0, p]) * effort * world.states.intelligence[0, s]
        assert within(seen[:, s].mean(), -np.expm1(-hazard), 1024), world.axes.states[s]


def test_what_is_not_hidden_is_public() -> None:
    """A flow seen with a chance of half a week is everybody's knowledge."""
    world = watched(4)
    world.pipelines.seen[:, 0] = OPEN
    world.pipelines.level[:, 0] += 0.3

    intelligence(world, moment_of(world, 0))

    assert (world.pipelines.public[:, 0] == 1).all()
    np.testing.assert_allclose(
        world.pipelines.believed[:, 0], np.repeat(world.pipelines.level[:, :1], 9, 1), rtol=1e-6
    )


def test_false_alarms_come_at_their_rate_and_overstate() -> None:
    """An observer believes in more than there is, and marks it so."""
    world = watched()
    world.parameters.false_alarms[...] = 5
    world.pipelines.seen[...] = world.pipelines.public[...] = 0

    intelligence(world, moment_of(world, 0))

    alarm = world.pipelines.alarm > 0
    outsiders = alarm.shape[2] - 2
    share = alarm.sum() / (alarm.shape[0] * alarm.shape[1] * outsiders)
    assert within(share, -np.expm1(-5 * 7 / 365.25), 1024 * alarm.shape[1] * outsiders)
    level = np.broadcast_to(world.pipelines.level[:, :, None], alarm.shape)
    assert (world.pipelines.believed[alarm] > level[alarm]).all()


def test_what_one_knows_the_press_learns_at_the_rate_of_leaks() -> None:
    """Only flows somebody knows privately can leak."""
    world = watched()
    world.pipelines.seen[...] = world.pipelines.public[...] = world.pipelines.known[...] = 0
    world.parameters.leaks[...] = 4
    world.pipelines.known[:, 0, 3] = 1

    intelligence(world, moment_of(world, 0))

    assert within(world.pipelines.public[:, 0].mean(), -np.expm1(-4 * 7 / 365.25), 1024)
    assert not world.pipelines.public[:, 1:].any()
