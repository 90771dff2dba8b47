"""Tables in the terminal, and rows as CSV."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import typer

from sim.cli.flags import Format

#: Columns where there is no terminal to ask.
WIDTH = 100


@dataclass(frozen=True, slots=True)
class Told:
    """What a command found: rows, all there is to say, and how that is shown in the terminal."""

    rows: Sequence[Mapping[str, Any]]
    whole: Mapping[str, Any]
    show: Callable[[], None]


def tell(told: Told, wanted: Format) -> None:
    """Print what was found as a table, as JSON, or its rows as CSV."""
    if wanted is Format.TABLE:
        told.show()
    elif wanted is Format.JSON:
        typer.echo(json.dumps(told.whole, indent=1, ensure_ascii=False))
    else:
        as_csv(told.rows)


def as_csv(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print records as CSV; nothing of none."""
    if not rows:
        return
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    typer.echo(text.getvalue(), nl=False)


def table(
    header: tuple[str, ...], rows: Sequence[tuple[str, ...]], headings: Sequence[str] | None = None
) -> None:
    """Print a table, each row under its heading if it has one; lines are cut where there is no room."""
    from rich.console import Console

    console = Console(
        width=None if sys.stdout.isatty() else WIDTH, highlight=False, emoji=False, markup=False
    )
    widths = [max(len(row[i]) for row in (header, *rows)) for i in range(len(header))]
    total = min(console.width, sum(widths) + 2 * (len(widths) - 1))
    console.print(_line(header, widths, console.width), style="dim", soft_wrap=True)
    console.print("─" * total, style="dim")
    for n, row in enumerate(rows):
        if headings is not None and headings[n]:
            console.print(headings[n][: console.width], style="bold", soft_wrap=True)
        console.print(_line(row, widths, console.width), soft_wrap=True)


def _line(row: Sequence[str], widths: Sequence[int], most: int) -> str:
    line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    return line if len(line) <= most else line[: most - 1] + "…"
