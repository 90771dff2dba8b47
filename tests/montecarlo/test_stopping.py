"""`--precision`: enough histories and no more, whoever makes them, and intervals that still cover."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.special import bdtr

from sim.errors import UsageError
from sim.intervals import wilson
from sim.montecarlo.faults import UnitsFailed
from sim.montecarlo.stopping import Tally, Target, ceiling, needed, reach
from sim.results.parts import Done, Unit
from tests.montecarlo.toy_engine import ToyScenario, uniform
from tests.montecarlo.toy_study import Toy, digests, indexed


@pytest.fixture(autouse=True)
def in_this_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start no pool where none is asked for: most of the time of a toy is its start."""
    asked = getattr(request.node, "callspec", None)
    if asked is None or asked.params.get("workers") != 2:
        monkeypatch.setattr("sim.montecarlo.runner.IN_PROCESS", 99)


def block(option: str, number: int, times: int, rows: int = 1024) -> Done:
    """Return a block in which an outcome happened so often."""
    return Done(Unit(option, number, twin=False, rows=rows), "", {}, {"war": times})


@pytest.mark.parametrize("workers", [1, 2])
def test_a_precise_run_is_the_run_of_as_many(workers: int, toy: Toy, tmp_path: Path) -> None:
    """Byte for byte, whatever the workers; the last whole block before it was not enough."""
    study = toy(tmp_path / "s", replicates=None, precision=0.02, workers=workers)
    straight = toy(tmp_path / "straight", replicates=study.manifest.replicates)

    reached = study.manifest.replicates
    happened = [
        [int(row) for row in study.replicates[study.replicates.option == option]["o:war"].cumsum()]
        for option in study.options
    ]
    looks = [max(float(reach(of[n - 1], n)) for of in happened) for n in range(1024, reached + 1, 1024)]
    assert digests(study.path) == digests(straight.path)
    assert looks[-1] <= 0.02 < min(looks[:-1])
    assert 2048 <= reached <= ceiling(0.02)


def test_the_number_given_is_a_ceiling(toy: Toy, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The study ends there, inside a block too, and it is said how many would do."""
    study = toy(tmp_path / "s", replicates=1500, precision=0.001, quiet=False)

    assert study.manifest.replicates == 1500
    assert "note: the widest interval reaches ±2." in (told := capsys.readouterr().err)
    assert "not ±0.1; about -n " in told


def test_a_study_only_grows(toy: Toy, tmp_path: Path) -> None:
    """One that is precise enough is returned as it is; one that is not goes on from what it has."""
    toy(tmp_path / "s", replicates=1500)

    kept = toy(tmp_path / "s", replicates=None, precision=0.05)
    grown = toy(tmp_path / "s", replicates=None, precision=0.025)
    again = toy(tmp_path / "s", replicates=None, precision=0.025)

    assert kept.manifest.replicates == 1500
    assert grown.manifest.replicates == again.manifest.replicates == 2048
    assert digests(grown.path) == digests(toy(tmp_path / "straight", replicates=2048).path)


def test_order_of_arrival_does_not_matter() -> None:
    """Later blocks that happen to be done first are not looked at before their turn."""
    times = [(560, 400), (505, 420), (512, 430), (500, 410)]
    blocks = [block(o, n, k) for n, pair in enumerate(times) for o, k in zip("ab", pair, strict=True)]
    ends = set()
    for shift in range(len(blocks)):
        tally = Tally("ab", Target(0.02))
        for done in blocks[shift:] + blocks[:shift]:
            tally.add(done)
        ends.add(tally.blocks)

    assert ends == {3}


def test_what_a_target_needs_is_told_exactly() -> None:
    """The smallest number of whole blocks; the ceiling is that of one half."""
    for rate in (0.0, 0.004, 0.3, 0.5):
        n = needed(rate, 0.005)
        assert float(reach(rate * n, n)) <= 0.005
        assert n == 1024 or float(reach(rate * (n - 1024), n - 1024)) > 0.005
    assert needed(0.5, 0.005) == ceiling(0.005) == 38_912


@pytest.mark.parametrize("precision", [0.015, 0.03])
@pytest.mark.parametrize("rate", [0.02, 0.3, 0.5])
def test_intervals_cover_where_a_width_ends_the_run(rate: float, precision: float) -> None:
    """Two thousand runs of known probability: nominal 95 %, 93.5 % at the least."""
    luck = uniform(np.arange(1 << 16, dtype=np.uint64), f"coverage {rate} {precision}")
    counts = np.searchsorted(bdtr(np.arange(1025.0), 1024, rate), luck).tolist()
    covered, place = 0, 0
    for _ in range(2000):
        tally, k, n = Tally("a", Target(precision)), 0, 0
        while tally.blocks is None:
            tally.add(block("a", n, counts[place]))
            k, n, place = k + counts[place], n + 1, place + 1
        low, high = wilson(k, n * 1024)
        covered += bool(low <= rate <= high)

    assert covered / 2000 >= 0.935


def test_a_difference_never_ends_a_run(toy: Toy, tmp_path: Path) -> None:
    """It is significant after one block here, and the run goes on for its width."""
    first = toy(tmp_path / "first", replicates=1024).difference("push").set_index("outcome").loc["war"]

    study = toy(tmp_path / "s", replicates=None, precision=0.02)

    assert first.low > 0
    assert study.manifest.replicates > 1024


def test_a_failed_block_ends_the_search(toy: Toy, tmp_path: Path) -> None:
    """Nothing tells when to stop then: the run does not go on to its ceiling."""
    with pytest.raises(UnitsFailed, match="option push, block 1"):
        toy(tmp_path / "s", ToyScenario(trouble="raise"), replicates=None, precision=0.005)

    assert indexed(tmp_path / "s") < 14


@pytest.mark.parametrize("precision", [0, 5, -0.1, 0.00001])
def test_a_precision_that_cannot_be_is_refused(precision: float, toy: Toy, tmp_path: Path) -> None:
    """With the repair."""
    with pytest.raises(UsageError, match=r"out of range; give a number from 0.0001 to 0.4: 0.01 is ±1 point"):
        toy(tmp_path / "s", precision=precision)


def test_a_precision_needs_outcomes(toy: Toy, tmp_path: Path) -> None:
    """Without any there is nothing to be sure of."""
    bare = ToyScenario()
    del bare.tree["outcomes"]

    with pytest.raises(UsageError, match="is of outcomes, and this scenario declares none"):
        toy(tmp_path / "s", bare, precision=0.01)


def test_a_count_that_was_changed_on_disk_does_not_end_a_run(toy: Toy, tmp_path: Path) -> None:
    """The index has checksums of its own: a line with a flipped digit is not believed."""
    study = toy(tmp_path / "s", replicates=1024)
    index = study.path / "parts" / "index.jsonl"
    lines = [json.loads(line) for line in index.read_text().splitlines()]
    lines = [line | {"happened": dict.fromkeys(line["happened"], 0)} for line in lines]
    index.write_text("".join(f"{json.dumps(line)}\n" for line in lines))

    grown = toy(tmp_path / "s", replicates=None, precision=0.02)

    assert digests(grown.path) == digests(toy(tmp_path / "calm", replicates=None, precision=0.02).path)
