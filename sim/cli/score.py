"""``sim score``: the model against what is known."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli import words
from sim.cli.asked import Asked
from sim.cli.flags import Format, Formatted, Quiet, Seed, Workers
from sim.cli.tabled import WIDTH, Told, tell

if TYPE_CHECKING:
    from rich.console import Console

#: Cells of a line.
Cells = tuple[str, ...]

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
        typer.Option("-n", "--replicates", metavar="N", help="Per arm; the row's own, or 4,096."),
    ] = None,
    seed: Seed = None,
    workers: Workers = None,
    format_: Formatted = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """Score the model: against history, against claims, or lever by lever; all but the last by default.

    Base rates and the hindcast run the first option of a scenario and count. Claims and levers run two arms
    of a scenario under the same luck and compare them, pair by pair; asked for with everything else, claims
    are tried in a thousand pairs.

    Example:
        sim score
        sim score --directions
        sim score --levers --only M5 --format json | jq
    """
    wanted = {
        "--base-rates": base_rates,
        "--nulls": nulls,
        "--directions": directions,
        "--hindcast": hindcast,
        "--levers": levers,
    }
    told = (lambda _: None) if quiet else (lambda line: print(line, file=sys.stderr, flush=True))
    asked = Asked(tuple(only or ()), file, replicates, seed, workers, told)
    kinds = _kinds([flag for flag, given in wanted.items() if given], asked, format_)
    if len(kinds) == 1:
        tell(_found(kinds[0], asked), format_)
    else:
        _together(kinds, asked, format_)


def _together(kinds: list[str], asked: Asked, wanted: Format) -> None:
    """Score several kinds of row, and print each under its head."""
    found = {kind: _found(kind, _shortened(asked, kind)) for kind in kinds}
    if wanted is Format.JSON:
        whole = {kind.removeprefix("--").replace("-", "_"): told.whole for kind, told in found.items()}
        typer.echo(json.dumps(whole, indent=1, ensure_ascii=False))
        return
    for kind, one in found.items():
        typer.echo(f"\n{_HEADS[kind]}\n")
        one.show()


#: What is scored where nothing else is asked, and the head of each.
_HEADS = {
    "--base-rates": "Do things happen as often as in history?",
    "--nulls": "What does the theory of decisions add?",
    "--directions": "Does it move the way the literature says?",
    "--hindcast": "What chance did it give to what came after the start?",
}

#: Pairs a claim is tried in where everything is scored.
FEW = 1024


def _kinds(given: list[str], asked: Asked, wanted: Format) -> list[str]:
    """Return the kinds of row that are scored."""
    from sim.errors import Problem, UsageError

    if not given and (asked.only or asked.file is not None or wanted is Format.CSV):
        message = "needs one of --base-rates, --nulls, --directions, --hindcast, --levers"
        repair = "--only, --file and CSV are about one kind of row"
        raise UsageError(Problem("", None, "sim score", message, repair))
    if len(given) > 1:
        message = f"cannot do {' and '.join(given)} at once"
        raise UsageError(Problem("", None, "sim score", message, "name one, or none for all but the levers"))
    return given or list(_HEADS)


def _shortened(asked: Asked, kind: str) -> Asked:
    """Return what is asked, with claims tried in fewer pairs."""
    if kind != "--directions" or asked.replicates is not None:
        return asked
    return replace(asked, replicates=FEW)


def _found(kind: str, asked: Asked) -> Told:
    """Score one kind of row."""
    from sim.cli import history

    match kind:
        case "--base-rates":
            return history.base_rates(asked)
        case "--hindcast":
            return history.hindcast(asked)
        case "--nulls":
            return history.nulls(asked)
        case _:
            return _compared(asked, levers=kind == "--levers")


def _compared(asked: Asked, *, levers: bool) -> Told:
    """Score claims or levers."""
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
    head = "lever" if levers else "direction"
    return Told(records, {f"{head}s": records, "summary": notes}, lambda: _print(records, head, notes))


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
