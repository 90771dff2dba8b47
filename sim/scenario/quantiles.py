"""A smooth distribution through three percentiles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.scenario.distribution import Distribution, Draws, ascending

_Z95 = 1.6448536269514722  # standard normal quantile of .95


@dataclass(frozen=True, slots=True)
class Quantiles(Distribution):
    """Smooth through the 5th, 50th and 95th percentile.

    The value is a monotone cubic in the normal deviate z between the three points, straight beyond them:
    slopes at the ends are those of the chords, at the median their harmonic mean (Fritsch and Carlson 1980).
    With percentiles at equal distances it is the normal distribution.
    """

    p05: float
    p50: float
    p95: float

    def __post_init__(self) -> None:
        ascending(self, "p05", "p50")
        ascending(self, "p50", "p95")

    def _at(self, z: Draws) -> Draws:
        left, right = (self.p50 - self.p05) / _Z95, (self.p95 - self.p50) / _Z95
        middle = 2 * left * right / (left + right)
        below = _hermite(z, -_Z95, self.p05, self.p50, left, middle)
        above = _hermite(z, 0.0, self.p50, self.p95, middle, right)
        tails = np.where(z < 0, self.p05 + left * (z + _Z95), self.p95 + right * (z - _Z95))
        return np.where(np.abs(z) > _Z95, tails, np.where(z < 0, below, above))

    def quantile(self, u: Draws) -> Draws:
        """Return the values at probabilities *u*."""
        from scipy.special import ndtri

        return self._at(np.asarray(ndtri(u), np.float64))

    def cumulative(self, x: float) -> float:
        """Return the probability of a value of *x* or less."""
        return float(self.cumulatives(np.array([x]))[0])

    def cumulatives(self, x: Draws) -> Draws:
        """Return the probabilities of values of *x* or less, by bisection."""
        from scipy.special import ndtr

        low, high = np.full(len(x), -40.0), np.full(len(x), 40.0)
        for _ in range(80):
            middle = (low + high) / 2
            below = self._at(middle) <= x
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return np.asarray(ndtr((low + high) / 2), np.float64)


def _hermite(z: Draws, start: float, y0: float, y1: float, m0: float, m1: float) -> Draws:
    """Return the cubic over an interval of width z95 with values and slopes given at its ends."""
    t = np.clip((z - start) / _Z95, 0, 1)
    return np.asarray(
        (1 + 2 * t) * (1 - t) ** 2 * y0
        + t * (1 - t) ** 2 * _Z95 * m0
        + t**2 * (3 - 2 * t) * y1
        + t**2 * (t - 1) * _Z95 * m1,
        np.float64,
    )
