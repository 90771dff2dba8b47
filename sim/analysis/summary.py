"""The summary of a study: what `sim run` prints, without the path of the study."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.analysis.columns import Columns
from sim.analysis.estimates import Calendar, outcomes, quantities
from sim.results import files, tables
from sim.results.manifest import Manifest

NAME = "summary.json"


def summarise(folder: Path, manifest: Manifest, title: str, marking: str | None) -> dict[str, Any]:
    """Return the summary of the study whose tables are in *folder*."""
    options = manifest.identity.options
    histories = Columns(tables.path(folder, "replicates"), options)
    twins = Columns(tables.path(folder, "twins"), options) if manifest.identity.twins else None
    calendar = Calendar(manifest.start, manifest.days)
    return {
        "scenario": manifest.scenario,
        "title": title,
        "marking": marking,
        "id": manifest.identity.id,
        "seed": manifest.identity.seed,
        "replicates": manifest.replicates,
        "options": list(options),
        "start": manifest.start,
        "end": calendar.date(manifest.turns),
        "outcomes": outcomes(histories, twins, calendar),
        "quantities": quantities(histories, "q:"),
        "scores": quantities(histories, "score:"),
        "rare": quantities(histories, "p:"),
    }


def write(folder: Path, summary: dict[str, Any]) -> str:
    """Write the summary into *folder* and return its SHA-256."""
    return files.write_json(folder / NAME, summary)
