"""Everything one option compiles to: the same for every block."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from sim.actions.catalogue import Catalogue
from sim.actions.conditions import Requirements
from sim.actions.effects import Effects, Provocation
from sim.arrays import Floats
from sim.decision.appraisal import Appraisal
from sim.decision.misbelief import Misbelief
from sim.decision.orders import Rule, Script
from sim.decision.rates import Rates
from sim.model.consequences import Consequences
from sim.model.injects import Inject
from sim.model.outcomes import Outcome
from sim.world.address import Address
from sim.world.structure import Structure


@dataclass(frozen=True)
class Setup:
    """Compiled rules of one option of one scenario."""

    option: str
    structure: Structure
    catalogue: Catalogue
    appraisal: Appraisal
    rates: Rates
    weights: tuple[Floats, ...]  # per state, (C, F), constants in place
    requirements: Requirements
    unminded: Requirements  # those the appraisal does not mind already
    effects: Effects
    provocations: Provocation
    misbelief: Misbelief
    rest: Floats  # (C,), cooldown in shares of the turn
    answers: dict[
        tuple[str, str], tuple[NDArray[np.int32], NDArray[np.float32]]
    ]  # by a deadline's array and column: who says yes (-1 nobody), log-odds
    scripts: tuple[Script, ...]
    rules: tuple[Rule, ...]
    injects: tuple[Inject, ...]
    inject_effects: Effects
    consequences: Consequences
    outcomes: tuple[Outcome, ...]
    watch: tuple[tuple[str, Address, float, float], ...]  # (path, where, low, high of its bins)
    constant: NDArray[np.float32]  # (C,), ln(nu dt 2^32) less reference levels
    start: date
    days: float
    turns: int
