"""`sim drivers` as it is typed."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from sim.cli import main

SHELLS = "pipelines.aaa_bbb_shells.delivered"


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """Return a study of the toy world, in a folder to work in."""
    monkeypatch.chdir(tmp_path)
    main(["run", "toy", "-n", "400", "--out", "s", "--workers", "1", "--quiet", "--no-report"])
    capsys.readouterr()
    return tmp_path / "s"


def test_the_numbers_behind_each_outcome_are_shown(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In a table of a hundred columns, with what nothing stands out of; JSON and CSV say the same."""
    assert main(["drivers", str(study)]) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 100
    assert "400 histories of as_is" in out
    assert "  pipelines.aaa_bbb_shells.rate" in out
    assert "nothing stands out from chance: " in out

    assert main(["drivers", str(study), "--outcome", SHELLS, "--most", "1", "--format", "json"]) == 0
    (driver,) = json.loads(capsys.readouterr().out)["drivers"]
    assert main(["drivers", str(study), "--outcome", SHELLS, "--most", "1", "--format", "csv"]) == 0
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert driver["number"] == row["number"] == "pipelines.aaa_bbb_shells.rate"
    assert float(row["share"]) == driver["share"]


def test_what_decides_a_choice_is_shown(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The difference of two options, history by history; of an option to itself there is nothing to tell."""
    assert main(["drivers", str(study), "--option", "denied", "--against", "as_is"]) == 0
    assert "400 histories of denied less as_is, history by history" in capsys.readouterr().out
    assert main(["drivers", str(study), "--option", "denied", "--against", "denied"]) == 0
    assert "nothing stands out from chance" in capsys.readouterr().out
    assert main(["drivers", str(study), "--against", "denied", "--option", "denied", "--format", "csv"]) == 0
    assert not capsys.readouterr().out


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["--option", "dennied"], "`dennied` is not an option of this study; did you mean `denied`?"),
        (
            ["--outcome", "clish"],
            "`clish` is not an outcome or quantity of this study; did you mean `clash`?",
        ),
        (["--most", "0"], "--most"),
    ],
)
def test_a_wrong_name_is_one_line(
    asked: list[str], told: str, study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the name that was probably meant, and status 2."""
    assert main(["drivers", str(study), *asked]) == 2
    err = capsys.readouterr().err
    assert told in err
    assert err.count("\n") == 1
