"""Do the blocks a study lacks, in this process or in a pool, keeping every one that ends."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sim.errors import SimError
from sim.montecarlo import work
from sim.montecarlo.faults import Interrupted, UnitsFailed
from sim.montecarlo.pool import Pool
from sim.montecarlo.progress import Progress
from sim.montecarlo.stopping import Tally, Target
from sim.montecarlo.work import Failed, Job
from sim.results.faults import unwritable
from sim.results.files import write_bytes
from sim.results.parts import Done, Parts, Unit
from sim.results.study import FAILED
from sim.world.axes import BLOCK

#: Runs of this many units are not worth a pool.
IN_PROCESS = 2


@dataclass(frozen=True, slots=True)
class Work:
    """A study's units and who does them."""

    job: Job
    units: Sequence[Unit]
    workers: int
    again: str  # what the user does to go on, told when interrupted
    target: Target | None = None  # stop when every outcome is as sure as this
    module: str = work.__name__  # what ``python -m`` does one unit again with
    named: str = "option"  # what the name of a unit is the name of


def fill(wanted: Work, progress: Progress) -> list[Done]:
    """Do every unit that is not whole on disk, and return all of them as they now are.

    With a target, units of later blocks than it takes are neither begun nor returned.

    Raises
    ------
    Interrupted
        On Ctrl-C.
    UnitsFailed
        If a unit raised or killed its process twice, after the others are done.
    SimError
        If a unit found the user's input at fault, or could not write; at once.
    """
    parts = Parts(wanted.job.folder, wanted.job.maker)
    missing = [unit for unit in wanted.units if not parts.whole(unit)]
    filling = _Filling(wanted, parts, missing, progress)
    if any(filling.still_needed()):
        filling.run()
    return [done for done in map(parts.find, filter(filling.needs, wanted.units)) if done is not None]


class _Filling:
    """The doing of what a study lacks."""

    def __init__(self, wanted: Work, parts: Parts, missing: list[Unit], progress: Progress) -> None:
        self._wanted = wanted
        self._parts = parts
        self._missing = missing
        self._progress = progress
        self._failed: list[Failed] = []
        self._tried = 0
        self._kept = sum(unit.rows for unit in wanted.units) - sum(unit.rows for unit in missing)
        self._total = sum(unit.rows for unit in wanted.units)
        self._tally = Tally((unit.option for unit in wanted.units), wanted.target)
        for unit in set(wanted.units) - set(missing):
            self._tally.add(parts.find(unit))

    def needs(self, unit: Unit) -> bool:
        """Say whether a unit belongs to the study, as far as is known."""
        return self._tally.blocks is None or unit.block < self._tally.blocks

    def still_needed(self) -> Iterator[Unit]:
        """Yield the missing units in order, as long as they are needed when their turn comes.

        With a target and a block that failed no later one is begun: nothing would tell when to stop.
        """
        for unit in self._missing:
            lost = min((failed.unit.block for failed in self._failed), default=unit.block)
            if self.needs(unit) and (self._wanted.target is None or unit.block <= lost):
                yield unit

    def run(self) -> None:
        """Do the units; tell what failed."""
        self._progress.begin(self._total, self._kept)
        try:
            if len(self._missing) <= IN_PROCESS:
                self._run_here()
            else:
                self._run_in_pool()
        except KeyboardInterrupt:
            raise Interrupted(self._interrupted()) from None
        finally:
            self._progress.end()
        if self._failed:
            raise UnitsFailed(self._report())

    def _run_here(self) -> None:
        """Do the units in this process."""
        for unit in self.still_needed():
            self._take(work.do_for(self._wanted.job, unit))

    def _run_in_pool(self) -> None:
        """Do the units in worker processes; when interrupted, keep those that were under way too."""
        with Pool(self._wanted.job, min(self._wanted.workers, len(self._missing))) as pool:
            try:
                for result in pool.outcomes(self.still_needed()):
                    self._take(result)
            except KeyboardInterrupt:
                self._progress.say("stopping when the blocks under way are done; Ctrl-C again drops them")
                for result in pool.finish():
                    self._take(result)
                raise

    def _take(self, result: Done | Failed) -> None:
        """Record what became of one unit."""
        self._tried += 1
        if isinstance(result, Done):
            self._parts.record(result)
            self._tally.add(result)
            self._kept += result.unit.rows
            expected = self._tally.expected(self._total, self._kept)
            self._progress.advance(result.unit.rows, self._tally.widest, expected)
        elif result.problems:
            raise SimError(result.problems)
        else:
            refused = unwritable(OSError(result.errno, ""), self._wanted.job.folder)
            if refused:
                raise refused
            self._failed.append(result)

    def _interrupted(self) -> str:
        """Say what is kept and how to go on."""
        kept = sum(self._parts.find(unit) is not None for unit in self._wanted.units)
        most = "at most " if self._wanted.target else ""
        return (
            f"interrupted: {kept} of {most}{len(self._wanted.units)} blocks are kept in "
            f"{self._wanted.job.folder}; go on with: {self._wanted.again}"
        )

    def _report(self) -> str:
        """Say on one line which units failed and why the first did, with the command that shows it happen.

        Whole tracebacks go to a file of the study.
        """
        failed = sorted(self._failed, key=lambda failed: failed.unit)
        unit, folder = failed[0].unit, self._wanted.job.folder
        begin = unit.block * BLOCK
        again = [sys.executable, "-m", self._wanted.module, str(folder), unit.option, str(unit.block)]
        write_bytes(folder / FAILED, "\n\n".join(_at_length(one) for one in failed).encode())
        kept = "; the others are kept" if len(failed) < self._tried else ""
        return (
            f"{len(failed)} of {self._tried} blocks failed{kept}; the first, "
            f"{self._wanted.named} {unit.option}, block {unit.block}{' (twin)' * unit.twin}, "
            f"replicates {begin} to {begin + BLOCK - 1}: {failed[0].told.rstrip().splitlines()[-1].strip()} "
            f"(at length in {folder / FAILED}); see it happen: {shlex.join(again + ['twin'] * unit.twin)}"
        )


def _at_length(failed: Failed) -> str:
    """Return everything there is to say of a unit that failed."""
    unit = failed.unit
    return f"option {unit.option}, block {unit.block}{' (twin)' * unit.twin}\n{failed.told.rstrip()}\n"
