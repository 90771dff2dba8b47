"""The world: paths find their numbers, rows can be chosen, kept and branched."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.arrays import spread
from sim.scenario.build import central_world, numbers
from sim.world.address import locate
from sim.world.axes import BLOCK
from sim.world.quantities import PARTS
from sim.world.world import World
from tests.model.histories import compiled, differing, lived_in, pipeline, start, toy


def small() -> World:
    """Return a few rows of a lived-in world."""
    return lived_in().take(np.arange(16))


@pytest.mark.parametrize("scenario", [toy, pipeline], ids=["toy", "munitions_pipeline"])
def test_every_number_of_a_file_is_read_back_by_its_path(scenario) -> None:
    """What a user writes is what the model starts from."""
    tree = scenario().tree
    world = central_world(tree)
    set_up = {"dyads.tension", "states.goals"}

    for path, value in numbers(tree):
        address = locate(path, world.axes)
        if f"{address.section}.{address.field}" not in set_up and not path.endswith((".rung", ".front.rate")):
            assert address.read(world)[0] == np.float32(value), path


def test_no_two_paths_lead_to_the_same_number() -> None:
    """Writing one leaves all others."""
    world = central_world(toy().tree)
    paths = [path for path, _ in numbers(toy().tree)]
    places = [locate(path, world.axes) for path in paths]

    seen = {(a.section, a.field, a.where) for a in places}

    assert len(seen) == len(paths)


def test_a_path_to_nothing_is_a_fault_of_ours() -> None:
    """Scenarios are checked before; here it must not pass in silence."""
    for path in ("states.AAA.munition.stock", "states.XXX.energy", "pipelines.aaa_bbb_shells.levels"):
        with pytest.raises(KeyError):
            locate(path, toy_axes())


def toy_axes():
    """Return the axes of the toy world."""
    return compiled(toy, "as_is").structure.axes


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 15), min_size=1, max_size=40), st.lists(st.integers(0, 15), min_size=1))
def test_choosing_twice_is_choosing_once(first: list[int], second: list[int]) -> None:
    """take(a).take(b) = take(a[b]), luck included."""
    world, a = small(), np.array(first)
    b = np.array(second) % len(a)

    twice, once = world.take(a).take(b), world.take(a[b])

    assert not differing(twice, once)
    assert (twice.luck == once.luck).all()


def test_chosen_rows_are_copies() -> None:
    """A branch must not write into the history it came from."""
    world = small()
    chosen = world.take(np.arange(16))

    chosen.dyads.tension[...] = 0.5
    chosen.luck[...] = 0

    assert (world.dyads.tension != 0.5).any()
    assert world.luck.all()


def test_arrays_keep_the_replicate_contiguous() -> None:
    """Fast for the machine after any choice of rows."""
    chosen = small().take(np.array([3, 1, 1]))

    for part in chosen.parts().values():
        for name, array in part.arrays().items():
            assert array.flags.f_contiguous, name


def test_a_world_is_padded_to_a_block() -> None:
    """By its last row, the others where they were."""
    world = small().padded()

    assert world.rows == BLOCK
    assert not differing(world.take(np.arange(16)), small())
    assert not differing(world.take(np.array([900])), small().take(np.array([15])))


def test_a_branch_is_the_same_world_with_other_luck() -> None:
    """Every future begins alike and has a key of its own."""
    world = small()

    futures = world.branch(3, "strike", seed=1, replicate=3, turn=6, rows=32)

    assert not differing(futures, world.take(np.full(32, 3)))
    assert len(np.unique(futures.luck)) == 32
    assert not np.intersect1d(futures.luck, world.luck).size


def test_a_world_that_was_kept_is_the_world_again(tmp_path: Path) -> None:
    """Every array, bit for bit, and the day."""
    world = small()

    world.save(tmp_path / "world.npz")
    again = World.load(tmp_path / "world.npz", world.structure)

    assert not differing(again, world)
    assert (again.luck == world.luck).all()
    assert again.day == world.day


@pytest.mark.parametrize(("value", "what"), [(np.nan, "not a number"), (1.5, "left"), (-0.1, "left")])
def test_a_number_out_of_bounds_is_found(value: float, what: str) -> None:
    """With its quantity and its first row."""
    world = small()
    world.dyads.tension[7:9, 0, 2] = value

    (fault,) = world.faults()

    assert fault[0] == "dyads.tension"
    assert what in fault[1]
    assert fault[2] == 7


def test_every_quantity_starts_within_its_bounds() -> None:
    """Declared starts are legal values."""
    for part in PARTS.values():
        for name, quantity in part.declared().items():
            assert quantity.low <= quantity.start <= quantity.high or "parameters" in part.__name__.lower(), (
                name
            )


@pytest.mark.parametrize("scenario", [toy, pipeline], ids=["toy", "munitions_pipeline"])
def test_a_drawn_world_starts_within_bounds(scenario) -> None:
    """Every draw is conditioned on them."""
    option = next(iter(scenario().tree["options"]))

    world = start(scenario(), compiled(scenario, option))

    assert not world.faults()
    np.testing.assert_allclose(world.states.goals.sum(axis=2), 1, rtol=1e-5)


def test_option_settings_come_after_draws() -> None:
    """An option fixes what an assumption would draw."""
    worlds = [start(toy(), compiled(toy, name)) for name in ("as_is", "denied")]

    assert (worlds[1].pipelines.interdiction[:, 0] == np.float32(0.5)).all()
    assert worlds[0].pipelines.interdiction[:, 0].std() > 0
    assert (worlds[1].states.munitions_production == worlds[0].states.munitions_production).all()


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 4), max_size=6), st.data())
def test_members_are_listed_as_a_loop_would(counts: list[int], data: st.DataObject) -> None:
    """`spread` joins a list with the members of each entry."""
    first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    of = data.draw(st.lists(st.integers(0, len(counts) - 1), max_size=8)) if counts else []

    position, member = spread(first, np.array(of, np.int64))

    expected = [(p, m) for p, x in enumerate(of) for m in range(first[x], first[x + 1])]
    assert list(zip(position.tolist(), member.tolist(), strict=True)) == expected
