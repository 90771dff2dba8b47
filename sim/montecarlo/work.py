"""What a worker does: one unit at a time, from the scenario to files on disk.

``python -m sim.montecarlo.work STUDY OPTION BLOCK [twin]`` does one unit of a study again, here, and
keeps nothing: the way to see a fault in a block happen.
"""

from __future__ import annotations

import importlib
import os
import pickle
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import Problem, SimError
from sim.montecarlo.memory import give_back
from sim.results.parts import Done, Unit, write_part
from sim.world.axes import BLOCK

if TYPE_CHECKING:
    import pyarrow as pa

#: Where the function is that simulates a block, as ``module:name``.
SIMULATE = "sim.montecarlo.block:simulate"


@dataclass(frozen=True, slots=True)
class Job:
    """Everything a worker needs to know of a study; sent once to each."""

    scenario: Any
    seed: int
    folder: Path
    deeds: int | None  # replicates per option whose deeds are kept; None: all
    maker: str
    simulate: str = SIMULATE


@dataclass(frozen=True, slots=True)
class Failed:
    """A unit that raised. What it raised stays behind: not every exception travels between processes."""

    unit: Unit
    told: str  # the traceback
    problems: tuple[Problem, ...] = ()  # if the input was at fault
    errno: int = 0  # if the system refused


class _Worker:
    """What this process is a worker for."""

    job: Job | None = None
    fault: str = ""  # why it is none


def begin(pickled: bytes) -> None:
    """Make this process a worker."""
    import signal

    import pyarrow as pa

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    pa.set_cpu_count(1)
    try:
        _Worker.job = pickle.loads(pickled)  # noqa: S301  from the process that started this one
    except Exception:  # noqa: BLE001  told with every unit: a pool would only say that it broke
        _Worker.fault = traceback.format_exc()


def _leave_with_parent() -> None:
    """End this process when its parent has died: nobody else would."""
    import multiprocessing
    from multiprocessing.connection import wait

    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def do(unit: Unit) -> Done | Failed:
    """Do a unit of this worker's job."""
    if _Worker.job is None:
        return Failed(unit, _Worker.fault)
    try:
        return do_for(_Worker.job, unit)
    finally:
        give_back()


def do_for(job: Job, unit: Unit) -> Done | Failed:
    """Simulate a unit and write its part."""
    began = time.process_time()
    try:
        tables = simulated(job, unit)
        checksums = write_part(job.folder, unit, tables)
    except SimError as fault:
        return Failed(unit, traceback.format_exc(), problems=tuple(fault.problems))
    except OSError as fault:
        return Failed(unit, traceback.format_exc(), errno=fault.errno or 0)
    except Exception:  # noqa: BLE001  goes on as a `Failed`, which is told
        return Failed(unit, traceback.format_exc())
    happened = {} if unit.twin else _happened(tables["replicates"])
    return Done(unit, job.maker, checksums, happened, time.process_time() - began)


def count(job: Job, unit: Unit) -> Done:
    """Simulate a unit and write nothing: return how often each outcome happened, and the time it took."""
    began = time.process_time()
    happened = _happened(simulated(job, unit)["replicates"])
    return Done(unit, job.maker, {}, happened, time.process_time() - began)


def simulated(job: Job, unit: Unit) -> dict[str, pa.Table]:
    """Return the tables of a unit: its rows of the study, with the deeds of those whose deeds are kept."""
    from threadpoolctl import threadpool_limits

    first = unit.block * BLOCK
    kept = unit.rows if job.deeds is None else min(unit.rows, max(0, job.deeds - first))
    simulate = _function(job.simulate)
    with threadpool_limits(1, user_api="blas"):  # environment variables come too late once NumPy is there
        block = simulate(
            job.scenario,
            unit.option,
            unit.block,
            job.seed,
            twin=unit.twin,
            rows=unit.rows,
            deeds=kept > 0 and not unit.twin,
        )
    replicates = _below(block.replicates, first + unit.rows)
    if unit.twin:
        return {"twins": replicates}
    return {
        "replicates": replicates,
        "deeds": _below(block.deeds, first + kept),
        "disputes": _below(block.disputes, first + unit.rows),
        "series": block.series,
    }


def _function(name: str) -> Callable[..., Any]:
    """Return the function at ``module:name``."""
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found


def _below(table: pa.Table, end: int) -> pa.Table:
    """Return the rows of replicates below *end*."""
    import pyarrow.compute as pc

    if not table.num_rows or pc.max(table["replicate"]).as_py() < end:
        return table
    return table.filter(pc.less(table["replicate"], end))


def _happened(replicates: pa.Table) -> dict[str, int]:
    """Return in how many replicates each outcome happened."""
    import pyarrow.compute as pc

    return {
        name.removeprefix("o:"): pc.sum(replicates[name]).as_py() or 0
        for name in replicates.column_names
        if name.startswith("o:")
    }


def _again(arguments: Sequence[str]) -> None:
    """Do one unit of a study again, in this process, keeping nothing."""
    from sim.results.manifest import Manifest
    from sim.scenario.loader import load

    folder, option, block, *twin = arguments
    kept = Manifest.read(Path(folder))
    job = Job(load(Path(folder) / "scenario.yaml"), kept.identity.seed, Path(folder), kept.identity.deeds, "")
    tables = simulated(job, Unit(option, int(block), bool(twin), BLOCK))
    for name, table in tables.items():
        sys.stdout.write(f"{name}: {table.num_rows:,} rows\n")


if __name__ == "__main__":
    _again(sys.argv[1:])
