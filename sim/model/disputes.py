"""Militarised disputes as a reader of the Correlates of War would code them.

A dispute on an undirected dyad opens with the first deed or incident of `mid` 2 or more after 26 quiet weeks,
closes after 26 quiet weeks and has the highest `mid` as its level.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.arrays import spread
from sim.world.deeds import Deeds
from sim.world.moment import Moment
from sim.world.structure import Structure

QUIET_DAYS = 26 * 7.0

Column = NDArray[np.int32]


class Disputes:
    """Open disputes of a block, and those that closed."""

    def __init__(self, structure: Structure, rows: int, at_war: NDArray[np.float32] | None = None) -> None:
        """Begin without disputes; pairs *at_war* at the start are at more than one."""
        self.structure = structure
        states = len(structure.axes.states)
        self.first, self.second = np.triu_indices(states, 1)
        self.number = np.zeros((states, states), np.int32)  # of the undirected pair
        self.number[self.first, self.second] = self.number[self.second, self.first] = np.arange(
            len(self.first)
        )
        shape = (len(self.first), rows)
        self.start = np.full(shape, -1, np.int32)
        self.last = np.full(shape, -1, np.int32)
        self.level = np.zeros(shape, np.int32)
        self.onset_by = np.zeros(shape, np.int32)
        self.joiners = np.zeros(shape, np.int32)  # bit mask of states
        self.waiting = np.zeros(
            shape, np.int32
        )  # those that acted since its last deed: joiners if it goes on
        self.fighting = (
            np.zeros((rows, states, states), np.float32) if at_war is None else at_war.copy(order="F")
        )
        self.closed: list[NDArray[np.int32]] = []
        theatre = _theatre_pairs(structure)
        near = [[int(self.number[a, b]) for a, b in theatre if i in (a, b)] for i in range(states)]
        self.near = np.array([n for pairs in near for n in pairs], np.int64)  # theatre pairs by party
        self.near_first = np.concatenate([[0], np.cumsum([len(pairs) for pairs in near])]).astype(np.int64)

    def note(self, moment: Moment, deeds: Deeds, at_war: NDArray[np.float32]) -> None:
        """Take one turn's deeds in; pairs in an open war are at more than a dispute."""
        self._close(moment.turn, int(np.ceil(QUIET_DAYS / moment.days)))
        fighting, self.fighting = self.fighting, at_war.copy(order="F")  # an invasion opens a war
        real = deeds.where((deeds.mid >= 2) & (deeds.against >= 0))
        if not len(real):
            return
        peace = fighting[real.row, real.actor, real.against] == 0
        if not peace.all():
            real = real.where(peace)
        pair = self.number[real.actor, real.against]
        order = np.argsort(-real.time, kind="stable")  # the earliest is written last and stays
        begins = (pair[order], real.row[order])
        fresh = self.start[begins] < 0
        begins = (begins[0][fresh], begins[1][fresh])
        self.start[begins] = moment.turn
        self.onset_by[begins] = real.actor[order][fresh]
        self.joiners[begins] = 0
        self.waiting[begins] = 0
        self.level[begins] = 0
        where = pair * np.int64(self.level.shape[1]) + real.row
        np.maximum.at(self.level.reshape(-1), where, real.mid)
        self.last.reshape(-1)[where] = moment.turn
        self._join(real)
        self.joiners.reshape(-1)[where] |= self.waiting.reshape(-1)[where]

    def _join(self, deeds: Deeds) -> None:
        """Note third states that act in the theatre of an open dispute against a party to it.

        They join if the dispute goes on: an act after its last deed is not part of it. Nor is one of a
        dispute of their own that began no later: an act belongs to one dispute.
        """
        entry, index = spread(self.near_first, deeds.against)
        pair, third = self.near.take(index), deeds.actor.take(entry)
        outside = np.flatnonzero((self.first.take(pair) != third) & (self.second.take(pair) != third))
        entry, pair, third = entry.take(outside), pair.take(outside), third.take(outside)
        against, row = deeds.against.take(entry), deeds.row.take(entry)
        where = pair * self.start.shape[1] + row
        began = self.start.take(where)
        own = self.start.take(self.number[third, against] * self.start.shape[1] + row)
        on = np.flatnonzero((began >= 0) & (own > began))
        bits = np.left_shift(np.int32(1), third[on])
        np.bitwise_or.at(self.waiting.reshape(-1), where[on], bits)

    def _close(self, turn: int, quiet_turns: int) -> None:
        over = self.last < turn - quiet_turns
        over &= self.start >= 0
        flat = np.flatnonzero(over)
        if len(flat):
            pair = flat // over.shape[1]
            row = flat - pair * over.shape[1]
            self._archive(pair, row)
            self.start[pair, row] = -1

    def _archive(self, pair: NDArray[np.int64], row: NDArray[np.int64]) -> None:
        if len(row):
            fields = (row, self.first[pair], self.second[pair], self.start[pair, row], self.last[pair, row])
            rest = (self.level[pair, row], self.onset_by[pair, row], self.joiners[pair, row])
            self.closed.append(np.stack([np.asarray(x, np.int32) for x in (*fields, *rest)]))

    def finish(self) -> NDArray[np.int32]:
        """Return all disputes, ``(8, N)``: row, first, second, start, end, level, onset_by, joiners."""
        self._archive(*np.nonzero(self.start >= 0))
        table = np.concatenate(self.closed, axis=1) if self.closed else np.zeros((8, 0), np.int32)
        return table[:, np.lexsort((table[3], table[2], table[1], table[0]))]


def _theatre_pairs(structure: Structure) -> tuple[tuple[int, int], ...]:
    pairs = {(min(a, b), max(a, b)) for _, dyads in structure.theatres for a, b in dyads}
    return tuple(sorted(pairs))
