"""Red lines: pressure on who might cross, crossings answered or left alone, and lines that move."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from sim.processes.red_lines import PATIENCE, press, red_lines
from sim.scenario.build import central_world
from sim.scenario.scenario import Scenario
from sim.world.deeds import Deeds
from sim.world.world import World
from tests.model.histories import moment_of, written

TEXT = """
red_lines:
  shells:
    owner: CCC
    against: AAA
    observes: pipelines.aaa_bbb_shells.level
    threshold: 2
    declaration: 1
    severity: 4
    weight: 1
    habituation: 0.2
    audience: 0.05
    by: [{action: set_flow, variant: expand}]
actions: {set_flow: {actors: [AAA, BBB]}}
"""
AAA, BBB, CCC = range(3)
SHELLS = 0


@cache
def scenario() -> Scenario:
    """Return the toy world with a red line."""
    with TemporaryDirectory() as folder:
        return written(Path(folder), TEXT)


def made(rows: int = 1, believed: float = 1.0) -> World:
    """Return it at central values, with what the owner believes to flow."""
    world = central_world(scenario().tree).take(np.zeros(rows, np.intp))
    world.pipelines.believed[:, SHELLS, CCC] = believed
    return world


def answer(rung: float, actor: int = CCC, against: int = AAA) -> Deeds:
    """Return one deed that is answered as *rung*, in the first row."""
    one = np.ones(1, np.int32)
    return Deeds(
        row=0 * one,
        choice=0 * one,
        actor=actor * one,
        target=against * one,
        against=against * one,
        rung=int(rung) * one,
        mid=0 * one,
        answer_rung=np.full(1, rung, np.float32),
        time=np.zeros(1, np.float32),
        deaths=-one,
        seen=7 * one,
        wrong=np.zeros(1, bool),
    )


def lived(world: World, turns: int, begin: int = 0, deeds: Deeds | None = None) -> None:
    """Let turns go by, with a deed in the first of them."""
    for turn in range(begin, begin + turns):
        moment = moment_of(world, turn)
        moment.deeds += [deeds] if deeds is not None and turn == begin else []
        red_lines(world, moment)


def test_a_line_presses_more_the_clearer_the_firmer_and_the_nearer() -> None:
    """Declared, believed and close by; one not spoken of presses nobody."""
    world = made(5)
    world.red_lines.declaration[:, 0] = [0, 0.4, 1, 1, 1]
    world.red_lines.audience[...] = 0
    world.dyads.believed_resolve[:, AAA, CCC] = [0.4, 0.4, 0.4, 0.2, 0.4]
    world.pipelines.believed[:, SHELLS, CCC] = [1, 1, 1, 1, 2]

    press(world)

    none, vague, precise, soft, close = world.red_lines.pressure[:, 0]
    assert none == 0
    assert vague == pytest.approx(0.4 * precise, rel=1e-5)
    assert soft == pytest.approx(0.5 * precise, rel=1e-5)
    assert close == pytest.approx(2 * precise, rel=1e-5)


def test_pressure_stays_within_its_weight() -> None:
    """As `press` says of itself, and the unit of `weight`: nats off what would cross it."""
    world = made(believed=2)
    world.dyads.believed_resolve[...] = 1

    press(world)

    assert world.red_lines.pressure[0, 0] <= world.red_lines.weight[0, 0]


def test_a_crossing_is_one_as_its_owner_sees_it() -> None:
    """What flows unseen crosses nothing, what is wrongly believed does."""
    world = made(2)
    world.pipelines.level[:, SHELLS] = [3, 1]
    world.pipelines.believed[:, SHELLS, CCC] = [1, 3]

    lived(world, 1)

    assert world.red_lines.crossed[:, 0].tolist() == [0, 1]


def test_a_crossing_is_owed_an_answer_by_what_was_said() -> None:
    """Large for a precise line, smaller for a vague one, none for one kept to oneself."""
    world = made(3, believed=3)
    world.red_lines.declaration[:, 0] = [0, 0.4, 1]
    before = world.dyads.tension[:, CCC, AAA].copy()

    lived(world, 1)

    silent, vague, precise = world.dyads.answer_owed[:, CCC, AAA]
    assert silent == 0 < vague < precise
    assert world.dyads.answer_rung[1:, CCC, AAA].tolist() == [4, 4]
    calm, stirred, angry = world.dyads.tension[:, CCC, AAA] - before
    assert calm == 0 < stirred < angry
    assert world.red_lines.crossed[:, 0].tolist() == [0, 1, 1]


def test_a_crossing_is_counted_once_while_its_answer_is_due() -> None:
    """Eight weeks of patience for one tranche."""
    world = made(believed=3)

    lived(world, 8)

    assert world.red_lines.crossed[0, 0] == 1
    assert world.red_lines.due_until[0, 0] == PATIENCE


def test_a_crossing_left_alone_moves_the_line_and_costs_approval() -> None:
    """Beyond what was seen, by the habituation; the owner's word is worth less to who crossed."""
    world = made(believed=3)
    approval, firm = float(world.states.approval[0, CCC]), float(world.dyads.believed_resolve[0, AAA, CCC])

    lived(world, 10)

    assert world.red_lines.unkept[0, 0] == 1
    assert world.red_lines.at[0, 0] == pytest.approx(3 * 1.2, rel=1e-5)
    assert world.states.approval[0, CCC] == pytest.approx(approval - 0.05, rel=1e-5)
    assert world.dyads.believed_resolve[0, AAA, CCC] < firm
    assert world.red_lines.crossed[0, 0] == 1


def test_salami_slices_pass_below_a_line_that_moves() -> None:
    """The next tranche, if it is small, crosses nothing."""
    world = made(believed=3)
    lived(world, 10)

    world.pipelines.believed[:, SHELLS, CCC] = 3.5
    lived(world, 10, begin=10)

    assert world.red_lines.crossed[0, 0] == 1


@pytest.mark.parametrize(
    ("rung", "actor", "against", "kept"),
    [
        (4, CCC, AAA, True),
        (3, CCC, AAA, True),
        (2, CCC, AAA, False),
        (5, CCC, BBB, False),
        (5, AAA, CCC, False),
    ],
)
def test_an_answer_in_time_keeps_the_word(rung: int, actor: int, against: int, *, kept: bool) -> None:
    """At the rung announced or one below, by its owner, at who crossed."""
    world = made(believed=3)
    lived(world, 2)

    lived(world, 1, begin=2, deeds=answer(rung, actor, against))

    assert (world.red_lines.due_until[0, 0] < 0) == kept
    assert world.red_lines.unkept[0, 0] == 0


def test_a_line_that_was_defended_stays_where_it_was() -> None:
    """Only a crossing nobody answered moves it."""
    world = made(believed=3)
    lived(world, 2)

    lived(world, 1, begin=2, deeds=answer(4))

    assert world.red_lines.at[0, 0] == 2


def test_a_line_drawn_stands_at_its_threshold() -> None:
    """At the start, before anybody moved it."""
    assert made().red_lines.at[0, 0] == 2
