"""``sim new``: start a scenario of one's own from a shipped one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

#: What a scenario begins from where nothing is said.
FROM = "munitions_pipeline"


def new(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="File to write.")],
    source: Annotated[
        str, typer.Option("--from", metavar="NAME", help="Shipped scenario, or path of one.")
    ] = FROM,
) -> None:
    """Start a scenario of your own: a copy of a shipped one.

    Example:
        sim new my.yaml --from munitions_pipeline && sim run my.yaml
    """
    from sim.errors import Problem, UsageError
    from sim.scenario.files import find_scenario, shipped_root

    shipped = find_scenario(source, shipped_root())
    try:
        text = shipped.read_text(encoding="utf-8")
    except OSError as fault:
        repair = "give the name of a shipped scenario, or the path of one"
        raise UsageError(
            Problem(str(shipped), None, "", f"cannot be read: {fault.strerror}", repair)
        ) from None
    name = re.sub(r"[^A-Za-z0-9_]+", "_", path.stem).strip("_") or "scenario"
    text, named = re.subn(r"^name:.*$", f"name: {name}", text, count=1, flags=re.MULTILINE)
    text = text if named else f"name: {name}\n{text}"
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as fault:
        message = f"cannot be written: {fault.strerror}"
        raise UsageError(Problem(str(path), None, "", message, "give another path")) from None
    typer.echo(f"{path}: from {source}; run it with `sim run {path}`")
