"""Weights that make the histories of a study stand for other beliefs about its assumptions.

An assumption was drawn from one distribution and is now believed to follow another. A history's weight is how
much likelier its draw is under the new belief than it was in the study, cell by cell: a story at a time, or
a number in cells of equal count (post-stratification; Holt & Smith 1979, J. R. Statist. Soc. A 142, 33-46).
The shares of the cells are those of the histories as they are weighted already, so what was believed before
need not be known, and a belief said twice is said once. Weights of several assumptions multiply, in rounds
until every belief holds (raking; Deming & Stephan 1940, Ann. Math. Statist. 11, 427-444).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arguments import is_real
from sim.errors import UsageError

Doubles = NDArray[np.float64]

#: Most cells a number is split into, and fewest histories of a cell.
CELLS, FEWEST = 64, 20

#: Most mass a belief may put where the study drew nothing.
OUTSIDE = 0.05

#: Most rounds, and how near to 1 the factors of the last must be.
ROUNDS, NEAR = 200, 1e-9


@dataclass(frozen=True, slots=True)
class Cells:
    """Histories sorted by what was drawn of one assumption, and what is believed of it."""

    name: str
    cell: NDArray[np.intp]  # (R,), that of each history
    mass: Doubles  # (cells,), believed of each
    lost: float  # most of it that may lie where no history is

    def factors(self, held: Doubles) -> Doubles:
        """Return what weights *held*, ``(R,)``, are to be multiplied by for the belief to hold, ``(R,)``.

        Raises a `UsageError` where too much of the belief lies where there is no weight.
        """
        share = np.bincount(self.cell, held, minlength=len(self.mass)) / held.sum()
        there = share > 0
        if self.mass[~there].sum() > self.lost:
            told = "what is believed is in no history that still has weight"
            raise UsageError.one(self.name, told, "believe it of all histories, with the rest in one call")
        mass = self.mass / self.mass[there].sum()
        factors: Doubles = np.divide(mass, share, out=np.zeros_like(mass), where=there)[self.cell]
        return factors


def fitted(every: Sequence[Cells], held: Doubles) -> Doubles:
    """Return the weights of histories, ``(R,)``, mean 1, for which every belief holds.

    *held*: the weights so far. Raises a `UsageError` where no weights make all of them hold.
    """
    weights = held / held.mean()
    for _ in range(ROUNDS):
        furthest = 0.0
        for cells in every:
            factors = cells.factors(weights)
            furthest = max(furthest, float(np.abs(factors[weights > 0] - 1).max()))
            weights = weights * factors
        if len(every) < 2 or furthest < NEAR:
            made: Doubles = weights / weights.mean()
            return made
    names = ", ".join(cells.name for cells in every)
    raise UsageError.one(names, "no weights of the histories make all of it hold", "believe less of it")


def of_stories(name: str, drawn: NDArray[Any], believed: Any) -> Cells:
    """Return the stories of histories, ``(R,)``, with how likely they are believed to be.

    Raises a `UsageError` where a story was not drawn, or weights are no numbers of 0 or more, one above 0.
    """
    stories, cell = np.unique(drawn.astype(str), return_inverse=True)
    known = stories.tolist()
    if not isinstance(believed, Mapping) or not believed:
        repair = f"give each of {', '.join(known)} one, as in {{{known[0]!r}: 1}}"
        raise UsageError.one(name, f"{believed!r} is not weights of stories", repair)
    strange = [story for story in believed if story not in known]
    if strange:
        raise UsageError.one(name, f"`{strange[0]}` is in no history", f"give weights to {', '.join(known)}")
    mass = np.array([_weight(name, story, believed.get(story, 0)) for story in known])
    if not mass.sum() > 0:
        raise UsageError.one(
            name, "weights are not above 0", "give each story 0 or more, and one of them more"
        )
    return Cells(name, cell.astype(np.intp), mass / mass.sum(), 0.0)


def _weight(name: str, story: str, weight: Any) -> float:
    """Return the weight of a story; a `UsageError` unless it is a number of 0 or more."""
    if not is_real(weight) or not 0 <= weight < np.inf:
        told = f"the weight of `{story}`, {weight!r}, is not a number of 0 or more"
        raise UsageError.one(name, told, "give each story 0 or more, and one of them more")
    return float(weight)


def of_number(name: str, drawn: NDArray[Any], cumulative: Callable[[float], float]) -> Cells:
    """Return the cells of histories, ``(R,)``, by a number, with the mass a distribution puts in each.

    Parameters
    ----------
    name, drawn
        The assumption, and what was drawn of it, ``(R,)``.
    cumulative
        Probability of a value or less, as now believed.

    Raises
    ------
    UsageError
        Where more than 5 % of the belief lies where the study drew nothing, or there are fewer than 40
        histories: too few for two cells.
    """
    values = drawn.astype(np.float64)
    if len(values) < 2 * FEWEST:
        told = f"{len(values)} histories are too few to weight a number in"
        raise UsageError.one(name, told, f"have {2 * FEWEST} or more, or use given()")
    low, high = float(values.min()), float(values.max())
    outside = cumulative(np.nextafter(low, -np.inf)) + 1 - cumulative(high)
    if np.isnan(outside):
        raise UsageError.one(name, "the belief gives no probabilities", "give it finite numbers")
    if outside > OUTSIDE:
        raise UsageError.one(
            name,
            f"{100 * outside:.0f} % of the belief lies outside what was drawn, {low:.4g} to {high:.4g}",
            "run the scenario with that distribution",
        )
    cells = min(CELLS, len(values) // FEWEST)
    inner = np.unique(np.quantile(values, np.linspace(0, 1, cells + 1)[1:-1]))
    cell = np.searchsorted(inner, values, side="left")  # values up to an edge belong below it
    mass = np.diff([0.0, *(cumulative(float(edge)) for edge in inner), 1.0])
    return Cells(name, cell, mass, OUTSIDE)
