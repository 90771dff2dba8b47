"""Hindcast: what the model and a reference forecast gave to what is known of the time after the start.

The rows are ``configs/history/hindcast.yaml``. There is no pass mark: the outcomes are few.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np

from sim.errors import Problem, ScenarioError
from sim.intervals import wilson
from sim.montecarlo.block import begin
from sim.scenario.paths import PathFault, parse
from sim.scenario.scenario import Scenario
from sim.scenario.yaml import Node
from sim.score.base_rates import Record
from sim.score.counting import Values
from sim.score.history_shapes import Estimated, Hindcast, Known, Reference
from sim.score.reading import fault_at, named_rows, read_sound, shipped
from sim.score.running import Piece, Told, joined, played
from sim.score.worlds import PREFIX, Watched, scenario_of, watching
from sim.world.address import locate

#: Forecast of who knows nothing.
COIN = 0.5

#: Days of the year of hazards.
YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Later:
    """The rows of a file with the scenario that watches for them."""

    outcomes: Mapping[str, Known]
    quantities: Mapping[str, Estimated]
    left_out: Mapping[str, str]
    scenario: Scenario
    by: date


def hindcast(path: Path | None = None, only: Sequence[str] = ()) -> Later:
    """Read a file of what is known, the shipped one by default: all outcomes, or those named in *only*.

    Raises
    ------
    ScenarioError
        With every fault of the file.
    UsageError
        If an outcome that is named is not there.
    """
    example = "write `scenario:`, `by:` and `outcomes:`"
    said = read_sound(path or shipped("history/hindcast"), Hindcast, example)
    file, root = said.file, said.root
    try:
        base = scenario_of(file.scenario, root)
    except ScenarioError as error:
        raise said.refusal(error.problems) from None
    problems = list(_misdated(file, root, base))
    known = file.outcomes if said.problems else named_rows(file.outcomes, root, only)
    watched = {
        name: Watched(f"outcomes.{name}.watch", root.get("outcomes", name, "watch") or root) for name in known
    }
    scenario = base
    try:
        scenario = watching(base, watched, root)
    except ScenarioError as error:
        problems += error.problems
    if problems or said.problems:
        raise said.refusal(problems)
    return Later(known, file.quantities, file.left_out, scenario, date.fromisoformat(file.by))


def _misdated(file: Hindcast, root: Node, base: Scenario) -> Iterator[Problem]:
    """Yield what lies on the wrong side of the start or the end."""
    start, by, problem = base.start, date.fromisoformat(file.by), partial(fault_at, root)

    if not start < by <= base.end:
        yield problem(f"is not within the scenario, {start} to {base.end}", "", "by")
    for name, row in file.outcomes.items():
        if date.fromisoformat(row.reference.as_of) >= start:
            message = f"is not before the start, {start}: it could not be known"
            yield problem(message, "give a source from before it", "outcomes", name, "reference", "as_of")
        if not 0 < forecast(row.reference, start, by) < 1:
            message = "makes a certainty of its forecast, which no score can weigh"
            yield problem(message, "give fewer cases, or more years", "outcomes", name, "reference")
        if row.watch.by != file.by:
            yield problem(
                "does not end with what is known", f"write `by: {file.by}`", "outcomes", name, "watch"
            )
        if row.first is not None and not start <= date.fromisoformat(row.first) <= by:
            message = f"is not between the start, {start}, and {by}"
            yield problem(message, "move it to `left_out`", "outcomes", name, "first")
    for name, quantity in file.quantities.items():
        if not start <= date.fromisoformat(quantity.at) <= base.end:
            yield problem(f"is not within the scenario, {start} to {base.end}", "", "quantities", name, "at")
        before = quantity.as_of is not None and date.fromisoformat(quantity.as_of) < start
        if quantity.known != before:
            message = f"goes with an `as_of` before the start, {start}, and only with one"
            yield problem(message, "", "quantities", name, "known")
        try:
            parse(quantity.path, base.tree)
        except PathFault as fault:
            yield problem(str(fault), "", "quantities", name, "path")


def forecast(reference: Reference, start: date, by: date) -> float:
    """Return the chance a reference class gives between two days.

    (k + 1/2)/(n + 1) of cases; 1 - exp(-T (k + 1/2)/years) of a hazard over T years.
    """
    if reference.n is not None:
        return (reference.k + 0.5) / (reference.n + 1)
    hazard = (reference.k + 0.5) / float(reference.years or 1)
    return -math.expm1(-hazard * (by - start).days / YEAR)


Played = tuple[dict[str, Values], dict[str, Values]]


def _played(later: Later, piece: Piece) -> Played:
    """Play a block; return what happened, and every quantity at its date."""
    scenario = piece.scenario
    at = {
        name: int((date.fromisoformat(row.at) - scenario.start).days // scenario.days)
        for name, row in later.quantities.items()
    }
    values: dict[str, Values] = {}
    model, _ = begin(scenario, next(iter(scenario.options)), piece.block, piece.seed)
    while model.turn < model.setup.turns:
        turn = model.turn
        model.step()
        for name, when in at.items():
            if turn == min(when, model.setup.turns - 1):
                path = parse(later.quantities[name].path, scenario.tree).path
                read = locate(path, model.setup.structure.axes).read(model.world)
                values[name] = np.array(read, np.float64)[: piece.rows]
    turns = model.recorder.watch.close()
    model.close()
    came = {name: (turns[PREFIX + name][: piece.rows] >= 0).astype(np.float64) for name in later.outcomes}
    return came, values


def play(
    later: Later,
    *,
    replicates: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    told: Told = lambda _: None,
) -> Played:
    """Simulate the first option of the scenario.

    Parameters
    ----------
    later
        What is known, as `hindcast` gives it.
    replicates, seed
        Histories, 4,096 by default; the scenario's seed by default.
    workers
        Processes; every core by default.
    told
        Called with a line a block.

    Returns
    -------
    came, values
        Of every outcome whether it came (0 or 1), of every quantity its value at its date: ``(R,)`` each.
    """
    parts = played(
        partial(_played, later),
        later.scenario,
        replicates=replicates,
        seed=seed,
        workers=workers,
        told=told,
    )
    came, values = zip(*parts, strict=True)
    return joined(came), joined(values)


def records(later: Later, came: Mapping[str, Values]) -> list[Record]:
    """Return everything there is to say of each outcome, in their order."""
    return [_record(name, row, later, came[name]) for name, row in later.outcomes.items()]


def _record(name: str, row: Known, later: Later, came: Values) -> Record:
    k, n = int(came.sum()), len(came)
    low, high = (float(bound) for bound in wilson(k, n))
    return {
        "row": name,
        "what": row.what,
        "happened": row.happened,
        "first": row.first,
        "source": row.source,
        "model": k / n,
        "model_low": low,
        "model_high": high,
        "n": n,
        "reference": forecast(row.reference, later.scenario.start, later.by),
        "reference_of": row.reference.of,
        "reference_source": row.reference.source,
        "model_for_log": (k + 0.5) / (n + 1),
        "note": row.note,
    }


def brier(share: float, happened: bool) -> float:  # noqa: FBT001
    """Return the squared distance of a forecast from what came; less is better.

    Brier 1950, Monthly Weather Review 78, 1-3.
    """
    return (share - happened) ** 2


def log_score(share: float, happened: bool) -> float:  # noqa: FBT001
    """Return minus the log of the chance given to what came; less is better.

    Good 1952, Journal of the Royal Statistical Society B 14, 107-114.
    """
    return -math.log(share if happened else 1 - share)


def scores(found: Sequence[Record]) -> list[Record]:
    """Return mean Brier and log score of the model, of the reference forecasts, and of a coin.

    The log score of the model takes (k + 1/2)/(n + 1): no share of a sample is a certainty.
    """

    def mean(score: Callable[[float, bool], float], share: Callable[[Record], float]) -> float:
        """Return the mean of a score over all outcomes, of a forecast read off each."""
        return float(np.mean([score(share(r), r["happened"]) for r in found]))

    coin = {"brier": mean(brier, lambda _: COIN), "log_score": mean(log_score, lambda _: COIN)}
    return [
        {
            "forecast": "model",
            "brier": mean(brier, lambda r: r["model"]),
            "log_score": mean(log_score, lambda r: r["model_for_log"]),
        },
        {
            "forecast": "reference",
            "brier": mean(brier, lambda r: r["reference"]),
            "log_score": mean(log_score, lambda r: r["reference"]),
        },
        {"forecast": "coin", **coin},
    ]


def quantities(later: Later, values: Mapping[str, Values]) -> list[Record]:
    """Return each quantity of the model at its date, beside the range it was estimated in."""
    made = []
    for name, row in later.quantities.items():
        p10, median, p90 = (float(x) for x in np.quantile(values[name], [0.1, 0.5, 0.9]))
        inside = (values[name] >= row.low) & (values[name] <= row.high)
        made.append(
            {
                "row": name,
                "what": row.what,
                "at": row.at,
                "known": row.known,
                "low": row.low,
                "high": row.high,
                "p10": p10,
                "median": median,
                "p90": p90,
                "share_within": float(inside.mean()),
                "overlaps": p10 <= row.high and row.low <= p90,
                "source": row.source,
                "note": row.note,
            }
        )
    return made


def tally(found: Sequence[Record]) -> str:
    """Say how few outcomes these are."""
    happened = sum(r["happened"] for r in found)
    noun = "outcome" if len(found) == 1 else "outcomes"
    return f"{len(found)} {noun}, {happened} of which happened: too few to tell one forecaster from another"
