"""Calibration: what is learnt of the base rates, sets that meet them, and histories that are not lost."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from sim.cli import main
from sim.scenario.files import shipped_root
from sim.scenario.loader import load
from sim.score.calibration import calibrate, plan, records, simulate, written
from sim.score.counting import FITTED as FITTED_HALF
from sim.score.counting import SCORED as SCORED_HALF
from sim.score.counting import half_of
from sim.score.emulator import fit, quadratic
from sim.score.posterior import Target, sample
from tests.score.toy_history import RATE, SHARE, faults, rates

Command = Callable[..., int]

FITTED = """
parameters:
  parameters.tension_gain: [1.0, 5.0]
  parameters.incident_hazard: [0.1, 3.0]
histories: 2048
sets: 64
seed: 5
"""


def fitted(folder: Path, text: str = FITTED) -> Path:
    """Write what is to be fitted."""
    file = folder / "fitted.yaml"
    file.write_text(text)
    return file


def name_in(half: str) -> str:
    """Return an id that is in a half."""
    return next(name for name in ("one", "two", "three", "four", "five", "six") if half_of(name) == half)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Return what is to be fitted, and base rates about the toy world."""
    return fitted(tmp_path), rates(tmp_path, RATE + SHARE)


@pytest.fixture
def command(files: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Return a function that runs the command about them in an empty folder, and returns its status."""
    monkeypatch.chdir(tmp_path)
    asked = ["calibrate", "--file", str(files[0]), "--rates", str(files[1]), "--workers", "1", "--quiet"]
    return lambda *more: main([*asked, *more])


@pytest.mark.parametrize("is_rate", [True, False])
def test_an_emulator_finds_how_a_row_follows_the_parameters(*, is_rate: bool) -> None:
    """Counts drawn from a known curve give the curve back, within its own error."""
    luck = np.random.default_rng(1)
    scaled = luck.uniform(-1, 1, (20_000, 2))
    log = -1 + 0.8 * scaled[:, 0] - 0.5 * scaled[:, 1] ** 2
    sizes = luck.integers(0, 6, len(log)).astype(float)
    share = 1 / (1 + np.exp(-log))
    times = luck.poisson(np.exp(log) * sizes) if is_rate else luck.binomial(sizes.astype(int), share)

    emulator = fit(quadratic(scaled), times.astype(float), sizes, is_rate=is_rate)
    mean, variance = emulator.predict(quadratic(np.array([[0.0, 0.0], [0.5, 0.5], [-1.0, 1.0]])))

    assert (np.abs(mean - [-1, -0.725, -2.3]) < 4 * np.sqrt(variance)).all()
    assert (variance < 0.01).all()


def test_an_emulator_of_what_never_happens_is_finite() -> None:
    """Low everywhere, and sure of nothing but that."""
    terms = quadratic(np.random.default_rng(2).uniform(-1, 1, (1000, 3)))

    emulator = fit(terms, np.zeros(1000), np.ones(1000), is_rate=False)

    mean, variance = emulator.predict(terms)
    assert np.isfinite(variance).all()
    assert mean.max() < -5


def test_sets_meet_the_target_and_keep_what_trades_off() -> None:
    """Two parameters that only their sum is known of are drawn with it, and against each other."""
    luck = np.random.default_rng(3)
    scaled = luck.uniform(-1, 1, (20_000, 2))
    times = luck.poisson(np.exp(scaled.sum(axis=1)) * 10).astype(float)
    emulator = fit(quadratic(scaled), times, np.full(len(times), 10.0), is_rate=True)

    ends = np.array([0.0, 10.0]), np.array([1.0, 30.0])
    found = sample({"row": emulator}, [("row", Target(0.5, 0.01, 0.1))], *ends, sets=200, seed=1)

    one, other = 2 * found.sets[:, 0] - 1, (found.sets[:, 1] - 20) / 10
    assert (one + other).mean() == pytest.approx(0.5, abs=0.05)
    assert np.corrcoef(one, other)[0, 1] < -0.8
    assert abs(found.misfit["row"]) < 0.3
    assert found.fitted["row"][1] == pytest.approx(0.5, abs=0.1)


def test_nothing_seen_in_few_cases_says_what_a_binomial_says() -> None:
    """None of 29 makes one in 15 seven times less likely than one in 1,000; emulator and model exact."""
    row = Target(0, 0, 0, k=0, size=29)

    odds = np.log(np.array([1 / 14, 1 / 999]))
    rare = row.log_likelihood(odds, np.full(2, 1e-12))

    assert rare[1] - rare[0] == pytest.approx(29 * np.log((999 / 1000) / (14 / 15)), rel=1e-3)


def flipped(block: Path) -> None:
    """Flip a bit in the middle of a block."""
    content = bytearray(block.read_bytes())
    content[len(content) // 2] ^= 1
    block.write_bytes(bytes(content))


def bare(block: Path) -> None:
    """Put a whole file of another kind in its place."""
    np.savez(block, parameters=np.zeros((4, 2)))


def short(block: Path) -> None:
    """Put a block of the same kind with fewer histories in its place."""
    with np.load(block) as kept:
        tables = {name: table[:-1] for name, table in kept.items()}
    np.savez(block, **tables)


@pytest.mark.parametrize("damage", [flipped, bare, short, Path.unlink])
def test_what_was_stopped_goes_on_and_comes_to_the_same(
    files: tuple[Path, Path], tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    """One block kept, the other lost or damaged: the same bytes, and nothing is played twice."""
    wanted = plan(files[0], rates=files[1])
    whole = written(calibrate(wanted, simulate(wanted, tmp_path / "whole", workers=1)))
    half = tmp_path / "half"
    shutil.copytree(tmp_path / "whole", half)
    damage(half / "0.npz")
    kept = (half / "1.npz").stat().st_mtime_ns

    again = written(calibrate(wanted, simulate(wanted, half, workers=1)))

    assert again == whole
    assert (half / "1.npz").stat().st_mtime_ns == kept
    assert (half / "0.npz").read_bytes() == (tmp_path / "whole" / "0.npz").read_bytes()


def test_a_world_draws_its_parameters_from_the_layer(
    command: Command,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The command writes it; laid among the base files, scenarios draw from it about the same centre."""
    root = tmp_path / "root"
    shutil.copytree(shipped_root() / "configs", root / "configs")
    layer = root / "configs" / "calibrated.yaml"

    status = command("--out", str(layer), "--format", "json")

    said = json.loads(capsys.readouterr().out)
    scenario = load("toy", root=root)
    (drawn,) = (draw for draw in scenario.draws if draw.name == "calibration")
    assert status == 0
    assert drawn.paths == ("parameters.tension_gain", "parameters.incident_hazard")
    assert len(drawn.stories) == said["sets"] == 64
    assert scenario.tree["parameters"] == load("toy").tree["parameters"]
    assert {r["row"] for r in said["rows"]} == {"rate", "share"}


def test_a_judgement_of_a_row_bounds_what_its_counts_leave_open(tmp_path: Path) -> None:
    """None in three disputes says little; that it is thought to be one in a hundred says more."""
    rare = SHARE.replace("k: 6", "k: 0").replace("n: 15", "n: 3").replace("[0.188, 0.647]", "[0, 0.5358]")
    said = "judged: {share: {value: 0.01, factor: 1.2, judgement: thought so}}\n"
    files = rates(tmp_path, RATE + rare)
    plain, judged = (plan(fitted(tmp_path, text), rates=files) for text in (FITTED, FITTED + said))
    tables = simulate(plain, tmp_path / "blocks", workers=1)

    without, including = (
        {r["row"]: r for r in records(calibrate(wanted, tables))} for wanted in (plain, judged)
    )

    assert plain.digest == judged.digest
    assert including["share"]["expected"] < 0.7 * without["share"]["expected"]


@pytest.mark.parametrize("out", ["taken", "file/below.yaml", "pipe", "x" * 300])
def test_a_place_that_cannot_be_written_to_is_refused_first(
    out: str,
    command: Command,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Before anything is played; exit status 2; what is no file is not replaced by one."""
    (tmp_path / "taken").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").write_text("")

    status = command("--out", out)

    assert status == 2
    assert "cannot write" in capsys.readouterr().err
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize("taken", ["results", "results/calibration"])
def test_histories_that_cannot_be_kept_are_refused_first(
    taken: str,
    command: Command,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A file in the place of a folder is told on one line."""
    (tmp_path / taken).parent.mkdir(exist_ok=True)
    (tmp_path / taken).write_text("")

    assert command() == 2

    told = capsys.readouterr().err
    assert "blocks: histories cannot be kept here: Not a directory; run it where you may write" in told
    assert told.count("\n") == 1


def test_the_half_leaves_rows_out(files: tuple[Path, Path], tmp_path: Path) -> None:
    """Their ids decide; the sets differ."""
    mixed = rates(tmp_path, RATE.replace("  rate:", f"  {name_in(FITTED_HALF)}:", 1) + SHARE)
    wanted = plan(files[0], rates=mixed, histories=1024)
    tables = simulate(wanted, tmp_path / "blocks", workers=1)

    every, half = (calibrate(wanted, tables, rows=rows) for rows in ("all", "fitted"))

    assert set(every.targets) == {name_in(FITTED_HALF), "share"}
    assert set(half.targets) == {name_in(FITTED_HALF)}
    assert written(every) != written(half)


def test_the_half_leaves_out_what_is_judged_of_the_other(files: tuple[Path, Path], tmp_path: Path) -> None:
    """A judgement made with the past of a scored row in view would be that row by another name."""
    fit, scored = name_in(FITTED_HALF), name_in(SCORED_HALF)
    rows = rates(tmp_path, RATE.replace("  rate:", f"  {fit}:") + RATE.replace("  rate:", f"  {scored}:"))
    judged = "judged: {%s: {value: 0.05, factor: 1.2, judgement: thought so}}\n"
    plain, of_fitted, of_scored = (
        plan(fitted(tmp_path, FITTED + said), rates=rows, histories=1024)
        for said in ("", judged % fit, judged % scored)
    )
    tables = simulate(plain, tmp_path / "blocks", workers=1)

    without, own, others = (
        written(calibrate(wanted, tables, rows="fitted")) for wanted in (plain, of_fitted, of_scored)
    )

    assert others == without
    assert own.split("assumptions:")[1] != without.split("assumptions:")[1]
    assert f"# Judged besides their counts: {fit}.\n" in own
    assert f"counts: {scored}.\n" in written(calibrate(of_scored, tables))


@pytest.mark.parametrize(
    ("said", "wrong", "line"),
    [
        (
            "tension_gain",
            "tension_gian",
            "3: parameters.parameters.tension_gian: `parameters.tension_gian` is not a",
        ),
        ("[1.0, 5.0]", "[5.0, 1.0]", "3: parameters.parameters.tension_gain: 5.0 is not below 1.0"),
        ("[1.0, 5.0]", "[1.0, 50]", "3: parameters.parameters.tension_gain: goes beyond the bounds of"),
        (
            "seed: 5",
            "discrepancies: {onsets: 1}",
            "7: discrepancies.onsets: `onsets` is neither a row nor a group",
        ),
        (
            "histories: 2048",
            "histories: 20",
            "5: histories: 20 are too few for 2 parameters; give at least 60",
        ),
        (
            "seed: 5",
            "judged: {rat: {value: 1, factor: 2, judgement: so}}",
            "7: judged.rat: `rat` is not a base rate; did you mean `rate`?",
        ),
        ("seed: 5", "discrepancy: 1e300", "7: discrepancy: `1e+300` is out of range: must be at most 100"),
        ("seed: 5", f"seed: {2**63}", f"7: seed: `{2**63}` is out of range: must be at most"),
        ("sets: 64", "sets: 0", "6: sets: `0` is out of range: must be at least 1"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, said: str, wrong: str, line: str) -> None:
    """Where it stands, and what would be right."""
    file, history = fitted(tmp_path, FITTED.replace(said, wrong, 1)), rates(tmp_path, RATE)

    assert faults(partial(plan, rates=history), file)[0].startswith(line)


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    """Numbers that are none, names there are none of, ends out of bounds."""
    text = FITTED.replace("5.0]", ".inf]").replace("3.0]", "300]").replace("seed: 5", "seed: 5\nseed: 6")

    file, history = fitted(tmp_path, text + "why: {parameters.x: so}\n"), rates(tmp_path, RATE)

    assert [fault.split(": ")[:2] for fault in faults(partial(plan, rates=history), file)] == [
        ["3", "parameters.parameters.tension_gain.1"],
        ["4", "parameters.parameters.incident_hazard"],
        ["8", "`seed` is given twice, first on line 7; keep one"],
        ["9", "why.parameters.x"],
    ]


@pytest.mark.parametrize(
    ("asked", "repair"),
    [
        (["calibrate"], "write `parameters:`"),
        (["score", "--base-rates"], "write `scenario:` and `rows:`"),
        (["score", "--hindcast"], "write `scenario:`, `by:` and `outcomes:`"),
        (["score", "--levers"], "write `levers:`"),
    ],
)
def test_an_empty_file_is_told_what_belongs_in_it(
    asked: list[str], repair: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not how a scenario begins."""
    assert main([*asked, "--file", str(fitted(tmp_path, "# nothing\n"))]) == 2

    assert capsys.readouterr().err.endswith(f"fitted.yaml:1: is empty; {repair}\n")
