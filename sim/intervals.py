"""How sure an estimate is: intervals for a rate, for a paired difference of rates, for a mean.

Every interval is two-sided with a nominal coverage of 95 %, and every function takes whole arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.streams import finalise, name_key

Doubles = NDArray[np.float64]

#: 97.5 % point of the standard normal.
Z = 1.959963984540054

#: Resamples of a bootstrap: the quantiles of 2,000 are stable to about a twentieth of the interval.
RESAMPLES = 2000

#: Most groups a bootstrap resamples; more would cost time and no longer change the interval.
GROUPS = 256


def wilson(k: ArrayLike, n: ArrayLike) -> tuple[Doubles, Doubles]:
    """Interval of a rate: the rates a score test does not reject (Wilson 1927, JASA 22, 209-212).

    Parameters
    ----------
    k, n : broadcastable
        Times it happened, and out of how many; where *n* is 0 the interval is [0, 1].

    Returns
    -------
    low, high
        Exactly 0 where *k* is 0 and exactly 1 where *k* is *n*.
    """
    k = np.asarray(k, np.float64)
    n = np.asarray(n, np.float64)
    share = np.divide(k, n, out=np.full(np.broadcast(k, n).shape, 0.5), where=n > 0)
    middle = (2 * k + Z * Z) / (2 * (n + Z * Z))
    reach = Z * np.sqrt(Z * Z + 4 * k * (1 - share)) / (2 * (n + Z * Z))
    low = np.where(k == 0, 0.0, middle - reach)
    high = np.where(k == n, 1.0, middle + reach)
    return low, high


def newcombe(
    both: ArrayLike, first: ArrayLike, second: ArrayLike, neither: ArrayLike
) -> tuple[Doubles, Doubles, Doubles]:
    """Difference of two paired rates (method 10 of Newcombe 1998, Stat. Med. 17, 2635-2650).

    Parameters
    ----------
    both, first, second, neither : broadcastable
        Pairs in which it happened on both sides, only on the first, only on the second, on neither.

    Returns
    -------
    difference, low, high
        Rate of the first minus rate of the second; all 0, -1 and 1 where there are no pairs.
    """
    a, b, c, d = (np.asarray(count, np.float64) for count in (both, first, second, neither))
    n = a + b + c + d
    pairs = np.maximum(n, 1)
    p, q = (a + b) / pairs, (a + c) / pairs
    p_low, p_high = wilson(a + b, n)
    q_low, q_high = wilson(a + c, n)
    phi = _paired_correlation(a, b, c, d)
    below = _joined(p - p_low, q_high - q, phi)
    above = _joined(p_high - p, q - q_low, phi)
    difference = (b - c) / pairs
    low = np.where(n > 0, np.maximum(difference - below, -1), -1.0)
    high = np.where(n > 0, np.minimum(difference + above, 1), 1.0)
    return difference, low, high


def _paired_correlation(a: Doubles, b: Doubles, c: Doubles, d: Doubles) -> Doubles:
    """Return phi of the paired table, drawn towards 0 where positive: what makes it method 10."""
    n = a + b + c + d
    cross = a * d - b * c
    cross = np.where(cross > 0, np.maximum(cross - n / 2, 0), cross)
    scale = np.sqrt((a + b) * (c + d)) * np.sqrt((a + c) * (b + d))
    phi: Doubles = np.divide(cross, scale, out=np.zeros_like(cross), where=scale > 0)
    return phi


def _joined(x: Doubles, y: Doubles, phi: Doubles) -> Doubles:
    """Return the length of two distances joined under correlation *phi*."""
    length: Doubles = np.sqrt(np.maximum(x * x - 2 * phi * x * y + y * y, 0))
    return length


def grouped(values: NDArray[Any], most: int = GROUPS) -> tuple[Doubles, Doubles]:
    """Sum consecutive replicates in groups of equal size, a power of two; the last may be short.

    Parameters
    ----------
    values : (R, …)
    most : int
        Groups there may be.

    Returns
    -------
    sums : (groups, …)
    counts : (groups,)
    """
    rows = len(values)
    size = 1
    while rows > size * most:
        size *= 2
    starts = np.arange(0, rows, size)
    sums = (
        np.add.reduceat(values, starts, axis=0, dtype=np.float64)
        if rows
        else np.zeros((0, *values.shape[1:]))
    )
    return sums, np.diff(starts, append=rows).astype(np.float64)


def jackknife(value: Doubles, sums: Doubles, counts: Doubles, of: Callable[[Doubles], Doubles]) -> Any:
    """Interval of a smooth function of means: Student's t about it, its error by leaving each group out.

    Quenouille (1956, Biometrika 43, 353-360), Tukey (1958); the error is rather too large than too small
    (Efron and Stein 1981, Ann. Statist. 9, 586-596).

    Parameters
    ----------
    value : (Q,)
        What *of* makes of all means.
    sums, counts
        As `grouped` gives them, at least two groups.
    of : (groups, …) -> (groups, Q)

    Returns
    -------
    low, high : (Q,)
        NaN where *of* has no value without some group.
    """
    from scipy.special import stdtrit

    without = of((sums.sum(axis=0) - sums) / (counts.sum() - counts)[:, None])
    groups = len(counts)
    error = np.sqrt((groups - 1) * ((without - without.mean(axis=0)) ** 2).mean(axis=0))
    reach = stdtrit(groups - 1, 0.975) * error
    return value - reach, value + reach


def block_bootstrap(sums: Doubles, counts: Doubles, seed: int = 0) -> tuple[Doubles, Doubles]:
    """Percentile interval of a mean by resampling groups of replicates (Efron 1979, Ann. Statist. 7, 1-26).

    Parameters
    ----------
    sums : (groups, …)
        Sum of every quantity in every group, as `grouped` gives them.
    counts : (groups,)
        Replicates in every group.
    seed : int
        Of the resampling.

    Returns
    -------
    low, high : (…)
        NaN with fewer than two groups. Equal for equal arguments: no generator is drawn from.
    """
    if len(counts) < 2:
        nothing = np.full(sums.shape[1:], np.nan)
        return nothing, nothing.copy()
    low, high = np.quantile(resampled_means(sums, counts, seed), [0.025, 0.975], axis=0)
    return low, high


def resampled_means(sums: Doubles, counts: Doubles, seed: int = 0) -> Doubles:
    """Return the mean of every quantity in each of `RESAMPLES` resamples of the groups: (resamples, …)."""
    weights = _resampled(len(counts), seed)
    size = np.einsum("bg,g->b", weights, counts)
    flat = sums.reshape(len(counts), -1)
    means = (
        np.einsum("bg,gq->bq", weights, flat) / size[:, None]
    )  # no BLAS: its last bit depends on the kernel
    shaped: Doubles = means.reshape(-1, *sums.shape[1:])
    return shaped


@lru_cache(4)
def _resampled(groups: int, seed: int) -> Doubles:
    """Return how often each group is taken in each resample: (resamples, groups)."""
    with np.errstate(over="ignore"):
        start = np.uint64((seed ^ name_key("bootstrap")) & 0xFFFFFFFFFFFFFFFF)
        words = finalise(finalise(np.arange(RESAMPLES * groups, dtype=np.uint64)) + start)
    taken = (words % np.uint64(groups)).astype(np.intp).reshape(RESAMPLES, groups)
    taken += np.arange(RESAMPLES)[:, None] * groups
    return (
        np.bincount(taken.ravel(), minlength=RESAMPLES * groups).reshape(RESAMPLES, groups).astype(np.float64)
    )
