"""Answer rounds: after a grave deed both sides decide again, for what is left of the turn.

A deed of rung 5 or more, or one answered as such, begins a round at its time s of the turn where it leaves
its dyad at mobilisation or above, as far as one deed lifts it; one in calm waters does not. What the two
country desks would have done to each other after s is discarded; they look at the world again, and their
clocks are drawn anew from s on. Clocks have no memory, so no rate is added. All desks but these two keep to
the picture of the turn. Between states at war only a nuclear alert and worse begins a round: war has a desk
of its own.

Who did the deed is still bound by what it did this turn at that desk; who is to answer is free again. Answers
to questions, once drawn, stand if nothing in the round excludes them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats, Keys, find
from sim.decision.features import Sight
from sim.decision.race import CEILING, RANGE, Ringing, repeat, settle
from sim.model.act import carry_out, join, paced, pick, within_leap
from sim.model.rare import Risks
from sim.model.setup import Setup
from sim.streams import Names, exponentials, finalise, name_key, variates
from sim.world.ladder import MOBILISATION, NUCLEAR_ALERT

if TYPE_CHECKING:
    from sim.model.model import StrategicModel
    from sim.world.moment import Moment

#: Dyads looked at together. Products may differ in the last bit with their width, so it never changes.
WIDTH = 32
#: Strength that marks what is done already and only bars others.
DONE = np.float32(-1)

Indices = NDArray[np.int64]


@dataclass(slots=True)
class Dyads:
    """Dyads that decide again, one entry each, ordered by replicate."""

    row: Indices  # (N,)
    pair: Indices  # (N,), lower state * S + higher state
    doer: Indices  # (N,), who did the deed
    other: Indices  # (N,), against whom
    since: Floats  # (N,), share of the turn gone when it was done
    place: Indices  # (N,), of the deed among those that rang with it, -1: done before

    def at(self, kept: NDArray[np.bool_] | Indices) -> Dyads:
        """Return chosen entries."""
        return Dyads(*(getattr(self, f)[kept] for f in Dyads.__slots__))


@dataclass(slots=True)
class Desk:
    """The choices of one state against another, and what they weigh."""

    choice: NDArray[np.int32]  # (C,)
    weights: Floats  # (C, F)
    names: Names
    sight: Sight  # the F features they weigh


@dataclass(frozen=True, slots=True)
class Again:
    """What one desk weighs when it decides again, in some replicates: for whoever listens."""

    desk: Desk
    row: Indices  # (N,)
    since: Floats  # (N,), share of the turn gone
    felt: Floats  # (F, N), its features
    rate: Floats  # (C, N), chance per unit of exponential
    words: Keys  # (R,), the round's word of each replicate


class Rounds:
    """What of this turn is to be decided again."""

    heard: Callable[[Again], None] | None = None  # told what every desk weighs, if anybody asks

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        catalogue, states = setup.catalogue, setup.structure.axes.states
        number = {name: n for n, name in enumerate(catalogue.desks)}
        self.desk_of = np.array([[number.get(f"{a} country:{b}", -1) for b in states] for a in states])
        gravest = np.maximum(catalogue.column["rung"], catalogue.answer_rung)
        gravest[catalogue.column["against"] < 0] = 0
        self.gravest = gravest  # (C,), of its rung and its answer's
        self.desks: dict[int, Desk] = {}
        self.risks: list[Risks] = []  # of the desks that decided last
        self.dyads, self.later = _nobody(), _nobody()
        self.held = self.done = _nothing()

    def begin(self, model: StrategicModel, ringing: Ringing) -> Ringing:
        """Hold back what rounds will decide anew, and return the rest, which is done."""
        self.done = _nothing()
        return self._hold(model, ringing, self._triggers(model, ringing), 1)

    def play(self, model: StrategicModel) -> None:
        """Play round after round, as long as there is something to answer and rounds are left."""
        number = 1
        while len(self.dyads.row):
            key = np.uint64(name_key(f"round:{number}"))
            moment = dataclasses.replace(model.moment, words=finalise(model.moment.words ^ key))
            fresh = self._decide(model, moment)
            number += 1
            triggers = _joined(self._triggers(model, fresh), self.later)
            carry_out(model, moment, self._hold(model, fresh, triggers, number))

    def _triggers(self, model: StrategicModel, ringing: Ringing) -> Dyads:
        """Return the deeds that begin a round, with the dyads they are against; several may be of one."""
        place = np.flatnonzero(self.gravest.take(ringing.choice) >= MOBILISATION)
        column = self.setup.catalogue.column
        row, choice = ringing.row[place].astype(np.int64), ringing.choice[place]
        i, j = column["actor"][choice].astype(np.int64), column["against"][choice].astype(np.int64)
        found = Dyads(
            row, np.minimum(i, j) * len(self.desk_of) + np.maximum(i, j), i, j, ringing.time[place], place
        )
        has_desk = np.maximum(self.desk_of[i, j], self.desk_of[j, i]) >= 0
        world, gravest = model.world, self.gravest[choice]
        at_war = world.dyads.at_war[row, i, j] > 0
        stand = np.maximum(world.dyads.rung[row, i, j], world.dyads.rung[row, j, i])
        crisis = stand + world.parameters.lift[row] >= MOBILISATION  # where the deed leaves the dyad
        return found.at(has_desk & crisis & (~at_war | (gravest >= NUCLEAR_ALERT)))

    def _hold(self, model: StrategicModel, ringing: Ringing, triggers: Dyads, number: int) -> Ringing:
        """Settle which dyads decide in round *number*, hold back what they did later, return the rest."""
        most = np.ceil(model.world.parameters.rounds * np.float32(model.moment.weeks))
        triggers = triggers.at(most[triggers.row] >= number)
        key = self._key(triggers)
        order = np.lexsort((triggers.since, key))
        earliest = order[np.diff(key[order], prepend=-1) > 0]
        self.dyads, self.held, self.later = triggers.at(earliest), _nothing(), _nobody()
        if not len(earliest):
            return ringing
        desks, of = self._desks(self.dyads)
        at = find(desks, self._desk_key(ringing))
        later = (at >= 0) & (ringing.time > self.dyads.since[of[at]])
        model.recorder.rare.cut(desks, self.dyads.since[of])
        self.held, applied = pick(ringing, later), pick(ringing, ~later)
        self.done = join([self.done, pick(ringing, (at >= 0) & ~later)])
        first = self.dyads.since[find(key[earliest], key)]
        held = np.append(later, False)[triggers.place]  # the last stands for what was done before, -1
        self.later = triggers.at((triggers.since > first) & ~held)
        return applied

    def _decide(self, model: StrategicModel, moment: Moment) -> Ringing:
        """Let both desks of every dyad look again and decide; return what stands, in order of replicate."""
        setup, column, self.risks = self.setup, self.setup.catalogue.column, []
        parts = [
            self._ring(model, moment.words, self.dyads.at(np.arange(n, min(n + WIDTH, len(self.dyads.row)))))
            for n in range(0, len(self.dyads.row), WIDTH)
        ]
        rang = join([self._slow(model, moment.words, *part) for part in parts])
        rang = join([rang, pick(self.held, self.held.strength == 0)])  # answers stand
        allowed = setup.unminded.hold(model.world, rang.choice, rang.row)
        rang = pick(rang, allowed & within_leap(model.world, setup.catalogue, rang))
        desk = self.desk_of[self.dyads.doer, self.dyads.other]
        bound = np.sort((self.dyads.row * len(setup.catalogue.desks) + desk)[desk >= 0])
        done = pick(self.done, find(bound, self._desk_key(self.done)) >= 0)
        done.strength[:] = DONE
        everything = settle(
            join([done, rang]), column["desk"], setup.catalogue.conflict, column["subject"], setup.rest
        )
        rang = pick(*everything)
        model.recorder.rare.expose_again(model, self.risks, rang)
        return pick(rang, rang.strength > DONE)

    def _ring(self, model: StrategicModel, words: Keys, dyads: Dyads) -> tuple[Ringing, Floats]:
        """Return the clocks that may ring before the turn is over, and since when each runs.

        Times run from the begin of the round, in shares of the turn. At most `WIDTH` dyads. Hostility and
        answers owed are those of the moment; goals, fears and drives those of the turn.
        """
        keys, of = self._desks(dyads)
        desk = keys % len(self.setup.catalogue.desks)
        rows, bank = np.resize(dyads.row, WIDTH), self.setup.appraisal.bank
        parts, begins = [_nothing()], [np.zeros(0, np.float32)]
        for number in np.flatnonzero(np.bincount(desk)):
            mine, seat = of[desk == number], self._desk(int(number))
            row, since = dyads.row[mine], dyads.since[mine]
            felt = bank.glimpse(model.world, model.values, seat.sight, rows)
            rate = seat.weights @ felt
            rate = np.exp(np.minimum(rate, CEILING, out=rate), out=rate)[:, mine]
            self.risks.append(Risks(seat.choice, row, rate, since))
            if self.heard is not None:
                self.heard(Again(seat, row, since, felt[:, mine], rate, words))
            drawn = variates(words[row], seat.names)
            choice, n = np.nonzero(drawn.astype(np.float32) < rate)
            strength = exponentials(drawn[choice, n]).astype(np.float32)
            time = strength / (rate[choice, n] * (1 / RANGE))
            parts.append(Ringing(seat.choice[choice], row[n].astype(np.int32), time, strength))
            begins.append(since[n])
        return join(parts), np.concatenate(begins)

    def _slow(self, model: StrategicModel, words: Keys, rang: Ringing, since: Floats) -> Ringing:
        """Slow clocks by habituation, let those that rest begin later, and drop what rings after the turn."""
        rested, slower = paced(model, rang.choice, rang.row, since)
        pace = rang.time * slower
        rang.time = rested + pace
        inside = rang.time < 1
        keys = model.choice_keys
        return repeat(pick(rang, inside), pace[inside], words, keys, self.setup.rest)

    def _desk(self, number: int) -> Desk:
        """Return a country desk, laid out when it is first asked for."""
        if number not in self.desks:
            catalogue = self.setup.catalogue
            choice = np.flatnonzero(catalogue.column["desk"] == number).astype(np.int32)
            state = int(catalogue.column["actor"][choice[0]])
            weights = self.setup.weights[state][choice - catalogue.slices[state].start]
            names = Names("decide", [catalogue.choices[c].name for c in choice])
            used = np.flatnonzero(weights.any(axis=0))
            bank = self.setup.appraisal.bank
            sight = Sight(bank, state, used + bank.slices[state].start)
            self.desks[number] = Desk(choice, np.ascontiguousarray(weights[:, used]), names, sight)
        return self.desks[number]

    def _desks(self, dyads: Dyads) -> tuple[Indices, Indices]:
        """Return the key of every desk that decides, sorted, and the entry of *dyads* it belongs to."""
        n = np.arange(len(dyads.row))
        desk = np.concatenate([self.desk_of[dyads.doer, dyads.other], self.desk_of[dyads.other, dyads.doer]])
        key = np.tile(dyads.row, 2) * len(self.setup.catalogue.desks) + desk
        order = np.argsort(key, kind="stable")
        order = order[desk[order] >= 0]
        return key[order], np.tile(n, 2)[order]

    def _desk_key(self, ringing: Ringing) -> Indices:
        """Return one number per (replicate, desk) of what rang."""
        desk = self.setup.catalogue.column["desk"].take(ringing.choice)
        return ringing.row * np.int64(len(self.setup.catalogue.desks)) + desk

    def _key(self, dyads: Dyads) -> Indices:
        """Return one number per (replicate, dyad)."""
        return dyads.row * np.int64(self.desk_of.size) + dyads.pair


def _joined(one: Dyads, other: Dyads) -> Dyads:
    """Put deeds done in this round and before together."""
    other.place[:] = -1
    return Dyads(*(np.concatenate([getattr(one, f), getattr(other, f)]) for f in Dyads.__slots__))


def _nobody() -> Dyads:
    nothing = np.zeros(0, np.int64)
    return Dyads(nothing, nothing, nothing, nothing, np.zeros(0, np.float32), nothing)


def _nothing() -> Ringing:
    nothing, never = np.zeros(0, np.int32), np.zeros(0, np.float32)
    return Ringing(nothing, nothing, never, never)
