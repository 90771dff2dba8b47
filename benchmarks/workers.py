"""CPU-seconds a block for two workers against one, and peak memory of long runs against short ones.

    python benchmarks/workers.py cpu [--replicates 8192] [--rounds 5]
    python benchmarks/workers.py memory [--replicates 200000]

Runs alternate, so that a drift of the machine's speed falls on both sides; medians are printed.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SCENARIO = "munitions_pipeline"
OPTION = "as_agreed"
BLOCK = 1024


def run(replicates: int, workers: int) -> tuple[float, float, float]:
    """Run a study in a fresh process; return the workers' CPU seconds, wall, peak MB of the parent."""
    with tempfile.TemporaryDirectory() as out:
        command = [
            *(sys.executable, "-m", "sim", "run", SCENARIO, "-n", str(replicates), "--option", OPTION),
            *("--workers", str(workers), "--quiet", "--no-report", "--no-twins", "--out", f"{out}/study"),
        ]
        begun = time.perf_counter()
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603  (our own command line)
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - begun
        if status:
            raise SystemExit(f"{' '.join(command)} failed")
        told = json.loads((Path(out) / "study" / "run.json").read_text())
    return told["processor_seconds"], wall, used.ru_maxrss / 1024


def cpu(replicates: int, rounds: int) -> dict[str, object]:
    """Alternate one and two workers."""
    one, two, walls = [], [], []
    for _ in range(rounds):
        one.append(run(replicates, 1)[0])
        used, wall, _ = run(replicates, 2)
        two.append(used)
        walls.append(wall)
    blocks = replicates / BLOCK
    return {
        "CPU-seconds a block, one worker": round(statistics.median(one) / blocks, 3),
        "CPU-seconds a block, two workers": round(statistics.median(two) / blocks, 3),
        "two over one": round(statistics.median(b / a for a, b in zip(one, two, strict=True)), 3),
        "histories/s, two workers": round(replicates / statistics.median(walls)),
    }


def memory(replicates: int) -> dict[str, object]:
    """Compare the peak of a long run with that of 10,000 replicates."""
    _, _, short = run(10_000, 2)
    _, wall, long = run(replicates, 2)
    return {
        "peak MB at 10,000": round(short),
        f"peak MB at {replicates:,}": round(long),
        "long over short": round(long / short, 3),
        "histories/s of the long run": round(replicates / wall),
    }


def main() -> None:
    """Measure, print, write ``benchmarks/results/workers-*.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["cpu", "memory"], nargs="?", default="cpu")
    parser.add_argument("--replicates", type=int)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    figures = (
        cpu(asked.replicates or 8192, asked.rounds)
        if asked.what == "cpu"
        else memory(asked.replicates or 200_000)
    )
    for name, figure in figures.items():
        print(f"{name:36} {figure}")
    out = Path(__file__).parent / "results" / f"workers-{asked.what}.json"
    out.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
