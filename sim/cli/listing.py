"""``sim list``: what there is."""

from __future__ import annotations

from pathlib import Path

import typer


def list_all() -> None:
    """List scenarios, worlds, and studies below `results/`.

    Example:
        sim list
    """
    from sim.results import folders
    from sim.scenario.files import shipped_scenarios, shipped_worlds

    for kind, shipped in (("scenarios", shipped_scenarios()), ("worlds", shipped_worlds())):
        typer.echo(kind)
        for name, path in shipped.items():
            typer.echo(f"  {name:<28} {_title(path)}".rstrip())
    typer.echo("studies, newest first")
    for folder in folders.studies():
        typer.echo(f"  {_study(folder)}")


def _title(path: Path) -> str:
    """Return the title a scenario gives itself; its file is not checked."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(
        (line.removeprefix("title:").strip(" '\"") for line in lines if line.startswith("title:")), ""
    )


def _study(folder: Path) -> str:
    """Return a line about a study."""
    from sim.errors import SimError
    from sim.results.manifest import NAME, Manifest

    try:
        manifest = Manifest.read(folder)
    except SimError:
        return f"{folder}  its {NAME} is damaged"
    state = f"{manifest.replicates:,} per option" if manifest.complete else "not finished"
    return f"{folder}  {', '.join(manifest.identity.options)}; {state}, seed {manifest.identity.seed}"
