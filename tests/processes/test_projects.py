"""Projects: own work, help that is absorbed, flights that are needed, and what observers believe."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from sim.actions.pacts import fly
from sim.processes.projects import projects
from sim.scenario.build import central_world
from sim.scenario.scenario import Scenario
from sim.streams import replicate_keys
from sim.world.moment import Moment
from sim.world.world import World
from tests.model.histories import moment_of, within, written

TEXT = """
pipelines:
  engines: {giver: BBB, taker: AAA, good: technology, transit_days: 0, rate: 0.2, seen: 0.1}
projects:
  AAA: {rocket: {helped_by: engines, progress: 0.2, pace: 0.1, absorption: 0.5, flights_needed: 4}}
"""
ROWS = 4096
AAA, BBB, CCC = range(3)
YEARS = 7 / 365.25


@cache
def scenario() -> Scenario:
    """Return the toy world with a rocket."""
    with TemporaryDirectory() as folder:
        return written(Path(folder), TEXT)


def made(rows: int = 1, progress: float = 0.2) -> World:
    """Return it at central values with no help arriving, the rocket so far on its way."""
    world = central_world(scenario().tree).take(np.zeros(rows, np.intp))
    world.luck = replicate_keys(5, np.arange(rows, dtype=np.int64))
    world.projects.progress[...] = progress
    world.pipelines.flow[...] = 0
    return world


def years(world: World, turns: int) -> list[Moment]:
    """Let the project go on for some turns; return them."""
    lived = [moment_of(world, turn) for turn in range(turns)]
    for moment in lived:
        projects(world, moment)
    return lived


def test_own_work_brings_a_project_on_at_its_pace() -> None:
    """And combat experience makes it faster."""
    world = made(2)
    world.states.experience[1, AAA] = 0.5

    years(world, 10)

    gone = world.projects.progress[:, 0] - 0.2
    np.testing.assert_allclose(gone, [0.1 * 10 * YEARS, 0.15 * 10 * YEARS], rtol=1e-3)


def test_work_stops_half_way_until_something_flies() -> None:
    """From ground tests on it must fly, and the wait makes a flight due."""
    world = made(progress=0.49)

    years(world, 200)

    assert world.projects.progress[0, 0] == 0.5
    assert world.projects.due[0, 0] > 0.5
    assert world.projects.fielded[0, 0] == 0


@pytest.mark.parametrize("successes", [1, 2, 3])
def test_each_success_opens_a_part_of_the_rest(successes: int) -> None:
    """``.5 + .5 successes / needed``, however long it works."""
    world = made(progress=0.5)
    world.projects.successes[...] = successes

    years(world, 600)

    assert world.projects.progress[0, 0] == pytest.approx(0.5 + 0.5 * successes / 4)
    assert world.projects.fielded[0, 0] == 0


def test_enough_successes_field_it_once() -> None:
    """An event, in one turn and no other."""
    world = made(progress=0.999)
    world.projects.successes[...] = 4

    lived = years(world, 4)

    events = [event for moment in lived for event in moment.events]
    assert [event[0] for event in events] == ["fielded"]
    assert world.projects.fielded[0, 0] == 1


def test_help_counts_as_far_as_it_is_absorbed() -> None:
    """What arrives is a share of the whole; absorption says what becomes of it."""
    world = made(3)
    world.pipelines.flow[:, world.axes.index["P"]["engines"]] = [0, 0.2, 0.2]
    world.projects.absorption[2, 0] = 0

    years(world, 10)

    alone, helped, wasted = world.projects.progress[:, 0]
    assert helped - alone == pytest.approx(0.5 * 0.2 * 10 * YEARS, rel=1e-3)
    assert wasted == alone
    np.testing.assert_allclose(
        world.projects.transferred[:, 0], np.array([0, 0.2, 0.2]) * 10 * YEARS, rtol=1e-4
    )


def test_observers_believe_in_transfers_that_never_came_and_miss_those_that_did() -> None:
    """Giver and owner know; the rest goes by the level it believes."""
    world = made(2)
    engines = world.axes.index["P"]["engines"]
    world.pipelines.flow[:, engines] = [0.2, 0]
    world.pipelines.believed[:, engines, CCC] = [0, 1]

    years(world, 10)

    believed, true = world.projects.believed[:, 0], world.projects.transferred[:, 0]
    np.testing.assert_array_equal(believed[:, AAA], true)
    np.testing.assert_array_equal(believed[:, BBB], true)
    np.testing.assert_allclose(believed[:, CCC], [0, 0.2 * 10 * YEARS], rtol=1e-4)
    assert true[0] > 0 == true[1]


def test_flights_succeed_more_often_the_more_have() -> None:
    """From `reliability` at first to nine in ten with all successes needed."""
    shares = []
    for successes in (0, 2, 4):
        world = made(ROWS, progress=0.5)
        world.projects.successes[...] = successes
        fly(world, moment_of(world), np.arange(ROWS), 0)
        shares.append(float((world.projects.successes[:, 0] - successes).mean()))

    for share, expected in zip(shares, (0.4, 0.65, 0.9), strict=True):
        assert within(share, expected, ROWS)


def test_a_flight_fails_or_succeeds_and_is_counted() -> None:
    """Failures are events of the histories in which they happened."""
    world = made(ROWS, progress=0.5)
    moment = moment_of(world)

    fly(world, moment, np.arange(ROWS), 0)

    ((event, project, rows),) = moment.events
    assert (event, project) == ("failed", 0)
    assert (world.projects.flights[:, 0] == 1).all()
    assert set(rows) == set(np.flatnonzero(world.projects.successes[:, 0] == 0))


def test_a_project_that_starts_late_has_flown() -> None:
    """Progress beyond the half at the start stands for flights before it."""
    with TemporaryDirectory() as folder:
        world = central_world(written(Path(folder), TEXT.replace("progress: 0.2", "progress: 0.75")).tree)

    assert world.projects.successes[0, 0] == pytest.approx(2)
    assert world.projects.flights[0, 0] == 0
