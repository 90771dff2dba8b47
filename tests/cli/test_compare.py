"""`sim compare` as it is typed."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from sim.cli import main

SCENARIO = "name: small\nextends: toy\nturns: 4\nreplicates: 300\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder with one scenario, to work in."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.yaml").write_text(SCENARIO, encoding="utf-8")
    return tmp_path


def test_compare_runs_what_was_not_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A table of a hundred columns: outcomes, quantities, where histories part, what to choose by."""
    assert main(["compare", "small.yaml", "--workers", "1", "--quiet"]) == 0

    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 100
    assert "300 pairs of histories under the same luck, seed 1" in out
    for heading in ("against as_is, points", "variance cut", "histories that part", "to choose by"):
        assert heading in out
    assert len(list(Path("results/small").iterdir())) == 1


def test_compare_prints_json_and_csv_and_writes_a_page(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same numbers in each; the page needs nothing else."""
    main(["run", "small.yaml", "--out", "s", "--workers", "1", "--quiet", "--no-report"])
    capsys.readouterr()

    assert main(["compare", "s", "--format", "json", "--figure", "new/page.html"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert main(["compare", "s", "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))

    assert [float(row["estimate"]) for row in rows[:6]] == [r["probability"] for r in told["outcomes"]]
    assert [row["ratio"] for row in rows if row["option"] == "as_is"] == [""] * (len(rows) // 2)
    page = Path("new/page.html").read_text(encoding="utf-8")
    assert "figure-outcomes-data" in page
    assert "figure-parting-data" in page
    assert "https://" not in page.split("plotly.js v")[0]


def test_compare_runs_nothing_where_one_of_several_is_not_there(folder: Path) -> None:
    """A slip in the last name does not cost the run of the first."""
    assert main(["compare", "small.yaml", "nowhere.yaml", "--quiet"]) == 2
    assert not (folder / "results").exists()


def test_compare_refuses_in_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 2, no traceback."""
    assert main(["compare", "small.yaml", "--option", "as_is", "--quiet", "--workers", "1"]) == 2
    assert main(["compare", "smal"]) == 2

    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert lines[0].endswith("nothing to compare; give another option, study or scenario")


def test_a_study_that_was_run_takes_no_flags_of_a_run(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """They would change nothing: one line each. Where a study has settings, the table says so."""
    main(["run", "small.yaml", "--set", "turns=3", "--out", "s", "--workers", "1", "--quiet", "--no-report"])
    capsys.readouterr()

    assert main(["compare", "s", "-n", "5", "--seed", "3"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "s: is a study that was run already: -n, --seed cannot change it; "
        "leave it out, or name its scenario to run it anew"
    ]
    assert main(["compare", "s"]) == 0
    assert capsys.readouterr().out.rstrip().endswith("study  s --set turns=3")


@pytest.mark.parametrize("figure", [".", "/proc/page.html"])
def test_a_figure_that_cannot_be_written_is_one_line(
    figure: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder, or a place where nobody may write."""
    main(["run", "small.yaml", "--out", "s", "--workers", "1", "--quiet", "--no-report"])
    capsys.readouterr()

    assert main(["compare", "s", "--figure", figure]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_study_whose_deeds_are_gone_is_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is missing, and how to have it again."""
    main(["run", "small.yaml", "--out", "s", "--workers", "1", "--quiet", "--no-report"])
    (folder / "s" / "deeds.parquet").unlink()
    capsys.readouterr()

    assert main(["compare", "s"]) == 2
    assert capsys.readouterr().err == (
        "s/deeds.parquet: is missing; run the same command again: finished parts are kept\n"
    )
