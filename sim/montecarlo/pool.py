"""Worker processes that need nothing of the caller's script, and that may die."""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import pickle
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.context import BaseContext
from types import TracebackType
from typing import Self

from sim.montecarlo import work
from sim.montecarlo.work import Failed, Job
from sim.results.parts import Done, Unit

#: Fork is unsafe with threads, spawn imports everything once per worker: forkserver, where there is one.
START = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"

#: Deaths of the process a unit runs in that are its fault and not bad luck.
DEATHS = 2

_Outcome = Future[Done | Failed]


@contextlib.contextmanager
def hidden_main() -> Iterator[None]:
    """Hide the caller's script: a new process would run it again, and start a pool of its own there."""
    main = sys.modules["__main__"]
    spec, file = getattr(main, "__spec__", None), getattr(main, "__file__", None)
    main.__spec__ = None
    if file is not None:
        del main.__file__
    try:
        yield
    finally:
        main.__spec__ = spec
        if file is not None:
            main.__file__ = file


class Pool:
    """Does units in *workers* processes and survives the death of any.

    A pool breaks as a whole when one of its processes dies, and nothing tells which unit did it. So
    the units that were under way are done again one at a time: the one that dies again is at fault.
    """

    def __init__(self, job: Job, workers: int) -> None:
        self._pickled = pickle.dumps(job, pickle.HIGHEST_PROTOCOL)
        self._workers = workers
        self._executor: ProcessPoolExecutor | None = None
        self._under_way: dict[_Outcome, Unit] = {}
        self._others = set(multiprocessing.active_children())  # processes that are the caller's

    def __enter__(self) -> Self:
        """Start when the first unit is given."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Begin nothing more, and wait for what is under way."""
        self._drop()

    def outcomes(self, units: Iterable[Unit]) -> Iterator[Done | Failed]:
        """Do the units, yielding what became of each as it ends, in any order.

        They are asked for only when a process is about to be free.
        """
        source, waiting, suspects = iter(units), deque[Unit](), deque[Unit]()
        deaths: dict[Unit, int] = {}
        while True:
            room = 2 * self._workers - len(self._under_way) - len(waiting)
            waiting.extend(itertools.islice(source, max(room, 0)))
            if not (waiting or suspects or self._under_way):
                return
            self._fill(waiting, suspects)
            ended, _ = wait(self._under_way, return_when=FIRST_COMPLETED)
            if any(_died(future) for future in ended):
                ended, _ = wait(self._under_way)  # it breaks as a whole
                self._drop()
            for future in ended:
                unit = self._under_way.pop(future)
                if not _died(future):
                    yield future.result()
                    continue
                deaths[unit] = deaths.get(unit, 0) + 1
                if deaths[unit] < DEATHS:
                    suspects.append(unit)
                else:
                    yield Failed(unit, f"the process that ran it died {DEATHS} times")

    def finish(self) -> Iterator[Done | Failed]:
        """Begin nothing more; yield what became of the units under way. An interrupt kills them."""
        try:
            self._drop()
        except KeyboardInterrupt:
            for process in set(multiprocessing.active_children()) - self._others:
                process.kill()
            self._drop()
        while self._under_way:
            future, _ = self._under_way.popitem()
            if not future.cancelled() and not _died(future):
                yield future.result()

    def _fill(self, waiting: deque[Unit], suspects: deque[Unit]) -> None:
        """Keep the processes busy: a suspect alone, or else two units for each process."""
        if suspects and self._under_way:
            return
        queue, most = (suspects, 1) if suspects else (waiting, 2 * self._workers)
        while queue and len(self._under_way) < most:
            try:
                future = self._submit(queue[0])
            except BrokenProcessPool:  # a process died with nothing to do
                self._drop()
                return
            self._under_way[future] = queue.popleft()

    def _submit(self, unit: Unit) -> _Outcome:
        """Give one unit to the pool, which starts processes as it needs them."""
        with hidden_main():
            if self._executor is None:
                self._executor = ProcessPoolExecutor(
                    self._workers, mp_context=_context(), initializer=work.begin, initargs=(self._pickled,)
                )
            return self._executor.submit(work.do, unit)

    def _drop(self) -> None:
        """Let the processes go when they have ended what they do."""
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = None


def _died(future: _Outcome) -> bool:
    """Say whether the process died that had a unit; a unit's own exceptions come as `Failed`."""
    return not future.cancelled() and isinstance(future.exception(), BrokenProcessPool)


def _context() -> BaseContext:
    """Return the way processes are started, whatever the caller or Mesa have made the default."""
    context = multiprocessing.get_context(START)
    if START == "forkserver":
        context.set_forkserver_preload(["sim.montecarlo.preload"])
    return context
