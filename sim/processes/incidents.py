"""Incidents: clashes nobody decided on."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats, columns
from sim.streams import Names, name_key, scatter_variates, to_uniform
from sim.world.deeds import Deeds, mark
from sim.world.ladder import LIMITED_FORCE, SHOW_OF_FORCE
from sim.world.moment import Moment
from sim.world.world import World

#: Share of deadly uses of limited force with 20 dead and more, and with 1,000 and more. Of 105 fatal disputes
#: short of war since 1990, 25 had more than 25 dead (COW MID 5.0), some of them by several deeds.
TWENTY, THOUSAND = 0.2, 0.002

Indices = NDArray[Any]

#: Keys that set the further draws of an incident apart from whether it happens.
DOER = np.uint32(name_key("incident-doer") & 0xFFFFFFFF)
UNMANNED = np.uint32(name_key("incident-unmanned") & 0xFFFFFFFF)
#: What is left of the share that comes to force where one of the two is unmanned (Lin-Greenberg 2022).
UNMANNED_FORCE = np.float32(0.5)
FORCE = np.uint32(name_key("incident-force") & 0xFFFFFFFF)


def incidents(world: World, moment: Moment) -> None:
    """Draw clashes of every pair in contact: rarer behind buffers, likelier where the pair stands high.

    hazard = h0 contact (1 - buffer) exp(b (stand - 2)) (.3 + both tensions) a year, more in season, b being
    `incident_rung`; a coin names the doer. Contact and buffer of a pair are the means of what its two sides
    state. Where something unmanned meets, it comes to force half as often and nobody dies.
    """
    near = world.structure.relations
    i, j, names = _contacts(world.axes.states, near["rivals"], near["neighbours"])
    if not len(i):
        return
    states, rows = len(world.axes.states), world.rows
    forth, back, d, p = i + j * states, j + i * states, world.dyads, world.parameters
    rungs, tension = columns(d.rung), columns(d.tension)
    stand = np.maximum(rungs[forth], rungs[back])
    contact, buffer = columns(d.contact), columns(d.buffer)
    hazard = contact[forth] + contact[back]  # (pairs, R)
    hazard *= np.float32(0.5) - np.float32(0.25) * (buffer[forth] + buffer[back])
    hazard *= p.incident_hazard
    hazard *= np.exp(p.incident_rung * (np.minimum(stand, 7) - 2))
    hazard *= np.float32(0.3) + tension[forth] + tension[back]
    hazard *= 1 - columns(d.at_war)[forth]
    hazard *= 1 + p.season_swing * (2 * world.regime.season - 1)
    flat = np.flatnonzero(moment.uniforms(names) < moment.hazard(hazard))
    if not len(flat):
        return
    pair = flat // rows
    row = flat - pair * rows
    words = moment.words[row]
    first = to_uniform(scatter_variates(words, names.keys[pair] ^ DOER)) < 0.5
    actor, target = np.where(first, i[pair], j[pair]), np.where(first, j[pair], i[pair])
    unmanned = to_uniform(scatter_variates(words, names.keys[pair] ^ UNMANNED)) < p.unmanned_share[row]
    force = p.incident_force[row] * np.where(unmanned, UNMANNED_FORCE, 1)
    forceful = to_uniform(scatter_variates(words, names.keys[pair] ^ FORCE)) < force
    rung = np.where(forceful, LIMITED_FORCE, SHOW_OF_FORCE)
    clash = _table(row, actor, target, rung, states)
    stirs = np.float32(0.05) * rung / 3 * np.where(unmanned, np.float32(0.5), np.float32(1))
    d.tension[row, target, actor] += stirs * (1 - d.tension[row, target, actor])
    deadly = np.where(unmanned, np.float32(0), np.float32(1))
    clash.deaths = draw_deaths(world, moment, clash, "incident", deadly)
    mark(world, clash)
    moment.deeds.append(clash)


def draw_deaths(
    world: World, moment: Moment, deeds: Deeds, purpose: str, deadly: Floats | float = 1.0
) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """Draw deaths where `mid` is 4 or more: 0 none, 1: 1-19, 2: 20-999, 3: 1,000 and more; else -1.

    *deadly* is how deadly each deed is against the usual use of limited force.
    """
    names = world.axes.states
    keys = _death_names(purpose, names).keys[deeds.actor * len(names) + np.maximum(deeds.target, 0)]
    u = to_uniform(scatter_variates(moment.words[deeds.row], keys))
    share = np.where(deeds.rung >= 7, 1.0, world.parameters.deadly_share[deeds.row] * deadly)
    twenty = np.where(deeds.rung >= 8, 1.0, np.where(deeds.rung == 7, 0.8, TWENTY))
    thousand = np.where(deeds.rung >= 8, 0.95, np.where(deeds.rung == 7, 0.1, THOUSAND))
    grade = (u < share).astype(np.int32) + (u < share * twenty) + (u < share * thousand)
    return np.where(deeds.mid >= 4, grade, -1).astype(np.int32)


def _table(row: Indices, actor: Indices, target: Indices, rung: Indices, states: int) -> Deeds:
    n = len(row)
    return Deeds(
        row=row.astype(np.int32),
        choice=np.full(n, -1, np.int32),
        actor=actor.astype(np.int32),
        target=target.astype(np.int32),
        against=target.astype(np.int32),
        rung=rung.astype(np.int32),
        mid=np.where(rung >= LIMITED_FORCE, 4, 3).astype(np.int32),
        answer_rung=rung.astype(np.float32),
        time=np.full(n, 0.5, np.float32),
        deaths=np.full(n, -1, np.int32),
        seen=np.full(n, (1 << states) - 1, np.int32),
        wrong=np.zeros(n, bool),
    )


@cache
def _contacts(
    states: tuple[str, ...], rivals: frozenset[tuple[int, int]], neighbours: frozenset[tuple[int, int]]
) -> tuple[Indices, Indices, Names]:
    """Return the pairs that may clash, as first and second, and the names of their draws."""
    pairs = sorted((a, b) for a, b in rivals | neighbours if a < b)
    names = Names("incident", [f"{states[a]}.{states[b]}" for a, b in pairs])
    first, second = np.array(pairs, np.int64).reshape(-1, 2).T
    return first, second, names


@cache
def _death_names(purpose: str, states: tuple[str, ...]) -> Names:
    return Names(f"deaths-{purpose}", [f"{a}.{b}" for a in states for b in states])
