"""``sim sensitivity``: which assumption drives which outcome, and how much is luck."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.flags import Format, Formatted, Options, Quiet, ScenarioName, Seed, Sets, Workers
from sim.cli.tabled import Told, table, tell

if TYPE_CHECKING:
    from sim.explored import Sensitivity
    from sim.report.names import Names

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
    from sim import api

    made = api.sensitivity(
        scenario,
        replicates=replicates,
        method=method.value,
        seed=seed,
        workers=workers,
        options=option or (),
        sets=tuple(set_ or ()),
        out=out,
        quiet=quiet,
        again=shlex.join(["sim", *sys.argv[1:]]),
    )
    whole = {"experiment": str(made.path), **made.summary}
    tell(Told(list(made.rows()), whole, lambda: _SHOWN[method](made)), format_)


def _show(made: Sensitivity) -> None:
    """Print what moves each outcome most."""
    from sim.report.names import Names

    said, names = made.summary, Names(made.scenario.tree)
    typer.echo(f"{said['title']} ({said['scenario']})")
    typer.echo(
        f"{said['histories']:,} histories, {said['rows']:,} rows a matrix, option {said['option']}, "
        f"seed {said['seed']}; intervals are 95 %\n"
    )
    choice = len(said["options"]) > 1
    rows, headings = [], []
    for outcome in said["outcomes"]:
        for row in _most(outcome) if outcome["tellable"] else ():
            cells = (_pair(row, "total"), _pair(row, "first"), _ends(row))
            rows.append((f"  {row['factor']}", *cells, *([_worth(row)] if choice else [])))
            headings.append(_heading(names, outcome))
    if rows:
        header = ("assumption", "total index", "first index", "low → high end")
        _grouped((*header, *(["worth if wanted / not"] if choice else [])), rows, headings)
        typer.echo("\n" + "\n".join(READING[: 3 if choice else 2]) + "\n")
    for outcome in said["outcomes"]:
        typer.echo(outcome["sentence"])
    typer.echo(f"\nreport  {made.path / 'report.html'}")


#: What the columns mean, below the table.
READING = (
    "total index: the share of what is not luck that would stay unknown if it alone were; first index: the\n"
    "share that would go if it alone were known. Luck is taken out of both.",
    "low → high end: the outcome where the assumption is in its lowest and its highest fifth.",
    "worth: by how much likelier (if wanted) or rarer (if not) the outcome becomes when the option is\n"
    "chosen knowing the assumption; –: no clear gain, as where one option is best whatever is true.",
)


def _heading(names: Names, outcome: Mapping[str, Any]) -> str:
    """Return an outcome or quantity with its label."""
    return f"{outcome['outcome']}  {names.measure(outcome['outcome'], outcome['kind'])[0]}"


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
    if not row[f"{name}_high"]:
        return "about 0"
    numbers = (row[name], row[f"{name}_low"], row[f"{name}_high"])
    return "{:.2f} ({:.2f}–{:.2f})".format(*numbers)


def _ends(row: Mapping[str, Any]) -> str:
    """Return the outcome at both ends of a factor."""
    if row["at_low"] is None:
        return ""
    return f"{row['at_low']:.2g} → {row['at_high']:.2g}".replace("-", "−")


def _worth(row: Mapping[str, Any]) -> str:
    """Return what knowing a factor is worth, if the outcome is wanted and if it is not."""
    found = [
        f"{row[key]:+.2g}".replace("-", "−") if (row[f"{key}_low"] or 0) > 0 else "–"
        for key in ("worth_wanted", "worth_unwanted")
        if row[key] is not None
    ]
    return " / ".join(found) if set(found) != {"–"} else "–"


def _show_screening(made: Sensitivity) -> None:
    """Print the factors by how far they move each outcome."""
    from sim.report.names import Names

    said, names = made.summary, Names(made.scenario.tree)
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
            headings.append(_heading(names, outcome))
    _grouped(("assumption", "μ*", "μ", "σ"), rows, headings)
    typer.echo(
        "\nμ*: mean size of the change when the assumption goes from one end to the other; μ: the same with\n"
        "its sign; σ: how much the change differs with the other assumptions. Luck makes all of them larger."
    )
    if said["still"]:
        typer.echo(f"\nmove nothing at all: {', '.join(said['still'])}")


#: What is printed, by method.
_SHOWN: Mapping[Method, Callable[[Sensitivity], None]] = {
    Method.SOBOL: _show,
    Method.MORRIS: _show_screening,
}
