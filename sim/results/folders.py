"""Where studies are: ``results/<scenario>/<id>/`` below the working directory, or wherever --out said."""

from __future__ import annotations

import difflib
import itertools
from pathlib import Path

from sim.errors import StudyError
from sim.results import manifest
from sim.results.faults import study_fault
from sim.results.manifest import Manifest
from sim.results.parts import folder_name
from sim.results.shard import is_folder_of_one

ROOT = Path("results")


def default(scenario: str, identity: str) -> Path:
    """Return the folder of a study that was given none."""
    return ROOT / folder_name(scenario) / identity


def studies(root: Path = ROOT) -> list[Path]:
    """Return every study below *root*, newest first; shards of one are none."""
    every = (made for made in root.glob(f"*/*/{manifest.NAME}") if not is_folder_of_one(made.parent))
    found = [(made.stat().st_mtime_ns, made.parent) for made in every]
    return [folder for _, folder in sorted(found, reverse=True)]


def is_finished(folder: Path) -> bool:
    """Say whether the study in *folder* has its results; one whose manifest is damaged has none."""
    try:
        return Manifest.read(folder).complete
    except StudyError:
        return False


def unfinished_since(folder: Path) -> list[Path]:
    """Return the studies of the same scenario that are newer than the one in *folder* and not finished."""
    newer = itertools.takewhile(lambda other: other != folder, studies(folder.parent.parent))
    return [other for other in newer if other.parent == folder.parent and not is_finished(other)]


def is_study(source: str | Path) -> bool:
    """Say whether *source* is the folder of a study, finished or not."""
    return (Path(source) / manifest.NAME).is_file()


def is_new(source: str | Path, root: Path = ROOT) -> bool:
    """Say whether *source* names no scenario with a study: a file, or one that was not run."""
    return all(folder.parent.name != folder_name(str(source)) for folder in studies(root))


def find(study: str | Path, root: Path = ROOT) -> Path:
    """Return the folder of a study: itself, or the newest finished study of the scenario so named.

    One that is not finished is returned only where none is.
    """
    folder = Path(study)
    if is_study(folder):
        return folder
    every = studies(root)
    named = [candidate for candidate in every if candidate.parent.name == folder_name(str(study))]
    if named:
        return next(filter(is_finished, named), named[0])
    names = sorted({candidate.parent.name for candidate in every})
    close = difflib.get_close_matches(str(study), names, 1)
    if close:
        repair = f"did you mean `{close[0]}`?"
    elif names:
        repair = f"give the folder of a study, or one of {', '.join(names)}"
    else:
        repair = "make one with `sim run`"
    raise study_fault(study, "is not a study, nor a scenario with one", repair)
