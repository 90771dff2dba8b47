"""What the states of one history saw and weighed when they decided, kept while its block is played.

Every turn has one picture on which all desks decide, and one more for each desk that decides again in an
answer round. The model keeps none of this: a `Witness` listens to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Bools, Floats, Keys
from sim.decision.memory import Memory
from sim.decision.race import RANGE, Ringing
from sim.model.act import within_leap
from sim.model.model import StrategicModel
from sim.model.rounds import Again
from sim.model.setup import Setup
from sim.streams import Words, exponentials, scatter_variates
from sim.world.moment import DAYS_A_YEAR
from sim.world.world import World

Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Race:
    """The clocks of some choices in one picture, ``(N,)`` each."""

    choice: Indices
    rate: NDArray[np.float64]  # a turn, habituation and all
    habit: Floats  # nats that habituation takes off
    start: Floats  # share of the turn gone when the clock begins to run
    rings: NDArray[np.float64]  # when it rings, in turns from the start of this one
    able: Bools  # whether it could be done

    @property
    def chance(self) -> NDArray[np.float64]:
        """Chance that each clock rings before the turn is over."""
        left = np.maximum(1 - self.start.astype(np.float64), 0)
        return np.asarray(-np.expm1(-self.rate * left) * self.able, np.float64)

    @property
    def margin(self) -> NDArray[np.float64]:
        """Nats each clock was short of ringing; below 0 where it rang."""
        left = 1 - self.start.astype(np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(left > 0, np.log((self.rings - self.start) / left), np.inf)


@dataclass(frozen=True, slots=True)
class Picture:
    """What was seen and weighed at one moment of one history."""

    setup: Setup
    turn: int
    number: int  # 0, or the round of the turn
    since: float  # share of the turn gone
    choices: Indices  # of the desks that decide on it
    world: World  # one row
    memory: Memory  # one row
    values: Floats  # (F,), the bank of features
    rates: Floats  # (C,), chance per unit of exponential, times `RANGE`
    words: Keys  # (1,), the luck of the moment
    keys: Words  # (C,), the hashed name of every choice, for its clock
    other_keys: Words  # (C,), the same for its other draws

    @property
    def day(self) -> float:
        """Days since the start at which its turn begins."""
        return self.turn * self.setup.days

    @property
    def years(self) -> float:
        """Length of a turn."""
        return self.setup.days / DAYS_A_YEAR

    def race(self, choice: Indices) -> Race:
        """Return the clocks of some choices, as the model runs them."""
        setup, row = self.setup, np.zeros(len(choice), np.int32)
        subject = setup.catalogue.column["subject"].take(choice)
        habit, ready = self.memory.recall(subject, row, self.day, self.world.parameters)
        habit = habit * np.exp2(
            np.float32(-self.since * setup.days / 7) / self.world.parameters.habituation_half_life[0]
        )
        rested = (ready - np.float32(self.day)) / np.float32(setup.days)
        start = np.maximum(rested, np.float32(self.since))
        rate = self.rates[choice].astype(np.float64) / float(RANGE) / np.exp(habit.astype(np.float64))
        drawn = exponentials(scatter_variates(np.repeat(self.words, len(choice)), self.keys[choice]))
        with np.errstate(divide="ignore"):
            rings = start + drawn / rate
        return Race(choice, rate, habit, start, rings, self.able(choice))

    def able(self, choice: Indices) -> Bools:
        """Return which choices meet every requirement, and climb no further than they may."""
        row = np.zeros(len(choice), np.int32)
        nothing = np.zeros(len(choice), np.float32)
        met = self.setup.requirements.hold(self.world, choice, row)
        climb = within_leap(
            self.world, self.setup.catalogue, Ringing(choice.astype(np.int32), row, nothing, nothing)
        )
        return met & climb

    def log_rate(self, choice: int) -> float:
        """Return ln of the rate a year of a choice, before habituation."""
        with np.errstate(divide="ignore"):
            return float(np.log(self.rates[choice].astype(np.float64) / float(RANGE) / self.years))


@dataclass
class Witness:
    """Keeps the pictures of one replicate of a block, turn by turn."""

    model: StrategicModel
    row: int
    pictures: list[Picture] = field(default_factory=list)  # of the turn being played
    _rows: Indices = field(init=False, repr=False)
    _keys: Words = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Listen."""
        self._rows = np.array([self.row], np.int64)
        keys = [seat.clocks.names.keys for seat in self.model.seats]
        self._keys = np.concatenate(keys) if keys else np.zeros(0, np.uint32)
        self.model.weighed = self._weighed
        self.model.rounds.heard = self._heard

    def step(self) -> None:
        """Play one turn and keep its pictures."""
        self.pictures.clear()
        self.model.step()

    def main(self) -> Picture:
        """Return the picture all desks decided on in the turn played last."""
        return self.pictures[0]

    def of(self, choice: int, number: int) -> Picture:
        """Return the picture a choice was decided on: that of its desk in a round, if there is one."""
        mine = (p for p in self.pictures[1:] if p.number == number and choice in p.choices)
        return next(mine, self.pictures[0])

    def again(self) -> Iterator[Picture]:
        """Yield the pictures of desks that decided again in the turn played last."""
        yield from self.pictures[1:]

    def _weighed(self) -> None:
        """Keep the picture of the turn."""
        model, row = self.model, self.row
        everything = np.arange(len(model.setup.rest))
        values, rates = model.values[:, row].copy(), model.rates[:, row].copy()
        self._keep(0, 0.0, everything, values, rates, model.moment.words)

    def _heard(self, again: Again) -> None:
        """Keep what a desk weighs anew, if it does so in this history."""
        for n in np.flatnonzero(again.row == self.row):
            main, desk = self.pictures[0], again.desk
            values, rates = main.values.copy(), main.rates.copy()
            values[desk.sight.features] = again.felt[:, n]
            rates[desk.choice] = again.rate[:, n]
            number = len(self.model.moment.deeds)  # a table of deeds for every round before
            choices = desk.choice.astype(np.int64)
            self._keep(number, float(again.since[n]), choices, values, rates, again.words)

    def _keep(
        self, number: int, since: float, choices: Indices, values: Floats, rates: Floats, words: Keys
    ) -> None:
        model = self.model
        self.pictures.append(
            Picture(
                setup=model.setup,
                turn=model.moment.turn,
                number=number,
                since=since,
                choices=choices,
                world=model.world.take(self._rows),
                memory=model.memory.take(self._rows),
                values=values,
                rates=rates,
                words=words[self._rows],
                keys=self._keys,
                other_keys=model.choice_keys,
            )
        )
