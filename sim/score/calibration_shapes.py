"""The shape of a file that says what is fitted."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from sim.montecarlo.order import LIMITS
from sim.scenario.figures import Finite, Name, Strict, Text
from sim.scenario.grammar import PathText


def _rising(ends: list[float]) -> list[float]:
    if ends[0] >= ends[1]:
        raise PydanticCustomError(
            "not_rising", "{low} is not below {high}", {"low": ends[0], "high": ends[1]}
        )
    return ends


#: Standard deviation on the log scale that leaves nothing of a row: a factor of e to the hundredth.
MOST = 100.0

Discrepancy = Annotated[float, Field(ge=0, le=MOST)]
Ends = Annotated[list[Finite], Field(min_length=2, max_length=2), AfterValidator(_rising)]


class Judged(Strict):
    """What is thought of a row beyond its counts; one standard deviation is a factor either way."""

    value: Annotated[float, Field(gt=0)]
    factor: Annotated[float, Field(gt=1)]
    judgement: Text
    source: Text | None = None


class CalibrationSpec(Strict):
    """Parameters with the ends of their uniform prior, and how much work goes into the fit."""

    parameters: Annotated[dict[PathText, Ends], Field(min_length=1)]
    why: dict[PathText, Text] = Field(default_factory=dict, description="Where the ends are from")
    histories: Annotated[int, Field(ge=1, le=LIMITS["--histories"][1])] = 98_304
    sets: Annotated[int, Field(ge=1, le=4096)] = 256
    seed: Annotated[int, Field(ge=0, le=LIMITS["--seed"][1])] = 0
    discrepancy: Discrepancy = Field(
        default=0.25, description="Standard deviation, on the log scale, of what the model gets wrong"
    )
    discrepancies: dict[Name, Discrepancy] = Field(
        default_factory=dict, description="The same for a group of rows, or one row"
    )

    judged: dict[Name, Judged] = Field(
        default_factory=dict,
        description="Rows of which more is thought than their counts say; counts where the row is fitted",
    )

    def discrepancy_of(self, row: str, group: str) -> float:
        """Return how far the model may be off a row of a group."""
        return self.discrepancies.get(row, self.discrepancies.get(group, self.discrepancy))
