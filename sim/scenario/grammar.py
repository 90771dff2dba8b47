"""Shapes of the grammar that actions, injects, doctrines and outcomes share: conditions and effects."""

from __future__ import annotations

import math
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints, Tag, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from sim.scenario.figures import (
    Finite,
    Name,
    NotNegative,
    Positive,
    Strict,
    by_key,
    named,
    union,
)

PathText = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Pair = Annotated[list[Name], Field(min_length=2, max_length=2)]

#: A programme by name; a project has that of its owner before it.
Programme = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.]{0,80}$")]


class Deed(Strict):
    """What is done when a doctrine fires, or would break a word."""

    action: Name
    target: Name | None = None
    variant: Name | None = None
    programme: Programme | None = None


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
            raise PydanticCustomError(
                "comparison", "{got}: give one of {listed}", {"got": got, "listed": listed}
            )
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
Condition: Any = union(
    _conditions, by_key(*_conditions), "is not a condition: it needs one of path, observes, all, any, not"
)


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


class Advance(Strict):
    """Bring a project forward."""

    advance: Programme
    by: Finite


class Fly(Strict):
    """Try a flight of a project."""

    fly: Programme


class Offer(Strict):
    """Ask a question: to step down, terms of a ceasefire, or a deal by name."""

    offer: Name


class Answer(Strict):
    """Answer a question: to step down, terms of a ceasefire, a deal or a treaty by name."""

    answer: Name


class Breach(Strict):
    """Break a deal."""

    breach: Name


class Invoke(Strict):
    """Call on the other party of a treaty for help."""

    invoke: Name


class Leave(Strict):
    """Leave a treaty."""

    leave: Name


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
    "advance": Annotated[Advance, Tag("<advance>")],
    "fly": Annotated[Fly, Tag("<fly>")],
    "breach": Annotated[Breach, Tag("<breach>")],
    "invoke": Annotated[Invoke, Tag("<invoke>")],
    "leave": Annotated[Leave, Tag("<leave>")],
    "open": Annotated[Open, Tag("<open>")],
    "close": Annotated[Close, Tag("<close>")],
}
Effect: Any = named(
    "Effect", _effects, by_key(*_effects), f"is not an effect: it needs one of {', '.join(_effects)}"
)
Effects = Annotated[list[Effect], Field(min_length=1)]
