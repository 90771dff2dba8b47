"""A sweep of 64 points of a shipped scenario, with its time, beside a plain run.

    python benchmarks/sweep.py [--points 8] [--replicates 2048] [--scenario munitions_pipeline]

A grid of ``--points`` squared over how much North Korea sends a year and how much of it is lost on the way,
first two options; the run beside it has the same histories per second if points cost nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import sim

VARIED = ("prk_flow=1:4", "transit_loss=0:0.4")


def seconds(command: list[str]) -> float:
    """Run a command to its end; return the seconds it took."""
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  (our own command line)
    return time.perf_counter() - begun


def main() -> None:
    """Measure, print, write ``benchmarks/results/sweep.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", default="munitions_pipeline")
    parser.add_argument("--points", type=int, default=8)
    parser.add_argument("--replicates", type=int, default=2048)
    asked = parser.parse_args()
    options = list(sim.load_scenario(asked.scenario).options)[:2]
    given = [asked.scenario, "--quiet", *(word for name in options for word in ("--option", name))]
    begin = [sys.executable, "-m", "sim"]
    points = asked.points**2
    with tempfile.TemporaryDirectory() as out:
        varied = [word for each in VARIED for word in ("--vary", f"{each}:{asked.points}")]
        swept = ["sweep", *given, *varied, "-n", str(asked.replicates), "--out", f"{out}/sweep"]
        wall = seconds([*begin, *swept])
        plain = ["run", *given, "--no-twins", "--no-report", "--deeds", "none", "--out", f"{out}/run"]
        count = max(asked.replicates * points // 16, asked.replicates)
        beside = seconds([*begin, *plain, "-n", str(count)])
        size = sum(file.stat().st_size for file in Path(out, "sweep").rglob("*") if file.is_file())
    histories = points * asked.replicates * len(options)
    speed, usual = histories / wall, count * len(options) / beside
    figures = {
        "points": points,
        "options": options,
        "histories": histories,
        "minutes": round(wall / 60, 1),
        "histories/s": round(speed),
        "histories/s of a plain run": round(usual),
        "sweep over run": round(speed / usual, 3),
        "MB in the folder": round(size / 1e6),
        "cores": os.cpu_count(),
    }
    print(json.dumps(figures, indent=1))
    (Path(__file__).parent / "results" / "sweep.json").write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
