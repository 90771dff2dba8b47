"""Sets of parameters that meet history: drawn from the prior, weighed by how well the emulated rows fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.score.emulator import Emulator, quadratic

Values = NDArray[np.float64]

#: Nodes over which a likelihood is averaged.
NODES = 7
#: Points of the prior that are weighed, as a power of 2, and how many at a time.
POINTS, AT_ONCE = 19, 2**14


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
    targets: Mapping[str, Target],
    low: Values,
    high: Values,
    *,
    sets: int,
    seed: int,
) -> Posterior:
    """Draw *sets* of parameters by importance: history matching with weights (Vernon et al. 2010).

    Parameters
    ----------
    emulators
        Of every row; only those with a target weigh.
    targets
        What the rows that are fitted say.
    low, high : (P,)
        Ends of the uniform prior.
    """
    from scipy.stats import qmc

    unit = qmc.Sobol(len(low), scramble=True, seed=seed).random_base2(POINTS)
    weights = np.concatenate(
        [_log_weight(part, emulators, targets) for part in np.split(unit, len(unit) // AT_ONCE)]
    )
    weights = np.exp(weights - weights.max())
    weights /= weights.sum()
    places = _systematic(weights, sets)
    picked = unit[places]
    terms = quadratic(2 * picked - 1)
    told = {name: emulator.predict(terms)[0] for name, emulator in emulators.items()}
    return Posterior(
        sets=low + picked * (high - low),
        distinct=len(set(places)),
        effective=float(1 / (weights**2).sum()),
        fitted={name: _spread(values) for name, values in told.items()},
        misfit={
            name: float(
                np.mean((told[name] - target.mean) / np.hypot(target.discrepancy, target.variance**0.5))
            )
            for name, target in targets.items()
        },
    )


def _log_weight(unit: Values, emulators: Mapping[str, Emulator], targets: Mapping[str, Target]) -> Values:
    """Return the log-likelihood of history at points of the unit cube, ``(N,)``."""
    terms = quadratic(2 * unit - 1)
    total = np.zeros(len(unit))
    for name, target in targets.items():
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
