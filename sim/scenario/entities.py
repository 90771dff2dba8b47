"""Shapes of the world: states, dyads, wars, pipelines and the rest.

The fields of each come from the declared quantities.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, create_model

from sim.scenario.figures import (
    Day,
    DistributionSpec,
    Finite,
    LabelSpec,
    Name,
    Number,
    Positive,
    Strict,
    Text,
)
from sim.scenario.grammar import Deed, Effect, Pair, PathText
from sim.scenario.layout import declared, given, inner
from sim.world.axes import GOALS
from sim.world.quantities import QUEUE

Good = Literal[
    "munitions", "missiles", "oil", "food", "components", "money", "labour", "technology", "troops"
]
#: Most sets a sample may hold.
MOST_SETS = 4096

Basis = dict[str, LabelSpec]
_Basis = Annotated[
    Basis | None, Field(description="Where the bare numbers below come from, by quantity or `*`")
]


class Grounded(Strict):
    """A mapping above numbers, which may say where they come from."""

    basis: _Basis = None


def _goals() -> type[Grounded]:
    fields: dict[str, Any] = dict.fromkeys(GOALS, (Number | None, None))
    return create_model("Goals", __base__=Grounded, __doc__="Weight of each goal.", **fields)


_ALONG = {"S": dict[Name, Number], "G": _goals()}


def _quantities(section: str) -> dict[str, Any]:
    """Return the fields of a model that holds the quantities of *section*, nested at the dots."""
    tree: dict[str, Any] = {}
    for name, field in given(section).items():
        quantity = declared(section)[field]
        shape: Any = _ALONG[axis] if (axis := inner(quantity, section)) else Number
        bounds = f"{quantity.unit}; {quantity.low:g} to {quantity.high:g}"
        described = Annotated[shape, Field(description=bounds)]
        *above, last = name.split(".")
        home = tree
        for word in above:
            home = home.setdefault(word, {})
        home[last] = described
    return {word: (_nested(section, word, shape) | None, None) for word, shape in tree.items()}


def _nested(section: str, word: str, shape: Any) -> Any:
    if not isinstance(shape, dict):
        return shape
    fields: dict[str, Any] = {w: (_nested(section, w, s) | None, None) for w, s in shape.items()}
    name = f"{section.capitalize()}{word.capitalize()}"
    return create_model(name, __base__=Grounded, __doc__=f"Quantities of {word}.", **fields)


def _entity(name: str, section: str, base: type[Strict]) -> Any:
    return create_model(name, __base__=base, __doc__=base.__doc__, **_quantities(section))


class _State(Grounded):
    """A state, or a bloc of states that acts as one."""

    name: Text | None = None
    bloc: list[Name] | None = Field(default=None, description="Members, if it is a bloc")


class _Dyad(Grounded):
    """What one state is to another: actor, then target."""


class _War(Grounded):
    """A war, open or latent. The first-named side gains where the front is positive."""

    label: Text | None = None
    sides: (
        Annotated[list[Annotated[list[Name], Field(min_length=1)]], Field(min_length=2, max_length=2)] | None
    ) = None
    theatre: Name | None = None
    begun_by: list[Name] | None = Field(default=None, description="Who began it, if it is open")


class GoodSpec(Strict):
    """A good that is told apart from those of the program, and does what one of them does."""

    label: Text | None = None
    like: Good | None = Field(default=None, description="The good it counts as where it arrives")


class _Pipeline(Grounded):
    """A standing flow of goods from a giver to a taker."""

    label: Text | None = None
    giver: Name | None = None
    taker: Name | None = None
    good: Name | None = Field(default=None, description="What flows: a good of the program, or of `goods`")
    unit: Text | None = None
    war: Name | None = None
    pays_for: Name | None = None
    draws_on: Literal["state", "own"] | None = None
    transit_days: Annotated[float, Field(ge=0, le=QUEUE * 7)] | None = None


class _Project(Grounded):
    """Something a state builds in stages, alone or with help."""

    label: Text | None = None
    helped_by: Name | None = Field(default=None, description="Pipeline of technology that is help for it")
    fielded_then: list[Effect] | None = Field(default=None, description="What follows once it is fielded")
    failed_then: list[Effect] | None = Field(default=None, description="What follows a failed flight")


class _Treaty(Grounded):
    """A treaty between two states."""

    label: Text | None = None
    parties: Pair | None = None
    flow: Name | None = Field(default=None, description="Pipeline that shows that something follows from it")
    war: Name | None = Field(default=None, description="War that is its occasion")


class Promised(Strict):
    """A quantity that a party keeps below or above a limit, as the other sees it."""

    path: PathText | None = None
    observes: PathText | None = None
    below: Finite | None = None
    above: Finite | None = None


class PledgeSpec(Strict):
    """What one party of a deal promises."""

    keeps: Promised
    by: list[Deed] = Field(default_factory=list, description="Its own deeds that would break it")


class _Deal(Grounded):
    """A deal between two states: what each promises, and what follows."""

    label: Text | None = None
    parties: Pair | None = None
    pledges: dict[Name, PledgeSpec] | None = None
    accepted_then: list[Effect] | None = None
    broken_then: list[Effect] | None = None


class _RedLine(Grounded):
    """What one state must not see another do beyond a threshold."""

    label: Text | None = None
    owner: Name | None = None
    against: Name | None = None
    path: PathText | None = None
    observes: PathText | None = None
    by: list[Deed] | None = Field(default=None, description="Deeds of the other that would cross it")


class _Place(Grounded):
    """A place that one state holds and another claims."""

    label: Text | None = None
    holder: Name | None = None
    claimant: Name | None = None


Project: Any = _entity("Project", "projects", _Project)
Treaty: Any = _entity("Treaty", "treaties", _Treaty)
DealSpec: Any = _entity("Deal", "deals", _Deal)
RedLine: Any = _entity("RedLine", "red_lines", _RedLine)
Place: Any = _entity("Place", "places", _Place)
State: Any = _entity("State", "states", _State)
Dyad: Any = _entity("Dyad", "dyads", _Dyad)
War: Any = _entity("War", "wars", _War)
Pipeline: Any = _entity("Pipeline", "pipelines", _Pipeline)


class _Whole(Grounded):
    """Numbers that hold for everyone."""


Regime: Any = _entity("Regime", "regime", _Whole)
Parameters: Any = _entity("Parameters", "parameters", _Whole)


class Indicator(Grounded):
    """A scalar the scenario declares for itself."""

    label: Text | None = None
    unit: Text | None = None
    low: Finite | None = None
    high: Finite | None = None
    start: Number | None = None
    decay: Number | None = None


class Theatre(Strict):
    """A named set of dyads."""

    label: Text | None = None
    dyads: Annotated[list[Pair], Field(min_length=1)] | None = None


class Relations(Strict):
    """Symmetric pairs of states."""

    rivals: list[Pair] = Field(default_factory=list)
    neighbours: list[Pair] = Field(default_factory=list)
    allies: list[Pair] = Field(default_factory=list)
    partners: list[Pair] = Field(default_factory=list)


class Correlation(Strict):
    """Two assumptions that go together: rank correlation, Spearman's."""

    between: Annotated[list[Text], Field(min_length=2, max_length=2)]
    rank: Annotated[float, Field(gt=-1, lt=1)]


class Story(Strict):
    """One of the stories that may be true."""

    weight: Positive
    set: dict[str, Finite] = Field(default_factory=dict)
    label: Text | None = None


class _Assumption(Strict):
    label: Text | None = None
    unit: Text | None = None
    source: Text | None = None
    derived: Text | None = None
    judgement: Text | None = None
    as_of: Day | None = None
    confidence: Literal["low", "medium", "high"] | None = None
    why: Text | None = None


class DrawnAssumption(_Assumption):
    """An uncertain quantity, drawn once per replicate."""

    path: PathText | None = None
    paths: Annotated[list[PathText], Field(min_length=1)] | None = None
    distribution: DistributionSpec


class SampledAssumption(_Assumption):
    """Values that go together: one of several sets is drawn per replicate, each as likely as the others."""

    paths: Annotated[list[PathText], Field(min_length=1)]
    sets: Annotated[list[list[Finite]], Field(min_length=1, max_length=MOST_SETS)]


class StoryAssumption(_Assumption):
    """Which story is true, drawn once per replicate."""

    alternatives: Annotated[dict[Name, Story], Field(min_length=2)]
