"""``sim sensitivity``: which assumption drives which outcome, and how much is luck."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli.flags import Format, Formatted, Options, Quiet, ScenarioName, Seed, Sets, Workers
from sim.cli.tabled import Told, table, tell

#: Factors of an outcome that the table shows.
SHOWN = 5


class Method(StrEnum):
    """How the assumptions are moved."""

    SOBOL = "sobol"
    MORRIS = "morris"


def sensitivity(
    scenario: ScenarioName,
    replicates: Annotated[
        int | None,
        typer.Option(
            "-n", "--replicates", metavar="N", help="Histories a matrix, or trajectories of Morris."
        ),
    ] = None,
    method: Annotated[
        Method, typer.Option("--method", help="Sobol indices, or Morris screening (needs SALib).")
    ] = Method.SOBOL,
    seed: Seed = None,
    workers: Workers = None,
    option: Options = None,
    set_: Sets = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Folder of the analysis.")] = None,
    format_: Formatted = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """Find which assumption drives which outcome, how much is luck, what knowing one would be worth.

    Moves every assumption of the scenario, and the calibrated sets as one. The first option is explained, the
    others are what could be chosen instead. The same command goes on where it stopped.

    Example:
        sim sensitivity munitions_pipeline -n 1024
        sim sensitivity my.yaml --method morris -n 20
    """
    from sim.api import load_scenario
    from sim.experiments import screening
    from sim.experiments import sensitivity as sobol
    from sim.experiments.keeping import Doing
    from sim.making import refuse_what_cannot_run
    from sim.montecarlo import progress
    from sim.montecarlo.order import processes
    from sim.report import sensitivity as pages
    from sim.results import files

    loaded = load_scenario(scenario, set_ or ())
    refuse_what_cannot_run(loaded)
    how = Doing(
        processes(workers),
        progress.Silent() if quiet else progress.teller(),
        shlex.join(["sim", *sys.argv[1:]]),
    )
    given: dict[str, Any] = {"seed": seed, "options": option or (), "sets": set_ or (), "out": out}
    if method is Method.MORRIS:
        ordered = screening.order(loaded, trajectories=replicates, **given)
        said = screening.run(ordered, how)
        tell(Told(list(_screened(said)), said, lambda: _show_screening(said)), format_)
        return
    analysis = sobol.order(loaded, size=replicates, **given)
    said = sobol.run(analysis, how)
    page = analysis.experiment.folder / "report.html"
    files.write_bytes(page, pages.page(said).encode())
    whole = {"experiment": str(analysis.experiment.folder), **said}
    tell(Told(list(_rows(said)), whole, lambda: _show(said, page)), format_)


def _rows(said: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a row per outcome and factor."""
    for outcome in said["outcomes"]:
        for row in outcome["factors"]:
            yield {"option": said["option"], "outcome": outcome["outcome"], **row}


def _show(said: Mapping[str, Any], page: Path) -> None:
    """Print what moves each outcome most."""
    typer.echo(f"{said['title']} ({said['scenario']})")
    typer.echo(
        f"{said['histories']:,} histories, {said['rows']:,} rows a matrix, option {said['option']}, "
        f"seed {said['seed']}; intervals are 95 %\n"
    )
    told = [outcome for outcome in said["outcomes"] if outcome["tellable"]]
    rows, headings = [], []
    for outcome in told:
        for row in _most(outcome):
            cells = (_pair(row, "total"), _pair(row, "first"), _ends(row))
            rows.append((f"  {row['factor']}", *cells, _worth(row)))
            headings.append(outcome["outcome"])
    if rows:
        header = ("assumption", "total index", "first index", "low → high end", "worth knowing")
        _grouped(header, rows, headings)
        typer.echo()
    for outcome in said["outcomes"]:
        typer.echo(outcome["sentence"])
    typer.echo(f"\nreport  {page}")


def _grouped(header: tuple[str, ...], rows: Sequence[tuple[str, ...]], headings: Sequence[str]) -> None:
    """Print rows below the name of their outcome, told once."""
    told = ["", *headings]
    table(header, rows, [name if name != before else "" for before, name in pairwise(told)])


def _most(outcome: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    ranked = sorted(outcome["factors"], key=lambda row: -(row["total"] or 0))
    return ranked[:SHOWN]


def _pair(row: Mapping[str, Any], name: str) -> str:
    """Return an estimate with its interval."""
    if row[name] is None or row[f"{name}_low"] is None:
        return "–"
    numbers = (row[name], row[f"{name}_low"], row[f"{name}_high"])
    return "{} ({}–{})".format(*(f"{n:.2f}".replace("-", "−") for n in numbers))


def _ends(row: Mapping[str, Any]) -> str:
    """Return the outcome at both ends of a factor."""
    if row["at_low"] is None:
        return ""
    return f"{row['at_low']:.2g} → {row['at_high']:.2g}".replace("-", "−")


def _worth(row: Mapping[str, Any]) -> str:
    """Return what knowing a factor is worth, if the outcome is wanted and if it is not."""
    found = [
        f"{row[key]:+.2g}".replace("-", "−") if (row[f"{key}_low"] or 0) > 0 else "0"
        for key in ("worth_wanted", "worth_unwanted")
        if row[key] is not None
    ]
    return " / ".join(found)


def _screened(said: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a row per outcome and factor."""
    for outcome in said["outcomes"]:
        for row in outcome["factors"]:
            yield {"option": said["option"], "outcome": outcome["outcome"], **row}


def _show_screening(said: Mapping[str, Any]) -> None:
    """Print the factors by how far they move each outcome."""
    typer.echo(f"{said['title']} ({said['scenario']}): Morris screening")
    typer.echo(
        f"{said['histories']:,} histories, {said['trajectories']} trajectories, option {said['option']}, "
        f"seed {said['seed']}; luck is the same along a trajectory\n"
    )
    rows, headings = [], []
    for outcome in said["outcomes"]:
        ranked = sorted(outcome["factors"], key=lambda row: -row["mu_star"])[:SHOWN]
        for row in ranked:
            cells = (
                f"{row['mu_star']:.3g} ± {row['mu_star_reach']:.2g}",
                f"{row['mu']:+.3g}",
                f"{row['sigma']:.3g}",
            )
            rows.append((f"  {row['factor']}", *cells))
            headings.append(outcome["outcome"])
    _grouped(("assumption", "μ*", "μ", "σ"), rows, headings)
    if said["still"]:
        typer.echo(f"\nmove nothing at all: {', '.join(said['still'])}")
