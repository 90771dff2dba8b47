"""What it is worth to know an assumption before choosing an option, outcome by outcome.

The expected value of partial perfect information: E[max over options of E(Y | x_i)] less the largest
E(Y) (Raiffa and Schlaifer 1961). One loop over ordinary histories is enough where E(Y | x_i) is found by
regression (Strong, Oakley and Brennan 2014, Med. Decis. Making 34, 311-326). The largest of noisy numbers
is too large, so the rule *if x_i is this, choose that* is learnt on seven eighths of the rows and
valued on the rest, eight times: no value is claimed that fresh histories would not show. It may then come
out a little below 0, where there is nothing to gain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.experiments.factors import Factor
from sim.experiments.sobol import Doubles, Estimate
from sim.intervals import block_bootstrap, grouped
from sim.scenario.draws import Draw

FOLDS = 8

#: Keeps the regression on the many columns of a sample from following luck; a share of the rows.
RIDGE = 0.002


@dataclass(frozen=True, slots=True)
class Worth:
    """How much likelier, or larger, an outcome becomes by choosing with knowledge; both signs are gains."""

    wanted: Estimate  # if it is to come about
    unwanted: Estimate  # if it is to be avoided


def worth(features: Doubles, y: Doubles) -> Worth:
    """Return what it is worth to know something.

    Parameters
    ----------
    features : (F, N)
        What is known, as columns of a regression; without a constant.
    y : (O, N)
        The outcome under every option, all under the same assumptions and luck.

    Raises
    ------
    ValueError
        With fewer than two options, or fewer rows than folds.
    """
    if len(y) < 2 or y.shape[1] < FOLDS:
        raise ValueError("knowing is worth something only where there is a choice")
    gains = np.stack([_gains(features, y), _gains(features, -y)])
    sums, counts = grouped(gains.T)
    low, high = block_bootstrap(sums, counts)
    wanted, unwanted = (
        Estimate(float(gain.mean()), float(low[n]), float(high[n])) for n, gain in enumerate(gains)
    )
    return Worth(wanted, unwanted)


def _gains(features: Doubles, y: Doubles) -> Doubles:
    """Return what each row gains over the option that is best without knowing, ``(N,)``."""
    over = y - y[0]  # shared luck cancels
    known = np.concatenate([np.ones((1, y.shape[1])), features])
    penalty = RIDGE * y.shape[1] * np.eye(len(known))
    penalty[0, 0] = 0
    gains = np.zeros(y.shape[1])
    fold = np.arange(y.shape[1]) * FOLDS // y.shape[1]
    for held in range(FOLDS):
        test, train = fold == held, fold != held
        x = known[:, train]
        fitted = np.linalg.solve(x @ x.T + penalty, x @ over[:, train].T)
        told = (fitted.T @ known[:, test]).argmax(axis=0)
        untold = int(over[:, train].mean(axis=1).argmax())
        mine = over[:, test]
        gains[test] = mine[told, np.arange(mine.shape[1])] - mine[untold]
    return gains


def features_of(factor: Factor, places: Doubles) -> Doubles:
    """Return what is known when a factor is, as columns of a regression ``(F, N)``, each of variance about 1.

    Of a number its place in its distribution, to the third power (Legendre); of stories which is true; of a
    sample what it sets. Nothing of everything else, which has too many parts.

    Parameters
    ----------
    places : (draws of the factor, N)
    """
    told = [_features(draw, factor.kind, u) for draw, u in zip(factor.draws, places, strict=True)]
    return np.concatenate([np.zeros((0, places.shape[1])), *told])


def _features(draw: Draw, kind: str, u: Doubles) -> Doubles:
    if draw.distribution is not None:
        z = 2 * u - 1
        return np.stack([z * 3**0.5, (3 * z * z - 1) / 2 * 5**0.5, (5 * z**3 - 3 * z) / 2 * 7**0.5])
    place = draw.pick(u)
    if kind == "stories":
        return np.stack([place == n for n in range(1, len(draw.stories))]).astype(np.float64)
    table = np.array([[said.get(path, np.nan) for path in draw.paths] for _, _, said in draw.stories])
    spread = table.std(axis=0)
    table = (table - table.mean(axis=0)) / np.where(spread > 0, spread, 1)
    return np.asarray(table[place].T, np.float64)


def everything(factors: Sequence[Factor], places: Doubles) -> Doubles:
    """Return what is known when all factors are: the columns of each, one below the other."""
    found, first = [], 0
    for factor in factors:
        found.append(features_of(factor, places[first : first + len(factor.draws)]))
        first += len(factor.draws)
    return np.concatenate(found)
