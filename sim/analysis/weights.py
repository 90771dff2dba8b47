"""Weights that make the histories of a study stand for other beliefs about its assumptions.

An assumption was drawn from one distribution and is now believed to follow another. A history's weight is how
much likelier its draw is under the new belief than it was in the study, cell by cell: a story at a time, or
a number in cells of equal count (post-stratification; Holt & Smith 1979, J. R. Statist. Soc. A 142, 33-46).
The shares of the cells are those drawn, so what was believed before need not be known. Weights of several
assumptions multiply: they are taken to be drawn apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError

Doubles = NDArray[np.float64]

#: Most cells a number is split into, and fewest histories of a cell.
CELLS, FEWEST = 64, 20

#: Most mass a belief may put where the study drew nothing.
OUTSIDE = 0.05


def of_stories(name: str, drawn: NDArray[Any], believed: Mapping[str, float]) -> Doubles:
    """Return the weights of histories, ``(R,)``, that make stories as likely as believed.

    Raises a `UsageError` where a story was not drawn, or no weight is above 0.
    """
    told = drawn.astype(str)
    stories = set(np.unique(told).tolist())
    strange = [story for story in believed if story not in stories]
    whole = float(sum(believed.values()))
    if strange:
        raise UsageError.one(
            name, f"`{strange[0]}` is in no history", f"give weights to {', '.join(sorted(stories))}"
        )
    if not whole > 0 or min(believed.values()) < 0:
        raise UsageError.one(
            name, "weights are not above 0", "give each story 0 or more, and one of them more"
        )
    weights = np.zeros(len(told))
    for story, weight in believed.items():
        chosen = told == story
        weights[chosen] = (weight / whole) / chosen.mean()
    return weights


def of_number(name: str, drawn: NDArray[Any], cumulative: Callable[[float], float]) -> Doubles:
    """Return the weights of histories, ``(R,)``, that make a number follow a distribution.

    Parameters
    ----------
    name, drawn
        The assumption, and what was drawn of it, ``(R,)``.
    cumulative
        Probability of a value or less, as now believed.

    Raises
    ------
    UsageError
        Where more than 5 % of the belief lies where the study drew nothing.
    """
    values = drawn.astype(np.float64)
    low, high = float(values.min()), float(values.max())
    outside = cumulative(np.nextafter(low, -np.inf)) + 1 - cumulative(high)
    if outside > OUTSIDE:
        raise UsageError.one(
            name,
            f"{100 * outside:.0f} % of the belief lies outside what was drawn, {low:.4g} to {high:.4g}",
            "run the scenario with that distribution",
        )
    cells = max(1, min(CELLS, len(values) // FEWEST))
    inner = np.unique(np.quantile(values, np.linspace(0, 1, cells + 1)[1:-1]))
    cell = np.searchsorted(inner, values, side="left")  # values up to an edge belong below it
    mass = np.diff([0.0, *(cumulative(float(edge)) for edge in inner), 1.0])
    share = np.bincount(cell, minlength=len(mass)) / len(values)
    weights = np.divide(mass, share, out=np.zeros_like(mass), where=share > 0)
    weighted: Doubles = weights[cell]
    return weighted
