"""Running and opening studies from Python."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim.errors import SimError, StudyError, UsageError
from tests.montecarlo.toy_engine import ToyScenario
from tests.montecarlo.toy_study import ROOT, Toy, digests


def test_a_study_goes_where_its_name_and_id_say(
    toy: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`results/<scenario>/<id>/`, found again by the name of the scenario."""
    monkeypatch.chdir(tmp_path)

    study = toy(None, replicates=10)

    assert study.path == Path("results") / "toy" / study.manifest.identity.id
    assert sim.load_study("toy").path == study.path
    assert sim.load_study(study.path).summary == study.summary


def test_out_that_holds_another_study_is_refused_with_what_differs(toy: Toy, tmp_path: Path) -> None:
    """Every key, with both values; of the scenario, the path."""
    toy(tmp_path / "s", replicates=10)

    with pytest.raises(StudyError, match=r"`seed` was 5 and is 6, `twins` was True and is False"):
        toy(tmp_path / "s", replicates=10, seed=6, twins=False)
    with pytest.raises(StudyError, match=r"`options` was \[hold, push\] and is \[push\]"):
        toy(tmp_path / "s", replicates=10, options=["push"])
    with pytest.raises(StudyError, match=r"`scenario` differs at `extra`"):
        toy(tmp_path / "s", ToyScenario(extra="1"), replicates=10)


def test_a_folder_with_other_files_is_left_alone(toy: Toy, tmp_path: Path) -> None:
    """`--out .` must not overwrite what somebody wrote."""
    (tmp_path / "scenario.yaml").write_text("mine")
    (tmp_path / "notes.txt").write_text("mine")

    with pytest.raises(StudyError, match=r"is not a study and holds other files \(notes.txt\)"):
        toy(tmp_path, replicates=10)

    assert (tmp_path / "scenario.yaml").read_text() == "mine"


@pytest.mark.parametrize("out", ["/proc/nowhere", "a_file/below", "a_file", "n" * 300])
def test_an_out_that_cannot_be_written_is_one_line(
    out: str, toy: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its repair, and nothing half-written."""
    monkeypatch.chdir(tmp_path)
    Path("a_file").touch()

    with pytest.raises(SimError) as raised:
        toy(Path(out), replicates=10)

    assert "cannot be written" in str(raised.value)
    assert "--out" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_an_unfinished_study_is_not_opened(toy: Toy, tmp_path: Path) -> None:
    """Half of the numbers are none."""
    study = toy(tmp_path / "s", replicates=10)
    manifest = json.loads((study.path / "manifest.json").read_text())
    (study.path / "manifest.json").write_text(json.dumps(manifest | {"checksums": {}}))

    with pytest.raises(StudyError, match="is not finished; go on with the command that began it"):
        sim.load_study(study.path)


def test_a_run_killed_while_its_files_change_places_is_made_again(toy: Toy, tmp_path: Path) -> None:
    """Some tables new, some not: the manifest says unfinished, and the parts make them all again."""
    study = toy(tmp_path / "s", replicates=1500)
    before = digests(study.path)
    manifest = json.loads((study.path / "manifest.json").read_text())
    (study.path / "manifest.json").write_text(json.dumps(manifest | {"checksums": {}}))
    (study.path / "series.parquet").unlink()
    (study.path / ".new").mkdir()
    (study.path / ".new" / "series.parquet").touch()

    toy(tmp_path / "s", replicates=1500)

    assert digests(study.path) == before
    assert not (study.path / ".new").exists()


def test_settings_come_with_the_loading(toy: Toy, tmp_path: Path) -> None:
    """A loaded scenario is settled; to ignore them in silence would be worse."""
    with pytest.raises(UsageError, match="come too late for a loaded scenario; give them to load_scenario"):
        toy(tmp_path / "s", sets=["a=1"])


def test_a_damaged_manifest_says_what_to_do(toy: Toy, tmp_path: Path) -> None:
    """Parts are worth keeping."""
    study = toy(tmp_path / "s", replicates=10)
    (study.path / "manifest.json").write_text("{")

    with pytest.raises(StudyError, match=r"is damaged .*; remove it and run the same command again"):
        sim.load_study(study.path)
    (study.path / "manifest.json").unlink()
    assert toy(tmp_path / "s", replicates=10).summary == study.summary


def test_an_unknown_option_is_asked_about(toy: Toy, tmp_path: Path) -> None:
    """In a study as in a run."""
    study = toy(tmp_path / "s", replicates=10)

    with pytest.raises(UsageError, match="`psh` is not an option of this study; did you mean `push`"):
        study.difference("psh")
    with pytest.raises(UsageError, match="has no replicate 10; give a number from 0 to 9"):
        list(study.replay(10))
    with pytest.raises(StudyError, match=r"has no twins.parquet"):
        _ = toy(tmp_path / "bare", replicates=10, twins=False).twins


def test_the_report_is_written_when_it_is_missing_or_old(
    toy: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once a study, again for a longer one."""
    written: list[int] = []

    def write(folder: Path) -> Path:
        """Count."""
        written.append(sim.load_study(folder).manifest.replicates)
        (folder / "report.html").touch()
        return folder / "report.html"

    monkeypatch.setattr("sim.making.write_report", write)
    for replicates in (10, 10, 20):
        toy(tmp_path / "s", replicates=replicates, report=True)

    assert written == [10, 20]


def test_what_is_not_of_the_bytes_is_apart(toy: Toy, tmp_path: Path) -> None:
    """When, where and how long are in run.json, and the manifest knows nothing of them."""
    study = toy(tmp_path / "s", replicates=1500, workers=1)

    run = json.loads((study.path / "run.json").read_text())

    assert run["workers"] == 1
    assert run["histories"] == 2 * (1500 + 1024)
    assert run["host"] not in (study.path / "manifest.json").read_text()
    assert "run.json" not in study.manifest.checksums


def test_importing_the_package_costs_nothing() -> None:
    """Names are loaded when asked for; an unknown one is an AttributeError."""
    code = "import sys, sim; print('numpy' in sys.modules, set(sim.__all__) <= set(dir(sim)))"

    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert told.stdout.split() == ["False", "True"]
    with pytest.raises(AttributeError, match="nonsense"):
        _ = sim.nonsense


def test_arguments_that_are_none_are_told(toy: Toy, tmp_path: Path) -> None:
    """A single text is one option, not its letters."""
    assert toy(tmp_path / "s", replicates=10, options="push").options == ("push",)
    with pytest.raises(sim.UsageError, match="is told nothing to compare"):
        sim.compare()
    with pytest.raises(UsageError, match="is given no shards"):
        sim.merge([])
    with pytest.raises(UsageError, match="None is not a scenario; give its path or its name"):
        sim.run(None)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="3 is not a list of texts"):
        toy(tmp_path / "t", replicates=10, options=3)
