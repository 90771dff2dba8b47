"""Futures of one history: the same luck whatever the workers, what had come stays, a forced deed is done."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from sim.errors import UsageError
from sim.play.branching import _joined
from sim.play.futures import Part, Stem, branched, forget, play, standing
from tests.model.histories import toy
from tests.play.opening import history, study


@pytest.mark.parametrize(("replicate", "turn"), [(3, 0), (5, 7), (3, 11)])
def test_a_future_with_the_luck_of_the_history_is_the_history(replicate: int, turn: int) -> None:
    """Everything but luck goes along: what came, is counted, is remembered, is ordered."""
    held = study("toy")
    row = held.replicates.query("option == 'denied' and replicate == @replicate").iloc[0]
    stem = Stem("denied", replicate, held.manifest.identity.seed, turn)

    with threadpool_limits(1, user_api="blas"):
        model, place = standing(held.scenario, stem)
        futures = branched(model, place, stem, 0)
        futures.world.luck = model.world.luck[np.full(model.world.rows, place)].copy()
        futures.run()

    for outcome, turns in futures.recorder.watch.close().items():
        assert set(turns.tolist()) == {int(row[f"t:{outcome}"])}
    for path, address, _, _ in futures.setup.watch:
        assert set(address.read(futures.world).tolist()) == {float(row[f"q:{path}"])}
    forget()


def test_futures_are_the_same_whatever_the_workers() -> None:
    """To the last byte; and a second time."""
    force = "CCC:protest:AAA"

    one = study("toy").branch(3, 4, "as_is", force=force, futures=2500, workers=1)
    two = study("toy").branch(3, 4, "as_is", force=force, futures=2500, workers=2)

    assert json.dumps(one) == json.dumps(two)
    assert one["branch"]["futures"] == 2500


def test_more_futures_only_add_to_fewer() -> None:
    """Future k has its own luck: the first 1,000 of 2,000 are those of 1,000."""
    stem = Stem("as_is", 3, 1, 4)
    with threadpool_limits(1, user_api="blas"):
        blocks = [play(toy(), Part(stem, number, None)) for number in (0, 1)]
        again = play(toy(), Part(stem, 0, None))
    forget()

    assert np.array_equal(_joined(blocks, 2000).came[:, :1000], _joined([again], 1000).came)
    assert not np.array_equal(blocks[0].finals, blocks[1].finals)


def test_what_had_come_stays_and_what_may_come_is_open() -> None:
    """An outcome that came before the branch is certain, with its date."""
    came = {one.name: one.turn for one in history("toy", "as_is", 0).outcomes}
    late = max(turn for turn in came.values()) + 1

    found = {one["outcome"]: one for one in study("toy").branch(0, late, "as_is", workers=1)["outcomes"]}

    for name, turn in came.items():
        if turn >= 0:
            assert found[name]["probability"] == 1
            assert found[name]["came"] is not None
        else:
            assert found[name]["came"] is None


def test_from_the_first_turn_on_the_outcomes_are_as_likely_as_at_the_start() -> None:
    """Fresh luck from the start: told beside what the study says of it."""
    held = study("toy")

    found = held.branch(3, 0, "as_is", futures=2048, workers=1)

    start = {one["outcome"]: one for one in held.summary["outcomes"] if one["option"] == "as_is"}
    for one in found["outcomes"]:
        assert one["start_probability"] == start[one["outcome"]]["probability"]
        assert one["low"] <= one["probability"] <= one["high"]
        assert one["n"] == 2048
    clash = next(one for one in found["outcomes"] if one["outcome"] == "clash")
    assert 0.02 < clash["probability"] < 0.98


def test_a_forced_deed_is_done_and_set_against_the_same_futures_without_it() -> None:
    """Paired: the unforced side is the one that is played where nothing is forced."""
    held = study("munitions_pipeline")
    free = held.branch(3, 20, "as_agreed", futures=300, workers=1)

    found = held.branch(3, 20, "as_agreed", force="KOR:lethal_aid_direct:UKR", futures=300, workers=1)

    assert found["branch"]["forced_done"] == 300
    by_name = {one["outcome"]: one for one in found["outcomes"]}
    assert by_name["seoul_direct"]["forced_probability"] == 1
    assert by_name["seoul_direct"]["difference"] == pytest.approx(1 - by_name["seoul_direct"]["probability"])
    for one in free["outcomes"]:
        other = by_name[one["outcome"]]
        assert other["probability"] == one["probability"]
        gap = other["forced_probability"] - other["probability"]
        assert other["difference"] == pytest.approx(gap)
        assert other["difference_low"] <= gap <= other["difference_high"]


def test_what_cannot_be_done_is_refused_with_the_reason() -> None:
    """The requirement, what it asks for and how it stands."""
    with pytest.raises(UsageError) as raised:
        study("munitions_pipeline").branch(3, 10, "as_agreed", force="RUS:limited_nuclear_use:UKR", workers=1)

    told = str(raised.value)
    assert "cannot be done on 2024-09-02 of this history" in told
    assert "dyads.RUS.UKR.licence has to be at least 0.25 and is 0" in told
    assert "force another deed, or branch at another turn" in told
    assert "\n" not in told


def test_a_deed_that_rests_is_refused_until_it_may_be_done_again() -> None:
    """A cooldown is a reason too."""
    held = study("munitions_pipeline")
    cooling = {"mediate", "talks", "trade_deal", "build_up", "ask_ally", "expand_output", "domestic_relief"}
    deed = next(
        d
        for d in history("munitions_pipeline", "as_agreed", 3).deeds
        if d.action in cooling and d.turn < 24 and d.target
    )
    named = deed.choice

    with pytest.raises(UsageError, match=r"was done of late and is not done again before 202\d-"):
        held.branch(3, deed.turn + 1, "as_agreed", force=named, futures=10, workers=1)


@pytest.mark.parametrize(
    ("force", "told"),
    [
        ("CCC", "--force: `CCC` names no deed; write it as ACTOR:ACTION"),
        ("CCX:protest:AAA", "`CCX` is not a state of this scenario; did you mean `CCC`?"),
        ("CCC:protst:AAA", "`protst` is not an action of this scenario; did you mean `protest`?"),
        ("CCC:protest:AAB", "`AAB` is not a state of this scenario; did you mean `AAA`?"),
        ("CCC:protest.loud:AAA", "`loud` is not a variant of protest of this scenario"),
        ("CCC:protest:CCC", "`CCC:protest:CCC` fits no choice of CCC; target AAA"),
    ],
)
def test_a_deed_that_names_nothing_is_refused_before_anything_is_played(force: str, told: str) -> None:
    """With what could have been meant."""
    with pytest.raises(UsageError, match=re.escape(told)):
        study("toy").branch(3, 4, "as_is", force=force, futures=10, workers=1)


@pytest.mark.parametrize("turn", [-1, 12])
def test_a_turn_that_is_not_there_is_refused(turn: int) -> None:
    """With the turns that are."""
    with pytest.raises(UsageError, match=f"there is no turn {turn}; give a number from 0 to 11"):
        study("toy").branch(3, turn, "as_is")
