"""How each base rate of the model follows its parameters: a regression on many histories."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

#: Ridge on all but the constant, in units of one event: rare rows have too few events for 90 coefficients.
RIDGE = 2.0
#: Newton steps at most, and the step below which they end.
STEPS, CLOSE = 50, 1e-8
#: Largest log-odds or log rate a fit may reach: a row in which nothing happens has no finite one.
EDGE = 15.0


@dataclass(frozen=True, slots=True)
class Emulator:
    """Log rate of a rate, log-odds of a share, as a quadratic in the parameters scaled to -1 to 1."""

    coefficients: Values  # (C,)
    covariance: Values  # (C, C), with what histories vary beyond chance

    def predict(self, terms: Values) -> tuple[Values, Values]:
        """Return mean and variance at rows of *terms*, ``(N, C)`` as `quadratic` gives them."""
        mean = np.clip(terms @ self.coefficients, -EDGE, EDGE)
        return mean, np.einsum("nc,cd,nd->n", terms, self.covariance, terms, optimize=True)


def quadratic(scaled: Values) -> Values:
    """Return constant, linear, square and product terms of parameters ``(N, P)`` scaled to -1 to 1."""
    n, parameters = scaled.shape
    i, j = np.triu_indices(parameters)
    return np.concatenate([np.ones((n, 1)), scaled, scaled[:, i] * scaled[:, j]], axis=1)


def fit(terms: Values, times: Values, sizes: Values, *, is_rate: bool) -> Emulator:
    """Fit a Poisson (rate) or binomial (share) regression by iteratively reweighted least squares.

    Parameters
    ----------
    terms : (R, C)
        `quadratic` of each history's parameters.
    times, sizes : (R,)
        How often it happened in each, and in how many cases or how much time.
    is_rate : bool
        Whether *sizes* is time.

    Returns
    -------
    Emulator
        Its covariance is that of a quasi-likelihood (McCullagh and Nelder 1989, ch. 9): events of one history
        come in clusters.
    """
    seen = sizes > 0
    x, k, n = terms[seen], times[seen], sizes[seen]
    beta = np.zeros(x.shape[1])
    total = k.sum() + 0.5
    beta[0] = np.log(total / n.sum()) if is_rate else np.log(total / (n.sum() - k.sum() + 0.5))
    penalty = np.full(x.shape[1], RIDGE)
    penalty[0] = 0
    for _ in range(STEPS):
        expected, weight = _expected(x @ beta, n, is_rate=is_rate)
        curve = (x * weight[:, None]).T @ x + np.diag(penalty)
        step = np.linalg.solve(curve, x.T @ (k - expected) - penalty * beta)
        beta += np.clip(step, -1, 1)
        if np.abs(step).max() < CLOSE:
            break
    expected, weight = _expected(x @ beta, n, is_rate=is_rate)
    spread = float(((k - expected) ** 2 / np.maximum(weight, 1e-12)).sum() / max(len(k) - len(beta), 1))
    curve = (x * weight[:, None]).T @ x + np.diag(penalty)
    return Emulator(beta, np.asarray(max(spread, 1.0) * np.linalg.inv(curve), np.float64))


def _expected(log: Values, sizes: Values, *, is_rate: bool) -> tuple[Values, Values]:
    """Return expected times and their variance."""
    log = np.clip(log, -EDGE, EDGE)
    if is_rate:
        expected = np.exp(log) * sizes
        return expected, expected
    share = 1 / (1 + np.exp(-log))
    return share * sizes, share * (1 - share) * sizes
