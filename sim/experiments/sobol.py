"""Sobol indices of an outcome that luck moves too: own luck in every matrix, a twin in the denominator.

Write f(x) for the mean of an outcome over luck when the assumptions are x, V for the variance of f, and

* ``A`` and ``B`` for two independent samples of x, each history with luck of its own;
* ``A'`` for the twin of ``A``: the same x, other luck;
* ``A_i`` for ``A`` with assumption i taken from ``B``, again with luck of its own.

Then cov(A, A') = V, and cov(B, A_i) = V S_i (first order: Saltelli et al. 2010, Comput. Phys. Commun. 181,
259-270; the mean of A and A', which has nothing to do with B, is a control variate), and
½ E(A − A_i)² − ½ E(A − A')² = V T_i (total: Jansen 1999, Comput. Phys. Commun. 117, 35-43, less what luck
alone makes of that difference). Without the twin, luck's share of the variance is added to every total
index, those of inputs that do nothing included; with the same luck in all matrices, its interactions with
x are counted as effects of x.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.intervals import grouped, jackknife
from sim.streams import Names, to_uniform, turn_words, variates

Doubles = NDArray[np.float64]

#: Most dimensions for which direction numbers are known (Joe and Kuo 2008, SIAM J. Sci. Comput. 30).
MOST_DIMENSIONS = 21_201


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its 95 % interval; NaN where it cannot be told."""

    value: float
    low: float
    high: float

    @property
    def told(self) -> bool:
        """Say whether there is a number."""
        return bool(np.isfinite([self.value, self.low, self.high]).all())


@dataclass(frozen=True, slots=True)
class Indices:
    """What moves one outcome, by assumption in their order."""

    mean: float
    variance: float  # of the outcome, luck included
    explained: Estimate  # share of the variance that the assumptions explain; the rest is luck
    first: tuple[Estimate, ...]  # what knowing it alone would take away, as a share of what they explain
    total: tuple[Estimate, ...]  # what would be left if it alone were unknown, as such a share
    uncorrected: tuple[float, ...]  # Jansen's total index as if nothing were luck

    @property
    def tellable(self) -> bool:
        """Say whether what the assumptions explain, of which indices are shares, is known to a half."""
        return self.explained.told and self.explained.low > self.explained.value / 2 > 0

    def rows_needed(self, rows: int) -> int | None:
        """Return about how many rows a matrix would do, judged from *rows*; None where nothing is known."""
        value, low = self.explained.value, self.explained.low
        if not self.explained.told or value <= 0:
            return None
        return int(2 ** np.ceil(np.log2(rows * max((value - low) / (value / 2), 1.0) ** 2)))


def points(size: int, dimensions: int, seed: int) -> Doubles:
    """Return points that fill the unit cube evenly, the same for equal arguments.

    A Sobol sequence (Sobol' 1967; direction numbers of Joe and Kuo 2008), shifted at random modulo 1
    (Cranley and Patterson 1976, SIAM J. Numer. Anal. 13, 904-914), so that every point is uniform.

    Parameters
    ----------
    size : int
        A power of 2, or the points are not even.
    dimensions : int
        At most `MOST_DIMENSIONS`.
    seed : int
        Of the shift.

    Returns
    -------
    (dimensions, size)
        In the open unit interval.

    Raises
    ------
    ValueError
        If *size* is not a power of 2.
    """
    from scipy.stats import qmc

    if size < 1 or size & (size - 1):
        raise ValueError(f"{size} is not a power of 2")
    if not dimensions:
        return np.zeros((0, size))
    sequence = qmc.Sobol(dimensions, scramble=False).random_base2(size.bit_length() - 1)
    keys = turn_words(np.array([seed], np.uint64), -1)
    shift = to_uniform(variates(keys, Names("sobol shift", [str(n) for n in range(dimensions)])))[:, 0]
    filled: Doubles = np.clip((sequence + shift) % 1.0, 2.0**-33, 1 - 2.0**-33).T
    return filled


def indices(a: Any, twin: Any, b: Any, mixed: Any) -> Indices:
    """Estimate what moves an outcome, luck corrected for.

    Parameters
    ----------
    a, twin, b : (N,)
        The outcome in A, in its twin and in B; where nothing is luck, *twin* is *a*.
    mixed : (K, N)
        The outcome in A_i for every assumption i.

    Returns
    -------
    Indices
        With Student's t intervals by leaving out groups of rows, all matrices of a row together
        (`sim.intervals.jackknife`): they hold an index of 0 about as often as they say from 32 rows on,
        which percentiles of a bootstrap do not. NaN where the outcome does not vary, or the assumptions
        explain nothing of it in the sample.
    """
    a, twin, b, mixed = (np.asarray(values, np.float64) for values in (a, twin, b, mixed))
    middle = float(np.mean([a.mean(), twin.mean(), b.mean()]))
    rows = _moments(a - middle, twin - middle, b - middle, mixed - middle)
    count = len(mixed)
    found = _shares(rows.mean(axis=0), count)
    low, high = jackknife(found, *grouped(rows), lambda means: _shares(means, count))
    estimates = [_estimate(*map(float, each)) for each in zip(found, low, high, strict=True)][: 1 + 2 * count]
    return Indices(
        mean=middle,
        variance=float(_variance(rows.mean(axis=0))),
        explained=estimates[0],
        first=tuple(estimates[1 : 1 + count]),
        total=tuple(estimates[1 + count :]),
        uncorrected=tuple(float(value) for value in found[1 + 2 * count :]),
    )


def _moments(a: Doubles, twin: Doubles, b: Doubles, mixed: Doubles) -> Doubles:
    """Return what the indices are made of, a row each: means of these columns are all that is needed."""
    both = (a + twin) / 2
    alone = [a, twin, b, a * a, twin * twin, b * b, a * twin, b * both]
    return np.stack([*alone, *mixed, *(b * mixed), *((a - mixed) ** 2 / 2), *(both * mixed)], axis=1)


def _shares(means: Doubles, count: int) -> Doubles:
    """Return explained share, first, total and uncorrected total indices from means ``(…, moments)``."""
    a, twin, b = (means[..., n] for n in range(3))
    mixed, joint, apart, along = (means[..., 8 + n * count : 8 + (n + 1) * count] for n in range(4))
    both = (a + twin) / 2
    between = means[..., 6] - both**2
    by_luck = (means[..., 3] + means[..., 4]) / 2 - means[..., 6]
    whole = _variance(means)
    spread = (means[..., 3] + means[..., 4] + 2 * means[..., 6]) / 4 - both**2
    follows = _ratio(along - both[..., None] * mixed, spread[..., None])
    control = follows * (means[..., 7] - b * both)[..., None]  # 0 but for chance
    first = _ratio(joint - b[..., None] * mixed - control, between[..., None])
    total = _ratio(apart - by_luck[..., None], between[..., None])
    shares = [_ratio(between, whole)[..., None], first, total, _ratio(apart, whole[..., None])]
    return np.concatenate(shares, axis=-1)


def _variance(means: Doubles) -> Doubles:
    """Return the variance of the outcome over A, its twin and B."""
    spread: Doubles = means[..., 3:6].mean(axis=-1) - means[..., :3].mean(axis=-1) ** 2
    return spread


def _ratio(part: Doubles, whole: Doubles) -> Doubles:
    """Return part over whole, NaN where the whole is not above 0 (nothing but rounding)."""
    part, whole = np.broadcast_arrays(part, whole)
    shares: Doubles = np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 1e-14)
    return shares


def _estimate(value: float, low: float, high: float) -> Estimate:
    return (
        Estimate(value, low, high)
        if np.isfinite([value, low, high]).all()
        else Estimate(value, np.nan, np.nan)
    )
