"""The world: every array of one block of replicates."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Any

import numpy as np

from sim.arrays import Batch, Floats, Keys, Rows
from sim.streams import branch_keys
from sim.world.axes import BLOCK, Axes
from sim.world.parameters import Parameters
from sim.world.quantities import (
    ENTITIES,
    PARTS,
    QUEUE,
    Deals,
    Dyads,
    Indicators,
    Pipelines,
    Places,
    Projects,
    RedLines,
    Regime,
    States,
    Treaties,
    Wars,
)
from sim.world.structure import Structure


@dataclass(slots=True)
class World:
    """One block of worlds. Arrays are ``[R, …]`` with the replicate contiguous."""

    structure: Structure
    states: States
    dyads: Dyads
    wars: Wars
    pipelines: Pipelines
    projects: Projects
    treaties: Treaties
    deals: Deals
    red_lines: RedLines
    places: Places
    regime: Regime
    indicators: Indicators
    parameters: Parameters
    luck: Keys  # (R,), the key of each row
    day: float = 0.0  # days since the start, the same for all rows
    table: Floats = field(init=False, repr=False, compare=False)  # (N, R), the tables of all parts in a row

    def __post_init__(self) -> None:
        """Move the tables of all parts into one, so that columns of several parts are gathered at once."""
        parts = self.parts().values()
        self.table = np.empty((sum(part.width for part in parts), self.rows), np.float32)
        first = 0
        for part in parts:
            part.move(self.table[first : first + part.width])
            first += part.width

    @classmethod
    def blank(cls, structure: Structure, luck: Keys) -> World:
        """Return a world at the declared starts, a row per key."""
        rows = len(luck)
        size = {letter: structure.axes.size(letter) for letter in (*ENTITIES.values(), "G")} | {"Q": QUEUE}
        return cls(structure=structure, luck=luck, **{n: part.blank(rows, size) for n, part in PARTS.items()})  # type: ignore[arg-type]

    @property
    def axes(self) -> Axes:
        """Names on every axis."""
        return self.structure.axes

    @property
    def rows(self) -> int:
        """Number of replicates held."""
        return len(self.luck)

    def parts(self) -> dict[str, Batch]:
        """Return every struct by the first word of its paths."""
        return {name: getattr(self, name) for name in PARTS}

    def column(self, section: str, name: str, where: tuple[int, ...]) -> int:
        """Return the column of the table that holds one quantity of one entity."""
        parts = self.parts()
        before = takewhile(lambda other: other != section, parts)
        return sum(parts[other].width for other in before) + parts[section].column(name, where)

    def take(self, rows: Rows) -> World:
        """Select, repeat or reorder replicates, carrying their luck."""
        picked: dict[str, Any] = {name: part.take(rows) for name, part in self.parts().items()}
        return dataclasses.replace(self, luck=self.luck[rows].copy(), **picked)

    def padded(self) -> World:
        """Repeat the last row until the block is full: products change with their width."""
        return self.take(np.minimum(np.arange(BLOCK), self.rows - 1))

    def branch(
        self, row: int, label: str, *, seed: int, replicate: int, turn: int, rows: int = BLOCK
    ) -> World:
        """Return *rows* futures of one replicate: its world, with fresh luck named by *label*."""
        futures = self.take(np.full(rows, row))
        futures.luck = branch_keys(seed, replicate, turn, label, rows)
        return futures

    def save(self, path: Path) -> None:
        """Write every array to one ``.npz`` file."""
        arrays = {f"{n}.{f}": a for n, part in self.parts().items() for f, a in part.arrays().items()}
        np.savez_compressed(path, luck=self.luck, day=np.float64(self.day), **arrays)  # type: ignore[arg-type]

    @classmethod
    def load(cls, path: Path, structure: Structure) -> World:
        """Read what `save` wrote; the structure comes from the scenario."""
        with np.load(path, allow_pickle=False) as file:
            parts = {
                n: part(**{f: np.asfortranarray(file[f"{n}.{f}"]) for f in part.declared()})
                for n, part in PARTS.items()
            }
            return cls(structure=structure, luck=file["luck"], day=float(file["day"]), **parts)  # type: ignore[arg-type]

    def faults(self) -> list[tuple[str, str, int]]:
        """Return (quantity, what, row) for every array with a NaN or out of its bounds."""
        return [(f"{n}.{f}", what, row) for n, part in self.parts().items() for f, what, row in part.faults()]
