"""Deeds and incidents of a turn as a flat table, and the marks they leave on a dyad."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.world.ladder import MOBILISATION, SHOW_OF_FORCE

if TYPE_CHECKING:
    from sim.world.world import World

Column = NDArray[np.int32]

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
        return Deeds(**{f.name: getattr(self, f.name)[mask] for f in dataclasses.fields(self)})

    def seen_by(self, state: Column | int) -> NDArray[np.bool_]:
        """Return where *state* saw the deed."""
        return ((self.seen >> state) & 1).astype(bool)


def mark(world: World, deeds: Deeds) -> None:
    """Leave what deeds leave: answers owed and settled, standing rungs, the end of quiet.

    An answer is owed for ``A = clip(.13 h - .13, .05, 1)`` where the deed's answer rung h is larger than
    what stands; a deed at ``q - 1`` or above settles what its actor owes (times .1),
    a lesser one partly (times .6).
    """
    asks = (deeds.against >= 0) & (deeds.answer_rung >= 1)
    _settle(world, deeds, np.flatnonzero(asks))
    _owe(world, deeds, np.flatnonzero(asks & deeds.seen_by(np.maximum(deeds.against, 0))))
    _lift(world, deeds, np.flatnonzero((deeds.against >= 0) & (deeds.rung >= 1)))


def _settle(world: World, deeds: Deeds, n: NDArray[np.intp]) -> None:
    """Settle what the actors of deeds *n* owed; victims learn that they answer."""
    r, i, j = deeds.row[n], deeds.actor[n], deeds.against[n]
    dyads, p = world.dyads, world.parameters
    owed = dyads.answer_owed[r, i, j]
    some = np.flatnonzero(owed > 0.05)
    if not len(some):
        return
    r, i, j, owed, n = r[some], i[some], j[some], owed[some], n[some]
    full = deeds.answer_rung[n] >= dyads.answer_rung[r, i, j] - 1
    dyads.answer_owed[r, i, j] = np.where(full, owed * 0.1, owed * 0.6)
    r, i, j = r[full], i[full], j[full]
    believed = dyads.believed_resolve[r, j, i]
    dyads.believed_resolve[r, j, i] = believed + p.belief_settled[r] * (1 - believed)


def _owe(world: World, deeds: Deeds, n: NDArray[np.intp]) -> None:
    """Set the answer owed by those deeds *n* were aimed at, and by their allies for force."""
    graver = n[
        np.argsort((deeds.answer_rung[n] * 2).astype(np.int8), kind="stable")
    ]  # the gravest is written last and stays
    r, i, j = deeds.row[graver], deeds.actor[graver], deeds.against[graver]
    h = deeds.answer_rung[graver]
    size = np.clip(np.float32(0.13) * h - np.float32(0.13), np.float32(0.05), 1)
    _raise_answer(world, r, j, i, size, h)
    grave = h >= MOBILISATION
    if not grave.any():
        return
    r, i, j, size, h = r[grave], i[grave], j[grave], size[grave], h[grave]
    commitment = world.dyads.commitment[r, :, j]  # (N, S), of each state to the one struck
    n, k = np.nonzero(commitment > HELPS)  # in the order of the deeds
    third = (k != i[n]) & (k != j[n])
    n, k = n[third], k[third]
    share = commitment[n, k] * world.parameters.ally_share[r[n]] * size[n]
    _raise_answer(world, r[n], k, i[n], share, h[n])


def _raise_answer(
    world: World, r: Column, by: Column, to: Column, size: NDArray[np.float32], h: NDArray[np.float32]
) -> None:
    larger = size > world.dyads.answer_owed[r, by, to]
    r, by, to = r[larger], by[larger], to[larger]
    world.dyads.answer_owed[r, by, to] = size[larger]
    world.dyads.answer_rung[r, by, to] = h[larger]


def _lift(world: World, deeds: Deeds, n: NDArray[np.intp]) -> None:
    """Lift the standing rung of each dyad by at most `lift` above where the dyad stands."""
    graver = n[np.argsort(deeds.rung[n].astype(np.int8), kind="stable")]
    r, i, j = deeds.row[graver], deeds.actor[graver], deeds.against[graver]
    rung = deeds.rung[graver].astype(np.float32)
    stand = np.maximum(world.dyads.rung[r, i, j], world.dyads.rung[r, j, i])
    world.dyads.rung[r, i, j] = np.maximum(
        world.dyads.rung[r, i, j], np.minimum(rung, stand + world.parameters.lift[r])
    )
    forceful = rung >= SHOW_OF_FORCE
    world.dyads.quiet_days[r[forceful], i[forceful], j[forceful]] = 0
