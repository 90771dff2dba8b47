"""A history whose factors are put where they would have been drawn is that of an ordinary run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from sim.experiments.factors import Placed, columns, factors_of, play
from sim.experiments.factors import drawn as factor_draws
from sim.montecarlo.block import simulate
from sim.scenario.scenario import Scenario
from sim.streams import Names, replicate_keys, to_uniform, turn_words, variates
from tests.model.histories import written

SETS = """
assumptions:
  fitted:
    judgement: Invented for tests
    paths: [dyads.CCC.AAA.tension, states.CCC.goals.TER]
    sets: [[0.1, 0.2], [0.5, 0.3], [0.9, 0.4]]
  first: {path: states.AAA.munitions.stock, judgement: Invented, distribution: {uniform: {low: 2, high: 8}}}
  second:
    path: states.CCC.munitions.stock
    judgement: Invented
    distribution: {mixture: [{weight: 1, of: {constant: 1}}, {weight: 2, of: {uniform: {low: 2, high: 4}}}]}
  fixed: {path: states.BBB.munitions.stock, judgement: Invented, distribution: {constant: 2.0}}
correlations: [{between: [first, second], rank: 0.7}]
"""


def drawn(scenario: Scenario, replicates: np.ndarray) -> dict[str, np.ndarray]:
    """Return the uniforms a run draws for the factors of a scenario."""
    words = turn_words(replicate_keys(1, replicates), -1)
    known = tuple(draw.name for draw in factor_draws(factors_of(scenario)))
    return dict(zip(known, to_uniform(variates(words, Names("draw", known))), strict=True))


def test_rows_put_where_they_are_drawn_are_those_of_a_run(tmp_path: Path) -> None:
    """Numbers, stories, samples, everything else and luck: bit for bit, or indices are of another model."""
    scenario = written(tmp_path, SETS)
    replicates = np.arange(1024, dtype=np.int64)
    placed = Placed(drawn(scenario, replicates), replicates, replicate_keys(1, replicates))

    with threadpool_limits(1, user_api="blas"):
        found = columns(play(scenario, "as_is", placed, 1), 1024)
        usual = simulate(scenario, "as_is", 0, 1, deeds=False).replicates

    for name, values in found.items():
        assert (values == usual[name].to_numpy()).all(), name


def test_factors_are_what_is_not_known_and_nothing_that_cannot_vary(tmp_path: Path) -> None:
    """A sample moves as one; a constant cannot be to blame."""
    found = factors_of(written(tmp_path, SETS))

    assert {factor.name: factor.kind for factor in found} == {
        "first + second": "numbers",
        "calibration": "sample",
        "output": "number",
        "story": "stories",
        "fitted": "sample",
        "everything else": "rest",
    }


def test_a_factor_moved_alone_moves_what_it_sets(tmp_path: Path) -> None:
    """Row by row: same luck and everything else, another output of shells."""
    scenario = written(tmp_path, "watch: [states.AAA.munitions.stock]\n")
    replicates = np.zeros(4, np.int64)
    uniforms = drawn(scenario, replicates) | {"output": np.array([0.01, 0.5, 0.99, 0.99])}

    found = columns(
        play(scenario, "as_is", Placed(uniforms, replicates, replicate_keys(1, replicates)), 1), 4
    )

    stock = found["q:states.AAA.munitions.stock"]
    assert stock[0] < stock[1] < stock[2] == stock[3]
