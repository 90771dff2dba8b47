"""The shipped catalogue: every action is somebody's choice, and every choice does something."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.actions.effects import Change, compile_effect
from sim.errors import ScenarioError
from sim.model.compile import setup_of
from sim.scenario.build import central_world
from sim.streams import replicate_keys
from sim.world.world import World
from tests.model.histories import compiled, moment_of, pipeline, written


def middling(rows: int) -> World:
    """Return the shipped world with every number well inside its bounds, so that each change shows."""
    world = central_world(pipeline().tree).take(np.zeros(rows, np.intp))
    world.luck = replicate_keys(1, np.arange(rows, dtype=np.int64))
    for part in world.parts().values():
        for name, quantity in type(part).declared().items():
            high = min(quantity.high, max(quantity.low, 0) + 10.0)
            low = max(quantity.low, -10.0)
            getattr(part, name)[...] = low + 0.43 * (high - low)
    world.pipelines.transit[...] = 0
    world.wars.ceased[...] = 0.5
    world.wars.support[...] = 0.5
    world.states.munitions_reserve[...] = 0
    world.states.posture[...] = world.red_lines.declaration[...] = 0.1  # below what lifts them
    return world


def actions() -> list[str]:
    """Return the names in the shipped catalogue."""
    return [name for name in pipeline().tree["actions"] if name != "basis"]


def test_every_action_is_a_choice_of_somebody() -> None:
    """An action nobody can ever take is a line without meaning; so is a variant."""
    setup = compiled(pipeline, "as_agreed")
    offered = {(c.action, c.variant) for c in setup.catalogue.choices}

    for name in actions():
        for variant in pipeline().tree["actions"][name].get("variants") or {"": {}}:
            assert (name, variant) in offered


def test_names_of_choices_are_unique() -> None:
    """Luck is drawn by them."""
    names = [c.name for c in compiled(pipeline, "as_agreed").catalogue.choices]

    assert len(set(names)) == len(names)


def test_every_choice_changes_something() -> None:
    """Each is carried out alone in a row of its own."""
    setup = compiled(pipeline, "as_agreed")
    n = len(setup.catalogue.choices)
    world, before = middling(n), middling(n)

    setup.effects.apply(world, moment_of(world), np.arange(n), np.arange(n))

    moved = np.zeros(n, bool)
    for name, part in world.parts().items():
        for field, array in part.arrays().items():
            same = array == getattr(before.parts()[name], field)
            moved |= ~same.reshape(n, -1).all(axis=1)
    still = [setup.catalogue.choices[c].name for c in np.flatnonzero(~moved)]
    assert not still


def test_no_change_is_of_nothing() -> None:
    """A factor of 1 or a rise of 0 is a dead lever."""
    setup = compiled(pipeline, "as_agreed")

    for choice in setup.catalogue.choices:
        for effect in choice.spec["effects"]:
            made = compile_effect(effect, setup.structure, choice.bind, choice.binding)
            assert made is not None, choice.name
            if isinstance(made, Change) and made.verb in {"raise", "scale"}:
                assert made.amount != (1.0 if made.verb == "scale" else 0.0), choice.name


@pytest.mark.parametrize(
    "protest",
    [
        "{effects: []}",
        "{effects: [{raise: pipelines.flow.level, by: 0.1}]}",
        "{effects: [{raise: dyads.actor.target.tension, by: 0}]}",
        "{effects: [{scale: dyads.actor.target.tension, by: 1}]}",
    ],
    ids=["none", "of a flow where there is none", "by nothing", "times one"],
)
def test_an_action_whose_effect_is_on_nothing_is_refused(tmp_path: Path, protest: str) -> None:
    """A lever that moves nothing is a fault of the file, and told as one."""
    with pytest.raises(ScenarioError, match="protest"):
        setup_of(written(tmp_path, f"actions: {{protest: {protest}}}"), "as_is")


def test_sentences_name_everyone_they_speak_of() -> None:
    """No brace is left open when a history is told."""
    for choice in compiled(pipeline, "as_agreed").catalogue.choices:
        said = choice.spec["sentence"].format(**{"target": "", "flow": "", "war": "", **choice.binding})
        assert "{" not in said
        assert choice.actor in said, choice.name


def test_a_coercive_act_is_aimed_at_somebody_who_minds() -> None:
    """A country desk's coercion is against its target; nobody acts against itself."""
    for choice in compiled(pipeline, "as_agreed").catalogue.choices:
        assert choice.against != choice.actor, choice.name
        if choice.spec["kind"] == "coercive" and choice.desk.startswith("country:"):
            assert choice.against == choice.target, choice.name


def test_shares_of_variants_add_up() -> None:
    """What is declared is all there is."""
    for name in actions():
        variants = pipeline().tree["actions"][name].get("variants")
        if variants and all("share" in v for v in variants.values()):
            assert sum(v["share"] for v in variants.values()) == pytest.approx(1), name
