"""``sim report``: one self-contained HTML file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.flags import StudyName


def report(
    study: StudyName,
    sensitivity: Annotated[
        Path | None,
        typer.Option(
            "--sensitivity", metavar="DIR", help="Sensitivity analysis to tell with it, not that beside it."
        ),
    ] = None,
) -> None:
    """Write the report of a study again and print where it is.

    Where `sim sensitivity` was run on the same scenario, the report tells its indices too.

    Example:
        sim report munitions_pipeline
    """
    from sim.cli.opening import opened
    from sim.making import write_report

    typer.echo(write_report(opened(study).path, sensitivity))
