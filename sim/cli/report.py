"""``sim report``: one self-contained HTML file."""

from __future__ import annotations

import typer

from sim.cli.flags import StudyName


def report(study: StudyName) -> None:
    """Write the report of a study again and print where it is.

    Example:
        sim report munitions_pipeline
    """
    from sim.cli.opening import opened
    from sim.making import write_report

    typer.echo(write_report(opened(study).path))
