"""The histories that Sobol indices are made of: matrix by matrix, each with luck of its own.

Histories are numbered row by row, through all matrices of a row before the next: the first rows of a larger
design are those of a smaller one, so that its blocks are used again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Keys
from sim.experiments.factors import REST, Factor, Placed, columns, drawn, factors_of, play
from sim.experiments.keeping import nothing
from sim.experiments.sobol import Doubles, points
from sim.montecarlo.block import Block
from sim.results.parts import Unit
from sim.scenario.draws import Draw
from sim.scenario.scenario import Scenario
from sim.streams import replicate_keys
from sim.world.axes import BLOCK

A, B, TWIN = "A", "B", "A'"

#: Everything else is drawn in B as for replicates far from those of A.
FAR = 1 << 32


@dataclass(frozen=True, slots=True)
class Design:
    """Which histories are played: *size* rows a matrix."""

    scenario: Scenario
    size: int
    seed: int
    option: str  # whose outcomes are explained; under the others only A and B are played

    @property
    def factors(self) -> tuple[Factor, ...]:
        """Return what is varied."""
        return factors_of(self.scenario)

    def matrices(self, option: str) -> tuple[str, ...]:
        """Return the matrices played under an option."""
        if option != self.option:
            return A, B
        return A, B, TWIN, *(f"A:{factor.name}" for factor in self.factors)

    def units(self, options: tuple[str, ...]) -> list[Unit]:
        """Return the blocks of all options, in the order they are played."""
        planned = []
        for option in options:
            rows = len(self.matrices(option)) * self.size
            planned += [
                Unit(option, block, twin=False, rows=min(BLOCK, rows - block * BLOCK))
                for block in range(-(-rows // BLOCK))
            ]
        return planned

    def numbers(self, option: str) -> NDArray[np.int64]:
        """Return the numbers of the histories of an option: (matrices, size)."""
        count = len(self.matrices(option))
        return np.arange(count * self.size, dtype=np.int64).reshape(self.size, count).T

    def places(self) -> Doubles:
        """Return the uniforms of A, then those of B, by draw, before correlations: (2, draws, size)."""
        count = len(drawn(self.factors))
        return _points(self.size, 2 * count, self.seed).reshape(2, count, self.size)

    def place_of(self, draw: Draw) -> Doubles:
        """Return the uniforms of what is a factor by itself in every matrix explained: (matrices, size)."""
        names = self.matrices(self.option)
        n = [d.name for d in drawn(self.factors)].index(draw.name)
        a, b = self.places()[:, n]
        places: Doubles = np.where(self._from_b(names, draw.name)[:, None], b, a)
        return places

    def placed(self, option: str, numbers: NDArray[np.int64]) -> Placed:
        """Return where the factors of some histories are."""
        names = self.matrices(option)
        n, which = np.divmod(numbers, len(names))
        a, b = self.places()
        uniforms = {}
        for i, (factor, draw) in enumerate((f, d) for f in self.factors for d in f.draws):
            from_b = self._from_b(names, factor.name)[which]
            uniforms[draw.name] = np.where(from_b, b[i, n], a[i, n])
        rest = n + FAR * self._from_b(names, REST)[which]
        return Placed(uniforms, rest.astype(np.int64), self._luck(names, which, n))

    def _from_b(self, names: tuple[str, ...], factor: str) -> NDArray[np.bool_]:
        """Say of each matrix whether it takes a factor from B."""
        return np.array([name in {B, f"A:{factor}"} for name in names])

    def _luck(self, names: tuple[str, ...], which: NDArray[np.int64], n: NDArray[np.int64]) -> Keys:
        keys = np.zeros(len(n), np.uint64)
        for place in np.unique(which):
            mine = which == place
            keys[mine] = replicate_keys(self.seed, n[mine], f"sensitivity:{names[place]}")
        return keys


@lru_cache(maxsize=2)
def _points(size: int, dimensions: int, seed: int) -> Doubles:
    return points(size, dimensions, seed)


def simulate(
    design: Design,
    option: str,
    block: int,
    seed: int,
    *,
    twin: bool,  # noqa: ARG001 (a unit of a study)
    rows: int,
    deeds: bool,  # noqa: ARG001
) -> Block:
    """Play one block of a design and return what became of its first *rows* histories."""
    import pyarrow as pa

    numbers = np.arange(block * BLOCK, block * BLOCK + rows, dtype=np.int64)
    model = play(design.scenario, option, design.placed(option, numbers), seed)
    kept: dict[str, Any] = {"option": pa.array([option] * rows), "replicate": numbers.astype(np.int32)}
    table = pa.table(kept | columns(model, rows))
    model.close()
    return Block(table, nothing(), nothing(), nothing())
