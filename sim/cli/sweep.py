"""``sim sweep``: a scenario at every point of a design."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.flags import Format, Formatted, Options, Quiet, ScenarioName, Seed, Sets, Workers
from sim.cli.tabled import Told, table, tell

if TYPE_CHECKING:
    from sim.experiments.designs import Wanted
    from sim.experiments.sweep import Ordered


class Spend(StrEnum):
    """Where replicates go."""

    EVEN = "even"
    WIDEST = "widest"


Vary = Annotated[
    list[str] | None,
    typer.Option("--vary", metavar="PATH=LOW:HIGH[:STEPS]", help="Or PATH=[A, B]; several make a grid."),
]
PerPoint = Annotated[
    int | None,
    typer.Option("-n", "--replicates", metavar="N", help="Histories per point and option; 1,024 by default."),
]


def sweep(  # noqa: PLR0917  Typer reads flags off the parameters
    scenario: ScenarioName,
    vary: Vary = None,
    design: Annotated[
        str | None, typer.Option("--design", metavar="FILE", help="A design, shipped or a file.")
    ] = None,
    replicates: PerPoint = None,
    spend: Annotated[
        Spend, typer.Option("--spend", help="Histories evenly, or where intervals are widest.")
    ] = Spend.EVEN,
    so_far: Annotated[
        bool, typer.Option("--so-far", help="Play nothing: tell what the rounds that are whole say.")
    ] = False,
    seed: Seed = None,
    workers: Workers = None,
    option: Options = None,
    set_: Sets = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Folder of the sweep.")] = None,
    format_: Formatted = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """Play a scenario at every point of a design, under the same luck at each.

    What may be varied: numbers by path, assumptions by name (a number, or which story is true), and whatever
    else --set takes: dates and thresholds of options, numbers of the catalogue. The same command goes on
    where it stopped; a larger -n adds rounds.

    Example:
        sim sweep munitions_pipeline --vary prk_flow=0.05:0.4:6 --vary pact_nature=[marriage_of_convenience]
        sim sweep my.yaml --design configs/sweeps/dates.yaml -n 2048
    """
    from sim.api import load_scenario
    from sim.experiments import sweep as sweeping
    from sim.making import refuse_what_cannot_run

    sets = tuple(set_ or ())
    loaded = load_scenario(scenario, sets)
    refuse_what_cannot_run(loaded)
    wanted = _wanted(vary or [], design)
    ordered = sweeping.order(
        loaded,
        wanted,
        replicates=replicates,
        seed=seed,
        options=option or (),
        sets=sets,
        spend=spend.value,
        out=out,
    )
    page = None if so_far else ordered.experiment.folder / "report.html"
    if page is None:
        said = sweeping.so_far(ordered)
    else:
        sweeping.refuse_what_cannot_be(ordered, scenario, sets)
        said = _played(ordered, page, workers, quiet=quiet)
    whole = {"experiment": str(ordered.experiment.folder), **said}
    tell(Told(list(_rows(said)), whole, lambda: _show(said, page)), format_)


def _played(ordered: Ordered, page: Path, workers: int | None, *, quiet: bool) -> dict[str, Any]:
    """Play what is missing, write the page, and return what there is to say."""
    from sim.experiments import sweep as sweeping
    from sim.experiments.keeping import Doing
    from sim.montecarlo import progress
    from sim.montecarlo.order import processes
    from sim.report import sweep as pages
    from sim.results import files

    told = progress.Silent() if quiet else progress.teller()
    again = shlex.join(["sim", *sys.argv[1:]])
    said = sweeping.run(ordered, Doing(processes(workers), told, again))
    files.write_bytes(page, pages.page(said).encode())
    return said


def _wanted(vary: list[str], design: str | None) -> Wanted:
    """Return the design that was asked for: a file, or a grid of what is varied."""
    from sim.errors import Problem, UsageError
    from sim.experiments.designs import Wanted, axis_of, read_design

    if design is not None and vary:
        raise UsageError(Problem("", None, "--vary", "stands beside --design", "give one of them"))
    if design is not None:
        return read_design(design)
    axes = tuple(axis_of(text) for text in vary)
    if not axes:
        example = "for example --vary dyads.PRK.KOR.tension=0.2:0.8:4"
        raise UsageError(Problem("", None, "sweep", "is told nothing to vary", example))
    return Wanted("grid", axes)


def _rows(said: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a row per point, option and outcome, with what was varied."""
    for row in said["outcomes"]:
        point = said["points"][row["point"]]
        yield {**row, **{name: point.get(name) for name in said["varied"]}}


def _show(said: Mapping[str, Any], page: Path | None) -> None:
    """Print between which points each outcome lies lowest and highest."""
    typer.echo(f"{said['title']} ({said['scenario']})")
    each = f"{'on average ' if said['spend'] == 'widest' else ''}{said['replicates']:,}"
    typer.echo(
        f"{len(said['points'])} points, {len(said['options'])} options, {each} histories each, "
        f"seed {said['seed']}; intervals are 95 %\n"
    )
    rows, headings = [], []
    for outcome in dict.fromkeys(row["outcome"] for row in said["outcomes"]):
        for n, option in enumerate(said["options"]):
            mine = [r for r in said["outcomes"] if r["outcome"] == outcome and r["option"] == option]
            low, high = min(mine, key=_value), max(mine, key=_value)
            above = (
                (_estimate(high), _where(said, high)) if high["value"] > low["value"] else ("the same", "")
            )
            rows.append((f"  {option}", _estimate(low), _where(said, low) if above[1] else "", *above))
            headings.append("" if n else outcome)
    table(("outcome", "lowest", "where", "highest", "where"), rows, headings)
    if page is not None:
        typer.echo(f"\nreport  {page}")


def _value(row: Mapping[str, Any]) -> float:
    return float(row["value"])


def _estimate(row: Mapping[str, Any]) -> str:
    """Return an estimate with its interval."""
    if row["kind"] == "outcome":
        value, low, high = (f"{100 * row[key]:.1f}" for key in ("value", "low", "high"))
        return f"{value} % ({low}–{high})"
    reach = "" if row["low"] is None else f" ({row['low']:.3g} to {row['high']:.3g})"
    return f"{row['value']:.3g}{reach}".replace("-", "−")


def _where(said: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """Return what is set at a point: its values in the order of what is varied."""
    point = said["points"][row["point"]]
    if not point:
        return "as it is"
    whole = len(point) == len(said["varied"])
    names = [name for name in said["varied"] if name in point]
    return ", ".join(_short(point[name]) if whole else f"{name}={_short(point[name])}" for name in names)


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
