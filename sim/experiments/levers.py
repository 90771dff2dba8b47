"""What a scenario lets anybody turn, and how far: every number, every assumption, all that an option sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from sim.arrays import Quantity
from sim.errors import Problem
from sim.scenario.build import numbers
from sim.scenario.draws import Draw
from sim.scenario.paths import Reference, parse
from sim.scenario.scenario import Scenario
from sim.scenario.yaml import Node

#: What is set, by path; None: as drawn, without what the option sets.
Setting = Mapping[str, float | None]

#: What tells a lever from all others.
Key = tuple[str, str, str, str]

#: Ends of what is drawn from a distribution: the middle 95 %.
TAILS = (0.025, 0.975)
#: Ends of a number without a range, as shares of it; of a 0, as a share of its bounds.
SHARE, SHARE_OF_BOUNDS = 0.25, 0.1
#: Units of quantities that come in whole steps.
WHOLE = ("rung", "support level", "nuclear posture, N0 to N5")


@dataclass(frozen=True, slots=True)
class Lever:
    """One thing that can be moved, and the ends it is moved to."""

    name: str  # path of a number, or name of an assumption
    kind: Literal["number", "assumption", "option"]
    option: str  # that sets it, "" for a number or an assumption
    home: str  # file of what it belongs to: the scenario, or a layer below that others share
    owner: str  # state whose own deeds do not count, "" if nobody's
    ends: tuple[Setting, ...]
    words: tuple[str, ...]  # of each end

    @property
    def key(self) -> Key:
        """Return what tells it from all others; the same in all scenarios that share it."""
        return self.home, self.kind, self.option, self.name

    @property
    def paths(self) -> tuple[str, ...]:
        """Return what it sets."""
        return tuple(dict.fromkeys(path for end in self.ends for path in end))


def levers_of(scenario: Scenario) -> list[Lever]:
    """Return every lever: numbers in the order of the file, assumptions, what options set."""
    return [*_numbers(scenario), *_assumptions(scenario), *_options(scenario)]


def assumption_levers(scenario: Scenario) -> list[Lever]:
    """Return every assumption, those that stand in place of a number as well."""
    return [_assumption(scenario, draw) for draw in scenario.assumptions]


def sets_of(scenario: Scenario, option: str) -> dict[str, float]:
    """Return what an option sets, by path."""
    chosen = scenario.options.get(option) or {}
    return {path: float(value) for path, value in (chosen.get("set") or {}).items()}


def first_option(scenario: Scenario) -> str:
    """Return the option everything is moved under: the reference."""
    return next(iter(scenario.options))


def owner_of(path: str, tree: Mapping[str, Any]) -> str:
    """Return the state a number belongs to: the actor, the giver, the party; "" if nobody."""
    found = parse(path, tree)
    letters = "".join(found.quantity.letters)
    if found.section in {"states", "dyads"}:
        return found.names[0]
    if letters.endswith("S"):
        return found.names[-1]
    if found.section == "projects":
        return found.names[0].partition(".")[0]
    fact = {"pipelines": "giver", "red_lines": "owner"}.get(found.section)
    return str(tree[found.section][found.names[0]][fact]) if fact else ""


def bounds_of(path: str, tree: Mapping[str, Any]) -> tuple[float, float]:
    """Return the bounds of a number; an indicator declares its own."""
    found = parse(path, tree)
    if found.section == "indicators" and found.field == "value":
        declared = tree["indicators"][found.names[0]]
        return float(declared["low"]), float(declared["high"])
    return found.quantity.low, found.quantity.high


def placed(scenario: Scenario, lever: Lever, message: str, repair: str) -> Problem:
    """Return what is said against a lever, where it stands."""
    document, path, node = scenario.document, lever.name, None
    if lever.kind == "option":
        path = f"options.{lever.option}.set.{lever.name}"
        sets = document.get("options", lever.option, "set")
        entries = sets.entries.items() if sets is not None else ()
        node = next((n for text, n in entries if parse(text, scenario.tree).path == lever.name), sets)
    elif lever.kind == "assumption":
        path = f"assumptions.{lever.name}"
        node = document.get("assumptions", lever.name)
    else:
        node = _node_of(scenario, lever.name)
    return Problem(
        node.file if node is not None else scenario.file,
        node.line if node is not None else None,
        path,
        message,
        repair,
    )


def _node_of(scenario: Scenario, path: str) -> Node | None:
    """Return where a number stands, or the assumption that draws it, or what it belongs to."""
    keys = parse(path, scenario.tree).keys
    drawing = next((d.name for d in scenario.assumptions if path in d.paths), "")
    return (
        scenario.document.get(*keys)
        or scenario.document.get("assumptions", drawing)
        or _nearest(scenario.document, keys)
    )


def _nearest(document: Node, keys: Sequence[str]) -> Node | None:
    """Return what lies under *keys*, or under as many of the first of them as possible."""
    return next((node for n in range(len(keys), 0, -1) if (node := document.get(*keys[:n]))), None)


def _numbers(scenario: Scenario) -> Iterator[Lever]:
    tree = scenario.tree
    given = dict(numbers(tree)) | sets_of(scenario, first_option(scenario))
    drawn = {path: draw for draw in scenario.assumptions for path in draw.paths}
    usual = _usual(scenario, given)
    for path, value in given.items():
        found = parse(path, tree)
        if not found.quantity.given:
            continue
        ends: tuple[float, ...]
        if found.path in drawn:
            ends = _drawn_ends(drawn[found.path], found.path, value)
        else:
            ends = _ends(scenario, found, value, usual)
        low, high = bounds_of(path, tree)
        clipped = dict.fromkeys(float(np.clip(end, low, high)) for end in ends)
        elsewhere = [e for e in clipped if found.path in drawn or np.float32(e) != np.float32(value)]
        moved = tuple(elsewhere or clipped)
        yield Lever(
            name=found.path,
            kind="number",
            option="",
            home=_home(scenario, found, drawn),
            owner=owner_of(path, tree),
            ends=tuple({found.path: end} for end in moved),
            words=tuple(f"{end:.4g}" for end in moved),
        )


def _home(scenario: Scenario, found: Reference, drawn: Mapping[str, Draw]) -> str:
    """Return the file a number belongs to: the scenario's if it gives it, or an assumption draws it."""
    node = None if found.path in drawn else _nearest(scenario.document, found.keys)
    return node.file if node is not None else scenario.file


def _drawn_ends(draw: Draw, path: str, value: float) -> tuple[float, ...]:
    """Return the ends of a number that an assumption draws."""
    if draw.distribution is not None:
        return tuple(float(end) for end in draw.distribution.quantile(np.array(TAILS)))
    said = [settings.get(path, value) for _, _, settings in draw.stories]
    return min(said), max(said)


def _ends(
    scenario: Scenario, found: Reference, value: float, usual: Mapping[tuple[str, str], float]
) -> tuple[float, ...]:
    """Return the ends of a number: of its label's range, else a quarter off and on, before any bounds."""
    quantity = found.quantity
    if quantity.unit.startswith("1 "):  # "1 while in force": it is so, or it is not
        return 0.0, 1.0
    label = scenario.labels.get(".".join(found.keys))
    if value and label is not None and label.range is not None:
        return value * label.range[0], value * label.range[1]
    if quantity.unit in WHOLE:
        step = max(1.0, round(SHARE * abs(value)))
        return value - step, value + step
    step = SHARE * abs(value) or _step(quantity, usual.get((found.section, found.field), 1.0))
    return value - step, value + step


def _step(quantity: Quantity, usual: float) -> float:
    """Return how far a 0 is moved: a tenth of its bounds, or to what is usual where there are none."""
    span = quantity.high - quantity.low
    return float(SHARE_OF_BOUNDS * span) if span <= 1000 else usual


def _usual(scenario: Scenario, given: Mapping[str, float]) -> dict[tuple[str, str], float]:
    """Return the median of what is not 0, by section and field."""
    found: dict[tuple[str, str], list[float]] = {}
    for path, value in given.items():
        at = parse(path, scenario.tree)
        if value:
            found.setdefault((at.section, at.field), []).append(abs(value))
    return {key: float(np.median(values)) for key, values in found.items()}


def _assumptions(scenario: Scenario) -> Iterator[Lever]:
    """Yield the assumptions with a name of their own: the others are numbers already."""
    for draw in scenario.assumptions:
        if draw.paths != (draw.name,):
            yield _assumption(scenario, draw)


def _assumption(scenario: Scenario, draw: Draw) -> Lever:
    """Return an assumption moved to the ends of its distribution, or to each of its stories."""
    tree = scenario.tree
    owners = {owner_of(path, tree) for path in draw.paths}
    ends: tuple[Setting, ...]
    if draw.distribution is not None:
        values = [float(end) for end in draw.distribution.quantile(np.array(TAILS))]
        ends = tuple(dict.fromkeys(draw.paths, end) for end in values)
        words = tuple(f"{end:.4g}" for end in values)
    else:
        central = dict(numbers(tree))
        ends = tuple(
            {path: float(settings.get(path, central.get(path, 0.0))) for path in draw.paths}
            for _, _, settings in draw.stories
        )
        words = draw.alternatives
    owner = owners.pop() if len(owners) == 1 else ""
    return Lever(draw.name, "assumption", "", scenario.file, owner, ends, words)


def _options(scenario: Scenario) -> Iterator[Lever]:
    """Yield everything an option sets, moved to where it would be without."""
    for option in scenario.options:
        for path in sets_of(scenario, option):
            yield Lever(
                name=path,
                kind="option",
                option=option,
                home=scenario.file,
                owner=owner_of(path, scenario.tree),
                ends=({path: None},),
                words=("as it is without",),
            )
