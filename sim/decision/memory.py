"""What a state remembers of its own deeds: cooldowns and habituation, per actor, action and target."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats, Rows
from sim.world.parameters import Parameters

HABIT, SINCE, READY = range(3)


class Memory:
    """Habit (nats, as of a day), that day, and the day a cooldown ends, of every subject and replicate.

    The three lie side by side, since they are always read together, a few thousand scattered entries a turn;
    a habit is brought up to date only where its choice rings.
    """

    def __init__(self, subjects: int, rows: int) -> None:
        self.rows = rows
        self.table: Floats = np.zeros((subjects * rows, 4), np.float32)
        self.table[:, READY] = -1

    def take(self, rows: Rows) -> Memory:
        """Select, repeat or reorder replicates."""
        taken = Memory(0, len(rows))
        taken.table = self.table.reshape(-1, self.rows, 4)[:, rows].reshape(-1, 4)
        return taken

    def recall(
        self, subject: NDArray[np.int32], row: NDArray[np.int32], day: float, p: Parameters
    ) -> tuple[Floats, Floats]:
        """Return the habituation of each (subject, row) on *day*, in nats, and when its cooldown ends."""
        kept = self.table.take(subject * np.int64(self.rows) + row, axis=0)
        weeks = (np.float32(day) - kept[:, SINCE]) / 7
        return kept[:, HABIT] * np.exp2(-weeks / p.habituation_half_life.take(row)), kept[:, READY]

    def note(
        self,
        subject: NDArray[np.int32],
        row: NDArray[np.int32],
        day: Floats,
        cooldown: Floats,
        wear: Floats,
        p: Parameters,
    ) -> None:
        """Remember deeds done on *day*: each adds *wear* nats to its habit and starts its cooldown."""
        where = subject * np.int64(self.rows) + row
        kept = self.table.take(where, axis=0)
        weeks = (day - kept[:, SINCE]) / 7
        kept[:, HABIT] = kept[:, HABIT] * np.exp2(-weeks / p.habituation_half_life[row]) + wear
        kept[:, SINCE] = day
        kept[:, READY] = day + cooldown
        self.table[where] = kept
