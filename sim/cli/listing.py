"""``sim list``: what there is."""

from __future__ import annotations

import typer


def list_all() -> None:
    r"""List the shipped scenarios and the studies below ``results/``, newest first.

    \b
    Example:
        sim list
    """
    from sim.results import folders
    from sim.scenario.files import shipped_scenarios

    typer.echo("scenarios")
    for name, path in shipped_scenarios().items():
        typer.echo(f"  {name:<28} {path}")
    typer.echo("studies")
    for folder in folders.studies():
        typer.echo(f"  {_study(folder)}")


def _study(folder: object) -> str:
    """Return a line about a study."""
    from pathlib import Path

    from sim.errors import SimError
    from sim.results.manifest import Manifest

    path = Path(str(folder))
    try:
        manifest = Manifest.read(path)
    except SimError as fault:
        return str(fault)
    state = f"{manifest.replicates:,} per option" if manifest.complete else "not finished"
    return f"{path}  {', '.join(manifest.identity.options)}; {state}, seed {manifest.identity.seed}"
