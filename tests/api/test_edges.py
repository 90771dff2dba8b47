"""The smallest and barest runs there are, from the YAML down: each works, or says why not."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim.errors import UsageError
from tests.montecarlo.coins import KNOWN, coins
from tests.montecarlo.toy_study import digests

HEAD = "name: bare\nextends: toy\n"

#: What is asked of the toy world, and how it is run.
EDGES = {
    "seed 0": ("", {"seed": 0, "replicates": 3}),
    "one replicate": ("", {"replicates": 1}),
    "one turn": ("turns: 1\noptions: {denied: {do: []}}\n", {"replicates": 3}),
    "one option": ("", {"options": ["denied"], "replicates": 3}),
    "nothing watched": ("watch: []\n", {"replicates": 3}),
}


@pytest.mark.parametrize("case", EDGES)
def test_the_least_there_is_runs(case: str, tmp_path: Path) -> None:
    """A table with intervals, a report, and the same bytes again from the scenario it kept."""
    text, given = EDGES[case]
    (tmp_path / "bare.yaml").write_text(HEAD + text)

    study = sim.run(tmp_path / "bare.yaml", out=tmp_path / "s", workers=1, quiet=True, **given)  # type: ignore[arg-type]

    table = study.outcomes()
    assert len(table) == len(study.options) * 3
    assert (
        (table.low >= 0) & (table.low <= table.probability) & (table.high > table.probability - 1e-9)
    ).all()
    assert (study.path / "report.html").stat().st_size > 1_000_000
    assert study.manifest.identity.seed == given.get("seed", 1)


@pytest.mark.parametrize("missing", ["outcomes", "assumptions", "options"])
def test_a_world_without_them_runs(missing: str, tmp_path: Path) -> None:
    """No outcomes: quantities only. No assumptions: one world. No options: a baseline."""
    world = (sim.load_scenario("toy").dump()).split("\n")
    kept, skipping = [], False
    for line in world:
        if line and not line.startswith((" ", "-")):
            skipping = line.startswith(f"{missing}:")
        if not skipping:
            kept.append(line)
    (tmp_path / "bare.yaml").write_text("\n".join(kept))

    study = sim.run(tmp_path / "bare.yaml", out=tmp_path / "s", replicates=3, workers=1, quiet=True)

    assert study.outcomes().empty == (missing == "outcomes")
    assert (len(study.options) == 1) == (missing == "options")
    assert any(name.startswith("a:story") for name in study.replicates.columns) == (missing != "assumptions")
    if missing == "outcomes":
        with pytest.raises(UsageError, match="is of outcomes, and this scenario declares none"):
            sim.run(tmp_path / "bare.yaml", precision=0.01)


def test_a_known_probability_is_found_and_shards_give_the_same_bytes(tmp_path: Path) -> None:
    """From the YAML: stopping at a width, the run of as many, and two shards merged."""
    scenario, options = coins(tmp_path), list(KNOWN)
    given = {"options": options, "workers": 1, "seed": 3, "quiet": True}

    precise = sim.run(scenario, precision=0.016, out=tmp_path / "precise", report=False, **given)  # type: ignore[arg-type]
    n = precise.manifest.replicates
    shards = [
        sim.shard(scenario, f"{i}/2", replicates=n, out=tmp_path / f"{i}", **given)  # type: ignore[arg-type]
        for i in (1, 2)
    ]
    merged = sim.merge(shards, out=tmp_path / "merged", report=False)

    assert digests(merged.path) == digests(precise.path)
    assert n == 2048
    won = precise.outcomes().query("outcome == 'won'").set_index("option")
    for option, known in KNOWN.items():
        assert abs(won.probability[option] - known) < 4 * (known * (1 - known) / n) ** 0.5
    plan = sim.plan(scenario, precision=0.016, options=options, workers=1, seed=3)
    assert plan["plan"][0]["replicates"] == n
    assert plan["plan"][0]["option"] == "either_coin"
