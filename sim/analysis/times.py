"""When outcomes come: dates of turns, cumulative incidence, medians by order statistics, what came first.

Every history runs to the end, so nothing is censored: the Aalen-Johansen estimate of cumulative incidence
(1978, Scand. J. Statist. 5, 141-150) is the share of histories, and its interval that of a rate, by turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.rates import Record, Weights, rate
from sim.intervals import wilson

Turns = NDArray[Any]  # (R,), the turn in which something came, -1 where it did not

#: Fewest cases a median is told of: below, the interval by order statistics reaches over nearly all of them.
FEWEST = 10


class Calendar:
    """Dates of turns."""

    def __init__(self, start: str, days: float) -> None:
        self._start = date.fromisoformat(start[:10])
        self._days = days

    def date(self, turn: int) -> str:
        """Return the first day of a turn."""
        return (self._start + timedelta(days=turn * self._days)).isoformat()

    def turn(self, day: str) -> int:
        """Return the turn a day lies in, negative before the start; a `ValueError` where it is no date."""
        return int((date.fromisoformat(day) - self._start).days // self._days)


def median_turn(when: Turns) -> tuple[int, int, int] | None:
    """Return the median turn of the histories in which it came, with its interval; None below ten cases.

    The interval runs from the l-th to the (n + 1 - l)-th case in order, l being the largest number with
    P(Binomial(n, 1/2) < l) <= 2.5 %: free of any distribution (David & Nagaraja 2003, section 7.1).
    Turns are discrete, so it covers at least 95 %.
    """
    from scipy.special import bdtrik

    came = np.sort(when[when >= 0])
    n = len(came)
    if n < FEWEST:
        return None
    place = int(np.floor(bdtrik(0.025, n, 0.5)))
    return int(came[(n - 1) // 2]), int(came[place]), int(came[n - 1 - place])


def median_date(when: Turns | None, calendar: Calendar) -> Record:
    """Return the date by which half of the histories in which it came had it, with its interval.

    Returns
    -------
    dict
        median_date, median_low, median_high: first days of turns; None below ten cases or without turns.
    """
    found = None if when is None else median_turn(when)
    dates = (None, None, None) if found is None else tuple(map(calendar.date, found))
    return dict(zip(("median_date", "median_low", "median_high"), dates, strict=True))


def incidence(when: Turns, turns: int, calendar: Calendar, weights: Weights = None) -> list[Record]:
    """Return the share of histories in which it had come by the end of each turn.

    Parameters
    ----------
    when : (R,)
        Turn in which it first came, -1 where it did not.
    turns
        Turns of a history.
    weights : (R,), optional
        The interval is then that of `sim.analysis.rates.rate` at each turn.

    Returns
    -------
    list of dict
        turn, date, incidence, low, high (of each turn by itself), n.
    """
    n = len(when)
    if weights is None:
        sums = np.bincount(when[when >= 0], minlength=turns)[:turns].cumsum()
        low, high = wilson(sums, n)
        shares = list(zip(sums / n, low, high, strict=True))
    else:
        found = (rate((when >= 0) & (when <= turn), weights) for turn in range(turns))
        shares = [(each["probability"], each["low"], each["high"]) for each in found]
    return [
        {
            "turn": turn,
            "date": calendar.date(turn),
            "incidence": float(share),
            "low": float(low),
            "high": float(high),
            "n": n,
        }
        for turn, (share, low, high) in enumerate(shares)
    ]


def first_of(when: Sequence[Turns]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which of several outcomes came first in each history, and when.

    Parameters
    ----------
    when : outcomes of (R,)

    Returns
    -------
    which : (R,)
        Place of the outcome; -1 where none came, the number of outcomes where several came in the same turn.
    turn : (R,)
        -1 where none came.
    """
    whole = (turn.astype(np.int64) for turn in when)  # a column of 16 bits cannot hold what stands for never
    every = np.stack([np.where(turn < 0, np.iinfo(np.int64).max, turn) for turn in whole])
    least = every.min(axis=0)
    none = least == np.iinfo(np.int64).max
    tied = (every == least).sum(axis=0) > 1
    which = np.where(none, -1, np.where(tied, len(when), every.argmin(axis=0)))
    return which, np.where(none, -1, least)


def sequence(first: Turns, then: Turns, weights: Weights = None) -> Record:
    """Return how often one outcome came before another.

    Returns
    -------
    dict
        probability, low, high, n: that both came, *first* in an earlier turn than *then*; of all histories.
        given, given_low, given_high, n_given: that *then* followed, of the histories in which *first* came
        while *then* had not; None where there are none. together: how many had both in one turn.
    """
    led = (first >= 0) & ((then < 0) | (then > first))
    followed = led & (then >= 0)
    whole = rate(followed, weights)
    part: Record = dict.fromkeys(("probability", "low", "high")) | {"n": 0}
    if led.any():
        part = rate(followed[led], None if weights is None else weights[led])
    return {
        **{key: whole[key] for key in ("probability", "low", "high", "n")},
        "given": part["probability"],
        "given_low": part["low"],
        "given_high": part["high"],
        "n_given": part["n"],
        "together": int(((first >= 0) & (then == first)).sum()),
    }
