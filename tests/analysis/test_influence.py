"""Which of hundreds of numbers go with an outcome."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.influence import influences

NUMBERS, HISTORIES = 300, 2000


def _scores(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((NUMBERS, HISTORIES))


def test_what_moves_an_outcome_is_told_and_its_share_is_right() -> None:
    """Two numbers of three hundred matter: both are named, the stronger first, within their intervals."""
    scores = _scores(11)
    noise = np.random.default_rng(12).standard_normal(HISTORIES)
    outcome = 0.6 * scores[7] - 0.3 * scores[40] + noise

    found = influences(scores, outcome)

    assert [each.place for each in found[:2]] == [7, 40]
    for each, weight in zip(found, (0.6, -0.3), strict=False):
        true = weight**2 / (0.6**2 + 0.3**2 + 1)
        assert each.share_low < true < each.share_high
        ends = 2 * 1.3998 * weight  # mean of a standard normal in its highest fifth, both sides
        assert each.swing_low < ends < each.swing_high


def test_numbers_that_do_nothing_are_seldom_told() -> None:
    """Of idle numbers alone none is named in nineteen samples of twenty, whatever their number."""
    rng = np.random.default_rng(3)
    told = sum(
        bool(influences(rng.standard_normal((NUMBERS, 500)), (rng.random(500) < 0.2).astype(float)))
        for _ in range(200)
    )

    assert told <= 19  # 10 are expected; more than 19 come in 1 of 500 runs


def test_intervals_of_a_share_cover_it() -> None:
    """Over two hundred samples the interval holds the true share in nine of ten or more."""
    rng, inside = np.random.default_rng(4), 0
    for _ in range(200):
        scores = rng.standard_normal((1, 400))
        (found,) = influences(scores, 0.5 * scores[0] + rng.standard_normal(400))
        inside += found.share_low <= 0.25 / 1.25 <= found.share_high

    assert inside >= 184


@pytest.mark.parametrize("outcome", [np.zeros(500), np.ones(500)])
def test_what_never_differs_has_no_drivers(outcome: np.ndarray) -> None:
    """Nothing goes with what is the same everywhere; a number that never varies goes with nothing."""
    scores = np.random.default_rng(5).standard_normal((4, 500))

    assert influences(scores, outcome) == []
    assert influences(np.zeros((4, 500)), scores[0]) == []
    assert influences(scores[:, :50], scores[0, :50]) == []
