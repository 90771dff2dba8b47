"""Counts in bins, added up over the blocks of an option: exact in any grouping."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

#: Bins a series may have.
BINS = 256


class SeriesSum:
    """Counts by series, turn and bin of one option."""

    def __init__(self, option: str) -> None:
        self.option = option
        self._codes: dict[str, int] = {}
        self._counts: NDArray[np.int64] = np.zeros((0, 0, BINS), np.int64)
        self._low: NDArray[np.float32] = np.zeros((0, 0, BINS), np.float32)
        self._high: NDArray[np.float32] = np.zeros((0, 0, BINS), np.float32)

    def add(self, table: pa.Table) -> None:
        """Add the counts of one block: columns series, turn, bin, low, high, count."""
        code, turn, place = self._code(table), _numbers(table, "turn"), _numbers(table, "bin")
        if not len(turn):
            return
        self._reach(len(self._codes), int(turn.max()) + 1)
        np.add.at(self._counts, (code, turn, place), _numbers(table, "count"))
        self._low[code, turn, place] = _numbers(table, "low")
        self._high[code, turn, place] = _numbers(table, "high")

    def table(self) -> pa.Table:
        """Return the rows with a count, by series in order of appearance, turn and bin."""
        import pyarrow as pa

        code, turn, place = np.nonzero(self._counts)
        at = (code, turn, place)
        names = pa.array(list(self._codes), pa.string())
        return pa.table(
            {
                "option": pa.DictionaryArray.from_arrays(
                    np.zeros(len(code), np.int32), pa.array([self.option])
                ),
                "turn": turn.astype(np.int16),
                "series": pa.DictionaryArray.from_arrays(code.astype(np.int32), names),
                "bin": place.astype(np.int16),
                "low": self._low[at],
                "high": self._high[at],
                "count": self._counts[at],
            }
        )

    def _code(self, table: pa.Table) -> NDArray[np.intp]:
        """Return the number of each row's series, giving new series the next one."""
        import pyarrow as pa

        column = table["series"]
        if not pa.types.is_dictionary(column.type):
            column = column.dictionary_encode()
        column = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
        known = [self._codes.setdefault(name, len(self._codes)) for name in column.dictionary.to_pylist()]
        return np.array(known, np.intp)[column.indices.to_numpy()] if len(column) else np.zeros(0, np.intp)

    def _reach(self, series: int, turns: int) -> None:
        """Make room for *series* series of *turns* turns."""
        have_series, have_turns, _ = self._counts.shape
        more = ((0, max(0, series - have_series)), (0, max(0, turns - have_turns)), (0, 0))
        if more[0][1] or more[1][1]:
            self._counts = np.pad(self._counts, more)
            self._low, self._high = np.pad(self._low, more), np.pad(self._high, more)


def _numbers(table: pa.Table, name: str) -> NDArray[Any]:
    """Return a column as an array."""
    array: NDArray[Any] = table[name].to_numpy()
    return array
