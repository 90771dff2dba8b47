"""How a state weighs its choices: one product of weights and features, every part of it by name.

    U(c) = constant(c) + sum of weight(c, f) x feature(f)

The weights are numbers of the catalogue and common to a block; what is uncertain sits in the features.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.actions.catalogue import Catalogue
from sim.actions.conditions import Atom
from sim.arrays import Floats
from sim.decision.features import SHUT, Bank, Feature, weights_of

#: Constant that makes a rate exactly 0: `exp` underflows long before.
NEVER = SHUT


@dataclass(frozen=True)
class Appraisal:
    """Weights of all choices of all states over the features of a bank."""

    catalogue: Catalogue
    bank: Bank
    weights: tuple[Floats, ...]  # per state, (C, F); the constant's column is left 0

    def constants(self, log_rate: Floats) -> tuple[Floats, ...]:
        """Return the weights of every state with *log_rate* ``(C,)`` as the constant."""
        ready = []
        for part, weights in zip(self.catalogue.slices, self.weights, strict=True):
            full = weights.copy()
            full[:, 0] = log_rate[part]
            ready.append(full)
        return tuple(ready)

    def utility(self, values: Floats) -> Floats:
        """Return U without constants for every choice, ``(C, R)``, from bank *values* ``(F, R)``."""
        parts = [w @ values[rows] for w, rows in zip(self.weights, self.bank.slices, strict=True)]
        return np.concatenate(parts) if parts else np.empty((0, values.shape[1]), np.float32)

    def contributions(self, choice: int, values: Floats) -> dict[Feature, float]:
        """Return each feature's share of U of one choice, in nats, for one replicate's *values* ``(F,)``."""
        state = next(i for i, part in enumerate(self.catalogue.slices) if part.start <= choice < part.stop)
        row = self.weights[state][choice - self.catalogue.slices[state].start]
        rows = self.bank.slices[state]
        felt = row * values[rows]
        return {
            f: float(felt[n - rows.start])
            for f, n in self.bank.layout[state].items()
            if row[n - rows.start] and f[0] != "gate"
        }


def appraisal_of(catalogue: Catalogue, gates: Sequence[Sequence[Atom]], days: float = 7.0) -> Appraisal:
    """Lay out the features all choices need and the weight of each; *gates* are given per choice."""
    structure = catalogue.structure
    wanted = [weights_of(c, structure, atoms) for c, atoms in zip(catalogue.choices, gates, strict=True)]
    per_state = [tuple(_union(wanted[part])) for part in catalogue.slices]
    bank = Bank(per_state, structure, days)
    weights = []
    for state, part in enumerate(catalogue.slices):
        rows = bank.layout[state]
        start = bank.slices[state].start
        table = np.zeros((part.stop - part.start, len(rows)), np.float32)
        for c, found in enumerate(wanted[part]):
            for feature, weight in found.items():
                table[c, rows[feature] - start] = weight
        weights.append(table)
    return Appraisal(catalogue, bank, tuple(weights))


def _union(found: list[dict[Feature, float]]) -> Mapping[Feature, None]:
    """Return every feature named, in a stable order."""
    return dict.fromkeys(sorted({f for one in found for f in one}, key=repr))
