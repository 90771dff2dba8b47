"""A state as an agent: it sees, weighs and decides, in a thousand histories at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa

from sim.arrays import Floats
from sim.decision.race import Clocks

if TYPE_CHECKING:
    from sim.model.model import StrategicModel


class StateAgent(mesa.Agent):
    """One state in every replicate of a block. Its attributes are views of the world's arrays."""

    model: StrategicModel

    def __init__(self, model: StrategicModel, index: int) -> None:
        """Take a seat at the table."""
        super().__init__(model)
        setup = model.setup
        self.index = index
        self.name = setup.structure.axes.states[index]
        part = setup.catalogue.slices[index]
        self.weights: Floats = setup.weights[index]
        self.features: Floats = model.values[setup.appraisal.bank.slices[index]]  # (F, R)
        self.clocks = Clocks(
            tuple(c.name for c in setup.catalogue.choices[part]), part.start, model.world.rows
        )
        self.clocks.rate = model.rates[part]
        self._share_scratch()

    def _share_scratch(self) -> None:
        """Draw in the same space as all other seats, one after the other: it stays close to the processor."""
        clocks, most = self.clocks, max(part.stop - part.start for part in self.model.setup.catalogue.slices)
        words, scratch, level = self.model.shared_scratch(most)
        n = len(clocks.rate)
        clocks.words, clocks.scratch, clocks.level = words[:n], scratch[:n], level[:n]

    @property
    def hardship(self) -> Floats:
        """Hardship of its people, ``(R,)``."""
        return self.model.world.states.hardship[:, self.index]

    def appraise(self) -> None:
        """Weigh every choice: one product, one exponential."""
        self.clocks.appraise(self.weights, self.features)

    def decide(self) -> None:
        """Hear which clocks ring within the turn."""
        self.model.ringing.append(self.clocks.ring(self.model.moment.words))
