"""The two arms of a row: one scenario twice, that differ in what the row changes and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sim.errors import Problem, ScenarioError, SimError
from sim.scenario import settings
from sim.scenario.loader import load
from sim.scenario.merge import merge
from sim.scenario.resolve import Origin, resolve
from sim.scenario.scenario import Scenario
from sim.scenario.shortening import shortened
from sim.scenario.spelling import short, suggestion
from sim.scenario.yaml import Node
from sim.score.reading import Entry
from sim.score.shapes import Row

#: Names of what a row brings along: what it watches for, its condition, and options of its own.
WATCHED, HAPPENED = "row_watched", "row_happened"
OWN = ("row_low", "row_high")
SHARED = "row_option"


#: What a part of the overlay is called in the row.
_SAID = (
    (f"outcomes.{WATCHED}", "watch"),
    (f"outcomes.{HAPPENED}", "given.happened"),
    ("watch.0", "outcome.quantity"),
)


@dataclass(frozen=True, slots=True)
class Arm:
    """One side of a comparison: what to simulate, and the columns to read."""

    scenario: Scenario
    option: str
    column: str
    condition: str | None  # column of what must have happened for a history to count
    replicates: int
    seed: int


@lru_cache(maxsize=16)
def _loaded(name: str) -> Scenario:
    return load(name)


def arms_of(entry: Entry) -> tuple[Arm, Arm]:
    """Return the low and the high arm of a row.

    Raises
    ------
    ScenarioError
        With every fault, placed in the file of rows where that is where it comes from.
    """
    try:
        base = _loaded(entry.row.scenario)
    except SimError as error:
        placed = [
            problem if problem.file else entry.problem(problem.message, problem.repair, "scenario")
            for problem in error.problems
        ]
        raise ScenarioError(placed) from None
    problems: list[Problem] = []
    made: list[Arm] = []
    for high in (False, True):
        try:
            made.append(_arm(entry, base, high=high))
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(dict.fromkeys(problems))
    return made[0], made[1]


def _arm(entry: Entry, base: Scenario, *, high: bool) -> Arm:
    """Lay what a row says over its scenario and settle the numbers."""
    row = entry.row
    document = merge(base.document, _overlay(entry, base, high=high)).root
    document, wrong = settings.apply(document, list(_spelled(_settings(row, high=high))))
    document = shortened(document, base.document)
    origin = Origin(entry.node.file, (entry.node.file, settings.SET), frozenset())
    try:
        scenario = resolve(document, origin, role="scenario", world=base.world, found=wrong)
    except ScenarioError as error:
        raise ScenarioError([_placed(entry, problem) for problem in error.problems]) from None
    seed = row.seed if row.seed is not None else scenario.seed or 0
    column = f"q:{scenario.watch[0]}" if row.is_quantity else f"o:{WATCHED if row.watch else row.outcome}"
    if not row.is_quantity and not row.watch and row.outcome not in scenario.outcomes:
        message = f"{short(row.outcome)} is not an outcome of {row.scenario}"
        raise ScenarioError(entry.problem(message, suggestion(str(row.outcome), base.outcomes), "outcome"))
    condition = None if row.given.happened is None else f"o:{HAPPENED}"
    return Arm(scenario, _option(entry, scenario, high=high), column, condition, row.replicates, seed)


def _option(entry: Entry, scenario: Scenario, *, high: bool) -> str:
    """Return the option an arm runs."""
    row = entry.row
    known = [name for name in scenario.options if name not in {*OWN, SHARED}]
    wanted, own, keys = row.option or known[0], SHARED, ("option",)
    if row.change.options is not None:
        wanted, own, keys = row.change.options[high], OWN[high], ("change", "options")  # type: ignore[assignment]
    if not isinstance(wanted, str):
        return own
    name = wanted
    if name not in known:
        message = f"{short(name)} is not an option of {row.scenario}"
        raise ScenarioError(entry.problem(message, suggestion(name, known), *keys))
    return name


def _overlay(entry: Entry, base: Scenario, *, high: bool) -> Node:
    """Return what a row adds to its scenario, as a layer with the lines of the row."""
    node, file, line = entry.node, entry.node.file, entry.node.line
    layers: dict[str, dict[str, Node]] = {"outcomes": {}, "injects": {}, "options": {}}
    for name, found in ((WATCHED, node.get("watch")), (HAPPENED, node.get("given", "happened"))):
        if found is not None:
            layers["outcomes"][name] = found
    for holder in ("given", "change") if high else ("given",):
        injects = node.get(holder, "inject")
        layers["injects"].update(injects.entries if injects is not None else {})
    own = node.get("change", "options")
    for name, item in zip(OWN, own.items if own is not None else (), strict=False):
        if isinstance(item.value, dict):
            layers["options"][name] = item
    shared = node.get("option")
    if shared is not None and isinstance(shared.value, dict):
        layers["options"][SHARED] = shared
    if not base.document.get("options"):
        layers["options"].setdefault("base", Node({}, file, line))
    entries = {key: Node(found, file, line) for key, found in layers.items() if found}
    wanted = node.get("outcome", "quantity")
    entries["watch"] = Node([wanted] if wanted is not None else [], file, line)
    return Node(entries, file, line)


def _settings(row: Row, *, high: bool) -> dict[str, Any]:
    """Return every value an arm is given, the change last."""
    given = dict(row.given.both)
    given |= {path: values[high] for path, values in row.change.set.items()}
    return given | (row.change.high if high else row.change.low)


def _spelled(values: Mapping[str, Any]) -> Iterable[str]:
    """Yield settings as ``--set`` takes them."""
    return (f"{path}={json.dumps(value, ensure_ascii=False)}" for path, value in values.items())


def _placed(entry: Entry, problem: Problem) -> Problem:
    """Return a fault with the line of the row that caused it and a path its reader knows."""
    node = entry.node
    if problem.file == settings.SET:
        for keys in (("given", "both"), ("change", "set"), ("change", "low"), ("change", "high")):
            if node.get(*keys, problem.path) is not None:
                return entry.problem(problem.message, problem.repair, *keys, problem.path)
        return entry.problem(f"{problem.path} {problem.message}", problem.repair, "change")
    for name, said in _SAID:
        if problem.file == node.file and problem.path.startswith(name):
            path = f"{entry.section}.{entry.name}.{said}{problem.path.removeprefix(name)}"
            return replace(problem, path=path)
    if problem.file == node.file:
        return replace(problem, path=f"{entry.section}.{entry.name}: {problem.path}")
    return problem
