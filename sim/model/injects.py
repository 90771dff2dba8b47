"""Outside events: at a date, with a rate a year, or with a chance within a window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.actions.effects import Effects
from sim.arrays import Floats, Rows
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
        self.story = np.zeros((len(injects), rows), np.int16)  # which of its stories came last
        self.names = Names("inject", [inject.name for inject in injects])

    def take(self, rows: Rows) -> Injects:
        """Select, repeat or reorder replicates."""
        taken = Injects(self.injects, self.effects, 0)
        taken.turn, taken.story = self.turn[:, rows], self.story[:, rows]
        return taken

    def happen(self, world: World, moment: Moment) -> None:
        """Let events come and take effect: where several do, one after the other."""
        drawn = moment.uniforms(self.names)
        rows, causes = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        self.now = np.zeros(self.turn.shape, bool)
        for n, inject in enumerate(self.injects):
            here = self._comes(n, inject, moment, drawn[n])
            if not len(here):
                continue
            self.now[n, here] = True
            fresh = here[self.turn[n, here] < 0]
            self.turn[n, fresh] = moment.turn
            cause = np.array([story[2] for story in inject.stories], np.int64)
            story = self._story(inject, moment)[here] if len(cause) > 1 else np.zeros(len(here), np.int64)
            self.story[n, here] = story
            rows.append(here)
            causes.append(cause[story])
        row, cause = np.concatenate(rows), np.concatenate(causes)
        while len(row):
            _, first = np.unique(row, return_index=True)
            self.effects.apply(world, moment, cause[first], row[first])
            row, cause = np.delete(row, first), np.delete(cause, first)

    def _comes(self, n: int, inject: Inject, moment: Moment, u: Floats) -> NDArray[np.int64]:
        """Return the replicates in which an event comes this turn."""
        inside = min(moment.day + moment.days, inject.last_day) - max(moment.day, inject.first_day)
        if inject.per_day == np.inf:
            now = moment.day <= inject.first_day < moment.day + moment.days
            return np.arange(len(u) if now else 0)
        if inside <= 0:
            return np.arange(0)
        here = np.flatnonzero(u < -np.expm1(-inject.per_day * inside))
        return here[self.turn[n, here] < 0] if inject.once else here

    def _story(self, inject: Inject, moment: Moment) -> NDArray[np.int32]:
        weights = np.cumsum([w for _, w, _ in inject.stories])
        u = uniform(moment.words, "inject-story", inject.name)
        return np.searchsorted(weights / weights[-1], u).astype(np.int32)
