"""When there are enough histories: every interval of every outcome narrow enough, and for no other reason.

The rule looks after every whole block of all options, in the order of the blocks, so that the answer depends
neither on who did which block nor on when. It reads widths only; that a difference has become significant
never ends a run, since intervals would then cover too rarely. Stopping at a width leaves the coverage of
Wilson's interval where it was: enumerated exactly for widths of 0.2 to 3 points it is 95.0-95.1 % in the
mean and nowhere below 93.8 % where five or more cases are expected in a block (``benchmarks/coverage.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.intervals import Z, wilson
from sim.results.parts import Done
from sim.world.axes import BLOCK

#: Whole blocks of every option before the first look.
FIRST_LOOK = 1


def reach(k: ArrayLike, n: ArrayLike) -> NDArray[np.float64]:
    """Return how far Wilson's 95 % interval of *k* in *n* reaches from the estimate, on its longer side.

    Parameters
    ----------
    k, n : broadcastable
        Times it happened, and out of how many; *n* above 0.
    """
    low, high = wilson(k, n)
    rate = np.asarray(k, np.float64) / np.asarray(n, np.float64)
    longer: NDArray[np.float64] = np.maximum(rate - low, high - rate)
    return longer


def needed(rate: float, precision: float) -> int:
    """Return the replicates after which an outcome of probability *rate* is known to within *precision*.

    Whole blocks; the smallest number of them for which `reach` at that very rate is no longer than
    *precision* (both from 0 to 1).
    """
    low, high = 0, 1
    while float(reach(rate * high * BLOCK, high * BLOCK)) > precision:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (
            (low, middle)
            if float(reach(rate * middle * BLOCK, middle * BLOCK)) <= precision
            else (middle, high)
        )
    return high * BLOCK


def ceiling(precision: float) -> int:
    """Return the replicates, in whole blocks, that give *precision* whatever the probability.

    The interval is longest at one half, where it reaches Z/(2·sqrt(n + Z²)).
    """
    return int(np.ceil(((Z / (2 * precision)) ** 2 - Z * Z) / BLOCK)) * BLOCK


def first_look(held: int) -> int:
    """Return the blocks before the first look at a study that holds *held* replicates: it only grows."""
    return max(FIRST_LOOK, -(-held // BLOCK))


@dataclass(frozen=True, slots=True)
class Target:
    """How sure every outcome is to be."""

    precision: float  # reach of every interval, as a probability
    first: int = FIRST_LOOK  # blocks before the first look


class Tally:
    """How often each outcome happened, and after which block every interval was narrow enough."""

    def __init__(self, options: Iterable[str], target: Target | None = None) -> None:
        self.blocks: int | None = None  # enough of them; None while that is not known
        self.widest = 0.0  # longest reach of any interval so far; 0 without outcomes
        self._target = target
        self._options = frozenset(options)
        self._waiting: dict[int, dict[str, Done]] = {}
        self._seen: dict[str, _Count] = {option: _Count() for option in self._options}
        self._looked: dict[str, _Count] = {option: _Count() for option in self._options}
        self._next = 0

    def add(self, done: Done | None) -> None:
        """Count a unit that is not a twin, and look at every block that is now whole."""
        if done is None or done.unit.twin:
            return
        self._seen[done.unit.option].add(done)
        self.widest = _widest(self._seen.values())
        if self._target is None or self.blocks is not None:
            return
        self._waiting.setdefault(done.unit.block, {})[done.unit.option] = done
        while self._waiting.get(self._next, {}).keys() == self._options:
            self._look(self._target, self._waiting.pop(self._next).values())

    def expected(self, at_most: int, done: int) -> int:
        """Return how many histories there will be in all: *at_most*, or as many as the target asks for."""
        if self._target is None or not self.widest:
            return at_most
        return min(at_most, max(done, round(done * (self.widest / self._target.precision) ** 2)))

    def _look(self, target: Target, block: Iterable[Done]) -> None:
        """Count one whole block and say whether it is the last one needed."""
        for done in block:
            self._looked[done.unit.option].add(done)
        self._next += 1
        enough = self._next >= target.first and _widest(self._looked.values()) <= target.precision
        if enough and self.blocks is None:
            self.blocks = self._next


class _Count:
    """Histories of one option, and in how many of them each outcome happened."""

    def __init__(self) -> None:
        self.rows = 0
        self.times: dict[str, int] = {}

    def add(self, done: Done) -> None:
        """Count a unit."""
        self.rows += done.unit.rows
        for outcome, times in done.happened.items():
            self.times[outcome] = self.times.get(outcome, 0) + times


def _widest(counts: Iterable[_Count]) -> float:
    """Return the longest reach of any interval, 0 without outcomes."""
    pairs = [(times, count.rows) for count in counts for times in count.times.values()]
    if not pairs:
        return 0.0
    times, rows = zip(*pairs, strict=True)
    return float(reach(times, rows).max())


def widest_of(outcomes: Sequence[dict[str, Any]]) -> float:
    """Return the longest reach of any interval in the outcomes of a summary, 0 without outcomes."""
    return max(
        (max(row["probability"] - row["low"], row["high"] - row["probability"]) for row in outcomes),
        default=0.0,
    )
