"""The study engine around the real model, on the toy world."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import ndtr

import sim
from sim.errors import UsageError
from sim.scenario.standing import standings
from sim.study import Study
from tests.montecarlo.toy_study import ROOT, digests

WORLD = ROOT / "configs" / "worlds" / "toy.yaml"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Return a study of two blocks and a bit."""
    folder = tmp_path_factory.mktemp("toy")
    return sim.run(WORLD, replicates=2100, workers=2, out=folder / "s", report=False, quiet=True)


def test_the_model_gives_the_same_bytes_in_one_process(study: Study, tmp_path: Path) -> None:
    """Whatever the workers."""
    alone = sim.run(WORLD, replicates=2100, workers=1, out=tmp_path / "s", report=False, quiet=True)

    assert digests(alone.path) == digests(study.path)


def test_the_scenario_kept_gives_the_numbers_again(study: Study, tmp_path: Path) -> None:
    """`scenario.yaml` needs nothing else: every table of its run is equal."""
    again = sim.run(study.path / "scenario.yaml", out=tmp_path / "s", report=False, quiet=True)

    assert again.manifest.replicates == 2100
    for table in ("replicates", "series", "deeds", "disputes", "twins"):
        assert getattr(again, table).equals(getattr(study, table)), table


def test_a_shorter_run_is_the_beginning(study: Study, tmp_path: Path) -> None:
    """A cut inside a block, which is simulated at full width all the same."""
    shorter = sim.run(WORLD, replicates=1100, out=tmp_path / "s", report=False, quiet=True)

    for table in ("replicates", "deeds", "disputes"):
        longer = getattr(study, table)
        assert getattr(shorter, table).equals(longer[longer.replicate < 1100].reset_index(drop=True)), table


def test_a_setting_reaches_the_model(study: Study, tmp_path: Path) -> None:
    """`--set` moves what it names."""
    sets = ["states.AAA.munitions.stock=0", "states.AAA.munitions.production=0"]

    bare = sim.run(WORLD, replicates=200, sets=sets, out=tmp_path / "s", report=False, quiet=True)

    name = "q:pipelines.aaa_bbb_shells.delivered"
    assert bare.replicates[name].mean() < study.replicates[name].mean()


def test_twins_share_what_is_drawn_and_not_their_luck(study: Study) -> None:
    """Assumptions equal, histories not."""
    assumed = [name for name in study.twins.columns if name.startswith("a:")]
    first = study.replicates[study.replicates.replicate < 1024].reset_index(drop=True)

    assert study.twins[assumed].equals(first[assumed])
    assert not study.twins.equals(first)


def test_the_study_opens_its_scenario(study: Study) -> None:
    """As it was resolved, with the seed and number it was run with."""
    assert study.scenario.name == "toy"
    assert study.scenario.tree["replicates"] == 2100
    assert json.loads((study.path / "manifest.json").read_text())["scenario"] == "toy"


def test_the_analyses_read_what_the_model_writes(study: Study) -> None:
    """Rungs, signposts, wrong beliefs, scales and luck, with the columns of real tables."""
    rungs = study.rungs()
    signs = study.signposts("at_force", by_week=4, option="denied")
    wrong = study.misbeliefs().query("actor == 'all'").set_index("option")

    assert rungs.groupby(["option", "theatre", "turn"]).share.sum().round(9).eq(1).all()
    assert set(rungs.rung) >= {"normal", "limited_force", "general_nuclear"}
    assert signs.n.nunique() == 1
    assert (signs.seen >= 30).all()
    kept = study.deeds.query("kind == 'deed' and option == 'as_is'")
    assert wrong.loc["as_is", "wrong"] == kept.wrong_belief.sum()
    assert study.scales().scale.to_list() == ["ladder", "goldstein", "rivera"]
    assert set(study.luck().measure) == {
        name[2:] for name in study.replicates if name.startswith(("o:", "q:"))
    }


def test_figures_are_drawn_by_name(study: Study) -> None:
    """Of the report by section, of the comparison by its own name."""
    assert study.figure("ladder").data
    assert study.figure("flow-1").data
    assert {trace.name for trace in study.figure("parting").data} == {"Half the shells stopped"}
    with pytest.raises(UsageError, match="has no figure `laddder`; give one of compare, flows:"):
        study.figure("laddder")


def test_what_was_drawn_is_found_again(study: Study) -> None:
    """Where a number stood in each history gives the value the study kept of it, and which story was true."""
    replicates = np.arange(2100)
    stood = {each.name: each for each in standings(study.scenario, study.manifest.identity.seed, replicates)}
    first = study.replicates[study.replicates.option == "as_is"]
    (output,) = (draw for draw in study.scenario.draws if draw.name == "output")

    value = output.distribution.quantile(ndtr(stood["output"].scores))  # type: ignore[union-attr]
    assert np.allclose(value, first["a:output"], rtol=1e-5)
    assert ((stood["story"].scores == 1) == (first["a:story"] == "loose")).all()
    assert "states.AAA.resolve" in stood
    assert "dyads.AAA.CCC.misperception" in stood


def test_the_numbers_that_drive_an_outcome_are_named(study: Study) -> None:
    """Of all that is drawn; of a difference between options those that decide it; a wrong name is told."""
    shells = "pipelines.aaa_bbb_shells.delivered"
    found = study.influences(shells)
    apart = study.influences(shells, option="denied", against="as_is")

    assert set(found.outcome) == {shells}
    assert found.share.is_monotonic_decreasing
    assert found.share.iloc[0] > 0.9
    assert (found.number.head(1).item(), apart.number.head(1).item()) == (
        "pipelines.aaa_bbb_shells.rate",
    ) * 2
    assert (found.swing.iloc[0] > 0) != (apart.swing.iloc[0] > 0)  # more shells, more of them stopped
    assert set(study.influences().outcome) > {shells}
    with pytest.raises(UsageError, match=r"`clashes` is not an outcome .* did you mean `clash`"):
        study.influences("clashes")


@pytest.mark.parametrize("parent", ["./small.yaml", "munitions_pipeline"])
def test_a_variant_that_changes_nothing_is_what_it_varies(parent: str, tmp_path: Path) -> None:
    """Usual rates are solved on the world alone, and that of a variant is the world of its scenario."""
    (tmp_path / "small.yaml").write_text(
        "name: small\nextends: toy\nturns: 6\noptions: {as_is: {}}\n"
        "states: {AAA: {munitions: {stock: 0.1}}}\ndyads: {AAA: {CCC: {tension: 0.9}}}\n"
    )
    (tmp_path / "copy.yaml").write_text(f"name: copy\nextends: {parent}\n")
    whole = tmp_path / "small.yaml" if parent.startswith(".") else parent
    given: dict[str, Any] = {"replicates": 200, "sets": ["turns=6"], "workers": 1, "report": False}
    given |= {"options": [next(iter(sim.load_scenario(whole).options))], "twins": False, "quiet": True}

    one = sim.run(whole, out=tmp_path / "one", **given)
    other = sim.run(tmp_path / "copy.yaml", out=tmp_path / "other", **given)

    assert one.replicates.equals(other.replicates)


def test_signposts_refuse_what_is_no_week_or_state(study: Study, tmp_path: Path) -> None:
    """One line each; a study without deeds has the columns and no rows."""
    for week in (float("nan"), -1, "4"):
        with pytest.raises(UsageError, match="is not a number of weeks"):
            study.signposts("at_force", by_week=week)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="`AAB` is not a state of this study; did you mean `AAA`"):
        study.signposts("at_force", by_week=4, observer="AAB")
    bare = sim.run(WORLD, replicates=3, deeds="none", workers=1, out=tmp_path / "s", report=False, quiet=True)
    assert bare.signposts("at_force", by_week=4).columns[0] == "sign"
    assert bare.signposts("at_force", by_week=4).empty
