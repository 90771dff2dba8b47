"""``sim run``: the Monte Carlo of every option."""

from __future__ import annotations

import shlex
import sys
from typing import Annotated

import typer

from sim.cli.flags import (
    Format,
    Formatted,
    Options,
    Out,
    Quiet,
    Replicates,
    ScenarioName,
    Seed,
    Sets,
    Workers,
)


def run(  # noqa: PLR0917  Typer reads flags off the parameters
    scenario: ScenarioName,
    replicates: Replicates = None,
    seed: Seed = None,
    workers: Workers = None,
    option: Options = None,
    set_: Sets = None,
    out: Out = None,
    format_: Formatted = Format.TABLE,
    quiet: Quiet = False,
    deeds: Annotated[
        str, typer.Option("--deeds", metavar="N|all|none", help="Histories per option whose deeds are kept.")
    ] = "10000",
    no_twins: Annotated[bool, typer.Option("--no-twins", help="No second run with other luck.")] = False,
    no_report: Annotated[bool, typer.Option("--no-report", help="No report.html.")] = False,
) -> None:
    """Run every option of a scenario and print its outcomes.

    The same command goes on where it stopped; a larger -n extends; finished again prints the table.

    Example:
        sim run munitions_pipeline -n 2000
        sim run my.yaml --option no_aid --option direct --set parameters.precision=40 --format json | jq
    """
    from sim import api
    from sim.cli.outcomes import show

    study = api.run(
        scenario,
        replicates=replicates,
        seed=seed,
        workers=workers,
        options=option or (),
        sets=set_ or (),
        out=out,
        deeds=deeds,
        twins=not no_twins,
        report=not no_report,
        quiet=quiet,
        again=shlex.join(["sim", *sys.argv[1:]]),
    )
    show(study.summary, study.path, format_)
