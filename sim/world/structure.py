"""What does not change during a run: who gives to whom, who fights whom, who borders whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sim.world.address import Address, as_observed, locate
from sim.world.axes import Axes, axes_of
from sim.world.ladder import Ladder, ladder_of

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Fixed facts of one flow, as indices."""

    name: str
    giver: int
    taker: int
    good: str  # what it does where it arrives
    called: str  # the good by its own name
    war: int  # -1: serves none
    pays_for: int  # pipeline whose debt it pays, -1: none
    shared: bool  # draws on the giver's own arms stock, not on a stock of the flow
    transit_days: float


@dataclass(frozen=True, slots=True)
class War:
    """Fixed facts of one war, open or latent, as indices."""

    name: str
    sides: tuple[tuple[int, ...], tuple[int, ...]]
    begun_by: tuple[int, ...] = ()  # where it was open at the start

    @property
    def belligerents(self) -> tuple[int, ...]:
        """Both sides, the first-named first."""
        return self.sides[0] + self.sides[1]

    def side(self, state: int) -> int:
        """Return +1 or -1 for a belligerent of the first or second side, 0 for others."""
        return 1 if state in self.sides[0] else -1 if state in self.sides[1] else 0


@dataclass(frozen=True, slots=True)
class Project:
    """Fixed facts of one project, as indices."""

    name: str  # "PRK.reentry"
    owner: int
    helped_by: int  # pipeline whose cargo is help for it, -1: none


@dataclass(frozen=True, slots=True)
class Treaty:
    """Fixed facts of one treaty, as indices."""

    name: str
    parties: Pair
    flow: int  # pipeline by which one sees that something follows from it, -1: none
    war: int  # war that is its occasion, -1: none

    def other(self, party: int) -> int:
        """Return the party that *party* is not."""
        return self.parties[1] if party == self.parties[0] else self.parties[0]


@dataclass(frozen=True, slots=True)
class Pledge:
    """What one party of a deal promised: to keep a quantity, as the other sees it, on one side of a limit."""

    party: int
    measure: Address
    limit: float
    sign: float  # 1: to stay below, -1: to stay above


@dataclass(frozen=True, slots=True)
class Deal:
    """Fixed facts of one deal, as indices."""

    name: str
    parties: Pair
    pledges: tuple[Pledge, ...]


@dataclass(frozen=True, slots=True)
class RedLine:
    """Fixed facts of one red line, as indices."""

    name: str
    owner: int
    against: int
    measure: Address  # as its owner sees it


@dataclass(frozen=True, slots=True)
class Place:
    """Fixed facts of one contested place, as indices."""

    name: str
    holder: int
    claimant: int


@dataclass(frozen=True, slots=True)
class Structure:
    """Axes, fixed facts and relations of one world."""

    axes: Axes
    pipelines: tuple[Pipeline, ...]
    wars: tuple[War, ...]
    theatres: tuple[tuple[str, tuple[Pair, ...]], ...]
    relations: dict[str, frozenset[Pair]]  # symmetric pairs, both orders
    ladder: Ladder
    projects: tuple[Project, ...] = ()
    treaties: tuple[Treaty, ...] = ()
    deals: tuple[Deal, ...] = ()
    red_lines: tuple[RedLine, ...] = ()
    places: tuple[Place, ...] = ()
    start_day: int = 1  # day of the year

    def related(self, actor: int, relation: str) -> tuple[int, ...]:
        """Return the states in *relation* to *actor*, in the order of the state axis."""
        everyone = range(len(self.axes.states))
        if relation == "any":
            return tuple(j for j in everyone if j != actor)
        if relation == "bordering_rival":
            pairs = self.relations["rivals"] & self.relations["neighbours"]
        else:
            pairs = self.relations[{"ally": "allies"}.get(relation, relation + "s")]
        return tuple(j for j in everyone if (actor, j) in pairs)


def structure_of(tree: Mapping[str, Any]) -> Structure:
    """Read the structure off a resolved scenario."""
    axes = axes_of(tree)
    s = axes.index["S"]
    return Structure(
        axes=axes,
        pipelines=tuple(_pipeline(n, f, tree, axes) for n, f in (tree.get("pipelines") or {}).items()),
        wars=tuple(
            War(
                n,
                (tuple(s[x] for x in w["sides"][0]), tuple(s[x] for x in w["sides"][1])),
                tuple(s[x] for x in w.get("begun_by") or ()),
            )
            for n, w in (tree.get("wars") or {}).items()
        ),
        theatres=tuple(
            (n, tuple((s[a], s[b]) for a, b in t["dyads"])) for n, t in (tree.get("theatres") or {}).items()
        ),
        relations={
            kind: _both_orders((tree.get("relations") or {}).get(kind) or (), s)
            for kind in ("rivals", "neighbours", "allies", "partners")
        },
        ladder=ladder_of(tree["ladder"]),
        projects=tuple(_project(n, _facts(tree, n), axes) for n in axes.projects),
        treaties=tuple(_treaty(n, f, axes) for n, f in (tree.get("treaties") or {}).items()),
        deals=tuple(_deal(n, f, axes) for n, f in (tree.get("deals") or {}).items()),
        red_lines=tuple(
            RedLine(n, s[f["owner"]], s[f["against"]], _measure(f, f["owner"], axes))
            for n, f in (tree.get("red_lines") or {}).items()
        ),
        start_day=_day_of_year(tree["start"]),
        places=tuple(
            Place(n, s[f["holder"]], s[f["claimant"]]) for n, f in (tree.get("places") or {}).items()
        ),
    )


def _day_of_year(start: Any) -> int:
    day = start if isinstance(start, date) else date.fromisoformat(str(start))
    return day.timetuple().tm_yday


def _facts(tree: Mapping[str, Any], project: str) -> Mapping[str, Any]:
    owner, _, name = project.partition(".")
    facts: Mapping[str, Any] = tree["projects"][owner][name]
    return facts


def _project(name: str, facts: Mapping[str, Any], axes: Axes) -> Project:
    flow = facts.get("helped_by")
    owner = name.partition(".")[0]
    return Project(name, axes.index["S"][owner], axes.index["P"][flow] if flow else -1)


def _treaty(name: str, facts: Mapping[str, Any], axes: Axes) -> Treaty:
    first, second = (axes.index["S"][p] for p in facts["parties"])
    flow, war = facts.get("flow"), facts.get("war")
    return Treaty(
        name,
        (first, second),
        axes.index["P"][flow] if flow else -1,
        axes.index["W"][war] if war else -1,
    )


def _deal(name: str, facts: Mapping[str, Any], axes: Axes) -> Deal:
    first, second = facts["parties"]
    pledges = tuple(
        Pledge(
            axes.index["S"][party],
            _measure(pledge["keeps"], second if party == first else first, axes),
            float(pledge["keeps"].get("below", pledge["keeps"].get("above"))),
            1.0 if "below" in pledge["keeps"] else -1.0,
        )
        for party, pledge in (facts.get("pledges") or {}).items()
    )
    return Deal(name, (axes.index["S"][first], axes.index["S"][second]), pledges)


def _measure(facts: Mapping[str, Any], observer: str, axes: Axes) -> Address:
    """Return the address of a quantity, as *observer* sees it where it says `observes`."""
    path = as_observed(facts["observes"], observer) if "observes" in facts else facts["path"]
    return locate(path, axes)


def _both_orders(pairs: Sequence[Sequence[str]], s: Mapping[str, int]) -> frozenset[Pair]:
    return frozenset(p for a, b in pairs for p in ((s[a], s[b]), (s[b], s[a])))


def _pipeline(name: str, facts: Mapping[str, Any], tree: Mapping[str, Any], axes: Axes) -> Pipeline:
    s, w, p = axes.index["S"], axes.index["W"], axes.index["P"]
    return Pipeline(
        name=name,
        giver=s[facts["giver"]],
        taker=s[facts["taker"]],
        good=((tree.get("goods") or {}).get(facts["good"]) or {}).get("like") or facts["good"],
        called=facts["good"],
        war=w[facts["war"]] if facts.get("war") else -1,
        pays_for=p[facts["pays_for"]] if facts.get("pays_for") else -1,
        shared=facts.get("draws_on") == "state",
        transit_days=float(facts.get("transit_days") or 0),
    )
