"""``sim run``: the Monte Carlo of every option."""

from __future__ import annotations

import shlex
import sys
from typing import Annotated, Any

import typer

from sim.cli.flags import (
    Format,
    Formatted,
    NoReport,
    Options,
    Out,
    Quiet,
    Replicates,
    ScenarioName,
    Seed,
    Sets,
    Workers,
)
from sim.errors import Problem, UsageError

Precision = Annotated[
    float | None,
    typer.Option(
        "--precision",
        metavar="P",
        help="Add blocks until every outcome is known within P (0.01: one point); -n is the ceiling.",
    ),
]
Plan = Annotated[
    bool, typer.Option("--plan", help="Only say how many histories and minutes it takes; write nothing.")
]
Part = Annotated[
    str | None, typer.Option("--shard", metavar="I/K", help="Only part I of K, for `sim merge`.")
]


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
    precision: Precision = None,
    plan: Plan = False,
    shard: Part = None,
    no_report: NoReport = False,
) -> None:
    """Run every option of a scenario and print its outcomes.

    The same command goes on where it stopped; a larger -n extends; finished again prints the table.

    Example:
        sim run munitions_pipeline -n 2000
        sim run munitions_pipeline --precision 0.01 --plan
        sim run munitions_pipeline --shard 3/16
        sim run my.yaml --option no_aid --option direct --set parameters.precision=40 --format json | jq
    """
    from sim import api
    from sim.cli.outcomes import show
    from sim.cli.parts import show_plan, show_shard

    asked: dict[str, Any] = {
        "replicates": replicates,
        "seed": seed,
        "workers": workers,
        "options": option or (),
        "sets": set_ or (),
        "out": out,
        "deeds": deeds,
        "twins": not no_twins,
    }
    again: dict[str, Any] = {"quiet": quiet, "again": shlex.join(["sim", *sys.argv[1:]])}
    if plan and shard is not None:
        repair = "leave one of the two out"
        raise UsageError(Problem("", None, "--plan", "is of a whole study, not of a --shard", repair))
    if plan:
        show_plan(api.plan(scenario, precision=precision, **asked), format_)
    elif shard is not None:
        made = api.shard(scenario, shard, precision=precision, **asked, **again)
        show_shard(made, format_)
    else:
        study = api.run(scenario, precision=precision, report=not no_report, **asked, **again)
        show(study.summary, study.path, format_)
