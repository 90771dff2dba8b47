"""What a distribution is: a quantile function, and what is left of it within bounds."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

Draws = NDArray[np.float64]

#: Share of a distribution that must lie within the bounds of what it is a distribution of.
LEAST_MASS = 0.01


class Distribution(ABC):
    """Base of all distributions: frozen dataclasses whose fields are the parameters in YAML."""

    @abstractmethod
    def quantile(self, u: Draws) -> Draws:
        """Return the values at probabilities *u*, ``(R,)``, in the open unit interval."""

    @abstractmethod
    def cumulative(self, x: float) -> float:
        """Return the probability of a value of *x* or less."""

    def cumulatives(self, x: Draws) -> Draws:
        """Return the probabilities of values of *x* or less, ``(R,)``."""
        return np.array([self.cumulative(float(value)) for value in x], np.float64)

    def central(self) -> Any:
        """Return the median, or the most likely of named values."""
        return float(self.quantile(np.array([0.5]))[0])

    def mass(self, low: float, high: float) -> float:
        """Return the probability of a value within [low, high]."""
        return self.cumulative(high) - self.cumulative(low)

    def truncated(self, low: float, high: float) -> Distribution:
        """Return this distribution given that the value lies within [low, high].

        Raises
        ------
        ValueError
            If less than one per cent of it does.
        """
        mass = self.mass(low, high)
        if not mass >= LEAST_MASS:
            within = _interval(low, high)
            raise ValueError(f"puts {mass:.1%} of its mass within {within}, and 1 % is needed")
        return self if mass >= 1 else Truncated(self, low, high)

    def spec(self) -> dict[str, Any]:
        """Return the mapping that writes this distribution in YAML."""
        given = {f.name: getattr(self, f.name) for f in fields(self)}  # type: ignore[arg-type]
        kind = type(self).__name__.lower()
        return {kind: {name: value for name, value in given.items() if value is not None}}


def _interval(low: float, high: float) -> str:
    if math.isinf(high):
        return f"the bounds ({low:g} or more)" if math.isfinite(low) else "the bounds"
    return f"the bounds [{low:g}, {high:g}]"


@dataclass(frozen=True, slots=True)
class Truncated(Distribution):
    """A distribution conditioned on bounds."""

    of: Distribution
    low: float
    high: float

    def quantile(self, u: Draws) -> Draws:
        """Return the values at probabilities *u*."""
        below, above = self.of.cumulative(self.low), self.of.cumulative(self.high)
        return np.clip(self.of.quantile(below + u * (above - below)), self.low, self.high)

    def cumulative(self, x: float) -> float:
        """Return the probability of a value of *x* or less."""
        inside = self.of.cumulative(min(max(x, self.low), self.high)) - self.of.cumulative(self.low)
        return inside / self.of.mass(self.low, self.high)

    def spec(self) -> dict[str, Any]:
        """Return the mapping of the distribution before it was cut."""
        return self.of.spec()


def ascending(what: Any, first: str, second: str) -> None:
    """Raise `ValueError` unless one parameter is below another."""
    low, high = getattr(what, first), getattr(what, second)
    if low > high:
        raise ValueError(f"{first} {low:g} is above {second} {high:g}")
    if low == high:
        raise ValueError(f"{first} and {second} are both {low:g}: use `constant`")


def positive(what: Any, name: str) -> None:
    """Raise `ValueError` unless a parameter is above 0."""
    if not getattr(what, name) > 0:
        raise ValueError(f"{name} {getattr(what, name):g} is not above 0")
