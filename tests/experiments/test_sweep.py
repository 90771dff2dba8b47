"""`sim sweep` from the command line down, on the toy world."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from sim.cli import main
from sim.experiments.designs import Axis, axis_of, points_of, read_design, shipped_designs
from sim.montecarlo.block import simulate
from tests.model.histories import ROOT, toy
from tests.montecarlo.toy_study import indexed, until

TENSION, OUTPUT = "dyads.AAA.CCC.tension", "states.AAA.munitions.production"
LATE = "options.denied.do.0.at"

#: What is equal byte for byte in equal sweeps.
DETERMINED = ("design.parquet", "outcomes.parquet", "summary.json", "experiment.json", "scenario.yaml")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """Sweep the toy world and return the JSON."""
    status = main(["sweep", "toy", *arguments, "--workers", "1", "--quiet", "--format", "json"])
    captured = capsys.readouterr()
    assert status == 0, captured.err
    said: dict[str, Any] = json.loads(captured.out)
    return said


def replicates_at(folder: Path, point: int, option: str) -> pd.DataFrame:
    """Return the first histories of an option at a point."""
    return pd.read_parquet(folder / "parts" / f"{point:05} {option}" / "0.parquet")


#: What a point says, and the settings of the run it must equal.
POINTS = (
    ({TENSION: 0.8}, f"{TENSION}=0.8"),
    ({"output": 2.5}, f"{OUTPUT}=2.5"),
    ({"story": "loose"}, "dyads.AAA.BBB.commitment=0.2"),
    ({LATE: "2030-02-05"}, f"{LATE}=2030-02-05"),
    ({"actions.protest.per_year": 12}, "actions.protest.per_year=12"),
    ({"outcomes.delivered.quantity.above": 0.24}, "outcomes.delivered.quantity.above=0.24"),
)


def test_a_point_has_the_histories_of_a_run_with_its_settings(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Numbers, assumptions by name, stories, dates, the catalogue, thresholds: bit for bit, same luck."""
    (here / "all.yaml").write_text(json.dumps({"design": "list", "sets": [point for point, _ in POINTS]}))

    said = told(capsys, "--design", "all.yaml", "-n", "256", "--option", "denied")

    assert said["packed"] == 3
    for n, (_, setting) in enumerate(POINTS):
        swept = replicates_at(Path(said["experiment"]), n, "denied")
        with threadpool_limits(1, user_api="blas"):
            alone = simulate(toy(setting), "denied", 0, 1, rows=256, deeds=False).replicates.to_pandas()
        for column in swept.columns:
            if column[:2] in {"o:", "t:", "q:"}:
                assert swept[column].tolist() == alone[column].tolist(), (setting, column)


def test_what_is_varied_shows_in_the_outcomes(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A threshold that rises is passed by fewer; tables hold what JSON says, and the page draws it."""
    name = "outcomes.delivered.quantity.above"
    said = told(capsys, "--vary", f"{name}=0.1:0.7:3", "--vary", f"{TENSION}=0.2:0.6:2", "-n", "256")
    folder = Path(said["experiment"])
    design, outcomes = (pd.read_parquet(folder / f"{table}.parquet") for table in ("design", "outcomes"))

    assert len(design) == 6
    assert len(outcomes) == len(said["outcomes"]) == 6 * 2 * 6
    joined = outcomes.merge(design, on="point").query("outcome == 'delivered' and option == 'as_is'")
    shares = joined.groupby(name)["value"].mean()
    assert shares.is_monotonic_decreasing
    assert shares.iloc[0] > 0.9
    assert shares.iloc[-1] < 0.1
    assert ((outcomes["low"] <= outcomes["value"]) & (outcomes["value"] <= outcomes["high"])).all()
    page = (folder / "report.html").read_text()
    assert "heatmap" in page
    assert "error_y" in page


def test_more_replicates_extend_a_sweep(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was played stays; a fresh sweep of that size has the same bytes."""
    few = Path(told(capsys, "--vary", f"{TENSION}=0.2:0.6:2", "-n", "1024")["experiment"])
    kept = (few / "parts" / "00000 as_is" / "0.parquet").stat().st_mtime_ns
    more = Path(told(capsys, "--vary", f"{TENSION}=0.2:0.6:2", "-n", "2048")["experiment"])
    fresh = Path(told(capsys, "--vary", f"{TENSION}=0.2:0.6:2", "-n", "2048", "--out", "fresh")["experiment"])

    assert more == few
    assert (few / "parts" / "00000 as_is" / "0.parquet").stat().st_mtime_ns == kept
    for name in DETERMINED:
        assert (more / name).read_bytes() == (fresh / name).read_bytes(), name


def test_a_sweep_killed_three_times_ends_with_the_same_bytes(here: Path) -> None:
    """Sixteen points; killed without warning, it goes on; every whole round so far is an even sample."""
    vary = ["--vary", f"{TENSION}=0.2:0.8:4", "--vary", "output=1.0:3.0:4"]
    command = [sys.executable, "-m", "sim", "sweep", "toy", *vary, "-n", "1536", "--option", "as_is"]
    command += ["--workers", "2", "--quiet"]

    def begin(out: str) -> subprocess.Popen[bytes]:
        """Start the sweep in a folder."""
        return subprocess.Popen(
            [*command, "--out", out], cwd=here, env=_environment(), stdout=subprocess.DEVNULL
        )

    assert begin("whole").wait() == 0
    for kill in (3, 12, 25):
        process = begin("killed")
        until(lambda at=kill: indexed(here / "killed") >= at, 900)  # type: ignore[misc]
        process.send_signal(signal.SIGKILL)
        process.wait()
    status = subprocess.run(
        [*command, "--out", "killed", "--so-far", "--format", "json"],
        cwd=here, env=_environment(), capture_output=True, check=True,
    )  # fmt: skip
    even = {row["n"] for row in json.loads(status.stdout)["outcomes"]}
    assert begin("killed").wait() == 0

    assert even == {1024}
    for name in DETERMINED:
        assert (here / "killed" / name).read_bytes() == (here / "whole" / name).read_bytes(), name


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def test_replicates_go_where_intervals_are_widest(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What never comes needs no more histories, what often comes does; the total is as asked."""
    (here / "one.yaml").write_text(
        "name: one\nextends: toy\nturns: 2\noutcomes:\n"
        "  reached: {quantity: {path: states.AAA.munitions.stock, above: 5.0}}\n"
    )
    flags = ["-n", "2048", "--spend", "widest", "--option", "as_is", "--workers", "1", "--quiet"]
    above = "outcomes.reached.quantity.above=[99, 5.0]"

    assert main(["sweep", "one.yaml", "--vary", above, *flags, "--format", "json"]) == 0

    rows = {row["point"]: row["n"] for row in json.loads(capsys.readouterr().out)["outcomes"]}
    assert rows == {0: 1024, 1: 3072}


def test_designs_fill_their_axes() -> None:
    """Slices of a Latin hypercube hold one point each; a Sobol design is even in every part."""
    axes = [
        Axis("a", ends=(0.0, 1.0)),
        Axis("b", ends=(10, 20), steps=3),
        axis_of("c=2030-01-01:2030-01-31:3"),
    ]

    latin = points_of("latin_hypercube", axes[:2], 20, 1)
    assert sorted(int(20 * point["a"]) for point in latin) == list(range(20))
    sobol = points_of("sobol", axes[:2], 16, 1)
    assert sum(point["a"] < 0.5 for point in sobol) == 8
    alone = points_of("one_at_a_time", axes, None, 1)
    assert alone[0] == {}
    assert [point["b"] for point in alone if "b" in point] == [10, 15, 20]
    assert [point["c"] for point in alone if "c" in point] == ["2030-01-01", "2030-01-16", "2030-01-31"]
    assert len(points_of("grid", axes, None, 1)) == 5 * 3 * 3


def test_shipped_designs_can_be_read() -> None:
    """Each makes points; one that is broken would only show when somebody needs it."""
    assert shipped_designs()
    for name in shipped_designs():
        wanted = read_design(name)
        assert points_of(wanted.kind, wanted.axes, wanted.count, 1, wanted.sets)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ([], "nothing to vary"),
        (["--vary", "nowhere.to.be=1:2"], "nowhere"),
        (["--vary", f"{TENSION}=0.2:7"], "tension"),
        (["--vary", f"{TENSION}=0.8:0.2"], "not below"),
        (["--vary", f"{TENSION}=low:high"], "no range"),
        (["--vary", "story=[true_love]"], "no story"),
        (["--vary", f"{TENSION}=0.1:0.2", "--option", "never"], "never"),
        (["--design", "absent"], "not a shipped design"),
        (["--vary", f"{TENSION}=0.2:7"], "--vary"),
        (["--vary", "output=1:3:2", "--vary", f"{OUTPUT}=1:3:2"], "varied twice"),
        (["--vary", "output=1:2:2", "--vary", "output=1:3:2"], "varied twice"),
        (["--vary", f"{TENSION}=0.2:0.6:2", "--set", f"{TENSION}=0.3"], "varied and set"),
        (["--vary", "seed=1:3:2"], "nothing a sweep can vary"),
        (["--vary", "question=[a, b]"], "nothing a sweep can vary"),
        (["--vary", "title=[a, b]"], "nothing a sweep can vary"),
        (["--vary", f"{TENSION}=[0.2, 0.2]"], "twice"),
        (["--vary", f"{TENSION}=0.1:0.2", "-n", "0"], "out of range"),
        (["--vary", f"{TENSION}=0.1:0.2", "--workers", "0"], "out of range"),
    ],
)
def test_what_cannot_be_swept_is_refused_at_once(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], word: str
) -> None:
    """One line, status 2, and nothing played."""
    assert main(["sweep", "toy", *arguments, "--quiet"]) == 2
    assert word in capsys.readouterr().err
    assert not list(here.glob("results/*/*/parts"))


def test_a_design_file_says_the_same_as_flags(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A list of settings, and a grid, from YAML; faults name file and line."""
    (here / "grid.yaml").write_text(f"design: grid\nvary:\n  {TENSION}: {{low: 0.2, high: 0.6, steps: 2}}\n")
    (here / "list.yaml").write_text(f"design: list\nsets:\n  - {{{TENSION}: 0.2}}\n  - {{{TENSION}: 0.6}}\n")
    (here / "bad.yaml").write_text("design: gird\n")

    by_flags = told(capsys, "--vary", f"{TENSION}=0.2:0.6:2", "-n", "64")
    by_grid = told(capsys, "--design", "grid.yaml", "-n", "64")
    by_list = told(capsys, "--design", "list.yaml", "-n", "64")

    assert by_grid["experiment"] == by_flags["experiment"]
    assert by_list["outcomes"] == by_flags["outcomes"]
    assert main(["sweep", "toy", "--design", "bad.yaml"]) == 2
    assert "bad.yaml:1: design" in capsys.readouterr().err
