"""A block of histories as one Mesa model."""

from __future__ import annotations

from collections.abc import Callable

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats, Rows
from sim.decision.memory import Memory
from sim.decision.orders import Orders
from sim.decision.race import Ringing
from sim.model.agents import StateAgent
from sim.model.injects import Injects
from sim.model.recorder import Recorder
from sim.model.rounds import Rounds
from sim.model.setup import Setup
from sim.model.turn import TURN
from sim.streams import Words, branch_keys, name_key, turn_words
from sim.world.moment import Event, Moment
from sim.world.world import World

#: Turns between two checks of every number: one that is none stays none.
CHECK_EVERY = 13


class ModelFault(RuntimeError):
    """A quantity is no number or out of its bounds: a fault of the model, never of its user."""


class StrategicModel(mesa.Model):
    """All states in 1,024 histories; time moves in turns."""

    weighed: Callable[[], None] | None = None  # called when all have weighed their choices, if anybody asks

    def __init__(self, setup: Setup, world: World) -> None:
        """Seat every state at a world."""
        super().__init__()
        self.setup, self.world = setup, world
        self.values: Floats = np.zeros((setup.appraisal.bank.size, world.rows), np.float32)
        self.rates: Floats = np.empty((len(setup.rest), world.rows), np.float32)  # of every clock
        self.goals_met: Floats = world.states.aspiration  # (R, S, G), as perceived this turn
        self.moment = Moment(0, setup.days, turn_words(world.luck, 0))
        self.memory = Memory(len(setup.catalogue.subjects), world.rows)
        self.orders = Orders(setup.scripts, setup.rules, world.rows)
        self.injects = Injects(setup.injects, setup.inject_effects, world.rows)
        self.recorder = Recorder(setup, world)
        self.rounds = Rounds(setup)
        self.ringing: list[Ringing] = []
        self.came_about: list[Event] = []  # in the turn played last
        self.turn = 0
        names = [name_key("see:" + c.name) & 0xFFFFFFFF for c in setup.catalogue.choices]
        self.choice_keys = np.array(names, np.uint32)
        observers = [name_key("observer:" + s) & 0xFFFFFFFF for s in setup.structure.axes.states]
        self.observer_keys = np.array(observers, np.uint32)
        self._scratch: tuple[Words, Words, Floats] | None = None
        self.seats = [StateAgent(self, i) for i in range(len(setup.structure.axes.states))]

    def step(self) -> None:
        """Play one turn."""
        self.moment = Moment(self.turn, self.setup.days, turn_words(self.world.luck, self.turn))
        self.world.day = self.moment.day
        for stage in TURN:
            stage(self)
        self.turn += 1
        if self.turn % CHECK_EVERY == 0 or self.turn == self.setup.turns:
            self._check()

    def take(self, rows: Rows) -> StrategicModel:
        """Return the model of chosen replicates, repeated or reordered, as it stands between two turns.

        The world, what states remember, what is ordered and which events came go along; a new record begins.
        """
        if len(rows) != self.world.rows:
            rows = np.concatenate(
                [rows, np.full(self.world.rows - len(rows), rows[-1])]
            )  # products need the width
        taken = StrategicModel(self.setup, self.world.take(rows))
        taken.memory, taken.orders = self.memory.take(rows), self.orders.take(rows)
        taken.injects = self.injects.take(rows)
        taken.turn = self.turn
        return taken

    def branch(self, row: int, label: str, *, seed: int, replicate: int) -> StrategicModel:
        """Return 1,024 futures of one replicate from here: all as it is, with fresh luck named by *label*."""
        futures = self.take(np.full(self.world.rows, row))
        futures.world.luck = branch_keys(seed, replicate, self.turn, label, self.world.rows)
        return futures

    def run(self) -> None:
        """Play all turns."""
        while self.turn < self.setup.turns:
            self.step()

    def utility(self, choice: NDArray[np.int32], rows: NDArray[np.int64]) -> Floats:
        """Return U without the rate of ``choice[n]`` in replicate ``rows[n]``, ``(N,)``."""
        rate = self.rates[choice, rows]
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(rate) - self.setup.constant[choice], np.float32)

    def shared_scratch(self, choices: int) -> tuple[Words, Words, Floats]:
        """Return the space all seats draw in, ``(choices, R)`` each; nothing in it outlives a seat's turn."""
        if self._scratch is None:
            shape = (choices, self.world.rows)
            drawn, mixed = np.empty(shape, np.uint32), np.empty(shape, np.uint32)
            self._scratch = drawn, mixed, np.empty(shape, np.float32)
        return self._scratch

    def _check(self) -> None:
        """Stop on a number that is none or out of its bounds."""
        for quantity, what, row in self.world.faults():
            raise ModelFault(
                f"{quantity} {what} by turn {self.turn}, option {self.setup.option}, row {row} of its block"
            )

    def close(self) -> None:
        """Let go of the agents: some versions of Mesa keep every model that ever had one."""
        ids = getattr(mesa.Agent, "_ids", None)
        if ids is not None:
            ids.pop(self, None)
