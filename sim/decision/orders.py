"""Decisions fixed from outside: scripted deeds, and doctrine rules that fire on what a state observes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.actions.conditions import Clauses, holds
from sim.arrays import Bools, Floats, Rows
from sim.streams import uniform
from sim.world.address import Address
from sim.world.moment import Moment
from sim.world.world import World


@dataclass(frozen=True, slots=True)
class Script:
    """A deed at a date, tried again until *patience* days have passed."""

    choice: int
    day: float
    patience: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A deed whenever an observed condition becomes true."""

    name: str
    choice: int
    when: Clauses
    firmness: float | Address  # chance that it is acted on, or where it stands
    every: float  # days after which it re-arms, inf: once the condition has been false
    patience: float
    label: str = ""


class Orders:
    """Scripts and rules of one run: what is pending in which replicate."""

    def __init__(self, scripts: Sequence[Script], rules: Sequence[Rule], rows: int) -> None:
        self.scripts, self.rules = tuple(scripts), tuple(rules)
        n = len(self.scripts) + len(self.rules)
        self.until: Floats = np.full(
            (n, rows), -1, np.float32
        )  # day until which it is tried, -1: not pending
        self.fired: Floats = np.full((len(self.rules), rows), -np.inf, np.float32)  # day it last fired
        self.blocked = np.zeros((n, rows), bool)

    def take(self, rows: Rows) -> Orders:
        """Select, repeat or reorder replicates."""
        taken = Orders(self.scripts, self.rules, 0)
        taken.until, taken.fired = self.until[:, rows], self.fired[:, rows]
        taken.blocked = self.blocked[:, rows]
        return taken

    def due(
        self, world: World, moment: Moment
    ) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
        """Return (order, choice, row) of every deed to be tried this turn."""
        for n, script in enumerate(self.scripts):
            if moment.day <= script.day < moment.day + moment.days:
                self.until[n] = script.day + script.patience
        for m, rule in enumerate(self.rules):
            self._arm(world, moment, len(self.scripts) + m, m, rule)
        lapsed = (self.until >= 0) & (self.until < moment.day)
        self.blocked |= lapsed
        self.until[lapsed] = -1
        order, row = np.nonzero(self.until >= 0)
        choices = np.array([x.choice for x in self.scripts] + [x.choice for x in self.rules], np.int32)
        return order.astype(np.int32), choices[order] if len(order) else choices[:0], row.astype(np.int32)

    def done(self, order: NDArray[np.int32], row: NDArray[np.int32]) -> None:
        """Strike out what was carried out."""
        self.until[order, row] = -1

    def _arm(self, world: World, moment: Moment, n: int, m: int, rule: Rule) -> None:
        true = holds(rule.when, world)
        fired = self.fired[m]
        becomes: Bools = true & (fired == -np.inf)
        if rule.every < np.inf:
            becomes |= true & (moment.day - fired >= rule.every)
        rows = np.flatnonzero(becomes)
        if len(rows):
            chance = rule.firmness
            firmness = chance.read(world)[rows] if isinstance(chance, Address) else chance
            firm = uniform(moment.words[rows], "doctrine", rule.name) < firmness
            self.until[n, rows[firm]] = moment.day + rule.patience
            fired[rows] = moment.day
        if rule.every == np.inf:
            fired[~true] = -np.inf
