"""Sobol indices of an outcome that luck moves too: own luck in every matrix, a twin in the denominator.

Write f(x) for the mean of an outcome over luck when the assumptions are x, V for the variance of f, and

* ``A`` and ``B`` for two independent samples of x, each history with luck of its own;
* ``A'`` for the twin of ``A``: the same x, other luck;
* ``A_i`` for ``A`` with assumption i taken from ``B``, again with luck of its own.

Then cov(A, A') = V, and cov(B, A_i) = V S_i (first order: Saltelli et al. 2010, Comput. Phys. Commun. 181,
259-270; the mean of A and A', which has nothing to do with B, is a control variate), and
½ E(A − A_i)² − ½ E(A − A')² = V T_i (total: Jansen 1999, Comput. Phys. Commun. 117, 35-43, less what luck
alone makes of that difference). Without the twin, luck's share of the variance is added to every total
index, those of inputs that do nothing included; with the same luck in all matrices, its interactions with
x are counted as effects of x.

Shares of V can be told where the assumptions explain anything at all. To judge that by cov(A, A') itself
would choose the samples in which luck was found too small, and luck that is missed there is counted to every
total index. So it is judged by cov(A, A' + Σ A_i), in which A' counts as much as any A_i: of an assumption i
that does nothing, A' and A_i are alike, and what is left of its total index, cov(A, A') − cov(A, A_i), is as
often above 0 as below whatever that sum is. Intervals of the shares are those of Fieller (1954, J. R. Stat.
Soc. B 16, 175-185): they leave 0 out where what is above the line does, however little is known of V.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.intervals import grouped, jackknife
from sim.streams import Names, to_uniform, turn_words, variates

Doubles = NDArray[np.float64]

#: Most dimensions for which direction numbers are known (Joe and Kuo 2008, SIAM J. Sci. Comput. 30).
MOST_DIMENSIONS = 21_201


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its 95 % interval; NaN where it cannot be told."""

    value: float
    low: float
    high: float

    @property
    def told(self) -> bool:
        """Say whether there is a number."""
        return bool(np.isfinite([self.value, self.low, self.high]).all())

    @property
    def within(self) -> Estimate:
        """Return it cut to 0 and 1, which a share passes by chance alone."""
        return Estimate(*(float(np.clip(number, 0, 1)) for number in (self.value, self.low, self.high)))


@dataclass(frozen=True, slots=True)
class Indices:
    """What moves one outcome, by assumption in their order."""

    mean: float
    variance: float  # of the outcome, luck included
    explained: Estimate  # share of the variance that the assumptions explain; the rest is luck
    together: Estimate  # cov(A, A' + Σ A_i), above 0 where the assumptions explain anything
    first: tuple[Estimate, ...]  # what knowing it alone would take away, as a share of what they explain
    total: tuple[Estimate, ...]  # what would be left if it alone were unknown, as such a share
    uncorrected: tuple[float, ...]  # Jansen's total index as if nothing were luck

    @property
    def tellable(self) -> bool:
        """Say whether it is known to a half that the assumptions explain something."""
        return all(index.told for index in self.total) and self.together.low > self.together.value / 2 > 0

    def rows_needed(self, rows: int) -> int | None:
        """Return about how many rows a matrix would do, judged from *rows*; None where nothing is known."""
        value, low = self.together.value, self.together.low
        if not self.together.told or value <= 0:
            return None
        return int(2 ** np.ceil(np.log2(rows * max((value - low) / (value / 2), 1.0) ** 2)))


def points(size: int, dimensions: int, seed: int) -> Doubles:
    """Return points that fill the unit cube evenly, the same for equal arguments.

    A Sobol sequence (Sobol' 1967; direction numbers of Joe and Kuo 2008), shifted at random modulo 1
    (Cranley and Patterson 1976, SIAM J. Numer. Anal. 13, 904-914), so that every point is uniform.

    Parameters
    ----------
    size : int
        A power of 2, or the points are not even.
    dimensions : int
        At most `MOST_DIMENSIONS`.
    seed : int
        Of the shift.

    Returns
    -------
    (dimensions, size)
        In the open unit interval.

    Raises
    ------
    ValueError
        If *size* is not a power of 2.
    """
    from scipy.stats import qmc

    if size < 1 or size & (size - 1):
        raise ValueError(f"{size} is not a power of 2")
    if not dimensions:
        return np.zeros((0, size))
    sequence = qmc.Sobol(dimensions, scramble=False).random_base2(size.bit_length() - 1)
    keys = turn_words(np.array([seed], np.uint64), -1)
    shift = to_uniform(variates(keys, Names("sobol shift", [str(n) for n in range(dimensions)])))[:, 0]
    filled: Doubles = np.clip((sequence + shift) % 1.0, 2.0**-33, 1 - 2.0**-33).T
    return filled


def indices(a: Any, twin: Any, b: Any, mixed: Any) -> Indices:
    """Estimate what moves an outcome, luck corrected for.

    Parameters
    ----------
    a, twin, b : (N,)
        The outcome in A, in its twin and in B; where nothing is luck, *twin* is *a*.
    mixed : (K, N)
        The outcome in A_i for every assumption i.

    Returns
    -------
    Indices
        With Student's t intervals by leaving out groups of rows, all matrices of a row together
        (`sim.intervals.jackknife`): they hold an index of 0 about as often as they say from 32 rows on,
        which percentiles of a bootstrap do not. An interval of an index without an end ends at 0 or 1. NaN
        where the outcome does not vary, or the assumptions explain nothing of it in the sample.
    """
    a, twin, b, mixed = (np.asarray(values, np.float64) for values in (a, twin, b, mixed))
    middle = float(np.mean([a.mean(), twin.mean(), b.mean()]))
    rows = _moments(a - middle, twin - middle, b - middle, mixed - middle)
    count = len(mixed)
    found = _parts(rows.mean(axis=0), count)
    low, high = jackknife(found, *grouped(rows), lambda means: _parts(means, count))
    explained, together = (Estimate(*map(float, (found[n], low[n], high[n]))) for n in (0, 1))
    between, part = found[2], found[3 : 3 + 2 * count]
    reach, more, less = ((high - low)[3 + n * 2 * count :][: 2 * count] / 2 for n in range(3))
    of = part, between, reach**2, ((high - low)[2] / 2) ** 2, (more**2 - less**2) / 4
    shares = [_share(*map(float, each)) for each in zip(*np.broadcast_arrays(*of), strict=True)]
    whole = _variance(rows.mean(axis=0))
    return Indices(
        mean=middle,
        variance=float(whole),
        explained=explained,
        together=together,
        first=tuple(shares[:count]),
        total=tuple(shares[count:]),
        uncorrected=tuple(map(float, _ratio(rows.mean(axis=0)[9 + 2 * count : 9 + 3 * count], whole))),
    )


def _moments(a: Doubles, twin: Doubles, b: Doubles, mixed: Doubles) -> Doubles:
    """Return what the indices are made of, a row each: means of these columns are all that is needed."""
    both = (a + twin) / 2
    alone = [a, twin, b, a * a, twin * twin, b * b, a * twin, b * both, a * (twin + mixed.sum(axis=0))]
    return np.stack([*alone, *mixed, *(b * mixed), *((a - mixed) ** 2 / 2), *(both * mixed)], axis=1)


def _parts(means: Doubles, count: int) -> Doubles:
    """Return explained share, cov(A, A' + Σ A_i), V, all V S_i and V T_i, and these plus and less V.

    From means ``(…, moments)``.
    """
    a, twin, b = (means[..., n] for n in range(3))
    mixed, joint, apart, along = (means[..., 9 + n * count : 9 + (n + 1) * count] for n in range(4))
    both = (a + twin) / 2
    between = means[..., 6] - both**2
    by_luck = (means[..., 3] + means[..., 4]) / 2 - means[..., 6]
    together = means[..., 8] - a * (twin + mixed.sum(axis=-1))
    spread = (means[..., 3] + means[..., 4] + 2 * means[..., 6]) / 4 - both**2
    follows = _ratio(along - both[..., None] * mixed, spread[..., None])
    control = follows * (means[..., 7] - b * both)[..., None]  # 0 but for chance
    part = np.concatenate([joint - b[..., None] * mixed - control, apart - by_luck[..., None]], axis=-1)
    explained = _ratio(between, _variance(means))
    alone = np.stack([explained, together, between], axis=-1)
    return np.concatenate([alone, part, part + between[..., None], part - between[..., None]], axis=-1)


def _share(part: float, whole: float, of_part: float, of_whole: float, of_both: float) -> Estimate:
    """Return part over whole with Fieller's interval.

    That is every share s at which the interval of part − s · whole holds 0. Where they have no end, the ends
    are 0 and 1, which no index passes.

    Parameters
    ----------
    of_part, of_whole, of_both
        Squares of the reaches of their intervals, and the like of their covariance.
    """
    if not (np.isfinite([part, whole, of_part, of_whole, of_both]).all() and whole > 1e-14):
        return Estimate(np.nan, np.nan, np.nan)
    square, cross, rest = whole**2 - of_whole, part * whole - of_both, part**2 - of_part
    root = np.sqrt(max(cross**2 - square * rest, 0.0))
    if square > 0:
        return Estimate(part / whole, (cross - root) / square, (cross + root) / square)
    sure = part > 0 and rest > 0  # such shares lie beyond the larger root
    low = min((cross - root) / square, 1.0) if sure and square else 0.0
    return Estimate(part / whole, low, 1.0)


def _variance(means: Doubles) -> Doubles:
    """Return the variance of the outcome over A, its twin and B."""
    spread: Doubles = means[..., 3:6].mean(axis=-1) - means[..., :3].mean(axis=-1) ** 2
    return spread


def _ratio(part: Doubles, whole: Doubles) -> Doubles:
    """Return part over whole, NaN where the whole is not above 0 (nothing but rounding)."""
    part, whole = np.broadcast_arrays(part, whole)
    shares: Doubles = np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 1e-14)
    return shares
