"""Which assumptions matter here: how much likelier each outcome is at one end than at another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.experiments.hands import Hands
from sim.experiments.levers import Lever, assumption_levers, first_option
from sim.experiments.packing import Row, histories_of
from sim.scenario.scenario import Scenario
from sim.world.axes import BLOCK

#: Replicates each assumption is tried in, at all its ends under the same luck: what is plain needs fewer.
LOOKS = (128, 512, 1024)
#: Least change of a probability that matters, and least number of its standard errors, at the last look.
A_POINT, SURE = 0.01, 3.0
#: The same before.
PLAIN, SURER = 0.02, 4.0

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Some replicates of one assumption, at all its ends."""

    lever: Lever
    replicates: range

    @property
    def rows(self) -> list[Row]:
        """Return its rows of a block, end by end."""
        return [Row(n, end) for end in self.lever.ends for n in self.replicates]


def indifferent(hands: Hands, looks: Sequence[int] = LOOKS) -> list[list[str]]:
    """Return, by scenario, the assumptions that move no outcome by a point, or not by more than luck does.

    An assumption is looked at no further once it plainly matters, or plainly does not.
    """
    left = [assumption_levers(scenario) if scenario.outcomes else [] for scenario in hands.scenarios]
    idle: list[set[str]] = [set() for _ in left]
    sums: dict[tuple[int, str], Counts] = {}
    for before, now in pairwise((0, *looks)):
        tasks = [(n, block) for n, levers in enumerate(left) for block in _blocks(levers, range(before, now))]
        for (n, block), found in zip(tasks, hands.do(compare, tasks), strict=True):
            for part, counts in zip(block, found, strict=True):
                sums[n, part.lever.name] = sums.get((n, part.lever.name), 0) + counts
        least, sure = (A_POINT, SURE) if now == looks[-1] else (PLAIN, SURER)
        for n, levers in enumerate(left):
            slight = [lever for lever in levers if not matters(sums[n, lever.name], now, least, sure)]
            left[n] = [] if now == looks[-1] else [v for v in slight if not trifling(sums[n, v.name], now)]
            idle[n] |= {lever.name for lever in slight if lever not in left[n]}
    return [
        [draw.name for draw in scenario.assumptions if draw.name in names]
        for scenario, names in zip(hands.scenarios, idle, strict=True)
    ]


def matters(pairs: Counts, replicates: int, least: float = A_POINT, sure: float = SURE) -> bool:
    """Say whether an outcome is likelier or rarer by *least*, and by *sure* standard errors of the pairs.

    Parameters
    ----------
    pairs : (2, ends, outcomes)
        Those in which it came at this end and not at the first, and the other way round.
    """
    more, less = pairs
    shift, noise = np.abs(more - less), np.sqrt(more + less)
    return bool(((shift >= least * replicates) & (shift >= sure * noise) & (noise > 0)).any())


def trifling(pairs: Counts, replicates: int) -> bool:
    """Say whether no outcome's change can be a point, by `SURE` standard errors; *pairs* as in `matters`."""
    more, less = pairs
    most = np.abs(more - less) + SURE * np.sqrt(np.maximum(more + less, 1))
    return bool((most < A_POINT * replicates).all())


def _blocks(levers: Sequence[Lever], replicates: range) -> Iterator[tuple[Comparison, ...]]:
    """Yield the comparisons of all *levers*, a block at a time."""
    block: list[Comparison] = []
    for lever in levers:
        each = min(BLOCK // len(lever.ends), len(replicates))
        for first in range(0, len(replicates), each):
            part = Comparison(lever, replicates[first : first + each])
            if sum(len(p.rows) for p in (*block, part)) > BLOCK:
                yield tuple(block)
                block = []
            block.append(part)
    if block:
        yield tuple(block)


def compare(scenario: Scenario, block: Sequence[Comparison]) -> list[Counts]:
    """Play some comparisons.

    Returns
    -------
    list of (2, ends, outcomes)
        Of each: pairs in which an outcome came at an end and not at the first, and the other way round.
    """
    rows = [row for part in block for row in part.rows]
    found = histories_of(scenario, first_option(scenario), rows)
    counts, first = [], 0
    for part in block:
        shape = len(part.lever.ends), len(part.replicates), len(found.outcomes)
        came = (found.turns[:, first : first + len(part.rows)] >= 0).T.reshape(shape)
        counts.append(np.stack([(came & ~came[:1]).sum(axis=1), (~came & came[:1]).sum(axis=1)]))
        first += len(part.rows)
    return counts
