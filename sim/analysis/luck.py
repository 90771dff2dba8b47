"""How much of an outcome is luck: what differs between a history and its twin."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.intervals import grouped, resampled_means


def luck_share(histories: NDArray[np.bool_], twins: NDArray[np.bool_]) -> dict[str, float | None]:
    """Return luck's share of an outcome's variance, 1 - cov(Y, Y')/var(Y), with its interval.

    Twins share assumptions and differ in luck, so their covariance is the variance that
    the assumptions explain. Mean and variance are taken over both, which are alike.

    Parameters
    ----------
    histories, twins : (R,)
        Whether the outcome happened in each history, and in its twin.

    Returns
    -------
    dict
        luck_share, luck_low, luck_high: within 0 and 1, None where the outcome always or never happened.
    """
    pairs = np.stack([(histories.astype(np.float64) + twins) / 2, histories & twins], axis=1)
    share = _share(pairs.mean(axis=0)) if len(pairs) else np.array(np.nan)
    low, high = np.nan, np.nan
    if np.isfinite(share):
        resampled = _share(resampled_means(*grouped(pairs)))
        usable = resampled[np.isfinite(resampled)]
        if usable.size:
            low, high = np.quantile(usable, [0.025, 0.975])
    return {"luck_share": _number(share), "luck_low": _number(low), "luck_high": _number(high)}


def _share(means: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share from the mean of the outcome and the mean of both having it, (…, 2)."""
    rate, joint = means[..., 0], means[..., 1]
    variance = rate * (1 - rate)
    nothing = np.full_like(variance, np.nan)
    share: NDArray[np.float64] = np.clip(
        1 - np.divide(joint - rate * rate, variance, out=nothing, where=variance > 0), 0, 1
    )
    return share


def _number(value: Any) -> float | None:
    """Return a number, None for NaN."""
    return float(value) if np.isfinite(value) else None
