"""Flags that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """How results are printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


ScenarioName = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="Path, or name of a shipped scenario or world.")
]
StudyName = Annotated[
    str, typer.Argument(metavar="STUDY", help="Folder of a study, or a scenario for its newest finished one.")
]
Replicates = Annotated[
    int | None, typer.Option("-n", "--replicates", metavar="N", help="Histories per option.")
]
Seed = Annotated[
    int | None, typer.Option("--seed", metavar="S", help="Luck and draws; the scenario's by default.")
]
Workers = Annotated[
    int | None, typer.Option("--workers", metavar="W", help="Processes; every core by default.")
]
Options = Annotated[
    list[str] | None, typer.Option("--option", metavar="NAME", help="Only this option; repeatable.")
]
Sets = Annotated[
    list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Set a value last; repeatable.")
]
Out = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Folder of the study.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress and no notes on stderr.")]
Formatted = Annotated[Format, typer.Option("--format", help="How results are printed.")]
NoReport = Annotated[bool, typer.Option("--no-report", help="No report.html.")]
