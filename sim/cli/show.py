"""``sim show``: a scenario with everything it extends and leaves to defaults."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli.flags import ScenarioName, Sets


def show(
    scenario: ScenarioName,
    set_: Sets = None,
    diff: Annotated[
        str | None, typer.Option("--diff", metavar="OTHER", help="Only where another one differs.")
    ] = None,
) -> None:
    """Print a scenario as resolved, or where it differs from another.

    Example:
        sim show munitions_pipeline
        sim show my.yaml --diff munitions_pipeline
    """
    from sim.api import load_scenario

    one = load_scenario(scenario, set_ or ())
    if diff is None:
        typer.echo(one.dump(), nl=False)
        return
    from sim.cli.differences import differences

    for line in differences(load_scenario(diff).tree, one.tree):
        typer.echo(line)
