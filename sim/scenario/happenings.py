"""Shapes of what may happen and what is watched for: options, doctrines, injects, outcomes."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from sim.scenario.figures import Day, Finite, Name, NotNegative, Positive, Share, Strict, Text, by_key, union
from sim.scenario.grammar import (
    Comparison,
    Condition,
    Days,
    Deed,
    Effect,
    Effects,
    Pair,
    PathText,
    Programme,
    Threshold,
)


class Scripted(Deed):
    """What is done at a date."""

    at: Day
    actor: Name
    until: NotNegative | None = Field(default=None, description="Days it is retried; 28 unless given")


class Forbidden(Strict):
    """Choices nobody may take; what is left out matches everything."""

    actor: Name | None = None
    action: Name | None = None
    target: Name | None = None
    variant: Name | None = None
    programme: Programme | None = None

    @model_validator(mode="after")
    def _something(self) -> Forbidden:
        if not self.model_fields_set:
            raise PydanticCustomError("empty", "forbids everything: name an actor, action, target or variant")
        return self


Firmness: Any = union(
    {"share": Annotated[Share, Tag("<share>")], "path": Annotated[PathText, Tag("<path>")]},
    lambda given: "<path>" if isinstance(given, str) else "<share>",
    "is neither a share nor the path of one",
)


class Rule(Strict):
    """A doctrine: fires when its condition becomes true."""

    actor: Name
    when: Condition
    do: Deed
    firmness: Firmness
    every: Days | None = None
    label: Text | None = None


class OptionSpec(Strict):
    """What could be decided."""

    label: Text | None = None
    forbid: list[Forbidden] = Field(default_factory=list)
    do: list[Scripted] = Field(default_factory=list)
    doctrine: list[Rule] = Field(default_factory=list)
    set: dict[str, Finite] = Field(default_factory=dict)
    rules: dict[Name, Literal["scripted", "doctrine", "random", "hold", "desks"]] = Field(
        default_factory=dict
    )


class _Inject(Strict):
    label: Text | None = None


class RateInject(_Inject):
    """Happens again and again, so many times a year."""

    per_year: NotNegative
    then: Effects


class Window(Strict):
    """A window of time, from the start unless given."""

    days: Positive
    from_: Day | None = Field(default=None, alias="from")


class ChanceInject(_Inject):
    """Happens at most once, with a chance within a window."""

    chance: Annotated[float, Field(ge=0, lt=1)]
    within: Window
    then: Effects


class Branch(Strict):
    """One of several things that may happen at a date."""

    weight: Positive
    then: list[Effect] = Field(default_factory=list)
    label: Text | None = None


class DateInject(_Inject):
    """Happens at a date."""

    at: Day
    then: Effects | None = None
    choose: Annotated[dict[Name, Branch], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _one(self) -> DateInject:
        if (self.then is None) == (self.choose is None):
            raise PydanticCustomError("inject", "needs either `then` or `choose`")
        return self


_injects = {
    "at": Annotated[DateInject, Tag("<at>")],
    "chance": Annotated[ChanceInject, Tag("<chance>")],
    "per_year": Annotated[RateInject, Tag("<per_year>")],
}
InjectSpec: Any = union(
    _injects, by_key(*_injects), "is not an inject: it needs one of per_year, chance (with within), at"
)


class Between(Strict):
    """The two states it is between."""

    between: Pair


class BetweenDeaths(Between):
    """A clash, and how many deaths count."""

    deaths: NotNegative | None = None


class Reached(Strict):
    """A rung reached by a deed, an incident or the standing rung of a dyad."""

    dyads: Annotated[list[Pair], Field(min_length=1)]
    rung: Threshold


class Does(Strict):
    """A deed; what is left out matches everything."""

    actor: Name | None = None
    action: Name | None = None
    target: Name | None = None
    variant: Name | None = None
    against: Name | None = None
    programme: Programme | None = None

    @model_validator(mode="after")
    def _something(self) -> Does:
        if not self.model_fields_set:
            raise PydanticCustomError("empty", "matches every deed: name an actor, action, target or variant")
        return self


class Watched(Comparison):
    """A quantity past a threshold, for some time."""

    path: PathText
    for_: Days | None = Field(default=None, alias="for")


class _Outcome(Strict):
    label: Text | None = None
    at_least: Annotated[int, Field(ge=1)] | None = None
    by: Day | None = None


class WarOutcome(_Outcome):
    """War between two states."""

    war: Between


class ClashOutcome(_Outcome):
    """A clash between two states."""

    clash: BetweenDeaths


class ReachesOutcome(_Outcome):
    """A dyad reaches a rung."""

    reaches: Reached


class DoesOutcome(_Outcome):
    """Somebody does something."""

    does: Does


class QuantityOutcome(_Outcome):
    """A quantity passes a threshold."""

    quantity: Watched


class Answered(Strict):
    """Help given under a treaty, at a level or above."""

    treaty: Name
    party: Name | None = None
    level: Annotated[float, Field(ge=1, le=5)] = 1


class AnswersOutcome(_Outcome):
    """A party of a treaty gives the help it promised."""

    answers: Answered


class OrderOutcome(_Outcome):
    """One outcome comes before another."""

    first: Name
    before: Name


_outcomes = {
    "war": Annotated[WarOutcome, Tag("<war>")],
    "clash": Annotated[ClashOutcome, Tag("<clash>")],
    "reaches": Annotated[ReachesOutcome, Tag("<reaches>")],
    "does": Annotated[DoesOutcome, Tag("<does>")],
    "quantity": Annotated[QuantityOutcome, Tag("<quantity>")],
    "answers": Annotated[AnswersOutcome, Tag("<answers>")],
    "first": Annotated[OrderOutcome, Tag("<first>")],
}
OutcomeSpec: Any = union(
    _outcomes, by_key(*_outcomes), f"is not an outcome: it needs one of {', '.join(_outcomes)}"
)

#: Keys by which the forms of one thing are told apart; a layer that gives another form replaces the first.
FORMS = {
    "outcomes": tuple(_outcomes),
    "injects": tuple(_injects),
    "assumptions": ("distribution", "alternatives", "sets"),
}
