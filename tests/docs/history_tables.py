"""Tables of what `sim score` found against history, for docs/history.md."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.cli.history import (
    NO_CASE,
    NULL,
    OUTCOME,
    OUTSIDE,
    QUANTITY,
    RATE,
    SCORE,
    half,
    null,
    outcome,
    quantity,
    rate,
    score,
)
from tests.docs.tables import table

#: What `sim score` prints as JSON.
Found = dict[str, Any]


def base_rates(found: Found) -> str:
    """Return the table of base rates; those that are missed stand out."""
    rows = [(r["what"], r["period"], r["source"], *_marked(rate(r))) for r in found["base_rates"]]
    told = "\n".join(f"- {half(part)}" for part in found["summary"])
    return f"{table(('what', 'period', 'source', *RATE[:-1], 'verdict'), rows)}\n{told}\n"


def _marked(cells: tuple[str, ...]) -> tuple[str, ...]:
    return cells if cells[-1] != OUTSIDE else (*cells[:-1], f"**{cells[-1]}**")


def hindcast(found: Found) -> str:
    """Return the tables of outcomes, of forecasters, and of quantities."""
    outcomes = table(("outcome", *OUTCOME), [(r["what"], *outcome(r)) for r in found["hindcast"]])
    scores = table(SCORE, [score(r) for r in found["scores"]])
    quantities = [(r["what"], *quantity(r), r["source"]) for r in found["quantities"]]
    head = ("quantity", *QUANTITY[:-1], "model and estimate", "source")
    return f"{found['summary']}.\n\n{outcomes}\n{scores}\n{table(head, quantities)}"


def nulls(found: Found) -> str:
    """Return the table of null models."""
    return table(NULL, [null(r) for r in found["nulls"]])


#: Fits that are set beside each other, and what each is called.
FITS = {
    "before": "before any fit",
    "half": "fitted to the rows marked",
    "all": "fitted to all rows (as shipped)",
}


def fits(found: Found) -> str:
    """Return the base rates before and after fitting, and how well each half is met."""
    told = {name: found["fits"][name] for name in FITS}
    first = told["before"]["base_rates"]
    rows = []
    for n, row in enumerate(first):
        cells = [rate(told[name]["base_rates"][n]) for name in FITS]
        shown = [_bold(c[2], missed=c[5] in {OUTSIDE, NO_CASE}) for c in cells]
        rows.append((f"`{row['row']}`{' ×' if row['half'] == 'fitted' else ''}", cells[0][1], *shown))
    head = ("row (× may be fitted)", "history (95 %)", *FITS.values())
    lines = [f"- {FITS[name]}: {half(part)}" for name in FITS for part in told[name]["summary"]]
    return f"{table(head, rows)}\n" + "\n".join(lines) + "\n"


def _bold(text: str, *, missed: bool) -> str:
    return f"**{text or '–'}**" if missed else text


#: What each kind of table is made of.
BODIES: dict[str, Callable[[Found], str]] = {
    "base_rates": base_rates,
    "hindcast": hindcast,
    "nulls": nulls,
    "fits": fits,
}
