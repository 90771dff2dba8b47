"""How far an outcome swings with one factor: from where it is low to where it is high, all else as drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.experiments.factors import Factor, value_at
from sim.experiments.sobol import Doubles, Estimate
from sim.intervals import grouped, resampled_means

#: A number is low in the lowest fifth of its distribution, high in the highest.
FIFTH = 0.2


@dataclass(frozen=True, slots=True)
class Swing:
    """Mean of an outcome at both ends of a factor."""

    low_end: str  # what it is at the ends, in words
    high_end: str
    low: Estimate
    high: Estimate
    swing: Estimate  # the high end less the low one


def swing(factor: Factor, u: Doubles, y: Doubles) -> Swing | None:
    """Compare an outcome where a factor is low and where it is high.

    Parameters
    ----------
    factor
        A number is compared in its lowest and highest fifth; of stories those two that are furthest apart.
    u, y : (M, N)
        Place of the factor and outcome in the rows of M matrices. Rows of different matrices that share
        their number are not independent: intervals are by resampling rows whole (Efron 1979).

    Returns
    -------
    Swing or None
        None of a sample, whose sets have no order, of numbers that go together, and of everything else.
    """
    if factor.kind not in {"number", "stories"}:
        return None
    ends = list(_ends(factor, u))
    sums = np.stack([part.sum(axis=0) for _, at in ends for part in (at * y, at)], axis=1)
    found = _means(sums.mean(axis=0))
    spread = _means(resampled_means(*grouped(sums)))
    low, high = (0, 1) if factor.kind == "number" else (int(np.argmin(found)), int(np.argmax(found)))
    return Swing(
        low_end=ends[low][0],
        high_end=ends[high][0],
        low=_estimate(found[low], spread[:, low]),
        high=_estimate(found[high], spread[:, high]),
        swing=_estimate(found[high] - found[low], spread[:, high] - spread[:, low]),
    )


def _ends(factor: Factor, u: Doubles) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Yield each end in words, and in which rows the factor is there."""
    if factor.kind == "stories":
        place = value_at(factor.draws[0], u.ravel()).reshape(u.shape)
        for n, story in enumerate(factor.stories):
            yield story, place == n
        return
    for word, at, middle in (("low", u < FIFTH, FIFTH / 2), ("high", u > 1 - FIFTH, 1 - FIFTH / 2)):
        value = float(value_at(factor.draws[0], np.array([middle]))[0])
        yield f"{word}, about {value:.3g}", at


def _means(means: Doubles) -> Doubles:
    """Return the mean of the outcome at each end, from means of sums and counts ``(…, 2 ends)``."""
    sums, counts = means[..., 0::2], means[..., 1::2]
    found: Doubles = np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0)
    return found


def _estimate(value: float, spread: Doubles) -> Estimate:
    usable = spread[np.isfinite(spread)]
    low, high = np.quantile(usable, [0.025, 0.975]) if usable.size else (np.nan, np.nan)
    return Estimate(float(value), float(low), float(high))
