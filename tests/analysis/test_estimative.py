"""Probabilities in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.analysis.estimative import BANDS, in_words
from sim.intervals import wilson
from tests.montecarlo.toy_study import Toy


@pytest.mark.parametrize(
    ("happened", "n", "told"),
    [
        (300, 10_000, "almost no chance"),
        (1_000, 10_000, "very unlikely"),
        (3_000, 10_000, "unlikely"),
        (5_000, 10_000, "roughly even chance"),
        (7_000, 10_000, "likely"),
        (9_000, 10_000, "very likely"),
        (9_700, 10_000, "almost certain"),
        (2_000, 10_000, "very unlikely to unlikely"),
        (4_500, 10_000, "unlikely to roughly even"),
        (5_500, 10_000, "roughly even to likely"),
        (5, 10, "unlikely to likely"),
        (100, 10_000, "very remote to almost no chance"),
        (9_900, 10_000, "almost certain to all but certain"),
    ],
)
def test_the_interval_chooses_the_word(happened: int, n: int, told: str) -> None:
    """The band it lies in; both ends where it reaches over an edge."""
    low, high = wilson(happened, n)

    assert in_words(happened / n, float(low), float(high)) == told


@pytest.mark.parametrize(
    ("happened", "n", "told"),
    [
        (0, 10_000, "very remote, below 0.04 %"),
        (0, 100, "almost no chance or less"),
        (0, 4, "roughly even or less"),
        (20, 10_000, "very remote, order of 1 in 1,000"),
        (50, 10_000, "very remote, order of 1 in 100"),
        (1, 10_000, "very remote, 1 in 100,000 to 1 in 1,000"),
        (9_990, 10_000, "all but certain, order of 1 in 1,000 without"),
        (10_000, 10_000, "all but certain, above 99.96 %"),
        (100, 100, "almost certain or more"),
    ],
)
def test_beyond_the_bands_the_words_carry_a_number(happened: int, n: int, told: str) -> None:
    """An order of magnitude, or the bound where it never or always happened."""
    low, high = wilson(happened, n)

    assert in_words(happened / n, float(low), float(high)) == told


def test_an_edge_belongs_to_both_bands() -> None:
    """An interval that ends on an edge does not reach over it."""
    for band in BANDS[1:-1]:
        middle = (band.low + band.high) / 2

        assert in_words(middle, band.low, band.high) == band.words


def test_a_bound_of_zero_beside_something_seen_is_said_as_a_bound() -> None:
    """An interval that is not Wilson's may begin at zero."""
    assert in_words(1e-5, 0.0, 1e-4) == "very remote, at most 1 in 10,000"


def test_a_study_says_its_outcomes_in_words(toy: Toy, tmp_path: Path) -> None:
    """In the column `words`, from the numbers of the same row."""
    table = toy(tmp_path / "s", replicates=1500).outcomes()

    assert set(table.loc[table.outcome == "never", "words"]) == {"very remote, below 0.3 %"}
    assert table.words.to_list() == [in_words(r.probability, r.low, r.high) for r in table.itertuples()]
