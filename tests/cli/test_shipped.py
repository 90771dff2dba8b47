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
    """Under its own name, without faults; never over a file."""
    assert main(["new", "my war.yaml"]) == 0
    assert "run it with `sim run 'my war.yaml'`" in capsys.readouterr().out
    assert main(["check", "my war.yaml"]) == 0
    assert capsys.readouterr().out == "my war.yaml: no faults; no unsourced numbers, no overruled\n"

    text = Path("my war.yaml").read_text()
    assert "\nname: my_war\n" in "\n" + text
    assert main(["new", "my war.yaml"]) == 2
    assert Path("my war.yaml").read_text() == text
    assert main(["new", "other.yaml", "--from", "nothing.yaml"]) == 2
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "my war.yaml: cannot be written: File exists; give another path"
    assert told[1].startswith("nothing.yaml: cannot be read: No such file")


def test_a_world_goes_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    """What `sim list` lists can be used: run, checked, shown, copied."""
    assert main(["check", "toy"]) == 0
    assert main(["show", "toy"]) == 0
    assert main(["new", "copy.yaml", "--from", "toy"]) == 0
    assert main(["run", "toy", "-n", "10", "--no-report", "--no-twins", "--quiet"]) == 0

    assert "A giver, a belligerent and its enemy (toy)" in capsys.readouterr().out.splitlines()


def test_outcomes_and_quantities_say_what_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    """Names as other commands need them, labels and units for whoever reads."""
    assert main(["run", "toy", "-n", "10", "--no-report", "--no-twins", "--quiet"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert "dyads.AAA.CCC.tension  Giver towards Enemy: tension, share" in lines
    begin = lines.index("pipelines.aaa_bbb_shells.delivered")
    assert lines[begin + 1].endswith("delivered since the start, million rounds")


def test_a_deed_nobody_can_do_is_told_before_anything_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """With its line, by `check` and by `run` alike."""
    deed = "{at: 2030-01-08, actor: AAA, action: protest, target: AAA}"
    Path("bad.yaml").write_text(f"name: bad\nextends: toy\noptions:\n  a: {{do: [{deed}]}}\n")

    assert main(["check", "bad.yaml"]) == 2
    assert main(["run", "bad.yaml", "-n", "10"]) == 2

    told = capsys.readouterr().err.splitlines()
    assert len(told) == 2
    assert told[0] == told[1]
    assert told[0].startswith("bad.yaml:4: options.a.do.0: ")
    assert not Path("results").exists()


def test_a_scenario_that_watches_nothing_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    """A run of it would print an empty table."""
    assert main(["check", "northeast_asia_2024"]) == 0

    assert "northeast_asia_2024: no outcomes: nothing will be counted" in capsys.readouterr().out.splitlines()


def test_show_prints_what_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """The resolved scenario is a scenario."""
    assert main(["show", WORLD, "--set", "turns=9"]) == 0
    Path("shown.yaml").write_text(capsys.readouterr().out)

    assert main(["show", "shown.yaml", "--diff", WORLD]) == 0

    assert "turns: 12 -> 9" in capsys.readouterr().out.splitlines()


def test_a_parameter_set_by_hand_is_a_few_lines_of_difference(capsys: pytest.CaptureFixture[str]) -> None:
    """The sample no longer draws it: its hundreds of sets are told on one line."""
    asked = ["show", "northeast_asia_2024", "--set", "parameters.fear_weight=0.5"]

    assert main([*asked, "--diff", "northeast_asia_2024"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line.split(": ")[0].rstrip("0123456789") for line in lines] == [
        "parameters.fear_weight",
        "assumptions.calibration.paths.",
        "assumptions.calibration.sets",
    ]


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
    said = " ".join(told.out.split())  # whatever the width
    assert "option as_is (nothing fixed), replicate 3" in said
    assert "option denied (half the shells stopped), replicate 3" in said
    assert told.err == "s: has no replicate 20; give a number from 0 to 19\n"
