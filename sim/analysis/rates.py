"""How often, how much, and by how much more: estimates with intervals, of all histories or of weighted ones.

Weights stand for believing otherwise (`sim.analysis.weights`). A weighted rate has the interval of a rate of
n* histories, n* being what its own variance is worth: p(1-p)/var(p), var(p) linearised (Korn & Graubard 1998,
Survey Methodology 24, 193-201; with Wilson's interval in place of theirs), Kish's number where p is 0 or 1.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.intervals import block_bootstrap, grouped, newcombe, resampled_means, wilson

Record = dict[str, Any]
Weights = NDArray[np.float64] | None


def effective(weights: NDArray[np.float64]) -> float:
    """Return how many equal histories weighted ones are worth: (Σw)² / Σw² (Kish 1965)."""
    squares = float((weights**2).sum())
    return float(weights.sum()) ** 2 / squares if squares else 0.0


def rate(happened: NDArray[np.bool_], weights: Weights = None) -> Record:
    """Return how often an outcome happened: probability, interval, times, n.

    Parameters
    ----------
    happened : (R,)
    weights : (R,), optional
    """
    times, n = int(happened.sum()), len(happened)
    if weights is None:
        low, high = wilson(times, n)
        return {"probability": times / n, "low": float(low), "high": float(high), "happened": times, "n": n}
    share = float(weights @ happened / weights.sum())
    worth = _worth(happened.astype(np.float64), weights)
    low, high = wilson(worth if times == n else share * worth, worth)
    return {"probability": share, "low": float(low), "high": float(high), "happened": times, "n": n}


def _worth(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Return the number of equal histories whose mean is as sure as the weighted mean of *values*."""
    whole = weights.sum()
    middle = weights @ values / whole
    spread = float(weights @ (values - middle) ** 2 / whole)
    variance = float((weights**2) @ (values - middle) ** 2 / whole**2)
    return min(spread / variance, float(len(values))) if variance > 0 else effective(weights)


def paired_difference(first: NDArray[np.bool_], second: NDArray[np.bool_], weights: Weights = None) -> Record:
    """Return the rate of *first* minus that of *second*, histories of equal number being a pair."""
    cells = first & second, first & ~second, ~first & second, ~first & ~second
    if weights is None:
        counts = [float(cell.sum()) for cell in cells]
    else:
        worth = _worth(first.astype(np.float64) - second, weights)
        counts = [float(weights @ cell) * worth / float(weights.sum()) for cell in cells]
    difference, low, high = newcombe(*counts)
    return {"difference": float(difference), "difference_low": float(low), "difference_high": float(high)}


def mean(values: NDArray[Any], weights: Weights = None) -> Record:
    """Return a mean with its interval, None for the interval of a single history."""
    if weights is None:
        sums, counts = grouped(values)
        low, high = block_bootstrap(sums, counts)
        return {"mean": number(sums.sum() / counts.sum()), "low": number(low), "high": number(high)}
    pairs = np.stack([weights * values, weights], axis=1)
    middle = pairs[:, 0].sum() / pairs[:, 1].sum()
    sums, counts = grouped(pairs)
    if len(counts) < 2:
        return {"mean": number(middle), "low": None, "high": None}
    means = resampled_means(sums, counts)
    low, high = np.quantile(means[:, 0] / means[:, 1], [0.025, 0.975])
    return {"mean": number(middle), "low": number(low), "high": number(high)}


def mean_difference(first: NDArray[Any], second: NDArray[Any], weights: Weights = None) -> Record:
    """Return the mean of *first* minus that of *second*, histories of equal number being a pair."""
    paired = mean(np.subtract(first, second, dtype=np.float64), weights)
    return {"difference": paired["mean"], "difference_low": paired["low"], "difference_high": paired["high"]}


def number(value: Any) -> float | None:
    """Return a number, None for NaN."""
    return float(value) if np.isfinite(value) else None
