"""What a state remembers of its own deeds: cooldowns and habituation, per actor, action and target."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.world.parameters import Parameters


class Memory:
    """Cooldown and habit of every subject, ``(K, R)``; brought up to date only where something rings."""

    def __init__(self, subjects: int, rows: int) -> None:
        self.ready: Floats = np.full((subjects, rows), -1, np.float32)  # day from which it may be done again
        self.habit: Floats = np.zeros((subjects, rows), np.float32)  # nats, as of `since`
        self.since: Floats = np.zeros((subjects, rows), np.float32)  # day

    def habits(self, subject: NDArray[np.int32], row: NDArray[np.int32], day: float, p: Parameters) -> Floats:
        """Return the habituation of each (subject, row) on *day*, in nats."""
        weeks = (np.float32(day) - self.since[subject, row]) / 7
        return self.habit[subject, row] * np.exp2(-weeks / p.habituation_half_life[row])

    def rests(self, subject: NDArray[np.int32], row: NDArray[np.int32], day: Floats) -> NDArray[np.bool_]:
        """Return where a cooldown still runs on *day*."""
        return np.asarray(self.ready[subject, row] > day, bool)

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
        weeks = (day - self.since[subject, row]) / 7
        left = self.habit[subject, row] * np.exp2(-weeks / p.habituation_half_life[row])
        self.habit[subject, row] = left + wear
        self.since[subject, row] = day
        self.ready[subject, row] = day + cooldown
