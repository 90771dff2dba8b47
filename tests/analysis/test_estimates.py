"""What is drawn from the tables of a study."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from sim.analysis.columns import Columns
from sim.analysis.estimates import outcomes
from sim.analysis.luck import luck_share
from sim.analysis.rates import paired_difference
from sim.analysis.times import Calendar
from tests.montecarlo.toy_study import Toy


def test_all_is_luck_where_twins_have_nothing_in_common() -> None:
    """Independent histories and twins: share 1, and its interval reaches it."""
    rng = np.random.default_rng(2)

    found = luck_share(rng.random(20_000) < 0.3, rng.random(20_000) < 0.3)

    assert found["luck_share"] == pytest.approx(1, abs=0.02)
    assert found["luck_high"] == 1


def test_nothing_is_luck_where_twins_are_alike() -> None:
    """What the assumptions settle happens to both."""
    settled = np.random.default_rng(2).random(5000) < 0.3

    assert luck_share(settled, settled.copy())["luck_share"] == pytest.approx(0, abs=1e-9)


def test_luck_share_is_that_of_the_variance() -> None:
    """With P(war | assumption) uniform on 0.2 to 0.8 the assumption explains 0.03 of 0.25, luck 88 %."""
    rng = np.random.default_rng(7)
    chance = 0.2 + 0.6 * rng.random(40_000)

    found = luck_share(rng.random(40_000) < chance, rng.random(40_000) < chance)

    assert found["luck_share"] == pytest.approx(0.88, abs=0.02)
    assert found["luck_low"] < 0.88 < found["luck_high"]


def test_a_rare_event_that_no_two_twins_share_may_still_be_ignorance() -> None:
    """Fourteen of a thousand: the count does not say that every bit of it is luck."""
    histories, twins = np.zeros(1000, np.bool_), np.zeros(1000, np.bool_)
    histories[:14] = twins[14:28] = True

    found = luck_share(histories, twins)

    assert found["luck_share"] == found["luck_high"] == 1
    assert found["luck_low"] is not None
    assert found["luck_low"] < 0.85


@pytest.mark.parametrize(("p", "ignorance"), [(0.014, 0.032), (0.014, 0.108), (0.3, 0.1), (0.3, 0.5)])
def test_the_interval_of_luck_holds_the_truth_nineteen_times_in_twenty(p: float, ignorance: float) -> None:
    """Of pairs drawn with a known share, rare ones among them; a thousand studies of a thousand pairs."""
    rng = np.random.default_rng(1)
    both = p * p + ignorance * p * (1 - p)
    held = 0
    for _ in range(1000):
        u = rng.random(1000)
        histories, twins = u < p, (u < both) | ((u >= p) & (u < 2 * p - both))
        found = luck_share(histories, twins)
        if found["luck_low"] is not None and found["luck_high"] is not None:
            held += found["luck_low"] - 1e-9 <= 1 - ignorance <= found["luck_high"] + 1e-9
    assert held / 1000 >= 0.925


def test_luck_of_what_never_happens_is_not_a_number() -> None:
    """No variance, no share of it."""
    nothing = np.zeros(100, np.bool_)

    assert set(luck_share(nothing, nothing).values()) == {None}
    assert set(luck_share(nothing[:0], nothing[:0]).values()) == {None}


def test_dates_of_turns() -> None:
    """Turn t begins t turns after the start, whatever the length of a turn."""
    assert Calendar("2024-06-24", 7).date(2) == "2024-07-08"
    assert Calendar("2024-06-24", 3.5).date(2) == "2024-07-01"


def test_difference_is_paired() -> None:
    """Histories of equal number differ in one of four; an unpaired interval would be far wider."""
    first = np.tile([True, False, False, False], 500)
    second = np.zeros(2000, np.bool_)
    second[::4] = True
    second[0] = False

    found = paired_difference(first, second)

    assert found["difference"] == pytest.approx(1 / 2000)
    assert found["difference_high"] - found["difference_low"] < 0.01


def test_summary_is_what_the_tables_say(toy: Toy, tmp_path: Path) -> None:
    """Probability, count, n, median date and difference, worked out again with pandas."""
    study = toy(tmp_path / "s", replicates=3000)
    frame = study.replicates
    push, hold = (frame[frame.option == name].reset_index() for name in ("push", "hold"))

    record = study.outcomes().set_index(["outcome", "option"]).loc[("war", "push")]

    assert record.happened == push["o:war"].sum()
    assert record.probability == pytest.approx(push["o:war"].mean())
    assert record.difference == pytest.approx(push["o:war"].mean() - hold["o:war"].mean())
    assert record.difference_low < record.difference < record.difference_high
    assert record.median_date == Calendar("2024-06-24", 7).date(
        int(push.loc[push["o:war"], "t:war"].median())
    )
    assert record.n == 3000
    assert 0.8 < record.luck_share <= 1


def test_quantities_have_paired_differences(toy: Toy, tmp_path: Path) -> None:
    """The push moves the front by 0.2 in every history: the paired interval has no width."""
    study = toy(tmp_path / "s", replicates=1500)

    record = study.quantities().set_index(["quantity", "option"]).loc[("front", "push")]

    assert record.difference == pytest.approx(0.2, abs=1e-6)
    assert record.difference_high - record.difference_low < 1e-6
    assert record.p10 < record.p50 < record.p90
    assert record.low < record["mean"] < record.high
    assert [r["quantity"] for r in study.summary["rare"]] == ["nuclear", "nuclear"]


def test_reference_has_no_difference(toy: Toy, tmp_path: Path) -> None:
    """The first option differs from nothing: null in JSON."""
    study = toy(tmp_path / "s", replicates=100, options=["push", "hold"])

    records = json.loads((study.path / "summary.json").read_text())["outcomes"]

    assert [r["difference"] for r in records if r["option"] == "push"] == [None, None]
    assert all(r["difference"] is not None for r in records if r["option"] == "hold")


def test_without_twins_there_is_no_luck_share(toy: Toy, tmp_path: Path) -> None:
    """Nothing to tell it from."""
    study = toy(tmp_path / "s", replicates=100, twins=False)

    histories = Columns(study.path / "replicates.parquet", study.options)

    assert not (study.path / "twins.parquet").exists()
    assert {r["luck_share"] for r in outcomes(histories, None, Calendar("2024-06-24", 7))} == {None}


def test_any_two_options_can_be_compared(toy: Toy, tmp_path: Path) -> None:
    """The difference turned round has the opposite sign and interval."""
    study = toy(tmp_path / "s", replicates=1000)

    there, back = study.difference("push", "hold"), study.difference("hold", "push")

    assert there.columns.to_list() == ["outcome", "difference", "low", "high", "n"]
    assert there.difference.to_list() == pytest.approx((-back.difference).to_list())
    assert there.low.to_list() == pytest.approx((-back.high).to_list())
