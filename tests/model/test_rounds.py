"""After a grave deed both sides decide again: with the same luck, alone, and without a rate added."""

from __future__ import annotations

import dataclasses
from functools import cache

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from sim.model.model import StrategicModel
from sim.model.rounds import WIDTH
from sim.scenario.scenario import Scenario
from sim.world.axes import BLOCK
from sim.world.ladder import MOBILISATION
from sim.world.world import World
from tests.model.histories import compiled, deeds_of, differing, fresh, played, stages, start, toy

#: A toy world on the brink: scores of dyads decide again in every turn.
BRINK = (
    "dyads.AAA.CCC.rung=4",
    "dyads.CCC.AAA.rung=4",
    "dyads.AAA.CCC.tension=0.8",
    "actions.mobilise.per_year=1",
    "actions.limited_force.per_year=0.5",
)
#: States that act at random, often: what they do does not depend on what they see.
RANDOM = (
    "actions.mobilise.per_year=4",
    "actions.protest.per_year=6",
    "actions.show_of_force.per_year=4",
    "turns=8",
)
TURNS = {3.5: 16, 7.0: 8, 14.0: 4}


@cache
def brink() -> Scenario:
    """Return the toy world on the brink."""
    return toy(*BRINK)


def stepped(world: World, turns: int = 4) -> StrategicModel:
    """Return the model on the brink after some turns from *world*."""
    model = StrategicModel(compiled(brink, "as_is"), world)
    with threadpool_limits(1, user_api="blas"):
        for _ in range(turns):
            model.step()
    return model


def test_dyads_that_decide_again_do_not_depend_on_their_neighbours() -> None:
    """Take then step is step then take, whoever shares the product they decide by."""
    world = start(brink(), compiled(brink, "as_is"))
    rows = np.random.default_rng(6).integers(0, BLOCK, BLOCK)
    few = rows[: WIDTH // 3]

    everyone = stepped(world.take(np.arange(BLOCK))).world
    shuffled, padded = stepped(world.take(rows)).world, stepped(world.take(few).padded()).world

    assert not differing(shuffled, everyone.take(rows))
    assert not differing(padded.take(np.arange(len(few))), everyone.take(few))


def test_a_history_split_between_two_turns_goes_on_as_it_would_have() -> None:
    """Nothing of a round outlives its turn but what was done."""
    world = start(brink(), compiled(brink, "as_is"))
    rows = np.random.default_rng(7).permutation(BLOCK)

    whole = stepped(world.take(np.arange(BLOCK)), 4)
    half = stepped(world, 2).take(rows)
    with threadpool_limits(1, user_api="blas"):
        half.step()
        half.step()

    assert not differing(half.world, whole.world.take(rows))


def test_what_both_desks_would_have_done_later_is_decided_anew() -> None:
    """Before the rounds nothing of theirs is later than the deed; after them only such is new."""
    model, answered = fresh(brink(), "as_is"), 0

    for _ in range(4):
        for stage in stages(model):
            if stage == "rounds":
                dyads = {
                    (int(r), int(i), int(j)): float(t)
                    for r, i, j, t in zip(
                        model.rounds.dyads.row,
                        model.rounds.dyads.doer,
                        model.rounds.dyads.other,
                        model.rounds.dyads.since,
                        strict=True,
                    )
                }
                before = since(model, dyads, slice(0, 1))
            if stage == "intelligence":
                after = since(model, dyads, slice(1, None))
                assert (before <= 0).all()
                assert (after > 0).all()
                answered += len(after)
    assert answered > 100


def since(model: StrategicModel, dyads: dict[tuple[int, int, int], float], tables: slice) -> np.ndarray:
    """Return how long after the deed of its dyad each deed of a country desk was done, of some tables."""
    choices = model.setup.catalogue.choices
    found = []
    for deeds in model.moment.deeds[tables]:
        for r, c, i, j, t in zip(deeds.row, deeds.choice, deeds.actor, deeds.target, deeds.time, strict=True):
            begun = dyads.get((int(r), int(i), int(j)), dyads.get((int(r), int(j), int(i))))
            if begun is not None and choices[c].desk.startswith("country:"):
                found.append(float(t) - begun)
    return np.array(found)


def test_a_parameter_says_how_many_rounds_a_week_has() -> None:
    """None at 0; more of them let more be answered; never more than there are."""
    tables = {}

    for most in (0, 1, 3):
        model = fresh(toy(*BRINK, f"parameters.rounds={most}"), "as_is")
        tables[most] = []
        for stage in stages(model):
            if stage == "intelligence":
                tables[most] = list(model.moment.deeds)

    assert [len(t) for t in tables.values()] == [1, 2, 4]
    assert len(tables[3][3]) < len(tables[3][1])


def grave(days: float, most: int = 3) -> tuple[float, float]:
    """Return the share of histories of eight weeks with a grave deed, and how many each saw.

    Without incidents, which are answered, and stand-offs, which draw, from the next turn on.
    """
    found = []
    for block in range(2):
        sets = (
            *BRINK,
            f"turn.days={days}",
            f"turns={TURNS[days]}",
            f"parameters.rounds={most}",
            "parameters.standoff=0",
            "parameters.incident_hazard=0",
        )
        deeds = deeds_of(played(toy(*sets), "as_is", block=block))
        mine = (deeds["rung"] >= MOBILISATION) & (deeds["choice"] >= 0)
        found.append(np.bincount(deeds["row"][mine], minlength=BLOCK))
    number = np.concatenate(found)
    return float((number > 0).mean()), float(number.mean())


@pytest.mark.parametrize("days", [3.5, 14.0])
def test_shares_on_the_brink_do_not_depend_on_the_turn(days: float) -> None:
    """Within three points, and a tenth of the number of grave deeds, at n = 2,048."""
    (share, number), (usual, usual_number) = grave(days), grave(7.0)

    assert abs(share - usual) < 0.03 + 2 * np.sqrt(usual * (1 - usual) / 1024)
    assert abs(number - usual_number) < 0.1 * usual_number


def test_rounds_add_no_rate() -> None:
    """States that act at random act as often with rounds as without, though most turns see one."""
    names = ("protest", "show_of_force", "mobilise")

    done = {most: played(at_random(most), "as_is") for most in (0, 3)}
    counts = {most: [number(model, name) for name in names] for most, model in done.items()}

    for name, without, with_rounds in zip(names, counts[0], counts[3], strict=True):
        assert without > 1000, name
        assert abs(with_rounds - without) < 5 * np.sqrt(without + with_rounds), name
    assert differing(done[0].world, done[3].world)


def at_random(most: int) -> Scenario:
    """Return a toy world in which everybody acts at random, with *most* rounds a week."""
    scenario = toy(*RANDOM, f"parameters.rounds={most}")
    tree = {**scenario.tree, "rules": dict.fromkeys(("AAA", "BBB", "CCC"), "random")}
    return dataclasses.replace(scenario, tree=tree)


def number(model: StrategicModel, action: str) -> int:
    """Return how often an action was done."""
    mask = np.append(model.setup.catalogue.find(action=action), False)
    return int(mask[deeds_of(model)["choice"]].sum())
