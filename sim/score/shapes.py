"""What a row says: a claim about the sign of an effect, or a lever of a mechanism."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from sim.scenario.figures import Day, Name, NotNegative, Strict, Text, union
from sim.scenario.grammar import PathText
from sim.scenario.happenings import InjectSpec, OptionSpec, OutcomeSpec

#: Replicates per arm, where a row does not say, and at most.
REPLICATES, MOST_REPLICATES = 4096, 8192

#: A value of ``--set``: a number, a word, or a mapping or list of them.
Setting = Annotated[Any, Field(description="As after PATH= of --set")]


def _spelled(given: Any) -> Any:
    return "null" if given is None else given


#: The sign a claim gives the effect; >= and <= leave room for none, any is content with either.
Expected = Annotated[Literal["+", "-", ">=", "<=", "null", "any"], BeforeValidator(_spelled)]


class Size(Strict):
    """How large an effect is: in exactly one unit."""

    points: NotNegative | None = Field(default=None, description="Percentage points of a probability")
    share: NotNegative | None = Field(default=None, description="Share of the value in the low arm")
    by: NotNegative | None = Field(default=None, description="In the unit of the quantity")

    @model_validator(mode="after")
    def _one(self) -> Size:
        if len(self.model_fields_set) != 1:
            raise PydanticCustomError("size", "needs exactly one of points, share, by")
        return self


class Given(Strict):
    """What holds in both arms, to make rare things frequent or to look only where they happened."""

    both: dict[str, Setting] = Field(default_factory=dict)
    inject: dict[Name, InjectSpec] = Field(default_factory=dict)
    happened: OutcomeSpec | None = None


def _by_kind(given: Any) -> str | None:
    if isinstance(given, str):
        return "<name>"
    return "<spec>" if isinstance(given, dict) else None


#: An option by name, or one of the row's own.
OneOption: Any = union(
    {"name": Annotated[Name, Tag("<name>")], "spec": Annotated[OptionSpec, Tag("<spec>")]},
    _by_kind,
    "is neither the name of an option nor one of its own",
)


class Change(Strict):
    """In what the high arm differs from the low arm."""

    set: dict[str, Annotated[list[Setting], Field(min_length=2, max_length=2)]] = Field(default_factory=dict)
    low: dict[str, Setting] = Field(default_factory=dict)
    high: dict[str, Setting] = Field(default_factory=dict)
    inject: dict[Name, InjectSpec] = Field(default_factory=dict, description="Only in the high arm")
    options: Annotated[list[OneOption], Field(min_length=2, max_length=2)] | None = None

    @model_validator(mode="after")
    def _something(self) -> Change:
        if not (self.set or self.low or self.high or self.inject or self.options):
            raise PydanticCustomError("empty", "changes nothing: needs set, low and high, inject or options")
        return self


class Final(Strict):
    """A quantity at the end."""

    quantity: PathText


Wanted: Any = union(
    {"name": Annotated[Name, Tag("<name>")], "spec": Annotated[Final, Tag("<spec>")]},
    _by_kind,
    "is neither the name of an outcome nor {quantity: PATH}",
)


class Row(Strict):
    """Two arms of one scenario under the same luck, and what is compared between them."""

    scenario: Text
    option: OneOption | None = Field(default=None, description="The first of the scenario by default")
    given: Given = Given()
    change: Change
    outcome: Wanted | None = None
    watch: OutcomeSpec | None = None
    minimum: Size | None = None
    margin: Size | None = None
    replicates: Annotated[int, Field(ge=1, le=MOST_REPLICATES)] = REPLICATES
    seed: Annotated[int, Field(ge=0)] | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _compared(self) -> Row:
        if (self.outcome is None) == (self.watch is None):
            raise PydanticCustomError("compared", "needs either `outcome` or `watch`")
        if self.option is not None and self.change.options is not None:
            raise PydanticCustomError("option", "has both `option` and `change.options`: keep one")
        units = [size for size in (self.minimum, self.margin) if size is not None]
        if self.is_quantity and any(size.points is not None for size in units):
            raise PydanticCustomError("unit", "measures a quantity in points: give `share` or `by`")
        if not self.is_quantity and any(size.by is not None for size in units):
            raise PydanticCustomError("unit", "measures a probability `by`: give `points` or `share`")
        return self

    @property
    def is_quantity(self) -> bool:
        """Whether a quantity is compared rather than how often something happens."""
        return isinstance(self.outcome, Final)

    @property
    def what(self) -> str:
        """What is compared, in a word or a path."""
        if isinstance(self.outcome, Final):
            return self.outcome.quantity
        return str(self.outcome) if self.outcome is not None else _form_of(self.watch)


def _form_of(watched: Any) -> str:
    """Return what an outcome of the row's own watches for, in short."""
    said = watched.model_dump(exclude_none=True, exclude={"label"}, by_alias=True)
    label = getattr(watched, "label", None)
    return label or ", ".join(f"{key}: {_flat(value)}" for key, value in said.items())


def _flat(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(f"{key} {_flat(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return " ".join(_flat(item) for item in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


class Direction(Row):
    """A claim about the sign of an effect, as its source states it."""

    claim: Text
    source: Text
    star: bool = False
    contested: bool = False
    expect: Expected


class Lever(Row):
    """What a mechanism does when it is pulled at: its interval excludes 0 and it is no small thing."""

    mechanism: Annotated[str, Field(pattern=r"^M[1-9][0-9]?$")]
    lever: Text
    expect: Expected = "any"


class Changed(Strict):
    """What was changed after the file was first committed, and why."""

    row: Name
    on: Day
    what: Text
    why: Text


class Directions(Strict):
    """``configs/directions.yaml``."""

    directions: Annotated[dict[Name, Direction], Field(min_length=1)]
    changes: list[Changed] = Field(default_factory=list)


class Levers(Strict):
    """``configs/levers.yaml``."""

    levers: Annotated[dict[Name, Lever], Field(min_length=1)]
