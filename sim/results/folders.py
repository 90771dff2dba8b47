"""Where studies are: ``results/<scenario>/<id>/`` below the working directory, or wherever --out said."""

from __future__ import annotations

import difflib
from pathlib import Path

from sim.results import manifest
from sim.results.faults import study_fault
from sim.results.parts import folder_name

ROOT = Path("results")


def default(scenario: str, identity: str) -> Path:
    """Return the folder of a study that was given none."""
    return ROOT / folder_name(scenario) / identity


def studies(root: Path = ROOT) -> list[Path]:
    """Return every study below *root*, newest first."""
    found = [(made.stat().st_mtime_ns, made.parent) for made in root.glob(f"*/*/{manifest.NAME}")]
    return [folder for _, folder in sorted(found, reverse=True)]


def find(study: str | Path, root: Path = ROOT) -> Path:
    """Return the folder of a study: itself, or the newest study of the scenario so named."""
    folder = Path(study)
    if (folder / manifest.NAME).is_file():
        return folder
    every = studies(root)
    for candidate in every:
        if candidate.parent.name == folder_name(str(study)):
            return candidate
    names = sorted({candidate.parent.name for candidate in every})
    close = difflib.get_close_matches(str(study), names, 1)
    if close:
        repair = f"did you mean `{close[0]}`?"
    elif names:
        repair = f"give the folder of a study, or one of {', '.join(names)}"
    else:
        repair = "make one with `sim run`"
    raise study_fault(study, "is not a study, nor a scenario with one", repair)
