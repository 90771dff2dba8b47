"""``sim check``: what is wrong with a scenario, and which of its numbers have no source."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario


def check(
    scenarios: Annotated[
        list[str], typer.Argument(metavar="SCENARIO...", help="Paths, or names of shipped ones or worlds.")
    ],
) -> None:
    """Check scenarios: every fault with its repair, unsourced numbers.

    Example:
        sim check my.yaml
    """
    from sim.api import refuse_what_cannot_run
    from sim.errors import SimError
    from sim.scenario.loader import load

    faulty = False
    for name in scenarios:
        try:
            scenario = load(name)
            refuse_what_cannot_run(scenario)
        except SimError as fault:
            faulty = True
            sys.stdout.flush()  # what is said of one file stands before what is said of the next
            for problem in fault.problems:
                print(problem, file=sys.stderr, flush=True)
        else:
            _tell(name, scenario)
    if faulty:
        raise typer.Exit(2)


def _tell(name: str, scenario: Scenario) -> None:
    """Say what may be said against a scenario that runs."""
    from sim.scenario.checks import overruled, unlabelled

    bare, moot = unlabelled(scenario), overruled(scenario)
    for found in (*bare, *moot):
        typer.echo(str(found))
    typer.echo(f"{name}: no faults; {len(bare) or 'no'} unsourced numbers, {len(moot) or 'no'} overruled")
    if not scenario.outcomes:
        typer.echo(f"{name}: no outcomes: nothing will be counted")
