"""What is believed otherwise, and when things come: on studies of the toy, whose probabilities are known.

In it war comes with probability 0.1 + 0.4 shells, shells being uniform on 0 to 1, whatever the story; 0.2
more under the option `push`; in any of twelve turns alike.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.analysis.rates import effective, paired_difference, rate
from sim.analysis.times import Calendar, first_of, incidence, median_turn, sequence
from sim.analysis.weights import fitted, of_number, of_stories
from sim.api import run
from sim.errors import UsageError
from sim.intervals import wilson
from sim.montecarlo import work
from sim.study import Study
from tests.montecarlo.toy_engine import ToyScenario
from tests.montecarlo.toy_study import TOY, Toy

N = 12_000


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Return a study large enough for two digits."""
    folder = tmp_path_factory.mktemp("view")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(work, "SIMULATE", TOY)
        return run(ToyScenario(), out=folder / "s", replicates=N, workers=1, report=False, quiet=True)


def of(table: pd.DataFrame, **given: Any) -> Any:
    """Return the one row of a table with these values."""
    for name, value in given.items():
        table = table[table[name] == value]
    (row,) = table.itertuples()
    return row


def test_given_is_the_subset_with_its_n(study: Study) -> None:
    """Wilson over the histories that are left, whose assumption lay where it was asked for."""
    view = study.given(shells=(0.75, 1.0), story="lasting")

    war = of(view.outcomes(), outcome="war", option="hold")

    frame = study.replicates[study.replicates.option == "hold"]
    kept = frame[(frame["a:shells"] >= 0.75) & (frame["a:story"] == "lasting")]["o:war"]
    assert (view.n, view.effective, war.n) == (len(kept), len(kept), len(kept))
    assert war.probability == kept.mean()
    assert (war.low, war.high) == pytest.approx(tuple(map(float, wilson(kept.sum(), len(kept)))))
    assert war.low < 0.1 + 0.4 * 0.875 < war.high


def test_reweighting_a_number_gives_what_the_belief_implies(study: Study) -> None:
    """Shells triangular on 0 to 1 with mode 1 have mean 2/3: war in 0.1 + 0.4 * 2/3."""
    view = study.reweight({"shells": {"triangular": {"low": 0, "mode": 1, "high": 1}}})

    war = of(view.outcomes(), outcome="war", option="hold")
    front = of(view.quantities(), quantity="front", option="hold")

    assert war.low < 0.1 + 0.4 * 2 / 3 < war.high
    assert war.probability == pytest.approx(0.1 + 0.4 * 2 / 3, abs=0.012)
    assert front.low < 0.5 + 2 / 3 < front.high
    assert war.effective == pytest.approx(N * 3 / 4, rel=0.02)  # 1 / E(w²), w = 2x
    assert war.high - war.low > np.diff(wilson(war.probability * N, N))[0]


def test_reweighting_stories_and_numbers_multiplies(study: Study) -> None:
    """Believing one story alone leaves its subset; both beliefs together weigh both."""
    one = study.reweight({"story": {"lasting": 1}})
    subset = study.given(story="lasting")
    both = study.reweight(
        {"story": {"lasting": 3, "convenience": 1}, "shells": {"uniform": {"low": 0, "high": 1}}}
    )

    assert one.effective == pytest.approx(subset.n)
    rows = [of(view.outcomes(), outcome="war", option="push") for view in (one, subset)]
    assert rows[0].probability == pytest.approx(rows[1].probability)
    assert (rows[0].low, rows[0].high) == pytest.approx((rows[1].low, rows[1].high))
    drawn = both.histories["a:story"][0] == "lasting"
    assert both.histories.weights is not None
    assert both.histories.weights[drawn].sum() / N == pytest.approx(0.75, abs=0.01)
    chained = study.reweight({"story": {"lasting": 3, "convenience": 1}}).given(shells=(0, 0.5))
    assert chained.n < N
    assert chained.effective < chained.n


def test_weighted_differences_stay_paired(study: Study) -> None:
    """The push moves the front by 0.2 in every history, however weighted."""
    view = study.reweight({"shells": {"triangular": {"low": 0, "mode": 1, "high": 1}}})

    front = of(view.quantities(), quantity="front", option="push")
    war = of(view.difference("push", "hold"), outcome="war")

    assert front.difference == pytest.approx(0.2, abs=1e-6)
    assert front.difference_high - front.difference_low < 1e-6
    assert war.low < 0.2 < war.high
    pd.testing.assert_frame_equal(study.view.difference("push"), study.difference("push", "hold"))


def test_equal_weights_change_nothing() -> None:
    """Twos are ones."""
    rng = np.random.default_rng(3)
    first, second, twos = rng.random(500) < 0.3, rng.random(500) < 0.2, np.full(500, 2.0)

    assert effective(twos) == 500
    assert rate(first, twos) == pytest.approx(rate(first))
    assert paired_difference(first, second, twos) == pytest.approx(paired_difference(first, second))
    assert rate(first & ~first, twos)["low"] == 0
    assert rate(first | ~first, twos)["high"] == 1


def test_a_weighted_interval_covers_what_it_promises() -> None:
    """Over 2,000 made studies of 1,000 histories, with weights that go with the outcome: 93.5 % or more."""
    rng = np.random.default_rng(11)
    covered = 0
    for _ in range(2000):
        x = rng.random(1000)
        cells = of_number("x", x, lambda v: min(max(v, 0.0), 1.0) ** 2)
        found = rate(rng.random(1000) < 0.1 + 0.4 * x, fitted([cells], np.ones(1000)))
        covered += found["low"] <= 0.1 + 0.4 * 2 / 3 <= found["high"]

    assert 0.935 < covered / 2000 < 0.99  # cells take some variance away that the interval keeps


def test_beliefs_that_cannot_be_had_are_refused(study: Study) -> None:
    """What was not drawn cannot be weighted into being."""
    with pytest.raises(UsageError, match="`shels` is not an assumption of this study; did you mean `shells`"):
        study.given(shels=1)
    with pytest.raises(UsageError, match="no history has `lastng`; there are convenience, lasting"):
        study.given(story="lastng")
    with pytest.raises(UsageError, match="50 % of the belief lies outside what was drawn"):
        study.reweight({"shells": {"uniform": {"low": 0, "high": 2}}})
    with pytest.raises(UsageError, match="`lastng` is in no history"):
        of_stories("story", np.array(["lasting"]), {"lastng": 1})
    with pytest.raises(UsageError, match="is not a distribution; give one of constant"):
        study.reweight({"shells": {"triangel": {}}})


def test_outcomes_by_a_date_are_those_that_came_by_then(study: Study) -> None:
    """Turn 3 begins on 15 July and counts; all of it by the last."""
    frame = study.replicates[study.replicates.option == "push"]

    by = of(study.outcomes(by="2024-07-15"), outcome="war", option="push")
    end = of(study.outcomes(by="2030-01-01"), outcome="war", option="push")

    assert by.probability == frame["t:war"].between(0, 3).mean()
    assert by.low < (0.1 + 0.2 + 0.2) * 4 / 12 < by.high
    assert end.happened == of(study.outcomes(), outcome="war", option="push").happened
    with pytest.raises(UsageError, match="is before the start"):
        study.outcomes(by="2024-06-01")


def test_incidence_ends_where_the_outcome_does(study: Study) -> None:
    """It never falls, and at the last turn it is the probability with its interval."""
    curve = study.incidence("war").query("option == 'hold'")
    war = of(study.outcomes(), outcome="war", option="hold")

    assert curve.incidence.is_monotonic_increasing
    assert curve.iloc[-1][["incidence", "low", "high"]].tolist() == [war.probability, war.low, war.high]
    assert curve.date.tolist()[:2] == ["2024-06-24", "2024-07-01"]


def test_competing_outcomes_add_up_to_any_of_them() -> None:
    """At every turn; what came in the same turn is counted apart; columns of 16 bits do."""
    rng = np.random.default_rng(2)
    when = [
        np.where(rng.random(4000) < p, rng.integers(0, 12, 4000), -1).astype(np.int16) for p in (0.6, 0.3)
    ]

    which, turn = first_of(when)

    calendar, kinds = Calendar("2024-06-24", 7), range(3)
    curves = [incidence(np.where(which == kind, turn, -1), 12, calendar) for kind in kinds]
    slow = [min((t for t in pair if t >= 0), default=-1) for pair in zip(*when, strict=True)]
    union = incidence(np.array(slow), 12, calendar)
    for place, row in enumerate(union):
        assert sum(curve[place]["incidence"] for curve in curves) == pytest.approx(row["incidence"])
    assert ((which == 2) == ((when[0] == when[1]) & (when[0] >= 0))).all()
    assert (which == 0).sum() == ((when[0] >= 0) & ((when[1] < 0) | (when[0] < when[1]))).sum()


def test_a_median_covers_the_true_one_and_needs_ten_cases() -> None:
    """By order statistics, over 2,000 samples of 25 from a geometric whose median is 4: 95 % or more."""
    rng = np.random.default_rng(9)
    found = [median_turn(rng.geometric(0.15, 25) - 1) for _ in range(2000)]
    covered = [low <= 4 <= high for _, low, high in filter(None, found)]

    assert 0.95 <= np.mean(covered) < 0.995
    assert median_turn(np.array([1] * 9 + [-1] * 50)) is None
    assert median_turn(np.arange(10)) == (4, 1, 8)  # ranks 2 and 9 of 10: 97.9 %


def test_medians_of_a_study_are_blank_below_ten(study: Study, toy: Toy, tmp_path: Path) -> None:
    """The summary and the table agree."""
    few = toy(tmp_path / "few", replicates=20, workers=1)

    row = of(study.medians(), outcome="war", option="hold")
    assert row.cases > 10
    assert row.median_low <= row.median_date <= row.median_high
    assert of(study.outcomes(), outcome="war", option="hold").median_low == row.median_low
    assert pd.isna(of(few.medians(), outcome="war", option="hold").median_date)
    with pytest.raises(UsageError, match="are not told of weighted histories"):
        study.reweight({"story": {"lasting": 1}}).medians()


def test_sequence_tells_followed_from_first() -> None:
    """Ten histories counted by hand."""
    first = np.array([1, 1, 1, 2, 5, -1, -1, 3, 0, 0])
    then = np.array([4, -1, 2, 2, 3, 6, -1, -1, 1, -1])

    found = sequence(first, then)

    assert (found["probability"], found["n"], found["together"]) == (0.3, 10, 1)
    assert (found["given"], found["n_given"]) == (0.5, 6)
    assert sequence(first * 0 - 1, then)["given"] is None


def test_luck_of_a_quantity_is_told_in_a_sentence(study: Study) -> None:
    """The front is shells (variance 1/12) plus luck (1/12): half and half."""
    row = of(study.luck(), measure="front", option="hold")

    assert row.luck_low < 0.5 < row.luck_high
    assert row.luck_share == pytest.approx(0.5, abs=0.06)
    assert f"{round(100 * row.luck_share)} % of its variance" in row.sentence
    assert of(study.luck(), measure="never", option="hold").sentence.endswith("nothing to divide.")


def test_a_belief_said_twice_is_said_once(study: Study) -> None:
    """After it the weighted share is the belief, also of two at once and on top of another."""
    belief = {"story": {"lasting": 0.8, "convenience": 0.2}}
    number = {"shells": {"triangular": {"low": 0, "mode": 1, "high": 1}}}
    lasting = study.view.histories["a:story"][0] == "lasting"

    for view in (
        study.reweight(belief).reweight(belief),
        study.reweight(number).reweight(belief),
        study.reweight(belief | number),
    ):
        assert view.histories.weights is not None
        assert view.histories.weights[lasting].sum() / N == pytest.approx(0.8, abs=1e-6)


def test_weighted_incidence_ends_with_the_interval_of_the_outcome(study: Study) -> None:
    """As it does where histories are equal."""
    view = study.reweight({"shells": {"triangular": {"low": 0, "mode": 1, "high": 1}}})

    last = view.incidence("war").query("option == 'hold'").iloc[-1]
    war = of(view.outcomes(), outcome="war", option="hold")

    assert last[["incidence", "low", "high"]].tolist() == [war.probability, war.low, war.high]
    first = view.competing(["war"]).query("option == 'hold' and first == 'war'").iloc[-1]
    assert first[["low", "high"]].tolist() == [war.low, war.high]


def test_stories_are_any_of_several_and_numbers_lie_in_a_range(study: Study) -> None:
    """Names in an order of no alphabet; one pair of numbers."""
    assert study.given(story=("lasting", "convenience")).n == N
    assert study.given(story={"lasting"}).n == study.given(story="lasting").n < N


@pytest.mark.parametrize("asked", [[0, 1], (1,), (0, 1, 2), "high", True, float("nan"), None])
def test_what_is_no_number_is_refused(study: Study, asked: Any) -> None:
    """With what to give."""
    with pytest.raises(UsageError, match="give a number, or a range"):
        study.given(shells=asked)


@pytest.mark.parametrize("asked", [3, (), [1], {"lasting": 1}, None])
def test_what_is_no_story_is_refused(study: Study, asked: Any) -> None:
    """With what to give."""
    with pytest.raises(UsageError, match="give the name of one, or a tuple"):
        study.given(story=asked)


@pytest.mark.parametrize(
    ("beliefs", "told"),
    [
        ("story", "give beliefs by name"),
        ({"story": "lasting"}, "is not weights of stories; give each of convenience, lasting"),
        ({"story": {}}, "is not weights of stories"),
        ({"story": {"lasting": "a"}}, "is not a number of 0 or more"),
        ({"story": {"lasting": float("nan")}}, "is not a number of 0 or more"),
        ({"shells": 3}, "3 is not a distribution"),
        ({"shells": {}}, "is not a distribution"),
        ({"shells": {"uniform": {}}}, "uniform: does not take {}; give it the numbers `low`, `high`"),
        ({"shells": {"uniform": {"low": "a", "high": 1}}}, "give it the numbers `low`, `high`"),
    ],
)
def test_what_is_no_belief_is_refused(study: Study, beliefs: Any, told: str) -> None:
    """In one line, with what to give."""
    with pytest.raises(UsageError, match=told):
        study.reweight(beliefs)


def test_too_few_histories_are_not_weighted_by_a_number(toy: Toy, tmp_path: Path) -> None:
    """Below 40 they would stay as they are; wrong questions are told too, and no deeds give empty tables."""
    few = toy(tmp_path / "few", replicates=39, workers=1, deeds="none")

    with pytest.raises(UsageError, match="39 histories are too few"):
        few.reweight({"shells": {"uniform": {"low": 0, "high": 1}}})
    with pytest.raises(UsageError, match="is told no outcome"):
        few.competing()
    with pytest.raises(UsageError, match="`3` is not a date"):
        few.outcomes(by=3)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=r"has no replicate 1\.5"):
        few.replay(1.5)  # type: ignore[arg-type]
    assert few.misbeliefs().columns[:3].tolist() == ["option", "actor", "action"]
    assert few.misbeliefs().empty
