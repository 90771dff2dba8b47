"""Scoring rows: both arms of each, the effect, the verdict."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from sim.errors import Problem, ScenarioError
from sim.montecarlo.order import refuse_out_of_range
from sim.score.arms import Arm, arms_of
from sim.score.reading import Entry
from sim.score.running import Played, each, misnamed, play
from sim.score.verdicts import effect_of, margin_of, minimum_of, verdict

Record = dict[str, Any]


def score(
    found: Sequence[Entry],
    *,
    replicates: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    told: Callable[[str], None] = lambda _: None,
) -> list[Record]:
    """Run rows and return a record for each, in their order.

    Parameters
    ----------
    found
        Rows, as `sim.score.reading.entries` gives them.
    replicates, seed
        For all rows in place of their own.
    workers
        Processes; every core by default.
    told
        Called with a line a row as it ends.

    Raises
    ------
    ScenarioError
        Before anything is run, with the faults of all rows.
    UsageError
        If a number is out of range.
    """
    refuse_out_of_range({"--replicates": replicates, "--seed": seed, "--workers": workers})
    arms = [_asked(arm, replicates, seed) for arm in _checked(found, workers)]
    records: list[Record] = []
    for n, (entry, low, high) in enumerate(_pairs(found, each(play, arms, workers)), start=1):
        records.append(record(entry, low, high, arms[2 * n - 2].seed))
        told(f"{n} of {len(found)}: {entry.name} {records[-1]['verdict']}")
    return records


def _asked(arm: Arm, replicates: int | None, seed: int | None) -> Arm:
    """Return an arm with the replicates and the seed asked for."""
    return replace(
        arm,
        replicates=arm.replicates if replicates is None else replicates,
        seed=arm.seed if seed is None else seed,
    )


def _checked(found: Sequence[Entry], workers: int | None) -> list[Arm]:
    """Return the arms of all rows, low and high in turn; raise with every fault of all."""
    arms: list[Arm] = []
    problems: list[Problem] = []
    for entry in found:
        try:
            arms += arms_of(entry)
        except ScenarioError as error:
            problems += error.problems
    for more in each(misnamed, arms[::2], workers):
        problems += more
    if problems:
        raise ScenarioError(dict.fromkeys(problems))
    return arms


def _pairs(found: Sequence[Entry], played: Iterator[Played]) -> Iterator[tuple[Entry, Played, Played]]:
    """Yield every row with what came of its two arms."""
    for entry in found:
        low = next(played)
        yield entry, low, next(played)


def record(entry: Entry, low: Played, high: Played, seed: int) -> Record:
    """Return everything there is to say of one row."""
    row = entry.row
    counted = low.counted & high.counted
    effect = effect_of(low.values, high.values, counted, is_quantity=row.is_quantity)
    minimum, margin = minimum_of(row, effect), margin_of(row, effect)
    expected = str(getattr(row, "expect", "any"))
    words = ("claim", "source", "star", "contested", "mechanism", "lever")
    return {
        "row": entry.name,
        **{word: getattr(row, word) for word in words if hasattr(row, word)},
        "scenario": row.scenario,
        "outcome": row.what,
        "unit": "quantity" if row.is_quantity else "probability",
        "expect": expected,
        "base": _number(effect.base),
        "changed": _number(effect.high_arm),
        "effect": _number(effect.effect),
        "low": _number(effect.low),
        "high": _number(effect.high),
        "minimum": _number(minimum) if expected in {"+", "-", "any"} else None,
        "margin": None if expected in {"+", "-", "any"} else _number(margin),
        "n": effect.n,
        "seed": seed,
        "verdict": verdict(expected, effect, minimum, margin),
    }


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
