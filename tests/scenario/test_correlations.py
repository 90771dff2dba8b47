"""Correlations: ranks as said, marginals as they were, and what contradicts itself refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.api import load_scenario
from sim.errors import ScenarioError
from sim.scenario.build import drawn_world
from sim.scenario.loader import load
from sim.scenario.scenario import Scenario
from sim.world.structure import structure_of

HEAD = """
name: mine
extends: toy
assumptions:
  a: {path: states.AAA.munitions.stock, judgement: Invented, distribution: {uniform: {low: 2, high: 8}}}
  b:
    path: states.BBB.munitions.stock
    judgement: Invented
    distribution: {lognormal: {median: 2, spread: 1.5}}
  c: {path: states.CCC.munitions.stock, judgement: Invented, distribution: {uniform: {low: 1, high: 4}}}
"""


def written(folder: Path, correlations: str, sets: tuple[str, ...] = ()) -> Scenario:
    """Return the scenario with some correlations."""
    file = folder / "mine.yaml"
    file.write_text(f"{HEAD}correlations: {correlations}\n" if correlations else HEAD)
    return load_scenario(file, sets)


def draws(scenario: Scenario) -> dict[str, np.ndarray]:
    """Return what is drawn in 8,192 replicates."""
    numbers = np.arange(8192, dtype=np.int64)
    structure = structure_of(scenario.tree)
    return drawn_world(scenario, structure, "as_is", 1, numbers, "")[1]


def ranks(values: np.ndarray) -> np.ndarray:
    """Return the rank of each value."""
    return values.argsort().argsort().astype(float)


def test_ranks_go_together_as_said_and_marginals_stay(tmp_path: Path) -> None:
    """Spearman's correlation, not Pearson's of whatever the distributions are; quantiles as without."""
    alone = draws(written(tmp_path, ""))
    found = draws(written(tmp_path, "[{between: [a, b], rank: -0.6}, {between: [b, c], rank: 0.3}]"))

    said = {("a", "b"): -0.6, ("b", "c"): 0.3, ("a", "c"): 0.0}
    for (one, other), rank in said.items():
        got = np.corrcoef(ranks(found[one]), ranks(found[other]))[0, 1]
        assert got == pytest.approx(rank, abs=0.03)
    for name in "abc":
        shares = np.linspace(0.05, 0.95, 10)
        assert np.quantile(found[name], shares) == pytest.approx(np.quantile(alone[name], shares), rel=0.05)
    assert (found["story"] == alone["story"]).all()
    assert (found["output"] == alone["output"]).all()


def test_a_replicate_is_drawn_alike_in_any_company(tmp_path: Path) -> None:
    """Methods that reorder whole samples would break going on with a study."""
    scenario = written(tmp_path, "[{between: [a, b], rank: 0.5}]")
    structure = structure_of(scenario.tree)
    some = drawn_world(scenario, structure, "as_is", 1, np.array([7, 4000], np.int64), "")[1]

    assert some["b"].tolist() == draws(scenario)["b"][[7, 4000]].tolist()


def test_what_a_study_keeps_draws_the_same(tmp_path: Path) -> None:
    """The dump knows the correlations."""
    scenario = written(tmp_path, "[{between: [a, b], rank: 0.5}]")
    (tmp_path / "kept.yaml").write_text(scenario.dump())

    again = load(tmp_path / "kept.yaml")

    assert again.copula == scenario.copula
    assert draws(again)["b"].tolist() == draws(scenario)["b"].tolist()


def test_setting_a_number_ends_its_correlations(tmp_path: Path) -> None:
    """The last word on a number leaves nothing to draw it by."""
    scenario = written(tmp_path, "[{between: [a, b], rank: 0.5}]", ("states.AAA.munitions.stock=3",))

    assert scenario.copula is None


@pytest.mark.parametrize(
    ("correlations", "words"),
    [
        ("[{between: [a, nobody], rank: 0.5}]", "nobody"),
        ("[{between: [a, story], rank: 0.5}]", "story"),
        ("[{between: [a, a], rank: 0.5}]", "twice"),
        ("[{between: [a, b], rank: 0.5}, {between: [b, a], rank: 0.4}]", "twice"),
        ("[{between: [a, b], rank: 1.5}]", "rank"),
        ("[{between: [a], rank: 0.5}]", "between"),
        (
            "[{between: [a, b], rank: 0.9}, {between: [b, c], rank: 0.9}, {between: [a, c], rank: -0.9}]",
            "contradict",
        ),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, correlations: str, words: str) -> None:
    """With file and line."""
    with pytest.raises(ScenarioError) as fault:
        written(tmp_path, correlations)

    (problem,) = fault.value.problems
    assert words in str(problem)
    assert problem.line is not None
