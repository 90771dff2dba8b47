"""Studies of the toy, and what tests ask of them."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.api import run
from sim.montecarlo import work
from sim.study import Study
from tests.montecarlo.toy_engine import ToyScenario

ROOT = Path(__file__).parents[2]
TOY = "tests.montecarlo.toy_engine:simulate"

#: Files that are equal byte for byte in equal studies.
DETERMINED = (
    "replicates.parquet", "series.parquet", "deeds.parquet", "disputes.parquet", "twins.parquet",
    "summary.json", "scenario.yaml", "manifest.json",
)  # fmt: skip

Toy = Callable[..., Study]


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Toy:
    """Return a function that runs the toy into a folder, quietly and without a report."""
    monkeypatch.setattr(work, "SIMULATE", TOY)

    def run_toy(out: Path, scenario: ToyScenario | None = None, **given: Any) -> Study:
        settled = {"replicates": 2100, "workers": 2, "report": False, "quiet": True} | given
        return run(scenario or ToyScenario(), out=out, **settled)

    return run_toy


def digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every determined file."""
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in DETERMINED}


def script(folder: Path, body: str, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """Start a plain script, without a guard, that may run the toy."""
    file = folder / "plain_script.py"
    head = f"import signal, sim.montecarlo.work as work\nwork.SIMULATE = {TOY!r}\n"
    head += "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a background shell ignores it
    head += "from tests.montecarlo.toy_engine import ToyScenario\n"
    file.write_text(head + textwrap.dedent(body))
    return subprocess.Popen(
        [sys.executable, str(file), *arguments],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def until(claim: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until a claim holds; fail when it does not come to hold."""
    end = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def indexed(folder: Path) -> int:
    """Return how many units the index of a study counts."""
    index = folder / "parts" / "index.jsonl"
    return index.read_bytes().count(b"\n") if index.exists() else 0


def descendants(process: int) -> set[int]:
    """Return the processes started by *process*, and by those."""
    parent = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError):
                continue
    found = {process}
    while more := {child for child, above in parent.items() if above in found} - found:
        found |= more
    return found - {process}


def alive(process: int) -> bool:
    """Say whether a process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
