"""How long the report of a study takes, warm, and how large it is.

    python benchmarks/report.py                      four options of munitions_pipeline, 10,000 histories each
    python benchmarks/report.py --study results/…    of a study that is there

The study is made once, in `results/munitions_pipeline/benchmark-report`, and kept. Wall time is the best of
some, since other work on the machine only adds to it; processor time is beside it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from pathlib import Path

import sim
from sim.report import page

SCENARIO, HISTORIES = "munitions_pipeline", 10_000
OPTIONS = ("as_agreed", "monitored", "denied", "struck_at_depots")
FOLDER = Path("results") / SCENARIO / "benchmark-report"

#: What a report of that size may take: seconds, bytes.
SECONDS, BYTES = 5.0, 8_000_000


def study(given: Path | None) -> Path:
    """Return the folder of a study, made if none is given and none is there."""
    if given is not None:
        return given
    options = list(OPTIONS)
    return sim.run(SCENARIO, replicates=HISTORIES, options=options, out=FOLDER, report=False).path


def main() -> None:
    """Write the report some times and print what that took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--study", type=Path)
    parser.add_argument("--times", type=int, default=3)
    asked = parser.parse_args()
    folder = study(asked.study)
    page.write(folder)  # warm: imports, and the files in memory
    walls, used, digests = [], [], set()
    for _ in range(asked.times):
        wall, cpu = time.perf_counter(), time.process_time()
        written = page.write(folder)
        walls.append(time.perf_counter() - wall)
        used.append(time.process_time() - cpu)
        digests.add(hashlib.sha256(written.read_bytes()).hexdigest())
    size = written.stat().st_size
    found = {"wall_s": round(min(walls), 2), "cpu_s": round(min(used), 2), "bytes": size}
    kept = {"same_bytes": len(digests) == 1, "in_time": min(walls) <= SECONDS, "in_size": size <= BYTES}
    print(json.dumps({"study": folder.name, **found, **kept}))


if __name__ == "__main__":
    main()
