"""How often intervals contain the truth where a run stops at a width.

    python benchmarks/coverage.py exact                    enumerated, no simulation (seconds)
    python benchmarks/coverage.py studies --studies 2000   whole studies of a scenario of known probability

`exact` adds blocks of 1,024 to a binomial count until Wilson's interval reaches no further than a width, as
``sim run --precision`` does, and sums the probability of all ends that cover. `studies` runs a scenario with
two coins from the YAML down: single (Wilson) and paired (Newcombe) intervals at 1,024 histories, then both
again where ``--precision`` ended the run. The coins are rare, so that runs end after three blocks or four, as
luck has it.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
from scipy.special import bdtr

import sim
from sim.intervals import newcombe, wilson
from sim.montecarlo import runner
from sim.montecarlo.stopping import FIRST_LOOK, reach
from sim.world.axes import BLOCK
from tests.montecarlo.coins import KNOWN, coins

WIDTHS = (0.03, 0.02, 0.01, 0.005, 0.002)
RATES = np.concatenate([np.geomspace(0.0005, 0.02, 25), np.linspace(0.025, 0.5, 40)])

#: Mass of counts not followed any further.
NEGLIGIBLE = 1e-13


def covered(rate: float, width: float) -> tuple[float, float]:
    """Return the probability that the interval covers where the run ends, and the expected blocks."""
    steps = np.diff(bdtr(np.arange(BLOCK + 1.0), BLOCK, rate), prepend=0)
    first, last = np.flatnonzero(steps > NEGLIGIBLE)[[0, -1]]
    steps = steps[first : last + 1]
    mass, lowest, blocks, inside, expected = np.ones(1), 0, 0, 0.0, 0.0
    while len(mass):
        blocks, lowest = blocks + 1, lowest + first
        mass = np.convolve(mass, steps)
        counts, n = lowest + np.arange(len(mass)), blocks * BLOCK
        low, high = wilson(counts, n)
        ends = (reach(counts, n) <= width) & (blocks >= FIRST_LOOK)
        inside += mass[ends & (low <= rate) & (rate <= high)].sum()
        expected += blocks * mass[ends].sum()
        mass = np.where(ends, 0, mass)
        left = np.flatnonzero(mass > NEGLIGIBLE)
        mass, lowest = (mass[left[0] : left[-1] + 1], lowest + left[0]) if len(left) else (mass[:0], 0)
    return inside, expected


def exact() -> dict[str, object]:
    """Enumerate every width over all rates."""
    rows = {}
    for width in WIDTHS:
        found = np.array([covered(rate, width)[0] for rate in RATES])
        enough = RATES * BLOCK >= 5
        rows[f"±{100 * width:g} points"] = {
            "mean": round(found[enough].mean(), 4),
            "least, 5 or more cases a block": round(found[enough].min(), 4),
            "at probability": round(float(RATES[enough][found[enough].argmin()]), 4),
        }
    return rows


def studies(count: int, width: float) -> dict[str, object]:
    """Run so many studies and count the intervals that contain what is known."""
    runner.IN_PROCESS = 1 << 30  # the start of a pool would take longer than these runs
    first, second = KNOWN
    hits = {
        f"{kind}, {when}": 0
        for when in ("1,024", f"±{100 * width:g} points")
        for kind in ("single", "paired")
    }
    reached: Counter[int] = Counter()
    with tempfile.TemporaryDirectory() as name:
        scenario = sim.load_scenario(coins(Path(name)))
        for seed in range(count):
            given = {"seed": seed, "options": [first, second], "workers": 1, "out": f"{name}/{seed}"}
            given |= {"report": False, "twins": False, "deeds": "none", "quiet": True}
            for when, ends in (
                ("1,024", {"replicates": BLOCK}),
                (f"±{100 * width:g} points", {"precision": width}),
            ):
                study = sim.run(scenario, **given, **ends)
                won = study.replicates["o:won"].to_numpy().reshape(2, -1)
                hits[f"single, {when}"] += _single(won)
                hits[f"paired, {when}"] += _paired(won)
            reached[study.manifest.replicates] += 1
    return {
        "studies": count,
        f"ended after, ±{100 * width:g} points": {f"{n:,}": times for n, times in sorted(reached.items())},
        **{
            kind: round(times / count / (2 if kind.startswith("single") else 1), 4)
            for kind, times in hits.items()
        },
    }


def _single(won: np.ndarray) -> int:
    """Return in how many of two options the interval contains the probability."""
    low, high = wilson(won.sum(axis=1), won.shape[1])
    known = np.array(list(KNOWN.values()))
    return int(((low <= known) & (known <= high)).sum())


def _paired(won: np.ndarray) -> int:
    """Return whether the interval of the difference contains it."""
    one, two = won[1], won[0]
    _, low, high = newcombe((one & two).sum(), (one & ~two).sum(), (~one & two).sum(), (~one & ~two).sum())
    known = list(KNOWN.values())
    return int(low <= known[1] - known[0] <= high)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["exact", "studies"], nargs="?", default="exact")
    parser.add_argument("--studies", type=int, default=2000)
    parser.add_argument("--width", type=float, default=0.0105)
    asked = parser.parse_args()
    figures = exact() if asked.what == "exact" else studies(asked.studies, asked.width)
    print(json.dumps(figures, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
