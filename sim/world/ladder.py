"""The twelve rungs and what each costs, from ``configs/ladder.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

RUNGS = 12

SHOW_OF_FORCE, GREY_ZONE, MOBILISATION, LIMITED_FORCE, MAJOR_ATTACK, WAR, NUCLEAR_ALERT = 3, 4, 5, 6, 7, 8, 9
LIMITED_NUCLEAR = 10


@dataclass(frozen=True)
class Ladder:
    """Tables by rung."""

    ids: tuple[str, ...]
    loss: NDArray[np.float32]  # share of all that is valued
    climb: NDArray[np.float32]  # how readily a clash goes one rung higher
    norm: NDArray[np.float32]  # share of a norm violated
    heat: NDArray[np.float32]  # how much tension alone drives it
    support_answer: tuple[float, ...]  # rung at which support S0..S5 provokes an answer
    rivera: NDArray[np.float32]

    def rung(self, name: str | float) -> float:
        """Return the number of a rung given by id or number."""
        return float(self.ids.index(name)) if isinstance(name, str) else float(name)


def ladder_of(tree: Mapping[str, Any]) -> Ladder:
    """Read the ladder off the ``ladder`` section of a resolved scenario."""
    rungs = tree["rungs"]

    def column(key: str) -> NDArray[np.float32]:
        """Return one number of every rung."""
        return np.array([rung[key] for rung in rungs], np.float32)

    return Ladder(
        ids=tuple(rung["id"] for rung in rungs),
        loss=column("loss"),
        climb=column("climb"),
        norm=column("norm"),
        heat=column("heat"),
        support_answer=tuple(float(v) for v in tree["support_answer"]),
        rivera=np.array(tree["rivera"], np.float32),
    )
