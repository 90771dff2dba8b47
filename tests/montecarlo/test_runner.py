"""Units are done wherever, whenever, by whomever: the study is the same."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from sim.errors import SimError, StudyError
from sim.montecarlo.faults import UnitsFailed
from tests.montecarlo.toy_engine import ToyScenario
from tests.montecarlo.toy_study import Toy, alive, descendants, digests, indexed, script, until

KILLED = """
    import sys, sim
    sim.run(ToyScenario(slow=0.1), replicates=5000, workers=2, out=sys.argv[1], report=False, quiet=True)
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a study of 5,000 that nothing disturbed."""
    folder = tmp_path_factory.mktemp("whole")
    process = script(folder, KILLED, str(folder / "s"))
    assert process.wait(60) == 0, process.communicate()
    return folder / "s"


def test_workers_do_not_change_a_byte(toy: Toy, tmp_path: Path) -> None:
    """One process or two."""
    one = toy(tmp_path / "one", workers=1)
    two = toy(tmp_path / "two", workers=2)

    assert digests(one.path) == digests(two.path)


@pytest.mark.parametrize("units", [1, 4])
def test_a_killed_run_goes_on_to_the_same_bytes(units: int, whole: Path, tmp_path: Path) -> None:
    """After kill -9 at any moment: what was indexed is kept, what was not is done, nobody is left behind."""
    process = script(tmp_path, KILLED, str(tmp_path / "s"))
    until(lambda: indexed(tmp_path / "s") >= units)
    workers = descendants(process.pid)

    os.kill(process.pid, signal.SIGKILL)
    process.wait()

    assert workers
    until(lambda: not any(map(alive, workers)))
    kept = indexed(tmp_path / "s")
    assert script(tmp_path, KILLED, str(tmp_path / "s")).wait(60) == 0
    assert indexed(tmp_path / "s") == indexed(whole) > kept
    assert digests(tmp_path / "s") == digests(whole)


def test_an_interrupt_keeps_what_is_finished(tmp_path: Path, whole: Path) -> None:
    """Ctrl-C: the units under way end and are kept, and the message says how to go on."""
    process = script(tmp_path, KILLED, str(tmp_path / "s"))
    until(lambda: indexed(tmp_path / "s") >= 3)

    os.killpg(process.pid, signal.SIGINT)

    _, told = process.communicate(timeout=60)
    assert process.returncode != 0
    assert f"of {indexed(whole)} blocks are kept in {tmp_path / 's'}" in told
    assert script(tmp_path, KILLED, str(tmp_path / "s")).wait(60) == 0
    assert digests(tmp_path / "s") == digests(whole)


def test_extending_equals_running_longer_at_once(toy: Toy, tmp_path: Path) -> None:
    """-n 3000 after -n 1500, over a block that was cut, is -n 3000."""
    toy(tmp_path / "grown", replicates=1500)
    grown = toy(tmp_path / "grown", replicates=3000)
    straight = toy(tmp_path / "straight", replicates=3000)

    assert digests(grown.path) == digests(straight.path)


def test_a_shorter_study_is_the_beginning_of_a_longer_one(toy: Toy, tmp_path: Path) -> None:
    """The first rows of every table, option by option; a folder that holds more keeps them."""
    longer = toy(tmp_path / "s", replicates=3000)
    before = {name: getattr(longer, name) for name in ("replicates", "deeds", "disputes", "twins")}

    shorter = toy(tmp_path / "shorter", replicates=1100)
    again = toy(tmp_path / "s", replicates=1100)

    for name, table in before.items():
        rows = table[table.replicate < 1100].reset_index(drop=True)
        assert getattr(shorter, name).equals(rows), name
    assert shorter.summary["replicates"] == 1100
    assert again.summary["replicates"] == 3000


def test_a_flipped_byte_is_done_again(toy: Toy, tmp_path: Path) -> None:
    """In a part: its block; in a final table: the tables; never more."""
    study = toy(tmp_path / "s")
    before, lines = digests(study.path), indexed(study.path)
    for file in (study.path / "parts" / "push" / "1.parquet", study.path / "replicates.parquet"):
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 0x10
        file.write_bytes(content)

    toy(tmp_path / "s")

    assert digests(study.path) == before
    assert indexed(study.path) == lines + 1


def test_finished_again_does_nothing(toy: Toy, tmp_path: Path) -> None:
    """Not a byte, not a second."""
    study = toy(tmp_path / "s")
    times = {file: file.stat().st_mtime_ns for file in study.path.glob("[!.]*.*")}

    toy(tmp_path / "s")

    assert {file: file.stat().st_mtime_ns for file in study.path.glob("[!.]*.*")} == times


def test_deeds_are_kept_of_the_first_replicates(toy: Toy, tmp_path: Path) -> None:
    """A cut inside a block too; everything else is of all."""
    some = toy(tmp_path / "some", deeds=1300)
    every = toy(tmp_path / "every", deeds="all")

    kept = every.deeds[every.deeds.replicate < 1300].reset_index(drop=True)
    assert some.deeds.equals(kept)
    assert every.deeds.replicate.max() > 2000
    assert some.disputes.equals(every.disputes)


def test_a_worker_that_dies_is_replaced(toy: Toy, tmp_path: Path) -> None:
    """Once is bad luck: the same bytes as if it had not."""
    calm = toy(tmp_path / "calm")

    study = toy(tmp_path / "s", ToyScenario(trouble=str(tmp_path / "died")))

    assert (tmp_path / "died").exists()
    assert digests(study.path) == digests(calm.path)


def test_a_block_that_kills_its_worker_twice_is_at_fault(toy: Toy, tmp_path: Path) -> None:
    """The others are finished and kept; the report names the block and no other."""
    with pytest.raises(UnitsFailed) as raised:
        toy(tmp_path / "s", ToyScenario(trouble="die"))

    assert "1 of 8 blocks failed" in str(raised.value)
    assert "option push, block 1, replicates 1024 to 2047" in str(raised.value)
    assert indexed(tmp_path / "s") == 7
    assert toy(tmp_path / "s").summary["replicates"] == 2100


@pytest.mark.parametrize(("options", "kept"), [(["push"], 1), (["hold", "push"], 5)])
def test_a_block_that_raises_is_reported_when_the_others_are_done(
    options: list[str], kept: int, toy: Toy, tmp_path: Path
) -> None:
    """In this process and in a pool: why, whether others are kept, and the command that shows it happen."""
    replicates = 2048 if kept == 1 else 3000

    with pytest.raises(UnitsFailed) as raised:
        toy(tmp_path / "s", ToyScenario(trouble="raise"), replicates=replicates, options=options, twins=False)

    told = str(raised.value)
    assert "ValueError: front ran away" in told
    assert "\n" not in told
    assert f"-m sim.montecarlo.work {tmp_path / 's'} push 1" in told
    assert indexed(tmp_path / "s") == kept
    assert not (tmp_path / "s" / "summary.json").exists()


def test_a_scenario_no_worker_can_read_is_told(toy: Toy, tmp_path: Path) -> None:
    """Instead of a pool that breaks without a word."""

    class Local(ToyScenario):
        """Cannot be found by another process."""

    with pytest.raises((AttributeError, UnitsFailed, TypeError)):
        toy(tmp_path / "s", Local())


@pytest.mark.parametrize("way", ["forkserver", "spawn"])
def test_a_plain_script_needs_no_guard(way: str, tmp_path: Path) -> None:
    """`study = sim.run(...)` at the top of a file, whatever the default way to start processes."""
    body = """
        import multiprocessing, sys, sim, sim.montecarlo.pool
        print("begun")
        multiprocessing.set_start_method(sys.argv[1])
        sim.montecarlo.pool.START = sys.argv[1]
        study = sim.run(ToyScenario(), replicates=2100, workers=2, out="s", report=False)
        print(len(study.replicates), "mesa" in sys.modules, __file__ is not None)
    """

    process = script(tmp_path, body, way)

    out, err = process.communicate(timeout=60)
    assert out.splitlines() == ["begun", "4200 False True"], err


def test_two_writers_do_not_meet(toy: Toy, tmp_path: Path) -> None:
    """The second is told who writes; the first is not disturbed."""
    process = script(tmp_path, KILLED, str(tmp_path / "s"))
    until(lambda: indexed(tmp_path / "s") >= 1)

    with pytest.raises(StudyError, match=rf"being written by another run \(process {process.pid}\)"):
        toy(tmp_path / "s", ToyScenario(slow=0.1), replicates=5000)

    assert process.wait(60) == 0


def test_a_limit_on_the_size_of_files_is_the_users_to_lift(tmp_path: Path) -> None:
    """As a full disk: one line, no traceback, and the study can go on."""
    body = """
        import resource, sim
        from sim.errors import SimError
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
        try:
            sim.run(ToyScenario(), replicates=2100, workers=2, out="s", report=False, quiet=True)
        except SimError as fault:
            print(fault)
    """

    out, err = script(tmp_path, body).communicate(timeout=60)

    assert out == "s: cannot be written: File too large; raise the limit on the size of files, then run the same command again\n", err  # fmt: skip  # noqa: E501


def test_a_disk_that_is_full_at_any_moment_costs_nothing(toy: Toy, tmp_path: Path) -> None:
    """In the manifest, a part, the index, a table: one line each time, and in the end the same bytes."""
    body = """
        import resource, sim, sim.montecarlo.runner as runner
        from sim.errors import SimError
        runner.IN_PROCESS = 99
        most = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        for size in (100, 600, 2_500, 5_000, 10_000, 20_000, 40_000, 80_000, 1_000_000):
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
            try:
                sim.run(ToyScenario(), replicates=2100, workers=2, out="s", report=False, quiet=True)
                print("done")
            except SimError as fault:
                print(str(fault).split(";")[0])
    """

    out, err = script(tmp_path, body).communicate(timeout=60)

    told = out.splitlines()
    assert err == ""
    assert told[0] == "s: cannot be written: File too large"
    assert told == sorted(told, reverse=True)
    assert told.count("done") < 5
    assert digests(tmp_path / "s") == digests(toy(tmp_path / "calm").path)


def test_a_worker_killed_from_outside_is_replaced(whole: Path, tmp_path: Path) -> None:
    """As the system does when memory runs out."""
    process = script(tmp_path, KILLED, str(tmp_path / "s"))
    until(lambda: indexed(tmp_path / "s") >= 2)

    os.kill(max(descendants(process.pid)), signal.SIGKILL)

    assert process.wait(60) == 0, process.communicate()
    assert digests(tmp_path / "s") == digests(whole)


def test_input_found_wrong_in_a_worker_is_the_users(toy: Toy, tmp_path: Path) -> None:
    """A `SimError` travels back with its problems."""
    with pytest.raises(SimError, match=r"toy\.yaml:3: options\.push: cannot be played; say another"):
        toy(tmp_path / "s", ToyScenario(trouble="wrong input"))


def test_a_second_interrupt_does_not_wait(tmp_path: Path) -> None:
    """Blocks that take long are dropped then, and nobody is left behind."""
    body = """
        import sim
        sim.run(ToyScenario(slow=60), replicates=5000, workers=2, out="s", report=False)
    """
    process = script(tmp_path, body)
    until(lambda: len(descendants(process.pid)) >= 4)  # server, tracker, two workers
    workers = descendants(process.pid)

    time.sleep(0.5)
    os.kill(process.pid, signal.SIGINT)
    time.sleep(0.5)
    os.kill(process.pid, signal.SIGINT)

    _, err = process.communicate(timeout=60)

    assert "stopping when the blocks under way are done; Ctrl-C again drops them" in err
    assert "0 of 12 blocks are kept" in err
    until(lambda: not any(map(alive, workers)))
