"""Histories by what was assumed: a cell for each story that may be true, three for a number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.analysis.columns import Histories

#: What the thirds of a number are called.
_THIRDS = ("low", "middle", "high")


class Cell(NamedTuple):
    """The histories in which an assumption had one value, or lay in one third of its values."""

    assumption: str
    value: str
    rows: NDArray[np.bool_]  # (R,)


def cells(histories: Histories) -> Iterator[Cell]:
    """Yield the cells of every assumption of the first option: values of a text, thirds of a number.

    A number that takes up to three values is split by them; one that is always the same gives no cell.
    """
    for name in histories.named("a:"):
        yield from split(name, histories[f"a:{name}"][0])


def split(name: str, drawn: NDArray[Any]) -> Iterator[Cell]:
    """Yield the cells of one assumption from what was drawn, ``(R,)``."""
    if drawn.dtype.kind not in "fiu":
        drawn = drawn.astype(str)
    values = np.unique(drawn)
    if len(values) < 2:
        return
    if drawn.dtype.kind not in "fiu" or len(values) <= len(_THIRDS):
        for value in values:
            yield Cell(name, str(value), drawn == value)
        return
    edges = np.quantile(drawn, [1 / 3, 2 / 3])
    third = np.searchsorted(edges, drawn, side="left")
    for place, word in enumerate(_THIRDS):
        within = drawn[third == place]
        if len(within):
            yield Cell(name, f"{word} ({within.min():.3g} to {within.max():.3g})", third == place)
