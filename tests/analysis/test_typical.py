"""Which history to read: the medoid, the earliest, the oddest."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import rankdata

from sim.analysis.typical import Features, find, mean_distances, oddness
from sim.errors import UsageError
from tests.play.opening import study

FEW = np.array([[0, 5], [1, 5], [2, 5], [3, 6], [40, 9], [1, 5]], float)


def made(table: np.ndarray, bins: np.ndarray | None = None) -> Features:
    """Return one group of features."""
    return Features({"outcomes": table}, {"outcomes": table.astype(int) if bins is None else bins})


def by_hand(table: np.ndarray) -> np.ndarray:
    """Return the mean Gower distance of ranks, pair by pair."""
    ranks = np.stack([rankdata(column) for column in table.T], axis=1)
    span = np.ptp(ranks, axis=0)
    pairs = np.abs(ranks[:, None] - ranks[None]) / np.where(span, span, np.inf)
    return pairs.mean(axis=2).sum(axis=1) / (len(table) - 1)


@pytest.mark.parametrize("table", [FEW, np.random.RandomState(3).randint(0, 9, (40, 5)).astype(float)])
def test_distances_are_those_of_every_pair(table: np.ndarray) -> None:
    """Without making the pairs."""
    found = mean_distances(made(table), np.arange(len(table)))

    assert found == pytest.approx(by_hand(table))


def test_the_unit_of_a_feature_does_not_count() -> None:
    """Nor do its tails: only the order does."""
    before = mean_distances(made(FEW), np.arange(6))

    after = mean_distances(made(np.exp(FEW)), np.arange(6))

    assert after == pytest.approx(before)


def test_groups_weigh_alike_however_many_features_they_have() -> None:
    """A group of a hundred copies says no more than one of them."""
    other = np.array([[3.0], [1], [2], [9], [4], [4]])
    one = Features({"a": FEW, "b": other}, {})

    many = Features({"a": FEW, "b": np.repeat(other, 100, axis=1)}, {})

    assert mean_distances(many, np.arange(6)) == pytest.approx(mean_distances(one, np.arange(6)))


def test_the_three_are_what_they_are_called() -> None:
    """Among the histories with the outcome only; the odd one is odd among all."""
    when = np.array([4, -1, 3, 3, 8, 5])

    typical, earliest, odd = find(made(FEW, (FEW > 8).astype(int)), when)

    rows = np.flatnonzero(when >= 0)
    assert typical["replicate"] == rows[np.argmin(by_hand(FEW[rows]))]
    assert earliest["turn"] == 3
    assert odd["replicate"] == 4
    assert odd["share_odder"] == 0
    assert typical["distance"] == typical["least_distance"] <= typical["mean_distance"]


def test_what_all_do_makes_nobody_odd() -> None:
    """A bin that holds everyone has a share of one."""
    assert oddness(made(np.ones((5, 3)))) == pytest.approx(np.zeros(5))


def test_the_histories_of_a_study_are_found_by_its_tables() -> None:
    """The earliest is the earliest, all have the outcome, a date goes with the turn."""
    held = study("toy")
    came = held.replicates.query("option == 'as_is'").set_index("replicate")["t:delivered"]

    found = held.find("delivered", "as_is").set_index("kind")

    assert (came.loc[found["replicate"]] >= 0).all()
    assert found.loc["earliest", "turn"] == came[came >= 0].min()
    assert found.loc["typical", "date"] == held.view.calendar.date(int(found.loc["typical", "turn"]))
    assert (found["came"] == (came >= 0).sum()).all()


def test_an_outcome_that_never_came_is_refused() -> None:
    """With how many histories there are."""
    held = study("toy")
    row = held.replicates.query("option == 'denied'")

    assert not row["o:delivered"].any()
    with pytest.raises(UsageError, match="`delivered` came in none of 8 histories of denied; ask for"):
        held.find("delivered", "denied")
