"""Named events watched for in every replicate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.actions.conditions import Clauses, holds
from sim.arrays import Bools, Ints
from sim.world.deeds import Deeds
from sim.world.ladder import NUCLEAR_ALERT, SHOW_OF_FORCE
from sim.world.moment import Moment
from sim.world.world import World

Pair = tuple[int, int]


def _nobody() -> NDArray[np.bool_]:
    return np.zeros(1, bool)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One event, compiled. Which fields matter depends on its kind."""

    name: str
    kind: str  # war, clash, reaches, does, quantity, first
    pairs: tuple[Pair, ...] = ()  # both orders
    rung: float = 0
    deaths: int = 0  # grade: 1: at least one, 2: 20, 3: 1,000
    choices: NDArray[np.bool_] = field(default_factory=_nobody)  # (C + 1,), for `does`
    at_least: int = 1
    when: Clauses = ()
    for_days: float = 0
    first: str = ""
    before: str = ""
    last_turn: int = 10**6  # events after it do not count


class Watch:
    """When each outcome first came, in every replicate."""

    def __init__(self, outcomes: Sequence[Outcome], rows: int, states: int) -> None:
        self.outcomes = tuple(outcomes)
        self.turns: Ints = np.full((len(self.outcomes), rows), -1, np.int16)
        self.turn: dict[str, Ints] = {o.name: turn for o, turn in zip(outcomes, self.turns, strict=True)}
        self.count = {o.name: np.zeros(rows, np.int32) for o in outcomes if o.kind == "does"}
        self.days = {o.name: np.zeros(rows, np.float32) for o in outcomes if o.kind == "quantity"}
        self.wanted = {o.name: _pair_mask(o.pairs, states) for o in outcomes if o.pairs}
        counted = [o.choices for o in outcomes if o.kind == "does"]
        self.counted = np.logical_or.reduce(counted) if counted else np.zeros(0, bool)
        self.watched = np.logical_or.reduce([*self.wanted.values(), np.zeros((states, states), bool)])

    def note(self, world: World, moment: Moment, deeds: Deeds) -> None:
        """Watch one turn."""
        acted = deeds.where(self.counted.take(deeds.choice)) if len(self.counted) else deeds
        between = self.watched[deeds.actor, deeds.against]
        grave = deeds.where(between & (deeds.rung >= SHOW_OF_FORCE) & (deeds.against >= 0))
        now = np.zeros(self.turns.shape, bool)
        for n, o in enumerate(self.outcomes):
            if moment.turn <= o.last_turn and o.kind != "first":
                now[n] = self._now(o, world, moment, acted if o.kind == "does" else grave)
        now &= self.turns < 0
        self.turns.reshape(-1)[np.flatnonzero(now)] = moment.turn

    def _now(self, o: Outcome, world: World, moment: Moment, deeds: Deeds) -> Bools:
        """Return where an outcome has come to be, ``(R,)``."""
        rows = world.rows
        match o.kind:
            case "war":
                i, j = o.pairs[0]
                return np.asarray(world.dyads.at_war[:, i, j] > 0, bool)
            case "clash":
                hit = self._between(o, deeds) & (deeds.mid >= 4) & (deeds.deaths >= o.deaths)
                return np.bincount(deeds.row[hit], minlength=rows) > 0
            case "reaches":
                hit = self._between(o, deeds) & (deeds.rung >= o.rung)
                if o.rung < NUCLEAR_ALERT:
                    hit &= deeds.rung < NUCLEAR_ALERT
                reached = np.bincount(deeds.row[hit], minlength=rows) > 0
                for i, j in o.pairs:
                    reached |= world.dyads.rung[:, i, j] >= o.rung
                return np.asarray(reached, bool)
            case "does":
                mine = np.flatnonzero(o.choices[deeds.choice])  # the last entry stands for incidents, -1
                if not len(mine):
                    return np.zeros(rows, bool)
                self.count[o.name] += np.bincount(deeds.row[mine], minlength=rows)
                return np.asarray(self.count[o.name] >= o.at_least, bool)
            case _:
                held = holds(o.when, world)
                days = self.days[o.name]
                days += np.float32(moment.days)
                days *= held
                held &= days >= o.for_days
                return held

    def _between(self, o: Outcome, deeds: Deeds) -> Bools:
        return np.asarray(self.wanted[o.name][deeds.actor, deeds.against], bool)

    def close(self) -> dict[str, Ints]:
        """Return the turn of every outcome, -1 where it never came; sequences last."""
        for o in self.outcomes:
            if o.kind == "first":
                first, before = self.turn[o.first], self.turn[o.before] if o.before else np.full(1, -1)
                came = (first >= 0) & ((before < 0) | (first < before)) & (first <= o.last_turn)
                self.turn[o.name] = np.where(came, first, -1).astype(np.int16)
        return self.turn


def _pair_mask(pairs: Sequence[Pair], states: int) -> NDArray[np.bool_]:
    mask = np.zeros((states, states), bool)
    for i, j in pairs:
        mask[i, j] = mask[j, i] = True
    return mask
