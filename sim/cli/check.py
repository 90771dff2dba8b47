"""``sim check``: what is wrong with a scenario, and which of its numbers have no source."""

from __future__ import annotations

from typing import Annotated

import typer


def check(
    scenarios: Annotated[
        list[str], typer.Argument(metavar="SCENARIO...", help="Paths or names of shipped scenarios.")
    ],
) -> None:
    """Check scenarios: every fault with its repair, unsourced numbers.

    Example:
        sim check my.yaml
    """
    from sim.errors import Problem, SimError
    from sim.scenario.checks import overruled, unlabelled
    from sim.scenario.loader import load

    problems: list[Problem] = []
    for name in scenarios:
        try:
            scenario = load(name)
        except SimError as fault:
            problems += fault.problems
            continue
        bare, moot = unlabelled(scenario), overruled(scenario)
        for found in (*bare, *moot):
            typer.echo(str(found))
        typer.echo(f"{name}: no faults; {len(bare) or 'no'} unsourced numbers, {len(moot) or 'no'} overruled")
    if problems:
        raise SimError(problems)
