"""Signposts, scales and wrong beliefs, from made tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.analysis.columns import Histories
from sim.analysis.misbelief import misbeliefs
from sim.analysis.rungs import rungs
from sim.analysis.scales import scales
from sim.analysis.signposts import Landmark, first_seen, likelihood_ratio, signposts
from sim.analysis.times import Calendar


class Made(Histories):
    """Columns that were made up."""

    def __init__(self, options: tuple[str, ...], **columns: Any) -> None:
        self._held = {name.replace("__", ":"): np.asarray(values) for name, values in columns.items()}
        self.options, self.names = options, tuple(self._held)
        self.rows = next(iter(self._held.values())).shape[1]

    def __getitem__(self, name: str) -> Any:
        """Return a column."""
        return self._held[name]


def test_likelihood_ratio_is_that_of_the_shares() -> None:
    """By the formula of Simel et al. 1991, counted out; an empty cell is no fault."""
    ratio, low, high = likelihood_ratio(60, 40, 25, 75)

    assert ratio == pytest.approx(2.4)
    half = 1.959964 * np.sqrt(1 / 60 - 1 / 100 + 1 / 25 - 1 / 100)
    assert (low, high) == (pytest.approx(2.4 * np.exp(-half)), pytest.approx(2.4 * np.exp(half)))
    assert likelihood_ratio(5, 5, 0, 10)[1] > 0


def test_signposts_rank_what_tells_above_noise_and_leave_out_the_past() -> None:
    """A sign that doubles the chance comes before noise; one that goes with early outcomes says nothing."""
    rng = np.random.default_rng(8)
    rows = 8000
    early, sign = rng.random(rows) < 0.1, rng.random(rows) < 0.3
    late = rng.random(rows) < np.where(sign, 0.4, 0.2)
    when = np.where(early, 1, np.where(late, 20, -1)).astype(np.int16)
    seen = {
        "noise": np.where(rng.random(rows) < 0.5, 2, -1),
        "tells": np.where(sign, 3, -1),
        "consequence": np.where(early & (rng.random(rows) < 0.9) | (rng.random(rows) < 0.05), 2, -1),
        "too late": np.where(late, 15, -1),
        "rare": np.where(np.arange(rows) < 5, 0, -1),
    }

    found = {row["sign"]: row for row in signposts(Landmark(when, 10, 7.0), seen)}

    assert next(iter(found)) == "tells"
    assert set(found) == {"tells", "noise", "consequence"}
    tells = found["tells"]
    assert tells["n"] == (~early).sum()
    assert tells["low"] < (0.3 * 0.4 / 0.26) / (0.3 * 0.6 / 0.74) < tells["high"]
    assert tells["with_low"] < 0.4 < tells["with_high"]
    assert tells["without"] == pytest.approx(0.2, abs=0.02)
    assert tells["lead_days"] == 17 * 7
    assert found["consequence"]["low"] < 1 < found["consequence"]["high"]


def test_noise_is_told_as_such_nineteen_times_in_twenty() -> None:
    """Of 500 signs that say nothing, the interval of about 95 % holds a ratio of 1."""
    rng = np.random.default_rng(8)
    when = np.where(rng.random(2000) < 0.3, 20, -1)
    signs = {str(n): np.where(rng.random(2000) < 0.2, 2, -1) for n in range(500)}

    held = [row["low"] < 1 < row["high"] for row in signposts(Landmark(when, 10, 7.0), signs)]

    assert len(held) == 500
    assert 0.92 < np.mean(held) < 0.98


def test_no_sign_is_made_of_a_case_or_two() -> None:
    """Below ten cases nothing; with twenty, rare noise neither leads nor leaves out 1 too often."""
    rng = np.random.default_rng(5)
    rows = 10_000
    when = np.where(np.arange(rows) < 20, 20, -1)
    tells = (np.arange(rows) < 14) | (rng.random(rows) < 0.1)
    signs = {str(n): np.where(rng.random(rows) < 0.01, 2, -1) for n in range(500)}
    common = {f"c{n}": np.where(rng.random(rows) < 0.4, 2, -1) for n in range(200)}

    found = signposts(Landmark(when, 10, 7.0), {**signs, **common, "tells": np.where(tells, 3, -1)})

    assert found[0]["sign"] == "tells"
    assert np.mean([row["low"] <= 1 <= row["high"] for row in found[1:]]) > 0.92
    assert signposts(Landmark(np.where(np.arange(rows) < 9, 20, -1), 10, 7.0), signs) == []
    assert signposts(Landmark(np.full(rows, 20), 10, 7.0), signs) == []


def test_only_what_others_saw_is_a_sign() -> None:
    """The first sight counts; a deed its actor alone knows of is none; an observer sees its own."""
    deeds = pd.DataFrame(
        {
            "replicate": [0, 0, 1, 2],
            "turn": [4, 2, 5, 1],
            "actor": ["A", "A", "A", "A"],
            "action": ["x", "x", "x", "x"],
            "target": ["B", "B", "B", "B"],
            "observers": ["A,B", "A,C", "A", ""],
        }
    )

    assert first_seen(deeds, 3)["A x B"].tolist() == [2, -1, -1]
    assert first_seen(deeds, 3, "B")["A x B"].tolist() == [4, -1, -1]


def test_a_conclusion_that_turns_with_the_scale_is_flagged() -> None:
    """Option b climbs higher but does less that is hostile; c is worse on all."""
    rng = np.random.default_rng(6)
    base = rng.normal(size=(3, 2000))
    rung = np.array([[5], [6], [7]]) + (base > 0)
    made = Made(
        ("a", "b", "c"),
        rung_max__field=rung.astype(np.int8),
        rung_max__calm=np.zeros((3, 2000), np.int8),
        score__goldstein=np.array([[-9.0], [-4.0], [-12.0]]) + base,
        score__rivera=np.array([[10.0], [10.0], [30.0]]) + base,
    )

    table = pd.DataFrame(scales(made)).set_index(["reference", "option", "scale"])

    assert table.loc[("a", "b")]["flips"].all()
    assert not table.loc[("a", "c")]["flips"].any()
    assert table.loc[("a", "b", "ladder"), "says"] == "worse"
    assert table.loc[("a", "b", "goldstein"), "says"] == "better"
    assert table.loc[("a", "b", "goldstein"), "difference"] == pytest.approx(-5, abs=0.1)
    assert len(table) == 9


def test_wrong_beliefs_are_counted_by_actor_and_action() -> None:
    """Of deeds, not incidents; over histories without any, too."""
    deeds = pd.DataFrame(
        {
            "option": "a",
            "replicate": [0, 0, 1, 1, 3],
            "actor": ["A", "A", "A", "B", "B"],
            "action": ["x", "x", "y", "x", "incident"],
            "kind": ["deed", "deed", "deed", "deed", "incident"],
            "wrong_belief": [True, True, False, False, True],
        }
    )

    table = pd.DataFrame(misbeliefs(deeds, ("a",), 8)).set_index(["actor", "action"])

    whole = table.loc[("all", "all")]
    assert (whole.deeds, whole.wrong, whole.share, whole.per_history) == (4, 2, 0.5, 0.25)
    assert table.loc[("A", "x"), "share"] == 1
    assert whole.low < 0.5 < whole.high
    assert table.index[0] == ("all", "all")


def test_rungs_add_up() -> None:
    """Shares at a turn are one, and what stands at the lowest rung or above is all."""
    series = pd.DataFrame(
        {
            "option": "a",
            "series": ["rung:field"] * 3 + ["front"],
            "turn": [0, 1, 1, 0],
            "bin": [0, 0, 2, 200],
            "count": [10, 4, 6, 10],
        }
    )

    table = rungs(series, ("calm", "tense", "war"), Calendar("2030-01-01", 7))

    assert table.groupby("turn").share.sum().tolist() == [1, 1]
    last = table[table.turn == 1].set_index("rung")
    assert last.above.tolist() == [1, 0.6, 0.6]
    assert last.share.tolist() == [0.4, 0, 0.6]
    assert last.loc["war", "low"] < 0.6 < last.loc["war", "high"]
    assert set(last.date) == {"2030-01-08"}
