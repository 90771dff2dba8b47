"""Nuclear weapons and the fear of being struck first: who can deliver, who may use, who would be too late.

Derived before anybody decides; memories of what was struck fade.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats, columns, joined
from sim.world.ladder import LIMITED_FORCE, LIMITED_NUCLEAR, MAJOR_ATTACK
from sim.world.moment import Moment
from sim.world.structure import Pair, Structure
from sim.world.world import World

Indices = NDArray[Any]

#: Weeks in which the memory of a strike halves, of a blow at the command, and of who began a crisis.
STRUCK, COMMAND, BEGAN = 8.0, 3.0, 13.0
#: Weeks in which a name for recklessness, the hold of an ally, and a nuclear signal halve.
RECKLESS, HELD, SIGNAL = 39.0, 4.0, 6.0


@dataclass(frozen=True)
class _Layout:
    """Where rivals, their allies and belligerents stand in the columns of a world, laid out once."""

    i: Indices  # (N,), who looks at
    j: Indices  # (N,), whom
    forth: Indices
    back: Indices
    helper: Indices  # (H,), an ally of j, ordered by the pair it belongs to
    helped: Indices  # (H,), column of (helper, j)
    against: Indices  # (H,), column of (helper, i)
    pairs_helped: Indices  # pairs that have a helper
    first_helper: Indices  # where the helpers of each of those begin
    allied: Indices  # (A,), column of (j, ally of i), for pairs whose first has allies
    pairs_allied: Indices
    first_allied: Indices
    client: Indices  # (T,), a party of a treaty, ordered
    pledge: Indices  # (T,), column of (the other party, client)
    treaty: Indices  # (T,)
    clients: Indices
    first_client: Indices
    belligerent: Indices  # (B,), ordered
    side: Floats  # (B, 1)
    war: Indices  # (B,)
    fighting: Indices
    first_fighting: Indices


def stance(world: World) -> None:
    """Derive what states decide on: delivery, licence, who is too late, who is stronger, who feels safe."""
    d, s, layout = world.dyads, world.states, _layout(world.structure)
    survives = (s.warheads * s.survivability >= 1).astype(np.float32)
    through = d.penetration * (1 - np.float32(0.5) * s.missile_defence[:, None, :])
    np.multiply(survives[:, :, None], through, out=d.delivery)
    _compare(world, layout)
    i, j, forth = layout.i, layout.j, layout.forth
    columns(d.licence)[forth] = _licence(world, layout)
    rungs = columns(d.rung)
    heat = np.maximum(rungs[forth], rungs[layout.back])
    heat -= 4
    heat *= np.float32(0.25)
    np.clip(heat, 0, 1, out=heat)
    heat *= columns(s.counterforce)[j]
    heat *= 1 - columns(s.survivability)[i]
    heat *= columns(s.warheads)[i] > 0
    columns(d.preempt)[forth] = heat
    shield = columns(d.delivery)[forth] + _backing(world, layout)[i]
    shield *= world.parameters.emboldenment
    columns(d.shield)[forth] = shield


def _backing(world: World, layout: _Layout) -> Floats:
    """Return the pledges each state may count on even where it began it, ``(S, R)``.

    With a deterrent of one's own (the stability-instability paradox) they shield low-level force: the less,
    the more the pledge excludes who began it (Benson 2011).
    """
    found = np.zeros((len(world.axes.states), world.rows), np.float32)
    if len(layout.client):
        treaties, k = world.treaties, layout.treaty
        pledges = columns(world.dyads.commitment)[layout.pledge]
        pledges *= columns(treaties.in_force)[k]
        pledges *= 1 - columns(treaties.conditional)[k]
        found[layout.clients] = joined(np.add, pledges, layout.first_client)
    return found


def _licence(world: World, layout: _Layout) -> Floats:
    """Return how far the doctrine of i lets it use nuclear weapons first against j, ``(N, R)``.

    Gates are the conditions of a public doctrine (the DPRK law of 2022, Article 6; Russia's of 2020); a gate
    is a permission, never a decision.
    """
    d, s, i, j = world.dyads, world.states, layout.i, layout.j
    nuked, struck = columns(d.nuked), columns(d.struck)[layout.back]
    attacked = nuked[layout.back]
    if len(layout.allied):
        on_allies = joined(np.maximum, nuked[layout.allied], layout.first_allied)
        attacked[layout.pairs_allied] = np.maximum(attacked[layout.pairs_allied], on_allies)
    np.maximum(attacked, np.float32(0.6) * (columns(s.posture)[j] >= 3), out=attacked)
    gates = columns(s.gate_attack)[i] * attacked
    np.maximum(gates, (columns(s.gate_command) * columns(s.command_struck))[i] * struck, out=gates)
    np.maximum(gates, columns(s.gate_assets)[i] * struck, out=gates)
    in_war = columns(s.gate_war) * _losing(world, layout)
    np.maximum(in_war, columns(s.gate_peril) * columns(s.peril), out=in_war)
    np.maximum(gates, in_war[i] * columns(d.at_war)[layout.forth], out=gates)
    return np.asarray(gates * (columns(s.warheads)[i] > 0), np.float32)


def _losing(world: World, layout: _Layout) -> Floats:
    """Return how badly the worst of each state's wars goes, 0 to 1, ``(S, R)``: enemies, ground lost."""
    found = columns(world.states.peril).copy()
    if len(layout.war):
        field, w = world.wars, layout.war
        lost = columns(field.front)[w] / 10
        lost += columns(field.front_rate)[w] / 20
        lost *= -layout.side
        np.clip(lost, 0, 1, out=lost)
        lost *= (columns(field.open) * (1 - columns(field.ceased)))[w]
        worst = joined(np.maximum, lost, layout.first_fighting)
        found[layout.fighting] = np.maximum(found[layout.fighting], worst)
    return found


def _compare(world: World, layout: _Layout) -> None:
    """Compare local power: the actor alone against the target and who is believed to help it."""
    d, s = world.dyads, world.states
    arms = columns(s.military * (np.float32(0.5) + s.readiness) * (1 + np.float32(0.15) * s.experience))
    reach = columns(d.reach)
    mine, theirs = arms[layout.i] * reach[layout.forth], arms[layout.j] * reach[layout.back]
    if len(layout.helper):
        help_ = columns(d.commitment)[layout.helped] * reach[layout.against]
        help_ += columns(d.forward)[layout.helped]
        help_ *= arms[layout.helper]
        theirs[layout.pairs_helped] += joined(np.add, help_, layout.first_helper)
    theirs += mine
    columns(d.superiority)[layout.forth] = mine / np.maximum(theirs, np.float32(1e-6))


def aftermath(world: World, moment: Moment) -> None:
    """Remember who struck whom, who began it, and who is reckless; let older memories fade."""
    d, states = world.dyads, world.states
    for array, weeks in (
        (d.struck, STRUCK),
        (states.command_struck, COMMAND),
        (states.recklessness, RECKLESS),
        (states.restrained, HELD),
    ):
        if array.any():
            np.multiply(array, np.float32(2 ** (-moment.weeks / weeks)), out=array)
    d.began *= np.where(d.at_war > 0, 1, np.float32(2 ** (-moment.weeks / BEGAN)))
    signalled = states.posture.any()
    if signalled:
        states.posture *= np.float32(2 ** (-moment.weeks / SIGNAL))
    for deeds in moment.deeds:
        n = np.flatnonzero((deeds.rung >= LIMITED_FORCE) & (deeds.mid >= 4) & (deeds.against >= 0))
        if not len(n):
            continue
        rows, i, j, rung = deeds.row[n], deeds.actor[n], deeds.against[n], deeds.rung[n]
        first = d.struck[rows, j, i] < 0.05  # nothing to answer
        decided = deeds.choice[n] >= 0
        share = np.where(decided[first], 1.0, 0.5).astype(np.float32)
        np.maximum.at(d.began, (rows[first], i[first], j[first]), share)
        lethal = np.where(deeds.deaths[n] >= 1, 0.6, 0.3)
        grave = np.where(rung >= MAJOR_ATTACK, 1.0, lethal).astype(np.float32)
        np.maximum.at(d.struck, (rows, i, j), grave)
        own = first & decided
        reckless = states.recklessness
        reckless[rows[own], i[own]] += np.float32(0.3) * (1 - reckless[rows[own], i[own]])
        nuclear = rung >= LIMITED_NUCLEAR
        d.nuked[rows[nuclear], i[nuclear], j[nuclear]] = 1


def _layout(structure: Structure) -> _Layout:
    """Return the layout of a structure, made once."""
    sides = tuple((war.sides, n) for n, war in enumerate(structure.wars))
    parties = tuple(treaty.parties for treaty in structure.treaties)
    relations = structure.relations
    return _laid_out(len(structure.axes.states), relations["rivals"], relations["allies"], parties, sides)


@cache
def _laid_out(
    states: int,
    rivals: frozenset[Pair],
    allies: frozenset[Pair],
    parties: tuple[Pair, ...],
    wars: tuple[tuple[tuple[tuple[int, ...], tuple[int, ...]], int], ...],
) -> _Layout:
    pairs = sorted(rivals)
    helpers = [
        (n, k, i, j) for n, (i, j) in enumerate(pairs) for k, of in sorted(allies) if of == j and k != i
    ]
    allied = [
        (n, j + k * states)
        for n, (i, j) in enumerate(pairs)
        for k, of in sorted(allies)
        if of == i and k != j
    ]
    treaties = sorted(
        (client, other + client * states, k)
        for k, (a, b) in enumerate(parties)
        for client, other in ((a, b), (b, a))
    )
    fights = sorted(
        (i, w, sign) for sides, w in wars for side, sign in zip(sides, (1, -1), strict=True) for i in side
    )
    i, j = (np.array([pair[n] for pair in pairs], np.int64) for n in (0, 1))
    clients, first_client = np.unique(_numbers(treaties, 0), return_index=True)
    helped, first_helper = np.unique(_numbers(helpers, 0), return_index=True)
    of_ally, first_allied = np.unique(_numbers(allied, 0), return_index=True)
    fighting, first_fighting = np.unique(_numbers(fights, 0), return_index=True)
    return _Layout(
        i=i,
        j=j,
        forth=i + j * states,
        back=j + i * states,
        helper=_numbers(helpers, 1),
        helped=_numbers(helpers, 1) + _numbers(helpers, 3) * states,
        against=_numbers(helpers, 1) + _numbers(helpers, 2) * states,
        pairs_helped=helped,
        first_helper=first_helper,
        allied=_numbers(allied, 1),
        pairs_allied=of_ally,
        first_allied=first_allied,
        client=_numbers(treaties, 0),
        pledge=_numbers(treaties, 1),
        treaty=_numbers(treaties, 2),
        clients=clients,
        first_client=first_client,
        belligerent=_numbers(fights, 0),
        side=_numbers(fights, 2).astype(np.float32)[:, None],
        war=_numbers(fights, 1),
        fighting=fighting,
        first_fighting=first_fighting,
    )


def _numbers(entries: Sequence[tuple[int, ...]], n: int) -> Indices:
    return np.array([entry[n] for entry in entries], np.int64)
