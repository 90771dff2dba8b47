"""The probability of rare deeds has the mean of how often they are done, and less noise."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from threadpoolctl import threadpool_limits

import sim
from sim.model.compile import setup_of
from sim.model.model import StrategicModel
from sim.model.rare import counted
from sim.montecarlo.block import simulate
from sim.results.rare import by_blocks
from sim.scenario.scenario import Scenario
from sim.world.axes import BLOCK
from tests.model.histories import compiled, pipeline, start, written

BLOCKS = 2
#: Rare deeds made frequent: an alarm of rung 9, a war that is opened, and enough grave deeds for rounds.
TEXT = """
wars: {border: {open: 0}}
assumptions: {calibration: null} # what differs between histories is no noise
parameters: {leap: 11, rounds: %d}
dyads:
  AAA: {CCC: {rung: 4}}
  CCC: {AAA: {rung: 4}, BBB: {rung: 3, rung_floor: 1}}
  BBB: {CCC: {rung: 3, rung_floor: 1}}
actions:
  mobilise: {per_year: 1}
  limited_force: {per_year: 0.5}
  alarm:
    {label: alarm, desk: country, kind: coercive, targets: rival, per_year: %s, observed_in: rivals, rung: 9,
     cooldown: 28, gains: {OFF: 0.02}, visibility: 1, provokes: {T: 0.2}, sentence: "{actor} is alarmed",
     requires: [{path: states.actor.readiness, at_least: 0.55}], goldstein: -5,
     effects: [{raise: states.actor.readiness, by: 0.1}], basis: {'*': {judgement: "Invented"}}}
  onslaught:
    {label: onslaught, desk: country, kind: coercive, targets: rival, per_year: %s, observed_in: rivals,
     rung: 8, cooldown: 28, gains: {OFF: 0.02}, visibility: 1, provokes: {T: 0.2},
     sentence: "{actor} attacks", goldstein: -9, mid: 5, effects: [{open: between}],
     basis: {'*': {judgement: "Invented"}}}
outcomes:
  alarmed: {does: {action: alarm}}
  giver_alarmed: {does: {action: alarm, actor: AAA, target: CCC}}
  reached: {reaches: {dyads: [[AAA, CCC]], rung: nuclear_alert}}
  war: {war: {between: [BBB, CCC]}}
options:
  as_is: {}
  ordered:
    doctrine:
      - {actor: CCC, when: {observes: dyads.AAA.CCC.rung, at_least: 5}, do: {action: alarm, target: AAA},
         firmness: 0.5}
"""
OUTCOMES = ("alarmed", "giver_alarmed", "reached", "war")
OPTIONS = ("as_is", "ordered")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for the scenarios of this module."""
    return tmp_path_factory.mktemp("rare")


@cache
def scenario(folder: Path, per_year: float, rounds: int) -> Scenario:
    """Return the toy world with an alarm and an onslaught of some rate."""
    return written(folder, TEXT % (rounds, per_year, per_year))


@cache
def histories(folder: Path, per_year: float, rounds: int, option: str) -> pa.Table:
    """Return some blocks of histories of it."""
    made = scenario(folder, per_year, rounds)
    return pa.concat_tables(
        simulate(made, option, block, 1, deeds=False).replicates for block in range(BLOCKS)
    )


@pytest.mark.parametrize("name", OUTCOMES)
@pytest.mark.parametrize(
    ("per_year", "rounds", "option"),
    [(0.15, 0, "as_is"), (0.15, 3, "as_is"), (0.4, 3, "as_is"), (0.15, 3, "ordered")],
)
def test_what_is_added_up_has_the_mean_of_what_happens(
    folder: Path, name: str, per_year: float, rounds: int, option: str
) -> None:
    """Paired, so that four standard errors of the difference are less than ten points."""
    table = histories(folder, per_year, rounds, option)

    came = table[f"o:{name}"].to_numpy().astype(float)
    added = table[f"p:{name}"].to_numpy().astype(float)

    error = (came - added).std() / np.sqrt(len(came))
    assert 0.05 < came.mean() < 0.995
    assert abs(came.mean() - added.mean()) < 4 * error
    assert error < 0.025


@pytest.mark.parametrize("name", OUTCOMES)
def test_rare_deeds_are_known_with_less_noise(folder: Path, name: str) -> None:
    """At some per cent a history, its spread is less than a third of a coin's."""
    table = histories(folder, 0.004, 3, "as_is")

    came, added = (table[f"{kind}:{name}"].to_numpy().astype(float) for kind in "op")

    p = added.mean()
    assert 0 < p < 0.1
    assert added.std() < np.sqrt(p * (1 - p)) / 3
    assert abs(came.mean() - p) < 4 * np.sqrt(p / len(came))


def test_what_is_added_up_follows_its_row(folder: Path) -> None:
    """It belongs to a history alone, whoever its neighbours are."""
    made = scenario(folder, 0.15, 3)
    setup = setup_of(made, "as_is")
    world, rows = start(made, setup), np.random.default_rng(8).permutation(BLOCK)
    models = [StrategicModel(setup, world.take(r)) for r in (np.arange(BLOCK), rows)]
    with threadpool_limits(1, user_api="blas"):
        for model in models:
            model.run()

    whole, shuffled = (model.recorder.rare.probabilities() for model in models)

    for name in OUTCOMES:
        assert np.array_equal(whole[name][rows], shuffled[name]), name


def test_only_rare_outcomes_have_a_probability() -> None:
    """Acts of war and nuclear alerts do; a clash, or aid, does not."""
    setup = compiled(pipeline, "as_agreed")

    found = {o.name: int(counted(o, setup).sum()) for o in setup.outcomes}

    assert found["korean_war"] > 0
    assert found["lethal_clash"] == found["korean_force"] == found["seoul_direct"] == 0


def test_an_interval_is_of_blocks() -> None:
    """Of 1,024 where there are five, of 128 where not; it holds what it should in 19 of 20 cases."""
    rng = np.random.default_rng(1)
    means = rng.gamma(0.05, 0.2, (400, 5 * 1024))

    held = [low <= 0.01 <= high for _, low, high in map(by_blocks, means)]

    assert 0.91 < np.mean(held) < 0.99
    mean, low, high = by_blocks(means[0, :1000])
    assert 0 <= low < mean < high
    assert by_blocks(np.array([0.2, 0.4])) == (pytest.approx(0.3), 0.0, 1.0)


def test_a_study_tells_its_rare_outcomes(folder: Path) -> None:
    """One row per option and outcome, events among them."""
    study = sim.run(
        scenario(folder, 0.15, 3),
        replicates=1024,
        workers=1,
        options=OPTIONS,
        out=folder / "study",
        report=False,
        quiet=True,
    )

    rare = study.rare()

    assert list(rare.columns) == ["option", "outcome", "probability", "low", "high", "n", "events"]
    assert len(rare) == len(OUTCOMES) * len(OPTIONS)
    assert (rare.n == 1024).all()
    assert ((rare.low < rare.probability) & (rare.probability < rare.high)).all()
    assert (abs(rare.events / rare.n - rare.probability) < 0.06).all()
