"""Numbers a scenario says do nothing here, and what may be said against saying so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sim.errors import Problem, ScenarioError
from sim.experiments.levers import sets_of
from sim.scenario.build import numbers
from sim.scenario.scenario import Scenario
from sim.scenario.yaml import Node

#: Largest share of a scenario's numbers that may be listed.
MOST = 0.05


@dataclass(frozen=True, slots=True)
class Inert:
    """One entry of ``inert``: a path, in which ``*`` stands for anything, and why it does nothing."""

    pattern: str
    reason: str

    def covers(self, path: str) -> bool:
        """Say whether *path* is listed by this entry."""
        return re.fullmatch(".*".join(map(re.escape, self.pattern.split("*"))), path) is not None


def inert_of(scenario: Scenario) -> list[Inert]:
    """Return the entries of a scenario and of what it extends."""
    return [Inert(entry["path"], entry["reason"]) for entry in scenario.tree.get("inert") or ()]


def refuse_what_is_wrongly_inert(scenario: Scenario) -> None:
    """Raise a `ScenarioError` with all that is wrong with the list.

    It may not be long, name what is no number, or hold anything that is drawn or set by an option.
    """
    if found := list(_faults(scenario)):
        raise ScenarioError(found)


def _faults(scenario: Scenario) -> Iterator[Problem]:
    given = dict(numbers(scenario.tree))
    listed: set[str] = set()
    used = {
        path: f"assumption `{draw.name}` draws it" for draw in scenario.assumptions for path in draw.paths
    }
    for option in scenario.options:
        used |= dict.fromkeys(sets_of(scenario, option), f"option `{option}` sets it")
    for n, entry in enumerate(inert_of(scenario)):
        covered = [path for path in dict.fromkeys((*given, *used)) if entry.covers(path)]
        listed |= set(covered) & set(given)
        if not covered:
            yield _placed(scenario, n, f"`{entry.pattern}` is no number of this scenario", "")
        for path in covered:
            if path in used:
                message = f"`{path}` cannot be listed: {used[path]}"
                yield _placed(scenario, n, message, "make it matter, or remove one of them")
    if len(listed) > MOST * len(given):
        message = f"lists {len(listed)} of {len(given)} numbers, more than {MOST:.0%}"
        yield _placed(scenario, None, message, "remove numbers that do nothing")


def _placed(scenario: Scenario, entry: int | None, message: str, repair: str) -> Problem:
    top: Node | None = scenario.document.get("inert")
    node = top.items[entry] if top is not None and entry is not None else top
    path = "inert" if entry is None else f"inert.{entry}"
    if node is None:
        return Problem(scenario.file, None, path, message, repair)
    return Problem(node.file, node.line, path, message, repair)
