"""Struct of arrays with a leading replicate axis.

Every array is Fortran-ordered: the replicate is the first axis for the reader and
contiguous for the machine.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Self, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int16]
Bools = NDArray[np.bool_]
Keys = NDArray[np.uint64]
Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Quantity:
    """Declaration of one array: its axes, unit, bounds and value at the start."""

    axes: str  # letters of `world.axes`, "R" first
    unit: str
    low: float = -np.inf
    high: float = np.inf
    start: float = 0.0
    given: bool = True  # a scenario may give it a value; otherwise it only evolves
    dtype: type = np.float32

    @property
    def letters(self) -> tuple[str, ...]:
        """Axes behind the replicate."""
        return tuple(self.axes.split()[1:])


class Batch:
    """Base of every struct of arrays; subclasses are slotted dataclasses of `Annotated` arrays."""

    @classmethod
    @cache
    def declared(cls) -> dict[str, Quantity]:
        """Return the declaration of every array, by field name."""
        hints = get_type_hints(cls, include_extras=True)
        found = {}
        for name in (f.name for f in dataclasses.fields(cls)):  # type: ignore[arg-type]
            hint = hints[name]
            if get_origin(hint) is Annotated:
                found[name] = get_args(hint)[1]
        return found

    @classmethod
    def blank(cls, rows: int, size: dict[str, int]) -> Self:
        """Return arrays at their declared start for *rows* replicates and axes of *size*."""
        made: dict[str, Any] = {}
        for name, quantity in cls.declared().items():
            shape = (rows, *(size[letter] for letter in quantity.letters))
            made[name] = np.full(shape, quantity.start, dtype=quantity.dtype, order="F")
        return cls(**made)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return every declared array by name."""
        return {name: getattr(self, name) for name in self.declared()}

    def take(self, rows: Rows) -> Self:
        """Select, repeat or reorder replicates."""
        picked = {name: np.asfortranarray(array[rows]) for name, array in self.arrays().items()}
        return type(self)(**picked)

    def concat(self, other: Self) -> Self:
        """Append the replicates of *other*."""
        mine, theirs = self.arrays(), other.arrays()
        joined = {n: np.asfortranarray(np.concatenate([a, theirs[n]])) for n, a in mine.items()}
        return type(self)(**joined)

    def faults(self) -> list[tuple[str, str, int]]:
        """Return (array, what, first replicate) for every array with a NaN or out of its bounds."""
        found = []
        for name, quantity in self.declared().items():
            array = getattr(self, name)
            if array.size == 0 or array.dtype.kind != "f":
                continue
            low, high = array.min(), array.max()
            if low >= quantity.low and high <= quantity.high:  # False for NaN too
                continue
            bad = ~((array >= quantity.low) & (array <= quantity.high))
            row = int(np.flatnonzero(bad.reshape(len(array), -1).any(axis=1))[0])
            what = "is not a number" if np.isnan(array).any() else f"left [{quantity.low}, {quantity.high}]"
            found.append((name, what, row))
        return found


def spread(first: NDArray[np.int64], of: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (position in *of*, member) for every member ``first[x]:first[x + 1]`` of each x in *of*."""
    counts = first[of + 1] - first[of]
    position = np.repeat(np.arange(len(of)), counts)
    start = np.repeat(first[of] - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
    return position, start + np.arange(len(position))


def columns(array: NDArray[Any]) -> NDArray[Any]:
    """View an array ``(R, …)`` as its columns, ``(N, R)``, the first named axis running fastest."""
    return array.reshape(len(array), -1, order="F").T
