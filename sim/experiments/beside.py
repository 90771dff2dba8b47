"""The sensitivity analysis that stands beside a study: of the same scenario, of the same option, finished."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sim.errors import StudyError
from sim.experiments.keeping import ALSO, Experiment
from sim.results import engine, files
from sim.results.faults import study_fault
from sim.results.identity import Identity
from sim.results.manifest import Manifest

KIND = "sensitivity"


def analysis(study: Path, given: Path | None = None) -> dict[str, Any] | None:
    """Return what `sim sensitivity` says of the scenario of a study, explaining the study's first option.

    Looked for among the folders beside that of the study, and taken if study and analysis were both made by
    the program as it is now; of several the one with most rows.

    Parameters
    ----------
    given
        The folder of an analysis to be taken instead, whatever made it.

    Raises
    ------
    StudyError
        If *given* holds no finished analysis of the same scenario, or explains another option.
    """
    identity = Manifest.read(study).identity
    if given is not None:
        _refuse_another(given, identity)
        return _said(given) | {"experiment": given.name}
    if identity.engine != engine.engine_version():
        return None
    found = []
    for folder in sorted(path.parent for path in study.parent.glob(f"{KIND}-*/experiment.json")):
        try:
            record = _kept(folder)
            if _same(record, identity) and record["identity"]["engine"] == engine.engine_version(ALSO):
                found.append(_said(folder) | {"experiment": folder.name})
        except StudyError:
            continue  # one that is damaged is as good as none
    return max(found, key=lambda said: int(said["rows"]), default=None)


def _refuse_another(folder: Path, identity: Identity) -> None:
    """Raise unless the folder holds an analysis of that scenario and option."""
    record = _kept(folder)
    if record["identity"]["scenario"] != identity.scenario:
        repair = "run `sim sensitivity` on the scenario of the study, with the same --set"
        raise study_fault(folder, "is of another scenario than the study", repair)
    if not _same(record, identity):
        option = record["identity"]["options"][0]
        repair = f"run `sim sensitivity` with --option {identity.options[0]} first"
        raise study_fault(
            folder, f"explains `{option}`; the study starts from `{identity.options[0]}`", repair
        )


def _same(record: dict[str, Any], identity: Identity) -> bool:
    """Say whether an analysis is of that scenario and explains the first option."""
    of = record["identity"]
    return bool(of["scenario"] == identity.scenario and of["options"][0] == identity.options[0])


def _kept(folder: Path) -> dict[str, Any]:
    """Return the record of a finished analysis; a `StudyError` where there is none."""
    record = Experiment("", "", "", {}, folder).kept()
    if record is None or record.get("identity", {}).get("kind") != KIND or not record.get("checksums"):
        raise study_fault(folder, "holds no finished sensitivity analysis", "give the folder of one")
    return record


def _said(folder: Path) -> dict[str, Any]:
    """Return the summary of an analysis; a `StudyError` where it is not as it was written."""
    sums = _kept(folder)["checksums"]
    path = folder / "summary.json"
    if files.sha256(path) != sums.get(path.name):
        raise study_fault(path, "is missing or damaged", "run the same `sim sensitivity` again")
    said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return said
