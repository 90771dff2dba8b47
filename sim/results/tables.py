"""The tables of a study, written by streaming its parts in order: memory does not grow with the replicates.

The bytes depend on the numbers alone, not on who made which part when: parts come in the order of
options and blocks, and a row group ends with the block that fills it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

from sim.results import files
from sim.results.parts import Done, read_part
from sim.results.series import SeriesSum

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

NAMES = ("replicates", "twins", "series", "deeds", "disputes")

#: A row group ends with the block that brings it to this many rows.
GROUP = 16_384

#: Columns worth statistics: what readers select rows by.
_SELECTED_BY = ("option", "replicate", "turn")


def path(folder: Path, table: str) -> Path:
    """Return where the study in *folder* keeps a table."""
    return folder / f"{table}.parquet"


def write_all(study: Path, target: Path, units: Sequence[Done]) -> dict[str, str]:
    """Write every table of a study into *target* from its parts in order, and return the checksums by file.

    Raises `Damaged` where a part is.
    """
    names = [name for name in NAMES if any(name in done.checksums for done in units)]
    with contextlib.ExitStack() as open_files:
        streams = {name: _Stream(open_files.enter_context(files.whole(path(target, name)))) for name in names}
        _pour(study, units, streams)
        for stream in streams.values():
            stream.close()
    return {path(target, name).name: files.sha256(path(target, name)) for name in names}


def _pour(folder: Path, units: Sequence[Done], streams: dict[str, _Stream]) -> None:
    """Feed the streams from the parts, adding up the series of each option."""
    total: SeriesSum | None = None
    for done in units:
        tables = read_part(folder, done)
        part = tables.pop("series", None)
        for name, table in tables.items():
            streams[name].add(table)
        if part is None:
            continue
        if total is None or total.option != done.unit.option:
            if total:
                streams["series"].add(total.table())
            total = SeriesSum(done.unit.option)
        total.add(part)
    if total:
        streams["series"].add(total.table())


class _Stream:
    """One table under way to its file."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._writer: pq.ParquetWriter | None = None
        self._schema: pa.Schema | None = None
        self._waiting: list[pa.Table] = []
        self._rows = 0

    def add(self, table: pa.Table) -> None:
        """Take the rows of one block."""
        table = _plain(table)
        if self._schema is None:
            self._schema = table.schema
        elif table.schema != self._schema:
            table = table.select(self._schema.names).cast(self._schema)
        self._waiting.append(table)
        self._rows += table.num_rows
        if self._rows >= GROUP:
            self._write()

    def close(self) -> None:
        """Write what is left; a table without rows still has its columns."""
        if self._waiting:
            self._write()
        if self._writer is not None:
            self._writer.close()

    def _write(self) -> None:
        """Write what waits as one row group."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = pa.concat_tables(self._waiting).unify_dictionaries().combine_chunks()
        if self._writer is None:
            chosen = [name for name in _SELECTED_BY if name in table.column_names]
            # without the Arrow schema every reader sees plain text, and pages keep the dictionaries
            self._writer = pq.ParquetWriter(
                self._file, table.schema, compression="zstd", store_schema=False, write_statistics=chosen
            )
        self._writer.write_table(table, row_group_size=max(table.num_rows, 1))
        self._waiting, self._rows = [], 0


def _plain(table: pa.Table) -> pa.Table:
    """Return the table with every dictionary on 32-bit indices and text, so that blocks agree."""
    import pyarrow as pa

    columns = [_plain_column(column) for column in table.columns]
    return pa.table(columns, names=table.column_names)


def _plain_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column of text as a dictionary of 32-bit indices, any other as it is."""
    import pyarrow as pa

    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        column = column.dictionary_encode()
    if not pa.types.is_dictionary(column.type):
        return column
    kind = pa.dictionary(pa.int32(), pa.string())
    chunks = [
        pa.DictionaryArray.from_arrays(chunk.indices.cast(pa.int32()), chunk.dictionary.cast(pa.string()))
        for chunk in column.chunks
    ]
    return pa.chunked_array(chunks, kind)


def in_order(units: Iterable[Done], options: Sequence[str]) -> list[Done]:
    """Return units by option as run, then block, twins after what they repeat."""
    place = {option: i for i, option in enumerate(options)}
    return sorted(units, key=lambda done: (place[done.unit.option], done.unit.block, done.unit.twin))
