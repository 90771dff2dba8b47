"""How fast the engine is against the kernel it cannot do without.

The kernel is what every turn needs: the product of weights and features, e^U, the hash of every choice's
name and the race (which clocks ring, in which order), on random inputs of the world's own states, choices and
features.
The whole engine is `simulate`: everything a turn does, and the tables. Both on one core, in turn, in one run.

    python benchmarks/kernel.py [--scenario NAME] [--rounds 3]
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from sim.decision.race import RANGE, Clocks, Ringing, settle
from sim.model.compile import setup_of
from sim.montecarlo.block import simulate
from sim.scenario.loader import load
from sim.streams import replicate_keys, turn_words
from sim.world.axes import BLOCK


def kernel_seconds(setup, deeds_a_turn: float) -> float:
    """Time one block of the bare kernel: as many rings a turn as the engine's own deeds."""
    random = np.random.default_rng(1)
    catalogue = setup.catalogue
    choices = len(catalogue.choices)
    level = np.log(deeds_a_turn / choices) + np.log(float(RANGE))
    parts = []
    for part, table in zip(catalogue.slices, setup.weights, strict=True):
        names = tuple(c.name for c in catalogue.choices[part])
        weights = (random.normal(size=table.shape) * 0.1 / np.sqrt(table.shape[1])).astype(np.float32)
        weights[:, 0] = level
        values = random.normal(size=(table.shape[1], BLOCK)).astype(np.float32)
        values[0] = 1
        parts.append((Clocks(names, part.start, BLOCK), weights, values))
    rest = catalogue.cooldown / np.float32(setup.days)
    luck = replicate_keys(1, np.arange(BLOCK))
    start = time.perf_counter()
    for turn in range(setup.turns):
        words = turn_words(luck, turn)
        rung = []
        for clocks, weights, values in parts:
            clocks.appraise(weights, values)
            rung.append(clocks.ring(words))
        joined = Ringing(*(np.concatenate([getattr(r, f) for r in rung]) for f in Ringing.__slots__))
        settle(joined, catalogue.column["desk"], catalogue.conflict, catalogue.column["subject"], rest)
    return time.perf_counter() - start


def main() -> None:
    """Measure, print, write ``benchmarks/results/kernel.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", default="munitions_pipeline")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    scenario = load(asked.scenario)
    option = next(iter(scenario.tree["options"]))
    setup = setup_of(scenario, option)
    with threadpool_limits(1):
        first = simulate(scenario, option, 0, 1)
        deeds_a_turn = first.deeds.num_rows / BLOCK / setup.turns
        ratios, whole, bare = [], [], []
        for n in range(asked.rounds):
            bare.append(kernel_seconds(setup, deeds_a_turn))
            begun = time.perf_counter()
            simulate(scenario, option, n, 1)
            whole.append(time.perf_counter() - begun)
            ratios.append(bare[-1] / whole[-1])
    states = len(setup.structure.axes.states)
    figures = {
        "scenario": asked.scenario,
        "states": states,
        "choices": len(setup.catalogue.choices),
        "features": setup.appraisal.bank.size,
        "turns": setup.turns,
        "deeds a history": round(deeds_a_turn * setup.turns, 1),
        "kernel histories/s": round(BLOCK / statistics.median(bare)),
        "engine histories/s": round(BLOCK / statistics.median(whole)),
        "engine nation-turns/s": round(BLOCK * states * setup.turns / statistics.median(whole)),
        "engine over kernel": round(statistics.median(ratios), 3),
        "each round": [round(r, 3) for r in ratios],
    }
    for name, figure in figures.items():
        print(f"{name:24} {figure}")
    out = Path(__file__).parent / "results"
    out.mkdir(exist_ok=True)
    (out / "kernel.json").write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
