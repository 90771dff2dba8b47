"""Replicates do not interact: choosing some and stepping them equals stepping all and choosing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from sim.model.model import StrategicModel
from sim.montecarlo.block import simulate
from sim.processes.economy import economy
from sim.processes.incidents import incidents
from sim.processes.intelligence import intelligence
from sim.processes.ladder import ladder
from sim.processes.pipelines import pipelines
from sim.processes.wars import wars
from sim.world.axes import BLOCK
from sim.world.moment import Moment
from sim.world.world import World
from tests.model.histories import (
    SEED,
    compiled,
    differing,
    history_of_toy,
    lived_in,
    moment_of,
    pipeline,
    start,
    toy,
)

Process = Callable[[World, Moment], None]
PROCESSES = (intelligence, pipelines, wars, economy, incidents, ladder)

some_rows = st.lists(st.integers(0, BLOCK - 1), min_size=1, max_size=60).map(np.array)
a_block = st.integers(0, 2**31).map(lambda seed: np.random.default_rng(seed).integers(0, BLOCK, BLOCK))


@pytest.mark.parametrize("process", PROCESSES, ids=lambda p: p.__name__)
@settings(max_examples=8, deadline=None)
@given(rows=some_rows)
def test_a_process_treats_every_replicate_alone(process: Process, rows: np.ndarray) -> None:
    """Repeated, reordered or few: each row lives as it would among all others."""
    world = lived_in()
    chosen = world.take(rows)

    process(world, moment_of(world))
    process(chosen, moment_of(chosen))

    assert not differing(chosen, world.take(rows))


@pytest.mark.parametrize("process", PROCESSES, ids=lambda p: p.__name__)
def test_a_process_keeps_every_number_in_its_bounds(process: Process) -> None:
    """Even where nothing was declared usual: stocks at nothing, tension at its top."""
    world = lived_in()
    world.states.munitions_stock[::2] = 0
    world.dyads.tension[::3] = 1
    world.pipelines.interdiction[::5] = 1
    world.pipelines.level[1::5] = 4

    process(world, moment_of(world))

    assert not world.faults()


def stepped(model: StrategicModel, turns: int) -> World:
    """Return the world after some turns."""
    with threadpool_limits(1, user_api="blas"):
        for _ in range(turns):
            model.step()
    return model.world


@settings(max_examples=6, deadline=None)
@given(rows=a_block)
def test_a_history_does_not_depend_on_its_neighbours(rows: np.ndarray) -> None:
    """The whole step, five turns long: take then step is step then take, bit for bit."""
    setup = compiled(toy, "denied")
    world = start(toy(), setup)

    chosen = stepped(StrategicModel(setup, world.take(rows)), 5)
    everyone = stepped(StrategicModel(setup, world), 5)

    assert not differing(chosen, everyone.take(rows))


@settings(max_examples=3, deadline=None)
@given(rows=some_rows)
def test_a_few_histories_padded_to_a_block_are_the_same_histories(rows: np.ndarray) -> None:
    """Products change with their width; a padded world keeps it."""
    setup = compiled(toy, "as_is")
    world = start(toy(), setup)

    chosen = stepped(StrategicModel(setup, world.take(rows).padded()), 4)
    everyone = stepped(StrategicModel(setup, world), 4)

    assert not differing(chosen.take(np.arange(len(rows))), everyone.take(rows))


def test_histories_of_the_shipped_world_do_not_interact_either() -> None:
    """More states, more doctrines, the same claim."""
    setup = compiled(pipeline, "denied")
    rows = np.random.default_rng(4).integers(0, BLOCK, BLOCK)
    world = start(pipeline(), setup, seed=SEED)

    chosen = stepped(StrategicModel(setup, world.take(rows)), 3)
    everyone = stepped(StrategicModel(setup, world), 3)

    assert not differing(chosen, everyone.take(rows))


def test_deeds_and_outcomes_follow_their_rows() -> None:
    """What is recorded of a row is its own, too."""
    setup = compiled(toy, "as_is")
    rows = np.random.default_rng(5).permutation(BLOCK)
    chosen = StrategicModel(setup, start(toy(), setup).take(rows))
    stepped(chosen, setup.turns)
    everyone = history_of_toy()

    for name, turn in chosen.recorder.watch.turn.items():
        assert (turn == everyone.recorder.watch.turn[name][rows]).all(), name
    assert (chosen.recorder.rung_max == everyone.recorder.rung_max[:, rows]).all()
    for (_, one), (_, other) in zip(chosen.recorder.deeds, everyone.recorder.deeds, strict=True):
        pairs = [
            sorted(zip(r, d.choice, d.seen, d.deaths, strict=True))
            for r, d in ((rows[one.row], one), (other.row, other))
        ]
        assert pairs[0] == pairs[1]


def test_the_same_seed_gives_the_same_tables() -> None:
    """Bit for bit, and another seed does not."""
    one, again, other = (simulate(toy(), "as_is", 0, seed) for seed in (3, 3, 4))

    for table in ("replicates", "series", "deeds", "disputes"):
        assert getattr(one, table).equals(getattr(again, table)), table
    assert not one.deeds.equals(other.deeds)


def test_fewer_rows_are_the_beginning_of_the_block() -> None:
    """A cut takes rows off the tables, never out of the simulation."""
    whole, part = simulate(toy(), "as_is", 1, 3), simulate(toy(), "as_is", 1, 3, rows=100)

    assert part.replicates.equals(whole.replicates.slice(0, 100))
    cut = whole.deeds.slice(0, part.deeds.num_rows)
    assert part.deeds.to_pylist() == cut.to_pylist()
