"""CPU-seconds a block for two workers against one, and peak memory of long runs against short ones.

    python benchmarks/workers.py cpu [--replicates 8192] [--rounds 5]
    python benchmarks/workers.py memory [--replicates 1000000] [--short 100000] [--turns 13]

Runs alternate, so that a drift of the machine's speed falls on both sides; medians are printed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import sim
from tests.montecarlo.toy_study import descendants

BLOCK = 1024


def run(scenario: str, replicates: int, workers: int, *more: str) -> tuple[float, float, float, float]:
    """Run one option in a fresh process; return CPU seconds, wall, peak MB of the parent and of all."""
    option = next(iter(sim.load_scenario(scenario).options))
    with tempfile.TemporaryDirectory() as out:
        command = [
            *(sys.executable, "-m", "sim", "run", scenario, "-n", str(replicates), "--option", option),
            *(
                "--workers",
                str(workers),
                *more,
                "--quiet",
                "--no-report",
                "--no-twins",
                "--out",
                f"{out}/study",
            ),
        ]
        begun = time.perf_counter()
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603  (our own command line)
        status, used, together = followed(child.pid)
        wall = time.perf_counter() - begun
        if status:
            raise SystemExit(f"{' '.join(command)} failed")
        told = json.loads((Path(out) / "study" / "run.json").read_text())
    return told["processor_seconds"], wall, used.ru_maxrss / 1024, together


def followed(process: int) -> tuple[int, resource.struct_rusage, float]:
    """Wait for a process; return its status, what it used, and the peak MB of it and its children (PSS)."""
    peak = 0.0
    while True:
        ended, status, used = os.wait4(process, os.WNOHANG)
        if ended:
            return status, used, peak
        peak = max(peak, sum(map(megabytes, {process, *descendants(process)})))
        time.sleep(0.5)


def megabytes(process: int) -> float:
    """Return the memory of a process, what it shares divided by those it shares it with."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(float(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def cpu(scenario: str, replicates: int, rounds: int) -> dict[str, object]:
    """Alternate one and two workers."""
    one, two, walls = [], [], []
    for _ in range(rounds):
        one.append(run(scenario, replicates, 1)[0])
        used, wall, *_ = run(scenario, replicates, 2)
        two.append(used)
        walls.append(wall)
    blocks = replicates / BLOCK
    return {
        "CPU-seconds a block, one worker": round(statistics.median(one) / blocks, 3),
        "CPU-seconds a block, two workers": round(statistics.median(two) / blocks, 3),
        "two over one": round(statistics.median(b / a for a, b in zip(one, two, strict=True)), 3),
        "histories/s, two workers": round(replicates / statistics.median(walls)),
    }


def memory(scenario: str, short: int, long: int, *more: str) -> dict[str, object]:
    """Compare the peaks and the speed of a long run with those of a short one."""
    used, wall, alone, together = run(scenario, short, 2, *more)
    long_used, long_wall, long_alone, long_together = run(scenario, long, 2, *more)
    return {
        f"peak MB of the parent at {short:,}": round(alone),
        f"peak MB of the parent at {long:,}": round(long_alone),
        f"peak MB of all processes at {short:,}": round(together),
        f"peak MB of all processes at {long:,}": round(long_together),
        "long over short, parent": round(long_alone / alone, 3),
        "long over short, all": round(long_together / together, 3),
        f"CPU-seconds a thousand at {short:,}": round(1000 * used / short, 2),
        f"CPU-seconds a thousand at {long:,}": round(1000 * long_used / long, 2),
        f"histories/s at {short:,}": round(short / wall),
        f"histories/s at {long:,}": round(long / long_wall),
    }


def main() -> None:
    """Measure, print, write ``benchmarks/results/workers-*.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["cpu", "memory"], nargs="?", default="cpu")
    parser.add_argument("--scenario", default="munitions_pipeline")
    parser.add_argument("--turns", type=int, help="of a history, for `memory`")
    parser.add_argument("--replicates", type=int)
    parser.add_argument("--short", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    figures: dict[str, object] = {"scenario": asked.scenario, "turns": asked.turns or "all"}
    shorter = ("--set", f"turns={asked.turns}") if asked.turns else ()
    figures |= (
        cpu(asked.scenario, asked.replicates or 8192, asked.rounds)
        if asked.what == "cpu"
        else memory(asked.scenario, asked.short, asked.replicates or 10 * asked.short, *shorter)
    )
    for name, figure in figures.items():
        print(f"{name:36} {figure}")
    out = Path(__file__).parent / "results" / f"workers-{asked.what}.json"
    out.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
