"""Which of hundreds of numbers go with an outcome, from histories that are there already.

Every history draws all its numbers anew, so the histories of a study are a sample in which each of them can
be looked at by itself ("given-data" sensitivity: Plischke, Borgonovo & Smith 2013, Eur. J. Oper. Res. 226,
536-550; here the squared correlation with the score of what was drawn, which tells effects that go one way).
Of so many some would stand out by chance: those are told whose share of false ones is held to a twentieth
(Benjamini & Hochberg 1995, J. R. Stat. Soc. B 57, 289-300).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from sim.intervals import Z

Doubles = NDArray[np.float64]

#: Share of those told that may be there by chance.
FALSE = 0.05

#: A number is low in its lowest fifth, high in its highest.
FIFTH = 0.2

#: Fewest histories anything is told of.
FEWEST = 100


@dataclass(frozen=True, slots=True)
class Influence:
    """What one number does to an outcome, by itself."""

    place: int  # of the number
    share: float  # of the outcome's variance, luck included, that goes with it
    share_low: float
    share_high: float
    at_low: float  # mean of the outcome where the number is low
    at_high: float
    swing: float  # the high end less the low one
    swing_low: float
    swing_high: float


def influences(scores: Doubles, outcome: Doubles, spreads: Doubles | None = None) -> list[Influence]:
    """Return the numbers that go with an outcome beyond chance, the strongest first.

    Parameters
    ----------
    scores : (J, R)
        Where each number stood in every history.
    outcome : (R,)
        Whether it came (0 or 1), or a quantity.
    spreads : (J,), optional
        Standard deviation of each number; worked out here unless it is given, as for many outcomes.
    """
    if len(outcome) < FEWEST or not np.ptp(outcome) > 0:
        return []
    r = correlations(scores, outcome, scores.std(axis=1) if spreads is None else spreads)
    return [_told(place, r[place], scores[place], outcome) for place in _beyond_chance(r, len(outcome))]


def correlations(scores: Doubles, outcome: Doubles, spreads: Doubles) -> Doubles:
    """Return the correlation of an outcome with every number, ``(J,)``; 0 where one does not vary."""
    centred = outcome - outcome.mean()
    spread = spreads * centred.std() * len(outcome)
    found: Doubles = np.divide(scores @ centred, spread, out=np.zeros(len(scores)), where=spread > 0)
    return np.clip(found, -1, 1)


def _beyond_chance(r: Doubles, n: int) -> list[int]:
    """Return the places of correlations that are not chance, the largest first."""
    likely = 2 * ndtr(-_fisher(np.abs(r)) * np.sqrt(n - 3))
    order = np.argsort(-np.abs(r), kind="stable")
    enough = np.flatnonzero(likely[order] <= FALSE * np.arange(1, len(r) + 1) / len(r))
    return [int(place) for place in order[: enough[-1] + 1]] if len(enough) else []


def _fisher(r: Doubles) -> Doubles:
    """Return correlations on the scale on which they are nearly normal (Fisher 1915)."""
    return np.arctanh(np.clip(r, -1 + 1e-12, 1 - 1e-12))


def _told(place: int, r: float, score: Doubles, outcome: Doubles) -> Influence:
    """Return what one number does."""
    low, high = np.tanh(_fisher(np.array([abs(r)])) + np.array([-Z, Z]) / np.sqrt(len(score) - 3))
    edges = np.quantile(score, [FIFTH, 1 - FIFTH])
    under, over = outcome[score <= edges[0]], outcome[score >= edges[1]]
    if edges[0] == edges[1]:  # a story that is rarely true, or rarely not
        under, over = outcome[score == score.min()], outcome[score == score.max()]
    swing = float(over.mean() - under.mean())
    reach = Z * float(np.sqrt(over.var() / len(over) + under.var() / len(under)))
    return Influence(
        place,
        share=float(r * r),
        share_low=float(max(low, 0.0) ** 2),
        share_high=float(high**2),
        at_low=float(under.mean()),
        at_high=float(over.mean()),
        swing=swing,
        swing_low=swing - reach,
        swing_high=swing + reach,
    )
