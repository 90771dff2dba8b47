"""The summary of a study on the screen: as tables, JSON or CSV."""

from __future__ import annotations

import csv
import io
import json
import sys
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from sim.cli import words
from sim.cli.flags import Format

if TYPE_CHECKING:
    from rich.table import Table

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
    console.print(f"{summary['title']} ({summary['scenario']})", style="bold")
    console.print(
        f"{summary['start'][:10]} to {summary['end']}, {summary['replicates']:,} histories per option, "
        f"seed {summary['seed']}; intervals are 95 %"
    )
    reference = summary["options"][0]
    if summary["outcomes"]:
        console.print()
        console.print(_outcome_table(summary["outcomes"], reference))
    if summary["quantities"]:
        console.print()
        console.print(_quantity_table(summary["quantities"], reference))
    console.print(f"\nstudy   {study}", soft_wrap=True)
    if (study / "report.html").exists():
        console.print(f"report  {study / 'report.html'}", soft_wrap=True)


def _table(*headers: str) -> Table:
    """Return an empty table with its columns."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0))
    for header in headers:
        table.add_column(header, overflow="fold")
    return table


def _outcome_table(records: list[dict[str, Any]], reference: str) -> Table:
    """Return the table of outcomes: a heading an outcome, a line an option."""
    table = _table("outcome", "probability", f"against {reference}, points", "median date", "luck")
    for outcome, rows in groupby(records, lambda record: str(record["outcome"])):
        table.add_row(_bold(outcome))
        for row in rows:
            table.add_row(
                f"  {row['option']}",
                words.probability(row["probability"], row["low"], row["high"], row["happened"], row["n"]),
                words.difference(row["difference"], row["difference_low"], row["difference_high"]),
                row["median_date"] or words.NOTHING,
                words.luck(row["luck_share"]),
            )
    return table


def _quantity_table(records: list[dict[str, Any]], reference: str) -> Table:
    """Return the table of quantities at the end: a heading a quantity, a line an option."""
    table = _table("quantity at the end", "mean", f"against {reference}", "10 %", "median", "90 %")
    for quantity, rows in groupby(records, lambda record: str(record["quantity"])):
        table.add_row(_bold(quantity))
        for row in rows:
            spread = (row["p90"] - row["p10"]) / 20 or abs(row["p50"]) / 100
            table.add_row(
                f"  {row['option']}",
                words.quantity(row["mean"], row["low"], row["high"]),
                words.quantity_difference(row["difference"], row["difference_low"], row["difference_high"]),
                *(words.number(row[name], spread) for name in ("p10", "p50", "p90")),
            )
    return table


def _bold(text: str) -> Any:
    """Return text in bold."""
    from rich.text import Text

    return Text(text, style="bold", overflow="fold")
