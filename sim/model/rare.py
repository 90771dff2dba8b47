"""The probability of rare deeds, which says more than how often they were done.

While a clock of rate r can still ring, the chance that it does grows by r dt. What is added up of a history,
until the outcome comes, is that chance: the rate times the time in which nothing had yet barred the deed. Its
mean over histories is the probability that the outcome comes (it is the compensator of its first coming:
Bremaud 1981, Point Processes and Queues, chapter 2), and it varies far less than the outcome while that is
rare. It is exact for any rate, unlike 1 - prod(1 - p) up to the first event, which is low by about half of
what is added up; in a single history it may pass 1 where the rate is high.

What does not come by a clock of the deeds counted counts as 1 in the turn it comes: orders of scripts and
doctrine, answers, incidents, injects, a war that stands at the start or is joined by treaty. Left out is what
a choice with a cooldown shorter than a turn might do again within the turn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Bools, Floats, Ints, spread
from sim.decision.race import RANGE, Ringing
from sim.model.act import paced, within_leap
from sim.model.outcomes import Outcome
from sim.model.setup import Setup
from sim.world.ladder import NUCLEAR_ALERT, WAR
from sim.world.world import World

if TYPE_CHECKING:
    from sim.model.model import StrategicModel

#: Chances within a turn that add nothing.
NEGLIGIBLE = np.float32(1e-9)

Indices = NDArray[np.int64]


@dataclass(slots=True)
class Risks:
    """Rates of one desk that decides again, in some replicates."""

    choice: NDArray[np.int32]  # (C,)
    row: Indices  # (N,)
    rate: Floats  # (C, N), chance per unit of exponential
    since: Floats  # (N,), share of the turn gone


@dataclass(slots=True)
class Exposure:
    """Time in which rare deeds could be done, one entry each."""

    row: Indices  # (N,)
    member: Indices  # (N,), number of the choice among those counted
    risk: Floats  # (N,), chance per turn
    start: Floats  # (N,), share of the turn gone
    end: Floats  # (N,)


class Rare:
    """Probabilities of the rare outcomes of one block."""

    def __init__(self, setup: Setup, rows: int) -> None:
        self.setup, self.rows = setup, rows
        found = [(n, counted(o, setup)) for n, o in enumerate(setup.outcomes)]
        self.watched = [n for n, mask in found if mask.any()]
        masks = np.array([mask for _, mask in found if mask.any()], bool).reshape(-1, len(setup.rest))
        self.choice = np.flatnonzero(masks.any(axis=0))
        self.member = np.full(len(setup.rest), -1, np.int64)
        self.member[self.choice] = np.arange(len(self.choice))
        self.inside = masks[:, self.choice]  # (outcomes, M)
        self.last = np.array([setup.outcomes[n].last_turn for n in self.watched])
        column = setup.catalogue.column
        self.desk = column["desk"][self.choice]
        own = column["subject"][:, None] == column["subject"][self.choice]
        cause, barred = np.nonzero(setup.catalogue.conflict[:, self.choice] | own)
        self.bar_first = np.searchsorted(cause, np.arange(len(setup.rest) + 1)).astype(np.int64)
        self.barred = barred
        self.gates = _Gates(setup, self.choice)
        self.sums = np.zeros((len(self.watched), rows))
        self.over = np.zeros((len(self.watched), rows), bool)  # came, or was done
        self._clear()

    def _clear(self) -> None:
        self.exposures: list[Exposure] = []
        self.time: Floats = np.full(self.over.shape, np.inf, np.float32)  # of the first deed counted
        self.rung = np.zeros(self.over.shape, bool)  # whether a clock brought it

    def expose(self, model: StrategicModel, ringing: Ringing) -> None:
        """Note what could be done this turn, and until when: *ringing* is what stands of all that rang."""
        if not len(self.choice):
            return
        risk = model.rates.take(self.choice, axis=0)
        risk *= 1 / RANGE
        risk *= self.gates.hold(model.world)
        member, row = np.nonzero(risk > NEGLIGIBLE)
        start = np.zeros(len(row), np.float32)
        end = self._end(ringing)
        self._add(model, Exposure(row, member, risk[member, row], start, end[member, row]))

    def expose_again(self, model: StrategicModel, risks: list[Risks], ringing: Ringing) -> None:
        """Note what could be done in a round: *ringing* is what stands, and what was done before and bars."""
        parts: list[tuple[Indices, Indices, Floats, Floats]] = []  # member, row, risk, since
        for desk in risks:
            mine = np.flatnonzero(self.member[desk.choice] >= 0)
            if len(mine):
                rate = desk.rate[mine] * (1 / RANGE)
                choice, n = np.nonzero(rate > NEGLIGIBLE)
                member = self.member[desk.choice[mine[choice]]]
                parts.append((member, desk.row[n], rate[choice, n], desk.since[n]))
        if parts:
            member, row, risk, since = (np.concatenate(column) for column in zip(*parts, strict=True))
            end = self._end(ringing)[member, row]
            self._add(model, Exposure(row, member, risk, since, end))

    def _add(self, model: StrategicModel, e: Exposure) -> None:
        """Keep what may be done, with habituation and rest."""
        choice, row = self.choice[e.member].astype(np.int32), e.row.astype(np.int32)
        nothing = np.zeros(0, np.float32)
        allowed = self.setup.unminded.hold(model.world, choice, row)
        allowed &= within_leap(model.world, self.setup.catalogue, Ringing(choice, row, nothing, nothing))
        kept = np.flatnonzero(allowed)
        row = row[kept]
        start, slower = paced(model, choice[kept], row, e.start[kept])
        self.exposures.append(
            Exposure(e.row[kept], e.member[kept], e.risk[kept] / slower, start, e.end[kept])
        )

    def _end(self, ringing: Ringing) -> Floats:
        """Return until when nothing done at its desk bars each choice, ``(M, R)``: share of the turn."""
        end = np.ones((len(self.choice), self.rows), np.float32)
        entry, at = spread(self.bar_first, ringing.choice)
        np.minimum.at(end, (self.barred[at], ringing.row[entry]), ringing.time[entry])
        return end

    def cut(self, desks: Indices, since: Floats) -> None:
        """End what could be done at *desks* (sorted, by replicate and desk) where they decide again."""
        for e in self.exposures:
            key = e.row * len(self.setup.catalogue.desks) + self.desk[e.member]
            at = np.minimum(np.searchsorted(desks, key), len(desks) - 1)
            np.minimum(e.end, np.where(desks[at] == key, since[at], np.inf), out=e.end)

    def did(self, ringing: Ringing) -> None:
        """Note when deeds counted were done, and whether by a clock."""
        done = np.flatnonzero(self.member.take(ringing.choice) >= 0)
        for n in done[np.argsort(-ringing.time[done], kind="stable")]:  # few; the first is written last
            mine = self.inside[:, self.member[ringing.choice[n]]]
            row, time = ringing.row[n], ringing.time[n]
            mine = mine & (time < self.time[:, row])
            self.time[mine, row], self.rung[mine, row] = time, ringing.strength[n] > 0

    def note(self, turn: int, came: Ints) -> None:
        """Add up one turn; *came* ``(outcomes, R)`` is the turn in which each outcome came, -1 if not yet."""
        for k, n in enumerate(self.watched):
            if turn > self.last[k]:
                continue
            now = came[n] == turn
            for e in self.exposures:
                mine = np.flatnonzero(self.inside[k, e.member] & ~self.over[k, e.row])
                row = e.row[mine]
                span = np.minimum(e.end[mine], self.time[k, row]) - e.start[mine]
                self.sums[k] += np.bincount(row, e.risk[mine] * np.maximum(span, 0), self.rows)
            self.sums[k] += now & ~self.over[k] & ~self.rung[k]
            self.over[k] |= now | self.rung[k]
        self._clear()

    def probabilities(self) -> dict[str, NDArray[np.float32]]:
        """Return what was added up of every rare outcome, ``(R,)``."""
        names = [self.setup.outcomes[n].name for n in self.watched]
        return {name: total.astype(np.float32) for name, total in zip(names, self.sums, strict=True)}


class _Gates:
    """Requirements with one comparison each, made on the whole block: they shut out nearly all."""

    def __init__(self, setup: Setup, choice: Indices) -> None:
        unminded = setup.unminded
        atoms: list[int] = []
        first: list[int] = []
        for c in choice:
            first.append(len(atoms))
            atoms += [-1, *range(unminded.first[c], unminded.first[c + 1])]  # -1: always holds
        self.where = [unminded.single.where[a] if a >= 0 else None for a in atoms]
        self.sign = np.append(unminded.single.sign, np.float32(0))[atoms][:, None]
        self.floor = np.append(unminded.single.floor, np.float32(0))[atoms][:, None]
        self.first = np.array(first, np.int64)
        self._column: NDArray[np.int64] | None = None

    def hold(self, world: World) -> Bools:
        """Return where all of them hold, ``(M, R)``."""
        if self._column is None:
            found = [world.column(a.section, a.field, a.where) if a else 0 for a in self.where]
            self._column = np.array(found, np.int64)
        value = world.table.take(self._column, axis=0)
        value *= self.sign
        return np.asarray(np.logical_and.reduceat(value >= self.floor, self.first, axis=0), bool)


def counted(outcome: Outcome, setup: Setup) -> NDArray[np.bool_]:
    """Return which choices bring a rare outcome about, ``(C,)``; none for an outcome that is not rare."""
    catalogue = setup.catalogue
    rung, nobody = catalogue.column["rung"], np.zeros(len(catalogue.choices), bool)
    match outcome.kind:
        case "does":
            mine = outcome.choices[:-1]
            rare = outcome.at_least == 1 and bool((rung[mine] >= WAR).all())
            return np.asarray(mine & rare, bool)
        case "reaches" if outcome.rung >= NUCLEAR_ALERT:
            between = zip(catalogue.column["actor"], catalogue.column["against"], strict=True)
            aimed = np.array([pair in outcome.pairs for pair in between], bool)
            return np.asarray((rung >= outcome.rung) & aimed, bool)
        case "war":
            i, j = outcome.pairs[0]
            wars: set[str] = {w.name for w in setup.structure.wars if w.side(i) * w.side(j) == -1}
            opened = [
                {c.binding.get(str(e["open"])) for e in c.spec["effects"] if "open" in e}
                for c in catalogue.choices
            ]
            return np.array([bool(wars & names) for names in opened], bool)
        case _:
            return nobody
