"""What a state weighs: one product that equals its parts, shut gates, fear that deters, and memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.actions.conditions import holds
from sim.arrays import Floats
from sim.decision.memory import Memory
from sim.decision.needs import levels, needs
from sim.model.compile import setup_of
from sim.model.model import StrategicModel
from sim.processes.nuclear import stance
from sim.world.world import World
from tests.model.histories import choice_of, compiled, fresh, lived_in, pipeline, stages, start, toy, written


def utilities(world: World, setup) -> Floats:
    """Return U of every choice, ``(C, R)``, without rates."""
    values = np.zeros((setup.appraisal.bank.size, world.rows), np.float32)
    setup.appraisal.bank.fill(world, values)
    return setup.appraisal.utility(values)


def decided(model: StrategicModel) -> Floats:
    """Return the rate of every choice of a turn, ``(C, R)``, right before the deeds."""
    for stage in stages(model):
        if stage == "act":
            break
    return np.concatenate([seat.clocks.rate for seat in model.seats])


def test_goals_are_needs_times_weights() -> None:
    """Of a choice without any other feature, U is the sum over goals."""
    setup, world = compiled(toy, "as_is"), lived_in().take(np.arange(16))
    c = choice_of(setup, actor="AAA", action="build_up")
    gains = setup.catalogue.choices[c].spec["gains"]
    x = levels(world)
    scale = world.parameters.precision * world.states.precision[:, 0]

    expected = np.zeros(16)
    for goal, gain in gains.items():
        g = world.axes.goals.index(goal)
        short = 1 - x[:, 0, g]
        loss = 1 / (1 + np.exp(-(world.states.aspiration[:, 0, g] - x[:, 0, g]) / 0.05))
        need = np.minimum(short * (1 + (world.parameters.loss_aversion - 1) * loss), 1.2)
        expected += scale * world.states.goals[:, 0, g] * need * gain

    np.testing.assert_allclose(utilities(world, setup)[c], expected, rtol=2e-3, atol=2e-3)


def test_needs_are_shares_and_levels_too() -> None:
    """However far the world has gone."""
    world = lived_in()
    world.states.stability[...], world.dyads.tension[...] = 0.05, 1

    x = levels(world)
    felt = needs(world, x)

    assert x.min() >= 0
    assert x.max() <= 1
    assert felt.min() >= 0
    assert felt.max() <= np.float32(1.2)


def test_a_loss_presses_harder_than_a_gain_withheld() -> None:
    """Below what one has come to expect the same shortfall weighs more."""
    world = lived_in().take(np.zeros(2, np.intp))
    x = levels(world)
    world.states.aspiration[0], world.states.aspiration[1] = x[0] - 0.2, x[1] + 0.2

    felt = needs(world, x)

    assert (felt[1] >= felt[0]).all()
    assert (felt[1] > 1.3 * felt[0]).any()


def test_a_shut_gate_makes_a_rate_of_exactly_nothing() -> None:
    """Requirements that fail at the start are minded in the product; open, they leave no trace."""
    model = fresh(pipeline(), "as_agreed")
    gated = [
        (c, feature[1])
        for state, part in enumerate(model.setup.catalogue.slices)
        for feature, row in model.setup.appraisal.bank.layout[state].items()
        if feature[0] == "gate"
        for c in range(part.start, part.stop)
        if model.setup.appraisal.weights[state][
            c - part.start, row - model.setup.appraisal.bank.slices[state].start
        ]
    ]

    rates = decided(model)

    assert gated
    for c, atom in gated:
        met = holds(((atom,),), model.world)
        assert (rates[c][~met] == 0).all()


def test_a_gate_opens_when_its_requirement_comes_true(tmp_path: Path) -> None:
    """The same rate as had it never been shut."""
    text = "actions: {talks: {requires: [{path: regime.monitoring, at_least: 0.9}]}}"
    gated = setup_of(written(tmp_path, text), "as_is")
    worlds = [start(toy(), compiled(toy, "as_is")) for _ in range(2)]
    for world in worlds:
        world.regime.monitoring[...] = 0.95

    one, other = StrategicModel(gated, worlds[0]), StrategicModel(compiled(toy, "as_is"), worlds[1])
    rates = [decided(m) for m in (one, other)]

    talks = gated.catalogue.find(action="talks")
    np.testing.assert_allclose(rates[0][talks], rates[1][talks], rtol=1e-4)
    assert (rates[0][talks] > 0).any()


def moved(change, action: str, actor: str = "CCC", target: str = "AAA", **wanted: str) -> float:
    """Return by how much U of a choice moves when the world is changed, in nats."""
    setup = compiled(toy, "as_is")
    world = lived_in().take(np.arange(32))
    c = choice_of(setup, actor=actor, action=action, target=target, **wanted)
    before = utilities(world, setup)[c].copy()
    change(world)
    return float((utilities(world, setup)[c] - before).mean())


def test_a_firm_adversary_deters() -> None:
    """Believed firmness of who would answer lowers the wish to strike."""

    def firmer(world: World) -> None:
        world.dyads.believed_resolve[:, 2, 0] = np.minimum(world.dyads.believed_resolve[:, 2, 0] + 0.3, 1)

    assert moved(firmer, "limited_force", variant="fire") < -0.1


def test_warheads_that_could_be_delivered_deter() -> None:
    """Above nuclear alert the loss counts only where the other side can deliver."""

    def disarmed(world: World) -> None:
        world.states.warheads[:, :2] = 0
        stance(world)

    assert moved(disarmed, "major_strike", variant="infrastructure") > 0.001


def test_who_has_nothing_to_lose_is_deterred_less() -> None:
    """Peril takes the edge off fear."""

    def doomed(world: World) -> None:
        world.states.peril[:, 2] = 0.9

    setup, world = compiled(toy, "as_is"), lived_in().take(np.arange(8))
    values = np.zeros((setup.appraisal.bank.size, 8), np.float32)
    setup.appraisal.bank.fill(world, values)
    fear = [row for f, row in setup.appraisal.bank.layout[2].items() if f[0] == "fear"]
    calm = values[fear].copy()
    doomed(world)
    setup.appraisal.bank.fill(world, values)

    assert (values[fear] >= calm).all()
    np.testing.assert_allclose(values[fear], calm * 0.1 / (1 - base_peril()), rtol=0.02, atol=1e-4)


def base_peril() -> Floats:
    """Return the peril of CCC before."""
    return lived_in().take(np.arange(8)).states.peril[:, 2]


def test_tension_and_an_answer_owed_drive_hostility() -> None:
    """Both raise the rate of what fits, the answer at its rung and not far above."""

    def tense(world: World) -> None:
        world.dyads.tension[:, 2, 0] = np.minimum(world.dyads.tension[:, 2, 0] + 0.2, 1)

    def owing(world: World) -> None:
        world.dyads.answer_owed[:, 2, 0] = 0.5
        world.dyads.answer_rung[:, 2, 0] = 3

    assert moved(tense, "show_of_force") > 0.3
    assert moved(owing, "show_of_force") > 0.5
    assert moved(owing, "major_strike", variant="infrastructure") < 0.2


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0.1, 40), min_size=1, max_size=8), st.floats(0, 60))
def test_habit_is_the_sum_of_what_fades(gaps: list[float], later: float) -> None:
    """Each use adds its nats, all halve in the half-life; brought up to date only when asked for."""
    p = lived_in().take(np.arange(1)).parameters
    memory, row, subject = Memory(3, 1), np.zeros(1, np.int32), np.ones(1, np.int32)
    days = np.cumsum(gaps)
    for day in days:
        memory.note(subject, row, np.array([day], np.float32), np.full(1, 10, np.float32), p.habituation, p)

    found, ready = memory.recall(subject, row, float(days[-1] + later), p)

    half = float(p.habituation_half_life[0]) * 7
    expected = sum(float(p.habituation[0]) * 2 ** (-(days[-1] + later - day) / half) for day in days)
    assert found[0] == pytest.approx(expected, rel=2e-3, abs=1e-4)
    assert ready[0] == pytest.approx(days[-1] + 10, rel=1e-5)
    assert not memory.recall(np.zeros(1, np.int32), row, 99.0, p)[0].any()
