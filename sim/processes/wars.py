"""The wars: fire, front, hope, weariness, and ceasefires that hold or break."""

from __future__ import annotations

from functools import cache

import numpy as np

from sim.arrays import Floats
from sim.processes.terms import terms
from sim.streams import Names
from sim.world.moment import Moment
from sim.world.structure import War
from sim.world.world import World

#: Level of help under a treaty from which the helper fights in its ally's war.
FIGHTS = 4
#: Round-equivalents of fire a year, in millions, that the whole world's military power would bring.
JOINED_FIRE = np.float32(60.0)
#: Thousands of troops at the front a year that halve what an army has still to learn.
LEARNS = np.float32(10.0)


def wars(world: World, moment: Moment) -> None:
    """Fight every open war for one turn."""
    if not world.structure.wars:
        return
    _lapse(world, moment)
    _join(world)
    world.states.munitions_burn[...] = 0
    world.states.fire[...] = 0
    for w, war in enumerate(world.structure.wars):
        fought = world.wars.open[:, w] * (1 - world.wars.ceased[:, w])
        if not (fought.any() or world.wars.ceased[:, w].any()):
            world.wars.front_rate[:, w] = 0  # as below, where nobody fights
            continue
        _fire(world, moment, w, war, fought)
        _fall(world, moment, w, fought)
        _front(world, moment, w, war, fought)
        _wear(world, moment, w, war, fought)
        _hold(world, moment, w, war)
    terms(world, moment.days)
    _mark_enemies(world)


def fire_of(world: World, side: tuple[int, ...], weight: Floats) -> Floats:
    """Return a side's fire in million round-equivalents a year: shells by their weight, and the rest."""
    states = world.states
    total = np.zeros(world.rows, np.float32)
    for i in side:
        total += states.munitions_burn[:, i] * weight + states.fire_other[:, i]
    return np.maximum(total, np.float32(1e-3))


def burn_wished(world: World, state: int, intensity: Floats) -> Floats:
    """Return what a belligerent fires a year: all it wishes with full stocks, rationed as they fall."""
    stock = world.states.munitions_stock[:, state]
    return (
        world.states.munitions_consumption[:, state]
        * intensity
        * stock
        / (stock + world.parameters.stock_half)
    )


def _fire(world: World, moment: Moment, w: int, war: War, fought: Floats) -> None:
    """Burn stocks and fire; who fights two wars draws on the same stock for both."""
    for i in war.belligerents:
        burn = burn_wished(world, i, world.wars.intensity[:, w] * 2) * fought
        burn = np.minimum(burn, world.states.munitions_stock[:, i] / np.float32(moment.years))
        world.states.munitions_burn[:, i] += burn
        world.states.munitions_stock[:, i] -= burn * np.float32(moment.years)
        weight = world.wars.shell_weight[:, w]
        world.states.fire[:, i] += (burn * weight + world.states.fire_other[:, i]) * fought
    np.maximum(world.states.munitions_stock, 0, out=world.states.munitions_stock)


def _front(world: World, moment: Moment, w: int, war: War, fought: Floats) -> None:
    """Move the front by the log of the fire ratio (falling returns), with noise."""
    p, field = world.parameters, world.wars
    first = fire_of(world, war.sides[0], field.shell_weight[:, w]) + helping_fire(world, w, 1)
    second = fire_of(world, war.sides[1], field.shell_weight[:, w]) + helping_fire(world, w, -1)
    pace = (
        p.front_gain
        * field.mobility[:, w]
        * (np.log(first / second) - field.parity[:, w])
        * field.intensity[:, w]
        * 2
    )
    field.front_rate[:, w] = np.clip(pace, -400, 400) * fought + 0  # never -0
    noise = p.front_noise * np.sqrt(field.mobility[:, w] * np.float32(moment.years))
    shock = moment.normals(_names("front", war.name))[0] * noise
    field.front[:, w] = np.clip(
        field.front[:, w] + (field.front_rate[:, w] * np.float32(moment.years) + shock) * fought, -200, 200
    )
    _decide(world, w, fought)
    share = moment.approach(p.hope_half_life)[:, None]
    field.hope[:, w] += share * fought[:, None] * (field.front_rate[:, w, None] - field.hope[:, w])
    field.outlook[:, w] = field.hope[:, w] * field.leaning[:, w]


def _decide(world: World, w: int, fought: Floats) -> None:
    """End a war that a side has lost: the guns fall silent on the other's terms."""
    field = world.wars
    lost = np.flatnonzero((np.abs(field.front[:, w]) >= field.decisive[:, w]) & (fought > 0))
    field.ceased[lost, w] = 1
    field.quiet_days[lost, w] = 0
    field.imposed[lost, w] = 1


def _wear(world: World, moment: Moment, w: int, war: War, fought: Floats) -> None:
    """Let weariness grow with fighting, faster for the side that loses ground; intensity drifts back."""
    states, rate = world.states, world.parameters.weariness_rate * np.float32(moment.years)
    lost = np.tanh(world.wars.front_rate[:, w] / 4)
    for i in war.belligerents:
        losing = 1 - np.float32(war.side(i)) * lost
        states.weariness[:, i] += rate * fought * np.maximum(losing, 0) * (1 - states.weariness[:, i])
    back = np.float32(1 - 2 ** (-moment.weeks / 26))
    world.wars.intensity[:, w] += back * (np.float32(0.5) - world.wars.intensity[:, w]) * fought


def _hold(world: World, moment: Moment, w: int, war: War) -> None:
    """Count the days a ceasefire holds; without a guarantee it may break by itself."""
    field = world.wars
    ceased = field.ceased[:, w] > 0
    field.quiet_days[:, w] = np.where(ceased, field.quiet_days[:, w] + np.float32(moment.days), 0)
    if not ceased.any():
        return
    hazard = world.parameters.recurrence * (1 - field.guarantee[:, w]) * (1 + 2 * field.imposed[:, w])
    breaks = ceased & (moment.uniforms(_names("ceasefire", war.name))[0] < moment.hazard(hazard))
    field.ceased[breaks, w] = 0
    for i in war.belligerents:
        world.states.weariness[:, i] *= np.where(ceased, moment.decay(52.0), 1)


def helping_fire(world: World, w: int, side: int) -> Floats:
    """Return the fire of troops sent from abroad and of states that joined, to the side *side*, ``(R,)``."""
    war = world.structure.wars[w]
    total = np.zeros(world.rows, np.float32)
    for p, flow in enumerate(world.structure.pipelines):
        if flow.good == "troops" and flow.war == w and war.side(flow.taker) == side:
            total += world.pipelines.abroad[:, p] * world.pipelines.value[:, p]
    enemy = war.sides[1 if side > 0 else 0][0]
    fights = world.wars.joined[:, w] == side
    for i in np.flatnonzero(fights.any(axis=0)):
        power = world.states.military[:, i] * world.dyads.reach[:, i, enemy] * JOINED_FIRE
        total += power * fights[:, i]
    return total


def _join(world: World) -> None:
    """Let an ally that gives help at level 4 and above fight beside its ally while the war is on."""
    field, treaties = world.wars, world.treaties
    field.joined[...] = 0
    for k, treaty in enumerate(world.structure.treaties):
        for helper in treaty.parties:
            rows = np.flatnonzero(treaties.helping[:, k, helper] >= FIGHTS)
            if not len(rows):
                continue
            for w, war in enumerate(world.structure.wars):
                side = war.side(treaty.other(helper))
                if side and not war.side(helper):
                    on = (field.open[rows, w] > 0) & (field.ceased[rows, w] < 1)
                    field.joined[rows[on], w, helper] = side


def _fall(world: World, moment: Moment, w: int, fought: Floats) -> None:
    """Let troops sent abroad take losses; what is left of them, and those at home, learn."""
    flows = world.pipelines
    for p, flow in enumerate(world.structure.pipelines):
        if flow.good != "troops" or flow.war != w:
            continue
        rate = world.parameters.troop_losses * world.wars.intensity[:, w] * 2 * fought
        fallen = flows.abroad[:, p] * -np.expm1(-rate * np.float32(moment.years))
        flows.abroad[:, p] -= fallen
        flows.fallen[:, p] += fallen
        learnt = flows.abroad[:, p] / (flows.abroad[:, p] + LEARNS) * np.float32(moment.years) * fought
        learns = world.states.experience[:, flow.giver]
        learns += learnt * (1 - learns)


def _lapse(world: World, moment: Moment) -> None:
    """Let offers of terms lapse at their deadline, once they had their answer."""
    until = world.wars.terms_until
    until[(until >= 0) & (until < moment.day)] = -1


def _mark_enemies(world: World) -> None:
    """Keep who is at war with whom; a pair at war stands at rung 8."""
    at_war = world.dyads.at_war
    at_war[...] = 0
    for w, war in enumerate(world.structure.wars):
        on = world.wars.open[:, w] * (1 - world.wars.ceased[:, w])
        if not on.any():
            continue
        joined = world.wars.joined[:, w]
        third = np.flatnonzero(joined.any(axis=0))
        sides = [
            [(i, on) for i in side] + [(int(k), on * (joined[:, k] == sign)) for k in third]
            for side, sign in zip(war.sides, (1, -1), strict=True)
        ]
        for i, first in sides[0]:
            for j, second in sides[1]:
                _oppose(world, i, j, first * second)


def _oppose(world: World, i: int, j: int, on: Floats) -> None:
    """Mark two states as at war with each other."""
    for a, b in ((i, j), (j, i)):
        np.maximum(world.dyads.at_war[:, a, b], on, out=world.dyads.at_war[:, a, b])
        rung = world.dyads.rung[:, a, b]
        np.maximum(rung, on * 8, out=rung)


@cache
def _names(purpose: str, war: str) -> Names:
    return Names(purpose, (war,))


def ignite(world: World) -> None:
    """Set what the start implies: burn, the weight of shells, and the parity that gives the observed front.

    Shells weigh what makes them `shell_share` of all fire at the start, so that the observed advance pins the
    balance and the share only says how much shells matter.
    """
    for w, war in enumerate(world.structure.wars):
        for i in war.belligerents:
            burn = burn_wished(world, i, world.wars.intensity[:, w] * 2) * world.wars.open[:, w]
            world.states.munitions_burn[:, i] = np.maximum(world.states.munitions_burn[:, i], burn)
        burnt = np.sum([world.states.munitions_burn[:, i] for i in war.belligerents], axis=0)
        other = np.sum([world.states.fire_other[:, i] for i in war.belligerents], axis=0)
        share = np.minimum(world.parameters.shell_share, np.float32(0.95))
        weight = np.where(burnt > 0, share / (1 - share) * other / np.maximum(burnt, np.float32(1e-6)), 1)
        world.wars.shell_weight[:, w] = weight
        ratio = np.log(fire_of(world, war.sides[0], weight) / fire_of(world, war.sides[1], weight))
        tempo = np.maximum(world.wars.intensity[:, w] * 2, np.float32(1e-3))
        gain = world.parameters.front_gain * np.maximum(world.wars.mobility[:, w], np.float32(1e-3))
        pinned = ratio - world.wars.front_rate[:, w] / (gain * tempo)
        world.wars.parity[:, w] = np.where(world.wars.open[:, w] > 0, pinned, 0)
    world.states.burn_start[...] = world.states.munitions_burn
    world.wars.outlook[...] = world.wars.hope * world.wars.leaning
    terms(world)
    _mark_enemies(world)
