"""The command line: parse, call, print; and what its exit status means."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

import sim.api
from sim.cli import main, outcomes
from sim.cli.flags import Format
from sim.errors import ScenarioError, UsageError
from tests.montecarlo.toy_engine import ToyScenario
from tests.montecarlo.toy_study import ROOT, Toy, indexed, script, until

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(toy: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Return a function that runs a command in an empty folder where every scenario is the toy."""

    def load(source: str | Path, sets: Sequence[str] = ()) -> ToyScenario:
        """Return the toy, or what the loader would say."""
        if str(source) == "missing":
            raise ScenarioError("missing: no such scenario")
        return ToyScenario(extra=",".join(sets))

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sim.api, "load_scenario", load)

    def call(*arguments: str) -> tuple[int, str, str]:
        """Run a command and return its status, stdout and stderr."""
        status = main(arguments)
        told = capsys.readouterr()
        return status, told.out, told.err

    return call


def test_help_comes_at_once() -> None:
    """No numerics for a list of commands."""
    code = (
        "import sys; from sim.cli import main; main(['--help'])\n"
        "print(sorted({'numpy', 'mesa', 'pandas', 'pyarrow', 'rich', 'pydantic'} & set(sys.modules)))"
    )
    began = time.monotonic()

    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert time.monotonic() - began < 2  # 0.1 s on a quiet machine
    assert told.stdout.splitlines()[-1] == "[]"
    assert {"run", "check", "show", "list", "new", "replay", "report", "schema", "doctor"} <= set(
        told.stdout.split()
    )


def test_run_prints_a_table_that_fits(cli: Cli) -> None:
    """A hundred columns when piped, no colours, zeros with what they do not exclude."""
    status, out, _ = cli("run", "toy", "-n", "1500", "--no-report")

    lines = out.splitlines()
    assert status == 0
    assert max(map(len, lines)) <= 100
    assert "\x1b" not in out
    assert "0 of 1,500 (< 0.3 %)" in out
    assert "against hold, points" in out
    assert any(line.startswith("study   results/toy/") for line in lines)


def test_long_names_break_no_number(capsys: pytest.CaptureFixture[str]) -> None:
    """What gives way is the header, then the name of an option; a line of numbers stays a line."""
    options = [f"an_option_with_a_very_long_name_that_nobody_types_{n}" for n in range(2)]
    estimate = {"probability": 0.5, "low": 0.4, "high": 0.6, "happened": 3, "n": 6, "luck_share": 1.0}
    by = {"difference": -0.1234, "difference_low": -0.13, "difference_high": -0.1}
    records = [
        {"option": option, "outcome": "a", "label": "a " * 60, "median_date": "2024-01-01", **estimate, **by}
        for option in options
    ]
    told = {"scenario": "s", "title": "s", "marking": None, "start": "2024-01-01", "end": "2024-03-01"}

    outcomes.show(
        told | {"seed": 1, "replicates": 6, "options": options, "outcomes": records, "quantities": []},
        Path("s"),
        Format.TABLE,
    )

    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 100
    assert lines[0] == "s"
    assert sum(line.endswith("2024-01-01   100 %") for line in lines) == 2
    assert any("difference, points" in line for line in lines)
    assert (
        lines[lines.index("    in words: unlikely to likely (every option)") - 1].strip() == "nobody_types_1"
    )


def test_words_stand_beside_the_numbers(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A column where there is room for it, a line below where there is not; explained once, and hedged."""
    told = {}
    for width in (60, 100, 160):
        monkeypatch.setattr(outcomes, "WIDTH", width)
        told[width] = cli("run", "toy", "-n", "1500", "--no-report")[1]

    assert "    in words: very remote, below 0.3 % (every option)\n" in told[60]
    assert sum(line.endswith("very remote, below 0.3 %") for line in told[160].splitlines()) == 2
    for width, text in told.items():
        flat = " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())
        assert flat.count("roughly even chance 45–55 %, likely 55–80 %") == 1
        assert flat.count("conditional on the model and on the assumptions") == 1
        assert ("    in words: " in text) == (width == 60)


def test_what_is_there_from_the_start_is_noted(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """An outcome that holds in the first turn tells what the scenario began with."""
    told = {"outcome": "war", "at_start": 0.83}, {"outcome": "war", "at_start": 0.4}, {"outcome": "b"}

    notes = list(outcomes._held_from_the_start(list(told)))

    assert notes == ["note: war holds from the start in 40 to 83 % of histories"]


def test_help_shows_examples_as_they_are_typed(cli: Cli) -> None:
    """A line each, for every command."""
    for name in ("run", "check", "show", "list", "new", "replay", "report", "schema", "doctor"):
        lines = cli(name, "--help")[1].splitlines()

        assert "  Example:" in lines
        assert lines[lines.index("  Example:") + 1].startswith(f"      sim {name}")


def test_a_short_run_says_what_it_costs(cli: Cli) -> None:
    """Whole blocks are simulated: once on stderr, and not for more than a block."""
    assert cli("run", "toy", "-n", "10", "--no-report")[2].count("-n 1024 costs the same") == 1
    assert "costs the same" not in cli("run", "toy", "-n", "1500", "--no-report")[2]


def test_a_longer_study_is_shown_as_it_is(cli: Cli) -> None:
    """A smaller -n afterwards says what the study holds, and prints it."""
    long = cli("run", "toy", "-n", "1500", "--no-report")[1]

    status, out, err = cli("run", "toy", "-n", "100", "--no-report")

    assert (status, out) == (0, long)
    assert "holds 1,500 histories per option" in err


def test_a_finished_study_is_preferred(cli: Cli) -> None:
    """A newer one that was interrupted hides nothing, and is mentioned."""
    cli("run", "toy", "-n", "100", "--no-report", "--seed", "1")
    cli("run", "toy", "-n", "100", "--no-report", "--seed", "2")
    newest = next(
        path for path in Path("results/toy").iterdir() if '"seed": 2' in (path / "manifest.json").read_text()
    )
    manifest = json.loads((newest / "manifest.json").read_text())
    (newest / "manifest.json").write_text(json.dumps(manifest | {"checksums": {}}))

    err = cli("replay", "toy", "100")[2]

    assert err.splitlines()[0].startswith(f"note: {newest} is newer but not finished; this is results/toy/")
    assert "has no replicate 100" in err


def test_a_damaged_study_is_a_short_line_of_the_list(cli: Cli) -> None:
    """Not the parser's complaint."""
    folder = Path("results/toy/abc")
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{")

    assert cli("list")[1].splitlines()[-1] == "  results/toy/abc  its manifest.json is damaged"


def test_a_reader_who_leaves_is_let_go() -> None:
    """`sim schema | head -1`: no traceback, nothing on stderr."""
    line = f"{sys.executable} -m sim schema | head -c 1; echo ${{PIPESTATUS[0]}}"
    told = subprocess.run(["bash", "-c", line], cwd=ROOT, capture_output=True, text=True, check=True)

    assert (told.stdout, told.stderr) == ("{0\n", "")


def test_run_prints_json(cli: Cli) -> None:
    """`| jq` works: the path, then the summary as it is kept."""
    status, out, _ = cli("run", "toy", "-n", "100", "--no-report", "--quiet", "--format", "json")

    told = json.loads(out)
    kept = json.loads((Path(told["study"]) / "summary.json").read_text())
    assert status == 0
    assert {"study": told["study"], **kept} == told
    assert next(iter(told)) == "study"
    fields = "option outcome probability low high n median_date difference_low difference_high luck_share"
    assert {"difference", *fields.split()} <= set(told["outcomes"][0])
    assert "conditional on the model" in told["conditional"]
    assert {"words": "likely", "low": 0.55, "high": 0.8} in told["bands"]


def test_run_prints_csv(cli: Cli) -> None:
    """A row an outcome and option."""
    _, out, _ = cli("run", "toy", "-n", "100", "--no-report", "--format", "csv", "--option", "push")

    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(row["outcome"], row["option"]) for row in rows] == [("war", "push"), ("never", "push")]
    assert rows[1]["words"] == "almost no chance or less"


def test_quiet_says_nothing_on_stderr(cli: Cli) -> None:
    """And without it progress goes there, not to stdout."""
    assert cli("run", "toy", "-n", "100", "--no-report", "--quiet")[2] == ""
    assert "histories" in cli("run", "toy", "-n", "200", "--no-report")[2]


def test_sets_make_another_study(cli: Cli) -> None:
    """`--set` is part of the identity."""
    cli("run", "toy", "-n", "10", "--no-report")
    cli("run", "toy", "-n", "10", "--no-report", "--set", "a=1", "--set", "b=2")

    manifests = [json.loads(m.read_text()) for m in Path("results/toy").glob("*/manifest.json")]
    assert sorted(m["identity"]["sets"] for m in manifests) == [[], ["a=1", "b=2"]]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["run", "missing"], "missing: no such scenario"),
        (["run"], "sim run: SCENARIO is missing; see `sim run --help`"),
        (["run", "toy", "-n", "x"], "sim run: --replicates: `x` is not a whole number; see `sim run --help`"),
        (["replay", "toy", "x"], "sim replay: REPLICATE: `x` is not a whole number"),
        (["run", "toy", "--seeds", "3"], "sim run: No such option"),
        (["run", "toy", "--format", "xml"], "sim run: --format: `xml` is not one of table, json, csv; see"),
        (
            ["run", "toy", "--option", "psh"],
            "--option: `psh` is not an option of this scenario; did you mean",
        ),
        (["run", "toy", "-n", "0"], "--replicates: 0 is out of range; give a whole number from 1"),
        (
            ["run", "toy", "--deeds", "１２"],
            "--deeds: '１２' is not a number of replicates; give a number, all or",
        ),
        (["run", "toy", "--out", "/proc/nowhere"], "/proc/nowhere: cannot be written"),
        (
            ["replay", "nothing", "3"],
            "nothing: is not a study, nor a scenario with one; make one with `sim run`",
        ),
        (["report", "nothing"], "nothing: is not a study"),
        (["frobnicate"], "sim: No such command 'frobnicate'"),
    ],
)
def test_faults_of_the_user_are_one_line_and_status_2(arguments: list[str], told: str, cli: Cli) -> None:
    """Whatever was wrong, no traceback, nothing half-written."""
    status, out, err = cli(*arguments)

    assert status == 2
    assert out == ""
    assert err.startswith(told)
    assert err.count("\n") == 1
    assert not list(Path("results").glob("*/*")) if Path("results").exists() else True


def test_every_fault_has_its_line(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten faults, ten lines."""

    def load(source: str, sets: Sequence[str] = ()) -> ToyScenario:
        """Find three faults."""
        raise UsageError(UsageError(text).problems[0] for text in ("a", "b", "c"))

    monkeypatch.setattr(sim.api, "load_scenario", load)

    assert cli("run", "toy")[2] == "a\nb\nc\n"


def test_a_block_that_raises_is_status_1_with_its_last_line(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ours to repair: why, where the traceback is, and the command that shows it happen, on one line."""
    monkeypatch.setattr(sim.api, "load_scenario", lambda source, sets=(): ToyScenario(trouble="raise"))

    status, out, err = cli("run", "toy", "-n", "2048", "--no-report", "--no-twins", "--quiet")

    assert (status, out) == (1, "")
    assert "ValueError: front ran away" in err
    assert "-m sim.montecarlo.work results/toy/" in err
    assert err.count("\n") == 1
    assert "Traceback" in next(Path("results/toy").glob("*/failed.txt")).read_text()


def test_an_interrupt_is_status_130_with_the_command_that_goes_on(tmp_path: Path) -> None:
    """What is finished is kept."""
    body = """
        import sys, sim.api, sim.cli
        sim.api.load_scenario = lambda source, sets=(): ToyScenario(slow=0.1)
        sys.exit(sim.cli.main())
    """
    arguments = ("run", "my toy", "-n", "20000", "--out", "s", "--no-report", "--quiet", "--workers", "2")
    process = script(tmp_path, body, *arguments)
    until(lambda: indexed(tmp_path / "s") >= 1)

    os.killpg(process.pid, signal.SIGINT)

    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err.startswith("interrupted: ")
    assert err.endswith("go on with: sim run 'my toy' -n 20000 --out s --no-report --quiet --workers 2\n")
    assert err.count("\n") == 1


def test_rendering_the_tables_imports_no_model(cli: Cli, tmp_path: Path) -> None:
    """A laptop without the model can look at a study."""
    cli("run", "toy", "-n", "100", "--no-report", "--out", "s")
    code = (
        "import sys, sim; from sim.cli.outcomes import show; from sim.cli.flags import Format\n"
        "study = sim.load_study('s'); show(study.summary, study.path, Format.TABLE)\n"
        "print(sorted({'mesa', 'pandas', 'scipy'} & set(sys.modules)))"
    )

    told = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.splitlines()[-1] == "[]"


def test_doctor_names_what_decides_numbers(cli: Cli) -> None:
    """Versions, BLAS kernel, cores, memory."""
    status, out, _ = cli("doctor")

    assert status == 0
    assert {"numpy", "mesa", "BLAS", "SIMD", "cores", "memory"} <= {
        line.split()[0] for line in out.splitlines()
    }


def test_version_is_that_of_the_package(cli: Cli) -> None:
    """One place says it."""
    assert cli("--version")[1] == sim.__version__ + "\n"


def test_a_plan_writes_nothing(cli: Cli, tmp_path: Path) -> None:
    """How many histories and minutes every precision takes; of a study that is there, from what it knows."""
    status, out, _ = cli("run", "toy", "--plan", "--workers", "2")
    nothing = not list(tmp_path.iterdir())
    cli("run", "toy", "-n", "2048", "--no-report", "--quiet")
    _, known, _ = cli("run", "toy", "--plan", "--precision", "0.01", "--workers", "2", "--format", "json")

    plan = json.loads(known)
    assert status == 0
    assert nothing
    assert [line.split()[0] for line in out.splitlines() if line.startswith("±")] == [
        "±5", "±2", "±1", "±0.5", "±0.2", "±0.1",
    ]  # fmt: skip
    assert "war, push" in out
    assert plan["timed_on"].startswith("4 blocks of results/toy/")
    (row,) = plan["plan"]
    assert (row["precision"], row["replicates"], row["outcome"]) == (0.01, 10_240, "war")
    assert row["histories"] == 2 * (10_240 + 2 * 1024)
    assert row["minutes"] == pytest.approx(12 * plan["seconds_per_block"] / 60, abs=2e-4)


def test_shards_are_merged(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the study they are of, which is printed as if it had been run at once; a gap is the user's."""
    monkeypatch.setattr("sim.scenario.loader.load", lambda *_: ToyScenario())
    monkeypatch.setattr("sim.montecarlo.runner.IN_PROCESS", 99)
    flags = ("-n", "2100", "--quiet")
    _, first, _ = cli("run", "toy", *flags, "--shard", "1/2", "--format", "json")
    shard = json.loads(first)
    missing, _, why = cli("merge", shard["study"])
    _, told, _ = cli("run", "toy", *flags, "--shard", "2/2")
    status, merged, _ = cli("merge", shard["study"], shard["study"].replace("-1of2", "-2of2"), "--no-report")
    _, straight, _ = cli("run", "toy", *flags, "--no-report")

    assert (shard["shard"], shard["blocks"]) == ("1/2", 4)
    assert shard["study"] == f"results/toy/{shard['id']}-1of2"
    assert missing == 2
    assert "shard 2/2 lacks 4 of 4 blocks" in why
    assert told.startswith("shard 2/2 of toy, 2,100 histories per option: 4 blocks done; ")
    assert status == 0
    assert merged == straight
    assert cli("run", "toy", "--shard", "1/2", "--plan")[0] == 2
