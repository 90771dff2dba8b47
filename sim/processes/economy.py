"""Supply, growth, hardship and stability: slow quantities that sanctions, trade and flows move."""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats
from sim.world.moment import Moment
from sim.world.world import World

#: Goods that flows bring into the supply of a state, and the array each moves.
SUPPLIES = ("energy", "food", "components")
#: Which supply each good of a flow is part of.
BRINGS = {"oil": "energy", "food": "food", "components": "components"}
#: Day of the year on which the season of exercises and fishing is at its height.
IN_SEASON = 85
#: Half-life in weeks of approval against what the public's mood calls for.
WEEKS_TO_RELIEVE = 40.0


def economy(world: World, moment: Moment) -> None:
    """Let supply follow trade and flows, growth follow pressure and war, and people follow both."""
    access = trade_access(world) / world.states.access_start
    _supply(world, moment, access)
    _grow(world, moment, access)
    _live(world, moment)
    day = world.structure.start_day + moment.day
    world.regime.season[...] = 0.5 + 0.5 * np.cos(2 * np.pi * (day - IN_SEASON) / 365.25)
    world.indicators.value *= np.exp(-world.indicators.decay * np.float32(moment.years))


def trade_access(world: World) -> Floats:
    """Return the share of each state's trade that gets through valves and sanctions, ``(R, S)``."""
    dyads, states = world.dyads, world.states
    bite = world.regime.enforcement[:, None] * (1 - states.evasion)
    stopped = dyads.sanctions.transpose(0, 2, 1) * bite[:, :, None]
    through = np.subtract(1, stopped, out=stopped)
    through *= dyads.valve.transpose(0, 2, 1)
    missing = np.subtract(1, through, out=through)
    missing *= dyads.trade
    return np.asarray(1 - missing.sum(axis=2), np.float32)


def _supply(world: World, moment: Moment, access: Floats) -> None:
    """Move each supply towards what trade and flows now bring."""
    states = world.states
    close = moment.approach(world.parameters.supply_half_life)[:, None]
    brought = _brought(world)
    left = 1 - states.dependence * (1 - access)
    for good in SUPPLIES:
        level: Floats = getattr(states, good)
        usual: Floats = getattr(states, f"{good}_start")
        target = usual * left + brought[good]
        level += close * (np.clip(target, 0, 1) - level)


def _brought(world: World) -> dict[str, Floats]:
    """Return what flows add to each supply beyond the start, ``(R, S)``."""
    flows = world.pipelines
    extra = {good: np.zeros_like(world.states.energy) for good in SUPPLIES}
    change = flows.flow / np.maximum(flows.rate, np.float32(1e-6))
    np.clip(change, 0, 4, out=change)
    change -= 1
    change *= flows.share
    for p, fixed in enumerate(world.structure.pipelines):
        if fixed.good in BRINGS:
            extra[BRINGS[fixed.good]][:, fixed.taker] += change[:, p]
    return extra


def _grow(world: World, moment: Moment, access: Floats) -> None:
    """Grow, less what sanctions and war take."""
    states, p = world.states, world.parameters
    rate = states.growth - p.trade_bite[:, None] * np.maximum(1 - access, -1)
    rate -= p.war_cost[:, None] * _effort(world)
    rate += np.float32(0.03) * (states.energy - states.energy_start)
    states.economy *= np.exp(rate * np.float32(moment.years))
    np.clip(states.economy, 0.05, 3, out=states.economy)


def _effort(world: World) -> Floats:
    """Return the intensity of the fiercest war each state fights, ``(R, S)``; joined or its own."""
    field, effort = world.wars, np.zeros_like(world.states.growth)
    for w, war in enumerate(world.structure.wars):
        fought = field.open[:, w] * (1 - field.ceased[:, w]) * field.intensity[:, w]
        if not fought.any():
            continue
        member = np.abs(field.joined[:, w])
        member[:, list(war.belligerents)] = 1
        np.maximum(effort, member * fought[:, None], out=effort)
    return effort


def _live(world: World, moment: Moment) -> None:
    """Hardship follows supply; stability and approval follow hardship, slowly and with a floor."""
    states, p = world.states, world.parameters
    close = moment.approach(p.supply_half_life * 2)[:, None]
    short = (states.energy_start - states.energy) + (states.food_start - states.food)
    poorer = np.maximum(1 - states.economy, 0)
    wanted = np.clip(states.hardship_start + short + np.float32(0.5) * poorer, 0, 1)
    states.hardship += close * (wanted - states.hardship)
    worse = states.hardship - states.hardship_start
    states.stability -= p.hardship_slope[:, None] * worse * np.float32(moment.years) * states.stability
    np.clip(states.stability, 0.05, 1, out=states.stability)
    mood = (
        states.approval_start - np.float32(0.5) * worse - np.float32(0.3) * states.weariness * states.openness
    )
    states.approval += moment.approach(WEEKS_TO_RELIEVE) * (np.clip(mood, 0, 1) - states.approval)


def settle_in(world: World) -> None:
    """Keep the start as the measure of what is usual."""
    states = world.states
    for name in (*SUPPLIES, "hardship", "stability", "approval"):
        getattr(states, f"{name}_start")[...] = getattr(states, name)
    for usual in (states.components_start, states.energy_start):
        np.maximum(usual, np.float32(1e-3), out=usual)
    states.access_start[...] = np.maximum(trade_access(world), np.float32(0.05))
