"""The kernel in blocks of 1,024 histories against one Mesa model per history.

The scalar side is written as one would by hand: a `mesa.Model` per history, an agent per state, NumPy over
the choices of an agent, the same product, exponential, variates and race, turn by turn; timed on a few
histories.

    python benchmarks/scalar.py [--scenario NAME] [--histories 12]
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import mesa
import numpy as np
from kernel import kernel_seconds
from threadpoolctl import threadpool_limits

from sim.decision.race import RANGE
from sim.model.compile import setup_of
from sim.scenario.loader import load
from sim.streams import Names, replicate_keys, turn_words, variates
from sim.world.axes import BLOCK


class OneState(mesa.Agent):
    """A state in one history."""

    def __init__(self, model, names, weights, level):
        super().__init__(model)
        self.names = Names("decide", names)
        self.weights = weights
        self.weights[:, 0] = level

    def decide(self):
        """Weigh every choice, ring its clock, keep what rings in order."""
        values = self.model.random_values[: self.weights.shape[1]]
        rate = np.exp(self.weights @ values)
        drawn = variates(self.model.words, self.names)[:, 0]
        rings = np.flatnonzero(drawn.astype(np.float32) < rate)
        strength = -np.log1p(-(drawn[rings] + 0.5) * 2.0**-32)
        self.deeds = rings[np.argsort(strength / rate[rings])]


class OneHistory(mesa.Model):
    """One history of the bare kernel."""

    def __init__(self, setup, luck, deeds_a_turn):
        super().__init__()
        self.luck = luck
        random = np.random.default_rng(1)
        self.random_values = random.normal(size=400).astype(np.float32)
        self.random_values[0] = 1
        level = np.log(deeds_a_turn / len(setup.catalogue.choices)) + np.log(float(RANGE))
        for part, table in zip(setup.catalogue.slices, setup.weights, strict=True):
            names = tuple(c.name for c in setup.catalogue.choices[part])
            weights = (random.normal(size=table.shape) * 0.1 / np.sqrt(table.shape[1])).astype(np.float32)
            OneState(self, names, weights, level)

    def play(self, turns):
        """Play every turn."""
        for turn in range(turns):
            self.words = turn_words(self.luck, turn)
            self.agents.do("decide")


def main() -> None:
    """Measure, print, write ``benchmarks/results/scalar.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", default="munitions_pipeline")
    parser.add_argument("--histories", type=int, default=12)
    asked = parser.parse_args()
    scenario = load(asked.scenario)
    setup = setup_of(scenario, next(iter(scenario.tree["options"])))
    with threadpool_limits(1):
        luck = replicate_keys(1, np.arange(asked.histories))
        models = [OneHistory(setup, luck[n : n + 1], 4.0) for n in range(asked.histories)]
        begun = time.perf_counter()
        for model in models:
            model.play(setup.turns)
        scalar = asked.histories / (time.perf_counter() - begun)
        block = BLOCK / kernel_seconds(setup, 4.0)
    figures = {
        "one Mesa model per history, histories/s": round(scalar, 1),
        "block of 1,024, histories/s": round(block, 1),
        "block over scalar": round(block / scalar, 1),
    }
    for name, figure in figures.items():
        print(f"{name:42} {figure}")
    (Path(__file__).parent / "results" / "scalar.json").write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
