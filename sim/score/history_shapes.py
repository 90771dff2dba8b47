"""What a row of history says: a base rate, an outcome that is known, a quantity that was estimated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from sim.scenario.figures import Day, Name, NotNegative, Positive, Share, Strict, Text
from sim.scenario.grammar import Pair, PathText
from sim.scenario.happenings import Does, OutcomeSpec
from sim.score.counting import Count, jeffreys

#: Pairs of the model a share may be taken among.
Among = Literal["all", "nuclear_pairs", "other_pairs", "nuclear_party"]

#: What is counted, as what, and which keys it takes; those of a tuple in the tuple exclude each other.
MEASURES: dict[str, tuple[str, tuple[tuple[str, ...], ...]]] = {
    "onsets": ("rate", (("dyads",),)),
    "lethal_clashes": ("rate", (("dyads",),)),
    "deed_days": ("rate", (("deeds",),)),
    "reach_force": ("share", (("dyads", "among"),)),
    "reach_war": ("share", (("dyads", "among"),)),
    "fatal": ("share", (("dyads", "among"),)),
    "longer_than": ("share", (("dyads", "among"), ("days",))),
    "joined": ("share", (("dyads", "among"), ("level",))),
    "crises": ("share", (("dyads", "among"), ("level",))),
    "honoured": ("share", ()),
}

#: Levels of a measure; where it may be left out, that comes first.
LEVELS: dict[str, tuple[str | None, ...]] = {"joined": (None, "force"), "crises": ("any", "serious", "war")}

#: Units of exposure, in days; of a dyad-year, a year for each dyad.
DAYS_IN = {"dyad-year": 365.25, "year": 365.25, "month": 365.25 / 12}

#: How far the last digit of an interval may be off.
ROUNDING = 0.01


class BaseRate(Strict):
    """How often something happened, and what is counted in the model."""

    what: Text
    group: Name
    kind: Literal["rate", "share"]
    period: Text
    source: Text
    k: Annotated[int, Field(ge=0)] | None = None
    n: Annotated[int, Field(ge=1)] | None = None
    exposure: Positive | None = None
    unit: Literal["dyad-year", "year", "month"] | None = None
    value: Share | None = Field(default=None, description="Of a share whose counts are not published")
    interval: Annotated[list[NotNegative], Field(min_length=2, max_length=2)]
    measure: Literal[tuple(MEASURES)]  # type: ignore[valid-type]
    dyads: Annotated[list[Pair], Field(min_length=1)] | None = None
    among: Among | None = None
    days: Positive | None = None
    level: Literal["any", "serious", "war", "force"] | None = None
    deeds: Annotated[list[Does], Field(min_length=1)] | None = None
    note: Text | None = None

    def contradictions(self) -> Iterator[str]:
        """Yield in what the row contradicts itself."""
        wrong = list(self._counts())
        yield from wrong or self._interval()
        yield from self._measured()

    def _counts(self) -> Iterator[str]:
        """Yield the counts that are missing, too many, or impossible."""
        if self.kind == "rate":
            if None in (self.k, self.exposure, self.unit) or self.n is not None:
                yield "is a rate: needs k, exposure and unit, and no n"
            if self.value is not None:
                yield "is a rate: takes k and exposure, no value"
            return
        if (self.value is None) == (self.k is None) or (self.k is None) != (self.n is None):
            yield "is a share: needs k and n, or value without them"
        if self.exposure is not None or self.unit is not None:
            yield "is a share: takes n, no exposure or unit"
        if self.k is not None and self.n is not None and self.k > self.n:
            yield "has k above n"
        if self.value in (0, 1):
            yield "has a value of 0 or 1: give k and n"

    def _interval(self) -> Iterator[str]:
        """Yield whether the interval is another than that of the counts."""
        low, high = self.interval
        if low >= high:
            yield "has an interval that does not rise"
        elif self.counted is not None:
            right = jeffreys(self.counted)
            if any(
                abs(a - b) > ROUNDING * max(b, right[1] / 5) for a, b in zip((low, high), right, strict=True)
            ):
                yield f"has another interval than its counts: [{right[0]:.3g}, {right[1]:.3g}]"

    def _measured(self) -> Iterator[str]:
        """Yield what does not go with the measure."""
        kind, wanted = MEASURES[self.measure]
        if kind != self.kind:
            yield f"measures a {kind} as a {self.kind}"
        levels = LEVELS.get(self.measure, (None,))
        for keys in wanted:
            given = [key for key in keys if getattr(self, key) is not None]
            if len(given) != 1 and not (keys == ("level",) and None in levels):
                said = f"needs one of {', '.join(keys)}" if len(keys) > 1 else f"needs `{keys[0]}`"
                yield f"measures {self.measure}: {said}"
        taken = {key for keys in wanted for key in keys}
        for key in ("dyads", "among", "days", "level", "deeds"):
            if key not in taken and getattr(self, key) is not None:
                yield f"measures {self.measure}: takes no `{key}`"
        if self.level is not None and "level" in taken and self.level not in levels:
            known = ", ".join(level for level in levels if level)
            yield f"measures {self.measure}: `level` is one of {known}"

    @property
    def counted(self) -> Count | None:
        """What was counted; None where only a share was published."""
        if self.k is None:
            return None
        size = self.exposure if self.kind == "rate" else self.n
        return Count(self.k, float(size or 0), self.kind == "rate")


class BaseRates(Strict):
    """``configs/history/base_rates.yaml``."""

    scenario: Text
    from_week: Annotated[int, Field(ge=0)]
    rows: Annotated[dict[Name, BaseRate], Field(min_length=1)]


class Reference(Strict):
    """How often such a thing had happened before the start, in a stated class of cases or years."""

    of: Text
    k: Annotated[int, Field(ge=0)]
    n: Annotated[int, Field(ge=1)] | None = None
    years: Positive | None = None
    source: Text
    as_of: Day

    @model_validator(mode="after")
    def _one(self) -> Reference:
        if (self.n is None) == (self.years is None):
            raise PydanticCustomError("reference", "needs either n or years")
        if self.n is not None and self.k > self.n:
            raise PydanticCustomError("reference", "has k above n")
        return self


class Known(Strict):
    """An outcome that is known, with the forecast of a reference class, and what the model is asked."""

    what: Text
    happened: bool
    first: Day | None = None
    basis: Text
    source: Text | None = None
    reference: Reference
    watch: OutcomeSpec
    note: Text | None = None

    @model_validator(mode="after")
    def _dated(self) -> Known:
        if self.happened != (self.first is not None):
            raise PydanticCustomError("dated", "gives the day it `first` happened exactly where it did")
        return self


class Estimated(Strict):
    """A quantity that was estimated for a date."""

    what: Text
    path: PathText
    at: Day
    low: NotNegative
    high: NotNegative
    known: bool = Field(default=False, description="Published before the start: checks the input")
    source: Text
    as_of: Day | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _rises(self) -> Estimated:
        if self.low >= self.high:
            raise PydanticCustomError("range", "has a range that does not rise")
        return self


class Hindcast(Strict):
    """``configs/history/hindcast.yaml``."""

    scenario: Text
    by: Day
    outcomes: Annotated[dict[Name, Known], Field(min_length=1)]
    quantities: dict[Name, Estimated] = Field(default_factory=dict)
    left_out: dict[Name, Text] = Field(default_factory=dict)
