"""The summary of a study: what `sim run` prints, without the path of the study."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sim.analysis.columns import Columns
from sim.analysis.estimates import outcomes, quantities
from sim.analysis.estimative import BANDS, CONDITIONAL
from sim.analysis.rates import Record
from sim.analysis.times import Calendar
from sim.results import files, tables
from sim.results.manifest import Manifest

NAME = "summary.json"

#: Says a path in words: its title and its unit.
Spelled = Callable[[str], tuple[str, str]]


def summarise(folder: Path, manifest: Manifest, tree: Mapping[str, Any], spelled: Spelled) -> dict[str, Any]:
    """Return the summary of the study of the scenario *tree* whose tables are in *folder*."""
    options = manifest.identity.options
    histories = Columns(tables.path(folder, "replicates"), options)
    twins = Columns(tables.path(folder, "twins"), options) if manifest.identity.twins else None
    calendar = Calendar(manifest.start, manifest.days)
    return {
        "scenario": manifest.scenario,
        "title": str(tree.get("title") or manifest.scenario),
        "marking": tree.get("marking"),
        "id": manifest.identity.id,
        "seed": manifest.identity.seed,
        "replicates": manifest.replicates,
        "options": list(options),
        "start": manifest.start,
        "end": calendar.date(manifest.turns),
        "conditional": CONDITIONAL,
        "bands": [band._asdict() for band in BANDS],
        "outcomes": _labelled(outcomes(histories, twins, calendar), tree.get("outcomes") or {}),
        "quantities": _spelled(quantities(histories, "q:"), spelled),
        "scores": quantities(histories, "score:"),
        "rare": quantities(histories, "p:"),
    }


def _labelled(records: list[Record], declared: Mapping[str, Any]) -> list[Record]:
    """Return records of outcomes with the label each declares, None where it declares none."""
    return [record | {"label": (declared.get(record["outcome"]) or {}).get("label")} for record in records]


def _spelled(records: list[Record], spelled: Spelled) -> list[Record]:
    """Return records of quantities with what each is in words, and its unit."""
    return [
        record | dict(zip(("label", "unit"), spelled(record["quantity"]), strict=True)) for record in records
    ]


def write(folder: Path, summary: dict[str, Any]) -> str:
    """Write the summary into *folder* and return its SHA-256."""
    return files.write_json(folder / NAME, summary)
