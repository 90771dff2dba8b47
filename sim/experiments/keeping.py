"""The folder of an experiment: many blocks like those of a study, and files of its own when all are done.

Parts, their index, the lock and the pool are those of a study (`sim.results`, `sim.montecarlo`): what was
killed goes on where it was, and ends with the same bytes.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.montecarlo import runner
from sim.montecarlo.progress import Progress
from sim.montecarlo.work import Job
from sim.results import engine, faults, files, folders, lock
from sim.results.engine import Maker
from sim.results.faults import study_fault
from sim.results.parts import INDEX, Damaged, Done, Unit, folder_name, read_part
from sim.results.study import EXPERIMENT, FAILED, SCENARIO

if TYPE_CHECKING:
    import pyarrow as pa

#: Package whose code decides the numbers of an experiment, besides that of a study.
ALSO = "experiments"

#: What does one block of an experiment again: ``python -m`` this, folder, unit, block.
AGAIN = "sim.experiments.again"


@dataclass(frozen=True, slots=True)
class Doing:
    """How the blocks of an experiment are done."""

    workers: int
    told: Progress
    again: str  # what the user does to go on, told when interrupted


@dataclass(frozen=True, slots=True)
class Experiment:
    """An experiment in its folder. *identity* is everything that decides its numbers."""

    kind: str
    scenario: str  # its name
    resolved: str  # the scenario in full, as YAML
    identity: Mapping[str, Any]
    out: Path | None = None
    named: str = "option"  # what the names of its units are the names of

    @property
    def id(self) -> str:
        """Return ten hexadecimal digits of the hash of the identity."""
        return hashlib.sha256(_text(self._said()).encode()).hexdigest()[:10]

    @property
    def folder(self) -> Path:
        """Return where it is: ``results/<scenario>/<kind>-<id>`` unless told."""
        return self.out or folders.ROOT / folder_name(self.scenario) / f"{self.kind}-{self.id}"

    def kept(self) -> dict[str, Any] | None:
        """Return what the folder says it holds; None where it says nothing."""
        try:
            record: dict[str, Any] = json.loads((self.folder / EXPERIMENT).read_text())
        except OSError:
            return None
        except ValueError:
            raise study_fault(
                self.folder / EXPERIMENT, "is damaged", "remove it and run the same command again"
            ) from None
        return record

    def finished(self, stage: Mapping[str, Any]) -> bool:
        """Say whether the folder holds this experiment, done to *stage*, with every byte as written."""
        record = self.kept()
        return (
            record is not None
            and record.get("identity") == self._said()
            and record.get("stage") == dict(stage)
            and bool(record.get("checksums"))
            and all(files.sha256(self.folder / name) == sha for name, sha in record["checksums"].items())
        )

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the folder for writing; a `StudyError` where it cannot be, or holds something else."""
        faults.made(self.folder)
        with faults.explained(self.folder), lock.writing(self.folder):
            if folders.is_study(self.folder):
                raise study_fault(self.folder, "holds a study", "give another --out")
            files.sweep(self.folder)
            record = self.kept()
            if record is not None and record.get("identity") != self._said():
                raise study_fault(
                    self.folder, f"holds another experiment ({record.get('id')})", "give another --out"
                )
            if record is None and (strange := self._strange()):
                message = f"is not an experiment and holds other files ({strange[0]})"
                raise study_fault(self.folder, message, "give a new or empty folder with --out")
            if record is None:
                self._write({}, {})
            if files.sha256(self.folder / SCENARIO) != hashlib.sha256(self.resolved.encode()).hexdigest():
                files.write_bytes(self.folder / SCENARIO, self.resolved.encode())
            yield

    def fill(self, simulate: str, scenario: Any, seed: int, units: Sequence[Unit], how: Doing) -> list[Done]:
        """Do the units that are missing and return all; raises like `sim.montecarlo.runner.fill`."""
        job = Job(scenario, seed, self.folder, 0, maker(), simulate)
        work = runner.Work(job, units, how.workers, how.again, module=AGAIN, named=self.named)
        return runner.fill(work, how.told)

    def read(self, done: Done) -> pa.Table:
        """Return the histories of a unit."""
        try:
            return read_part(self.folder, done)["replicates"]
        except Damaged as damaged:
            repair = "run the same command again: its block is done again"
            raise study_fault(str(damaged), "changed while it was read", repair) from None

    def finish(self, stage: Mapping[str, Any], contents: Mapping[str, bytes]) -> None:
        """Put the final files in place; until the last line the experiment counts as unfinished."""
        self._write({}, {})
        whole = {SCENARIO: self.resolved.encode(), **contents}
        sums = {name: files.write_bytes(self.folder / name, content) for name, content in whole.items()}
        self._write(stage, sums)
        (self.folder / FAILED).unlink(missing_ok=True)

    def _said(self) -> dict[str, Any]:
        made: dict[str, Any] = json.loads(
            _text({"kind": self.kind, **self.identity, "engine": engine.engine_version(ALSO)})
        )
        return made

    def _write(self, stage: Mapping[str, Any], sums: Mapping[str, str]) -> None:
        record = {"id": self.id, "scenario": self.scenario, "identity": self._said(), "stage": dict(stage)}
        files.write_json(
            self.folder / EXPERIMENT,
            {
                **record,
                "versions": engine.versions(ALSO),
                "machine": engine.machine(),
                "checksums": dict(sums),
            },
        )

    def _strange(self) -> list[str]:
        """Return what the folder holds that no experiment left, where it has parts of none."""
        if (self.folder / "parts" / INDEX).exists():
            return []
        return sorted(path.name for path in self.folder.iterdir() if path.name != lock.NAME)


def as_parquet(table: pa.Table) -> bytes:
    """Return a table as the bytes of a Parquet file."""
    import io

    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd", store_schema=False)
    return buffer.getvalue()


def as_json(content: Any) -> bytes:
    """Return a record as the bytes of a JSON file."""
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def nothing() -> pa.Table:
    """Return the table of what an experiment does not keep: without columns, so that none is written."""
    import pyarrow as pa

    return pa.table({})


def maker() -> str:
    """Return the digest of what makes the blocks of an experiment here."""
    return Maker.here(ALSO).digest


def _text(content: Any) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=False)
