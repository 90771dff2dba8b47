"""What counts say: estimates with intervals, and how far apart two of them are."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.intervals import grouped, resampled_means, wilson

Values = NDArray[np.float64]

#: A row counts as met where the model is within this factor, if not within the interval of history.
FACTOR = 2.0

#: No row should be further off than this factor.
FAR = 4.0

FITTED, SCORED = "fitted", "scored"

#: Tail left out on each side of an interval, and how often nothing is seen at its edge: -ln of it.
TAIL = 0.025


@dataclass(frozen=True, slots=True)
class Count:
    """So many times *k* in *size* cases (a share) or in *size* units of time (a rate)."""

    k: float
    size: float
    is_rate: bool

    @property
    def estimate(self) -> float:
        """Times over cases or time; NaN where there was none."""
        return self.k / self.size if self.size > 0 else math.nan

    @property
    def scale(self) -> float:
        """What ratios are taken of: (k + 1/2)/time of a rate, the odds of (k + 1/2)/(n + 1) of a share."""
        if self.is_rate:
            return (self.k + 0.5) / self.size
        return odds((self.k + 0.5) / (self.size + 1))


def odds(share: float) -> float:
    """Return the odds of a share strictly between 0 and 1."""
    return share / (1 - share)


def jeffreys(count: Count) -> tuple[float, float]:
    """Return the 95 % interval under Jeffreys' prior (Brown, Cai and DasGupta 2001, Stat. Sci. 16, 101-133).

    Quantiles of a beta distribution for a share and of a gamma distribution for a rate, but exactly 0 where
    *k* is 0 and exactly 1 where a share's *k* is *n*.
    """
    from scipy.special import betaincinv, gammaincinv

    k, size = count.k, count.size
    if count.is_rate:
        low, high = (float(gammaincinv(k + 0.5, p)) / size for p in (TAIL, 1 - TAIL))
        return (0.0 if k == 0 else low), high
    low, high = (float(betaincinv(k + 0.5, size - k + 0.5, p)) for p in (TAIL, 1 - TAIL))
    return (0.0 if k == 0 else low), (1.0 if k == size else high)


def clustered(times: Values, sizes: Values, *, is_rate: bool) -> tuple[float, float]:
    """Return the 95 % interval of Σk/Σn over histories, within each of which events cluster.

    Parameters
    ----------
    times, sizes : (R,)
        Of every history: how many times, in how many cases or how much time.
    is_rate : bool
        Whether *sizes* is time: then nothing seen in time T bounds the rate by -ln(0.025)/T.

    Returns
    -------
    low, high
        Percentiles of a bootstrap over groups of consecutive histories (Efron 1979). Where nothing or
        everything was seen there is nothing to resample: the interval of as many independent cases.
    """
    total, of = float(times.sum()), float(sizes.sum())
    if of == 0:
        return math.nan, math.nan
    if total == 0 and is_rate:
        return 0.0, -math.log(TAIL) / of
    if total == 0 or (total == of and not is_rate):
        low, high = wilson(total, of)
        return float(low), float(high)
    sums, counts = grouped(np.stack([times, sizes], axis=1))
    if len(counts) < 2:
        return math.nan, math.nan
    means = resampled_means(sums, counts)
    some = means[:, 1] > 0
    low, high = np.quantile(means[some, 0] / means[some, 1], [TAIL, 1 - TAIL])
    return float(low), float(high)


def half_of(name: str) -> str:
    """Return the half a row is in: fitted where the first byte of the SHA-256 of its id is even."""
    return SCORED if hashlib.sha256(name.encode()).digest()[0] % 2 else FITTED
