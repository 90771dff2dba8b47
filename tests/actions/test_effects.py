"""Effects: the fast reading equals the plain one, whatever the order."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.actions.effects import Effects, compile_effect, provoke
from sim.world.world import World
from tests.actions import plain
from tests.model.histories import compiled, differing, lived_in, moment_of, pipeline, toy


@cache
def base() -> World:
    """Return a few replicates of a lived-in world; read only."""
    return lived_in().take(np.arange(8))


def applied(effects: list[list[dict]], asked: list[tuple[int, int]]) -> World:
    """Return the world after causes took effect in replicates."""
    world = base().take(np.arange(8))
    made = Effects(
        [[compile_effect(e, world.structure, plain.bind, plain.BOUND) for e in of] for of in effects]
    )
    cause, row = np.array([c for c, _ in asked], np.int32), np.array([r for _, r in asked], np.int32)
    made.apply(world, moment_of(world), cause, row)
    return world


def close(one: World, other: World) -> None:
    """Assert that two worlds are equal but for rounding."""
    for name, part in one.parts().items():
        for field, array in part.arrays().items():
            expected = getattr(other.parts()[name], field)
            np.testing.assert_allclose(array, expected, rtol=2e-5, atol=2e-5, err_msg=f"{name}.{field}")


causes = st.lists(st.lists(plain.effects, min_size=1, max_size=3), min_size=1, max_size=4)


@settings(max_examples=120, deadline=None)
@given(data=st.data(), effects=causes)
def test_effects_read_as_they_are_written(data: st.DataObject, effects: list[list[dict]]) -> None:
    """Several causes in a replicate in one turn: sets and lifts, then factors, then sums, within bounds."""
    pairs = [(c, r) for c in range(len(effects)) for r in range(4)]
    asked = data.draw(st.lists(st.sampled_from(pairs), max_size=10))
    expected = base().take(np.arange(8))
    for row in range(8):
        plain.carry_out([e for c, r in asked if r == row for e in effects[c]], expected, row)

    found = applied(effects, asked)

    close(found, expected)
    assert not found.faults()


@settings(max_examples=60, deadline=None)
@given(data=st.data(), effects=causes)
def test_the_order_of_deeds_in_a_turn_does_not_matter(data: st.DataObject, effects: list[list[dict]]) -> None:
    """All desks decide on the same picture, then all deeds take effect."""
    asked = [(c, r) for c in range(len(effects)) for r in range(3)]
    shuffled = data.draw(st.permutations(asked))

    close(applied(effects, asked), applied(effects, shuffled))


def test_two_deeds_that_set_the_same_thing_do_not_depend_on_their_order() -> None:
    """A halt and a reopening in one turn come to the same whichever desk is first in the file."""
    path = "pipelines.aaa_bbb_shells.level"
    effects = [[{"set": path, "to": 0.1}], [{"set": path, "to": 1.5}]]

    one, other = applied(effects, [(0, 0), (1, 0)]), applied(effects, [(1, 0), (0, 0)])

    assert not differing(one, other)


def test_replicates_left_alone_stay_as_they_are() -> None:
    """An effect touches the rows it was caused in."""
    world = applied([[{"raise": "dyads.actor.target.tension", "by": 0.2}]], [(0, 3)])

    rest = np.array([0, 1, 2, 4, 5, 6, 7])

    assert not differing(world.take(rest), base().take(rest))
    assert differing(world, base()) == ["dyads.tension"]


def test_owing_adds_to_the_ledger_and_a_shipment_leaves_the_stock() -> None:
    """`ship` sends years of a flow's rate at once; `owe` is an entry in the book."""
    world = applied(
        [[{"owe": "bbb_aaa_oil", "amount": 0.5}], [{"ship": "aaa_bbb_shells", "amount": 0.1}]],
        [(0, 0), (1, 1)],
    )

    owed = world.pipelines.owed - base().pipelines.owed
    sent = 0.1 * base().pipelines.rate[1, 0]
    assert owed[0].tolist() == pytest.approx([0, 0.5])
    assert world.pipelines.shipped[1, 0] - base().pipelines.shipped[1, 0] == pytest.approx(sent, rel=1e-4)
    assert base().states.munitions_stock[1, 0] - world.states.munitions_stock[1, 0] == pytest.approx(
        sent, rel=1e-4
    )


def test_nobody_ships_what_it_does_not_have() -> None:
    """The reserve is kept, whatever is asked."""
    world = applied([[{"ship": "aaa_bbb_shells", "amount": 50}]], [(0, 0)])

    assert world.states.munitions_stock[0, 0] == pytest.approx(world.states.munitions_reserve[0, 0])


@settings(max_examples=60, deadline=None)
@given(asked=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3)), max_size=12), seen=st.integers(0, 7))
def test_tension_rises_as_a_plain_reading_says(asked: list[tuple[int, int]], seen: int) -> None:
    """Of every provoked party that saw the deed: T becomes 1 - (1 - T) prod(1 - v), v at most .99."""
    setup, world = compiled(toy, "as_is"), base().take(np.arange(8))
    made = setup.provocations
    calm = {}
    for c, r in asked:
        actor = setup.catalogue.column["actor"][c]
        for k in range(made.first[c], made.first[c + 1]):
            party = made.party[k]
            if seen >> party & 1:
                cell = (r, party, actor)
                rise = min(made.amount[k] * world.parameters.tension_rise[r], 0.99)
                calm[cell] = calm.get(cell, 1 - world.dyads.tension[cell]) * (1 - rise)

    cause, row = np.array([c for c, _ in asked], np.int32), np.array([r for _, r in asked], np.int32)
    actors = setup.catalogue.column["actor"][cause]
    provoke(world, made, cause, row, actors, np.full(len(cause), seen, np.int32))

    expected = base().dyads.tension.copy()
    for cell, left in calm.items():
        expected[cell] = 1 - left
    np.testing.assert_allclose(world.dyads.tension, expected, atol=1e-5)


def test_the_parties_of_a_deed_are_those_named() -> None:
    """T the target, TA its allies, EB the enemy in the war, giver and taker of the flow; never the actor."""
    setup = compiled(pipeline, "as_agreed")
    names = setup.structure.axes.states

    for c, choice in enumerate(setup.catalogue.choices):
        made = setup.provocations
        parties = {names[p] for p in made.party[made.first[c] : made.first[c + 1]]}
        assert choice.actor not in parties, choice.name
        assert not parties or choice.spec["provokes"], choice.name
        if set(choice.spec["provokes"]) == {"T"} and choice.target:
            assert parties <= {choice.against, choice.target}, choice.name
