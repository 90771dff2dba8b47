"""Several opinions of one number, each with a weight: a mixture of distributions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.scenario.distribution import Distribution, Draws, Truncated

#: Halvings after which a value is as exact as a double has it.
HALVINGS = 60


@dataclass(frozen=True, slots=True)
class Mixture(Distribution):
    """Each of several distributions with its weight (a linear opinion pool, Stone 1961).

    Drawn by inverse transform like every other, so that the same uniform gives the same place in it.
    """

    parts: tuple[tuple[float, Distribution], ...]  # (weight, distribution), as given

    def __post_init__(self) -> None:
        if not self.parts:
            raise ValueError("has no parts")
        for weight, _ in self.parts:
            if not weight > 0:
                raise ValueError(f"weight {weight:g} is not above 0")

    @property
    def _shares(self) -> list[tuple[float, Distribution]]:
        total = sum(weight for weight, _ in self.parts)
        return [(weight / total, of) for weight, of in self.parts]

    def quantile(self, u: Draws) -> Draws:
        """Return the values at probabilities *u*, by halving between the least and largest of the parts."""
        u = np.asarray(u, np.float64)
        ends = np.stack([of.quantile(u) for _, of in self.parts])
        low, high = ends.min(axis=0), ends.max(axis=0)
        low = low - 1e-12 * (1 + np.abs(low))  # below the value even where it is an atom
        for _ in range(HALVINGS):
            middle = low + (high - low) / 2
            above = self.cumulatives(middle) >= u
            high, low = np.where(above, middle, high), np.where(above, low, middle)
        return np.asarray(high, np.float64)

    def cumulative(self, x: float) -> float:
        """Return the probability of a value of *x* or less."""
        return sum(share * of.cumulative(x) for share, of in self._shares)

    def cumulatives(self, x: Draws) -> Draws:
        """Return the probabilities of values of *x* or less."""
        return np.asarray(sum(share * of.cumulatives(x) for share, of in self._shares), np.float64)

    def mass(self, low: float, high: float) -> float:
        """Return the probability of a value within [low, high]."""
        return sum(share * of.mass(low, high) for share, of in self._shares)

    def truncated(self, low: float, high: float) -> Distribution:
        """Return the mixture given that the value lies within [low, high], an atom at *low* included."""
        cut = Distribution.truncated(self, low, high)
        return cut if cut is self else Truncated(self, math.nextafter(low, -math.inf), high)

    def spec(self) -> dict[str, Any]:
        """Return ``{mixture: [{weight, of}, …]}``."""
        return {"mixture": [{"weight": weight, "of": of.spec()} for weight, of in self.parts]}
