"""Running blocks and arms on every core. Nothing is kept: what is asked for is simulated anew each time."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.errors import Problem
from sim.model.naming import faults_of
from sim.montecarlo.block import simulate
from sim.montecarlo.order import cores, refuse_out_of_range
from sim.montecarlo.pool import START, hidden_main
from sim.scenario.checks import placed
from sim.scenario.scenario import Scenario
from sim.score.arms import Arm
from sim.world.axes import BLOCK

Task = TypeVar("Task")
Result = TypeVar("Result")

#: What is called with a line of how far it is.
Told = Callable[[str], None]

#: Histories of the model, where nothing else is asked.
REPLICATES = 4096


@dataclass(frozen=True, slots=True)
class Piece:
    """A block to be played, and how many of its histories are asked for."""

    scenario: Scenario
    block: int
    seed: int
    rows: int


def pieces(scenario: Scenario, replicates: int, seed: int) -> list[Piece]:
    """Return the blocks that hold the first *replicates* histories of a scenario."""
    return [
        Piece(scenario, first // BLOCK, seed, min(BLOCK, replicates - first))
        for first in range(0, replicates, BLOCK)
    ]


def played(
    do: Callable[[Piece], Result],
    scenario: Scenario,
    *,
    replicates: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    told: Told = lambda _: None,
) -> list[Result]:
    """Do every block of a scenario and return what came of each, in their order.

    Parameters
    ----------
    do
        What is done with a block; it must survive the way to another process.
    replicates, seed
        Histories, 4,096 by default; the scenario's seed by default.
    workers
        Processes; every core by default.
    told
        Called with a line a block.

    Raises
    ------
    UsageError
        If a number is out of range.
    """
    refuse_out_of_range({"--replicates": replicates, "--seed": seed, "--workers": workers})
    seed = scenario.seed or 0 if seed is None else seed
    tasks = pieces(scenario, REPLICATES if replicates is None else replicates, seed)
    parts: list[Result] = []
    for part in each(do, tasks, workers):
        parts.append(part)
        told(f"{len(parts)} of {len(tasks)} blocks")
    return parts


def joined(parts: Sequence[Mapping[str, NDArray[Any]]]) -> dict[str, NDArray[Any]]:
    """Return tables of several blocks as one."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


@dataclass(frozen=True, slots=True)
class Played:
    """What came of one arm, a value per replicate."""

    values: NDArray[Any]
    counted: NDArray[np.bool_]


def play(arm: Arm) -> Played:
    """Simulate every block of an arm and return what is compared."""
    values, counted = [], []
    for piece in pieces(arm.scenario, arm.replicates, arm.seed):
        made = simulate(arm.scenario, arm.option, piece.block, piece.seed, rows=piece.rows, deeds=False)
        table = made.replicates
        values.append(table[arm.column].to_numpy())
        met = None if arm.condition is None else table[arm.condition].to_numpy()
        counted.append(np.ones(piece.rows, np.bool_) if met is None else met)
    return Played(np.concatenate(values), np.concatenate(counted))


def misnamed(arm: Arm) -> list[Problem]:
    """Return what shows only when the choices are compiled: deeds nobody can do."""
    return misnamed_in(arm.scenario)


def misnamed_in(scenario: Scenario) -> list[Problem]:
    """Return what shows only when the choices of a scenario are compiled."""
    return placed(scenario, faults_of(scenario))


def each(do: Callable[[Task], Result], tasks: Sequence[Task], workers: int | None = None) -> Iterator[Result]:
    """Do every task, on every core unless told, and yield what came of each in their order.

    Each has one thread for its linear algebra: the cores are taken, and sums that are split among threads
    come out otherwise in their last bits.
    """
    workers = min(workers or cores(), len(tasks))
    if workers <= 1:
        yield from map(partial(_alone, do), tasks)
        return
    context = multiprocessing.get_context(START)
    if START == "forkserver":
        context.set_forkserver_preload(["sim.montecarlo.preload"])
    others = set(multiprocessing.active_children())
    executor = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin)
    try:
        with hidden_main():
            under_way = [executor.submit(_alone, do, task) for task in tasks]
        for future in under_way:
            yield future.result()
    except KeyboardInterrupt:
        for process in set(multiprocessing.active_children()) - others:
            process.kill()
        raise
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _alone(do: Callable[[Task], Result], task: Task) -> Result:
    """Do a task with one thread."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, user_api="blas"):
        return do(task)


def _begin() -> None:
    """Leave interrupts to the parent."""
    import pyarrow as pa

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pa.set_cpu_count(1)
