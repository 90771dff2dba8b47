"""What each assumption does to each outcome: how often it came where the assumption was low, and where high.

Histories differ in all assumptions at once, so this is the average over the others; the lowest and the
highest fifth of the draws are set side by side (two independent samples). Of stories, the one with the lowest
rate and the one with the highest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.analysis.columns import Histories
from sim.intervals import Z, wilson

#: Part of the histories at either end, and the fewest at an end that anything is told of.
PART, FEWEST = 0.2, 50


@dataclass(frozen=True, slots=True)
class Rate:
    """How often an outcome came in some histories, with its 95 % interval (Wilson)."""

    probability: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Swing:
    """One outcome where one assumption was at either end."""

    outcome: str
    assumption: str
    ends: tuple[str, str]  # what was assumed at either end: a name, or from and to
    rates: tuple[Rate, Rate]
    difference: float  # of the second end to the first
    low: float
    high: float
    clear: bool  # its interval leaves out zero even as one of all those that were looked at

    @property
    def strength(self) -> float:
        """How far the interval stays from zero; negative where it holds zero."""
        return max(self.low, -self.high)


def swings(histories: Histories, option: str) -> list[Swing]:
    """Return every outcome at both ends of every assumption, under one option, by outcome then strength.

    The interval of a difference of independent rates is Newcombe's (1998, Stat. Med. 17, 873-890, method 10);
    `clear` uses one widened for the number of pairs looked at (Bonferroni). Outcomes that came always, or
    never, are left out, as are ends with fewer than 50 histories.
    """
    place = histories.options.index(option)
    came = {name: histories[f"o:{name}"][place] for name in histories.named("o:")}
    came = {name: held for name, held in came.items() if 0 < held.sum() < len(held)}
    split = {name: ends(histories[f"a:{name}"][0]) for name in histories.named("a:")}
    split = {name: parts for name, parts in split.items() if len(parts) > 1}
    strict = float(ndtri(1 - 0.025 / max(1, len(came) * len(split))))
    found = [
        _swing(outcome, assumption, held, parts, strict)
        for outcome, held in came.items()
        for assumption, parts in split.items()
    ]
    order = {name: place for place, name in enumerate(came)}
    return sorted(found, key=lambda swing: (order[swing.outcome], -swing.strength))


def ends(drawn: NDArray[Any]) -> list[tuple[str, NDArray[np.bool_]]]:
    """Return the parts of the histories to set side by side: what was assumed there, and where it was."""
    if drawn.dtype.kind not in "fiu":
        stories = [(str(name), drawn == name) for name in np.unique(drawn.astype(str))]
        return [(name, held) for name, held in stories if held.sum() >= FEWEST]
    many = int(PART * len(drawn))
    if many < FEWEST or drawn.min() == drawn.max():
        return []
    order = np.argsort(drawn, kind="stable")
    found = []
    for chosen in (order[:many], order[-many:]):
        held = np.zeros(len(drawn), np.bool_)
        held[chosen] = True
        found.append((f"{drawn[chosen].min():.3g} to {drawn[chosen].max():.3g}", held))
    return found


def _swing(
    outcome: str,
    assumption: str,
    came: NDArray[np.bool_],
    parts: list[tuple[str, NDArray[np.bool_]]],
    strict: float,
) -> Swing:
    counts = [(name, int((came & held).sum()), int(held.sum())) for name, held in parts]
    if len(counts) > 2:
        counts.sort(key=lambda each: each[1] / each[2])
    (first, k1, n1), (last, k2, n2) = counts[0], counts[-1]
    difference, low, high = unpaired(k2, n2, k1, n1, Z)
    _, inner, outer = unpaired(k2, n2, k1, n1, strict)
    rates = []
    for k, n in ((k1, n1), (k2, n2)):
        below, above = wilson(k, n)
        rates.append(Rate(k / n, float(below), float(above), n))
    clear = inner > 0 or outer < 0
    return Swing(outcome, assumption, (first, last), (rates[0], rates[1]), difference, low, high, clear)


def unpaired(k1: int, n1: int, k2: int, n2: int, z: float) -> tuple[float, float, float]:
    """Return the difference of two independent rates with its interval, at *z* standard deviations."""
    p1, p2 = k1 / n1, k2 / n2
    (l1, u1), (l2, u2) = _score(p1, n1, z), _score(p2, n2, z)
    low = p1 - p2 - np.hypot(p1 - l1, u2 - p2)
    return p1 - p2, float(low), float(p1 - p2 + np.hypot(u1 - p1, p2 - l2))


def _score(p: float, n: int, z: float) -> tuple[float, float]:
    """Return Wilson's interval of a rate at *z* standard deviations."""
    middle, reach = p + z * z / (2 * n), z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return float((middle - reach) / (1 + z * z / n)), float((middle + reach) / (1 + z * z / n))
