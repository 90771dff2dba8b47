"""Deeds and incidents of a turn as a flat table, and the marks they leave on a dyad."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.world.ladder import MOBILISATION, SHOW_OF_FORCE

if TYPE_CHECKING:
    from sim.world.world import World

Column = NDArray[np.int32]
Indices = NDArray[Any]

#: Believed commitment from which an ally takes up an answer.
HELPS = 0.2


@dataclass(slots=True)
class Deeds:
    """What was done in one turn, one entry per deed, ordered by replicate, desk and time."""

    row: Column  # replicate within the block
    choice: Column  # index into the catalogue, -1 for an incident
    actor: Column
    target: Column  # -1: nobody
    against: Column  # whom it is aimed at, -1: nobody
    rung: Column
    mid: Column
    answer_rung: NDArray[np.float32]  # rung of the answer it asks for, and as which it answers
    time: NDArray[np.float32]  # share of the turn gone
    deaths: Column  # -1 none drawn, 0 none, 1: 1-19, 2: 20-999, 3: 1,000 and more
    seen: Column  # bit j: state j saw it
    wrong: NDArray[np.bool_]  # would not have been done on true beliefs

    def __len__(self) -> int:
        return len(self.row)

    def where(self, mask: NDArray[np.bool_]) -> Deeds:
        """Return the entries where *mask* holds."""
        kept = np.flatnonzero(mask)
        return Deeds(*(getattr(self, name).take(kept) for name in FIELDS))

    def seen_by(self, state: Column | int) -> NDArray[np.bool_]:
        """Return where *state* saw the deed."""
        return ((self.seen >> state) & 1).astype(bool)


#: Names of the columns, in the order of the table.
FIELDS = tuple(field.name for field in dataclasses.fields(Deeds))


def flat_pairs(rows: int, states: int, r: Indices, i: Indices, j: Indices) -> Indices:
    """Return where the pair (i, j) of replicate r stands in a flat array over dyads, ``(N,)``."""
    return np.asarray((i + j * np.int64(states)) * np.int64(rows) + r, np.int64)


def mark(world: World, deeds: Deeds) -> None:
    """Leave what deeds leave: answers owed and settled, standing rungs, forces that stay out, no quiet.

    An answer is owed for ``A = clip(.13 h - .13, .05, 1)``, h the deed's answer rung, where A is larger than
    what stands; a deed at ``q - 1`` or above settles what its actor owes (times .1),
    a lesser one partly (times .6).
    """
    shape, r, i, j = (world.rows, len(world.axes.states)), deeds.row, deeds.actor, deeds.against
    forth, back = flat_pairs(*shape, r, i, j), flat_pairs(*shape, r, j, i)
    aimed = j >= 0
    asks = aimed & (deeds.answer_rung >= 1)
    _settle(world, deeds, np.flatnonzero(asks), forth, back)
    _owe(world, deeds, np.flatnonzero(asks & deeds.seen_by(np.maximum(j, 0))), back)
    _lift(world, deeds, np.flatnonzero(aimed & (deeds.rung >= 1)), forth, back)
    _face(world, deeds, np.flatnonzero(aimed & (deeds.mid >= 2)), forth, back)


def _flat(array: Floats) -> Floats:
    """View an array over dyads as `flat_pairs` counts."""
    return array.reshape(-1, order="F")


def _settle(world: World, deeds: Deeds, n: Indices, forth: Indices, back: Indices) -> None:
    """Settle what the actors of deeds *n* owed; the other side learns that they answer, seen or not."""
    debts = _flat(world.dyads.answer_owed)
    owed = debts.take(forth.take(n))
    some = np.flatnonzero(owed > 0.05)
    n, owed = n[some], owed[some]
    mine = forth[n]
    full = deeds.answer_rung[n] >= _flat(world.dyads.answer_rung)[mine] - 1
    debts[mine] = owed * np.where(full, np.float32(0.1), np.float32(0.6))
    n = n[full]
    resolve, watched = _flat(world.dyads.believed_resolve), back[n]
    believed = resolve[watched]
    resolve[watched] = believed + world.parameters.belief_settled[deeds.row[n]] * (1 - believed)


def _owe(world: World, deeds: Deeds, n: Indices, back: Indices) -> None:
    """Set the answer owed by those deeds *n* were aimed at, and by their allies for force."""
    order = np.argsort((deeds.answer_rung[n] * 2).astype(np.int8), kind="stable")
    n = n[order]  # the gravest is written last and stays
    h = deeds.answer_rung[n]
    size = np.float32(0.13) * h - np.float32(0.13)
    size = np.minimum(np.maximum(size, np.float32(0.05)), np.float32(1))
    _raise_answer(world, back[n], size, h)
    grave = np.flatnonzero(h >= MOBILISATION)
    if not len(grave):
        return
    n, size, h = n[grave], size[grave], h[grave]
    r, i, j = deeds.row[n], deeds.actor[n], deeds.against[n]
    commitment = world.dyads.commitment[r, :, j]  # (N, S), of each state to the one struck
    entry, k = np.nonzero(commitment > HELPS)  # in the order of the deeds
    third = np.flatnonzero((k != i[entry]) & (k != j[entry]))
    entry, k = entry[third], k[third]
    share = commitment[entry, k] * world.parameters.ally_share[r[entry]] * size[entry]
    theirs = flat_pairs(world.rows, len(world.axes.states), r[entry], k, i[entry])
    _raise_answer(world, theirs, share, h[entry])


def _raise_answer(world: World, pair: Indices, size: Floats, h: Floats) -> None:
    owed = _flat(world.dyads.answer_owed)
    larger = np.flatnonzero(size > owed[pair])
    larger = larger[np.argsort(size[larger], kind="stable")]  # the largest is written last and stays
    pair = pair[larger]
    owed[pair] = size[larger]
    _flat(world.dyads.answer_rung)[pair] = h[larger]


def _face(world: World, deeds: Deeds, n: Indices, forth: Indices, back: Indices) -> None:
    """Begin the stand-off of deeds *n* anew: forces that met stay out, and both sides show them again."""
    pull = _flat(world.dyads.standoff)
    pull[forth[n]] = pull[back[n]] = world.parameters.standoff.take(deeds.row.take(n))


def _lift(world: World, deeds: Deeds, n: Indices, forth: Indices, back: Indices) -> None:
    """Lift the standing rung of each dyad by at most `lift` above where the dyad stands.

    Nobody makes ready for war by accident: an incident without dead does not lift it to mobilisation.
    """
    n = n[np.argsort(deeds.rung[n].astype(np.int8), kind="stable")]
    pair, rung, stands = forth[n], deeds.rung[n].astype(np.float32), _flat(world.dyads.rung)
    mine = stands.take(pair)
    most = np.maximum(mine, stands.take(back.take(n))) + world.parameters.lift.take(deeds.row.take(n))
    slight = (deeds.choice.take(n) < 0) & (deeds.deaths.take(n) <= 0)
    most[slight] = np.minimum(most[slight], np.float32(MOBILISATION - 1))
    stands[pair] = np.maximum(mine, np.minimum(rung, most))
    _flat(world.dyads.quiet_days)[pair[rung >= SHOW_OF_FORCE]] = 0
