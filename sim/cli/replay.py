"""``sim replay``: one history, told."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli.flags import StudyName


def replay(
    study: StudyName,
    replicate: Annotated[int, typer.Argument(metavar="REPLICATE", help="Number of the history, from 0.")],
    option: Annotated[
        str | None, typer.Option("--option", metavar="NAME", help="The option; the first by default.")
    ] = None,
) -> None:
    """Tell one history of a study turn by turn, with why.

    Example:
        sim replay munitions_pipeline 17 --option cut
    """
    from sim.cli.opening import opened

    for line in opened(study).replay(replicate, option):
        typer.echo(line)
