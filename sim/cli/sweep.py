"""``sim sweep``: a scenario at every point of a design."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.flags import Format, Formatted, Options, Quiet, ScenarioName, Seed, Sets, Workers
from sim.cli.tabled import Told, table, tell

if TYPE_CHECKING:
    from sim.report.names import Names

#: Most characters of a value in the table.
WORD = 12


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
        sim sweep munitions_pipeline --vary prk_flow=1:4:4 --vary pact_nature=[marriage_of_convenience]
        sim sweep my.yaml --design configs/sweeps/dates.yaml -n 2048
    """
    from sim import api
    from sim.explored import PAGE, sweep_rows
    from sim.report.names import Names

    given: dict[str, Any] = {"design": design, "replicates": replicates, "spend": spend.value, "seed": seed}
    given |= {"options": option or (), "sets": tuple(set_ or ()), "out": out}
    page = None
    if so_far:
        from sim.experiments import sweep as sweeping

        ordered = api.sweep_order(scenario, vary or (), **given)
        folder, said, tree = ordered.experiment.folder, sweeping.so_far(ordered), ordered.scenario.tree
    else:
        again = shlex.join(["sim", *sys.argv[1:]])
        made = api.sweep(scenario, vary or (), workers=workers, quiet=quiet, again=again, **given)
        folder, said, tree, page = made.path, made.summary, made.scenario.tree, made.path / PAGE
    told = Told(
        list(sweep_rows(said)), {"experiment": str(folder), **said}, lambda: _show(said, Names(tree), page)
    )
    tell(told, format_)


def _show(said: Mapping[str, Any], names: Names, page: Path | None) -> None:
    """Print between which points each outcome lies lowest and highest."""
    from sim.explored import extremes

    typer.echo(f"{said['title']} ({said['scenario']})")
    each = f"{'on average ' if said['spend'] == 'widest' else ''}{said['replicates']:,}"
    typer.echo(
        f"{len(said['points'])} points, {len(said['options'])} options, {each} histories each, "
        f"seed {said['seed']}; intervals are 95 %\n"
    )
    rows, headings, before = [], [], ""
    for ends in extremes(said):
        low, high = _end(said, ends, "lowest"), _end(said, ends, "highest")
        moves = ends["highest"] > ends["lowest"]
        cells = (*low, *high) if moves else (low[0], "", "the same", "")
        rows.append((f"  {ends['option']}", *cells))
        headings.append("" if ends["outcome"] == before else _heading(names, ends))
        before = ends["outcome"]
    table(("outcome", "lowest", "where", "highest", "where"), rows, headings)
    typer.echo(f"\nwhere: {', '.join(said['varied'])}")
    if page is not None:
        typer.echo(f"report  {page}")


def _heading(names: Names, row: Mapping[str, Any]) -> str:
    """Return an outcome or quantity with its label and unit."""
    title, unit = names.measure(row["outcome"], row["kind"])
    return f"{row['outcome']}  {title}" + (f", {unit}" if unit and row["kind"] == "quantity" else "")


def _end(said: Mapping[str, Any], ends: Mapping[str, Any], end: str) -> tuple[str, str]:
    """Return an end with its interval, and where it is."""
    keys = ("value", "low", "high")
    found = dict(zip(keys, (ends[end], ends[f"{end}_low"], ends[f"{end}_high"]), strict=True))
    point = said["points"][ends[f"{end}_point"]]
    return _estimate({"kind": ends["kind"], **found}), _where(said, point)


def _estimate(row: Mapping[str, Any]) -> str:
    """Return an estimate with its interval."""
    if row["kind"] == "outcome":
        value, low, high = (f"{100 * row[key]:.1f}" for key in ("value", "low", "high"))
        return f"{value} % ({low}–{high})"
    reach = "" if row["low"] is None else f" ({row['low']:.3g} to {row['high']:.3g})"
    return f"{row['value']:.3g}{reach}".replace("-", "−")


def _where(said: Mapping[str, Any], point: Mapping[str, Any]) -> str:
    """Return what is set at a point: its values in the order of what is varied."""
    if not point:
        return "as it is"
    whole = len(point) == len(said["varied"])
    names = [name for name in said["varied"] if name in point]
    return ", ".join(_short(point[name]) if whole else f"{name}={_short(point[name])}" for name in names)


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    told = str(value)
    return told if len(told) <= WORD else f"{told[: WORD - 1]}…"
