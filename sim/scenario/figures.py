"""Shapes of the small things every document is made of: names, dates, numbers, labels, distributions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    ValidationInfo,
    WithJsonSchema,
    create_model,
    model_validator,
)
from pydantic_core import PydanticCustomError
from typing_extensions import TypeAliasType

from sim.scenario.distributions import KINDS, make


class Strict(BaseModel):
    """A mapping whose keys are all known; remembers which model read which mapping, for did-you-mean."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _remember(cls, given: Any, info: ValidationInfo) -> Any:
        if info.context is not None and isinstance(given, dict):
            info.context[id(given)] = [f.alias or name for name, f in cls.model_fields.items()]
        return given


#: Keys by which the forms of a union are told apart, by what is said where none is there: for did-you-mean.
known_forms: dict[str, tuple[str, ...]] = {}


def tagged(key_of: Callable[[Any], str | None], expected: str, known: Iterable[str]) -> Discriminator:
    """Return a discriminator by the key that is present; *expected* says what there should have been."""
    known_forms[expected] = tuple(known)
    return Discriminator(key_of, custom_error_type="no_such_form", custom_error_message=expected)


def by_key(*keys: str) -> Callable[[Any], str | None]:
    """Return a function that gives the first of *keys* a mapping holds, as a tag."""

    def key_of(given: Any) -> str | None:
        """Return which form a value has, by the keys it gives."""
        if isinstance(given, BaseModel):
            return None
        if not isinstance(given, dict):
            return None
        return next((f"<{key}>" for key in keys if key in given), None)

    return key_of


def _is_date(text: str) -> str:
    try:
        if date.fromisoformat(text).isoformat() == text:
            return text
    except ValueError:
        pass
    raise PydanticCustomError("date", "is not a date: write year-month-day, as in 2024-06-24")


Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=60)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=10_000)]
Day = Annotated[str, AfterValidator(_is_date), WithJsonSchema({"type": "string", "format": "date"})]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]
Confidence = Literal["low", "medium", "high"]


class Labelled(Strict):
    """What may stand beside a number to say where it comes from: exactly one kind."""

    source: Text | None = Field(default=None, description="Who published it")
    derived: Text | None = Field(default=None, description="Formula it follows from")
    judgement: Text | None = Field(default=None, description="One sentence why")
    range: Annotated[list[NotNegative], Field(min_length=2, max_length=2)] | None = Field(
        default=None, description="Of a judgement: factors on the value, drawn per replicate"
    )
    as_of: Day | None = Field(default=None, description="When the source says it was so")
    confidence: Confidence | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Labelled:
        if self.judgement is not None and (self.source is not None or self.derived is not None):
            raise PydanticCustomError(
                "two_labels", "carries two kinds of label: keep `judgement` or the other"
            )
        if self.range is not None:
            _check_range(self)
        return self


def _check_range(label: Labelled) -> None:
    low, high = label.range or (1.0, 1.0)
    if label.judgement is None:
        raise PydanticCustomError("range", "has a `range` without a `judgement`: only a judgement is drawn")
    if low > high:
        raise PydanticCustomError(
            "range", "has a range whose low {low} is above its high {high}", {"low": low, "high": high}
        )
    if not low <= 1 <= high:
        raise PydanticCustomError(
            "range",
            "has a range [{low}, {high}] without 1: it is a pair of factors on the value",
            {"low": low, "high": high},
        )


class LabelSpec(Labelled):
    """An entry of ``basis``: the label of the numbers below it."""

    @model_validator(mode="after")
    def _some_kind(self) -> LabelSpec:
        if self.source is None and self.derived is None and self.judgement is None:
            raise PydanticCustomError("no_label", "says nothing: give `source`, `derived` or `judgement`")
        return self


class _Parameters(Strict):
    """Parameters of one kind of distribution, checked by the distribution itself."""

    def check(self, kind: str) -> None:
        """Refuse parameters that make no distribution."""
        try:
            make(kind, self.model_dump())
        except ValueError as error:
            raise PydanticCustomError("parameters", "{why}", {"why": str(error)}) from None


class LowHigh(_Parameters):
    """Both ends."""

    low: Finite
    high: Finite


class LowModeHigh(LowHigh):
    """Both ends and the most likely value."""

    mode: Finite


class MeanSd(_Parameters):
    """Mean and standard deviation."""

    mean: Finite
    sd: Finite


class MedianSpread(_Parameters):
    """Median, and the 84th percentile over the median."""

    median: Finite
    spread: Finite


class BetaShape(_Parameters):
    """Either a and b, or mean and n."""

    a: Finite | None = None
    b: Finite | None = None
    mean: Finite | None = None
    n: Finite | None = None


class Percentiles(_Parameters):
    """The 5th, 50th and 95th percentile."""

    p05: Finite
    p50: Finite
    p95: Finite


Category = Annotated[str, StringConstraints(pattern=r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")]

_SHAPES: dict[str, Any] = {
    "constant": Finite,
    "uniform": LowHigh,
    "triangular": LowModeHigh,
    "pert": LowModeHigh,
    "normal": MeanSd,
    "lognormal": MedianSpread,
    "beta": BetaShape,
    "quantiles": Percentiles,
    "categorical": Annotated[dict[Category, Positive], Field(min_length=1)],
}


def _check_parameters(self: Any) -> Any:
    kind = next(kind for kind in KINDS if getattr(self, kind, None) is not None)
    parameters = getattr(self, kind)
    if isinstance(parameters, _Parameters):
        parameters.check(kind)
    return self


_CHECKED: dict[str, Any] = {"check_parameters": model_validator(mode="after")(_check_parameters)}


def _distribution(kind: str, base: type[Strict], suffix: str) -> Any:
    fields: dict[str, Any] = {kind: (_SHAPES[kind], ...)}
    model = create_model(
        f"{kind.capitalize()}{suffix}",
        __base__=base,
        __doc__=f"A {kind} distribution.",
        __validators__=_CHECKED,
        **fields,
    )
    return Annotated[model, Tag(f"<{kind}>")]


def named(name: str, members: Mapping[str, Any], key_of: Callable[[Any], str | None], expected: str) -> Any:
    """Return a union under a name, so that the JSON Schema holds it once."""
    return TypeAliasType(name, union(members, key_of, expected))


def union(members: Mapping[str, Any], key_of: Callable[[Any], str | None], expected: str) -> Any:
    """Return the union of *members* by tag."""
    from typing import Union

    return Annotated[Union[tuple(members.values())], tagged(key_of, expected, members)]  # noqa: UP007 (built at run time)


_kinds = ", ".join(KINDS)
_PURE = {kind: _distribution(kind, Strict, "") for kind in KINDS if kind != "mixture"}


class MixturePart(Strict):
    """One of several opinions, and how much it weighs."""

    weight: Positive
    of: union(_PURE, by_key(*_PURE), f"is not a distribution ({', '.join(_PURE)})")  # type: ignore[valid-type]


_SHAPES["mixture"] = Annotated[list[MixturePart], Field(min_length=1)]
_PURE["mixture"] = _distribution("mixture", Strict, "")

#: A distribution alone, as under `distribution:` of an assumption.
DistributionSpec: Any = named("Distribution", _PURE, by_key(*KINDS), f"is not a distribution ({_kinds})")


def _number_form(given: Any) -> str | None:
    return by_key("value", *KINDS)(given) if isinstance(given, dict) else "<bare>"


def _value_form(given: Any) -> str | None:
    return by_key(*KINDS)(given) if isinstance(given, dict) else "<bare>"


_BARE = Annotated[Finite, Tag("<bare>")]
_LABELLED = {kind: _distribution(kind, Labelled, "Number") for kind in KINDS}


class ValueSpec(Labelled):
    """A number, or a distribution, with its label."""

    value: union({"bare": _BARE, **_PURE}, _value_form, f"is neither a number nor a distribution ({_kinds})")  # type: ignore[valid-type]


class FigureSpec(Labelled):
    """A number of the action catalogue with its label; never drawn."""

    value: Finite


#: A number of the world: bare, with a label, or a distribution.
Number: Any = named(
    "Number",
    {"bare": _BARE, "value": Annotated[ValueSpec, Tag("<value>")], **_LABELLED},
    _number_form,
    "is not a number: give a bare number, {value: …} or a distribution",
)


def _figure_form(given: Any) -> str | None:
    return by_key("value")(given) if isinstance(given, dict) else "<bare>"


def figure(name: str, bare: Any) -> Any:
    """Return the shape of a number of an action, *bare* or with a label."""
    value = create_model(f"{name}Spec", __base__=FigureSpec, __doc__=FigureSpec.__doc__, value=(bare, ...))
    members = {"bare": Annotated[bare, Tag("<bare>")], "value": Annotated[value, Tag("<value>")]}
    return named(name, members, _figure_form, "is not a number: give a bare number or {value: …}")
