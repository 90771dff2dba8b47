"""What we do not know, as distributions: a quantile function each, cut off at the bounds of what is drawn.

======================================  ==========================================================
in YAML                                 meaning
======================================  ==========================================================
``constant: x``                         always *x*
``uniform: {low, high}``                all values alike
``triangular: {low, mode, high}``       density falls straight from the mode to both ends
``pert: {low, mode, high}``             beta on [low, high] with mean (low + 4 mode + high) / 6
``normal: {mean, sd}``
``lognormal: {median, spread}``         spread = 84th percentile / median
``beta: {a, b}`` or ``{mean, n}``       on [0, 1]; a = mean n, b = (1 - mean) n
``quantiles: {p05, p50, p95}``          smooth through three percentiles, see `Quantiles`
``categorical: {value: weight, …}``     one of several values
``mixture: [{weight, of}, …]``          each of several distributions with its weight, see `Mixture`
======================================  ==========================================================

Draws are by inverse transform: the same uniform gives the same place in any distribution.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from sim.scenario.distribution import Distribution, Draws, ascending, positive
from sim.scenario.mixture import Mixture
from sim.scenario.quantiles import Quantiles


@dataclass(frozen=True, slots=True)
class Constant(Distribution):
    """Always the same value."""

    value: float

    def quantile(self, u: Draws) -> Draws:
        """Return the value, as often as asked."""
        return np.full(u.shape, float(self.value))

    def cumulative(self, x: float) -> float:
        """Return 1 from the value on."""
        return float(x >= self.value)

    def mass(self, low: float, high: float) -> float:
        """Return 1 where the value lies within [low, high]."""
        return float(low <= self.value <= high)

    def spec(self) -> dict[str, Any]:
        """Return ``{constant: x}``."""
        return {"constant": self.value}


@dataclass(frozen=True, slots=True)
class Uniform(Distribution):
    """All values between low and high alike."""

    low: float
    high: float

    def __post_init__(self) -> None:
        ascending(self, "low", "high")

    def quantile(self, u: Draws) -> Draws:
        """Return the values at probabilities *u*."""
        return self.low + u * (self.high - self.low)

    def cumulative(self, x: float) -> float:
        """Return the probability of a value of *x* or less."""
        return min(max((x - self.low) / (self.high - self.low), 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class Triangular(Distribution):
    """Density falls straight from the mode to both ends."""

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        ascending(self, "low", "high")
        _within(self)

    def quantile(self, u: Draws) -> Draws:
        """Return the values at probabilities *u*."""
        width, left, right = self.high - self.low, self.mode - self.low, self.high - self.mode
        rising = self.low + np.sqrt(np.maximum(u * width * left, 0))
        falling = self.high - np.sqrt(np.maximum((1 - u) * width * right, 0))
        return np.where(u < left / width, rising, falling)

    def cumulative(self, x: float) -> float:
        """Return the probability of a value of *x* or less."""
        if x <= self.low or x >= self.high:
            return float(x >= self.high)
        width = self.high - self.low
        if x < self.mode:
            return (x - self.low) ** 2 / (width * (self.mode - self.low))
        return 1 - (self.high - x) ** 2 / (width * (self.high - self.mode))


@dataclass(frozen=True, slots=True)
class Pert(Distribution):
    """Beta on [low, high] with mean (low + 4 mode + high) / 6."""

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        ascending(self, "low", "high")
        _within(self)

    def _shape(self) -> tuple[float, float]:
        width = self.high - self.low
        return 1 + 4 * (self.mode - self.low) / width, 1 + 4 * (self.high - self.mode) / width

    def quantile(self, u: Draws) -> Draws:
        """Return the values at probabilities *u*."""
        from scipy.special import betaincinv

        a, b = self._shape()
        return np.asarray(self.low + (self.high - self.low) * betaincinv(a, b, u), np.float64)

    def cumulative(self, x: float) -> float:
        """Return the probability of a value of *x* or less."""
        from scipy.special import betainc

        share = (x - self.low) / (self.high - self.low)
        return float(betainc(*self._shape(), min(max(share, 0.0), 1.0)))


@dataclass(frozen=True, slots=True)
class Normal(Distribution):
    """The normal distribution."""

    mean: float
    sd: float

    def __post_init__(self) -> None:
        positive(self, "sd")

    def quantile(self, u: Draws) -> Draws:
        """Return the values at probabilities *u*."""
        from scipy.special import ndtri

        return np.asarray(self.mean + self.sd * ndtri(u), np.float64)

    def cumulative(self, x: float) -> float:
        """Return the probability of a value of *x* or less."""
        from scipy.special import ndtr

        return float(ndtr((x - self.mean) / self.sd))


@dataclass(frozen=True, slots=True)
class Lognormal(Distribution):
    """Normal in the logarithm; spread is the 84th percentile over the median."""

    median: float
    spread: float

    def __post_init__(self) -> None:
        positive(self, "median")
        if not self.spread > 1:
            raise ValueError(
                f"spread {self.spread:g} is not above 1: it is the 84th percentile over the median"
            )

    def quantile(self, u: Draws) -> Draws:
        """Return the values at probabilities *u*."""
        from scipy.special import ndtri

        return np.asarray(self.median * np.exp(math.log(self.spread) * ndtri(u)), np.float64)

    def cumulative(self, x: float) -> float:
        """Return the probability of a value of *x* or less."""
        from scipy.special import ndtr

        if x <= 0:
            return 0.0
        return float(ndtr(math.log(x / self.median) / math.log(self.spread))) if math.isfinite(x) else 1.0


@dataclass(frozen=True, slots=True)
class Beta(Distribution):
    """Beta on [0, 1], by its two parameters or by mean and size of an imagined sample."""

    a: float | None = None
    b: float | None = None
    mean: float | None = None
    n: float | None = None

    def __post_init__(self) -> None:
        given = {name for name, value in asdict(self).items() if value is not None}
        if given not in ({"a", "b"}, {"mean", "n"}):
            raise ValueError("takes either a and b, or mean and n")
        for name in given:
            positive(self, name)
        if self.mean is not None and self.mean >= 1:
            raise ValueError(f"mean {self.mean:g} is not below 1")

    def _shape(self) -> tuple[float, float]:
        if self.a is not None and self.b is not None:
            return self.a, self.b
        mean, n = self.mean or 0.0, self.n or 0.0  # both given: checked when it was made
        return mean * n, (1 - mean) * n

    def quantile(self, u: Draws) -> Draws:
        """Return the values at probabilities *u*."""
        from scipy.special import betaincinv

        return np.asarray(betaincinv(*self._shape(), u), np.float64)

    def cumulative(self, x: float) -> float:
        """Return the probability of a value of *x* or less."""
        from scipy.special import betainc

        return float(betainc(*self._shape(), min(max(x, 0.0), 1.0)))


@dataclass(frozen=True, slots=True)
class Categorical(Distribution):
    """One of several numbers, each with a weight."""

    weights: tuple[tuple[float, float], ...]  # (value, weight), ascending

    def __post_init__(self) -> None:
        if not self.weights:
            raise ValueError("has no values")
        for value, weight in self.weights:
            if not weight > 0:
                raise ValueError(f"the weight of {value:g} is not above 0")

    def quantile(self, u: Draws) -> Draws:
        """Return the values at probabilities *u*."""
        values, weights = np.array(self.weights, np.float64).T
        edges = np.cumsum(weights) / weights.sum()
        return np.asarray(values[np.minimum(np.searchsorted(edges, u, side="right"), len(values) - 1)])

    def cumulative(self, x: float) -> float:
        """Return the probability of a value of *x* or less."""
        return sum(w for v, w in self.weights if v <= x) / sum(w for _, w in self.weights)

    def mass(self, low: float, high: float) -> float:
        """Return the probability of a value within [low, high]."""
        return sum(w for v, w in self.weights if low <= v <= high) / sum(w for _, w in self.weights)

    def truncated(self, low: float, high: float) -> Distribution:
        """Return the distribution over the values within [low, high]."""
        Distribution.truncated(self, low, high)
        return replace(self, weights=tuple((v, w) for v, w in self.weights if low <= v <= high))

    def central(self) -> float:
        """Return the most likely value, the lowest of equals."""
        return max(self.weights, key=lambda entry: (entry[1], -entry[0]))[0]

    def spec(self) -> dict[str, Any]:
        """Return ``{categorical: {value: weight, …}}``."""
        return {"categorical": {_text(value): weight for value, weight in self.weights}}


def _text(number: float) -> str:
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else repr(number)


def _within(what: Triangular | Pert) -> None:
    if not what.low <= what.mode <= what.high:
        raise ValueError(f"mode {what.mode:g} is not between low {what.low:g} and high {what.high:g}")


#: Every kind of distribution by its word in YAML.
KINDS: Mapping[str, Callable[..., Distribution]] = {
    "constant": Constant,
    "uniform": Uniform,
    "triangular": Triangular,
    "pert": Pert,
    "normal": Normal,
    "lognormal": Lognormal,
    "beta": Beta,
    "quantiles": Quantiles,
    "categorical": Categorical,
    "mixture": Mixture,
}


def make(kind: str, parameters: Any) -> Distribution:
    """Return the distribution ``{kind: parameters}`` stands for.

    Raises
    ------
    ValueError
        If the parameters contradict each other.
    """
    if kind == "constant":
        return Constant(float(parameters))
    if kind == "categorical":
        return Categorical(tuple(sorted((float(v), float(w)) for v, w in parameters.items())))
    if kind == "mixture":
        return Mixture(tuple((float(part["weight"]), _part(part["of"])) for part in parameters))
    return KINDS[kind](**{name: float(value) for name, value in parameters.items() if value is not None})


def _part(given: Mapping[str, Any]) -> Distribution:
    """Return the distribution that a part of a mixture names."""
    ((kind, parameters),) = given.items()
    if kind == "mixture":
        raise ValueError("a mixture cannot be a part of another: write all parts in one")
    return make(kind, parameters)


def background(value: float, low: float, high: float) -> Distribution:
    """Return *value* times a triangular factor (low, 1, high): what a judgement with a range stands for."""
    if value == 0 or low == high:
        return Constant(value)
    ends = sorted((value * low, value * high))
    return Triangular(ends[0], value, ends[1])
