"""What does not change during a run: who gives to whom, who fights whom, who borders whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.world.axes import Axes, axes_of
from sim.world.ladder import Ladder, ladder_of

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Fixed facts of one flow, as indices."""

    name: str
    giver: int
    taker: int
    good: str
    war: int  # -1: serves none
    pays_for: int  # pipeline whose debt it pays, -1: none
    shared: bool  # draws on the giver's own arms stock, not on a stock of the flow
    transit_days: float


@dataclass(frozen=True, slots=True)
class War:
    """Fixed facts of one war, open or latent, as indices."""

    name: str
    sides: tuple[tuple[int, ...], tuple[int, ...]]

    @property
    def belligerents(self) -> tuple[int, ...]:
        """Both sides, the first-named first."""
        return self.sides[0] + self.sides[1]

    def side(self, state: int) -> int:
        """Return +1 or -1 for a belligerent of the first or second side, 0 for others."""
        return 1 if state in self.sides[0] else -1 if state in self.sides[1] else 0


@dataclass(frozen=True, slots=True)
class Structure:
    """Axes, fixed facts and relations of one world."""

    axes: Axes
    pipelines: tuple[Pipeline, ...]
    wars: tuple[War, ...]
    theatres: tuple[tuple[str, tuple[Pair, ...]], ...]
    relations: dict[str, frozenset[Pair]]  # symmetric pairs, both orders
    ladder: Ladder

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
        pipelines=tuple(_pipeline(n, f, axes) for n, f in (tree.get("pipelines") or {}).items()),
        wars=tuple(
            War(n, (tuple(s[x] for x in w["sides"][0]), tuple(s[x] for x in w["sides"][1])))
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
    )


def _both_orders(pairs: Sequence[Sequence[str]], s: Mapping[str, int]) -> frozenset[Pair]:
    return frozenset(p for a, b in pairs for p in ((s[a], s[b]), (s[b], s[a])))


def _pipeline(name: str, facts: Mapping[str, Any], axes: Axes) -> Pipeline:
    s, w, p = axes.index["S"], axes.index["W"], axes.index["P"]
    return Pipeline(
        name=name,
        giver=s[facts["giver"]],
        taker=s[facts["taker"]],
        good=facts["good"],
        war=w[facts["war"]] if facts.get("war") else -1,
        pays_for=p[facts["pays_for"]] if facts.get("pays_for") else -1,
        shared=facts.get("draws_on") == "state",
        transit_days=float(facts.get("transit_days") or 0),
    )
