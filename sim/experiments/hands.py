"""Blocks of an experiment on every core: a function of a scenario and a task, many tasks at once."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import wait
from types import TracebackType
from typing import Any, Self, TypeVar

from sim.montecarlo.pool import START, hidden_main
from sim.scenario.scenario import Scenario

Task = TypeVar("Task")
Found = TypeVar("Found")


class Hands:
    """Does tasks on some scenarios in *workers* processes, or in this one if that is 1."""

    def __init__(self, scenarios: Sequence[Scenario], workers: int) -> None:
        self.scenarios, self._workers = tuple(scenarios), workers
        self._executor: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        """Start with the first task."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Begin nothing more, and wait for what is under way."""
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = None

    def do(
        self, work: Callable[[Scenario, Task], Found], tasks: Sequence[tuple[int, Task]]
    ) -> Iterator[Found]:
        """Yield what *work*, a function of a module, finds in each (scenario, task), in their order."""
        if self._workers == 1:
            yield from (_single_threaded(work, self.scenarios[n], task) for n, task in tasks)
            return
        with hidden_main():
            if self._executor is None:
                self._executor = ProcessPoolExecutor(
                    self._workers,
                    mp_context=multiprocessing.get_context(START),
                    initializer=_begin,
                    initargs=(pickle.dumps(self.scenarios, pickle.HIGHEST_PROTOCOL),),
                )
            futures = [self._executor.submit(_do, work, n, task) for n, task in tasks]
        for future in futures:
            yield future.result()


class _Hand:
    """What this process knows."""

    scenarios: tuple[Scenario, ...] = ()


def _begin(pickled: bytes) -> None:
    """Make this process a worker; the parent decides what an interrupt means."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    _Hand.scenarios = pickle.loads(pickled)  # noqa: S301  from the process that started this one


def _leave_with_parent() -> None:
    """End this process when its parent has died: nobody else would."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _do(work: Callable[[Scenario, Any], Found], n: int, task: Any) -> Found:
    if not _Hand.scenarios:
        raise RuntimeError("this process is no worker")
    return _single_threaded(work, _Hand.scenarios[n], task)


def _single_threaded(work: Callable[[Scenario, Any], Found], scenario: Scenario, task: Any) -> Found:
    """Do a task with one thread of linear algebra: more change the last bit."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, user_api="blas"):
        return work(scenario, task)
