"""Militarised disputes as a reader of the Correlates of War would code them.

A dispute on an undirected dyad opens with the first deed or incident of `mid` 2 or more after 26 quiet weeks,
closes after 26 quiet weeks and has the highest `mid` as its level.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.world.deeds import Deeds
from sim.world.moment import Moment
from sim.world.structure import Structure

QUIET_DAYS = 26 * 7.0

Column = NDArray[np.int32]


class Disputes:
    """Open disputes of a block, and those that closed."""

    def __init__(self, structure: Structure, rows: int) -> None:
        self.structure = structure
        states = len(structure.axes.states)
        shape = (states, states, rows)  # first index below the second
        self.start = np.full(shape, -1, np.int32)
        self.last = np.full(shape, -1, np.int32)
        self.level = np.zeros(shape, np.int32)
        self.onset_by = np.zeros(shape, np.int32)
        self.joiners = np.zeros(shape, np.int32)  # bit mask of states
        self.closed: list[NDArray[np.int32]] = []
        self.theatre = _theatre_pairs(structure)

    def note(self, moment: Moment, deeds: Deeds, at_war: NDArray[np.float32]) -> None:
        """Take one turn's deeds in; pairs in an open war are at more than a dispute."""
        self._close(moment.turn, int(np.ceil(QUIET_DAYS / moment.days)))
        real = deeds.where((deeds.mid >= 2) & (deeds.against >= 0))
        if not len(real):
            return
        real = real.where(at_war[real.row, real.actor, real.against] == 0)
        a, b = np.minimum(real.actor, real.against), np.maximum(real.actor, real.against)
        order = np.argsort(-real.time, kind="stable")  # the earliest is written last and stays
        where = (a[order], b[order], real.row[order])
        fresh = self.start[where] < 0
        begins = tuple(x[fresh] for x in where)
        self.start[begins] = moment.turn
        self.onset_by[begins] = real.actor[order][fresh]
        self.joiners[begins] = 0
        self.level[begins] = 0
        np.maximum.at(self.level, (a, b, real.row), real.mid)
        self.last[a, b, real.row] = moment.turn
        self._join(real)

    def _join(self, deeds: Deeds) -> None:
        """Note third states that act in the theatre of an open dispute against a party to it."""
        for a, b in self.theatre:
            for party in (a, b):
                third = deeds.where((deeds.against == party) & (deeds.actor != a) & (deeds.actor != b))
                if len(third):
                    on = self.start[a, b, third.row] >= 0
                    np.bitwise_or.at(
                        self.joiners, (a, b, third.row[on]), (np.int32(1) << third.actor[on]).astype(np.int32)
                    )

    def _close(self, turn: int, quiet_turns: int) -> None:
        a, b, row = np.nonzero((self.start >= 0) & (turn - self.last > quiet_turns))
        self._archive(a, b, row)
        self.start[a, b, row] = -1

    def _archive(self, a: NDArray[np.int64], b: NDArray[np.int64], row: NDArray[np.int64]) -> None:
        if len(row):
            fields = (row, a, b, self.start[a, b, row], self.last[a, b, row])
            rest = (self.level[a, b, row], self.onset_by[a, b, row], self.joiners[a, b, row])
            self.closed.append(np.stack([np.asarray(x, np.int32) for x in (*fields, *rest)]))

    def finish(self) -> NDArray[np.int32]:
        """Return all disputes, ``(8, N)``: row, first, second, start, end, level, onset_by, joiners."""
        self._archive(*np.nonzero(self.start >= 0))
        table = np.concatenate(self.closed, axis=1) if self.closed else np.zeros((8, 0), np.int32)
        return table[:, np.lexsort((table[3], table[2], table[1], table[0]))]


def _theatre_pairs(structure: Structure) -> tuple[tuple[int, int], ...]:
    pairs = {(min(a, b), max(a, b)) for _, dyads in structure.theatres for a, b in dyads}
    return tuple(sorted(pairs))
