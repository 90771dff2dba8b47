"""How an outcome was come to: chains of deeds, what sets those histories apart, and what announces it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.special import ndtri

from sim.analysis import happenings
from sim.analysis.columns import Histories
from sim.analysis.happenings import Happenings, Kind
from sim.analysis.pathways import COMMON, OUTCOME, Lift, Pathways, pathways
from sim.analysis.rates import Record
from sim.analysis.signposts import Landmark, signposts
from sim.intervals import Z
from sim.report import beliefs, deeds, rows, words
from sim.report.material import Material, Named
from sim.report.rows import Mark, Row

#: Histories of an option whose deeds are looked at: reading more costs seconds and changes little.
HISTORIES = 2048
#: Cases that make the reference the option to tell an outcome under.
ENOUGH = 100
#: Marks in a figure of what sets histories apart, and of signposts; part of the run by which signs are read.
SHOWN, SIGNS, BY = 12, 10, 0.25


@dataclass(frozen=True, slots=True)
class Route:
    """One outcome under one option: how it was come to, and what announced it by a turn."""

    outcome: Named
    option: Named
    found: Pathways
    signs: tuple[Record, ...]  # as of `sim.analysis.signposts`, those that are no chance finding
    by: int  # turn by which signs were seen
    days: float

    @property
    def speaks(self) -> bool:
        """Whether some history came to it by a chain of deeds that sets it apart."""
        return any(each.steps for each in self.found.chains)


class Held:
    """The deeds of a study, read an option at a time and kept."""

    def __init__(self, material: Material) -> None:
        self._material = material
        self._read: dict[str, Happenings] = {}

    def __getitem__(self, option: str) -> Happenings:
        """Return the deeds of the first histories of an option."""
        if option not in self._read:
            path = self._material.folder / "deeds.parquet"
            self._read[option] = happenings.read(path, option, HISTORIES)
        return self._read[option]


def summarise(material: Material, histories: Histories, held: Held) -> Iterator[Route]:
    """Yield every outcome that came, and stayed away, in enough histories under some option.

    Of its signs those are told that are clear of chance given all that were looked at, of every outcome.
    """
    found = list(_routes(material, histories, held))
    tried = sum(len(route.signs) for route in found)
    for route in found:
        yield replace(route, signs=_clear(route.signs, tried))


def _routes(material: Material, histories: Histories, held: Held) -> Iterator[Route]:
    """Yield outcomes with every sign that was looked at."""
    kept = set(histories.named("t:"))
    seen: dict[str, dict[Kind, Any]] = {}
    for outcome in material.outcomes:
        if outcome.name not in kept:
            continue
        when = histories[f"t:{outcome.name}"]
        place = _told_under((when > 0).sum(axis=1))
        option = material.options[place]
        happened = held[option.name]
        n = happened.rows
        if n == 0:
            continue
        others = {name for name in kept - {outcome.name} if not _is_deed(material, name)}
        marks = {name: histories[f"t:{name}"][place, :n] for name in others}
        marks = dict(sorted(marks.items()))
        drawn = {name: histories[f"a:{name}"][place, :n] for name in histories.named("a:")}
        found = pathways(outcome.name, option.name, when[place, :n], happened, marks, drawn, material.days)
        if found is None:
            continue
        if option.name not in seen:
            seen[option.name] = happened.seen()
        by = max(1, round(BY * material.turns))
        signs = {kind.name: turns for kind, turns in seen[option.name].items() if _common(turns, by)}
        told = _signs(Landmark(when[place, :n], by, material.days), signs)
        yield Route(outcome, option, found, told, by, material.days)


def _is_deed(material: Material, outcome: str) -> bool:
    """Say whether an outcome is no more than a kind of deed, which is a step of its own."""
    does = (material.scenario.get("outcomes") or {}).get(outcome, {}).get("does") or {}
    return bool(does) and not {"variant", "programme"} & does.keys()


def _common(turns: Any, by: int) -> bool:
    """Say whether a sign is seen by a turn in enough histories to be watched for."""
    return bool(((turns >= 0) & (turns < by)).mean() >= COMMON)


def _told_under(cases: Any) -> int:
    """Return the option an outcome is told under: the reference, or that with most cases if it has few."""
    return 0 if cases[0] >= ENOUGH else int(np.argmax(cases))


def _signs(landmark: Landmark, signs: Any) -> tuple[Record, ...]:
    """Return what every sign says of an outcome that comes often enough."""
    return tuple(signposts(landmark, signs)) if int(landmark.comes.sum()) >= ENOUGH // 2 else ()


def _clear(signs: tuple[Record, ...], tried: int) -> tuple[Record, ...]:
    """Return the signs whose interval leaves out 1 even as one of so many that were tried (Bonferroni)."""
    strict = float(ndtri(1 - 0.025 / max(1, tried)))
    clear = [
        each
        for each in signs
        if abs(np.log(each["likelihood_ratio"]))
        > np.log(each["high"] / each["likelihood_ratio"]) * strict / Z
    ]
    return tuple(clear[:SIGNS])


def chain(material: Material, steps: tuple[Kind, ...]) -> str:
    """Return a chain in words."""
    told = [deeds.kind(material.scenario, step) for step in steps]
    return " → ".join(told) or "None of these deeds"


def lift(material: Material, each: Lift) -> str:
    """Return what a lift is of, in words."""
    if isinstance(each.what, Kind):
        told = deeds.kind(material.scenario, each.what)
        return f"Outcome: {told}" if each.what.action == OUTCOME else told
    name, where = each.what
    label, stories = beliefs.labels(material).get(name, (name, {}))
    return f"{label}: {stories.get(where, where)}"


def sign(material: Material, each: Record) -> str:
    """Return a signpost in words."""
    actor, action, *target = str(each["sign"]).split(" ")
    return deeds.kind(material.scenario, Kind(actor, action, " ".join(target)))


def draw_chains(material: Material, route: Route) -> Any:
    """Draw how common each chain is where it came, and by the same dates where it did not."""
    lines = []
    for each in route.found.chains:
        share, low, high = 100 * each.share, 100 * each.low, 100 * each.high
        after = "" if each.days is None else f"; {words.count(round(each.days))} days from first step"
        told = f"{share:.1f} % ({low:.1f} to {high:.1f}) of the histories in which it came{after}"
        other = 100 * each.elsewhere
        lines.append(
            Row(
                chain(material, each.steps),
                (
                    Mark(share, low, high, told),
                    Mark(other, other, other, f"{other:.1f} % of the others by the same dates"),
                ),
            )
        )
    names = ["where it came", "where it had not come by the same dates"]
    return rows.draw(lines, names, "Histories with this chain")


def draw_lifts(material: Material, route: Route) -> Any:
    """Draw how many times as common each deed and each assumption is where it came."""
    found = (*route.found.assumptions, *route.found.deeds)[:SHOWN]
    lines = [
        Row(
            lift(material, each),
            (
                Mark(
                    each.lift,
                    each.low,
                    each.high,
                    f"{100 * each.there:.1f} % where it came, {100 * each.elsewhere:.1f} % elsewhere: "
                    f"{each.lift:.2g} times as common ({each.low:.2g} to {each.high:.2g})",
                ),
            ),
        )
        for each in found
    ]
    return rows.draw(lines, ["Lift"], "Times as common where it came", along=rows.Along.FACTORS, at=1)
