"""Tables of ``sim score`` against history: base rates, hindcast, null models."""

from __future__ import annotations

import math
from typing import Any

import typer

from sim.cli.asked import Asked
from sim.cli.tabled import Told, table

Record = dict[str, Any]

#: Heads of the cells of a base rate, an outcome, a forecaster, a quantity, a null model.
RATE = ("counted", "history (95 %)", "model (95 %)", "ratio", "half", "")
OUTCOME = ("came", "model (95 %)", "reference", "reference class")
SCORE = ("forecast", "Brier", "log score")
QUANTITY = ("at", "model (10–90 %)", "estimated", "")
NULL = ("mean absolute log ratio", "fitted half", "scored half", "scored rows pooled tells")

WITHIN, BY_FACTOR, OUTSIDE, NO_CASE = "within", "factor 2", "outside", "no case"


def base_rates(asked: Asked) -> Told:
    """Measure the base rates in the model, to be told beside those of history."""
    from sim.score import base_rates as rates

    history = rates.base_rates(asked.file, asked.only)
    counted = rates.measure(
        history, replicates=asked.replicates, seed=asked.seed, workers=asked.workers, told=asked.told
    )
    found = rates.records(history, counted)
    made = rates.summary(found)

    def show() -> None:
        """Print a table, and how each half is met."""
        table(("row", *RATE), [("", *rate(r)) for r in found], [f"{r['row']}  {r['what']}" for r in found])
        typer.echo()
        for part in made:
            typer.echo(half(part))
        typer.echo(_MEANING)

    return Told(found, {"base_rates": found, "summary": made}, show)


_MEANING = (
    "ratio: model over history, of (k + ½)/time for rates and of the odds of (k + ½)/(n + 1) for shares;\n"
    "in brackets, as if the model had been seen no longer than history. A row without a case in the\n"
    "model is outside and has no ratio. half: fitted if the SHA-256 of the id begins with an even byte."
)


def verdict(record: Record) -> str:
    """Say in a word how a row is met."""
    if record["model"] is None:
        return NO_CASE
    return WITHIN if record["within_interval"] else BY_FACTOR if record["within_factor"] else OUTSIDE


def rate(r: Record) -> tuple[str, ...]:
    """Return the cells of a base rate, as `RATE` heads them."""
    counted = "" if r["k"] is None else f"{r['k']:g} in {r['size']:g}"
    past = _estimate(r["history"], r["history_low"], r["history_high"], r["kind"])
    now = _estimate(r["model"], r["model_low"], r["model_high"], r["kind"])
    return counted, past, now, _factor(r["log_ratio"]), r["half"], verdict(r)


def half(part: Record) -> str:
    """Say how a half of the rows is met, in a line or two."""
    said = f"{part['half']}: {part['inside']} of {part['rows']} rows within the interval or a factor of 2"
    if part["mean_absolute_log_ratio"] is None:
        return said
    said += (
        f"; mean absolute log ratio {part['mean_absolute_log_ratio']:.2f} ({part['mean_same_size']:.2f}) "
        f"over {part['measured']}"
    )
    far = ", ".join(part["far"]) or "none"
    return said if part["half"] == "all" else f"{said}\n  more than 4 times off: {far}"


def hindcast(asked: Asked) -> Told:
    """Simulate what is known of the time after the start, to be told with what was foretold."""
    from sim.score import hindcast as later

    known = later.hindcast(asked.file, asked.only)
    came, values = later.play(
        known, replicates=asked.replicates, seed=asked.seed, workers=asked.workers, told=asked.told
    )
    found, measured = later.records(known, came), later.quantities(known, values)
    made = later.scores(found)

    def show() -> None:
        """Print outcomes, scores and quantities."""
        table(("outcome", *OUTCOME), [(r["row"], *outcome(r)) for r in found])
        typer.echo()
        table(SCORE, [score(r) for r in made])
        typer.echo()
        table(("quantity", *QUANTITY), [(r["row"], *quantity(r)) for r in measured])
        typer.echo()
        typer.echo(later.tally(found))
        for name, why in known.left_out.items():
            typer.echo(f"left out: {name}: {why}")

    told = {"hindcast": found, "scores": made, "quantities": measured, "left_out": dict(known.left_out)}
    return Told(found, {**told, "summary": later.tally(found)}, show)


def outcome(r: Record) -> tuple[str, ...]:
    """Return the cells of an outcome, as `OUTCOME` heads them."""
    came = r["first"] if r["happened"] else "no"
    now = f"{100 * r['model']:.3g} % ({100 * r['model_low']:.2g}–{100 * r['model_high']:.2g})"
    return came, now, f"{100 * r['reference']:.2g} %", r["reference_of"]


def score(r: Record) -> tuple[str, ...]:
    """Return the cells of a forecaster, as `SCORE` heads them."""
    return r["forecast"], f"{r['brier']:.3f}", f"{r['log_score']:.3f}"


def quantity(r: Record) -> tuple[str, ...]:
    """Return the cells of a quantity, as `QUANTITY` heads them."""
    now = f"{r['median']:.3g} ({r['p10']:.3g}–{r['p90']:.3g})"
    said = "overlaps" if r["overlaps"] else "apart"
    return r["at"], now, f"{r['low']:g}–{r['high']:g}", f"{said}, input" if r["known"] else said


def nulls(asked: Asked) -> Told:
    """Measure the base rates in the model and in the null models, to be told how far each is off."""
    from sim.score import base_rates as rates

    history = rates.base_rates(asked.file, asked.only)
    found = rates.nulls(
        history, replicates=asked.replicates, seed=asked.seed, workers=asked.workers, told=asked.told
    )

    def show() -> None:
        """Print a line for each model."""
        table(NULL, [null(r) for r in found])
        typer.echo(_NULLS)

    flat = [{key: value for key, value in r.items() if key != "ratios"} for r in found]
    return Told(flat, {"nulls": found}, show)


_NULLS = (
    "random: at the usual rates, whatever happens; hold: only doctrine and incidents; no_fear: with\n"
    "parameters.fear_weight 0; pooled: one number for each group of rows, from its fitted ones.\n"
    "A row without a case in a model counts at odds of 1. In brackets, as if every model had been seen\n"
    "no longer than history."
)


def null(r: Record) -> tuple[str, ...]:
    """Return the cells of a null model, as `NULL` heads them."""
    return r["model"], _mean(r["mean_fitted"]), _both(r, "scored"), _both(r, "scored_shared")


def _both(r: Record, which: str) -> str:
    """Return a mean, and in brackets that at the size of history."""
    value, alike = r[f"mean_{which}"], r[f"mean_{which}_same_size"]
    return "" if value is None else f"{value:.2f} ({alike:.2f})"


def _mean(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _factor(log_ratio: float | None) -> str:
    return "" if log_ratio is None else f"×{math.exp(log_ratio):.2g}"


def _estimate(value: float | None, low: float | None, high: float | None, kind: str) -> str:
    """Return an estimate with its interval: shares in percent, rates as they are."""
    if value is None:
        return ""
    by = 100 if kind == "share" else 1
    unit = " %" if kind == "share" else ""
    said = f"{by * value:.3g}{unit}"
    return said if low is None or high is None else f"{said} ({by * low:.3g}–{by * high:.3g})"
