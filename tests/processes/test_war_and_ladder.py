"""Wars, incidents, supply and the ladder: rates as declared, at any length of turn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sim.model.compile import setup_of
from sim.processes.economy import economy, trade_access
from sim.processes.incidents import incidents
from sim.processes.ladder import ladder
from sim.processes.wars import fire_of, wars
from sim.scenario.build import central_world
from sim.streams import replicate_keys
from sim.world.deeds import Deeds
from sim.world.moment import DAYS_A_YEAR, Moment
from sim.world.world import World
from tests.model.histories import moment_of, start, toy, within, written

ROWS = 8192
AAA, BBB, CCC = 0, 1, 2


def ordinary(rows: int = 1) -> World:
    """Return the toy world at central values, a row per key."""
    world = central_world(toy().tree).take(np.zeros(rows, np.intp))
    world.luck = replicate_keys(3, np.arange(rows, dtype=np.int64))
    return world


def at_peace(rows: int = 1) -> World:
    """Return the toy world with its war ceased for good."""
    world = ordinary(rows)
    world.wars.open[...] = world.dyads.at_war[...] = 0
    return world


@pytest.mark.parametrize(
    "intensity",
    [
        0.5,
        pytest.param(0.8),
    ],
)
def test_the_war_starts_as_it_was_observed(tmp_path: Path, intensity: float) -> None:
    """Parity is calibrated so that the front moves as given, whatever the tempo and weight of shells."""
    scenario = written(tmp_path, f"wars: {{border: {{intensity: {intensity}}}}}")
    world = start(scenario, setup_of(scenario, "as_is"))
    given = world.wars.front_rate.copy()

    wars(world, moment_of(world, 0))

    assert world.wars.front_rate[:, 0].mean() == pytest.approx(given[:, 0].mean(), rel=0.03)


def test_more_fire_moves_the_front_with_falling_returns() -> None:
    """By the log of the ratio: the second doubling brings no more than the first."""
    paces = []
    for factor in (1, 2, 4):
        world = ordinary()
        world.states.fire_other[:, BBB] *= factor
        wars(world, moment_of(world, 0))
        paces.append(float(world.wars.front_rate[0, 0]))

    assert paces[0] < paces[1] < paces[2]
    assert np.diff(paces)[1] == pytest.approx(np.diff(paces)[0], rel=0.35)


def test_nobody_fires_more_than_it_has() -> None:
    """An empty depot is silent; other fire goes on."""
    world = ordinary()
    world.states.munitions_stock[:, BBB] = 0

    wars(world, moment_of(world, 0))

    assert world.states.munitions_burn[0, BBB] == 0
    assert world.states.fire[0, BBB] == world.states.fire_other[0, BBB]
    assert fire_of(world, (BBB,), world.wars.shell_weight[:, 0])[0] == world.states.fire_other[0, BBB]


def test_the_noise_of_the_front_grows_with_the_root_of_time() -> None:
    """At any length of turn the spread after four weeks is the declared one."""
    for days, turns in ((3.5, 8), (7.0, 4), (14.0, 2)):
        world = ordinary(ROWS)
        world.parameters.front_gain[...] = 0
        for turn in range(turns):
            wars(world, moment_of(world, turn, days))
        expected = world.parameters.front_noise[0] * np.sqrt(28 / DAYS_A_YEAR)
        assert world.wars.front[:, 0].std() == pytest.approx(expected, rel=0.04)


def test_a_ceasefire_breaks_at_its_rate_and_less_with_a_guarantee() -> None:
    """`recurrence` is what happens without any."""
    world = ordinary(ROWS)
    world.wars.ceased[...] = 1
    world.parameters.recurrence[...] = 3
    world.wars.guarantee[: ROWS // 2] = 0
    world.wars.guarantee[ROWS // 2 :] = 0.75

    wars(world, moment_of(world, 0))

    broken = world.wars.ceased[:, 0] == 0
    weak, strong = broken[: ROWS // 2].mean(), broken[ROWS // 2 :].mean()
    assert within(weak, -np.expm1(-3 * 7 / DAYS_A_YEAR), ROWS / 2)
    assert within(strong, -np.expm1(-0.75 * 7 / DAYS_A_YEAR), ROWS / 2)


def test_enemies_stand_at_war_while_it_is_fought() -> None:
    """Both ways, and no longer than that."""
    world = ordinary(2)
    world.wars.ceased[1] = 1
    world.parameters.recurrence[...] = 0
    world.dyads.rung[:, BBB, CCC] = 2

    wars(world, moment_of(world, 0))

    assert world.dyads.at_war[:, BBB, CCC].tolist() == world.dyads.at_war[:, CCC, BBB].tolist() == [1, 0]
    assert world.dyads.rung[:, BBB, CCC].tolist() == [8, 2]
    assert not world.dyads.at_war[:, AAA].any()


@pytest.mark.parametrize("days", [3.5, 7.0, 14.0])
def test_incidents_come_at_their_hazard(days: float) -> None:
    """Contact and buffers as both sides state them, height and tension, a rate at any length of turn."""
    world = at_peace(ROWS)
    d, p = world.dyads, world.parameters
    p.season_swing[...] = p.unmanned_share[...] = 0
    d.contact[:, CCC, AAA] *= 1.5  # the sides need not see it alike
    d.buffer[:, CCC, AAA] += np.float32(0.3)
    stand = max(d.rung[0, AAA, CCC], d.rung[0, CCC, AAA])
    contact = (d.contact[0, AAA, CCC] + d.contact[0, CCC, AAA]) / 2
    buffer = (d.buffer[0, AAA, CCC] + d.buffer[0, CCC, AAA]) / 2
    hazard = contact * (1 - buffer) * p.incident_hazard[0]
    hazard *= np.exp(p.incident_rung[0] * (stand - 2)) * (
        0.3 + d.tension[0, AAA, CCC] + d.tension[0, CCC, AAA]
    )
    moment = moment_of(world, 0, days)

    incidents(world, moment)

    (clash,) = moment.deeds
    pair = clash.where(np.isin(clash.actor, [AAA, CCC]) & np.isin(clash.target, [AAA, CCC]))
    assert within(len(pair) / ROWS, -np.expm1(-hazard * days / DAYS_A_YEAR), ROWS)
    assert within((pair.actor == AAA).mean(), 0.5, len(pair))
    assert within((pair.rung == 6).mean(), p.incident_force[0], len(pair))


def test_incidents_of_force_kill_as_often_as_declared() -> None:
    """And no incident short of force kills."""
    found: list[Deeds] = []
    for turn in range(12):
        world = at_peace(ROWS)
        world.parameters.incident_hazard[...] = 10
        world.parameters.unmanned_share[...] = 0
        moment = moment_of(world, turn)
        incidents(world, moment)
        found += moment.deeds

    force = np.concatenate([d.deaths[d.rung >= 6] for d in found])
    other = np.concatenate([d.deaths[d.rung < 6] for d in found])
    share = float(toy().tree["parameters"]["deadly_share"])
    assert (other == -1).all()
    assert within((force >= 1).mean(), share, len(force))
    assert within((force >= 2).mean(), share * 0.2, len(force))


@pytest.mark.parametrize("days", [3.5, 7.0])
def test_a_rung_steps_down_with_its_weekly_chance(days: float) -> None:
    """By one, to its floor and no lower, where nothing renewed it."""
    world = at_peace(ROWS)
    d = world.dyads
    d.rung[...] = 0
    d.rung_floor[...] = 0
    d.rung[:, AAA, CCC], d.rung[:, CCC, AAA], d.rung[:, BBB, CCC] = 4, 6, 1
    d.rung_floor[:, BBB, CCC] = 1
    d.quiet_days[...] = 30

    ladder(world, moment_of(world, 0, days))

    weekly = [world.parameters.step_down_low[0], world.parameters.step_down_force[0]]
    chances = [1 - (1 - w) ** (days / 7) for w in weekly]
    assert within((d.rung[:, AAA, CCC] == 3).mean(), chances[0], ROWS)
    assert within((d.rung[:, CCC, AAA] == 5).mean(), chances[1], ROWS)
    assert (d.rung[:, BBB, CCC] == 1).all()
    assert np.isin(d.rung[:, AAA, CCC], [3, 4]).all()


def test_a_rung_that_was_renewed_this_turn_stays() -> None:
    """Quiet first, then calm."""
    world = at_peace(ROWS)
    world.dyads.rung[:, AAA, CCC] = 5
    world.dyads.quiet_days[:, AAA, CCC] = 0

    ladder(world, moment_of(world, 0))

    assert (world.dyads.rung[:, AAA, CCC] == 5).all()


Process = Callable[[World, Moment], None]


@pytest.mark.parametrize(
    ("process", "quantity"),
    [
        (ladder, "dyads.tension"),
        (ladder, "dyads.answer_owed"),
        (ladder, "dyads.standoff"),
        pytest.param(
            ladder,
            "dyads.believed_resolve",
        ),
        (ladder, "states.readiness"),
        (ladder, "states.peril"),
        (economy, "states.energy"),
        (economy, "states.economy"),
        (economy, "states.hardship"),
        (economy, "states.stability"),
        (economy, "states.approval"),
        (wars, "states.weariness"),
        (wars, "wars.intensity"),
        (wars, "wars.hope"),
        (wars, "states.munitions_stock"),
    ],
)
def test_what_changes_steadily_does_not_depend_on_the_turn(process: Process, quantity: str) -> None:
    """Eight weeks in turns of 3.5, 7 and 14 days end in one place, to a tenth of the way gone."""
    section, field = quantity.split(".")
    ends = []
    for days in (3.5, 7.0, 14.0):
        world = ordinary()
        world.parameters.front_noise[...] = world.parameters.step_down_low[...] = 0
        world.dyads.tension[:, AAA, CCC] = 0.9
        world.dyads.answer_owed[...] = 0.4
        world.dyads.standoff[...] = 2
        world.states.peril[...] = 0.6
        world.dyads.sanctions[...] = 0.9
        world.states.energy[...] -= 0.2
        world.wars.intensity[...] = 0.8
        begin = getattr(getattr(world, section), field).copy()
        for turn in range(round(56 / days)):
            process(world, moment_of(world, turn, days))
        ends.append(getattr(getattr(world, section), field) - begin)

    way = np.abs(ends[1]).max()
    assert way > 2e-5
    assert np.abs(ends[0] - ends[1]).max() < 0.1 * way
    assert np.abs(ends[2] - ends[1]).max() < 0.15 * way


def test_closed_valves_and_sanctions_cut_what_gets_through() -> None:
    """Trade let through, evaded or stopped: supply follows to where it must."""
    world = ordinary(3)
    world.dyads.valve[1, :, AAA] = 0.2
    world.dyads.sanctions[2, :, AAA] = 1
    usual = trade_access(world)[:, AAA]
    open_, shut, barred = usual

    for turn in range(100):
        economy(world, moment_of(world, turn))

    assert shut < barred < open_
    energy = world.states.energy[:, AAA]
    assert energy[1] < energy[2] < energy[0]
    hardship = world.states.hardship[:, AAA]
    assert hardship[1] > hardship[2] > hardship[0]


def test_stability_falls_by_what_the_parameter_says() -> None:
    """`hardship_slope` is the stability lost in a year at full hardship."""
    world = at_peace()
    world.states.hardship_start[...] = 0
    world.states.stability[...] = 1
    world.parameters.supply_half_life[...] = 520

    for turn in range(52):
        world.states.hardship[...] = 1
        economy(world, moment_of(world, turn))

    lost = 1 - world.states.stability[0, AAA]
    assert lost == pytest.approx(world.parameters.hardship_slope[0], rel=0.1)


def test_supply_halves_its_gap_in_its_half_life() -> None:
    """`supply_half_life`, in weeks."""
    world = ordinary()
    world.pipelines.flow[...] = world.pipelines.rate
    usual = float(world.states.food[0, CCC])
    world.states.food[:, CCC] = usual - 0.4

    for turn in range(8):
        economy(world, moment_of(world, turn))

    assert usual - world.states.food[0, CCC] == pytest.approx(0.2, abs=0.01)
