"""What a comparison says: the effect with its interval, and the verdict on what was claimed of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.rates import mean_difference, paired_difference
from sim.score.shapes import Row, Size

Values = NDArray[Any]

HELD, WRONG_SIGN, TOO_SMALL, UNDECIDED = "held", "wrong sign", "too small", "undecided"
NULL_HELD, NULL_BROKEN = "null held", "null broken"

#: Verdicts that are as claimed.
GOOD = (HELD, NULL_HELD)

#: Those that are not, in the order they are told.
BAD = (WRONG_SIGN, TOO_SMALL, NULL_BROKEN, UNDECIDED)

#: Least effect that counts: a point of a probability, a twentieth of a quantity.
MINIMUM = {False: Size(points=1.0), True: Size(share=0.05)}

#: A null is within a tenth of the base rate, and half a point of a probability is never too far.
NULL_SHARE, NULL_POINTS = 0.10, 0.5


@dataclass(frozen=True, slots=True)
class Effect:
    """The high arm minus the low arm, histories of equal number being a pair."""

    base: float  # rate or mean in the low arm
    high_arm: float
    effect: float
    low: float
    high: float
    n: int


def effect_of(low_arm: Values, high_arm: Values, counted: NDArray[np.bool_], *, is_quantity: bool) -> Effect:
    """Compare two arms over the pairs that are counted: Newcombe for rates, block bootstrap for means."""
    one, other = high_arm[counted], low_arm[counted]
    n = len(one)
    if n == 0:
        return Effect(np.nan, np.nan, np.nan, -np.inf, np.inf, 0)
    found = mean_difference(one, other) if is_quantity else paired_difference(one, other)
    low, high = found["difference_low"], found["difference_high"]
    return Effect(
        base=float(other.mean(dtype=np.float64)),
        high_arm=float(one.mean(dtype=np.float64)),
        effect=float(found["difference"]),
        low=-np.inf if low is None else float(low),
        high=np.inf if high is None else float(high),
        n=n,
    )


def minimum_of(row: Row, found: Effect) -> float:
    """Return the least effect that counts, in the unit of the effect."""
    return _size(row.minimum or MINIMUM[row.is_quantity], found)


def margin_of(row: Row, found: Effect) -> float:
    """Return how far from 0 an effect may be and still count as none."""
    if row.margin is not None:
        return _size(row.margin, found)
    relative = NULL_SHARE * abs(found.base)
    return relative if row.is_quantity else max(relative, NULL_POINTS / 100)


def _size(size: Size, found: Effect) -> float:
    if size.points is not None:
        return size.points / 100
    return size.by if size.by is not None else (size.share or 0.0) * abs(found.base)


def verdict(expected: str, found: Effect, minimum: float, margin: float) -> str:
    """Return the verdict on a claim.

    ====== =============================================================================
    claim  verdict
    ====== =============================================================================
    + or - *held*: the interval excludes 0 on the side claimed, and the effect is no
           smaller than *minimum*; *wrong sign*: it excludes 0 on the other side; *too
           small*: what effect there is on the side claimed is below *minimum*
    >= <=  *held*: nothing of the interval is further than *margin* on the other side;
           *wrong sign*: all of it is
    null   *null held*: the interval lies within ± *margin*; *null broken*: outside
    any    as + or -, whichever it is
    ====== =============================================================================

    Otherwise *undecided*: more replicates would tell.
    """
    if found.n == 0:
        return UNDECIDED
    if expected == "null":
        return _of_none(found, margin)
    if expected in {">=", "<="}:
        return _of_one_side(expected, found, margin)
    sign = -1.0 if expected == "-" or (expected == "any" and found.effect < 0) else 1.0
    effect = sign * found.effect
    low, high = sorted((sign * found.low, sign * found.high))
    if low > 0:
        return HELD if effect >= minimum else TOO_SMALL
    if high < 0:
        return WRONG_SIGN
    return TOO_SMALL if high < minimum else UNDECIDED


def _of_none(found: Effect, margin: float) -> str:
    """Return the verdict on a claim of no effect."""
    if -margin <= found.low and found.high <= margin:
        return NULL_HELD
    return NULL_BROKEN if found.low > margin or found.high < -margin else UNDECIDED


def _of_one_side(expected: str, found: Effect, margin: float) -> str:
    """Return the verdict on a claim that there is no effect on one side."""
    low, high = (found.low, found.high) if expected == "<=" else (-found.high, -found.low)
    if high <= margin:
        return HELD
    return WRONG_SIGN if low > margin else UNDECIDED
