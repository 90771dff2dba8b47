"""Terms of a ceasefire: what each side would take, the room between, and what was imposed."""

from __future__ import annotations

import numpy as np
import pytest

from sim.processes.terms import terms
from sim.processes.wars import wars
from sim.scenario.build import central_world
from sim.streams import replicate_keys
from sim.world.world import World
from tests.model.histories import moment_of, toy, within

AAA, BBB, CCC = range(3)
ROWS = 4096


def made(rows: int = 1) -> World:
    """Return the toy world: BBB fights CCC."""
    world = central_world(toy().tree).take(np.zeros(rows, np.intp))
    world.luck = replicate_keys(9, np.arange(rows, dtype=np.int64))
    return world


def test_who_expects_to_win_asks_for_more_and_who_is_weary_for_less() -> None:
    """Ground it expects to take within the horizon, less what its weariness is worth to it."""
    world = made(3)
    world.wars.outlook[:, 0, BBB] = [2, 4, 2]
    world.states.weariness[:, BBB] = [0.2, 0.2, 0.6]

    terms(world)

    p, asked = world.parameters, world.wars.reservation[:, 0, BBB]
    assert asked[1] - asked[0] == pytest.approx(2 * p.terms_horizon[0], rel=1e-4)
    assert asked[0] - asked[2] == pytest.approx(0.4 * p.terms_price[0], rel=1e-4)


def test_beliefs_that_agree_leave_room_and_hopes_on_both_sides_do_not() -> None:
    """If one expects to gain what the other expects to lose, only weariness and guarantees count."""
    world = made(2)
    world.states.weariness[...] = 0
    world.wars.guarantee[...] = 0
    world.wars.outlook[:, 0, BBB] = [3, 3]
    world.wars.outlook[:, 0, CCC] = [-3, 2]

    terms(world)

    agreed, hopeful = world.wars.overlap[:, 0]
    assert agreed == pytest.approx(0, abs=1e-4)
    assert hopeful == pytest.approx(-5 * world.parameters.terms_horizon[0], rel=1e-4)


def test_a_guarantee_makes_room() -> None:
    """More of it, more room."""
    world = made(3)
    world.wars.guarantee[:, 0] = [0, 0.5, 1]

    terms(world)

    first, second, third = world.wars.overlap[:, 0]
    assert second - first == pytest.approx(third - second, rel=1e-4)
    assert second > first


def test_a_ceasefire_without_room_was_imposed() -> None:
    """The less room the more; with room, not at all."""
    world = made(3)
    world.states.weariness[...] = 0
    world.wars.guarantee[...] = 0
    world.wars.outlook[:, 0, CCC] = 0
    world.wars.outlook[:, 0, BBB] = [-1, 2, 50]
    world.wars.ceased[...] = 1

    terms(world, 7.0)

    free, pressed, forced = world.wars.imposed[:, 0]
    assert free == 0
    assert 0 < pressed < 1
    assert forced == 1


def test_how_a_ceasefire_came_is_remembered_while_it_holds_and_no_longer() -> None:
    """Later changes of mood do not rewrite it."""
    world = made()
    world.states.weariness[...] = 0
    world.wars.outlook[:, 0, BBB] = 50
    world.wars.ceased[...] = 1
    terms(world, 7.0)

    world.wars.outlook[...] = -50
    world.wars.quiet_days[...] = 70
    terms(world, 7.0)
    later = float(world.wars.imposed[0, 0])
    world.wars.ceased[...] = 0
    terms(world, 7.0)

    assert later == 1
    assert world.wars.imposed[0, 0] == 0


def test_imposed_ceasefires_break_more_often() -> None:
    """Werner and Yuen 2005."""
    broken = []
    for imposed in (0.0, 1.0):
        world = made(ROWS)
        world.wars.ceased[...] = 1
        world.wars.quiet_days[...] = 70
        world.wars.imposed[...] = imposed
        world.wars.guarantee[...] = 0
        world.parameters.recurrence[...] = 2
        wars(world, moment_of(world, 0))
        broken.append(float((world.wars.ceased[:, 0] == 0).mean()))

    assert within(broken[0], -np.expm1(-2 * 7 / 365.25), ROWS)
    assert broken[1] > 2 * broken[0]


def test_offers_of_terms_lapse() -> None:
    """On the turn that begins after the deadline, not before."""
    world = made(2)
    world.wars.terms_until[:, 0, BBB] = [70, 69]

    wars(world, moment_of(world, 10))

    assert world.wars.terms_until[:, 0, BBB].tolist() == [70, -1]
