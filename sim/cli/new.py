"""``sim new``: start a scenario of one's own, small or from a shipped one."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Annotated

import typer

#: What a scenario begins from where nothing is said.
STARTER = Path(__file__).with_name("starter.yaml")


def new(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="File to write.")],
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="NAME", help="Copy this shipped scenario or world, or file."),
    ] = None,
) -> None:
    """Start a scenario of your own: a small one with comments, or a copy.

    Example:
        sim new my.yaml && sim run my.yaml
        sim new other.yaml --from munitions_pipeline
    """
    from sim.errors import Problem, UsageError
    from sim.scenario.files import find_scenario, shipped_root

    begun = STARTER if source is None else find_scenario(source, shipped_root())
    try:
        text = begun.read_text(encoding="utf-8")
    except OSError as fault:
        repair = "give the name of a shipped scenario, or the path of one"
        raise UsageError(Problem(str(begun), None, "", f"cannot be read: {fault.strerror}", repair)) from None
    name = re.sub(r"[^A-Za-z0-9_]+", "_", path.stem).strip("_") or "scenario"
    text, named = re.subn(r"^name:.*$", f"name: {name}", text, count=1, flags=re.MULTILINE)
    text = text if named else f"name: {name}\n{text}"
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as fault:
        message = f"cannot be written: {fault.strerror}"
        raise UsageError(Problem(str(path), None, "", message, "give another path")) from None
    made = "a small scenario with comments" if source is None else f"from {source}"
    typer.echo(f"{path}: {made}; run it with `{shlex.join(['sim', 'run', str(path)])}`")
