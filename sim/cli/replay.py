"""``sim replay``: one history, told; its futures; where two options of it part; which history to read."""

from __future__ import annotations

import json
import os
import shutil
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.flags import Format, Formatted, Quiet, StudyName, Workers
from sim.cli.tabled import WIDTH, as_csv
from sim.errors import UsageError

if TYPE_CHECKING:
    from sim.play.records import Deed, History
    from sim.study import Study


Replicate = Annotated[int | None, typer.Argument(metavar="REPLICATE", help="Number of the history, from 0.")]
OneOrTwo = Annotated[
    list[str] | None,
    typer.Option("--option", metavar="NAME", help="The option, the first by default; two: where they part."),
]
Brief = Annotated[bool, typer.Option("--brief", help="Only what was done, without why.")]
Drawn = Annotated[
    Path | None, typer.Option("--figure", metavar="FILE", help="Also write a page with the figure.")
]
From = Annotated[
    str | None, typer.Option("--branch", metavar="TURN", help="Play futures from this turn, or date, on.")
]
Forced = Annotated[
    str | None,
    typer.Option(
        "--force",
        metavar="ACTOR:ACTION:TARGET",
        help="With --branch: futures with this deed against without.",
    ),
]
Futures = Annotated[
    int | None,
    typer.Option("-n", "--replicates", metavar="N", help="With --branch: futures; 1,024 by default."),
]
Wanted = Annotated[
    str | None,
    typer.Option("--find", metavar="OUTCOME", help="Name the histories with this outcome worth reading."),
]


def replay(  # noqa: PLR0917  Typer reads flags off the parameters
    study: StudyName,
    replicate: Replicate = None,
    option: OneOrTwo = None,
    brief: Brief = False,
    figure: Drawn = None,
    branch: From = None,
    force: Forced = None,
    replicates: Futures = None,
    workers: Workers = None,
    find: Wanted = None,
    format_: Formatted = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """Tell one history of a study turn by turn, with why; branch it; find one worth reading.

    With two --option, where the paired histories part, and why.

    Example:
        sim replay munitions_pipeline 17 --option denied
        sim replay munitions_pipeline 17 --option as_agreed --option denied
        sim replay munitions_pipeline 17 --branch 52 --force KOR:lethal_aid_direct:UKR -n 5000
        sim replay munitions_pipeline --find grave_clash
    """
    from sim.cli.opening import opened

    options = option or []
    _refuse(replicate, options, {"--find": find, "--branch": branch, "--figure": figure, "--force": force},
            {"-n": replicates, "--workers": workers})  # fmt: skip
    held = opened(study)
    if find is not None:
        _find(held, find, options, format_)
    elif branch is not None and replicate is not None:
        from sim.cli.futures import show
        from sim.montecarlo.progress import Silent, teller

        found = held.branch(
            replicate, turn_of(held, branch), options[0] if options else None,
            force=force, futures=replicates, workers=workers, progress=Silent() if quiet else teller(),
        )  # fmt: skip
        show(found, format_)
    elif len(options) == 2 and replicate is not None:
        _part(held, replicate, options, format_)
    elif replicate is not None:
        _tell(held, replicate, options, figure, format_, why=not brief, quiet=quiet)


def _refuse(
    replicate: int | None, options: list[str], modes: dict[str, Any], futures: dict[str, int | None]
) -> None:
    """Refuse what does not go together, rather than leave a part of it out."""
    given = [name for name, value in modes.items() if value is not None]
    numbers = [name for name, value in futures.items() if value is not None]
    if "--find" in given:
        if replicate is not None or len(given) > 1 or len(options) > 1:
            raise UsageError.one(
                "--find", "names histories itself", "give it alone, with one --option at most"
            )
    elif replicate is None:
        raise UsageError.one(
            "sim replay", "REPLICATE is missing", "give a number, or --find OUTCOME to get one"
        )
    if "--branch" not in given:
        alone = [*(name for name in ("--force",) if name in given), *numbers]
        if alone:
            raise UsageError.one(alone[0], "goes with --branch", "add --branch TURN, or leave it out")
    if len(options) > 2 or (len(options) == 2 and given):
        raise UsageError.one(
            "--option", f"{len(options)} options here", "give one, or two and nothing else to do"
        )
    if len(options) == 2 and options[0] == options[1]:
        raise UsageError.one("--option", f"`{options[0]}` is given twice", "give two that differ, or one")
    if "--figure" in given and len(given) > 1:
        raise UsageError.one("--figure", "draws one history told", "leave out the rest")


def turn_of(study: Study, said: str) -> int:
    """Return a turn given by its number or by a date within it; a `UsageError` for anything else."""
    turns, calendar = study.manifest.turns, study.view.calendar
    if said.lstrip("-").isascii() and said.lstrip("-").isdigit():
        return int(said)
    try:
        turn = calendar.turn(date.fromisoformat(said).isoformat())
    except ValueError:
        fault = f"`{said}` is neither a turn nor a date"
        raise UsageError.one(
            "--branch", fault, f"give a number from 0 to {turns - 1} or YYYY-MM-DD"
        ) from None
    if not 0 <= turn < turns:
        last = date.fromisoformat(calendar.date(turns)) - timedelta(days=1)
        repair = f"give a date from {calendar.date(0)} to {last}, or a turn from 0 to {turns - 1}"
        raise UsageError.one("--branch", f"{said} is not a day of this study", repair)
    return turn


def columns() -> int:
    """Return how wide to print: the terminal, or COLUMNS, or as tables are."""
    wide = shutil.get_terminal_size((WIDTH, 24)).columns
    return max(60, min(wide if sys.stdout.isatty() or "COLUMNS" in os.environ else WIDTH, 160))


def _tell(
    study: Study,
    replicate: int,
    options: list[str],
    figure: Path | None,
    wanted: Format,
    *,
    why: bool,
    quiet: bool,
) -> None:
    """Tell one history."""
    shown = not quiet and sys.stderr.isatty()
    history = study.history(replicate, options[0] if options else None, _turns if shown else None)
    if wanted is Format.JSON:
        typer.echo(json.dumps({"study": str(study.path), **history.to_dict()}, indent=1, ensure_ascii=False))
    elif wanted is Format.CSV:
        as_csv([_row(history, deed) for deed in history.deeds])
    else:
        for line in history.tell(columns(), why=why):
            typer.echo(line)
    if figure is not None:
        from sim.play.figure import write

        write(history, figure)
        if wanted is Format.TABLE:
            typer.echo(f"\nfigure  {figure}")


def _turns(done: int, turns: int) -> None:
    """Say on stderr how far the block is, on one line that goes away."""
    sys.stderr.write(f"\rturn {done} of {turns}" if done < turns else "\r\033[K")
    sys.stderr.flush()


#: Columns of a deed as CSV, besides its reasons.
_COLUMNS = (
    "turn", "day", "kind", "by", "actor", "action", "variant", "target", "against", "desk", "words", "rung",
    "mid", "deaths", "wrong_belief", "round",
)  # fmt: skip


def _row(history: History, deed: Deed) -> dict[str, Any]:
    """Return a deed as a row."""
    decision = deed.decision
    told = {name: getattr(deed, name) for name in _COLUMNS}
    told |= {"observers": ",".join(deed.observers), "option": history.option, "replicate": history.replicate}
    for name in ("base", "log_rate", "utility", "chance"):
        told[name] = getattr(decision, name) if decision else None
    return told


def _part(study: Study, replicate: int, options: list[str], wanted: Format) -> None:
    """Say where two options of a history part."""
    from sim.play.parting import as_record
    from sim.play.telling_parting import tell_parting

    parting = study.part(replicate, *options)
    if wanted is Format.JSON:
        typer.echo(json.dumps({"study": str(study.path), **as_record(parting)}, indent=1, ensure_ascii=False))
    elif wanted is Format.CSV:
        only = [*((t.option, t.deed) for t in parting.turnings), *parting.after]
        by_option = {history.option: history for history in parting.histories}
        as_csv([_row(by_option[name], deed) for name, deed in only] or [{"option": None}])
    else:
        for line in tell_parting(parting, columns()):
            typer.echo(line)


def _find(study: Study, outcome: str, options: list[str], wanted: Format) -> None:
    """Name the histories with an outcome that are worth reading."""
    found = study.find(outcome, options[0] if options else None).to_dict("records")
    if wanted is Format.JSON:
        typer.echo(json.dumps({"study": str(study.path), "histories": found}, indent=1, ensure_ascii=False))
    elif wanted is Format.CSV:
        as_csv([{str(k): v for k, v in one.items()} for one in found])
    else:
        from sim.cli.futures import show_found

        show_found([{str(k): v for k, v in one.items()} for one in found], study)
