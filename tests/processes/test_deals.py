"""Deals: offered, accepted, kept or seen to be broken."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from sim.actions.effects import Effects, compile_effect
from sim.processes.deals import deals
from sim.scenario.build import central_world
from sim.scenario.scenario import Scenario
from sim.world.moment import Moment
from sim.world.world import World
from tests.model.histories import deeds_of, moment_of, played, written

TEXT = """
deals:
  quiet:
    parties: [AAA, CCC]
    in_force: 1
    cost: 1.5
    grace: 14
    pledges:
      AAA:
        keeps: {observes: pipelines.aaa_bbb_shells.level, below: 2}
        by: [{action: set_flow, variant: expand}]
      CCC: {keeps: {path: dyads.CCC.AAA.buffer, above: 0.05}}
    accepted_then: [{raise: states.AAA.approval, by: 0.1}]
actions: {set_flow: {actors: [AAA, BBB]}}
"""
AAA, BBB, CCC = range(3)
SHELLS = 0


@cache
def scenario() -> Scenario:
    """Return the toy world with a deal."""
    with TemporaryDirectory() as folder:
        return written(Path(folder), TEXT)


@cache
def scenario_that_lapsed() -> Scenario:
    """Return one whose deal is not in force; AAA sends more than it would promise."""
    changed = TEXT.replace("in_force: 1", "in_force: 0").replace(
        "observes: pipelines.aaa_bbb_shells.level, below: 2", "path: states.AAA.approval, below: 0.05"
    )
    with TemporaryDirectory() as folder:
        return written(Path(folder), changed)


def made(rows: int = 1) -> World:
    """Return it at central values."""
    return central_world(scenario().tree).take(np.zeros(rows, np.intp))


def lived(world: World, turns: int, begin: int = 0) -> list[Moment]:
    """Let some turns of watching go by."""
    moments = [moment_of(world, begin + turn) for turn in range(turns)]
    for moment in moments:
        deals(world, moment)
    return moments


def carry_out(world: World, effect: dict, actor: str, target: str, turn: int = 0) -> Moment:
    """Let one effect take place in every row, done by *actor*; the question is open for 42 days."""
    names, rows = {"actor": actor, "target": target}, np.arange(world.rows)
    made_of = compile_effect(effect, world.structure, str, names)
    moment = moment_of(world, turn)
    Effects([[made_of]], [42.0]).apply(world, moment, np.zeros(world.rows, np.int64), rows)
    return moment


def test_nobody_offers_or_accepts_what_it_does_not_do_itself() -> None:
    """Who is past the limit of its own pledge has nothing to promise; in force or not."""
    model = played(scenario_that_lapsed(), "as_is")
    deeds, find = deeds_of(model), model.setup.catalogue.find

    kept = {
        (name, who): np.append(find(action=name, actor=who), False)[deeds["choice"]].sum()
        for name in ("offer_deal", "accept_deal")
        for who in ("AAA", "CCC")
    }

    assert kept["offer_deal", "CCC"] > 20
    assert not kept["offer_deal", "AAA"] + kept["accept_deal", "AAA"]
    assert (model.world.deals.unkept[:, 0, :2] == [1, 0]).all()


def test_a_deal_that_is_kept_stays() -> None:
    """A year of quiet."""
    world = made()

    moments = lived(world, 52)

    assert world.deals.in_force[0, 0] == 1
    assert not any(moment.events for moment in moments)


def test_a_pledge_seen_broken_for_longer_than_the_grace_ends_the_deal() -> None:
    """Not before; who broke it is known, and the other owes an answer."""
    world = made()
    world.pipelines.believed[:, SHELLS, CCC] = 3

    lived(world, 2)
    before = float(world.deals.in_force[0, 0])
    (moment,) = lived(world, 1, 2)

    assert before == 1
    assert world.deals.in_force[0, 0] == 0
    assert world.deals.broken[0, 0].tolist() == [1, 0, 0]
    assert world.dyads.answer_owed[0, CCC, AAA] > 0.3
    assert [event[:2] for event in moment.events] == [("broken", 0)]


def test_a_breach_that_ends_in_time_is_forgotten() -> None:
    """The days count from the first on which it was seen."""
    world = made()
    for _ in range(4):
        world.pipelines.believed[:, SHELLS, CCC] = 3
        lived(world, 2)
        world.pipelines.believed[:, SHELLS, CCC] = 1
        lived(world, 1)

    assert world.deals.in_force[0, 0] == 1
    assert world.deals.breach_days[0, 0].tolist() == [0, 0, 0]


def test_a_breach_nobody_sees_ends_nothing_and_a_false_alarm_does() -> None:
    """A pledge is kept as the other sees it."""
    world = made(2)
    world.pipelines.level[:, SHELLS] = [3, 1]
    world.pipelines.believed[:, SHELLS, CCC] = [1, 3]

    lived(world, 8)

    assert world.deals.in_force[:, 0].tolist() == [1, 0]


def test_a_pledge_to_stay_above_is_broken_below() -> None:
    """The other sign, the other party."""
    world = made()
    world.dyads.buffer[:, CCC, AAA] = 0

    lived(world, 3)

    assert world.deals.in_force[0, 0] == 0
    assert world.deals.broken[0, 0].tolist() == [0, 0, 1]


def test_two_who_break_it_at_once_are_both_known_for_it() -> None:
    """Who is named first in the file is no better."""
    world = made()
    world.pipelines.believed[:, SHELLS, CCC] = 3
    world.dyads.buffer[:, CCC, AAA] = 0

    lived(world, 3)

    assert world.deals.broken[0, 0].tolist() == [1, 0, 1]


def test_a_word_given_costs_its_nats_while_the_deal_stands() -> None:
    """`cost` for both parties; nothing once it has ended."""
    world = made(2)
    world.deals.in_force[1] = 0

    lived(world, 1)

    assert world.deals.word[0, 0, [AAA, CCC]].tolist() == [1.5, 1.5]
    assert not world.deals.word[1].any()


def test_an_offer_lapses_at_its_deadline() -> None:
    """42 days from the end of the turn in which it was made."""
    world = made()
    world.deals.in_force[...] = 0
    carry_out(world, {"offer": "quiet"}, "AAA", "CCC")

    lived(world, 8)
    open_still = float(world.deals.offer_until[0, 0, AAA])
    lived(world, 1, 8)

    assert open_still == 49
    assert world.deals.offer_until[0, 0, AAA] == -1


def test_an_acceptance_brings_it_into_force_with_a_clean_sheet() -> None:
    """Offers are closed, old breaches forgotten, and it is an event."""
    world = made()
    world.deals.in_force[...] = 0
    world.deals.broken[...] = 1
    world.deals.breach_days[...] = 70
    carry_out(world, {"offer": "quiet"}, "AAA", "CCC")

    moment = carry_out(world, {"answer": "quiet"}, "CCC", "AAA", 1)

    assert world.deals.in_force[0, 0] == 1
    assert (world.deals.offer_until == -1).all()
    assert not world.deals.broken.any()
    assert not world.deals.breach_days.any()
    assert [event[0] for event in moment.events] == ["accepted"]


def test_a_deal_broken_openly_ends_at_once() -> None:
    """Grace is for what has to be noticed; a deal that is not in force cannot be broken."""
    world = made(2)
    world.deals.in_force[1] = 0

    moment = carry_out(world, {"breach": "quiet"}, "CCC", "AAA")

    assert world.deals.in_force[:, 0].tolist() == [0, 0]
    assert world.deals.broken[:, 0, CCC].tolist() == [1, 0]
    ((event, _, rows),) = moment.events
    assert (event, rows.tolist()) == ("broken", [0])
