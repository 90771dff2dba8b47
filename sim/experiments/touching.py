"""What a sweep varies: each number once, and none that it settles itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from sim.errors import Problem, UsageError
from sim.experiments.designs import Wanted
from sim.scenario.paths import PathFault, parse
from sim.scenario.scenario import Scenario
from sim.scenario.spelling import short

#: Keys that a sweep settles itself, or that change nothing in a history.
SETTLED = ("name", "title", "question", "marking", "replicates", "seed", "inert")

_REPAIR = "vary it once"


def refuse_what_is_told_twice(scenario: Scenario, wanted: Wanted, sets: Sequence[str]) -> None:
    """Raise a `UsageError` with every number that is varied twice, set too, or of no use to vary."""
    if problems := list(_problems(scenario, wanted, sets)):
        raise UsageError(problems)


def _problems(scenario: Scenario, wanted: Wanted, sets: Sequence[str]) -> Iterator[Problem]:
    together = [[axis.name for axis in wanted.axes]] if wanted.axes else [list(at) for at in wanted.sets]
    names = list(dict.fromkeys(name for each in together for name in each))
    for name in names:
        if name.split(".")[0] in SETTLED:
            yield _problem(name, "is nothing a sweep can vary", "vary what changes the histories")
        for text in sets:
            given = text.partition("=")[0].strip()
            if _meet(_touched(scenario, name), _touched(scenario, given)):
                yield _problem(name, f"is varied and set (--set {short(given)})", "do one of them")
    pairs = (pair for each in together for pair in combinations(each, 2))
    for one, other in dict.fromkeys(pairs):
        if _meet(_touched(scenario, one), _touched(scenario, other)):
            yield _problem(one, f"is varied twice (also as {short(other)})", _REPAIR)
    for axis in wanted.axes:
        levels = [str(level) for level in axis.levels] if axis.ends is None or axis.dated else []
        gridded = axis.ends is None or wanted.kind in {"grid", "one_at_a_time"}
        if gridded and (twice := next((each for each in levels if levels.count(each) > 1), None)):
            yield _problem(axis.name, f"has the level {short(twice)} twice", "give each once")


def _problem(name: str, message: str, repair: str) -> Problem:
    return Problem("--vary", None, name, message, repair)


def _touched(scenario: Scenario, name: str) -> set[str]:
    """Return the paths that a name sets: those of an assumption, or the number's own."""
    for draw in scenario.draws:
        if draw.name == name:
            return set(draw.paths)
    try:
        return {parse(name, scenario.tree).path}
    except PathFault:
        return {name}


def _meet(some: set[str], others: set[str]) -> bool:
    """Say whether a path of one is that of another, or holds it."""
    return any(a == b or a.startswith(f"{b}.") or b.startswith(f"{a}.") for a in some for b in others)
