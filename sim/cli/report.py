"""``sim report``: one self-contained HTML file."""

from __future__ import annotations

import typer

from sim.cli.flags import StudyName


def report(study: StudyName) -> None:
    r"""Write the report of a study again and print where it is.

    \b
    Example:
        sim report munitions_pipeline
    """
    from sim.api import load_study, write_report

    typer.echo(write_report(load_study(study).path))
