"""`sim.sweep` and `sim.sensitivity`: what the command line does, from Python."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim.cli import main
from sim.errors import StudyError, UsageError
from tests.experiments.test_sensitivity import SCENARIO
from tests.experiments.test_sweep import OUTPUT, TENSION
from tests.model.histories import ROOT

QUIET = {"workers": 1, "quiet": True}


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> sim.Sweep:
    """Return a sweep of a number and a story under two options."""
    vary = {TENSION: (0.2, 0.6, 2), "story": ["close", "loose"]}
    out = tmp_path_factory.mktemp("swept") / "s"
    return sim.sweep("toy", vary, replicates=64, out=out, report=False, **QUIET)


@pytest.fixture(scope="module")
def analysed(tmp_path_factory: pytest.TempPathFactory) -> sim.Sensitivity:
    """Return an analysis in which two assumptions decide an outcome each."""
    folder = tmp_path_factory.mktemp("analysed")
    (folder / "mine.yaml").write_text(SCENARIO)
    return sim.sensitivity(folder / "mine.yaml", replicates=64, out=folder / "s", **QUIET)


def test_a_sweep_answers_with_tables_and_figures(swept: sim.Sweep) -> None:
    """A row per point, option and outcome with what was varied; extremes; a figure by its name."""
    rows, ends = swept.outcomes(), swept.table()

    assert len(swept.design) == 4
    assert set(rows["story"]) == {"close", "loose"}
    assert len(rows) == len(swept.summary["outcomes"]) == 4 * 2 * rows["outcome"].nunique()
    assert len(ends) == 2 * rows["outcome"].nunique()
    assert (ends["lowest"] <= ends["highest"]).all()
    named = [figure.name for figure in swept.drawn()]
    assert len(swept.figure(named[0]).data) == 2
    with pytest.raises(UsageError, match="has no figure"):
        swept.figure("nothing")


def test_ways_to_say_what_is_varied_are_one(tmp_path: Path) -> None:
    """A range as a tuple, its text, texts as flags, and a loaded scenario: the same experiment."""
    ways = [
        ("toy", {TENSION: (0.2, 0.6, 2)}),
        ("toy", {TENSION: "0.2:0.6:2"}),
        ("toy", [f"{TENSION}=0.2:0.6:2"]),
        (sim.load_scenario("toy"), {TENSION: [0.2, 0.6]}),
    ]

    made = [
        sim.sweep(source, vary, replicates=16, options=["as_is"], out=tmp_path / "s", report=False, **QUIET)
        for source, vary in ways
    ]

    assert len({each.path for each in made}) == 1
    assert len(list((tmp_path / "s" / "parts").glob("* as_is/*"))) == 2


def test_what_is_wrong_with_a_loaded_scenario_is_told_before(tmp_path: Path) -> None:
    """The ends of an axis are tried, also where the scenario was given and not its name."""
    with pytest.raises(sim.SimError, match="tension"):
        sim.sweep(sim.load_scenario("toy"), {TENSION: [0.2, 7.0]}, out=tmp_path / "s", **QUIET)

    assert not (tmp_path / "s").exists()


def test_the_command_prints_what_python_has(
    swept: sim.Sweep, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """One code behind both: the command finds the folder finished and prints its summary."""
    flags = ["--vary", f"{TENSION}=0.2:0.6:2", "--vary", "story=[close, loose]", "-n", "64", "--quiet"]

    assert main(["sweep", "toy", *flags, "--out", str(swept.path), "--format", "json"]) == 0

    said = json.loads(capsys.readouterr().out)
    assert said.pop("experiment") == str(swept.path)
    assert said == swept.summary


def test_an_analysis_answers_with_tables_and_figures(analysed: sim.Sensitivity) -> None:
    """Indices a row, histories in the order of the design, figures by name, the page beside."""
    rows = analysed.table().set_index(["outcome", "factor"])

    assert rows.loc[("plenty", "reserves"), "total"] > 0.7
    assert {"plenty", "armed"} <= set(analysed.outcomes()["outcome"])
    assert len(analysed.design) == len(analysed.histories) == analysed.summary["histories"]
    assert len(analysed.figure("plenty indices").data) == 2
    assert (analysed.path / "report.html").exists()
    assert sim.Sensitivity(analysed.path).summary == analysed.summary


def test_one_kind_of_folder_is_not_taken_for_another(swept: sim.Sweep, tmp_path: Path) -> None:
    """Named, with what to give instead."""
    for folder in (swept.path, tmp_path):
        with pytest.raises(StudyError, match="holds no sensitivity"):
            sim.Sensitivity(folder)


@pytest.mark.parametrize("place", ["script", "notebook"])
def test_doors_work_in_a_plain_script_and_a_notebook_with_several_workers(tmp_path: Path, place: str) -> None:
    """Nothing guards the script, and a cell has no file: workers must not run either again."""
    body = (
        "import sim\n"
        f"made = sim.sweep('toy', {{{OUTPUT!r}: [1.0, 2.0, 3.0]}}, replicates=16, workers=2, quiet=True)\n"
        "found = sim.sensitivity('toy', replicates=512, options=['as_is'], workers=2, quiet=True)\n"
        "print(len(made.outcomes()), len(found.table()))\n"
    )
    (tmp_path / "script.py").write_text(body)
    code = f"exec(compile({body!r}, '<ipython-input-1>', 'exec'))"

    done = subprocess.run(
        [sys.executable, "-c", code] if place == "notebook" else [sys.executable, "script.py"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert done.stdout.split() == ["36", "24"]


@pytest.mark.parametrize(
    ("vary", "more"), [({"output": 3}, {}), ({"output": None}, {}), ({"output": [1, 2]}, {"spend": "nix"})]
)
def test_what_is_no_range_or_no_spending_is_refused(vary: dict[str, object], more: dict[str, str]) -> None:
    """A fault of the caller, not of the program."""
    with pytest.raises(UsageError):
        sim.sweep("toy", vary, **more, **QUIET)


def test_a_study_and_a_sweep_do_not_share_a_folder(tmp_path: Path) -> None:
    """Neither overwrites the other."""
    study, swept = tmp_path / "study", tmp_path / "swept"
    sim.run("toy", replicates=16, options=["as_is"], out=study, report=False, **QUIET)
    vary = {TENSION: (0.2, 0.6, 2)}
    sim.sweep("toy", vary, replicates=16, options=["as_is"], out=swept, report=False, **QUIET)
    kept = [(folder / "summary.json").read_bytes() for folder in (study, swept)]

    with pytest.raises(StudyError, match="holds a study"):
        sim.sweep("toy", vary, replicates=16, options=["as_is"], out=study, report=False, **QUIET)
    with pytest.raises(StudyError, match="holds a sweep"):
        sim.run("toy", replicates=16, options=["as_is"], out=swept, report=False, **QUIET)

    assert [(folder / "summary.json").read_bytes() for folder in (study, swept)] == kept
