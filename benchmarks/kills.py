"""Whatever is done to a run, its bytes are those of one that nothing disturbed.

    python benchmarks/kills.py [--kills 20] [--replicates 20480] [--scenario toy]

Twenty SIGKILLs at random moments of one study; two shards, killed too, and a merge; a flipped byte in every
kind of file; a full disk at several sizes; a killed worker. Prints a line each; fails at the
first that differs.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.montecarlo.toy_study import descendants, digests, indexed

Command = list[str]


class Trial:
    """One study, run again and again in a folder."""

    def __init__(self, folder: Path, scenario: str, replicates: int) -> None:
        self.folder = folder
        self._run = [sys.executable, "-m", "sim", "run", scenario, "-n", str(replicates)]
        self._run += ["--workers", "2", "--quiet", "--no-report", "--deeds", "2000"]
        self._chance = random.Random(1)  # noqa: S311  (moments, not secrets)
        self.seconds = 0.0  # of the study nobody disturbs

    def command(self, out: str, *more: str) -> Command:
        """Return the command that makes the study."""
        return [*self._run, *more, "--out", str(self.folder / out)]

    def done(self, command: Command) -> None:
        """Run a command to its end."""
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  (our own command line)

    def killed(self, out: str, times: int, *more: str) -> list[int]:
        """Kill a study at random moments of its work, so many times; return the blocks kept at each.

        What came to its end before it was killed does not count; it is made anew.
        """
        kept: list[int] = []
        while len(kept) < times:
            child = subprocess.Popen(  # noqa: S603
                self.command(out, *more), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            if self._chance.random() < 0.8:  # the others hit while it starts, or reads what is there
                self._wait_for_a_block(out, child)
            time.sleep(self._chance.uniform(0, 2 * self.seconds / times))
            workers = descendants(child.pid)
            alive = child.poll() is None
            child.kill()
            child.wait()
            wait_for(lambda workers=workers: not any(Path(f"/proc/{one}/exe").exists() for one in workers))
            if alive:
                kept.append(indexed(self.folder / out))
            else:
                shutil.rmtree(self.folder / out)
        return kept

    def _wait_for_a_block(self, out: str, child: subprocess.Popen[bytes]) -> None:
        """Wait until a run has added a block to what it found, or has ended."""
        found = indexed(self.folder / out)
        wait_for(lambda: indexed(self.folder / out) > found or child.poll() is not None)

    def same(self, out: str, what: str) -> None:
        """Fail unless a study equals the undisturbed one."""
        if digests(self.folder / out) != digests(self.folder / "calm"):
            sys.exit(f"{what}: other bytes")
        print(f"{what}: same bytes", flush=True)


def wait_for(claim: Callable[[], bool]) -> None:
    """Wait until a claim holds, half a minute at most."""
    end = time.monotonic() + 30
    while not claim() and time.monotonic() < end:
        time.sleep(0.02)


def flip(file: Path) -> None:
    """Flip a bit in the middle of a file."""
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def kills(trial: Trial, times: int) -> None:
    """Kill a study, then two shards of it."""
    kept = trial.killed("killed", times)
    trial.done(trial.command("killed"))
    trial.same("killed", f"SIGKILL at {times} random moments (blocks kept: {', '.join(map(str, kept))})")
    shards = [str(trial.folder / f"s{n}") for n in (1, 2)]
    for n in (1, 2):
        trial.killed(f"s{n}", 3, "--shard", f"{n}/2")
        trial.done(trial.command(f"s{n}", "--shard", f"{n}/2"))
    merge = [
        sys.executable,
        "-m",
        "sim",
        "merge",
        *shards,
        "--no-report",
        "--out",
        str(trial.folder / "merged"),
    ]
    trial.done(merge)
    trial.same("merged", "two shards, each killed three times, and a merge")


def flips(trial: Trial) -> None:
    """Flip a bit of every kind of file of a finished study, one at a time."""
    study = trial.folder / "killed"
    option = next(path for path in (study / "parts").iterdir() if path.is_dir())
    files = [study / "parts" / "index.jsonl", *sorted(option.glob("0.*")), *sorted(study.glob("*.parquet"))]
    for file in [*files, study / "summary.json", study / "scenario.yaml"]:
        flip(file)
        trial.done(trial.command("killed"))
        if "parts" in file.parts:  # what is wrong with a part shows when it is read again
            (study / "summary.json").unlink()
            trial.done(trial.command("killed"))
    trial.same("killed", f"a flipped bit in each of {len(files) + 2} files")


def full_disk(trial: Trial) -> None:
    """Forbid files above several sizes, then lift the limit."""
    statuses = []
    for size in (100, 2_000, 20_000, 100_000, 500_000):
        child = subprocess.run(  # noqa: S603
            trial.command("full"),
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False,
            preexec_fn=lambda size=size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
        )  # fmt: skip
        statuses.append(child.returncode)
        if child.returncode and (child.returncode != 2 or child.stderr.count("\n") != 1):
            sys.exit(f"full disk at {size}: {child.stderr}")
    trial.done(trial.command("full"))
    trial.same("full", f"a full disk at five sizes (exit {statuses})")


def dead_worker(trial: Trial) -> None:
    """Kill a worker, and not the run."""
    child = subprocess.Popen(trial.command("worker"), stdout=subprocess.DEVNULL)  # noqa: S603
    wait_for(lambda: indexed(trial.folder / "worker") >= 1)
    os.kill(max(descendants(child.pid)), signal.SIGKILL)
    if child.wait():
        sys.exit("the run did not survive the death of a worker")
    trial.same("worker", "a worker killed")


def main() -> None:
    """Do it all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--replicates", type=int, default=20_480)
    parser.add_argument("--scenario", default="toy")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        trial = Trial(Path(name), asked.scenario, asked.replicates)
        begun = time.monotonic()
        trial.done(trial.command("calm"))
        trial.seconds = time.monotonic() - begun
        print(f"undisturbed: {trial.seconds:.0f} s", flush=True)
        kills(trial, asked.kills)
        flips(trial)
        full_disk(trial)
        dead_worker(trial)


if __name__ == "__main__":
    main()
