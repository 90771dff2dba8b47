"""The shape of a whole document, and the JSON Schema editors complete and check with."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Literal

from pydantic import Field, Tag

from sim.scenario.deeds import Action
from sim.scenario.entities import (
    Correlation,
    DealSpec,
    DrawnAssumption,
    Dyad,
    GoodSpec,
    Grounded,
    Indicator,
    Parameters,
    Pipeline,
    Place,
    Project,
    RedLine,
    Regime,
    Relations,
    SampledAssumption,
    State,
    StoryAssumption,
    Theatre,
    Treaty,
    War,
)
from sim.scenario.figures import Day, Name, Strict, Text, by_key, union
from sim.scenario.grammar import PathText
from sim.scenario.happenings import InjectSpec, OptionSpec, OutcomeSpec, Rule
from sim.world.quantities import ENTITIES

#: Most turns, replicates, days a turn, and the largest seed.
MOST_TURNS, MOST_REPLICATES, MOST_DAYS, MOST_SEED = 1040, 10_000_000, 31, 2**63 - 1

RULES = ("scripted", "doctrine", "random", "hold", "desks")

_assumptions = {
    "alternatives": Annotated[StoryAssumption, Tag("<alternatives>")],
    "distribution": Annotated[DrawnAssumption, Tag("<distribution>")],
    "sets": Annotated[SampledAssumption, Tag("<sets>")],
}
AssumptionSpec: Any = union(
    _assumptions,
    by_key(*_assumptions),
    "is not an assumption: it needs `distribution` (with `path` or `paths`), `alternatives` or `sets`",
)


class Turn(Strict):
    """One time step."""

    days: Annotated[float, Field(ge=1, le=MOST_DAYS)]


class InertSpec(Strict):
    """Numbers that do nothing in a scenario, and why; `sim check --liveness` does not ask them to."""

    path: Annotated[Text, Field(description="Path of a number; `*` stands for anything")]
    reason: Text


class Document(Grounded):
    """A scenario, a world, or both in one."""

    name: Name = Field(description="One word; results are kept under it")
    title: Text | None = None
    question: Text | None = Field(
        default=None, description="What is asked, in words; the report begins with it"
    )
    marking: Text | None = Field(default=None, description="Printed on every page")
    extends: Text | None = Field(
        default=None, description="A shipped world by name, or a path from this file"
    )
    start: Day | None = Field(default=None, description="Day on which turn 0 begins")
    turn: Turn | None = None
    turns: Annotated[int, Field(ge=1, le=MOST_TURNS)] | None = None
    replicates: Annotated[int, Field(ge=1, le=MOST_REPLICATES)] | None = None
    seed: Annotated[int, Field(ge=0, le=MOST_SEED)] | None = None
    watch: list[PathText] = Field(default_factory=list)
    parameters: Parameters | None = None
    ladder: dict[str, Any] | None = None
    actions: dict[Name, Action | None] = Field(default_factory=dict)
    relations: Relations | None = None
    states: dict[Name, State | None] = Field(default_factory=dict)
    dyads: dict[Name, dict[Name, Dyad | None] | None] = Field(default_factory=dict)
    theatres: dict[Name, Theatre | None] = Field(default_factory=dict)
    wars: dict[Name, War | None] = Field(default_factory=dict)
    goods: dict[Name, GoodSpec | None] = Field(default_factory=dict)
    pipelines: dict[Name, Pipeline | None] = Field(default_factory=dict)
    projects: dict[Name, dict[Name, Project | None] | None] = Field(default_factory=dict)
    treaties: dict[Name, Treaty | None] = Field(default_factory=dict)
    deals: dict[Name, DealSpec | None] = Field(default_factory=dict)
    red_lines: dict[Name, RedLine | None] = Field(default_factory=dict)
    places: dict[Name, Place | None] = Field(default_factory=dict)
    regime: Regime | None = None
    indicators: dict[Name, Indicator | None] = Field(default_factory=dict)
    assumptions: dict[Name, AssumptionSpec | None] = Field(default_factory=dict)
    correlations: list[Correlation] = Field(
        default_factory=list, description="Assumptions that are drawn together"
    )
    options: dict[Name, OptionSpec | None] = Field(default_factory=dict)
    injects: dict[Name, InjectSpec | None] = Field(default_factory=dict)
    outcomes: dict[Name, OutcomeSpec | None] = Field(default_factory=dict)
    rules: dict[Name, Literal["scripted", "doctrine", "random", "hold", "desks"]] = Field(
        default_factory=dict
    )
    doctrine: list[Rule] = Field(default_factory=list)
    inert: list[InertSpec] = Field(default_factory=list, description="Numbers that do nothing here")


#: Keys of a document besides those of `Document`, which only the program writes.
WRITTEN_BY_PROGRAM = ("reference",)

#: Keys that say how a document runs rather than what the world is, not passed on by `extends`.
OWN_KEYS = ("name", "title", "extends")


@cache
def top_keys() -> tuple[str, ...]:
    """Return the keys of a document in the order they are written."""
    return tuple(Document.model_fields)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario or world file, for editors."""
    made = Document.model_json_schema(by_alias=True)
    properties = made["properties"]
    basis = properties.pop("basis")
    for section in ("actions", "dyads", *ENTITIES):
        _allow_basis(properties[section], basis)
    for section in ("dyads", "projects"):
        (row,) = properties[section]["patternProperties"].values()
        _allow_basis(row["anyOf"][0], basis)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A scenario or world of sim",
        **{key: value for key, value in made.items() if key != "title"},
    }


def _allow_basis(mapping: dict[str, Any], basis: dict[str, Any]) -> None:
    """Let a mapping from names to entities hold a ``basis`` too, which is not one of them."""
    ((pattern, entity),) = mapping["patternProperties"].items()
    mapping["patternProperties"] = {pattern.replace("^", "^(?!basis$)", 1): entity}
    mapping["properties"] = {"basis": basis}
