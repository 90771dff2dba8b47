"""The ladder between deeds: rungs step down, tension and answers fade, firmness is learnt."""

from __future__ import annotations

from functools import cache

import numpy as np

from sim.arrays import Floats, columns
from sim.streams import Names, scatter_variates, to_uniform
from sim.world.ladder import LIMITED_FORCE, WAR
from sim.world.moment import Moment, mean_left
from sim.world.world import World

#: Half-life of peril, weeks, and its rise a week per enemy's share of power at war (prototype values).
PERIL_HALF_LIFE, PERIL_RISE = 17.0, 0.12


def ladder(world: World, moment: Moment) -> None:
    """Let everything that was stirred up settle a little."""
    _step_down(world, moment)
    _calm(world, moment)
    _learn(world, moment)
    _fear_for_life(world, moment)
    _lapse(world, moment)
    world.dyads.quiet_days += np.float32(moment.days)
    ready = world.states.readiness
    ready += moment.approach(13.0) * (np.float32(0.5) - ready)


def _lapse(world: World, moment: Moment) -> None:
    """Let offers to step down lapse at their deadline, once they had their answer."""
    until = world.dyads.offer_until
    pending = until.reshape(-1, order="F")
    made = np.flatnonzero(pending >= 0)  # few are pending
    pending[made[pending[made] < moment.day]] = -1


def _step_down(world: World, moment: Moment) -> None:
    """Lower a rung that nothing renewed, by chance: by one below war, by three from war."""
    d, p = world.dyads, world.parameters
    stirred = d.rung > d.rung_floor
    stirred &= d.quiet_days >= np.float32(min(7.0, moment.days))
    stirred &= d.at_war == 0
    flat = np.flatnonzero(stirred.reshape(-1, order="F"))
    if not len(flat):
        return
    pair = flat // world.rows
    row = flat - pair * world.rows
    keys = _names(world.axes.states).keys.take(pair)
    draw = to_uniform(scatter_variates(moment.words.take(row), keys))
    rungs, floors = d.rung.reshape(-1, order="F"), d.rung_floor.reshape(-1, order="F")
    rung = rungs.take(flat)
    chances = np.stack([moment.chance(x) for x in (p.step_down_low, p.step_down_force, p.step_down_war)])
    grade = (rung >= LIMITED_FORCE).astype(np.int64) + (rung >= WAR)
    down = np.flatnonzero(draw < chances.take(grade * world.rows + row))
    flat, rung = flat[down], rung[down]
    lower = rung - np.where(rung >= WAR, np.float32(3), np.float32(1))
    rungs[flat] = np.maximum(lower, floors[flat])


def _calm(world: World, moment: Moment) -> None:
    """Let tension fall back to the usual of the dyad, and forces go back to their bases."""
    d, p = world.dyads, world.parameters
    d.standoff *= moment.decay(p.standoff_half_life)[:, None, None]
    left = moment.decay(p.tension_half_life)[:, None, None]
    d.tension -= d.tension_base
    d.tension *= left
    d.tension += d.tension_base
    np.clip(d.tension, 0, 1, out=d.tension)


def _learn(world: World, moment: Moment) -> None:
    """Unlearn the firmness of those who let an answer lapse; drift back to the prior."""
    p, states = world.parameters, len(world.axes.states)
    believed, owed = columns(world.dyads.believed_resolve), columns(world.dyads.answer_owed)
    owing = np.flatnonzero(owed.max(axis=1))  # most pairs never owe an answer: they drift alone
    watching = owing // states + owing % states * states  # j owes i: i watches j
    watched = believed[watching]
    _drift(believed, p.belief_drift, p.belief_drift, moment)
    rate = owed[owing]
    rate *= p.belief_lapsed * mean_left(p.answer_half_life, moment.days)
    rate += p.belief_drift
    _drift(watched, rate, p.belief_drift, moment)
    believed[watching] = watched
    owed *= moment.decay(p.answer_half_life)


def _drift(believed: Floats, rate: Floats, drift: Floats, moment: Moment) -> None:
    """Let firmness *believed* ``(pairs, R)`` come to rest at a weekly *rate*, *drift* of it to the prior."""
    rest = np.float32(0.5) * drift / np.maximum(rate, np.float32(1e-9))
    believed -= rest
    believed *= np.exp(rate * np.float32(-moment.weeks))
    believed += rest


def _fear_for_life(world: World, moment: Moment) -> None:
    """Raise the peril of those at war by the enemy's power, and let it fade."""
    states = world.states
    if not (world.dyads.at_war.any() or states.peril.any()):
        return
    share = _enemy_share(world)
    states.peril *= np.float32(2 ** (-moment.weeks / PERIL_HALF_LIFE))
    states.peril += (
        np.float32(PERIL_RISE * moment.weeks) * np.maximum(share - np.float32(0.5), 0) * (1 - states.peril)
    )
    np.clip(states.peril, 0, 0.95, out=states.peril)


def _enemy_share(world: World) -> Floats:
    """Return each state's enemies' share of the power in its wars, ``(R, S)``."""
    states = world.states
    brought = states.military[:, :, None] * world.dyads.reach * world.dyads.at_war
    enemy = brought.sum(axis=1)
    return np.asarray(enemy / np.maximum(enemy + states.military, np.float32(1e-6)), np.float32)


def settle_peril(world: World) -> None:
    """Start the peril of those already at war where it comes to rest."""
    rise = np.float32(PERIL_RISE) * np.maximum(_enemy_share(world) - np.float32(0.5), 0)
    world.states.peril[...] = rise / (rise + np.float32(np.log(2) / PERIL_HALF_LIFE))


@cache
def _names(states: tuple[str, ...]) -> Names:
    return Names("step-down", [f"{a}.{b}" for b in states for a in states])
