"""Counts over time, as arrays: how many histories were in which bin at the end of which turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

#: Part of a bin within which values are the same.
ALIKE = 1e-3

#: Part of the values in a bin that are the same where it is told as one value.
MOSTLY = 0.9


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one series under one option, a row per turn and bin that anything fell in, in that order."""

    turn: NDArray[np.int64]
    bin: NDArray[np.int64]
    low: Doubles
    high: Doubles
    count: Doubles

    @property
    def turns(self) -> NDArray[np.int64]:
        """Turns with counts, in order."""
        return np.unique(self.turn)

    def shares(self, bins: int) -> Doubles:
        """Share of the histories in each of *bins* bins, ``(turns, bins)``."""
        turns, place = np.unique(self.turn, return_inverse=True)
        counts = np.zeros((len(turns), bins))
        np.add.at(counts, (place, self.bin), self.count)
        shares: Doubles = counts / counts.sum(axis=1, keepdims=True)
        return shares

    def quantiles(self, levels: Sequence[float]) -> Doubles:
        """Quantiles at each turn, ``(turns, levels)``, as if the histories lay evenly within each bin.

        Hazen's: the k-th of n histories stands at (k - 1/2) / n, so none lies beyond the first or the last.
        """
        found = np.empty((len(self.turns), len(levels)))
        starts = np.searchsorted(self.turn, self.turns)
        for row, rows in enumerate(np.split(np.arange(len(self.turn)), starts[1:])):
            found[row] = _quantiles(self.low[rows], self.high[rows], self.count[rows], levels)
        return found

    def narrowed(self, values: Doubles) -> Tally:
        """Return the tally with the bins narrowed in which nearly all have one value at the last turn.

        *values*: what was counted at the last turn, exactly. A quantity that stays where it began, or at its
        bound, is then told as it is; wherever else in its bin it lay before, the tally cannot tell.
        """
        last = self.turn == self.turn.max()
        edges, counts = self.low[last], self.count[last]
        place = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 1)
        low, high = self.low.copy(), self.high.copy()
        for n, bin_ in enumerate(self.bin[last]):
            inside = values[place == n]
            if len(inside) != counts[n]:  # a value at an edge went to the bin beside it
                continue
            middle = np.median(inside)
            same = np.abs(inside - middle) <= ALIKE * (self.high[last][n] - edges[n])
            if same.mean() >= MOSTLY:
                here = self.bin == bin_
                low[here] = high[here] = middle
        return Tally(self.turn, self.bin, low, high, self.count)


def _quantiles(low: Doubles, high: Doubles, counts: Doubles, levels: Sequence[float]) -> Doubles:
    upto = np.cumsum(counts)
    wanted = np.clip(np.asarray(levels) * upto[-1], 0.5, upto[-1] - 0.5)
    at = np.minimum(np.searchsorted(upto, wanted), len(upto) - 1)
    within = (wanted - (upto[at] - counts[at])) / counts[at]
    result: Doubles = low[at] + within * (high[at] - low[at])
    return result


def split(table: Any) -> Mapping[tuple[str, str], Tally]:
    """Return the tally of each (series, option) of a study's ``series.parquet``, in order of appearance."""
    if table is None or not table.num_rows:
        return {}
    series, option = _coded(table["series"]), _coded(table["option"])
    columns = [table[name].to_numpy() for name in ("turn", "bin", "low", "high", "count")]
    order = np.lexsort((columns[1], columns[0], option[0], series[0]))
    key = (series[0].astype(np.int64) * len(option[1]) + option[0])[order]
    cuts = np.flatnonzero(np.diff(key)) + 1
    tallies = {}
    for rows in np.split(order, cuts):
        name = series[1][series[0][rows[0]]], option[1][option[0][rows[0]]]
        tallies[name] = _tally([column[rows] for column in columns])
    return tallies


def _tally(columns: list[NDArray[Any]]) -> Tally:
    turn, place = (column.astype(np.int64) for column in columns[:2])
    low, high, count = (column.astype(np.float64) for column in columns[2:])
    return Tally(turn, place, low, high, count)


def _coded(column: Any) -> tuple[NDArray[Any], list[str]]:
    """Return the codes of a column of texts and what they stand for."""
    import pyarrow as pa

    coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    coded = coded.unify_dictionaries().combine_chunks()
    return coded.indices.to_numpy(), coded.dictionary.to_pylist()
