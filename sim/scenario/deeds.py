"""Shape of the catalogue of actions."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, Tag
from pydantic_core import PydanticCustomError

from sim.scenario.entities import Grounded
from sim.scenario.figures import (
    Finite,
    Name,
    NotNegative,
    Positive,
    Share,
    Strict,
    Text,
    by_key,
    figure,
    union,
)
from sim.scenario.grammar import Condition, Effect, PathText, Threshold
from sim.world.axes import GOALS

Relation = Literal["any", "rival", "neighbour", "ally", "partner", "bordering_rival"]
ObservedClass = Literal["rivals", "neighbours", "allies", "partners", "pairs", "states", "nowhere"]


def _names_or(words: Any, *, pairs: bool) -> Any:
    """Return the shape of a word out of *words*, or a list of names (or of pairs of names)."""

    def form(given: Any) -> str | None:
        """Tell a word, a list of names and a list of pairs apart."""
        if isinstance(given, str):
            return "<word>"
        if not isinstance(given, list):
            return None
        return "<pairs>" if pairs and given and all(isinstance(item, list) for item in given) else "<names>"

    members: dict[str, Any] = {
        "word": Annotated[words, Tag("<word>")],
        "names": Annotated[list[Name], Tag("<names>")],
    }
    if pairs:
        pair = Annotated[list[Name], Field(min_length=2, max_length=2)]
        members["pairs"] = Annotated[list[pair], Tag("<pairs>")]
    return union(members, form, "is neither a class by name nor a list of states")


class PipelineRole(Strict):
    """Those who have this part in a flow."""

    pipeline: Literal["giver", "taker", "outsider"]
    goods: list[Name] | None = None


class WarRole(Strict):
    """Those who have this part in a war; a supporter may send along a flow."""

    war: Literal["belligerent", "supporter", "outsider"]
    flow: Literal["direct", "backfill"] | None = None


class ProjectRole(Strict):
    """Those who build a project, or help with it."""

    project: Literal["owner", "patron"]
    only: list[Name] | None = None


class TreatyRole(Strict):
    """The parties of a treaty."""

    treaty: Literal["party"]
    only: list[Name] | None = None


class DealRole(Strict):
    """The parties of a deal."""

    deal: Literal["party"]
    only: list[Name] | None = None


class RedLineRole(Strict):
    """Those who draw a red line."""

    red_line: Literal["owner"]
    only: list[Name] | None = None


class PlaceRole(Strict):
    """Those who claim a place, or hold it."""

    place: Literal["claimant", "holder"]
    only: list[Name] | None = None


class OwnProgramme(Strict):
    """Each state's own."""

    own: Name


_programmes = {
    "pipeline": Annotated[PipelineRole, Tag("<pipeline>")],
    "war": Annotated[WarRole, Tag("<war>")],
    "project": Annotated[ProjectRole, Tag("<project>")],
    "treaty": Annotated[TreatyRole, Tag("<treaty>")],
    "deal": Annotated[DealRole, Tag("<deal>")],
    "red_line": Annotated[RedLineRole, Tag("<red_line>")],
    "place": Annotated[PlaceRole, Tag("<place>")],
    "own": Annotated[OwnProgramme, Tag("<own>")],
}


class _Drive(Strict):
    gain: Finite
    above: Threshold = None
    below: Threshold = None
    level: bool = False  # counts as it stands, not against the world as shipped


class PathDrive(_Drive):
    """What is true moves the rate."""

    path: PathText


class ObservesDrive(_Drive):
    """What the actor believes moves the rate."""

    observes: PathText


_drives = {
    "path": Annotated[PathDrive, Tag("<path>")],
    "observes": Annotated[ObservesDrive, Tag("<observes>")],
}
Drive: Any = union(_drives, by_key("path", "observes"), "is not a drive: it needs `path` or `observes`")


def _is_goal(name: str) -> str:
    if name not in GOALS:
        raise PydanticCustomError(
            "goal", "`{name}` is not a goal ({goals})", {"name": name, "goals": ", ".join(GOALS)}
        )
    return name


Goal = Annotated[str, AfterValidator(_is_goal)]
Rung = Annotated[float, Field(ge=0, le=11)]
Level = Annotated[float, Field(ge=0, le=5)]


Figure: Any = figure("Figure", Finite)
FigurePositive: Any = figure("FigurePositive", Positive)
FigureNotNegative: Any = figure("FigureNotNegative", NotNegative)
FigureShare: Any = figure("FigureShare", Share)


class _Deed(Grounded):
    """Fields an action has and a variant may override."""

    label: Text | None = None
    kind: Literal["coercive", "cooperative", "supportive", "internal", "mixed"] | None = None
    actors: list[Name] | None = None
    per_year: FigurePositive | None = None
    rung: Rung | None = None
    support: Level | None = None
    mid: Level | None = None
    answer_rung: Threshold = None
    against: Literal["target", "enemy", "giver", "taker", "none"] | None = None
    requires: list[Condition] | None = None
    excludes: list[Name] | None = None
    habituates: FigureNotNegative | None = None
    deadly: FigureNotNegative | None = None
    cooldown: FigureNotNegative | None = None
    gains: dict[Goal, Figure] | None = None
    drives: list[Drive] | None = None
    effects: list[Effect] | None = None
    visibility: FigureShare | None = None
    provokes: dict[Name, FigureShare] | None = None
    goldstein: Figure | None = None
    rivera: Figure | None = None
    logit: Figure | None = None
    sentence: Text | None = None


Programme: Any = union(
    _programmes, by_key(*_programmes), f"is not a programme: it needs one of {', '.join(_programmes)}"
)
Targets: Any = _names_or(Relation, pairs=False)
ObservedIn: Any = _names_or(ObservedClass, pairs=True)


class Variant(_Deed):
    """A variant: what it says replaces what the action says."""

    share: FigurePositive | None = None


class Action(_Deed):
    """Something that may be done."""

    desk: Literal["country", "programme"] | None = None
    programme: Programme | None = None
    targets: Targets | None = None
    observed_in: ObservedIn | None = None
    asks: Literal["step_down", "terms", "deal"] | None = None
    answers: Literal["step_down", "terms", "deal", "treaty"] | None = None
    days: Positive | None = Field(default=None, description="How long a question stands; 21 unless given")
    variants: dict[Name, Variant] | None = None
