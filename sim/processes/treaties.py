"""Treaties: ground to invoke them, questions that lapse, help that is given, and bonds that fade."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats, spread
from sim.world.ladder import MAJOR_ATTACK
from sim.world.moment import Moment
from sim.world.structure import Treaty
from sim.world.world import World

Indices = NDArray[Any]

#: Weeks in which ground to invoke halves, and weeks of quiet after which help given is over.
GROUND_HALF_LIFE, HELP_HALF_LIFE = 4.0, 26.0
#: What a call left unanswered costs: credibility of the word, commitment as believed, firmness as believed.
DECLINED = (np.float32(0.75), np.float32(0.8), np.float32(0.85))
#: What a week of having backed down elsewhere takes off a promise, for a whole reputation.
BACKED_DOWN = np.float32(0.02)
#: Share of its flow at the start from which a pact is effective.
ALIVE = np.float32(0.25)
#: Ground to invoke below which there is nothing left to help against.
QUIET = np.float32(0.1)


def treaties(world: World, moment: Moment) -> None:
    """See who was attacked, who did not answer in time, and what still ties the parties."""
    if not world.structure.treaties:
        return
    state = world.treaties
    state.attacked *= np.float32(2 ** (-moment.weeks / GROUND_HALF_LIFE))
    _attacked(world, moment)
    _at_war(world)
    _declined(world, moment)
    _backed_down(world, moment)
    _relent(world, moment)
    _bind(world, moment)


def _attacked(world: World, moment: Moment) -> None:
    """Give ground to invoke to who was struck: 1 for a major attack, .6 for 20 dead, .35 for any."""
    state, seats = world.treaties, _seats(len(world.axes.states), world.structure.treaties)
    for deeds in moment.deeds:
        hit = (deeds.mid >= 4) & ((deeds.rung >= MAJOR_ATTACK) | (deeds.deaths >= 1)) & (deeds.against >= 0)
        n = np.flatnonzero(hit)
        if not len(n):
            continue
        grave = np.where(deeds.deaths[n] >= 2, np.float32(0.6), np.float32(0.35))
        grave = np.where(deeds.rung[n] >= MAJOR_ATTACK, np.float32(1), grave)
        order = np.argsort(grave, kind="stable")  # the gravest is written last and stays
        n, grave = n[order], grave[order]
        of, entry = spread(seats.first, deeds.against[n])
        k, party, other = seats.treaty[entry], seats.party[entry], seats.other[entry]
        row, actor, grave = deeds.row[n][of], deeds.actor[n][of], grave[of]
        worse = np.flatnonzero((actor != other) & (grave >= state.attacked[row, k, party]))
        row, k, party, other = row[worse], k[worse], party[worse], other[worse]
        state.attacked[row, k, party] = grave[worse]
        _name_attacker(world, row, k, party, other, actor[worse])


@dataclass(frozen=True, slots=True)
class _Seats:
    """Who is bound to whom by which treaty, ordered by party."""

    first: Indices  # (S + 1,), where the treaties of each state begin
    treaty: Indices
    party: Indices
    other: Indices


@cache
def _seats(states: int, treaties: tuple[Treaty, ...]) -> _Seats:
    """Lay out the parties of all treaties, once."""
    bound = sorted((party, k, t.other(party)) for k, t in enumerate(treaties) for party in t.parties)
    party, treaty, other = np.array(bound, np.int64).T
    return _Seats(np.searchsorted(party, np.arange(states + 1)), treaty, party, other)


def _name_attacker(
    world: World,
    rows: Indices,
    k: Indices | int,
    party: Indices | int,
    other: Indices | int,
    attacker: Indices | int,
) -> None:
    """Keep who attacked a party, how far the clause blames the party itself, and what its ally would risk."""
    state = world.treaties
    state.attacker[rows, k, party] = attacker
    state.blame[rows, k, party] = world.dyads.began[rows, party, attacker] * state.conditional[rows, k]
    state.dread[rows, k, other] = world.dyads.delivery[rows, attacker, other]


def _at_war(world: World) -> None:
    """Let the belligerents of a war have ground too: fully where attacked, else as far as the reading goes.

    Who joined an ally's war chose it: that gives no ground to call on others, a deed against it does.
    """
    for w, war in enumerate(world.structure.wars):
        fought = world.wars.open[:, w] * (1 - world.wars.ceased[:, w])
        if not fought.any():
            continue
        for party in war.belligerents:
            for enemy in war.sides[war.side(party) > 0]:
                _ground(world, fought, party, enemy)


def _ground(world: World, fought: Floats, party: int, enemy: int) -> None:
    """Give a belligerent ground to call on every ally but the enemy itself."""
    state = world.treaties
    began = world.dyads.began[:, party, enemy]
    for k, treaty in enumerate(world.structure.treaties):
        if party not in treaty.parties or enemy in treaty.parties:
            continue
        ground = fought * np.maximum(1 - began, state.territory[:, k])
        rows = np.flatnonzero(ground > state.attacked[:, k, party])
        state.attacked[rows, k, party] = ground[rows]
        _name_attacker(world, rows, k, party, treaty.other(party), enemy)


def _declined(world: World, moment: Moment) -> None:
    """Let a call left unanswered cost the party its word, and its other promises by reputation."""
    state = world.treaties
    late = (state.asked_until >= 0) & (state.asked_until < moment.day)
    if not late.any():
        return
    word, commitment, firmness = DECLINED
    for k, treaty in enumerate(world.structure.treaties):
        for party in treaty.parties:
            rows = np.flatnonzero(late[:, k, party])
            if not len(rows):
                continue
            state.asked_until[rows, k, party] = -1
            state.declined[rows, k, party] += 1
            state.credibility[rows, k, party] *= word
            world.dyads.commitment[rows, party, treaty.other(party)] *= commitment
            world.dyads.believed_resolve[rows, :, party] *= firmness
            spill = 1 - world.parameters.reputation[rows] * (1 - word)
            for other, also in enumerate(world.structure.treaties):
                if other != k and party in also.parties:
                    state.credibility[rows, other, party] *= spill
                    world.dyads.commitment[rows, party, also.other(party)] *= spill
            moment.events.append(("declined", k, rows))


def _backed_down(world: World, moment: Moment) -> None:
    """Let support that falls away from a war that goes on cost a state's other promises, by reputation."""
    field = world.wars
    if not field.support.shape[1]:
        return
    fought = (field.open * (1 - field.ceased))[:, :, None]
    fallen = np.where(field.upheld - field.support >= 1, fought, 0).sum(axis=1)  # (R, S)
    field.upheld += moment.approach(HELP_HALF_LIFE) * (field.support - field.upheld)
    np.maximum(field.upheld, field.support, out=field.upheld)
    if not fallen.any():
        return
    weekly = 1 - world.parameters.reputation[:, None] * np.minimum(fallen, 1) * BACKED_DOWN * np.float32(
        moment.weeks
    )
    for k, treaty in enumerate(world.structure.treaties):
        for party in treaty.parties:
            kept = np.maximum(weekly[:, party], 0)
            world.treaties.credibility[:, k, party] *= kept
            world.dyads.commitment[:, party, treaty.other(party)] *= kept


def _relent(world: World, moment: Moment) -> None:
    """Let help end some months after its ground has gone."""
    state = world.treaties
    quiet = state.attacked.max(axis=2, keepdims=True) < QUIET
    state.helping *= np.where(quiet, np.float32(2 ** (-moment.weeks / HELP_HALF_LIFE)), 1)


def _bind(world: World, moment: Moment) -> None:
    """Let bonds follow what the pact is for: what is durable or linked stays, the rest needs its occasion."""
    state, p = world.treaties, world.parameters
    share = moment.approach(p.bond_half_life)
    for k, treaty in enumerate(world.structure.treaties):
        if treaty.flow >= 0:
            flows = world.pipelines
            ratio = flows.flow[:, treaty.flow] / np.maximum(flows.rate[:, treaty.flow], np.float32(1e-6))
            state.traffic[:, k] += moment.approach(13.0) * (np.minimum(ratio, 10) - state.traffic[:, k])
        before = state.bond[:, k].copy()
        state.bond[:, k] += share * (_bond(world, k) - before)
        factor = state.bond[:, k] / np.maximum(before, np.float32(0.05))
        a, b = treaty.parties
        for i, j in ((a, b), (b, a)):
            commitment = world.dyads.commitment[:, i, j]
            np.clip(commitment * factor, 0, 1, out=commitment)
        alive = (state.traffic[:, k] >= ALIVE) & (treaty.flow >= 0)
        helped = state.helping[:, k].max(axis=1) >= 2
        state.effective[:, k] = (alive | helped) * (state.in_force[:, k] > 0)


def _bond(world: World, k: int) -> Floats:
    """Return where a bond is going: durability and linkage, and the rest while the occasion lasts."""
    state, treaty = world.treaties, world.structure.treaties[k]
    lasting = 1 - (1 - state.durability[:, k]) * (1 - state.linkage[:, k])
    if treaty.war < 0:
        return np.asarray(lasting, np.float32)
    occasion = world.wars.open[:, treaty.war] * (1 - world.wars.ceased[:, treaty.war])
    return np.asarray(lasting + (1 - lasting) * occasion, np.float32)


def tie(world: World) -> None:
    """Start every bond where it rests, and know who began the wars that are on."""
    for w, war in enumerate(world.structure.wars):
        for i in war.begun_by:
            for j in war.belligerents:
                if war.side(i) * war.side(j) < 0:
                    began = world.dyads.began[:, i, j]
                    np.maximum(began, world.wars.open[:, w], out=began)
    world.wars.upheld[...] = world.wars.support
    for k in range(len(world.structure.treaties)):
        world.treaties.bond[:, k] = _bond(world, k)
