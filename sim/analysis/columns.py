"""The replicates of one study or of several, a column at a time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Histories(ABC):
    """Columns of replicates as arrays ``(options, replicates)``; histories of equal number are a pair."""

    options: tuple[str, ...]
    names: tuple[str, ...]  # of the columns
    rows: int
    weights: NDArray[np.float64] | None = None  # of the replicates, mean 1; None where all count alike

    @abstractmethod
    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return one column: a row an option, in the order of the options."""

    def named(self, prefix: str) -> list[str]:
        """Return what follows *prefix* in the names of the columns that have it."""
        return [name.removeprefix(prefix) for name in self.names if name.startswith(prefix)]


class Columns(Histories):
    """Columns of ``replicates.parquet`` (or ``twins.parquet``) of one study."""

    def __init__(self, path: Path, options: Sequence[str]) -> None:
        import pyarrow.parquet as pq

        self._file = pq.ParquetFile(path)
        self.names = tuple(self._file.schema_arrow.names)
        self.options = tuple(options)
        self.rows = self._file.metadata.num_rows // max(len(options), 1)

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Read one column: the rows of each option, in the order of the options."""
        column = self._file.read([name], use_threads=False)[name].to_numpy()
        return np.asarray(column).reshape(len(self.options), self.rows)


class Joined(Histories):
    """Options of several studies side by side: the columns and the replicates that all of them hold."""

    def __init__(self, parts: Sequence[tuple[str, Histories, str]]) -> None:
        """Join *parts*: the name an option goes by here, its study's histories, its name there."""
        self._parts = [(held, held.options.index(option)) for _, held, option in parts]
        self.options = tuple(name for name, _, _ in parts)
        self.rows = min(held.rows for held, _ in self._parts)
        shared = set.intersection(*(set(held.names) for held, _ in self._parts))
        self.names = tuple(name for name in self._parts[0][0].names if name in shared)

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Read one column of every study once and put the options together."""
        read: dict[int, NDArray[Any]] = {}
        rows = []
        for held, place in self._parts:
            if id(held) not in read:
                read[id(held)] = held[name]
            rows.append(read[id(held)][place, : self.rows])
        return np.stack(rows)


class Chosen(Histories):
    """Some of the replicates of others, perhaps weighted."""

    def __init__(
        self, of: Histories, rows: NDArray[np.intp], weights: NDArray[np.float64] | None = None
    ) -> None:
        """Choose *rows* of *of*, which may repeat none; *weights* are those of the chosen."""
        self._of, self._rows = of, rows
        self.options, self.names, self.rows = of.options, of.names, len(rows)
        self.weights = weights

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Read one column of the chosen replicates."""
        return self._of[name][:, self._rows]
