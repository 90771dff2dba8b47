"""What may be said against a scenario that runs.

Numbers nobody vouches for, hindsight, and words without effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from sim.errors import Problem
from sim.scenario.resolve import labelled_places
from sim.scenario.scenario import Scenario
from sim.scenario.yaml import Node


def unlabelled(scenario: Scenario) -> list[Problem]:
    """Return every number of world, parameters and catalogue that nobody vouches for."""
    labelled = scenario.labels
    taken = {path for draw in scenario.assumptions for path in draw.paths}
    numbers = [
        Problem(node.file, node.line, path, "has no source, derived or judgement", "say where it comes from")
        for path, node in labelled_places(scenario.document)
        if path not in labelled and path not in taken
    ]
    section = scenario.document.get("assumptions")
    return numbers + [
        Problem(
            node.file,
            node.line,
            f"assumptions.{name}",
            "has no source, why or judgement",
            "say where it comes from",
        )
        for name, node in (section.entries.items() if section is not None else ())
        if not {"source", "derived", "judgement", "why"} & node.entries.keys()
    ]


def hindsight(scenario: Scenario) -> list[Problem]:
    """Return every label whose `as_of` is after the start: a fault in a hindcast."""
    return [
        Problem(
            file,
            line,
            path,
            f"is as of {as_of}, after the start on {scenario.start}",
            "use what was known then",
        )
        for path, as_of, file, line in _dated(scenario)
        if date.fromisoformat(as_of) > scenario.start
    ]


def _dated(scenario: Scenario) -> Iterator[tuple[str, str, str, int | None]]:
    for path, label in scenario.labels.items():
        if label.as_of is not None:
            yield path, label.as_of, label.file, label.line
    section = scenario.document.get("assumptions")
    for name, node in section.entries.items() if section is not None else ():
        as_of = node.get("as_of")
        if as_of is not None:
            yield f"assumptions.{name}", as_of.value, as_of.file, as_of.line


def placed(scenario: Scenario, problems: Iterable[Problem]) -> list[Problem]:
    """Return problems with the file and line of what they are about, where their path names it."""
    return [_placed(scenario.document, problem) for problem in problems]


def _placed(node: Node | None, problem: Problem) -> Problem:
    for key in problem.path.split("."):
        if node is not None and key.isdecimal() and node.items:
            node = node.items[int(key)] if int(key) < len(node.items) else None
        elif node is not None:
            node = node.get(key)
    if node is None or problem.line is not None:
        return problem
    return replace(problem, file=node.file, line=node.line)


def overruled(scenario: Scenario) -> list[Problem]:
    """Return every number that a document gives and an assumption of a lower layer then draws over."""
    drawn: dict[str, str] = {path: draw.name for draw in scenario.assumptions for path in draw.paths}
    section = scenario.document.get("assumptions")
    found = []
    for path, node in labelled_places(scenario.document):
        name = drawn.get(path)
        drawing = section.get(name) if section is not None and name is not None else None
        if drawing is not None and node.file == scenario.file != drawing.file:
            message = f"has no effect: assumption `{name}` draws it ({drawing.file}:{drawing.line})"
            found.append(
                Problem(
                    node.file,
                    node.line,
                    path,
                    message,
                    f"remove one, for example `{name}: null` under `assumptions`",
                )
            )
    return found
