"""The parts of a study: what one block of one option left, and the index of those that are whole."""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sim.results import files

if TYPE_CHECKING:
    import pyarrow as pa

INDEX = "index.jsonl"

#: Tables of a block and how their part is named. Arrow files take a third of Parquet's time.
SUFFIXES = {
    "replicates": ".parquet",
    "twins": ".twins.parquet",
    "deeds": ".deeds.arrow",
    "disputes": ".disputes.arrow",
    "series": ".series.arrow",
}


@dataclass(frozen=True, slots=True, order=True)
class Unit:
    """One task: a block of one option, or the same block once more with other luck."""

    option: str
    block: int
    twin: bool
    rows: int  # replicates of the block that belong to the study; it is simulated at full width all the same


@dataclass(frozen=True, slots=True)
class Done:
    """A unit whose files are on disk."""

    unit: Unit
    maker: str  # digest of the versions and the machine that made it
    checksums: dict[str, str]  # by table
    happened: dict[str, int] = field(default_factory=dict)  # replicates in which each outcome did
    seconds: float = 0.0  # of processor time


class Damaged(Exception):
    """A part does not have the checksum it was written with."""


def folder_name(name: str) -> str:
    """Return *name* as the name of a folder on any system."""
    quoted = quote(name, safe=" +-_,=@()[]")
    return quoted.replace(".", "%2E") if set(quoted) <= {"."} else quoted


def part_path(folder: Path, unit: Unit, table: str) -> Path:
    """Return where the study in *folder* keeps one table of a unit."""
    return folder / "parts" / folder_name(unit.option) / f"{unit.block}{SUFFIXES[table]}"


def write_part(folder: Path, unit: Unit, tables: Mapping[str, pa.Table]) -> dict[str, str]:
    """Write the tables of a unit and return their checksums; one without columns is none."""
    (folder / "parts" / folder_name(unit.option)).mkdir(parents=True, exist_ok=True)
    return {
        name: files.write_bytes(part_path(folder, unit, name), _packed(name, table))
        for name, table in tables.items()
        if table.num_columns
    }


def read_part(folder: Path, done: Done) -> dict[str, pa.Table]:
    """Read the tables of a unit; `Damaged` where a byte differs from what was written."""
    tables = {}
    for name, checksum in done.checksums.items():
        try:
            content = part_path(folder, done.unit, name).read_bytes()
        except FileNotFoundError:
            content = b""
        if hashlib.sha256(content).hexdigest() != checksum:
            raise Damaged(part_path(folder, done.unit, name))
        tables[name] = _unpacked(name, content)
    return tables


def _packed(name: str, table: pa.Table) -> bytes:
    """Return a table as the bytes of its part."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    if SUFFIXES[name].endswith(".parquet"):
        pq.write_table(table, buffer, compression="zstd", write_statistics=False)
    else:
        options = pa.ipc.IpcWriteOptions(compression="zstd", unify_dictionaries=True)
        with pa.ipc.new_file(buffer, table.schema, options=options) as writer:
            writer.write_table(table)
    return buffer.getvalue()


def _unpacked(name: str, content: bytes) -> pa.Table:
    """Return the table in the bytes of a part."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if SUFFIXES[name].endswith(".parquet"):
        return pq.read_table(pa.BufferReader(content), use_threads=False)
    return pa.ipc.open_file(pa.BufferReader(content)).read_all()


class Parts:
    """The parts of the study in one folder. The index only grows; the last line of a unit counts."""

    def __init__(self, folder: Path, maker: str) -> None:
        self.folder = folder
        self.maker = maker
        self._index = folder / "parts" / INDEX
        self._known = {(d.unit.option, d.unit.block, d.unit.twin): d for d in self._lines()}

    def find(self, unit: Unit) -> Done | None:
        """Return a unit that is indexed as wanted: same rows, same maker. Its files are not looked at."""
        done = self._known.get((unit.option, unit.block, unit.twin))
        return done if done and done.unit == unit and done.maker == self.maker else None

    def every(self) -> list[Done]:
        """Return every unit indexed here by this maker, by option and block."""
        return sorted((d for d in self._known.values() if d.maker == self.maker), key=lambda done: done.unit)

    def knows(self, done: Done) -> bool:
        """Say whether a unit is indexed with just this content."""
        there = self._known.get((done.unit.option, done.unit.block, done.unit.twin))
        return there is not None and (there.unit, there.maker, there.checksums) == (
            done.unit,
            done.maker,
            done.checksums,
        )

    def whole(self, unit: Unit) -> bool:
        """Say whether a unit is there and every byte of it is as it was written."""
        done = self.find(unit)
        return done is not None and all(
            files.sha256(part_path(self.folder, unit, table)) == sha for table, sha in done.checksums.items()
        )

    def record(self, done: Done) -> None:
        """Add a finished unit to the index."""
        line = json.dumps(_line(done), ensure_ascii=False, separators=(",", ":"))
        self._index.parent.mkdir(parents=True, exist_ok=True)
        with self._index.open("ab") as file:
            # a line of its own ends whatever a killed writer left half written
            file.write(b"\n" * self._torn() + line.encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self._known[done.unit.option, done.unit.block, done.unit.twin] = done

    def _torn(self) -> bool:
        """Say whether the index ends in the middle of a line."""
        try:
            with self._index.open("rb") as file:
                file.seek(-1, os.SEEK_END)
                return file.read(1) != b"\n"
        except OSError:
            return False

    def _lines(self) -> Iterator[Done]:
        """Yield the units of the index, passing over lines that are damaged."""
        try:
            lines = self._index.read_bytes().splitlines()
        except FileNotFoundError:
            return
        for line in lines:
            try:
                yield _done(json.loads(line))
            except (ValueError, KeyError, TypeError):
                continue  # its unit is missing then, and is done again


def _line(done: Done) -> dict[str, Any]:
    """Return the line of a unit in the index, with a checksum of its own."""
    line = {
        **asdict(done.unit),
        "maker": done.maker,
        "checksums": done.checksums,
        "happened": done.happened,
        "seconds": round(done.seconds, 3),
    }
    return line | {"sum": _sum(line)}


def _sum(line: dict[str, Any]) -> str:
    """Return the checksum of a line: its counts decide when a run with --precision ends."""
    text = json.dumps({key: value for key, value in line.items() if key != "sum"}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def _done(line: dict[str, Any]) -> Done:
    """Read a line of the index; a `ValueError` where it is not as it was written."""
    if line["sum"] != _sum(line):
        raise ValueError
    unit = Unit(str(line["option"]), int(line["block"]), bool(line["twin"]), int(line["rows"]))
    return Done(
        unit, str(line["maker"]), dict(line["checksums"]), dict(line["happened"]), float(line["seconds"])
    )
