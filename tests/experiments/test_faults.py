"""A block of an experiment that fails: the others finish, and a command shows it happen."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

from sim.cli import main
from sim.experiments import again, matrices, sensitivity, settings, sweep
from sim.montecarlo.block import Block
from tests.experiments.test_sensitivity import SCENARIO
from tests.experiments.test_sweep import TENSION
from tests.model.histories import ROOT

#: Of each experiment: its arguments, the unit and the block that fail, and how many blocks there are.
EXPERIMENTS: dict[str, tuple[list[str], tuple[str, int], int]] = {
    "sweep": (["toy", "--vary", f"{TENSION}=0.2:0.6:3", "-n", "64"], ("00001 denied", 0), 6),
    "sensitivity": (["mine.yaml", "-n", "512", "--option", "as_is"], ("as_is", 2), 5),
}


def breaking_sweep(*arguments: Any, **named: Any) -> Block:
    """Play a block of a sweep, but for one."""
    if arguments[1:3] == EXPERIMENTS["sweep"][1]:
        raise ValueError("the front ran away")
    return settings.simulate(*arguments, **named)


def breaking_sensitivity(*arguments: Any, **named: Any) -> Block:
    """Play a block of an analysis, but for one."""
    if arguments[1:3] == EXPERIMENTS["sensitivity"][1]:
        raise ValueError("the front ran away")
    return matrices.simulate(*arguments, **named)


@pytest.mark.parametrize("kind", EXPERIMENTS)
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_fault_in_one_block_is_told_with_a_command_that_shows_it(
    kind: str,
    workers: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The others are done; the command raises alike, and no more once the fault is mended."""
    arguments, (unit, block), count = EXPERIMENTS[kind]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text(SCENARIO)
    door = {"sweep": sweep, "sensitivity": sensitivity}[kind]
    command = [kind, *arguments, "--quiet", "--workers", workers, "--out", "x"]

    with monkeypatch.context() as broken:
        broken.setattr(door, "SIMULATE", f"{__name__}:breaking_{kind}")
        assert main(command) == 1
        told = capsys.readouterr().err
        shown = shlex.split(told.rpartition("see it happen: ")[2])
        with pytest.raises(ValueError, match="the front ran away"):
            again.main(shown[3:])

    assert f"1 of {count} blocks failed; the others are kept" in told
    assert "manifest" not in told
    assert shown[1:] == ["-m", "sim.experiments.again", "x", unit, str(block)]
    assert "the front ran away" in Path("x/failed.txt").read_text()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    mended = subprocess.run(shown, env=environment, capture_output=True, text=True, check=True)
    assert re.fullmatch(r"histories: [\d,]+\n", mended.stdout)
    assert main(command) == 0
    assert not Path("x/failed.txt").exists()


def test_blocks_write_what_they_have_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One file a block: an experiment keeps no deeds, disputes or series."""
    monkeypatch.chdir(tmp_path)

    assert main(["sweep", "toy", "--vary", f"{TENSION}=0.2:0.6:2", "-n", "16", "--quiet", "--out", "x"]) == 0

    parts = [path.name for path in Path("x/parts").rglob("*") if path.is_file()]
    assert sorted(parts) == ["0.parquet"] * 4 + ["index.jsonl"]
