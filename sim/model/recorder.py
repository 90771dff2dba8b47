"""What is written down of a block while it runs, and the tables it becomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.arrays import columns
from sim.model.disputes import Disputes
from sim.model.outcomes import Watch
from sim.model.rare import Rare
from sim.model.setup import Setup
from sim.world.deeds import FIELDS, Deeds
from sim.world.world import World

if TYPE_CHECKING:
    from sim.model.model import StrategicModel

#: Bins of a watched quantity.
BINS = 256
#: A bin is asinh(GRAIN v / scale) wide: fine near nothing, coarse far out.
GRAIN, FAR = 4.0, 50.0


class Recorder:
    """Outcomes, series, deeds and disputes of one block."""

    def __init__(self, setup: Setup, world: World) -> None:
        self.setup = setup
        states = len(setup.structure.axes.states)
        self.watch = Watch(setup.outcomes, world.rows, states)
        self.rare = Rare(setup, world.rows)
        self.disputes = Disputes(setup.structure, world.rows, world.dyads.at_war)
        self.rung_max = np.zeros((len(setup.structure.theatres), world.rows), np.int8)
        self.rungs: list[NDArray[np.int8]] = []  # per turn, (H, R)
        self.bins: list[NDArray[np.uint8]] = []  # per turn, (watched, R)
        self.deeds: list[tuple[int, Deeds]] = []
        self.theatre_pairs = self._theatre_of()
        self.rivera = np.zeros(world.rows, np.float32)
        self.goldstein = np.zeros(world.rows, np.float32)
        self.gold = np.array(
            [float(c.spec["goldstein"]) for c in setup.catalogue.choices] + [-9.0], np.float32
        )

    def record(self, model: StrategicModel) -> None:
        """Write one turn down."""
        world, moment = model.world, model.moment
        deeds = join(moment.deeds)
        self.watch.note(world, moment, deeds)
        self.rare.note(moment.turn, self.watch.turns)
        self.disputes.note(moment, deeds, world.dyads.at_war)
        self._theatres(world, deeds)
        self.bins.append(self._bins(world))
        aimed = deeds.against >= 0
        weights = self.setup.structure.ladder.rivera.take(deeds.rung)
        gold = self.gold.take(deeds.choice)  # the last entry stands for incidents, -1
        self.rivera += np.bincount(deeds.row, np.where(aimed, weights, -2 * (gold > 0)), world.rows)
        hostile = np.where(aimed, np.minimum(gold, 0), 0)
        self.goldstein += np.bincount(deeds.row, hostile, world.rows)
        self.deeds.append((moment.turn, deeds))

    def _theatres(self, world: World, deeds: Deeds) -> None:
        now = np.zeros_like(self.rung_max)
        rungs, states = columns(world.dyads.rung), len(world.axes.states)
        grave = deeds.where((deeds.rung > 0) & (deeds.against >= 0))
        pair = grave.actor + grave.against * states
        for h, (inside, members) in enumerate(self.theatre_pairs):
            now[h] = rungs[members].max(axis=0, initial=0)
            here = np.flatnonzero(inside[pair])
            np.maximum.at(now[h], grave.row[here], grave.rung[here].astype(np.int8))
        self.rungs.append(now)
        np.maximum(self.rung_max, now, out=self.rung_max)

    def _theatre_of(self) -> list[tuple[NDArray[np.bool_], NDArray[np.int64]]]:
        """Return, for each theatre, which pairs lie in it: as a mask ``(S * S,)`` and as numbers."""
        states = len(self.setup.structure.axes.states)
        tables = []
        for _, pairs in self.setup.structure.theatres:
            mask = np.zeros(states * states, bool)
            for a, b in pairs:
                mask[[a + b * states, b + a * states]] = True
            tables.append((mask, np.flatnonzero(mask)))
        return tables

    def _bins(self, world: World) -> NDArray[np.uint8]:
        """Sort every watched quantity into its bins, ``(watched, R)``."""
        if not self.setup.watch:
            return np.zeros((0, world.rows), np.uint8)
        values = np.stack([address.read(world) for _, address, _, _ in self.setup.watch])
        scale, sign = np.array([[s, sign] for _, _, s, sign in self.setup.watch]).T[:, :, None]
        return to_bins(values, scale, sign)


def to_bins(value: NDArray[Any], scale: Any, sign: Any) -> NDArray[np.uint8]:
    """Sort values into 256 bins, even in asinh(4 v / scale): from 0 where *sign* is 0, else about 0."""
    reach = np.arcsinh(GRAIN * FAR)
    x = np.arcsinh(value * np.asarray(GRAIN / scale, np.float32)) / reach
    x += np.where(sign == 0, 0, 1)
    x *= np.where(sign == 0, BINS, BINS / 2)
    return np.asarray(np.clip(x, 0, BINS - 1, out=x), np.uint8)


def bin_edges(scale: float, sign: float) -> NDArray[np.float32]:
    """Return the 257 edges of the bins."""
    reach = np.arcsinh(GRAIN * FAR)
    u = np.arange(BINS + 1) / BINS if sign == 0 else np.arange(BINS + 1) / (BINS / 2) - 1
    return np.asarray(np.sinh(u * reach) * scale / GRAIN, np.float32)


def join(parts: list[Deeds]) -> Deeds:
    """Put the deeds of a turn together."""
    return Deeds(*(np.concatenate([getattr(p, name) for p in parts]) for name in FIELDS))
