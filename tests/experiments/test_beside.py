"""A sensitivity analysis in the report of the study it stands beside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.api import load_study
from sim.cli import main
from tests.experiments.test_sensitivity import SCENARIO

QUIET = ("--workers", "1", "--quiet")
SETTLES = "what would settle it"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a study whose report was written before anything was analysed."""
    (tmp_path / "mine.yaml").write_text(SCENARIO)
    monkeypatch.chdir(tmp_path)
    assert main(["run", "mine.yaml", "-n", "1024", "--no-twins", *QUIET]) == 0
    return load_study("mine").path


def page(folder: Path) -> str:
    """Return the report."""
    return (folder / "report.html").read_text()


def test_a_report_tells_the_analysis_made_since(folder: Path) -> None:
    """Its indices are drawn beside the swings, and are those of the analysis."""
    assert SETTLES not in page(folder)
    assert main(["sensitivity", "mine.yaml", "-n", "64", "--option", "as_is", *QUIET]) == 0
    (made,) = folder.parent.glob("sensitivity-*")

    assert main(["report", "mine"]) == 0

    told = page(folder)
    assert f"Plenty: {SETTLES}" in told
    assert made.name in told
    said = json.loads((made / "summary.json").read_text())
    plenty = next(row for row in said["outcomes"] if row["outcome"] == "plenty")
    reserves = next(row for row in plenty["factors"] if row["factor"] == "reserves")
    names = [name for name in named(folder) if name.endswith(":indices")]
    drawn = [load_study(folder).figure(name) for name in names]
    ends = {tuple(map(float, figure.data[0].x)) for figure in drawn}
    assert any(100 * reserves["total"] == pytest.approx(x) for xs in ends for x in xs)


def named(folder: Path) -> list[str]:
    """Return the names of the figures of a study, as its refusal lists them."""
    from sim.errors import UsageError

    with pytest.raises(UsageError, match="has no figure") as refused:
        load_study(folder).figure("nothing")
    return str(refused.value).partition("give one of ")[2].split(", ")


def test_an_analysis_of_something_else_is_left_out_or_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of another scenario, or another option: not taken by itself, and refused when it is given."""
    tense = ("--set", "dyads.AAA.CCC.tension=0.5")
    assert main(["sensitivity", "mine.yaml", "-n", "16", "--option", "as_is", *tense, *QUIET]) == 0
    assert main(["sensitivity", "mine.yaml", "-n", "16", "--option", "denied", *QUIET]) == 0
    capsys.readouterr()

    assert main(["report", "mine"]) == 0
    assert SETTLES not in page(folder)

    said = []
    for other in sorted(folder.parent.glob("sensitivity-*")):
        assert main(["report", "mine", "--sensitivity", str(other)]) == 2
        said.append(capsys.readouterr().err)
    assert main(["report", "mine", "--sensitivity", "nowhere"]) == 2
    assert "holds no finished sensitivity analysis" in capsys.readouterr().err
    assert {"is of another scenario" in one for one in said} == {True, False}
    assert any("explains `denied`; the study starts from `as_is`" in one for one in said)


def test_an_analysis_that_was_damaged_is_not_told(folder: Path) -> None:
    """A number that was changed after it was written is not put before anybody."""
    assert main(["sensitivity", "mine.yaml", "-n", "64", "--option", "as_is", *QUIET]) == 0
    (made,) = folder.parent.glob("sensitivity-*")
    (made / "summary.json").write_text(
        (made / "summary.json").read_text().replace('"rows": 64', '"rows": 65')
    )

    assert main(["report", "mine"]) == 0

    assert SETTLES not in page(folder)
