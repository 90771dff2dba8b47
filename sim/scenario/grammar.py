"""Shapes of the grammar that actions, injects, doctrines and outcomes share."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints, Tag, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from sim.scenario.figures import (
    Day,
    Finite,
    Name,
    NotNegative,
    Positive,
    Share,
    Strict,
    Text,
    by_key,
    union,
)

PathText = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Pair = Annotated[list[Name], Field(min_length=2, max_length=2)]

#: Comparisons of a condition.
COMPARISONS = ("at_least", "at_most", "above", "below", "is", "is_not")



def _is_threshold(value: Any) -> Any:
    is_number = isinstance(value, int | float) and math.isfinite(value)
    if not is_number and not isinstance(value, str):
        raise PydanticCustomError("threshold", "is neither a number nor the id of a rung")
    return value


#: What a quantity is compared with or set to.
Threshold = Annotated[
    Any,
    AfterValidator(_is_threshold),
    WithJsonSchema({"type": ["number", "boolean", "string"], "description": "A number, or the id of a rung"}),
]


class Days(Strict):
    """A length of time."""

    days: Positive


class Comparison(Strict):
    """Exactly one comparison with a threshold."""

    at_least: Threshold = None
    at_most: Threshold = None
    above: Threshold = None
    below: Threshold = None
    is_: Threshold = Field(default=None, alias="is")
    is_not: Threshold = None

    @model_validator(mode="after")
    def _one(self) -> Comparison:
        given = [k for k in COMPARISONS if getattr(self, "is_" if k == "is" else k) is not None]
        if len(given) != 1:
            listed = ", ".join(COMPARISONS)
            got = f"has both `{given[0]}` and `{given[1]}`" if given else "compares with nothing"
            raise PydanticCustomError("comparison", "{got}: give one of {listed}", {"got": got, "listed": listed})
        return self


class PathCondition(Comparison):
    """What is true."""

    path: PathText


class ObservesCondition(Comparison):
    """What the actor believes."""

    observes: PathText


class AllCondition(Strict):
    """Every one of several."""

    all: Annotated[list[Condition], Field(min_length=1)]


class AnyCondition(Strict):
    """At least one of several."""

    any: Annotated[list[Condition], Field(min_length=1)]


class NotCondition(Strict):
    """The opposite."""

    not_: Condition = Field(alias="not")


_conditions = {
    "path": Annotated[PathCondition, Tag("<path>")],
    "observes": Annotated[ObservesCondition, Tag("<observes>")],
    "all": Annotated[AllCondition, Tag("<all>")],
    "any": Annotated[AnyCondition, Tag("<any>")],
    "not": Annotated[NotCondition, Tag("<not>")],
}
Condition: Any = union(_conditions, by_key(*_conditions), "is not a condition: it needs one of path, observes, all, any, not")


for _model in (AllCondition, AnyCondition, NotCondition):
    _model.model_rebuild()


class Raise(Strict):
    """Add to a quantity."""

    raise_: PathText = Field(alias="raise")
    by: Threshold


class Lower(Strict):
    """Take off a quantity."""

    lower: PathText
    by: Threshold


class Scale(Strict):
    """Multiply a quantity."""

    scale: PathText
    by: NotNegative


class SetTo(Strict):
    """Set a quantity."""

    set: PathText
    to: Threshold


class Lift(Strict):
    """Raise a quantity to at least a value."""

    lift: PathText
    to: Threshold


class Ship(Strict):
    """Send so many years of a flow's rate at once."""

    ship: Name
    amount: NotNegative


class Owe(Strict):
    """Add to what is owed for a flow."""

    owe: Name
    amount: Finite


class Offer(Strict):
    """Ask a question."""

    offer: Literal["step_down", "terms"]


class Answer(Strict):
    """Answer a question."""

    answer: Literal["step_down", "terms"]


class Open(Strict):
    """Open a war."""

    open: Name


class Close(Strict):
    """End a war."""

    close: Name


_effects = {
    "raise": Annotated[Raise, Tag("<raise>")],
    "lower": Annotated[Lower, Tag("<lower>")],
    "scale": Annotated[Scale, Tag("<scale>")],
    "set": Annotated[SetTo, Tag("<set>")],
    "lift": Annotated[Lift, Tag("<lift>")],
    "ship": Annotated[Ship, Tag("<ship>")],
    "owe": Annotated[Owe, Tag("<owe>")],
    "offer": Annotated[Offer, Tag("<offer>")],
    "answer": Annotated[Answer, Tag("<answer>")],
    "open": Annotated[Open, Tag("<open>")],
    "close": Annotated[Close, Tag("<close>")],
}
Effect: Any = union(_effects, by_key(*_effects), f"is not an effect: it needs one of {', '.join(_effects)}")
Effects = Annotated[list[Effect], Field(min_length=1)]


class Deed(Strict):
    """What is done when a doctrine fires."""

    action: Name
    target: Name | None = None
    variant: Name | None = None
    programme: Name | None = None


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
    programme: Name | None = None

    @model_validator(mode="after")
    def _something(self) -> Forbidden:
        if not self.model_fields_set:
            raise PydanticCustomError("empty", "forbids everything: name an actor, action, target or variant")
        return self


class Rule(Strict):
    """A doctrine: fires when its condition becomes true."""

    actor: Name
    when: Condition
    do: Deed
    firmness: Share
    every: Days | None = None
    label: Text | None = None


class OptionSpec(Strict):
    """What could be decided."""

    label: Text | None = None
    forbid: list[Forbidden] = []
    do: list[Scripted] = []
    doctrine: list[Rule] = []
    set: dict[str, Finite] = {}
    rules: dict[Name, Literal["scripted", "doctrine", "random", "hold", "desks"]] = {}


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
    then: list[Effect] = []
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
InjectSpec: Any = union(_injects, by_key(*_injects), "is not an inject: it needs one of per_year, chance (with within), at")


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
    programme: Name | None = None

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
    "first": Annotated[OrderOutcome, Tag("<first>")],
}
OutcomeSpec: Any = union(_outcomes, by_key(*_outcomes), f"is not an outcome: it needs one of {', '.join(_outcomes)}")

#: Keys by which the forms of one thing are told apart; a layer that gives another form replaces the first.
FORMS = {"outcomes": tuple(_outcomes), "injects": tuple(_injects), "assumptions": ("distribution", "alternatives")}
