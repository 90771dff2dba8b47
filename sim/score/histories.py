"""Histories of the model as a historian would count them: disputes, crises, clashes, calls for help.

A `Watcher` looks at a block after each turn; `Seen` is what it saw of the whole block.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.model.model import StrategicModel
from sim.world.ladder import MOBILISATION

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: Severity of a crisis: no violence, some, 20 dead or more, war.
NONE, MINOR, SERIOUS, WAR = range(4)

#: Days without mobilisation that part two crises, and without a death that part two clashes.
CRISIS_GAP, CLASH_GAP = 91.0, 28.0

#: Hostility of a dispute that is force, and of one that is war; grades of deaths.
FORCE, AT_WAR = 4, 5
ONE_DEAD, TWENTY_DEAD = 1, 2


@dataclass(frozen=True, slots=True)
class Spells:
    """Spells of pairs of states, an entry each: disputes or crises."""

    row: Ints  # replicate within the block
    pair: Ints
    start: Ints  # turns
    end: Ints
    level: Ints  # of a dispute, the highest mid; of a crisis, its severity
    fatal: Bools
    joined: Bools


@dataclass(frozen=True, slots=True)
class Seen:
    """What came to pass in a block."""

    rows: int
    turns: int
    days: float  # a turn
    states: tuple[str, ...]
    first: Ints  # (pairs,), state
    second: Ints
    armed: Bools  # (states,), with warheads at the start
    at_war: Bools  # (pairs,), at the start
    disputes: Spells
    crises: Spells
    clashes: Spells  # lethal ones
    calls: Ints  # (R,), calls for help that were answered or lapsed
    honoured: Ints  # (R,), of them answered
    deeds: Deeds

    def pairs(self, dyads: list[list[str]]) -> Bools:
        """Return a mask ``(pairs,)`` of undirected dyads."""
        wanted = {frozenset(self.states.index(s) for s in dyad) for dyad in dyads}
        return np.array([{a, b} in wanted for a, b in zip(self.first, self.second, strict=True)], np.bool_)

    def among(self, which: str) -> Bools:
        """Return a mask ``(pairs,)`` of the pairs of a kind, without those at war at the start."""
        armed = self.armed[self.first].astype(int) + self.armed[self.second]
        kinds = {
            "all": armed >= 0,
            "nuclear_pairs": armed == 2,
            "other_pairs": armed < 2,
            "nuclear_party": armed >= 1,
        }
        return np.asarray(kinds[which] & ~self.at_war, np.bool_)


@dataclass(frozen=True, slots=True)
class Deeds:
    """Every deed of a block, an entry each."""

    row: Ints
    choice: Ints
    day: Ints  # whole days since the start
    turn: Ints
    pair: Ints  # -1: aimed at nobody
    mid: Ints
    deaths: Ints


@dataclass(slots=True)
class Watcher:
    """Keeps what a block forgets from turn to turn."""

    model: StrategicModel
    first: Ints = field(init=False)
    second: Ints = field(init=False)
    armed: Bools = field(init=False)
    wars: list[Bools] = field(init=False)
    high: list[Bools] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Look at the start."""
        world = self.model.world
        self.first, self.second = np.triu_indices(len(world.axes.states), 1)
        self.armed = np.asarray(np.median(world.states.warheads, axis=0) >= 1)
        self.wars = [self._fighting()]

    def look(self) -> None:
        """Look at the turn that was just played."""
        world = self.model.world
        rung = world.dyads.rung
        standing = np.maximum(rung[:, self.first, self.second], rung[:, self.second, self.first])
        self.high.append(np.asarray(standing >= MOBILISATION).T)
        self.wars.append(self._fighting())

    def seen(self) -> Seen:
        """Return what came to pass, when the last turn is over."""
        model = self.model
        deeds = self._deeds()
        war = np.stack(self.wars)  # (turns + 1, pairs, R), before each turn and at the end
        answers = [c.spec["answers"] == "treaty" for c in model.setup.catalogue.choices]
        helped = np.append(answers, False)[deeds.choice]  # the last entry stands for incidents, -1
        honoured = np.bincount(deeds.row[helped], minlength=model.world.rows)
        lapsed = model.world.treaties.declined.sum(axis=(1, 2))
        return Seen(
            rows=model.world.rows,
            turns=model.setup.turns,
            days=model.setup.days,
            states=tuple(model.setup.structure.axes.states),
            first=self.first,
            second=self.second,
            armed=self.armed,
            at_war=np.asarray(self.wars[0].mean(axis=1) > 0.5),
            disputes=self._disputes(deeds, war),
            crises=self._crises(deeds, war),
            clashes=self._clashes(deeds, war),
            calls=honoured + np.rint(lapsed).astype(np.int64),
            honoured=honoured,
            deeds=deeds,
        )

    def _fighting(self) -> Bools:
        """Return which pairs are on opposite sides of an open war, ``(pairs, R)``."""
        return np.asarray(self.model.world.dyads.at_war[:, self.first, self.second] > 0).T

    def _deeds(self) -> Deeds:
        kept = self.model.recorder.deeds

        def column(name: str) -> NDArray[Any]:
            """Return a column of the deeds of all turns."""
            return np.concatenate([np.asarray(getattr(deeds, name)) for _, deeds in kept])

        turn = np.concatenate([np.full(len(deeds), t, np.int64) for t, deeds in kept])
        actor, against = column("actor"), column("against")
        number = self._number()
        return Deeds(
            row=column("row").astype(np.int64),
            choice=column("choice").astype(np.int64),
            day=((turn + column("time")) * self.model.setup.days).astype(np.int64),
            turn=turn,
            pair=np.where(against >= 0, number[actor, against], -1),
            mid=column("mid").astype(np.int64),
            deaths=column("deaths").astype(np.int64),
        )

    def _number(self) -> Ints:
        """Return the number of the undirected pair, ``(S, S)``."""
        number = np.full((len(self.model.world.axes.states),) * 2, -1, np.int64)
        number[self.first, self.second] = number[self.second, self.first] = np.arange(len(self.first))
        return number

    def _disputes(self, deeds: Deeds, war: Bools) -> Spells:
        row, first, second, start, end, level, _, joiners = self.model.recorder.disputes.finish().astype(
            np.int64
        )
        number = {
            pair: n for n, pair in enumerate(zip(self.first.tolist(), self.second.tolist(), strict=True))
        }
        pair = np.array([number[p] for p in zip(first.tolist(), second.tolist(), strict=True)], np.int64)
        shape = (len(self.first), self.model.world.rows)
        lethal = _turns(deeds, (deeds.mid >= FORCE) & (deeds.deaths >= ONE_DEAD), shape, len(war) - 1)
        fatal = _within(lethal, pair, row, start, end)
        became = _within(
            war, pair, row, start, end + 2
        )  # war[t] stands before turn t: an attack may be answered
        return Spells(row, pair, start, end, np.where(became, AT_WAR, level), fatal, joiners != 0)

    def _crises(self, deeds: Deeds, war: Bools) -> Spells:
        high = np.stack(self.high)
        gap = int(np.ceil(CRISIS_GAP / self.model.setup.days))
        pair, row, start, end = _spells(high & ~war[:-1], gap)
        turns = len(high)
        violent = _within(_turns(deeds, deeds.mid >= FORCE, high.shape[1:], turns), pair, row, start, end)
        grave = (deeds.mid >= FORCE) & (deeds.deaths >= TWENTY_DEAD)
        serious = _within(_turns(deeds, grave, high.shape[1:], turns), pair, row, start, end)
        became = _within(war, pair, row, start, end + 2)
        level = np.where(became, WAR, np.where(serious, SERIOUS, np.where(violent, MINOR, NONE)))
        nothing = np.zeros(len(row), np.bool_)
        return Spells(row, pair, start, end, level, nothing, nothing)

    def _clashes(self, deeds: Deeds, war: Bools) -> Spells:
        shape = (len(self.first), self.model.world.rows)
        lethal = _turns(deeds, (deeds.mid >= FORCE) & (deeds.deaths >= ONE_DEAD), shape, len(war) - 1)
        gap = int(np.ceil(CLASH_GAP / self.model.setup.days))
        pair, row, start, end = _spells(lethal & ~war[:-1], gap)
        nothing = np.zeros(len(row), np.bool_)
        return Spells(row, pair, start, end, np.full(len(row), FORCE), ~nothing, nothing)


def _turns(deeds: Deeds, wanted: Bools, shape: tuple[int, ...], turns: int) -> Bools:
    """Return in which turns there was such a deed between a pair, ``(turns, pairs, R)``."""
    mine = np.flatnonzero(wanted & (deeds.pair >= 0))
    found = np.zeros((turns, *shape), np.bool_)
    found[deeds.turn[mine], deeds.pair[mine], deeds.row[mine]] = True
    return found


def _within(happened: Bools, pair: Ints, row: Ints, start: Ints, end: Ints) -> Bools:
    """Return for each spell whether something *happened* in its turns, from ``(T, pairs, R)``."""
    before = np.concatenate(
        [np.zeros((1, *happened.shape[1:]), np.int16), happened.cumsum(axis=0, dtype=np.int16)]
    )
    last = np.minimum(end + 1, len(happened))
    return np.asarray(before[last, pair, row] > before[start, pair, row])


def _spells(on: Bools, gap: int) -> tuple[Ints, Ints, Ints, Ints]:
    """Return pair, row, first and last turn of spells in ``(T, pairs, R)``, at least *gap* turns apart."""
    pair, row, turn = np.nonzero(on.transpose(1, 2, 0))
    place = pair * np.int64(on.shape[2]) + row
    fresh = np.ones(len(turn), np.bool_)
    fresh[1:] = (place[1:] != place[:-1]) | (turn[1:] - turn[:-1] >= gap)
    begin = np.flatnonzero(fresh)
    end = np.append(begin[1:], len(turn))[: len(begin)] - 1
    return pair[begin], row[begin], turn[begin], turn[end]
