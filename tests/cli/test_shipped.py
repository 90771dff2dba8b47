"""Commands about scenarios, on those that are shipped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.cli import main
from sim.scenario.files import shipped_scenarios
from tests.montecarlo.toy_study import ROOT

WORLD = str(ROOT / "configs" / "worlds" / "toy.yaml")


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)


def test_list_names_everything(capsys: pytest.CaptureFixture[str]) -> None:
    """Every shipped scenario, with its title."""
    assert main(["list"]) == 0

    assert set(shipped_scenarios()) <= {line.split()[0] for line in capsys.readouterr().out.splitlines()}


def test_new_writes_a_scenario_of_ones_own(capsys: pytest.CaptureFixture[str]) -> None:
    """Under its own name; never over a file."""
    assert main(["new", "my war.yaml"]) == 0

    text = Path("my war.yaml").read_text()
    assert "\nname: my_war\n" in "\n" + text
    assert main(["new", "my war.yaml"]) == 2
    assert Path("my war.yaml").read_text() == text
    assert main(["new", "other.yaml", "--from", "nothing.yaml"]) == 2
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "my war.yaml: cannot be written: File exists; give another path"
    assert told[1].startswith("nothing.yaml: cannot be read: No such file")


def test_show_prints_what_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """The resolved scenario is a scenario."""
    assert main(["show", WORLD, "--set", "turns=9"]) == 0
    Path("shown.yaml").write_text(capsys.readouterr().out)

    assert main(["show", "shown.yaml", "--diff", WORLD]) == 0

    assert "turns: 12 -> 9" in capsys.readouterr().out.splitlines()


def test_schema_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    """For editors."""
    assert main(["schema"]) == 0

    assert "properties" in json.loads(capsys.readouterr().out)


def test_a_block_can_be_done_again_by_itself(capsys: pytest.CaptureFixture[str]) -> None:
    """The command a fault report gives works."""
    from sim.montecarlo.work import _again

    assert main(["run", WORLD, "-n", "20", "--no-report", "--no-twins", "--quiet", "--out", "s"]) == 0
    capsys.readouterr()

    _again(["s", "denied", "0"])

    assert "replicates: 1,024 rows" in capsys.readouterr().out


def test_check_tells_faults_of_all_its_files(capsys: pytest.CaptureFixture[str]) -> None:
    """What is sound is said on stdout; every fault is a line on stderr, and the status is 2."""
    Path("bad.yaml").write_text("name: bad\nextends: toy\nturns: many\nnonsense: 3\n")

    assert main(["check", WORLD]) == 0
    assert "no faults" in capsys.readouterr().out
    assert main(["check", WORLD, "bad.yaml", "nowhere.yaml"]) == 2

    told = capsys.readouterr()
    assert "no faults" in told.out
    lines = told.err.splitlines()
    assert any(line.startswith("bad.yaml:3: turns: ") for line in lines)
    assert any(line.startswith("bad.yaml:4: nonsense: ") for line in lines)
    assert any(line.startswith("nowhere.yaml: ") for line in lines)


def test_replay_tells_a_history(capsys: pytest.CaptureFixture[str]) -> None:
    """One that the study holds, under the first option unless another is named."""
    assert main(["run", WORLD, "-n", "20", "--no-report", "--no-twins", "--quiet", "--out", "s"]) == 0
    capsys.readouterr()

    assert main(["replay", "s", "3"]) == 0
    assert main(["replay", "s", "3", "--option", "denied"]) == 0
    assert main(["replay", "s", "20"]) == 2

    told = capsys.readouterr()
    assert "option as_is, replicate 3" in told.out
    assert "option denied, replicate 3" in told.out
    assert told.err == "s: has no replicate 20; give a number from 0 to 19\n"
