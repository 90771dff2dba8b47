"""A row of a packed block is the history that setting the same number makes of its replicate."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from sim.experiments.crises import CRISES
from sim.experiments.packing import Row, histories_of, world_of
from sim.model.compile import setup_of
from sim.model.model import StrategicModel
from sim.world.world import World
from tests.model.histories import compiled, differing, played, toy, written

#: A number without a range, two drawn ones, one of an assumption, one that everybody shares, a goal.
SET = {
    "pipelines.aaa_bbb_shells.public": 0.0,
    "pipelines.aaa_bbb_shells.rate": 1.5,
    "dyads.CCC.AAA.tension": 0.7,
    "states.AAA.munitions.production": 1.25,
    "parameters.tension_gain": 4.0,
    "states.CCC.goals.TER": 0.5,
}
REPLICATES = (0, 7)
STORIES = {"loose": 0.2, "close": 0.8}
COMMITMENT = "dyads.AAA.BBB.commitment"


@cache
def packed() -> StrategicModel:
    """Play every setting in two replicates of the toy world, all in one block; read only."""
    settings = [{}, *({path: value} for path, value in SET.items())]
    rows = [Row(n, setting) for n in REPLICATES for setting in settings]
    setup = compiled(toy, "as_is")
    model = StrategicModel(setup, world_of(toy(), setup, rows))
    with threadpool_limits(1, user_api="blas"):
        model.run()
    return model


def row_of(model: StrategicModel, row: int) -> World:
    """Return one history at its end."""
    return model.world.take(np.array([row]))


def outcomes_of(model: StrategicModel, row: int) -> dict[str, int]:
    """Return the turn of every outcome in one history."""
    return {name: int(turn[row]) for name, turn in model.recorder.watch.close().items()}


@pytest.mark.parametrize("path", SET)
def test_a_row_is_the_history_of_a_run_with_the_number_set(path: str) -> None:
    """Bit for bit to the last turn, or what is found alive would not be what a user sees move."""
    alone = played(toy(f"{path}={SET[path]}"), "as_is")

    for n, replicate in enumerate(REPLICATES):
        row = n * (len(SET) + 1) + 1 + list(SET).index(path)
        assert differing(row_of(packed(), row), row_of(alone, replicate)) == []
        assert outcomes_of(packed(), row) == outcomes_of(alone, replicate)


def test_an_unmoved_row_is_the_history_of_the_study() -> None:
    """What everything is held to is what `sim run` simulates."""
    study = played(toy(), "as_is")

    for n, replicate in enumerate(REPLICATES):
        assert differing(row_of(packed(), n * (len(SET) + 1)), row_of(study, replicate)) == []


def test_what_an_option_sets_is_set_and_can_be_left_out() -> None:
    """An option that sets a number to no effect is a fault too."""
    path, setup = "pipelines.aaa_bbb_shells.interdiction", compiled(toy, "denied")
    study = drawn_start("denied")
    plain = drawn_start("as_is")

    world = world_of(toy(), setup, [Row(3, {}), Row(3, {path: None})])

    assert differing(world.take(np.array([0])), study.take(np.array([3]))) == []
    assert float(world.pipelines.interdiction[0, 0]) == 0.5
    assert world.pipelines.interdiction[1, 0] == plain.pipelines.interdiction[3, 0]


def test_a_crisis_is_the_same_with_and_without_what_an_option_sets(tmp_path: Path) -> None:
    """Otherwise leaving it out would undo a part of the crisis, and be taken for its effect."""
    path = "wars.border.intensity"
    scenario = written(tmp_path, f"options: {{calmer: {{set: {{{path}: 0.2}}}}}}\n")
    setup = setup_of(scenario, "calmer")
    rows = [Row(0, setting, start) for start in ("", "wars") for setting in ({}, {path: None})]

    calm, calm_without, tense, tense_without = world_of(scenario, setup, rows).wars.intensity[:4, 0]

    assert calm != calm_without
    assert tense == tense_without


def drawn_start(option: str) -> World:
    """Return the toy world of a study before its first turn."""
    from tests.model.histories import start

    return start(toy(), compiled(toy, option))


def test_a_story_can_be_told_to_any_replicate() -> None:
    """An assumption with alternatives is moved from one story to another."""
    rows = [Row(0, {COMMITMENT: value}) for value in STORIES.values()]

    world = world_of(toy(), compiled(toy, "as_is"), rows)

    assert world.dyads.commitment[:2, 0, 1].tolist() == pytest.approx(list(STORIES.values()))


def test_a_history_does_not_depend_on_its_row() -> None:
    """What stands beside it in the block must not matter."""
    setting = {"pipelines.aaa_bbb_shells.rate": 1.5}
    others = [Row(n, {"dyads.CCC.AAA.tension": 0.9}) for n in range(20)]

    first = histories_of(toy(), "as_is", [Row(7, setting), *others])
    last = histories_of(toy(), "as_is", [*others, Row(7, setting)])

    assert (first.turns[:, 0] == last.turns[:, -1]).all()
    assert (first.deeds[0] == last.deeds[-1]).all()
    assert (first.clocks[0] == last.clocks[-1]).all()


def test_deeds_are_told_apart() -> None:
    """Two histories with other deeds have other sums, for the states whose deeds differ only."""
    rows = [Row(0, {}), Row(0, {"states.CCC.precision": 0.0}), Row(1, {})]

    found = histories_of(toy(), "as_is", rows)

    assert (found.deeds[0] != found.deeds[2]).any()
    assert (found.clocks[0] != found.clocks[1])[2]


@pytest.mark.parametrize("crisis", CRISES)
def test_every_crisis_can_be_played(crisis: str) -> None:
    """Nothing a crisis sets is out of bounds, and it does not begin as the world is."""
    rows = [Row(n, {}, start) for start in ("", crisis) for n in range(256)]

    found = histories_of(toy(), "as_is", rows)

    already = {"wars", "patrons"}  # the only war of this world is on, all its flows are under way
    assert crisis in already or (found.clocks[:256] != found.clocks[256:]).any()
