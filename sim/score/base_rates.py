"""Base rates: how often things happened in history, and how often they happen in the model.

The rows are ``configs/history/base_rates.yaml``, fixed before anything is fitted. Half of them, by a hash of
their ids, may be fitted; the other half is only ever scored.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import Problem, ScenarioError
from sim.montecarlo.block import begin
from sim.montecarlo.order import refuse_out_of_range
from sim.scenario.scenario import Scenario
from sim.scenario.spelling import short, suggestion
from sim.scenario.yaml import Node
from sim.score.counting import FACTOR, FAR, FITTED, SCORED, Count, Values, clustered, half_of, odds
from sim.score.histories import Watcher
from sim.score.history_shapes import BaseRate, BaseRates
from sim.score.measures import counts
from sim.score.reading import fault_at, named_rows, read_sound, shipped
from sim.score.running import Piece, Told, played
from sim.score.worlds import NULLS, Watched, null, scenario_of, watching

Record = dict[str, Any]

#: What stands for the model where each kind of row is foretold by the rows that may be fitted.
POOLED = "pooled"


@dataclass(frozen=True, slots=True)
class History:
    """The rows of a file with the scenario they are measured in."""

    rows: Mapping[str, BaseRate]
    scenario: Scenario
    from_week: int


def base_rates(path: Path | None = None, only: Sequence[str] = ()) -> History:
    """Read a file of base rates, the shipped one by default: all rows, or those named in *only*.

    Raises
    ------
    ScenarioError
        With every fault of the file.
    UsageError
        If a row that is named is not there.
    """
    said = read_sound(path or shipped("history/base_rates"), BaseRates, "write `scenario:` and `rows:`")
    file, root = said.file, said.root
    try:
        scenario = scenario_of(file.scenario, root)
    except ScenarioError as error:
        raise said.refusal(error.problems) from None
    problems = [p for name, row in file.rows.items() for p in _unknown(name, row, root, scenario)]
    deeds = {
        f"{name}_{i}": Watched(f"rows.{name}.deeds.{i}", Node({"does": node}, node.file, node.line))
        for name, row in file.rows.items()
        for i, node in enumerate(_items(root, "rows", name, "deeds") if row.deeds else ())
    }
    try:
        watching(scenario, deeds, root)
    except ScenarioError as error:
        problems += [replace(p, path=p.path.replace(".does", "", 1)) for p in error.problems]
    if file.from_week * 7 >= scenario.turns * scenario.days:
        weeks = scenario.turns * scenario.days / 7
        problems.append(fault_at(root, f"lies past the end, week {weeks:g}", "", "from_week"))
    if problems or said.problems:
        raise said.refusal(problems)
    rows = named_rows(file.rows, root, only)
    return History(rows, scenario, file.from_week)


def _items(root: Node, *keys: str) -> Sequence[Node]:
    """Return the items of a list of the file."""
    node = root.get(*keys)
    return () if node is None else node.items


def _unknown(name: str, row: BaseRate, root: Node, scenario: Scenario) -> Iterator[Problem]:
    """Yield in what a row contradicts itself, and the pairs it names that are not in the scenario."""
    for message in row.contradictions():
        yield fault_at(root, message, "", "rows", name)
    states = scenario.tree["states"]
    for i, node in enumerate(_items(root, "rows", name, "dyads")):
        dyad, below = (row.dyads or [])[i], f"rows.{name}.dyads.{i}"
        for state in dyad:
            if state not in states:
                message = f"{short(state)} is not a state"
                yield fault_at(node, message, suggestion(state, states), below=below)
        if len(set(dyad)) == 1:
            yield fault_at(node, "is a pair of one state", "", below=below)


Counted = dict[str, tuple[Values, Values]]


def count_block(history: History, piece: Piece) -> tuple[Counted, Mapping[str, NDArray[Any]]]:
    """Play a block and count every row in it, history by history; return with it what was drawn."""
    scenario = piece.scenario
    model, drawn = begin(scenario, next(iter(scenario.options)), piece.block, piece.seed)
    watcher = Watcher(model)
    while model.turn < model.setup.turns:
        model.step()
        watcher.look()
    found = counts(history.rows, watcher.seen(), model.setup.catalogue, history.from_week)
    model.close()
    return {name: (k[: piece.rows], n[: piece.rows]) for name, (k, n) in found.items()}, drawn


def _counted(history: History, piece: Piece) -> Counted:
    """Count the histories of a block."""
    return count_block(history, piece)[0]


def measure(
    history: History,
    *,
    replicates: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    scenario: Scenario | None = None,
    told: Told = lambda _: None,
) -> Counted:
    """Simulate the first option of the scenario and count every row, history by history.

    Parameters
    ----------
    history
        What to count, as `base_rates` gives it.
    replicates, seed
        Histories, 4,096 by default; the scenario's seed by default.
    workers
        Processes; every core by default.
    scenario
        In place of the history's own, for example one of the null models.
    told
        Called with a line a block.

    Returns
    -------
    dict
        For each row how many times and in how many cases, or how much time: two arrays ``(R,)``.
    """
    parts = played(
        partial(_counted, history),
        scenario or history.scenario,
        replicates=replicates,
        seed=seed,
        workers=workers,
        told=told,
    )
    return {
        name: (np.concatenate([p[name][0] for p in parts]), np.concatenate([p[name][1] for p in parts]))
        for name in history.rows
    }


def records(history: History, counted: Counted) -> list[Record]:
    """Return everything there is to say of each row, in their order."""
    return [_record(name, row, *counted[name]) for name, row in history.rows.items()]


def _record(name: str, row: BaseRate, times: Values, sizes: Values) -> Record:
    is_rate = row.kind == "rate"
    model = Count(float(times.sum()), float(sizes.sum()), is_rate)
    low, high = clustered(times, sizes, is_rate=is_rate)
    ratio = log_ratio(row, model)
    past = row.counted
    return {
        "row": name,
        "what": row.what,
        "group": row.group,
        "half": half_of(name),
        "kind": row.kind,
        "unit": row.unit,
        "period": row.period,
        "source": row.source,
        "k": row.k,
        "size": None if past is None else past.size,
        "history": row.value if past is None else past.estimate,
        "history_low": row.interval[0],
        "history_high": row.interval[1],
        "model_k": model.k,
        "model_size": model.size,
        "model": _number(model.estimate),
        "model_low": _number(low),
        "model_high": _number(high),
        "log_ratio": _number(ratio),
        "log_ratio_same_size": _number(log_ratio(row, _shrunk(model, past))),
        "within_interval": bool(row.interval[0] <= model.estimate <= row.interval[1]),
        "within_factor": bool(abs(ratio) <= math.log(FACTOR)),
        "note": row.note,
    }


def scale_of(row: BaseRate) -> float:
    """Return what history puts in a ratio, as `Count.scale`; where only a share is known, its odds."""
    return odds(row.value or 0) if row.counted is None else row.counted.scale


def log_ratio(row: BaseRate, model: Count) -> float:
    """Return the log of model over history; NaN where the model had no case."""
    return _ratio(row, model) if model.size > 0 else math.nan


def _ratio(row: BaseRate, model: Count) -> float:
    return math.log(model.scale / scale_of(row))


def _shrunk(model: Count, past: Count | None) -> Count:
    """Return what the model would have shown in as many cases, or as much time, as history had.

    The half event both sides of a ratio are given weighs the less the larger a side is: where history is
    short and the model long, two sides that agree on nothing at all would be far apart.
    """
    if past is None or model.size == 0:
        return model
    return Count(model.estimate * past.size, past.size, model.is_rate)


def is_inside(record: Record) -> bool:
    """Whether the model is within the interval of history or within a factor of 2."""
    return bool(record["within_interval"] or record["within_factor"])


def summary(found: Sequence[Record]) -> list[Record]:
    """Return how well the rows are met: fitted, scored, and all.

    A row without a case in the model is outside; it has no ratio, and no part in the mean.
    """
    made = []
    for half in (FITTED, SCORED, "all"):
        mine = [r for r in found if half in (r["half"], "all")]
        ratios = [abs(r["log_ratio"]) for r in mine if r["log_ratio"] is not None]
        alike = [abs(r["log_ratio_same_size"]) for r in mine if r["log_ratio_same_size"] is not None]
        made.append(
            {
                "half": half,
                "rows": len(mine),
                "inside": sum(map(is_inside, mine)),
                "measured": len(ratios),
                "mean_absolute_log_ratio": _number(float(np.mean(ratios))) if ratios else None,
                "mean_same_size": _number(float(np.mean(alike))) if alike else None,
                "far": [
                    r["row"]
                    for r in mine
                    if r["log_ratio"] is not None and abs(r["log_ratio"]) > math.log(FAR)
                ],
            }
        )
    return made


def nulls(
    history: History,
    *,
    replicates: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    told: Told = lambda _: None,
) -> list[Record]:
    """Return the mean absolute log ratio of the model and of each null model, by half.

    So that a model in which nothing happens is not excused where it has no case to count, a row without a
    case counts at odds of 1, (0 + 1/2)/(0 + 1).
    """
    refuse_out_of_range({"--replicates": replicates, "--seed": seed, "--workers": workers})
    made = []
    foretold = pooled(history.rows)
    shared = [row for row in foretold if half_of(row) == SCORED]
    for name in ("model", *NULLS):
        told(name)
        world = history.scenario if name == "model" else null(history.scenario, name)
        counted = measure(history, replicates=replicates, seed=seed, workers=workers, scenario=world)
        totals = {
            row: Count(float(counted[row][0].sum()), float(counted[row][1].sum()), shape.kind == "rate")
            for row, shape in history.rows.items()
        }
        ratios = {row: _ratio(shape, totals[row]) for row, shape in history.rows.items()}
        alike = {
            row: _ratio(shape, _shrunk(totals[row], shape.counted)) for row, shape in history.rows.items()
        }
        made.append(_compared(name, ratios, alike, shared))
    made.append(_compared(POOLED, foretold, foretold, shared))
    return made


def pooled(rows: Mapping[str, BaseRate]) -> dict[str, float]:
    """Return the log ratio of each row, its group foretold by one number pooled from its fitted rows.

    Groups without a fitted row foretell nothing.
    """
    found: dict[str, float] = {}
    for name, row in rows.items():
        fitted = [r for n, r in rows.items() if r.group == row.group and half_of(n) == FITTED]
        sums = [r.counted for r in fitted if r.counted is not None]
        if sums:
            count = Count(sum(c.k for c in sums), sum(c.size for c in sums), sums[0].is_rate)
            found[name] = math.log(count.scale / scale_of(row))
        elif fitted:
            found[name] = math.log(scale_of(fitted[0]) / scale_of(row))
    return found


def _compared(
    name: str, ratios: Mapping[str, float], alike: Mapping[str, float], shared: Sequence[str]
) -> Record:
    fitted, scored = ([row for row in ratios if half_of(row) == half] for half in (FITTED, SCORED))
    return {
        "model": name,
        "rows": len(ratios),
        "mean_fitted": _mean(ratios, fitted),
        "mean_scored": _mean(ratios, scored),
        "mean_scored_same_size": _mean(alike, scored),
        "mean_scored_shared": _mean(ratios, shared),
        "mean_scored_shared_same_size": _mean(alike, shared),
        "ratios": dict(ratios),
    }


def _mean(ratios: Mapping[str, float], rows: Sequence[str]) -> float | None:
    return float(np.mean([abs(ratios[row]) for row in rows])) if rows else None


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
