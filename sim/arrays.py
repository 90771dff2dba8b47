"""Struct of arrays with a leading replicate axis.

Every array is Fortran-ordered: the replicate is the first axis for the reader and
contiguous for the machine.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
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

    @property
    def width(self) -> int:
        """Number of columns of all arrays."""
        return sum(math.prod(array.shape[1:]) for array in self.arrays().values())

    def move(self, table: Floats) -> None:
        """Keep all arrays side by side in *table* ``(N, R)``: columns of many are gathered at once."""
        self.first: dict[str, int] = {}  # where the columns of each array begin
        first = 0
        for name, array in self.arrays().items():
            width = math.prod(array.shape[1:])
            view = table[first : first + width].T.reshape(array.shape, order="F")
            view[...] = array
            setattr(self, name, view)
            self.first[name] = first
            first += width

    @classmethod
    def blank(cls, rows: int, size: Mapping[str, int]) -> Self:
        """Return arrays at their declared start for *rows* replicates and axes of *size*."""
        made: dict[str, Any] = {}
        for name, quantity in cls.declared().items():
            shape = (rows, *(size[letter] for letter in quantity.letters))
            made[name] = np.broadcast_to(np.float32(quantity.start), shape)
        return cls(**made)

    def column(self, field: str, where: tuple[int, ...]) -> int:
        """Return the column of the table that holds one quantity of one entity."""
        shape = getattr(self, field).shape[1:]
        return self.first[field] + (int(np.ravel_multi_index(where, shape, order="F")) if where else 0)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return every declared array by name."""
        return {name: getattr(self, name) for name in self.declared()}

    def take(self, rows: Rows) -> Self:
        """Select, repeat or reorder replicates."""
        return type(self)(**{name: array[rows] for name, array in self.arrays().items()})

    def faults(self) -> list[tuple[str, str, int]]:
        """Return (array, what, first replicate) for every array with a NaN or out of its bounds."""
        found = []
        for name, quantity in self.declared().items():
            array = getattr(self, name)
            if not array.size:
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
    begin = first.take(of)
    counts = first.take(of + 1)
    counts -= begin
    some = np.flatnonzero(counts)  # often few have any
    counts = counts.take(some)
    begin = begin.take(some)
    begin -= counts.cumsum() - counts  # less how many members stand before
    position = some.repeat(counts)
    member = begin.repeat(counts)
    member += np.arange(len(member))
    return position, member


def joined(ufunc: np.ufunc, members: NDArray[Any], first: NDArray[np.int64]) -> NDArray[Any]:
    """Join the members of each group, ``(N, R)``, which stand one after the other from ``first[g]`` on.

    As `ufunc.reduceat` along the first axis does, many times faster where groups are small.
    """
    size = np.append(first[1:], len(members)) - first
    found = members.take(first, axis=0)
    for n in range(1, int(size.max(initial=1))):
        larger = np.flatnonzero(size > n)
        found[larger] = ufunc(found[larger], members.take(first[larger] + n, axis=0))
    return found


def find(keys: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where each of *wanted* stands among sorted *keys*, -1 where it does not."""
    if not len(keys):
        return np.full(len(wanted), -1, np.int64)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, at, -1)


def columns(array: NDArray[Any]) -> NDArray[Any]:
    """View an array ``(R, …)`` as its columns, ``(N, R)``, the first named axis running fastest."""
    return array.reshape(len(array), -1, order="F").T
