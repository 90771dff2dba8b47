"""One turn: when it is, how long it lasts, its luck and what was done in it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats, Keys
from sim.streams import Names, normals, uniforms
from sim.world.deeds import Deeds

DAYS_A_YEAR = 365.25


def mean_left(half_life_weeks: Floats, days: float) -> Floats:
    """Return the mean over a turn of *days* of what halves in *half_life_weeks*, against its start."""
    rate = np.float32(np.log(2) * days / 7) / half_life_weeks
    return np.asarray(-np.expm1(-rate) / rate, np.float32)


#: What came about (fielded, failed, accepted, broken, honoured, declined), of which entity, in which rows.
Event = tuple[str, int, NDArray[np.int64]]


@dataclass(slots=True)
class Moment:
    """The turn being played."""

    turn: int
    days: float  # length of the turn
    words: Keys  # (R,), the turn's word of each replicate
    deeds: list[Deeds] = field(default_factory=list)  # what was done so far, in the order it took effect
    events: list[Event] = field(default_factory=list)  # what came about, whose consequences follow

    @property
    def day(self) -> float:
        """Days since the start at which the turn begins."""
        return self.turn * self.days

    @property
    def weeks(self) -> float:
        """Length of the turn in weeks."""
        return self.days / 7

    @property
    def years(self) -> float:
        """Length of the turn in years."""
        return self.days / DAYS_A_YEAR

    def uniforms(self, names: Names) -> Floats:
        """Return ``(N, R)`` uniforms, one per name."""
        return uniforms(self.words, names)

    def normals(self, names: Names) -> Floats:
        """Return ``(N, R)`` standard normals, one per name."""
        return normals(self.words, names)

    def chance(self, weekly: Floats | float) -> Floats:
        """Return the chance within the turn of what has *weekly* chance a week."""
        return np.asarray(
            1 - np.power(1 - np.asarray(weekly, np.float32), np.float32(self.weeks)), np.float32
        )

    def hazard(self, yearly: Floats) -> Floats:
        """Return the chance within the turn of what comes *yearly* times a year."""
        return np.asarray(-np.expm1(-yearly * np.float32(self.years)), np.float32)

    def decay(self, half_life_weeks: Floats | float) -> Floats:
        """Return the factor left after the turn of what halves in *half_life_weeks*."""
        return np.asarray(
            np.exp2(np.float32(-self.weeks) / np.asarray(half_life_weeks, np.float32)), np.float32
        )

    def approach(self, half_life_weeks: Floats | float) -> Floats:
        """Return the share of a gap closed in the turn where half of it closes in *half_life_weeks*."""
        return 1 - self.decay(half_life_weeks)
