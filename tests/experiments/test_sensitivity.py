"""`sim sensitivity` from the YAML down, on the toy world: what drives an outcome is found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.cli import main
from sim.experiments.knowing import worth
from sim.experiments.sobol import points
from sim.streams import Names, normals, replicate_keys

#: One outcome that one assumption decides alone, one that another does, one that nothing does.
SCENARIO = """
name: mine
extends: toy
turns: 2
parameters: {misperception_sd: 0}
watch: [states.AAA.munitions.stock, states.CCC.munitions.stock]
assumptions:
  calibration: null
  reserves:
    path: states.AAA.munitions.stock
    judgement: Invented
    distribution: {uniform: {low: 2, high: 8}}
  enemys:
    judgement: Invented
    alternatives:
      poor: {weight: 0.5, set: {states.CCC.munitions.stock: 0.5}}
      rich: {weight: 0.5, set: {states.CCC.munitions.stock: 9.0}}
  idle: {path: dyads.AAA.BBB.trade, judgement: Invented, distribution: {uniform: {low: 0.1, high: 0.9}}}
outcomes:
  plenty: {quantity: {path: states.AAA.munitions.stock, above: 5.0}}
  armed: {quantity: {path: states.CCC.munitions.stock, above: 5.0}}
"""


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a scenario, and work there."""
    (tmp_path / "mine.yaml").write_text(SCENARIO)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """Run the command and return its JSON."""
    status = main(["sensitivity", *arguments, "--workers", "1", "--quiet", "--format", "json"])
    captured = capsys.readouterr()
    assert status == 0, captured.err
    said: dict[str, Any] = json.loads(captured.out)
    return said


def by_name(said: dict[str, Any], outcome: str) -> dict[str, dict[str, Any]]:
    """Return what is said of each factor of an outcome."""
    found = next(each for each in said["outcomes"] if each["outcome"] == outcome)
    return {row["factor"]: row for row in found["factors"]}


def test_each_outcome_is_traced_to_what_decides_it(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Indices near 1 where an assumption decides alone, near 0 where it has no say; the words agree."""
    said = told(capsys, "mine.yaml", "-n", "256", "--option", "as_is")

    plenty, armed = by_name(said, "plenty"), by_name(said, "armed")
    assert plenty["reserves"]["total"] > 0.8
    assert plenty["enemys"]["total"] < 0.2
    assert armed["enemys"]["total"] > 0.8
    assert armed["reserves"]["total"] < 0.2
    assert plenty["idle"]["total_low"] <= 0.05
    assert armed["enemys"]["low_end"] == "poor"
    assert armed["enemys"]["swing"] > 0.9
    assert plenty["reserves"]["swing"] > 0.9
    sentences = {each["outcome"]: each["sentence"] for each in said["outcomes"]}
    assert "reserves" in sentences["plenty"]
    assert "reserves" not in sentences["armed"]
    assert "enemys" in sentences["armed"]


def test_what_is_written_can_be_read_alone_and_is_not_made_again(
    mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A row a history, where its factors were and what came of it; the second call plays nothing."""
    said = told(capsys, "mine.yaml", "-n", "64")
    folder = Path(said["experiment"])
    design, outcomes = (pd.read_parquet(folder / f"{name}.parquet") for name in ("design", "outcomes"))
    part = next((folder / "parts").glob("as_is/0.parquet"))
    before = part.stat().st_mtime_ns

    again = told(capsys, "mine.yaml", "-n", "64")

    assert again == said
    assert part.stat().st_mtime_ns == before
    assert len(design) == len(outcomes) == said["histories"]
    assert ((outcomes["o:armed"]) == (design["a:enemys"] == "rich")).all()
    assert "plotly" in (folder / "report.html").read_text()


def test_a_lost_part_is_done_again_with_the_same_bytes(
    mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was killed, or damaged, ends as if nothing had been."""
    folder = Path(told(capsys, "mine.yaml", "-n", "64")["experiment"])
    kept = {path.name: path.read_bytes() for path in folder.glob("*.parquet")}
    (folder / "parts" / "as_is" / "0.parquet").write_bytes(b"lost")
    (folder / "outcomes.parquet").unlink()

    told(capsys, "mine.yaml", "-n", "64")

    assert {path.name: path.read_bytes() for path in folder.glob("*.parquet")} == kept


def test_what_cannot_be_done_is_said(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line each, and status 2."""
    assert main(["sensitivity", "mine.yaml", "--option", "nowhere", "-n", "3"]) == 2

    lines = capsys.readouterr().err.splitlines()
    assert any("nowhere" in line for line in lines)
    assert any("-n" in line for line in lines)


@pytest.mark.parametrize("arguments", [["-n", "0"], ["-n", "0", "--method", "morris"], ["--workers", "0"]])
def test_nothing_is_not_taken_for_left_open(
    mine: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A zero is refused; what is left out has a default."""
    if "morris" in arguments:
        pytest.importorskip("SALib")

    assert main(["sensitivity", "mine.yaml", *arguments]) == 2
    assert "out of range" in capsys.readouterr().err


def test_screening_finds_what_moves_nothing(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With one luck along a trajectory an assumption without effect moves nothing at all."""
    pytest.importorskip("SALib")

    said = told(capsys, "mine.yaml", "--method", "morris", "-n", "20")

    assert by_name(said, "armed")["enemys"]["mu_star"] > 0.5
    assert by_name(said, "armed")["reserves"]["mu_star"] == 0
    assert "idle" in said["still"] or by_name(said, "plenty")["idle"]["mu_star"] == 0


def test_knowing_is_worth_what_the_better_choice_gains() -> None:
    """Two options, one better where x is above a half by x - 1/2: knowing x is worth 1/8."""
    x = points(4096, 1, 1)
    luck = normals(replicate_keys(1, np.arange(4096)), Names("noise", ["both", "own"]))
    y = np.stack([luck[0], luck[0] + 0.1 * luck[1] + (x[0] - 0.5)])
    z = 2 * x - 1

    found = worth(z, y)
    nothing = worth(normals(replicate_keys(2, np.arange(4096)), Names("noise", ["x"])).astype(float), y)

    assert found.wanted.low <= 0.125 <= found.wanted.high
    assert found.unwanted.low <= 0.125 <= found.unwanted.high
    assert found.wanted.value == pytest.approx(0.125, abs=0.01)
    assert nothing.wanted.value < 0.02


def test_a_larger_analysis_goes_on_from_a_smaller_one(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Points nest and histories come row by row: whole blocks are kept, and the bytes are those of one go."""
    flags = ["mine.yaml", "--option", "as_is"]
    few = Path(told(capsys, *flags, "-n", "256")["experiment"])
    part = few / "parts" / "as_is" / "0.parquet"
    before = part.stat().st_mtime_ns
    more = Path(told(capsys, *flags, "-n", "512")["experiment"])
    fresh = Path(told(capsys, *flags, "-n", "512", "--out", "fresh")["experiment"])

    assert more == few
    assert part.stat().st_mtime_ns == before
    for name in ("design.parquet", "outcomes.parquet", "summary.json", "experiment.json", "scenario.yaml"):
        assert (more / name).read_bytes() == (fresh / name).read_bytes(), name


def test_worth_is_explained_or_left_out(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A column of nothing is not printed where there is no choice; where there is one, it is explained."""
    flags = ["mine.yaml", "-n", "64", "--workers", "1", "--quiet"]

    assert main(["sensitivity", *flags, "--option", "as_is"]) == 0
    alone = capsys.readouterr().out
    assert main(["sensitivity", *flags]) == 0
    several = capsys.readouterr().out

    assert "worth" not in alone
    assert "worth if wanted / not" in several
    assert "worth: by how much likelier" in several
    assert "0 / 0" not in several
