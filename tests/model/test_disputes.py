"""Disputes: coded as a reader of the Correlates of War would, against a plain reading."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.disputes import Disputes
from sim.world.deeds import Deeds
from sim.world.moment import Moment
from tests.model.histories import compiled, toy

QUIET = 26
Act = tuple[int, int, int, int]  # turn, actor, against, mid


def table(acts: list[Act]) -> Deeds:
    """Return deeds of one replicate in one turn, in the order of time."""
    n = len(acts)
    zero = np.zeros(n, np.int32)
    return Deeds(
        row=zero,
        choice=zero,
        actor=np.array([a for _, a, _, _ in acts], np.int32),
        target=zero,
        against=np.array([b for _, _, b, _ in acts], np.int32),
        rung=zero,
        mid=np.array([m for _, _, _, m in acts], np.int32),
        answer_rung=np.zeros(n, np.float32),
        time=np.arange(n, dtype=np.float32) / (n + 1),
        deaths=zero,
        seen=zero,
        wrong=np.zeros(n, bool),
    )


def found(acts: list[Act], turns: int) -> list[tuple[int, ...]]:
    """Return (first, second, start, end, level, onset_by) of every dispute."""
    disputes = Disputes(compiled(toy, "as_is").structure, 1)
    calm = np.zeros((1, 3, 3), np.float32)
    for turn in range(turns):
        now = [a for a in acts if a[0] == turn]
        disputes.note(Moment(turn, 7.0, np.zeros(1, np.uint64)), table(now), calm)
    return [tuple(int(x) for x in row[1:7]) for row in disputes.finish().T]


def expected(acts: list[Act]) -> list[tuple[int, ...]]:
    """Return the same by a plain reading."""
    made = []
    for a, b in ((0, 1), (0, 2), (1, 2)):
        between = [x for x in acts if {x[1], x[2]} == {a, b} and x[3] >= 2]
        groups: list[list[Act]] = []
        for act in between:
            if groups and act[0] - groups[-1][-1][0] <= QUIET:
                groups[-1].append(act)
            else:
                groups.append([act])
        made += [(a, b, g[0][0], g[-1][0], max(x[3] for x in g), g[0][1]) for g in groups]
    return sorted(made)


acts = st.tuples(st.integers(0, 119), st.integers(0, 2), st.integers(0, 2), st.integers(0, 5))


@settings(max_examples=60, deadline=None)
@given(st.lists(acts.filter(lambda a: a[1] != a[2]), max_size=14))
def test_disputes_open_and_close_as_defined(drawn: list[Act]) -> None:
    """From the first deed of `mid` 2 until 26 quiet weeks have passed; the highest `mid` is its level."""
    ordered = sorted(drawn, key=lambda a: a[0])

    assert found(ordered, 120) == expected(ordered)


def test_a_third_state_joins_if_the_dispute_goes_on() -> None:
    """An act in the theatre against a party; one after the last deed is not part of it."""
    structure = compiled(toy, "as_is").structure
    joiners = []
    for last in (3, 9):
        disputes = Disputes(structure, 1)
        for turn in range(12):
            now = {0: [(0, 0, 2, 4)], 5: [(5, 1, 2, 4)], last: [(last, 0, 2, 3)]}.get(turn, [])
            calm = np.zeros((1, 3, 3), np.float32)
            disputes.note(Moment(turn, 7.0, np.zeros(1, np.uint64)), table(now), calm)
        (first,) = [row for row in disputes.finish().T if (row[1], row[2]) == (0, 2)]
        joiners.append(int(first[7]))

    assert joiners == [0, 1 << 1]


def test_an_act_belongs_to_one_dispute() -> None:
    """Who goes on with an older dispute of its own joins no other; who opens one now does."""
    structure = compiled(toy, "as_is").structure
    joiners = []
    for own in (0, 2, 4):
        disputes = Disputes(structure, 1)
        acts = {2: [(2, 0, 2, 4)], 5: [(5, 1, 2, 4)], 9: [(9, 0, 2, 3)]}
        acts[own] = [*acts.get(own, []), (own, 1, 2, 3)]
        for turn in range(12):
            calm = np.zeros((1, 3, 3), np.float32)
            disputes.note(Moment(turn, 7.0, np.zeros(1, np.uint64)), table(acts.get(turn, [])), calm)
        (first,) = [row for row in disputes.finish().T if (row[1], row[2]) == (0, 2)]
        joiners.append(int(first[7]))

    assert joiners == [0, 0, 1 << 1]
