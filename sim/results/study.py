"""The folder of a study as its writer sees it: opened, filled, and put in place as a whole."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sim.results import files, lock, manifest, tables
from sim.results.faults import study_fault
from sim.results.identity import Identity
from sim.results.manifest import Manifest
from sim.results.parts import INDEX, Damaged, Done

SCENARIO = "scenario.yaml"
RUN = "run.json"

#: What is said at length of blocks that failed, until they are done.
FAILED = "failed.txt"

#: Where the files of a study wait until all of them are whole.
_STAGING = ".new"

#: What says which experiment a folder holds; a study has a manifest.
EXPERIMENT = "experiment.json"

#: What a folder may hold that is about to become a study.
_OURS = {lock.NAME, _STAGING}


@dataclass(frozen=True, slots=True)
class Writing:
    """A study being written, its lock held."""

    folder: Path
    manifest: Manifest  # as it will be, without checksums
    scenario: str  # resolved, as it will be kept

    def begin(self) -> None:
        """Make the folder a study if it is not yet one; refuse one that is another."""
        if (self.folder / EXPERIMENT).exists():
            raise study_fault(self.folder, f"holds {_experiment(self.folder)}", "give another --out")
        files.sweep(self.folder)
        (self.folder / FAILED).unlink(missing_ok=True)
        shutil.rmtree(self.folder / _STAGING, ignore_errors=True)
        if (self.folder / manifest.NAME).exists():
            kept = Manifest.read(self.folder)
            self._refuse_another(kept)
            if kept.complete and (self.folder / SCENARIO).exists():
                return  # what it holds stays until there is more
        elif strange := self._strange():
            raise study_fault(
                self.folder,
                f"is not a study and holds other files ({strange[0]})",
                "give a new or empty folder with --out",
            )
        self.manifest.write(self.folder)
        files.write_bytes(self.folder / SCENARIO, self.scenario.encode())

    def finished(self) -> bool:
        """Say whether the folder already holds exactly this study, whole."""
        if not (self.folder / manifest.NAME).exists():
            return False
        kept = Manifest.read(self.folder)
        same = kept.identity == self.manifest.identity and kept.replicates == self.manifest.replicates
        return same and kept.intact(self.folder)

    def stage(self, units: list[Done]) -> tuple[Path, dict[str, str]]:
        """Write the tables beside the study's and return where, with their checksums."""
        staging = self.folder / _STAGING
        staging.mkdir()
        ordered = tables.in_order(units, self.manifest.identity.options)
        try:
            checksums = tables.write_all(self.folder, staging, ordered)
        except Damaged as damaged:
            repair = "run the same command again: its block is done again"
            raise study_fault(str(damaged), "changed while it was read", repair) from None
        checksums[SCENARIO] = files.write_bytes(staging / SCENARIO, self.scenario.encode())
        return staging, checksums

    def commit(self, checksums: dict[str, str]) -> None:
        """Put every staged file in place; until the last line the study counts as unfinished."""
        self.manifest.write(self.folder)
        for name in checksums:
            (self.folder / _STAGING / name).replace(self.folder / name)
        shutil.rmtree(self.folder / _STAGING)
        replace(self.manifest, checksums=dict(sorted(checksums.items()))).write(self.folder)

    def _strange(self) -> list[str]:
        """Return what the folder holds that no study left, where it has parts of none."""
        if (self.folder / "parts" / INDEX).exists():
            return []
        return sorted(path.name for path in self.folder.iterdir() if path.name not in _OURS)

    def _refuse_another(self, kept: Manifest) -> None:
        """Raise unless the study in the folder is this one, or the shard this one."""
        mine = self.manifest
        if told := differences(kept.identity, mine.identity, self.folder, self.scenario):
            raise study_fault(
                self.folder,
                f"holds another study ({kept.identity.id}, this one is {mine.identity.id}); {told}",
                "give another --out, or none",
            )
        if kept.shard != mine.shard:
            held = f"shard {kept.shard} of this study" if kept.shard else "this study as a whole"
            wanted = f"shard {mine.shard}" if mine.shard else "all of it"
            raise study_fault(self.folder, f"holds {held}, not {wanted}", "give another --out, or none")


def _experiment(folder: Path) -> str:
    """Return what kind of experiment a folder holds."""
    try:
        kind = json.loads((folder / EXPERIMENT).read_text())["identity"]["kind"]
    except (ValueError, KeyError, TypeError):
        return "an experiment"
    return {"sweep": "a sweep", "screening": "a screening", "sensitivity": "a sensitivity analysis"}.get(
        kind, "an experiment"
    )


def differences(kept: Identity, wanted: Identity, folder: Path, scenario: str) -> str:
    """Say in which keys the study in *folder* differs from one wanted of a *scenario*, "" where in none."""
    return ", ".join(_told(*each, folder, scenario) for each in kept.differences(wanted))


def _told(key: str, kept: Any, wanted: Any, folder: Path, scenario: str) -> str:
    """Say how one key of the identity differs."""
    if key != "scenario":
        return f"`{key}` was {_word(kept)} and is {_word(wanted)}"
    import yaml

    where = _first_difference(yaml.safe_load((folder / SCENARIO).read_text()), yaml.safe_load(scenario))
    return f"`scenario` differs at `{where}`" if where else "`scenario` differs"


def holds(folder: Path, identity: Identity) -> bool:
    """Say whether *folder* holds the study so identified, or some of it."""
    return (folder / manifest.NAME).is_file() and Manifest.read(folder).identity == identity


def held(folder: Path, identity: Identity) -> int:
    """Return how many replicates per option the finished study in *folder* holds; 0 if it is another's."""
    try:
        there = (folder / manifest.NAME).exists()
    except OSError:  # what is wrong with the path is told when the folder is made
        return 0
    if not there:
        return 0
    kept = Manifest.read(folder)
    return kept.replicates if kept.complete and kept.identity == identity else 0


def _word(value: Any) -> str:
    """Return a value of an identity for a message."""
    if isinstance(value, tuple):
        return "[" + ", ".join(value) + "]"
    return "all" if value is None else str(value)


def _first_difference(kept: Any, wanted: Any, path: str = "") -> str:
    """Return the path of the first value in which two resolved scenarios differ, "" where in none."""
    if not (isinstance(kept, dict) and isinstance(wanted, dict)):
        return path if kept != wanted else ""
    for key in [*kept, *(key for key in wanted if key not in kept)]:
        if not path and key in ("replicates", "seed"):
            continue
        here = f"{path}.{key}" if path else str(key)
        if key not in kept or key not in wanted:
            return here
        if deeper := _first_difference(kept[key], wanted[key], here):
            return deeper
    return ""
