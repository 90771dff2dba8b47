"""Outside events: at a date, with a rate a year, or with a chance within a window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.actions.effects import Effects
from sim.arrays import Bools, Floats, Rows
from sim.streams import Names, uniform
from sim.world.moment import Moment
from sim.world.world import World


@dataclass(frozen=True, slots=True)
class Inject:
    """One event: when it may come, and which of its causes it is."""

    name: str
    first_day: float
    last_day: float  # exclusive; inf: to the end
    per_day: float  # hazard within the window; inf: certain on the first day
    once: bool
    stories: tuple[tuple[str, float, int], ...]  # (name, weight, cause in the compiled effects)


class Injects:
    """The events of one run."""

    def __init__(self, injects: tuple[Inject, ...], effects: Effects, rows: int) -> None:
        self.injects, self.effects = injects, effects
        self.turn = np.full((len(injects), rows), -1, np.int16)  # turn it first came
        self.now = np.zeros((len(injects), rows), bool)  # what comes in this turn
        self.names = Names("inject", [inject.name for inject in injects])

    def take(self, rows: Rows) -> Injects:
        """Select, repeat or reorder replicates."""
        taken = Injects(self.injects, self.effects, 0)
        taken.turn = self.turn[:, rows]
        return taken

    def happen(self, world: World, moment: Moment) -> None:
        """Let events come and take effect."""
        drawn = moment.uniforms(self.names)
        self.now[...] = False
        for n, inject in enumerate(self.injects):
            comes = self._comes(n, inject, moment, drawn[n])
            if not comes.any():
                continue
            self.now[n] = comes
            self.turn[n, comes & (self.turn[n] < 0)] = moment.turn
            rows = np.flatnonzero(comes)
            if len(inject.stories) == 1:
                cause = inject.stories[0][2]
                self.effects.apply(world, moment, np.full(len(rows), cause), rows)
                continue
            story = self._story(inject, moment)[rows]
            for s, (_, _, cause) in enumerate(inject.stories):
                picked = rows[story == s]
                if len(picked):
                    self.effects.apply(world, moment, np.full(len(picked), cause), picked)

    def _comes(self, n: int, inject: Inject, moment: Moment, u: Floats) -> Bools:
        rows = self.turn.shape[1]
        inside = min(moment.day + moment.days, inject.last_day) - max(moment.day, inject.first_day)
        if inject.per_day == np.inf:
            now = moment.day <= inject.first_day < moment.day + moment.days
            return np.full(rows, now)
        if inside <= 0:
            return np.zeros(rows, bool)
        comes = u < -np.expm1(-inject.per_day * inside)
        return np.asarray(comes & (self.turn[n] < 0) if inject.once else comes, bool)

    def _story(self, inject: Inject, moment: Moment) -> NDArray[np.int32]:
        weights = np.cumsum([w for _, w, _ in inject.stories])
        u = uniform(moment.words, "inject-story", inject.name)
        return np.searchsorted(weights / weights[-1], u).astype(np.int32)
