"""Counts over time become shares and quantiles."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.report import tallies
from sim.report.tallies import Tally


def tally(counts: dict[int, dict[int, int]], width: float = 1.0) -> Tally:
    """Return the tally of *counts* by turn and bin, bins of *width* from zero upwards."""
    rows = [(turn, place, count) for turn, bins in counts.items() for place, count in bins.items()]
    turn, place, count = (np.array(column) for column in zip(*rows, strict=True))
    return Tally(turn, place, place * width, (place + 1) * width, count.astype(float))


def test_shares_of_a_turn_add_up_to_one() -> None:
    """Bins without a count are there, as nothing."""
    shares = tally({0: {0: 3, 2: 1}, 5: {1: 10}}).shares(4)

    assert shares.tolist() == [[0.75, 0, 0.25, 0], [0, 1, 0, 0]]


def test_quantiles_interpolate_within_a_bin() -> None:
    """Half of an even bin lies below its middle; empty bins between are skipped."""
    found = tally({0: {0: 10}, 1: {0: 5, 9: 5}}).quantiles((0.1, 0.5, 0.9))

    assert found == pytest.approx(np.array([[0.1, 0.5, 0.9], [0.2, 1.0, 9.8]]))


def test_one_history_has_no_band() -> None:
    """Its bin is known, and nothing of how wide a spread would be."""
    found = tally({0: {3: 1}, 1: {7: 1}}).quantiles((0.1, 0.5, 0.9))

    assert found.tolist() == [[3.5] * 3, [7.5] * 3]


def test_values_that_all_stay_at_a_bound_are_told_exactly() -> None:
    """Where a bin holds one value at the end, histories in it are not spread over it; elsewhere they are."""
    counted = tally({0: {1: 8, 4: 2}, 1: {1: 6, 4: 4}})
    values = np.array([1.0] * 6 + [4.1, 4.3, 4.6, 4.9])

    found = counted.narrowed(values).quantiles((0.1, 0.5, 0.9))

    assert found[:, :2].tolist() == [[1.0, 1.0]] * 2
    assert found[:, 2] == pytest.approx([4.5, 4.75])
    assert counted.narrowed(values[1:]).quantiles((0.5,))[0, 0] > 1.5


@given(values=st.lists(st.floats(0, 255.99), min_size=30, max_size=300))
def test_quantiles_are_within_a_bin_of_the_truth(values: list[float]) -> None:
    """What the bins lose is at most their width."""
    places, counts = np.unique(np.floor(values).astype(int), return_counts=True)
    found = tally({0: dict(zip(places.tolist(), counts.tolist(), strict=True))}).quantiles((0.1, 0.5, 0.9))[0]
    truth = np.quantile(values, (0.1, 0.5, 0.9), method="inverted_cdf")

    assert np.abs(found - truth).max() <= 1.0 + 1e-9


def test_a_table_is_split_by_series_and_option_in_any_order() -> None:
    """Neither the order of the rows nor the coding of the texts matters."""
    columns = {
        "option": ["b", "a", "a", "a"],
        "turn": [0, 1, 0, 0],
        "series": ["x", "x", "y", "x"],
        "bin": [4, 2, 7, 1],
        "low": [4.0, 2.0, 7.0, 1.0],
        "high": [5.0, 3.0, 8.0, 2.0],
        "count": [1, 2, 3, 4],
    }
    table = pa.table(columns)
    coded = table.set_column(0, "option", table["option"].dictionary_encode())
    parts = pa.concat_tables([coded.slice(0, 2), coded.slice(2, 2)])

    for each in (table, parts):
        found = tallies.split(each)
        assert set(found) == {("x", "a"), ("x", "b"), ("y", "a")}
        assert found["x", "a"].turn.tolist() == [0, 1]
        assert found["x", "a"].count.tolist() == [4, 2]


def test_a_study_without_series_has_no_tallies() -> None:
    """Nothing kept is nothing drawn."""
    assert tallies.split(None) == {}
