"""Running arms on every core. Nothing is kept: a row is simulated anew each time it is asked for."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.errors import Problem, UsageError
from sim.model.naming import faults_of
from sim.montecarlo.block import simulate
from sim.montecarlo.pool import START, hidden_main
from sim.scenario.checks import placed
from sim.scenario.scenario import Scenario
from sim.score.arms import Arm
from sim.world.axes import BLOCK

Task = TypeVar("Task")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Played:
    """What came of one arm, a value per replicate."""

    values: NDArray[Any]
    counted: NDArray[np.bool_]


def play(arm: Arm) -> Played:
    """Simulate every block of an arm and return what is compared."""
    from threadpoolctl import threadpool_limits

    values, counted = [], []
    with threadpool_limits(1, user_api="blas"):
        for first in range(0, arm.replicates, BLOCK):
            rows = min(BLOCK, arm.replicates - first)
            made = simulate(arm.scenario, arm.option, first // BLOCK, arm.seed, rows=rows, deeds=False)
            table = made.replicates
            values.append(table[arm.column].to_numpy())
            met = None if arm.condition is None else table[arm.condition].to_numpy()
            counted.append(np.ones(rows, np.bool_) if met is None else met)
    return Played(np.concatenate(values), np.concatenate(counted))


def misnamed(arm: Arm) -> list[Problem]:
    """Return what shows only when the choices are compiled: deeds nobody can do."""
    return misnamed_in(arm.scenario)


def misnamed_in(scenario: Scenario) -> list[Problem]:
    """Return what shows only when the choices of a scenario are compiled."""
    return placed(scenario, faults_of(scenario))


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def each(do: Callable[[Task], Result], tasks: Sequence[Task], workers: int | None = None) -> Iterator[Result]:
    """Do every task, on every core unless told, and yield what came of each in their order."""
    if workers is not None and workers < 1:
        message = f"`{workers}` is out of range"
        raise UsageError(Problem("--workers", None, "", message, "give a whole number from 1"))
    workers = min(workers or cores(), len(tasks))
    if workers <= 1:
        yield from map(do, tasks)
        return
    context = multiprocessing.get_context(START)
    if START == "forkserver":
        context.set_forkserver_preload(["sim.montecarlo.preload"])
    others = set(multiprocessing.active_children())
    executor = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin)
    try:
        with hidden_main():
            under_way = [executor.submit(do, task) for task in tasks]
        for future in under_way:
            yield future.result()
    except KeyboardInterrupt:
        for process in set(multiprocessing.active_children()) - others:
            process.kill()
        raise
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    """Leave interrupts to the parent."""
    import pyarrow as pa

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pa.set_cpu_count(1)
