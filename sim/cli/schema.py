"""``sim schema``: what editors need to help with a scenario."""

from __future__ import annotations

import json

import typer


def schema() -> None:
    """Print the JSON Schema of scenarios and worlds, for editors.

    Example:
        sim schema > scenario.schema.json
    """
    from sim.scenario.schema import json_schema

    typer.echo(json.dumps(json_schema(), indent=1, ensure_ascii=False))
