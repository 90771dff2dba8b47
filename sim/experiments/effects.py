"""Which assumptions matter here: how much likelier each outcome is at one end than at another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.experiments.hands import Hands
from sim.experiments.levers import Lever, assumption_levers, first_option
from sim.experiments.packing import Row, histories_of
from sim.scenario.scenario import Scenario
from sim.world.axes import BLOCK

#: Replicates each assumption is tried in, at all its ends under the same luck.
REPLICATES = 1024
#: Least change of a probability that matters, and least number of its standard errors.
A_POINT, SURE = 0.01, 3.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Some replicates of one assumption, at all its ends."""

    lever: Lever
    replicates: range


Counts = NDArray[np.int64]


def indifferent(scenario: Scenario, hands: Hands, replicates: int = REPLICATES) -> list[str]:
    """Return the assumptions that move no outcome's probability by a point, or not by more than luck does."""
    left = assumption_levers(scenario) if scenario.outcomes else []
    sums: dict[str, Counts] = {}
    for done in (replicates // 2, replicates):  # what is plain after half of them needs no more
        tasks = [task for lever in left for task in _comparisons(lever, range(done - replicates // 2, done))]
        for task, found in zip(tasks, hands.do(compare, tasks), strict=True):
            sums[task.lever.name] = sums.get(task.lever.name, 0) + found
        left = [lever for lever in left if not matters(sums[lever.name], done, least=2 * A_POINT)]
    return [lever.name for lever in left if not matters(sums[lever.name], replicates)]


def matters(pairs: Counts, replicates: int, least: float = A_POINT) -> bool:
    """Say whether an outcome is likelier or rarer by a point, and by three standard errors of the pairs.

    Parameters
    ----------
    pairs : (2, ends, outcomes)
        Those in which it came at this end and not at the first, and the other way round.
    """
    more, less = pairs
    shift, noise = np.abs(more - less), np.sqrt(more + less)
    return bool(((shift >= least * replicates) & (shift >= SURE * noise) & (noise > 0)).any())


def _comparisons(lever: Lever, replicates: range) -> list[Comparison]:
    each = BLOCK // len(lever.ends)
    return [Comparison(lever, replicates[n : n + each]) for n in range(0, len(replicates), each)]


def compare(scenario: Scenario, task: Comparison) -> Counts:
    """Play some replicates at all ends.

    Returns
    -------
    (2, ends, outcomes)
        Pairs in which an outcome came at an end and not at the first, and the other way round.
    """
    ends = task.lever.ends
    rows: Sequence[Row] = [Row(n, end) for end in ends for n in task.replicates]
    found = histories_of(scenario, first_option(scenario), rows)
    came = (found.turns >= 0).T.reshape(len(ends), len(task.replicates), len(found.outcomes))
    more, less = (came & ~came[:1]).sum(axis=1), (~came & came[:1]).sum(axis=1)
    return np.stack([more, less])
