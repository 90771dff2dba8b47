"""What deeds leave on a dyad: answers owed and settled, standing rungs, the end of quiet."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.world.deeds import Deeds, mark
from sim.world.world import World
from tests.model.histories import compiled, lived_in, pipeline, start

AAA, BBB, CCC = 0, 1, 2
PAIRS = ((0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1))


@cache
def base() -> World:
    """Return a few replicates; read only."""
    return lived_in().take(np.arange(4))


def calm() -> World:
    """Return a world where nothing is owed and nobody stands above normal."""
    world = base().take(np.arange(4))
    world.dyads.answer_owed[...] = world.dyads.rung[...] = world.dyads.answer_rung[...] = 0
    world.dyads.quiet_days[...] = 30
    return world


def deeds(entries: list[tuple[int, int, int, int]], seen: int = 511) -> Deeds:
    """Return deeds from (row, actor, against, rung)."""
    n = len(entries)
    column = [np.array([e[k] for e in entries], np.int32) for k in range(4)]
    return Deeds(
        row=column[0],
        choice=np.zeros(n, np.int32),
        actor=column[1],
        target=column[2],
        against=column[2],
        rung=column[3],
        mid=np.zeros(n, np.int32),
        answer_rung=column[3].astype(np.float32),
        time=np.zeros(n, np.float32),
        deaths=np.full(n, -1, np.int32),
        seen=np.full(n, seen, np.int32),
        wrong=np.zeros(n, bool),
    )


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from(PAIRS), st.integers(0, 8)), max_size=8).map(
        lambda drawn: [(r, a, b, h) for r, (a, b), h in drawn]
    )
)
def test_marks_are_those_of_a_plain_reading(entries: list[tuple[int, int, int, int]]) -> None:
    """Where nothing was owed: the gravest deed owes the answer, and lifts the pair by at most two."""
    world = calm()
    world.dyads.commitment[...] = 0
    owed, rung = np.zeros((4, 3, 3)), np.zeros((4, 3, 3))
    lift = base().parameters.lift
    for r, a, b, h in entries:
        if h >= 1:
            owed[r, b, a] = max(owed[r, b, a], min(max(0.13 * h - 0.13, 0.05), 1))
            rung[r, a, b] = max(rung[r, a, b], min(h, lift[r]))

    mark(world, deeds(entries))

    np.testing.assert_allclose(world.dyads.answer_owed, owed, atol=1e-6)
    np.testing.assert_allclose(world.dyads.rung, rung, atol=1e-6)
    forceful = {(r, a, b) for r, a, b, h in entries if h >= 3}
    for r, a, b in np.ndindex(4, 3, 3):
        assert (world.dyads.quiet_days[r, a, b] == 0) == ((r, a, b) in forceful)


def test_forces_that_met_stay_out() -> None:
    """A display or worse begins a stand-off of both sides anew; a protest or an exercise does not."""
    world = calm()
    world.dyads.standoff[...] = 0.5
    met = deeds([(0, AAA, CCC, 3), (1, CCC, AAA, 6), (2, AAA, CCC, 2)])
    met.mid[:] = [3, 4, 0]

    mark(world, met)

    pull = world.parameters.standoff
    assert world.dyads.standoff[:, AAA, CCC].tolist() == pytest.approx([pull[0], pull[1], 0.5, 0.5])
    assert world.dyads.standoff[:, CCC, AAA].tolist() == world.dyads.standoff[:, AAA, CCC].tolist()
    assert (world.dyads.standoff[:, AAA, BBB] == 0.5).all()


def test_nobody_makes_ready_for_war_by_accident() -> None:
    """An incident lifts the pair to mobilisation only where somebody died; a deed needs nobody to die."""
    world = calm()
    world.dyads.rung[...] = 4
    clash = deeds([(0, AAA, CCC, 6), (1, AAA, CCC, 6), (2, AAA, CCC, 6)])
    clash.choice[:] = [-1, -1, 0]
    clash.deaths[:] = [0, 1, 0]

    mark(world, clash)

    assert world.dyads.rung[:, AAA, CCC].tolist() == [4, 6, 6, 4]


def test_what_was_not_seen_is_not_answered() -> None:
    """A covert act owes nothing until somebody knows of it."""
    world = calm()

    mark(world, deeds([(0, AAA, CCC, 4)], seen=1 << AAA))

    assert not world.dyads.answer_owed.any()


def test_an_answer_in_kind_settles_what_was_owed() -> None:
    """From a rung below what stands; a lesser one settles part. Who was hit learns that they answer."""
    world = calm()
    world.dyads.answer_owed[:, AAA, CCC] = 0.8
    world.dyads.answer_rung[:, AAA, CCC] = 6
    belief = world.dyads.believed_resolve[:, CCC, AAA].copy()

    mark(world, deeds([(0, AAA, CCC, 5), (1, AAA, CCC, 3)]))

    assert world.dyads.answer_owed[:3, AAA, CCC].tolist() == pytest.approx([0.08, 0.48, 0.8])
    learnt = world.dyads.believed_resolve[:, CCC, AAA] - belief
    assert learnt[0] > 0
    assert not learnt[1:].any()


def test_allies_take_up_the_largest_of_several_answers() -> None:
    """Two attacks in one turn: an ally owes for the one it is bound by most, whichever was the graver."""
    setup = compiled(pipeline, "as_agreed")
    world, s = start(pipeline(), setup).take(np.arange(4)), setup.structure.axes.index["S"]
    world.dyads.answer_owed[...] = world.dyads.commitment[...] = 0
    world.dyads.commitment[:, s["USA"], s["JPN"]], world.dyads.commitment[:, s["USA"], s["KOR"]] = 1.0, 0.3

    mark(world, deeds([(0, s["RUS"], s["JPN"], 6), (0, s["RUS"], s["KOR"], 7)]))

    largest = 1.0 * world.parameters.ally_share[0] * (0.13 * 6 - 0.13)
    assert world.dyads.answer_owed[0, s["USA"], s["RUS"]] == pytest.approx(largest, rel=1e-5)


def test_an_attack_on_a_friend_is_answered_by_its_allies() -> None:
    """By their commitment and the share allies take up; below mobilisation by nobody else."""
    world = calm()
    world.dyads.commitment[:, BBB, AAA] = [0.8, 0.1, 0.8, 0.8]

    mark(world, deeds([(0, CCC, AAA, 6), (1, CCC, AAA, 6), (2, CCC, AAA, 4)]))

    share = 0.8 * world.parameters.ally_share[0] * (0.13 * 6 - 0.13)
    assert world.dyads.answer_owed[:, BBB, CCC].tolist() == pytest.approx([share, 0, 0, 0], abs=1e-6)
