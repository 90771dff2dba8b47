"""Nuclear weapons: who can deliver, whom doctrine lets use them, who would be too late, who struck whom."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.processes.nuclear import aftermath, stance
from sim.scenario.build import central_world
from sim.world.deeds import Deeds
from sim.world.world import World
from tests.model.histories import moment_of, toy, written

AAA, BBB, CCC = range(3)
GATES = ("gate_attack", "gate_command", "gate_assets", "gate_war", "gate_peril")


def made(rows: int = 1) -> World:
    """Return the toy world, AAA with a sure arsenal and every gate shut."""
    world = central_world(toy().tree).take(np.zeros(rows, np.intp))
    world.states.warheads[:, AAA], world.states.survivability[:, AAA] = 20, 0.5
    for gate in GATES:
        getattr(world.states, gate)[...] = 0
    return world


def deed(rung: int, mid: int, *, deaths: int = -1, choice: int = 0) -> Deeds:
    """Return one deed of CCC against AAA, in the first row."""
    one = np.ones(1, np.int32)
    return Deeds(
        row=0 * one,
        choice=choice * one,
        actor=CCC * one,
        target=AAA * one,
        against=AAA * one,
        rung=rung * one,
        mid=mid * one,
        answer_rung=rung * np.ones(1, np.float32),
        time=np.zeros(1, np.float32),
        deaths=deaths * one,
        seen=7 * one,
        wrong=np.zeros(1, bool),
    )


def after(world: World, *deeds: Deeds, turn: int = 0) -> None:
    """Let one turn's deeds be remembered."""
    moment = moment_of(world, turn)
    moment.deeds += deeds
    aftermath(world, moment)


@pytest.mark.parametrize(
    ("warheads", "survivability", "penetration", "delivered"),
    [(0, 1, 1, 0), (20, 0, 1, 0), (20, 0.5, 0, 0), (1, 0.9, 1, 0), (2, 0.5, 0.6, 0.6), (20, 0.5, 1, 1)],
)
def test_delivery_needs_a_warhead_that_survives_and_a_way_through(
    warheads: float, survivability: float, penetration: float, delivered: float
) -> None:
    """At least one left of the arsenal, and some share that reaches the target."""
    world = made()
    world.states.warheads[:, AAA], world.states.survivability[:, AAA] = warheads, survivability
    world.dyads.penetration[:, AAA, CCC] = penetration

    stance(world)

    assert world.dyads.delivery[0, AAA, CCC] == pytest.approx(delivered)


def test_defences_of_the_target_lower_delivery() -> None:
    """Not to nothing."""
    world = made(3)
    world.states.missile_defence[:, CCC] = [0, 0.5, 1]

    stance(world)

    bare, some, full = world.dyads.delivery[:, AAA, CCC]
    assert bare > some > full > 0


def test_no_gate_no_licence() -> None:
    """Whatever happens, where doctrine names nothing."""
    world = made()
    world.dyads.struck[...] = world.dyads.nuked[...] = world.dyads.at_war[...] = 1
    world.states.peril[...] = 0.9

    stance(world)

    assert not world.dyads.licence.any()


@pytest.mark.parametrize("gate", GATES)
def test_each_gate_needs_its_condition_and_opens_against_who_met_it(gate: str) -> None:
    """Used upon, command struck, assets struck, a war being lost, a people in catastrophe."""
    world = made(2)
    getattr(world.states, gate)[:, AAA] = 0.8
    met = np.s_[1, CCC, AAA]
    if gate == "gate_attack":
        world.dyads.nuked[met] = 1
    elif gate == "gate_command":
        world.states.command_struck[1, AAA] = world.dyads.struck[met] = 1
    elif gate == "gate_assets":
        world.dyads.struck[met] = 1
    else:
        world.states.peril[1, AAA] = 0.9
        world.dyads.at_war[1, AAA, CCC] = 1

    stance(world)

    licence = world.dyads.licence[:, AAA]
    assert not licence[0].any()
    assert licence[1, CCC] > 0.5
    assert licence[1, BBB] == 0


def test_a_state_without_warheads_has_no_licence() -> None:
    """A doctrine is not a weapon."""
    world = made()
    world.states.gate_attack[...] = 1
    world.dyads.nuked[...] = 1

    stance(world)

    assert world.dyads.licence[0, AAA].max() == 1
    assert not world.dyads.licence[0, CCC].any()


def test_a_war_being_lost_opens_the_gate_by_ground_lost() -> None:
    """BBB's side gains where the front is positive."""
    world = made(3)
    world.states.gate_war[:, BBB] = 1
    world.wars.front[:, 0], world.wars.front_rate[:, 0] = [5, 0, -5], 0
    world.states.peril[...] = 0

    stance(world)

    winning, even, losing = world.dyads.licence[:, BBB, CCC]
    assert winning == even == 0
    assert losing == pytest.approx(0.5)


def test_a_ceasefire_shuts_the_gate_of_a_lost_war() -> None:
    """Nothing is being lost where nobody fights, whoever else one is at war with."""
    world = made()
    world.states.gate_war[:, BBB] = 1
    world.states.peril[...] = 0
    world.wars.front[...] = -20
    world.wars.ceased[...] = 1
    world.dyads.at_war[:, BBB, AAA] = 1

    stance(world)

    assert not world.dyads.licence.any()


def test_the_fear_of_being_too_late_falls_with_survivability() -> None:
    """And rises with what the other's first strike would destroy, and with the heat between the two."""
    world = made(5)
    world.dyads.rung[:, AAA, CCC] = world.dyads.rung[:, CCC, AAA] = 0
    world.dyads.rung[:, AAA, CCC] = [8, 8, 8, 8, 4]
    world.states.counterforce[:, CCC] = [0.5, 0.5, 0.5, 0, 0.5]
    world.states.survivability[:, AAA] = [0.2, 0.6, 1, 0.2, 0.2]

    stance(world)

    exposed, hidden, safe, harmless, calm = world.dyads.preempt[:, AAA, CCC]
    assert exposed == pytest.approx(0.4)
    assert exposed > hidden > safe == 0
    assert harmless == calm == 0


def test_the_stronger_of_a_pair_knows_it_and_helpers_count_as_far_as_they_are_believed() -> None:
    """Local power of the actor against the target's and its friends'."""
    world = made(3)
    world.states.military[:, CCC] = [0.12, 0.24, 0.12]
    world.dyads.commitment[2, :, CCC] = 1

    stance(world)

    usual, stronger, _ = world.dyads.superiority[:, CCC, BBB]
    assert stronger > usual
    assert (world.dyads.superiority[:, BBB, CCC] <= 1).all()


def test_who_struck_first_began_it_and_is_reckless() -> None:
    """An incident half began it and is nobody's recklessness; an answer begins nothing."""
    chosen, met, answered = made(), made(), made()
    answered.dyads.struck[:, AAA, CCC] = 1

    after(chosen, deed(6, 4, deaths=1))
    after(met, deed(6, 4, deaths=1, choice=-1))
    after(answered, deed(6, 4, deaths=1))

    assert [w.dyads.began[0, CCC, AAA] for w in (chosen, met, answered)] == [1, 0.5, 0]
    assert chosen.states.recklessness[0, CCC] > 0.2
    assert met.states.recklessness[0, CCC] == answered.states.recklessness[0, CCC] == 0


@pytest.mark.parametrize(
    ("rung", "mid", "deaths", "grave"),
    [(4, 3, -1, 0), (6, 4, 0, 0.3), (6, 4, 1, 0.6), (7, 4, 1, 1), (10, 5, 3, 1)],
)
def test_a_strike_is_remembered_by_how_grave_it_was(rung: int, mid: int, deaths: int, grave: float) -> None:
    """A use of force, a lethal one, a major attack; nothing below force."""
    world = made()

    after(world, deed(rung, mid, deaths=deaths))

    assert world.dyads.struck[0, CCC, AAA] == pytest.approx(grave)
    assert world.dyads.nuked[0, CCC, AAA] == (rung >= 10)


def test_a_nuclear_alert_strikes_nobody() -> None:
    """Or doctrines and rules of retaliation answer a display as they would a major attack."""
    world = made()

    after(world, deed(9, 3))

    assert world.dyads.struck[0, CCC, AAA] == 0
    assert world.dyads.began[0, CCC, AAA] == 0


def test_memories_fade_and_the_use_of_a_nuclear_weapon_does_not() -> None:
    """Eight weeks halve a strike, three a blow at the command."""
    world = made()
    world.dyads.struck[...] = world.states.command_struck[...] = world.dyads.nuked[...] = 1

    for turn in range(24):
        after(world, turn=turn)

    np.testing.assert_allclose(world.dyads.struck, 2.0**-3, rtol=1e-3)
    np.testing.assert_allclose(world.states.command_struck, 2.0**-8, rtol=1e-3)
    assert (world.dyads.nuked == 1).all()


@pytest.mark.parametrize("gate", ["attack", "command", "assets", "war", "peril"])
def test_every_gate_a_world_gives_is_there(tmp_path: Path, gate: str) -> None:
    """A bare number under `gate:` is a number of the world, like any other."""
    scenario = written(tmp_path, f"states: {{BBB: {{gate: {{{gate}: 0.7}}}}}}\n")

    assert getattr(central_world(scenario.tree).states, f"gate_{gate}")[0, BBB] == np.float32(0.7)
