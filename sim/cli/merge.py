"""``sim merge``: the shards of a study put together."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.flags import Format, Formatted, NoReport, Out


def merge(
    shards: Annotated[
        list[Path], typer.Argument(metavar="SHARD...", help="Folders that `sim run --shard` left.")
    ],
    out: Out = None,
    mixed: Annotated[
        bool,
        typer.Option("--mixed", help="Take parts of other versions or processors: last bits may differ."),
    ] = False,
    format_: Formatted = Format.TABLE,
    no_report: NoReport = False,
) -> None:
    """Put the shards of a study together and print its outcomes.

    The study is byte for byte what one run would have left. Missing blocks are named with the command that
    makes them.

    Example:
        sim merge results/munitions_pipeline/*of16 --out whole
    """
    from sim import api
    from sim.cli.outcomes import show

    study = api.merge(shards, out=out, mixed=mixed, report=not no_report)
    show(study.summary, study.path, format_)
