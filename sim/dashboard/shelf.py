"""What there is to look at: finished studies and sweeps, found without opening their tables."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from sim.dashboard.held import Held
from sim.errors import Problem, StudyError, UsageError
from sim.results import folders
from sim.results.manifest import Manifest
from sim.results.study import SCENARIO

#: Most studies listed when none is named: the newest.
MOST = 200


@dataclass(frozen=True)
class Listed:
    """A study of the list: its key on the page, and how it is called there."""

    key: str
    folder: Path
    label: str


@dataclass(frozen=True)
class Sweep:
    """What a sweep said, and the scenario it varied."""

    key: str
    said: Mapping[str, Any]
    tree: dict[str, Any]


@dataclass(frozen=True)
class Shelf:
    """The studies and sweeps a page offers; each is opened when it is first asked for."""

    studies: tuple[Listed, ...]
    sweeps: tuple[Listed, ...]

    @cached_property
    def _open(self) -> dict[str, Held]:
        return {}

    def held(self, key: Any) -> Held:
        """Return the study of a key, opened once; the first where there is no such key."""
        listed = next((each for each in self.studies if each.key == key), self.studies[0])
        if listed.key not in self._open:
            self._open[listed.key] = Held(listed.folder, listed.key)
        return self._open[listed.key]

    @cached_property
    def _read(self) -> dict[str, Sweep]:
        return {}

    def sweep(self, key: Any) -> Sweep | None:
        """Return the sweep of a key, read once; None where there is none."""
        listed = next((each for each in self.sweeps if each.key == key), None)
        if listed is None:
            return None
        if listed.key not in self._read:
            said = json.loads((listed.folder / "summary.json").read_text(encoding="utf-8"))
            tree = _texts((listed.folder / SCENARIO).read_text(encoding="utf-8"))
            self._read[listed.key] = Sweep(listed.key, said, tree)
        return self._read[listed.key]


def find(named: Sequence[str], root: Path = folders.ROOT) -> Shelf:
    """Return the shelf of the studies *named*, or of every finished one below *root*, newest first.

    Raises a `SimError` where one named is none or not finished, or where there is nothing to show.
    """
    if named:
        found = [folders.find(name, root) for name in named]
        if unfinished := [folder for folder in found if not Manifest.read(folder).complete]:
            raise StudyError(
                [
                    Problem(str(folder), None, "", "is not finished", "go on with the command that began it")
                    for folder in unfinished
                ]
            )
    else:
        found = [folder for folder in folders.studies(root) if folders.is_finished(folder)][:MOST]
    if not found:
        raise UsageError(
            Problem(str(root), None, "", "holds no finished study", "make one: sim run munitions_pipeline")
        )
    beside = dict.fromkeys(folder.parent for folder in found)
    sweeps = [made.parent for at in (root.glob("*"), beside) for place in at for made in _summaries(place)]
    return Shelf(
        tuple(_study(folder) for folder in dict.fromkeys(found)),
        tuple(_sweep(folder) for folder in dict.fromkeys(sweeps)),
    )


def _summaries(place: Path) -> list[Path]:
    """Return what finished sweeps in a folder said, newest first."""
    found = place.glob("sweep-*/summary.json")
    return sorted(found, key=lambda made: made.stat().st_mtime_ns, reverse=True)


def _study(folder: Path) -> Listed:
    """Return the line of a study, which says enough to tell it from others of its scenario."""
    made = Manifest.read(folder)
    label = f"{_title(folder)}: {made.replicates:,} histories, seed {made.identity.seed}, {folder.name}"
    return Listed(str(folder), folder, label)


def _sweep(folder: Path) -> Listed:
    """Return the line of a sweep."""
    return Listed(str(folder), folder, f"{folder.parent.name.replace('_', ' ')}: {folder.name}")


def _title(folder: Path) -> str:
    """Return the title of the scenario of a study, without reading all of it."""
    lines: list[str] = []
    with (folder / SCENARIO).open(encoding="utf-8") as file:
        for line in file:
            if lines and not line.startswith((" ", "\n")):
                break
            if lines or line.startswith("title:"):
                lines.append(line)
    return str(_texts("".join(lines)).get("title") or folder.parent.name.replace("_", " "))


def _texts(text: str) -> dict[str, Any]:
    """Read a resolved scenario for its labels: every plain value stays the text it is."""
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)(text)  # makes texts, lists and mappings only
    try:
        told = loader.get_single_data()
    finally:
        loader.dispose()
    return told if isinstance(told, dict) else {}
