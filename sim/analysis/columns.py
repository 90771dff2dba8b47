"""The replicates of a study, a column at a time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Columns:
    """Columns of ``replicates.parquet`` (or ``twins.parquet``) as arrays ``(options, replicates)``."""

    def __init__(self, path: Path, options: Sequence[str]) -> None:
        import pyarrow.parquet as pq

        self._file = pq.ParquetFile(path)
        self.names: tuple[str, ...] = tuple(self._file.schema_arrow.names)
        self.options = tuple(options)
        self.rows = self._file.metadata.num_rows // max(len(options), 1)

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Read one column: the rows of each option, in the order of the options."""
        column = self._file.read([name], use_threads=False)[name].to_numpy()
        return np.asarray(column).reshape(len(self.options), self.rows)

    def named(self, prefix: str) -> list[str]:
        """Return what follows *prefix* in the names of the columns that have it."""
        return [name.removeprefix(prefix) for name in self.names if name.startswith(prefix)]
