"""What was done could be done: requirements, cooldowns, exclusions and the lift of a rung."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from sim.actions.conditions import compile_condition, holds
from sim.model.model import StrategicModel
from sim.world.deeds import Deeds
from sim.world.world import World
from tests.model.histories import (
    SEED,
    deeds_of,
    fresh,
    history_of_pipeline,
    history_of_toy,
    pipeline,
    stages,
    toy,
)


@dataclass(frozen=True)
class Turn:
    """The world as states saw it, what they did, and the world right after."""

    before: World
    deeds: Deeds
    after: World
    model: StrategicModel


def watched(model: StrategicModel, turns: int) -> Iterator[Turn]:
    """Play turns and stop around the deeds of each."""
    everyone = np.arange(model.world.rows)
    for _ in range(turns):
        before = None
        for stage in stages(model):
            if stage == "act":
                before = model.world.take(everyone)
            if stage == "rounds":
                assert before is not None
                yield Turn(before, model.moment.deeds[-1], model.world.take(everyone), model)


@pytest.fixture(scope="module", params=["toy", "toy at random", "munitions_pipeline"])
def turns(request: pytest.FixtureRequest) -> list[Turn]:
    """Return some turns of a world: scripts, doctrines and states that act at random among them."""
    if request.param == "toy":
        return list(watched(fresh(toy(), "denied"), 12))
    if request.param == "toy at random":
        tree = {**toy().tree, "rules": dict.fromkeys(("AAA", "BBB", "CCC"), "random")}
        return list(watched(fresh(dataclasses.replace(toy(), tree=tree), "denied"), 12))
    return list(watched(fresh(pipeline(), "denied", seed=SEED), 3))


def test_every_requirement_held_when_the_deed_was_done(turns: list[Turn]) -> None:
    """The engine enforces them, whoever asks: race, answer, script or doctrine."""
    checked = 0

    for turn in turns:
        for c in np.unique(turn.deeds.choice):
            choice = turn.model.setup.catalogue.choices[c]
            rows = turn.deeds.row[turn.deeds.choice == c]
            for condition in choice.spec["requires"]:
                clauses = compile_condition(condition, turn.before.structure, choice.bind, choice.actor)
                assert holds(clauses, turn.before)[rows].all(), (choice.name, condition)
                checked += len(rows)

    assert checked > 500


def test_nobody_coerces_from_a_country_desk_in_a_war(turns: list[Turn]) -> None:
    """War has its own desk."""
    for turn in turns:
        country = np.array([c.desk.startswith("country:") for c in turn.model.setup.catalogue.choices])
        d = turn.deeds.where(country[turn.deeds.choice])
        assert not turn.before.dyads.at_war[d.row, d.actor, d.target].any()


def test_a_deed_lifts_a_standing_rung_by_no_more_than_lift(turns: list[Turn]) -> None:
    """A seizure in calm waters is a use of force and not a crisis at rung 6."""
    lifted = 0

    for turn in turns:
        old, new = turn.before.dyads.rung, turn.after.dyads.rung
        stand = np.maximum(old, old.transpose(0, 2, 1))
        most = np.maximum(old, stand + turn.before.parameters.lift[:, None, None])
        assert (new <= most).all()
        lifted += int((new > old).sum())

    assert lifted > 20


def test_no_desk_does_what_excludes_each_other_in_one_turn(turns: list[Turn]) -> None:
    """Cooperation and coercion towards one counterpart, one action and target twice, two acts of force."""
    for turn in turns:
        catalogue, d = turn.model.setup.catalogue, turn.deeds
        place = d.row.astype(np.int64) * len(catalogue.desks) + catalogue.column["desk"][d.choice]
        for back in range(1, 6):
            order = np.argsort(place, kind="stable")
            one, other = order[:-back], order[back:]
            together = place[one] == place[other]
            assert not catalogue.conflict[d.choice[one[together]], d.choice[other[together]]].any()


@pytest.mark.parametrize("name", ["toy", "as_agreed"])
def test_cooldowns_are_kept(name: str) -> None:
    """Between two deeds of one actor, action and target lies the cooldown of the first."""
    model = history_of_toy() if name == "toy" else history_of_pipeline(name)
    catalogue = model.setup.catalogue
    d = deeds_of(model)
    done = d["choice"] >= 0
    choice, row = d["choice"][done], d["row"][done].astype(np.int64)
    day = (d["turn"][done] + d["time"][done].astype(np.float64)) * model.setup.days
    subject = row * len(catalogue.subjects) + catalogue.column["subject"][choice]

    order = np.lexsort((day, subject))

    same = subject[order][1:] == subject[order][:-1]
    gap = np.diff(day[order])[same]
    rest = catalogue.cooldown[choice[order][:-1]][same]
    answers = np.array([bool(c.spec["answers"]) for c in catalogue.choices])[choice[order][1:]][same]
    assert len(gap) > 100
    assert (gap >= rest - 1e-3)[~answers].all()


def test_force_needs_reach_and_answers_need_a_question(turns: list[Turn]) -> None:
    """Spot checks by hand, against a mistake made twice."""
    for turn in turns:
        catalogue, d = turn.model.setup.catalogue, turn.deeds
        force = d.where(catalogue.find(action="limited_force")[d.choice])
        assert (turn.before.dyads.reach[force.row, force.actor, force.target] >= 0.05).all()
        accept = d.where(catalogue.find(action="accept")[d.choice])
        assert (turn.before.dyads.offer_until[accept.row, accept.target, accept.actor] >= 0).all()
