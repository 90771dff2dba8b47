"""Intervals against published values, and their coverage counted out."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binom, multinomial

from sim.intervals import block_bootstrap, grouped, newcombe, wilson


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_meets_published_values(k: int, n: int, low: float, high: float) -> None:
    """The four examples of Newcombe 1998a (Stat. Med. 17, 857-872), table I, method 3."""
    found = wilson(k, n)

    assert found[0] == pytest.approx(low, abs=5e-5)
    assert found[1] == pytest.approx(high, abs=5e-5)


@pytest.mark.parametrize(
    ("table", "low", "high"),
    [((36, 12, 2, 0), 0.0569, 0.3404), ((14, 5, 0, 22), 0.0115, 0.2265), ((54, 0, 0, 0), -0.0664, 0.0664)],
)
def test_newcombe_meets_published_values(table: tuple[int, int, int, int], low: float, high: float) -> None:
    """Examples of Newcombe 1998b and of Altman et al., Statistics with Confidence (2000), p. 52."""
    difference, below, above = newcombe(*table)

    assert difference == pytest.approx((table[1] - table[2]) / sum(table))
    assert (below, above) == (pytest.approx(low, abs=5e-4), pytest.approx(high, abs=5e-4))


@pytest.mark.parametrize("n", [1024, 10_000])
def test_wilson_covers_what_it_promises(n: int) -> None:
    """Counted out over p from 0.005 to 0.995: 94.5 to 96 % on average, 92 % or more from np = 5 on.

    The interval contains p for a run of counts, whose binomial probability is a difference of two sums.
    """
    shares = np.linspace(0.005, 0.995, 397)
    low, high = wilson(np.arange(n + 1), n)

    fewest = np.searchsorted(high, shares)
    most = np.searchsorted(low, shares, side="right") - 1
    coverage = binom.cdf(most, n, shares) - binom.cdf(fewest - 1, n, shares)

    assert 0.945 < coverage.mean() < 0.96  # 95.04 % and 94.99 %
    assert coverage[n * np.minimum(shares, 1 - shares) >= 5].min() > 0.92  # 94.4 % and 94.5 %


def test_wilson_covers_the_rare_as_well() -> None:
    """At five in ten thousand, by summing the binomial distribution: 94.6 to 96.3 % (facts.md)."""
    k = np.arange(10_001)

    low, high = wilson(k, 10_000)

    assert 0.945 < binom.pmf(k, 10_000, 0.0005)[(low <= 0.0005) & (high >= 0.0005)].sum() < 0.965


def paired_tables(n: int) -> NDArray[np.int64]:
    """Return every table of *n* pairs: both, one alone, the other alone, neither."""
    return np.array(
        [
            (a, b, c, n - a - b - c)
            for a in range(n + 1)
            for b in range(n + 1 - a)
            for c in range(n + 1 - a - b)
        ]
    )


@pytest.mark.parametrize("p", [(0.3, 0.15, 0.05, 0.5), (0.1, 0.02, 0.02, 0.86), (0.05, 0.4, 0.3, 0.25)])
def test_newcombe_covers_what_it_promises(p: tuple[float, float, float, float]) -> None:
    """Coverage by summing the multinomial distribution over every paired table of 60 histories."""
    n = 60
    tables = paired_tables(n)

    _, low, high = newcombe(*tables.T)

    covered = (low <= p[1] - p[2]) & (p[1] - p[2] <= high)
    assert 0.94 < multinomial.pmf(tables[covered], n, p).sum() < 0.999  # above where few pairs differ


def test_newcombe_covers_what_it_promises_on_average() -> None:
    """Over a grid of both rates and their correlation, by every paired table of 40 histories: 94 %."""
    n = 40
    tables = paired_tables(n)
    _, low, high = newcombe(*tables.T)
    grid = np.linspace(0.05, 0.95, 10)

    coverage = [
        multinomial.pmf(tables[(low <= p - q) & (p - q <= high)], n, cells).sum()
        for p in grid
        for q in grid
        for phi in (0.0, 0.4, 0.8)
        if min(cells := paired_cells(p, q, phi)) > 0
    ]

    assert len(coverage) > 150
    assert np.mean(coverage) > 0.94  # 95.6 %
    assert min(coverage) > 0.92


def paired_cells(p: float, q: float, phi: float) -> tuple[float, float, float, float]:
    """Return the chances of both, only the first, only the second and neither, of rates p and q."""
    both = p * q + phi * np.sqrt(p * (1 - p) * q * (1 - q))
    return both, p - both, q - both, 1 - p - q + both


def test_intervals_take_whole_arrays_and_extremes() -> None:
    """What never or always happened has an end at exactly 0 or 1; no histories, no knowledge."""
    low, high = wilson([0, 5, 0], [5, 5, 0])

    assert low.tolist()[0] == 0
    assert high.tolist()[1] == 1
    assert (low[2], high[2]) == (0, 1)
    assert newcombe(0, 0, 0, 0) == (0, -1, 1)
    assert newcombe(0, 7, 0, 0)[2] == 1


def test_bootstrap_of_groups_has_the_width_of_the_normal_interval() -> None:
    """For a mean of independent histories both are right, so they agree within a few percent."""
    values = np.random.default_rng(3).exponential(size=(10_000, 30))

    low, high = block_bootstrap(*grouped(values))

    normal = 2 * 1.96 * values.std(axis=0) / 100
    assert (high - low).mean() == pytest.approx(normal.mean(), rel=0.03)
    assert (low < values.mean(axis=0)).all()


def test_bootstrap_covers_what_it_promises() -> None:
    """Over 400 made studies of 2,000 histories the true mean is inside in 95 % of them."""
    values = np.random.default_rng(5).exponential(size=(2000, 400))

    low, high = block_bootstrap(*grouped(values))

    assert 0.92 < ((low <= 1) & (high >= 1)).mean() < 0.98


def test_bootstrap_is_a_function_of_its_arguments() -> None:
    """A second call gives the same bits, another seed other ones."""
    values = np.random.default_rng(1).normal(size=(777, 3))

    low, high = block_bootstrap(*grouped(values), seed=4)

    assert np.array_equal(block_bootstrap(*grouped(values), seed=4), (low, high))
    assert not np.array_equal(block_bootstrap(*grouped(values), seed=5)[0], low)


def test_bootstrap_of_one_history_knows_nothing() -> None:
    """There is nothing to resample."""
    low, high = block_bootstrap(*grouped(np.ones((1, 2))))

    assert np.isnan(low).all()
    assert np.isnan(high).all()


def test_groups_add_up_to_the_whole() -> None:
    """Every replicate is in one group, and no more groups than asked for."""
    values = np.arange(1000.0)[:, None]

    sums, counts = grouped(values, most=64)

    assert len(counts) <= 64
    assert counts.sum() == 1000
    assert sums.sum() == values.sum()
