"""Conditions: the fast reading equals the plain one."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.actions.conditions import Requirements, compile_condition
from sim.actions.conditions import holds as holds_everywhere
from sim.errors import ScenarioError
from sim.model.compile import setup_of
from sim.world.world import World
from tests.actions import plain
from tests.model.histories import choice_of, lived_in, written


@cache
def base() -> World:
    """Return a few replicates of a lived-in world; read only."""
    return lived_in().take(np.arange(24))


@settings(max_examples=200, deadline=None)
@given(condition=plain.conditions)
def test_a_condition_reads_as_it_is_written(condition: dict) -> None:
    """Any nesting of all, any and not, on whole blocks."""
    clauses = compile_condition(condition, base().structure, plain.bind, "CCC")

    found = holds_everywhere(clauses, base())

    assert found.tolist() == [plain.holds(condition, base(), row, "CCC") for row in range(base().rows)]


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_requirements_of_many_choices_are_told_apart(data: st.DataObject) -> None:
    """On a sparse list of (choice, replicate) each is judged by its own conditions and world."""
    conditions = data.draw(st.lists(st.lists(plain.conditions, max_size=2), min_size=1, max_size=5))
    asked = data.draw(
        st.lists(st.tuples(st.integers(0, len(conditions) - 1), st.integers(0, 23)), max_size=30)
    )
    compiled = [
        tuple(x for c in of for x in compile_condition(c, base().structure, plain.bind, "CCC"))
        for of in conditions
    ]

    choice, row = np.array([c for c, _ in asked], np.int32), np.array([r for _, r in asked], np.int32)
    found = Requirements(compiled).hold(base(), choice, row)

    assert found.tolist() == [all(plain.holds(x, base(), r, "CCC") for x in conditions[c]) for c, r in asked]


@pytest.mark.parametrize("others", [1, 0], ids=["which holds", "which does not"])
def test_a_clause_about_nothing_is_not_judged_by_its_neighbour(others: int) -> None:
    """Where no placeholder of `any` stands for anything, the next choice must not speak for it."""
    nothing = compile_condition(
        {"any": [{"path": "wars.war.open", "at_least": 1}]}, base().structure, lambda _: None
    )
    other = compile_condition({"path": "wars.border.open", "is": others}, base().structure, lambda path: path)
    requirements = Requirements([nothing, other])

    found = requirements.hold(base(), np.array([0, 1]), np.array([0, 0]))
    last = requirements.hold(base(), np.array([1, 0]), np.array([0, 0]))

    assert bool(found[0]) == bool(last[1]) == bool(holds_everywhere(nothing, base())[0])


def test_observing_a_flow_reads_what_is_believed() -> None:
    """An act on a wrong belief is an act on what one believes."""
    world = base().take(np.arange(2))
    world.pipelines.believed[:, 0, 2] = [0.1, 0.9]
    world.pipelines.level[:, 0] = [0.9, 0.1]
    condition = {"observes": "pipelines.aaa_bbb_shells.level", "above": 0.5}

    seen = holds_everywhere(compile_condition(condition, world.structure, lambda p: p, "CCC"), world)

    assert seen.tolist() == [False, True]


def test_a_rung_may_be_named() -> None:
    """`show_of_force` reads better than 3."""
    world = base().take(np.arange(2))
    world.dyads.rung[:, 0, 2] = [2, 3]
    condition = {"path": "dyads.AAA.CCC.rung", "at_least": "show_of_force"}

    found = holds_everywhere(compile_condition(condition, world.structure, lambda p: p), world)

    assert found.tolist() == [False, True]


def test_a_country_desk_keeps_coercion_out_of_a_war(tmp_path: Path) -> None:
    """War has its own desk: at war nobody protests or exercises in mind of the other."""
    setup = setup_of(written(tmp_path, ""), "as_is")
    world = lived_in(2)
    protest = choice_of(setup, actor="BBB", action="protest", target="CCC")

    allowed = setup.requirements.hold(world, np.full(world.rows, protest), np.arange(world.rows))

    assert (allowed == (world.dyads.at_war[:, 1, 2] == 0)).all()
    assert not allowed.all()


def test_a_placeholder_that_means_nothing_on_a_desk_is_the_users_fault(tmp_path: Path) -> None:
    """A country desk has no war: the line is named, no traceback is shown."""
    text = "actions: {talks: {requires: [{path: wars.war.open, at_least: 1}]}}"

    with pytest.raises(ScenarioError, match="talks"):
        setup_of(written(tmp_path, text), "as_is")
