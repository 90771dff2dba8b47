"""The scenario history is held against, as shipped or with its decision theory taken out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sim.errors import Problem, ScenarioError, SimError
from sim.scenario import settings
from sim.scenario.loader import load
from sim.scenario.merge import merge
from sim.scenario.resolve import Origin, resolve
from sim.scenario.scenario import Scenario
from sim.scenario.yaml import Node
from sim.score.running import misnamed_in

#: Models a result is compared with: states that act at the usual rates, that do nothing, that fear nothing.
NULLS = ("random", "hold", "no_fear")

#: Before the names of outcomes, so that they meet none of the scenario's own.
PREFIX = "history_"

#: What takes fear out.
FEARLESS = "parameters.fear_weight=0"


def scenario_of(name: str, root: Node) -> Scenario:
    """Return the scenario a file of history names; its faults stand where the file names it."""
    node = root.get("scenario") or root
    try:
        return load(name)
    except SimError as error:
        placed = [
            p if p.file else Problem(root.file, node.line, "scenario", p.message, p.repair)
            for p in error.problems
        ]
        raise ScenarioError(placed) from None


@dataclass(frozen=True, slots=True)
class Watched:
    """An outcome of a file of history, and the path by which its faults are told."""

    path: str
    node: Node


def watching(base: Scenario, wanted: Mapping[str, Watched], root: Node) -> Scenario:
    """Return *base* watching for more, under the names *wanted* gives with the `PREFIX` before them.

    Raises
    ------
    ScenarioError
        With every fault, where it stands in the file; deeds nobody can do are among them.
    """
    file, line = root.file, root.line
    outcomes = {PREFIX + name: watched.node for name, watched in wanted.items()}
    layer = Node({"outcomes": Node(outcomes, file, line)}, file, line)
    try:
        scenario = _resolved(base, merge(base.document, layer).root, file)
        problems: Sequence[Problem] = misnamed_in(scenario)
    except ScenarioError as error:
        problems = error.problems
    if problems:
        raise ScenarioError([_placed(problem, wanted) for problem in problems])
    return scenario


def _placed(problem: Problem, wanted: Mapping[str, Watched]) -> Problem:
    """Return a fault of an outcome with the path its writer knows."""
    head = f"outcomes.{PREFIX}"
    name, _, rest = problem.path.removeprefix(head).partition(".")
    if not problem.path.startswith(head) or name not in wanted:
        return problem
    watched = wanted[name]
    path = f"{watched.path}.{rest}" if rest else watched.path
    return replace(problem, file=watched.node.file, line=problem.line or watched.node.line, path=path)


def null(base: Scenario, which: str) -> Scenario:
    """Return *base* as one of the `NULLS`."""
    document = base.document
    if which == "no_fear":
        document, wrong = settings.apply(document, [FEARLESS])
        if wrong:
            raise ScenarioError(wrong)
        return _resolved(base, document, base.file)
    file = f"null {which}"
    rules = {state: Node(which, file, 0) for state in base.tree["states"]}
    layer = Node({"rules": Node(rules, file, 0)}, file, 0)
    return _resolved(base, merge(document, layer).root, file)


def _resolved(base: Scenario, document: Node, file: str) -> Scenario:
    return resolve(document, Origin(file, (file,), frozenset()), role="scenario", world=base.world)
