"""Sets of parameters that meet history: drawn from the prior, weighed by how well the emulated rows fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.score.emulator import Emulator, quadratic

Values = NDArray[np.float64]

#: Nodes over which a likelihood is averaged.
NODES = 7
#: Points that are weighed in a round, as a power of 2, and how many at a time.
POINTS, AT_ONCE = 17, 2**14
#: Rounds after the first, each drawn about what weighed most before; how much wider than that in variance.
ROUNDS, WIDER = 4, 1.5
#: Points that have to carry the weight when a round is drawn about them: until then it is flattened.
CARRIED = 400.0


@dataclass(frozen=True, slots=True)
class Target:
    """What history says of a row, and how far the model may be off it at its best."""

    mean: float  # on the log scale of the emulator
    variance: float  # of it; what weighs where only an interval is known
    discrepancy: float  # standard deviation, on the log scale
    k: float | None = None  # how often, where that is known
    size: float | None = None  # in how many cases, or how much time
    is_rate: bool = False

    def log_likelihood(self, mean: Values, variance: Values) -> Values:
        """Return the log-likelihood of history where the model's row is normal with *mean* and *variance*.

        A binomial or Poisson count is averaged over emulator error and discrepancy by Gauss-Hermite
        quadrature; where only an interval is known, history is normal as well.
        """
        spread = variance + self.discrepancy**2
        if self.k is None or self.size is None:
            spread = spread + self.variance
            return np.asarray(-0.5 * ((mean - self.mean) ** 2 / spread + np.log(spread)), np.float64)
        nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
        at = mean[:, None] + np.sqrt(spread)[:, None] * nodes
        if self.is_rate:
            log = self.k * at - self.size * np.exp(at)
        else:
            log = self.k * at - self.size * np.logaddexp(0, at)
        top = log.max(axis=1)
        return np.asarray(top + np.log(np.exp(log - top[:, None]) @ weights), np.float64)


@dataclass(frozen=True, slots=True)
class Posterior:
    """Equally likely sets, and how they came about."""

    sets: Values  # (N, P), in units of the parameters
    distinct: int  # of them that differ from all others
    effective: float  # points of the prior that carry the weight (Kish)
    fitted: Mapping[
        str, tuple[float, float, float]
    ]  # of each row on its log scale: 5, 50 and 95 % over the sets
    misfit: Mapping[str, float]  # of each row: mean distance over the sets, in standard deviations


def sample(
    emulators: Mapping[str, Emulator],
    targets: Sequence[tuple[str, Target]],
    low: Values,
    high: Values,
    *,
    sets: int,
    seed: int,
) -> Posterior:
    """Draw *sets* of parameters by importance: history matching with weights (Vernon et al. 2010).

    The first points are those of the prior; later ones are normal on the log-odds of where each parameter
    lies between its ends, about what weighed most so far (population Monte Carlo, Cappe et al. 2004).

    Parameters
    ----------
    emulators
        Of every row; only those with a target weigh.
    targets
        What the rows that are fitted say, and what is judged of any: (row, target).
    low, high : (P,)
        Ends of the uniform prior.
    """
    points = _sobol(len(low), seed)
    at = np.log(points / (1 - points))
    log = _log_weight(points, emulators, targets)
    for again in range(ROUNDS):
        mean, spread = _about(at, log)
        points, at, density = _normal(len(low), seed + 1 + again, mean, spread)
        prior = (np.log(points) + np.log1p(-points)).sum(axis=1)
        log = _log_weight(points, emulators, targets) + prior - density
    weights = _shares(log)
    places = _systematic(weights, sets)
    picked = points[places]
    terms = quadratic(2 * picked - 1)
    told = {name: emulator.predict(terms)[0] for name, emulator in emulators.items()}
    return Posterior(
        sets=low + picked * (high - low),
        distinct=len(set(places)),
        effective=_effective(weights),
        fitted={name: _spread(values) for name, values in told.items()},
        misfit={
            name: float(
                np.mean((told[name] - target.mean) / np.hypot(target.discrepancy, target.variance**0.5))
            )
            for name, target in targets
        },
    )


def _sobol(parameters: int, seed: int) -> Values:
    """Return scrambled Sobol points strictly inside the unit cube, ``(N, P)``."""
    from scipy.stats import qmc

    points = qmc.Sobol(parameters, scramble=True, seed=seed).random_base2(POINTS)
    return np.asarray(np.clip(points, 1e-9, 1 - 1e-9), np.float64)


def _about(at: Values, log: Values) -> tuple[Values, Values]:
    """Return mean and covariance of what weighs most, flattened until enough points carry the weight."""
    flat = 1.0
    while flat > 1e-3 and _effective(_shares(flat * log)) < CARRIED:
        flat *= 0.8
    weights = _shares(flat * log)
    mean = weights @ at
    apart = at - mean
    return mean, WIDER * (apart * weights[:, None]).T @ apart + 1e-4 * np.eye(at.shape[1])


def _normal(parameters: int, seed: int, mean: Values, spread: Values) -> tuple[Values, Values, Values]:
    """Return points inside the unit cube, their log-odds, and the log density of those but for a constant."""
    from scipy.special import ndtri

    standard = ndtri(_sobol(parameters, seed))
    at = np.clip(mean + standard @ np.linalg.cholesky(spread).T, -20, 20)
    return 1 / (1 + np.exp(-at)), at, -0.5 * (standard**2).sum(axis=1)


def _shares(log: Values) -> Values:
    weights = np.exp(log - log.max())
    return np.asarray(weights / weights.sum(), np.float64)


def _effective(weights: Values) -> float:
    """Return how many points carry the weight (Kish)."""
    return float(1 / (weights**2).sum())


def _log_weight(
    points: Values, emulators: Mapping[str, Emulator], targets: Sequence[tuple[str, Target]]
) -> Values:
    """Return the log-likelihood of history at points of the unit cube, ``(N,)``."""
    parts = np.split(points, -(-len(points) // AT_ONCE))
    return np.concatenate([_log_likelihood(part, emulators, targets) for part in parts])


def _log_likelihood(
    unit: Values, emulators: Mapping[str, Emulator], targets: Sequence[tuple[str, Target]]
) -> Values:
    """Return the log-likelihood of history at points of the unit cube, ``(N,)``."""
    terms = quadratic(2 * unit - 1)
    total = np.zeros(len(unit))
    for name, target in targets:
        total += target.log_likelihood(*emulators[name].predict(terms))
    return total


def _systematic(weights: Values, count: int) -> list[int]:
    """Return *count* indices by systematic resampling (Kitagawa 1996), at the middle of each stratum."""
    places = (np.arange(count) + 0.5) / count
    edges = np.cumsum(weights)
    found = np.minimum(np.searchsorted(edges / edges[-1], places), len(weights) - 1)
    return [int(place) for place in found]


def _spread(values: Values) -> tuple[float, float, float]:
    low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
    return float(low), float(middle), float(high)
