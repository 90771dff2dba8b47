"""The summary of a study on the screen: as tables, JSON or CSV."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from sim.cli import words
from sim.cli.flags import Format

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

#: Cells of a line.
Row = tuple[str, ...]

#: Columns where there is no terminal to ask.
WIDTH = 100

#: Spaces between columns.
GAP = 2


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
    console.print(f"{summary['title']} ({summary['scenario']})", style="bold")
    console.print(
        f"{summary['start'][:10]} to {summary['end']}, {summary['replicates']:,} histories per option, "
        f"seed {summary['seed']}; intervals are 95 %"
    )
    reference = summary["options"][0]
    headers: Row
    if summary["outcomes"]:
        headers = ("outcome", "probability", f"against {reference}, points", "median date", "luck")
        _print_groups(console, headers, _outcome_groups(summary["outcomes"]))
    if summary["quantities"]:
        headers = ("quantity at the end", "mean", f"against {reference}", "10–90 %")
        _print_groups(console, headers, _quantity_groups(summary["quantities"]))
    console.print(f"\nstudy   {study}", soft_wrap=True)
    if (study / "report.html").exists():
        console.print(f"report  {study / 'report.html'}", soft_wrap=True)


def _print_groups(console: Console, headers: Row, groups: Iterable[tuple[str, list[Row]]]) -> None:
    """Print rows in aligned columns, each group below its heading, which may be as long as it likes."""
    kept = list(groups)
    every = [headers, *(row for _, rows in kept for row in rows)]
    widths = [max(len(row[i]) for row in every) for i in range(len(headers))]
    console.print()
    console.print(_aligned([headers], widths), style="dim")
    console.print("─" * min(console.width, sum(widths) + GAP * (len(widths) - 1)), style="dim")
    for heading, rows in kept:
        console.print(heading, style="bold", soft_wrap=True)
        console.print(_aligned(rows, widths))


def _aligned(rows: list[Row], widths: list[int]) -> Table:
    """Return rows as a table of columns of *widths*, folded where the screen is narrower."""
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, GAP, 0, 0))
    for width in widths:
        table.add_column(width=width, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def _outcome_groups(records: list[dict[str, Any]]) -> Iterator[tuple[str, list[Row]]]:
    """Yield every outcome with a line an option."""
    for outcome, rows in groupby(records, lambda record: str(record["outcome"])):
        yield (
            outcome,
            [
                (
                    f"  {row['option']}",
                    words.probability(row["probability"], row["low"], row["high"], row["happened"], row["n"]),
                    words.difference(row["difference"], row["difference_low"], row["difference_high"]),
                    row["median_date"] or words.NOTHING,
                    words.luck(row["luck_share"]),
                )
                for row in rows
            ],
        )


def _quantity_groups(records: list[dict[str, Any]]) -> Iterator[tuple[str, list[Row]]]:
    """Yield every quantity with a line an option."""
    for quantity, rows in groupby(records, lambda record: str(record["quantity"])):
        yield quantity, [_quantity_row(row) for row in rows]


def _quantity_row(row: dict[str, Any]) -> Row:
    """Return the line of a quantity under one option."""
    finest = ((row["p90"] or 0) - (row["p10"] or 0)) / 100
    return (
        f"  {row['option']}",
        words.quantity(row["mean"], row["low"], row["high"], finest),
        words.quantity_difference(row["difference"], row["difference_low"], row["difference_high"], finest),
        words.band(row["p10"], row["p90"]),
    )
