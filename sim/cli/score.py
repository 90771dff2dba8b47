"""``sim score``: the model against what is known."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli import words
from sim.cli.asked import Asked
from sim.cli.flags import Format, Formatted, Quiet, Seed, Workers

if TYPE_CHECKING:
    from rich.console import Console

#: Cells of a line.
Cells = tuple[str, ...]

#: Columns where there is no terminal to ask.
WIDTH = 100

#: Marks before the name of a row: among the most discriminating; contested.
STAR, CONTESTED = "★", "⚖"


def score(  # noqa: PLR0917  Typer reads flags off the parameters
    directions: Annotated[
        bool, typer.Option("--directions", help="Does it move the way the literature says?")
    ] = False,
    levers: Annotated[bool, typer.Option("--levers", help="Does every mechanism move something?")] = False,
    base_rates: Annotated[
        bool, typer.Option("--base-rates", help="Do things happen as often as in history?")
    ] = False,
    hindcast: Annotated[
        bool, typer.Option("--hindcast", help="What chance did it give to what came after the start?")
    ] = False,
    nulls: Annotated[
        bool, typer.Option("--nulls", help="Base rates of models without its theory of decisions.")
    ] = False,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="ID", help="Only this row; repeatable.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help="Rows from here, not the shipped ones.")
    ] = None,
    replicates: Annotated[
        int | None,
        typer.Option("-n", "--replicates", metavar="N", min=1, help="Per arm; the row's own, or 4,096."),
    ] = None,
    seed: Seed = None,
    workers: Workers = None,
    format_: Formatted = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """Score the model: against claims, against history, or lever by lever.

    Claims and levers run two arms of a scenario under the same luck and compare them, pair by pair.
    Base rates and the hindcast run the first option of a scenario and count.

    Example:
        sim score --directions
        sim score --levers --only M5 --format json | jq
        sim score --base-rates
    """
    wanted = {
        "--directions": directions,
        "--levers": levers,
        "--base-rates": base_rates,
        "--hindcast": hindcast,
        "--nulls": nulls,
    }
    told = (lambda _: None) if quiet else (lambda line: print(line, file=sys.stderr, flush=True))
    _score(_one(wanted), Asked(tuple(only or ()), file, replicates, seed, workers, told), format_)


def _one(wanted: dict[str, bool]) -> str:
    """Return the one kind of row that was asked for."""
    from sim.errors import Problem, UsageError

    asked = [flag for flag, given in wanted.items() if given]
    if len(asked) != 1:
        message = f"needs one of {', '.join(wanted)}"
        raise UsageError(Problem("", None, "sim score", message, "for example `sim score --directions`"))
    return asked[0]


def _score(kind: str, asked: Asked, wanted: Format) -> None:
    """Score one kind of row, and print it."""
    from sim.cli import history

    if kind == "--base-rates":
        history.base_rates(asked, wanted)
    elif kind == "--hindcast":
        history.hindcast(asked, wanted)
    elif kind == "--nulls":
        history.nulls(asked, wanted)
    else:
        _compare(asked, wanted, levers=kind == "--levers")


def _compare(asked: Asked, wanted: Format, *, levers: bool) -> None:
    """Score claims or levers, and print them."""
    from sim.score import directions as claims
    from sim.score import levers as mechanisms
    from sim.score.scoring import score as scored

    found = (mechanisms.levers if levers else claims.directions)(asked.file, asked.only)
    records = scored(
        found, replicates=asked.replicates, seed=asked.seed, workers=asked.workers, told=asked.told
    )
    notes = [mechanisms.tally(records) if levers else claims.tally(records)]
    if levers and not asked.only and (missing := mechanisms.untried(records)):
        notes.append(f"without a lever: {', '.join(missing)}")
    _show(records, "lever" if levers else "direction", notes, wanted)


def _show(records: list[dict[str, Any]], head: str, notes: list[str], wanted: Format) -> None:
    """Print records on stdout."""
    if wanted is Format.JSON:
        told = {f"{head}s": records, "summary": notes}
        typer.echo(json.dumps(told, indent=1, ensure_ascii=False))
    elif wanted is Format.CSV:
        text = io.StringIO()
        writer = csv.DictWriter(text, list(records[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(records)
        typer.echo(text.getvalue(), nl=False)
    else:
        _print(records, head, notes)


def _print(records: list[dict[str, Any]], head: str, notes: list[str]) -> None:
    """Print a table: the claim or lever of each row, and what came of it below."""
    from rich.console import Console

    console = Console(
        width=None if sys.stdout.isatty() else WIDTH, highlight=False, emoji=False, markup=False
    )
    headers = (f"{head}: outcome", "low arm", "high arm − low arm (95 %)", "claimed", "verdict")
    rows = [_cells(record) for record in records]
    widths = [max(len(row[i]) for row in (headers, *rows)) for i in range(len(headers))]
    room = console.width - sum(widths[1:]) - 2 * (len(widths) - 1)
    widths[0] = max(20, min(widths[0], room))
    console.print(_line(headers, widths), style="dim", soft_wrap=True)
    console.print("─" * min(console.width, sum(widths) + 2 * (len(widths) - 1)), style="dim")
    for record, row in zip(records, rows, strict=True):
        _heading(console, record)
        console.print(_line(row, widths), soft_wrap=True)
    console.print()
    for note in notes:
        console.print(note, soft_wrap=True)
    console.print(_meaning(records), style="dim")


def _heading(console: Console, record: dict[str, Any]) -> None:
    """Print the name of a row and what it says."""
    from rich.text import Text

    marks = (STAR if record.get("star") else "") + (CONTESTED if record.get("contested") else "")
    said = record.get("claim") or f"{record.get('mechanism')}: {record.get('lever')}"
    name = f"{record['row']} {marks}".rstrip()
    console.print(Text.assemble((name, "bold"), f"  {said}"))


def _cells(record: dict[str, Any]) -> Cells:
    """Return the cells of a row."""
    claimed = {"-": "−", "null": "0", "any": "±", ">=": "≥ 0", "<=": "≤ 0"}.get(
        record["expect"], record["expect"]
    )
    outcome = f"  {record['scenario']}: {record['outcome']}"
    effect = (record["effect"], record["low"], record["high"])
    if record["unit"] == "quantity":
        base = words.quantity(record["base"], None, None)
        return outcome, base, words.quantity_difference(*effect), claimed, record["verdict"]
    base = words.NOTHING if record["base"] is None else f"{100 * record['base']:.3g} %"
    return outcome, base, words.difference(*effect), claimed, record["verdict"]


def _line(row: Cells, widths: list[int]) -> str:
    """Return a line of padded cells; the first is cut where there is no room."""
    first = row[0] if len(row[0]) <= widths[0] else row[0][: widths[0] - 1] + "…"
    return "  ".join(
        cell.ljust(width) for cell, width in zip((first, *row[1:]), widths, strict=True)
    ).rstrip()


def _meaning(records: list[dict[str, Any]]) -> str:
    """Say what the marks and signs mean."""
    starred = any(record.get("star") for record in records)
    legend = [f"{STAR} most discriminating"] if starred else []
    legend += [f"{CONTESTED} contested"] if any(record.get("contested") for record in records) else []
    legend += ["differences of probabilities in points; 0 claimed: no effect beyond a margin"]
    return "; ".join(legend)
