"""Which assumption drives which outcome, how much is luck, and what knowing an assumption would be worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.errors import Problem, UsageError
from sim.experiments.factors import REST, drawn, value_at
from sim.experiments.keeping import Doing, Experiment, as_json, as_parquet
from sim.experiments.knowing import everything, features_of, worth
from sim.experiments.matrices import TWIN, A, B, Design
from sim.experiments.sobol import Doubles, Estimate, Indices, indices
from sim.experiments.tornado import swing
from sim.montecarlo.order import refuse_out_of_range
from sim.results.identity import scenario_digest
from sim.results.parts import Done
from sim.scenario.scenario import Scenario

SIMULATE = "sim.experiments.matrices:simulate"

#: Rows of each matrix unless told, and at most.
SIZE, MOST = 1024, 1 << 20

#: Assumptions a sentence names.
NAMED = 2

#: By option and column, the values of every matrix: (matrices, rows).
Values = Mapping[str, Mapping[str, Doubles]]


@dataclass(frozen=True, slots=True)
class Ordered:
    """A sensitivity analysis and where it goes."""

    design: Design
    options: tuple[str, ...]
    experiment: Experiment


def order(
    scenario: Scenario,
    *,
    size: int | None = None,
    seed: int | None = None,
    options: Sequence[str] = (),
    sets: Sequence[str] = (),
    out: Path | None = None,
) -> Ordered:
    """Fill in what was left open and check the rest.

    Parameters
    ----------
    size
        Rows a matrix; raised to a power of 2.
    options
        The first is what indices are of, the others what could be chosen instead; all of the scenario's
        by default.

    Raises
    ------
    UsageError
        With every argument at fault, and where the scenario has nothing to explain or to explain it by.
    """
    size, seed = SIZE if size is None else size, _seed(scenario, seed)
    problems = [
        Problem("", None, "--option", f"`{name}` is not an option of this scenario", "")
        for name in options
        if name not in scenario.options
    ]
    if not 16 <= size <= MOST:
        problems.append(
            Problem("", None, "-n", f"{size} is out of range", f"give a number from 16 to {MOST:,}")
        )
    if not scenario.outcomes and not scenario.watch:
        problems.append(
            Problem(scenario.file, None, "outcomes", "are none: there is nothing to explain", "declare some")
        )
    if problems:
        raise UsageError(problems)
    size = 1 << (size - 1).bit_length()
    chosen = tuple(dict.fromkeys(options)) or tuple(scenario.options)
    said = {
        "scenario": scenario_digest(scenario.dump()),
        "sets": list(sets),
        "seed": seed,
        "options": list(chosen),
    }
    return Ordered(
        Design(scenario, size, seed, chosen[0]),
        chosen,
        Experiment("sensitivity", scenario.name, scenario.dump(), said, out),
    )


def _seed(scenario: Scenario, seed: int | None) -> int:
    seed = (scenario.seed or 0) if seed is None else seed
    refuse_out_of_range({"--seed": seed})
    return seed


def run(ordered: Ordered, how: Doing) -> dict[str, Any]:
    """Play what is missing, write the tables, and return what they say; told again where all is there."""
    import json

    from threadpoolctl import threadpool_limits

    made, stage = ordered.experiment, {"rows": ordered.design.size}
    with made.writing():
        if not made.finished(stage):
            units = ordered.design.units(ordered.options)
            done = made.fill(SIMULATE, ordered.design, ordered.design.seed, units, how)
            values = _gathered(ordered, done)
            with threadpool_limits(1, user_api="blas"):  # more threads change the last bit
                said = summary(ordered, values)
            made.finish(stage, {**_tables(ordered, values), "summary.json": as_json(said)})
    read: dict[str, Any] = json.loads((made.folder / "summary.json").read_text())
    return read


def _gathered(ordered: Ordered, done: Sequence[Done]) -> Values:
    """Return what became of every history, by option and column: (matrices, rows)."""
    found: dict[str, dict[str, Doubles]] = {}
    for option in ordered.options:
        mine = sorted((d for d in done if d.unit.option == option), key=lambda d: d.unit.block)
        parts = [ordered.experiment.read(d) for d in mine]
        names = [n for n in parts[0].column_names if n[:2] in {"o:", "t:", "p:", "q:"}]
        shape = ordered.design.size, len(ordered.design.matrices(option))
        found[option] = {name: np.ascontiguousarray(_column(parts, name).reshape(shape).T) for name in names}
    return found


def _column(parts: Sequence[Any], name: str) -> Doubles:
    """Return a column of several parts as one."""
    return np.concatenate([part[name].to_numpy() for part in parts]).astype(np.float64)


def measured(values: Mapping[str, Doubles]) -> Iterator[tuple[str, str, str]]:
    """Yield what is explained: name, kind, and the column that tells most of it.

    Of a rare outcome that is its probability by the rates of its deeds: it has the same mean whatever the
    assumptions are, and far less luck in it.
    """
    for column in values:
        if column.startswith("o:"):
            name = column[2:]
            yield name, "outcome", f"p:{name}" if f"p:{name}" in values else column
        elif column.startswith("q:"):
            yield column[2:], "quantity", column


def summary(ordered: Ordered, values: Values) -> dict[str, Any]:
    """Return everything there is to say, as JSON has it."""
    design, first = ordered.design, values[ordered.options[0]]
    told = []
    for name, kind, column in measured(first):
        place = dict(zip(design.matrices(design.option), first[column], strict=True))
        mixed = [place[f"A:{factor.name}"] for factor in design.factors]
        found = indices(place[A], place[TWIN], place[B], mixed)
        luck = found
        if column.startswith("p:"):
            plain = dict(zip(design.matrices(design.option), first[f"o:{name}"], strict=True))
            luck = indices(plain[A], plain[TWIN], plain[B], [plain[f"A:{f.name}"] for f in design.factors])
        rows = list(_rows(ordered, values, column, found))
        told.append(
            {
                "outcome": name,
                "kind": kind,
                "mean": found.mean,
                "luck_share": _less(luck.explained),
                "tellable": found.tellable,
                "sentence": sentence(name, found, luck, rows, design.size),
                "factors": rows,
                "knowing_everything": _everything(ordered, values, column),
            }
        )
    return {
        "scenario": design.scenario.name,
        "title": design.scenario.title,
        "marking": design.scenario.marking,
        "seed": design.seed,
        "option": design.option,
        "options": list(ordered.options),
        "rows": design.size,
        "histories": sum(unit.rows for unit in design.units(ordered.options)),
        "outcomes": told,
    }


def _rows(ordered: Ordered, values: Values, column: str, found: Indices) -> Iterator[dict[str, Any]]:
    """Yield what is said of every factor of one outcome."""
    design = ordered.design
    first = values[design.option][column]
    for i, factor in enumerate(design.factors):
        row: dict[str, Any] = {"factor": factor.name, "kind": factor.kind, "title": factor.title}
        row |= _spelled("first", found.first[i].within) | _spelled("total", found.total[i].within)
        row["total_uncorrected"] = _number(found.uncorrected[i])
        row |= dict.fromkeys(("low_end", "high_end"))
        row |= _spelled("at_low", None) | _spelled("at_high", None) | _spelled("swing", None)
        if factor.draw is not None:
            at = swing(factor, design.place_of(factor.draw), first)
            if at is not None:
                row |= {"low_end": at.low_end, "high_end": at.high_end}
                row |= _spelled("at_low", at.low) | _spelled("at_high", at.high) | _spelled("swing", at.swing)
        yield row | _worth(ordered, values, column, i)


def _worth(ordered: Ordered, values: Values, column: str, i: int) -> dict[str, Any]:
    """Return what knowing a factor would be worth; nothing where there is no choice, or it is the rest."""
    design = ordered.design
    nothing = _spelled("worth_wanted", None) | _spelled("worth_unwanted", None)
    if len(ordered.options) < 2 or design.factors[i].name == REST:
        return nothing
    first = len(drawn(design.factors[:i]))
    places = design.places()[:, first : first + len(design.factors[i].draws)]
    known = features_of(design.factors[i], _rows_of_both(places))
    found = worth(known, _choices(ordered, values, column))
    return _spelled("worth_wanted", found.wanted) | _spelled("worth_unwanted", found.unwanted)


def _everything(ordered: Ordered, values: Values, column: str) -> dict[str, Any] | None:
    """Return what knowing every factor but the rest would be worth."""
    if len(ordered.options) < 2:
        return None
    design = ordered.design
    known = everything(design.factors[:-1], _rows_of_both(design.places()))
    found = worth(known, _choices(ordered, values, column))
    return _spelled("wanted", found.wanted) | _spelled("unwanted", found.unwanted)


def _rows_of_both(places: Doubles) -> Doubles:
    """Return uniforms of A and B side by side: ``(draws, 2 N)`` from ``(2, draws, N)``."""
    return np.concatenate([places[0], places[1]], axis=1)


def _choices(ordered: Ordered, values: Values, column: str) -> Doubles:
    """Return an outcome in the rows of A and B under every option, ``(O, 2 N)``."""
    return np.stack([values[option][column][:2].ravel() for option in ordered.options])


def sentence(name: str, found: Indices, luck: Indices, rows: Sequence[Mapping[str, Any]], size: int) -> str:
    """Say in a line which assumptions matter most for an outcome."""
    by_luck = f"luck is {min(max(1 - luck.explained.value, 0), 1):.0%} of its variance"
    if not np.isfinite(luck.explained.value):
        return f"{name}: never differs, so nothing drives it"
    if not found.tellable:
        needed = found.rows_needed(size)
        more = f"; -n {needed} may tell" if needed is not None and size < needed <= MOST else ""
        return f"{name}: {by_luck}, and {size:,} rows a matrix do not tell what drives the rest{more}"
    ranked = sorted(rows, key=lambda row: -(row["total"] or 0))
    clear = [row for row in ranked if (row["total_low"] or 0) > 0]
    sure = [row for row in clear if row["kind"] != "rest"][:NAMED]
    rest = [row for row in clear if row["kind"] == "rest"]
    if not sure:
        beside = f" beside {REST} ({_share(rest[0])} of what is not luck)" if rest else ""
        return f"{name}: no assumption stands out{beside}; {by_luck}"
    named = " and ".join(f"{row['factor']} ({_share(row)})" for row in sure)
    if rest and rest[0]["total"] > sure[0]["total"]:
        most = f"{REST} ({_share(rest[0])}) matters most, of the assumptions {named}"
    else:
        most = f"{named} {'matters' if len(sure) == 1 else 'matter'} most"
    return f"{name}: {most}, as shares of what is not luck; {by_luck}"


def _share(row: Mapping[str, Any]) -> str:
    """Return a total index as a share of the whole."""
    return f"{row['total']:.0%}, {row['total_low']:.0%} to {row['total_high']:.0%}"


def _tables(ordered: Ordered, values: Values) -> dict[str, bytes]:
    """Return the files of the histories: where the factors were, and what came of it."""
    import pyarrow as pa

    design, scenario = ordered.design, ordered.design.scenario
    designs, outcomes = [], []
    for option in ordered.options:
        names = design.matrices(option)
        count = len(names) * design.size
        placed = design.placed(option, design.numbers(option).ravel())
        common = {
            "option": [option] * count,
            "matrix": np.repeat(names, design.size).tolist(),
            "row": np.tile(np.arange(design.size, dtype=np.int32), len(names)),
        }
        factors: dict[str, Any] = {}
        at = placed if scenario.copula is None else placed.joined(scenario.copula)
        for draw in drawn(design.factors):
            value = value_at(draw, at.uniforms[draw.name])
            told = draw.kind == "assumption" and draw.stories
            factors[f"a:{draw.name}"] = np.array(draw.alternatives)[value].tolist() if told else value
        designs.append(pa.table(common | factors))
        kept = {k: v.ravel() > 0 if k[:2] == "o:" else v.ravel() for k, v in values[option].items()}
        outcomes.append(pa.table(common | kept))
    return {
        "design.parquet": as_parquet(pa.concat_tables(designs)),
        "outcomes.parquet": as_parquet(pa.concat_tables(outcomes)),
    }


def _spelled(name: str, found: Estimate | None) -> dict[str, float | None]:
    """Return an estimate under a name, with its interval."""
    if found is None:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    return {
        name: _number(found.value),
        f"{name}_low": _number(found.low),
        f"{name}_high": _number(found.high),
    }


def _less(explained: Estimate) -> float | None:
    """Return what is left of 1."""
    return _number(min(max(1 - explained.value, 0.0), 1.0))


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
