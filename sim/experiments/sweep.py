"""`sim sweep`: a scenario at every point of a design, under the same luck, round by round.

A round is one block of every option at every point, so that a sweep that is stopped is an even sample. Where
replicates are to go where they tell most, later rounds go to the half of the points whose intervals are
widest; which those are follows from the rounds before alone, so a sweep that goes on goes on alike.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from sim.analysis.rates import mean, mean_difference, paired_difference, rate
from sim.errors import Problem, ScenarioError, UsageError
from sim.experiments.designs import Point, Wanted, points_of
from sim.experiments.keeping import Doing, Experiment, as_json, as_parquet, maker
from sim.experiments.settings import BETWEEN, Sweep, packed, settings_of, unit_name
from sim.experiments.touching import refuse_what_is_told_twice
from sim.intervals import wilson
from sim.montecarlo.order import refuse_out_of_range
from sim.results.identity import scenario_digest
from sim.results.parts import Done, Parts, Unit
from sim.results.study import SCENARIO
from sim.scenario.loader import load
from sim.scenario.scenario import Scenario
from sim.world.axes import BLOCK

SIMULATE = "sim.experiments.settings:simulate"

Spending = Literal["even", "widest"]


@dataclass(frozen=True, slots=True)
class Ordered:
    """A sweep and where it goes."""

    scenario: Scenario
    wanted: Wanted
    points: tuple[Point, ...]
    settings: tuple[tuple[str, ...], ...]  # of every point
    options: tuple[str, ...]
    replicates: int
    seed: int
    spend: Spending
    experiment: Experiment


def order(
    scenario: Scenario,
    wanted: Wanted,
    *,
    replicates: int | None = None,
    seed: int | None = None,
    options: Sequence[str] = (),
    sets: Sequence[str] = (),
    spend: Spending = "even",
    out: Path | None = None,
) -> Ordered:
    """Fill in what was left open and check the rest.

    Parameters
    ----------
    replicates
        Per point and option, on average where they are spent where intervals are widest; a block by default.

    Raises
    ------
    UsageError
        With every argument at fault, or the settings no point can have.
    """
    replicates = BLOCK if replicates is None else replicates
    seed = (scenario.seed or 0) if seed is None else seed
    problems = [
        Problem("", None, "--option", f"`{name}` is not an option of this scenario", "")
        for name in options
        if name not in scenario.options
    ]
    if problems:
        raise UsageError(problems)
    if spend not in get_args(Spending):
        raise UsageError(Problem("", None, "--spend", f"`{spend}` is not known", "give even or widest"))
    refuse_out_of_range({"--replicates": replicates, "--seed": seed})
    refuse_what_is_told_twice(scenario, wanted, sets)
    points = tuple(points_of(wanted.kind, wanted.axes, wanted.count, seed, wanted.sets))
    settings = tuple(settings_of(scenario, point) for point in points)
    chosen = tuple(dict.fromkeys(options)) or tuple(scenario.options)
    said = {
        "scenario": scenario_digest(scenario.dump()),
        "sets": list(sets),
        "seed": seed,
        "options": list(chosen),
        "design": wanted.kind,
        "points": [list(each) for each in settings],
        "spend": spend,
    }
    experiment = Experiment("sweep", scenario.name, scenario.dump(), said, out, "point and option")
    return Ordered(scenario, wanted, points, settings, chosen, replicates, seed, spend, experiment)


def refuse_what_cannot_be(ordered: Ordered, source: str, sets: Sequence[str]) -> None:
    """Raise a `SimError` where a setting is wrong: the ends of every axis are tried, each alone.

    What only a combination makes wrong is told when its turn comes, and stops the sweep.
    """
    tried: dict[str, None] = {}
    axes = ordered.wanted.axes
    alone: list[Point] = [{axis.name: axis.levels[n]} for axis in axes for n in (0, -1)]
    for point in alone or list(ordered.points):
        settings = settings_of(ordered.scenario, point)
        if settings and "".join(settings) not in tried:
            tried["".join(settings)] = None
            try:
                load(source, [*sets, *settings])
            except ScenarioError as fault:
                raise ScenarioError([_as_varied(problem, settings) for problem in fault.problems]) from None


def _as_varied(problem: Problem, settings: Sequence[str]) -> Problem:
    """Return a fault of a setting of a point as one of what is varied."""
    mine = any(text.partition("=")[0] == problem.path for text in settings)
    return replace(problem, file="--vary") if problem.file == "--set" and mine else problem


def run(ordered: Ordered, how: Doing) -> dict[str, Any]:
    """Play what is missing, write the tables, and return what they say; told again where all is there."""
    made = ordered.experiment
    stage = {"replicates": ordered.replicates}
    with made.writing():
        if not made.finished(stage):
            done = _played(ordered, how)
            rows = list(outcomes(ordered, done))
            made.finish(
                stage,
                {
                    "design.parquet": as_parquet(_design(ordered)),
                    "outcomes.parquet": as_parquet(_table(rows)),
                    "summary.json": as_json(_summary(ordered, rows)),
                },
            )
    read: dict[str, Any] = json.loads((made.folder / "summary.json").read_text())
    return read


def so_far(ordered: Ordered) -> dict[str, Any]:
    """Return what the rounds that are whole say, playing nothing.

    Raises
    ------
    UsageError
        If there is no whole round yet.
    """
    made = ordered.experiment
    parts = Parts(made.folder, maker())
    done: list[Done] = []
    for block in range(-(-ordered.replicates // BLOCK)):
        units = _round(ordered, block, range(len(ordered.points)))
        found = [parts.find(unit) for unit in units]
        if any(each is None for each in found):
            break
        done += [each for each in found if each is not None]
    if not done:
        problem = Problem(str(made.folder), None, "--so-far", "has no whole round yet", "let it go on")
        raise UsageError(problem)
    return _summary(ordered, list(outcomes(ordered, done)))


def _played(ordered: Ordered, how: Doing) -> list[Done]:
    """Play the rounds and return all their units."""
    sweep = Sweep(ordered.scenario, ordered.experiment.folder / SCENARIO, ordered.settings)
    everywhere = range(len(ordered.points))
    rounds = -(-ordered.replicates // BLOCK)
    if ordered.spend == "even":
        units = [unit for block in range(rounds) for unit in _round(ordered, block, everywhere)]
        return ordered.experiment.fill(SIMULATE, sweep, ordered.seed, units, how)
    units = _round(ordered, 0, everywhere)
    done = ordered.experiment.fill(SIMULATE, sweep, ordered.seed, units, how)
    left = (rounds - 1) * len(ordered.points)
    while left:
        widest = _widest(ordered, done)[: min(left, max(1, len(ordered.points) // 2))]
        played = _blocks(ordered, done)
        for point in sorted(widest):
            units += _round(ordered, played[point], [point])
        done = ordered.experiment.fill(SIMULATE, sweep, ordered.seed, units, how)
        left -= len(widest)
    return done


def _round(ordered: Ordered, block: int, points: Sequence[int]) -> list[Unit]:
    """Return one block of every option at some points."""
    rows = BLOCK if ordered.spend == "widest" else min(BLOCK, ordered.replicates - block * BLOCK)
    return [
        Unit(unit_name(point, option), block, twin=False, rows=rows)
        for point in points
        for option in ordered.options
    ]


def _blocks(ordered: Ordered, done: Sequence[Done]) -> list[int]:
    """Return how many blocks each point has."""
    first = ordered.options[0]
    names = [each.unit.option for each in done]
    return [names.count(unit_name(point, first)) for point in range(len(ordered.points))]


def _widest(ordered: Ordered, done: Sequence[Done]) -> list[int]:
    """Return the points, that with the widest interval of any outcome first, the earlier of equals."""
    rows: dict[str, int] = {}
    times: dict[tuple[str, str], int] = {}
    for each in done:
        rows[each.unit.option] = rows.get(each.unit.option, 0) + each.unit.rows
        for outcome, count in each.happened.items():
            key = each.unit.option, outcome
            times[key] = times.get(key, 0) + count
    width = np.zeros(len(ordered.points))
    for (name, _), count in times.items():
        low, high = wilson(count, rows[name])
        point = int(name.partition(BETWEEN)[0])
        width[point] = max(width[point], float(high - low))
    return [int(point) for point in np.argsort(-width, kind="stable")]


def outcomes(ordered: Ordered, done: Sequence[Done]) -> Iterator[dict[str, Any]]:
    """Yield a row per point, option and outcome or quantity, with its difference to the first option.

    Intervals are those of `sim run`: Wilson for a probability, Newcombe's for a paired difference, by
    resampling groups of replicates for a quantity.
    """
    by_name: dict[str, list[Done]] = {}
    for each in done:
        by_name.setdefault(each.unit.option, []).append(each)
    for point in range(len(ordered.points)):
        first: Mapping[str, NDArray[Any]] = {}
        for option in ordered.options:
            columns = _columns(ordered, by_name[unit_name(point, option)])
            first = first or columns
            for column, values in columns.items():
                yield {"point": point, "option": option} | _row(column, values, first[column])


def _columns(ordered: Ordered, done: Sequence[Done]) -> dict[str, NDArray[Any]]:
    """Return the outcomes and quantities of one option at one point, in the order of its replicates."""
    parts = [ordered.experiment.read(each) for each in sorted(done, key=lambda each: each.unit.block)]
    return {
        name: np.concatenate([part[name].to_numpy() for part in parts])
        for name in parts[0].column_names
        if name[:2] in {"o:", "q:"}
    }


def _row(column: str, values: NDArray[Any], first: NDArray[Any]) -> dict[str, Any]:
    """Return what is said of one outcome or quantity at a point."""
    row: dict[str, Any] = {"outcome": column[2:], "kind": "outcome", "n": len(values)}
    if column.startswith("o:"):
        found = rate(values)
        row |= {"value": found["probability"], "low": found["low"], "high": found["high"]}
        apart = paired_difference(values, first)
    else:
        row["kind"] = "quantity"
        found = mean(values)
        row |= {"value": found["mean"], "low": found["low"], "high": found["high"]}
        apart = mean_difference(values, first)
    if values is first:
        apart = dict.fromkeys(apart)
    return row | apart


def _design(ordered: Ordered) -> Any:
    """Return the table of points: a column for everything that is varied, empty where it is left alone."""
    import pyarrow as pa

    names = list(dict.fromkeys(name for point in ordered.points for name in point))
    columns: dict[str, Any] = {"point": pa.array(range(len(ordered.points)), pa.int32())}
    for name in names:
        values = [point.get(name) for point in ordered.points]
        plain = all(v is None or (isinstance(v, int | float) and not isinstance(v, bool)) for v in values)
        columns[name] = (
            pa.array([None if v is None else float(v) for v in values], pa.float64())
            if plain
            else pa.array([None if v is None else _word(v) for v in values], pa.string())
        )
    return pa.table(columns)


def _word(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _table(rows: Sequence[Mapping[str, Any]]) -> Any:
    import pyarrow as pa

    numbers = ("value", "low", "high", "difference", "difference_low", "difference_high")
    kinds = {"point": pa.int32(), "n": pa.int32()} | dict.fromkeys(numbers, pa.float64())
    return pa.table(
        {name: pa.array([row[name] for row in rows], kinds.get(name, pa.string())) for name in rows[0]}
    )


def _summary(ordered: Ordered, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    names = list(dict.fromkeys(name for point in ordered.points for name in point))
    return {
        "scenario": ordered.scenario.name,
        "title": ordered.wanted.title or ordered.scenario.title,
        "marking": ordered.scenario.marking,
        "seed": ordered.seed,
        "design": ordered.wanted.kind,
        "varied": names,
        "options": list(ordered.options),
        "replicates": ordered.replicates,
        "spend": ordered.spend,
        "packed": sum(packed(ordered.scenario, each) is not None for each in ordered.settings),
        "points": [dict(point) for point in ordered.points],
        "outcomes": list(rows),
    }
