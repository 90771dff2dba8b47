"""What a point of a sweep sets, as `--set` takes it; as rows of a block where that is enough."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from sim.errors import Problem, UsageError
from sim.experiments.designs import Point
from sim.experiments.factors import columns
from sim.experiments.keeping import nothing
from sim.experiments.packing import Row, compiled, world_of
from sim.model.model import StrategicModel
from sim.montecarlo import block as blocks
from sim.montecarlo.block import Block
from sim.montecarlo.memory import keep_freed_memory
from sim.scenario.build import numbers
from sim.scenario.draws import Draw
from sim.scenario.loader import load
from sim.scenario.paths import PathFault, parse
from sim.scenario.scenario import Scenario
from sim.scenario.spelling import short
from sim.world.axes import BLOCK

#: Between the number of a point and its option in the name of a unit.
BETWEEN = " "


def settings_of(scenario: Scenario, point: Point) -> tuple[str, ...]:
    """Return a point as ``PATH=VALUE``; an assumption by name sets all it draws.

    Raises
    ------
    UsageError
        If a story is named that the assumption does not have.
    """
    draws = {draw.name: draw for draw in scenario.draws if draw.paths != (draw.name,)}
    found: list[str] = []
    for name, value in point.items():
        if name in draws:
            found += (f"{path}={_text(v)}" for path, v in _drawn(scenario, draws[name], value))
        else:
            found.append(f"{name}={_text(value)}")
    return tuple(found)


def _drawn(scenario: Scenario, draw: Draw, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield what each path is when an assumption is so."""
    if draw.distribution is not None:
        yield from ((path, value) for path in draw.paths)
        return
    stories = {name: said for name, _, said in draw.stories}
    if str(value) not in stories:
        close = difflib.get_close_matches(str(value), stories, 1)
        repair = f"did you mean `{close[0]}`?" if close else f"give one of {', '.join([*stories][:6])}"
        raise UsageError(Problem("", None, draw.name, f"has no story {short(value)}", repair))
    plain = dict(numbers(scenario.tree))
    said = stories[str(value)]
    for path in draw.paths:
        left = plain[path] if path in plain else parse(path, scenario.tree).quantity.start
        yield path, said.get(path, left)


def _text(value: Any) -> str:
    """Return a value as YAML has it on one line."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def packed(scenario: Scenario, settings: tuple[str, ...]) -> dict[str, float] | None:
    """Return settings of quantities alone, which rows of a block may have; None if there are others.

    What is drawn together with others is resolved anew: without it the others are drawn as if alone.
    """
    copula = scenario.copula
    apart = {path for d in scenario.draws if copula and d.name in copula.names for path in d.paths}
    found = {}
    for text in settings:
        path, _, value = text.partition("=")
        try:
            reference = parse(path, scenario.tree)
            number = float(value)
        except (PathFault, ValueError):
            return None
        if not reference.quantity.given or not np.isfinite(number) or reference.path in apart:
            return None
        found[reference.path] = number
    return found


@dataclass(frozen=True, slots=True)
class Sweep:
    """Everything a worker needs to know of a sweep."""

    scenario: Scenario
    file: Path  # the resolved scenario, for points that must be resolved anew
    points: tuple[tuple[str, ...], ...]


def unit_name(point: int, option: str) -> str:
    """Return the name under which the blocks of an option at a point are kept."""
    return f"{point:05}{BETWEEN}{option}"


def simulate(
    sweep: Sweep,
    option: str,
    block: int,
    seed: int,
    *,
    twin: bool,  # noqa: ARG001 (a unit of a study)
    rows: int,
    deeds: bool,  # noqa: ARG001
) -> Block:
    """Play one block of one option at one point: the replicates that a run with these settings has."""
    import pyarrow as pa

    number, _, name = option.partition(BETWEEN)
    settings = sweep.points[int(number)]
    setting = packed(sweep.scenario, settings)
    first = block * BLOCK
    if setting is None:
        model, _ = blocks.play(_loaded(sweep.file, settings), name, block, seed)
    else:
        keep_freed_memory()
        setup = compiled(sweep.scenario, name)
        histories = [Row(n, setting) for n in range(first, first + BLOCK)]
        model = StrategicModel(setup, world_of(sweep.scenario, setup, histories, seed=seed))
        model.run()
    kept: dict[str, Any] = {"option": pa.array([option] * rows)}
    kept |= {"replicate": np.arange(first, first + rows, dtype=np.int32)}
    table = pa.table(kept | columns(model, rows))
    model.close()
    return Block(table, nothing(), nothing(), nothing())


@lru_cache(maxsize=2)
def _loaded(file: Path, settings: tuple[str, ...]) -> Scenario:
    """Resolve the scenario of a point."""
    return load(file, settings)
