"""The summary of a study on the screen: as tables, JSON or CSV."""

from __future__ import annotations

import csv
import io
import json
import sys
import textwrap
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import typer

from sim.analysis.estimative import CONDITIONAL, EXPLAINED, in_words
from sim.cli import words
from sim.cli.flags import Format
from sim.cli.grouped import Group, Row, print_groups, total, widths, without_reference

#: Columns where there is no terminal to ask.
WIDTH = 100


def show(summary: dict[str, Any], study: Path, wanted: Format) -> None:
    """Print the summary of a study on stdout."""
    if wanted is Format.JSON:
        typer.echo(json.dumps({"study": str(study), **summary}, indent=1, ensure_ascii=False))
    elif wanted is Format.CSV:
        typer.echo(_csv(summary["outcomes"]), nl=False)
    else:
        _print_tables(summary, study)


def _csv(records: list[dict[str, Any]]) -> str:
    """Return records as comma-separated values, empty where there is none."""
    text = io.StringIO()
    if records:
        writer = csv.DictWriter(text, list(records[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(records)
    return text.getvalue()


def _print_tables(summary: dict[str, Any], study: Path) -> None:
    """Print outcomes and quantities as tables."""
    from rich.console import Console

    console = Console(
        width=None if sys.stdout.isatty() else WIDTH, highlight=False, emoji=False, markup=False
    )
    if summary["marking"]:
        console.print(summary["marking"], style="bold")
    named = summary["title"] == summary["scenario"]
    console.print(summary["title"] if named else f"{summary['title']} ({summary['scenario']})", style="bold")
    console.print(
        f"{summary['start'][:10]} to {summary['end']}, {summary['replicates']:,} histories per option, "
        f"seed {summary['seed']}; intervals are 95 %"
    )
    reference = summary["options"][0]
    headers: Row
    if summary["outcomes"]:
        against = f"against {reference}, points"
        headers = ("outcome", "probability", against, "median date", "luck", "in words")
        groups = list(_outcome_groups(summary["outcomes"]))
        if total(widths(without_reference(headers), groups)) > console.width:
            headers, groups = headers[:-1], [_words_below(group) for group in groups]
        print_groups(console, headers, groups)
        for note in _held_from_the_start(summary["outcomes"]):
            console.print(note)
        console.print()
        for told in (EXPLAINED, CONDITIONAL):
            console.print("\n".join(textwrap.wrap(told, console.width)), soft_wrap=True)
    if summary["quantities"]:
        headers = ("quantity at the end", "mean", f"against {reference}", "10–90 %")
        print_groups(console, headers, list(_quantity_groups(summary["quantities"])))
    console.print(f"\nstudy   {study}", soft_wrap=True)
    if (study / "report.html").exists():
        console.print(f"report  {study / 'report.html'}", soft_wrap=True)


def _outcome_groups(records: list[dict[str, Any]]) -> Iterator[Group]:
    """Yield every outcome with a line an option."""
    for outcome, found in groupby(records, lambda record: str(record["outcome"])):
        rows = list(found)
        yield Group(outcome, rows[0].get("label") or "", [_outcome_row(row) for row in rows])


def _outcome_row(row: dict[str, Any]) -> Row:
    """Return the line of an outcome under one option."""
    return (
        f"  {row['option']}",
        words.probability(row["probability"], row["low"], row["high"], row["happened"], row["n"]),
        words.difference(row["difference"], row["difference_low"], row["difference_high"]),
        row["median_date"] or words.NOTHING,
        words.luck(row["luck_share"]),
        in_words(row["probability"], row["low"], row["high"]),
    )


def _words_below(group: Group) -> Group:
    """Return a group with the words of its last column in a note, each with the options it is said of."""
    options: dict[str, list[str]] = {}
    for row in group.rows:
        options.setdefault(row[-1], []).append(row[0].strip())
    if len(options) == 1 < len(group.rows):
        options = {said: ["every option"] for said in options}
    told = [f"{said} ({', '.join(of)})" for said, of in options.items()]
    return group._replace(rows=[row[:-1] for row in group.rows], note=f"in words: {'; '.join(told)}")


def _held_from_the_start(records: list[dict[str, Any]]) -> Iterator[str]:
    """Yield a note on every outcome that is there in the first turn of most histories: it tells little."""
    for outcome, found in groupby(records, lambda record: str(record["outcome"])):
        shares = [100 * (row.get("at_start") or 0) for row in found]
        if max(shares) > 50:
            low, high = f"{min(shares):.0f}", f"{max(shares):.0f}"
            between = high if low == high else f"{low} to {high}"
            yield f"note: {outcome} holds from the start in {between} % of histories"


def _quantity_groups(records: list[dict[str, Any]]) -> Iterator[Group]:
    """Yield every quantity with a line an option."""
    for quantity, found in groupby(records, lambda record: str(record["quantity"])):
        rows = list(found)
        label = ", ".join(part for part in (rows[0].get("label"), rows[0].get("unit")) if part)
        yield Group(quantity, label, [_quantity_row(row) for row in rows])


def _quantity_row(row: dict[str, Any]) -> Row:
    """Return the line of a quantity under one option."""
    finest = ((row["p90"] or 0) - (row["p10"] or 0)) / 100
    return (
        f"  {row['option']}",
        words.quantity(row["mean"], row["low"], row["high"], finest),
        words.quantity_difference(row["difference"], row["difference_low"], row["difference_high"], finest),
        words.band(row["p10"], row["p90"]),
    )
