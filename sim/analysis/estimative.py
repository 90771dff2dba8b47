"""Probabilities in words: the bands of the United States intelligence community, and words outside them.

The seven bands are those of Intelligence Community Directive 203, Analytic Standards (Director of National
Intelligence, 2 January 2015, section D.6.e.2.a). The directive has no word below 1 % and none above 99 %.
Here the first is *very remote* (the directive's own "remote" is another word for 1 to 5 %), always said with
its order of magnitude where it stands alone, and the second *all but certain*.

A word says where the interval lies, not where the estimate lies: an interval that reaches over an edge is
told by the bands of both its ends.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from math import ceil, floor, log10
from typing import NamedTuple


class Band(NamedTuple):
    """What a word stands for: a probability from *low* to *high*."""

    words: str
    low: float
    high: float


#: The bands, from the least likely; the first and the last are not the directive's.
BANDS = (
    Band("very remote", 0.0, 0.01),
    Band("almost no chance", 0.01, 0.05),
    Band("very unlikely", 0.05, 0.20),
    Band("unlikely", 0.20, 0.45),
    Band("roughly even chance", 0.45, 0.55),
    Band("likely", 0.55, 0.80),
    Band("very likely", 0.80, 0.95),
    Band("almost certain", 0.95, 0.99),
    Band("all but certain", 0.99, 1.0),
)

#: Between the bands.
_EDGES = [band.low for band in BANDS[1:]]

_LEAST, _MOST = 0, len(BANDS) - 1

_NBSP = "\N{NO-BREAK SPACE}"

#: What the words stand for, for below a table.
EXPLAINED = (
    "In words, after Intelligence Community Directive 203 (2015): "
    + ", ".join(f"{band.words} {100 * band.low:.0f}–{100 * band.high:.0f}{_NBSP}%" for band in BANDS[1:-1])
    + f". Beyond the directive: {BANDS[0].words} below 1{_NBSP}%, {BANDS[-1].words} above 99{_NBSP}%. "
    "Two words where the interval reaches from one band into another."
)

#: What every number and every word hangs on.
CONDITIONAL = (
    "Every number and every word is conditional on the model and on the assumptions of the scenario: "
    "it says what follows from them, not what will happen."
)


def in_words(probability: float, low: float, high: float) -> str:
    """Return a probability in words.

    Parameters
    ----------
    probability : 0 to 1
        The estimate; exactly 0 or 1 where it never or always happened.
    low, high : 0 to 1
        Its interval.

    Returns
    -------
    str
        One word of `BANDS` where the interval lies within its band, "unlikely to roughly even" where it
        reaches over an edge; the order of magnitude below 1 % and above 99 %; the bound where it never or
        always happened. An edge belongs to both bands.
    """
    if probability <= 0:
        return _never(high)
    if probability >= 1:
        return _always(low)
    first = bisect_right(_EDGES, low)
    last = max(first, bisect_left(_EDGES, high))
    if first < last:
        return f"{_short(first)} to {_short(last)}"
    if first == _LEAST:
        return f"{BANDS[first].words}, {_magnitude(probability, low, high)}"
    if first == _MOST:
        return f"{BANDS[first].words}, {_magnitude(1 - probability, 1 - high, 1 - low)} without"
    return BANDS[first].words


def ceiling(percentage: float) -> str:
    """Return a small percentage to one figure, rounded up: the most that a count of zero allows."""
    size = 10.0 ** floor(log10(percentage)) if percentage > 0 else 1.0
    return f"{ceil(percentage / size - 1e-9) * size:.10g}"


def _never(high: float) -> str:
    """Say how likely it may be at most, where it happened in no history."""
    last = bisect_left(_EDGES, high)
    if last == _LEAST:
        return f"{BANDS[last].words}, below {ceiling(100 * high)} %"
    return f"{_short(last)} or less"


def _always(low: float) -> str:
    """Say how likely it is at least, where it happened in every history."""
    first = bisect_right(_EDGES, low)
    if first == _MOST:
        return f"{BANDS[first].words}, above {100 - float(ceiling(100 * (1 - low))):.10g} %"
    return f"{_short(first)} or more"


def _short(place: int) -> str:
    """Return the words of a band as they stand beside others."""
    words = BANDS[place].words
    return words.removesuffix(" chance") if words.startswith("roughly") else words


def _magnitude(probability: float, low: float, high: float) -> str:
    """Return the power of ten nearest to a small share; of both ends of an interval wider than ten times."""
    if high <= 10 * low:
        return f"order of {_power(probability)}"
    return f"{_power(low)} to {_power(high)}" if low > 0 else f"at most {_power(high)}"


def _power(share: float) -> str:
    """Return the power of ten nearest to a small share."""
    return f"1 in {10 ** round(-log10(share)):,}"
