"""What there is to look at: finished studies and sweeps, found without opening their tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from sim.dashboard.faults import readable, told
from sim.dashboard.held import Held
from sim.errors import Problem, StudyError, UsageError
from sim.report import words
from sim.report.names import Names
from sim.results import folders
from sim.results.manifest import Manifest
from sim.results.study import SCENARIO

#: Most studies listed when none is named: the newest.
MOST = 200

#: What a sweep has to have said.
SAID = ("scenario", "varied", "options", "replicates", "points", "outcomes", "design")


@dataclass(frozen=True)
class Listed:
    """A study or sweep of the list: its key on the page, how it is called there, what scenario it is of."""

    key: str
    folder: Path
    label: str
    scenario: str


@dataclass(frozen=True)
class Sweep:
    """What a sweep said, and the scenario it varied."""

    key: str
    said: Mapping[str, Any]
    tree: dict[str, Any]

    @property
    def name(self) -> str:
        """Name of its folder."""
        return Path(self.key).name

    @property
    def marking(self) -> str:
        """Marking of its scenario, or nothing."""
        return str(self.said.get("marking") or "")


@dataclass(frozen=True)
class Shelf:
    """The studies and sweeps a page offers; each is opened when it is first asked for."""

    studies: tuple[Listed, ...]
    sweeps: tuple[Listed, ...]
    skipped: tuple[str, ...] = ()  # what could not be read, a line each

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
            self._read[listed.key] = _read_sweep(listed.folder, listed.key)
        return self._read[listed.key]


def find(named: Sequence[str], root: Path = folders.ROOT) -> Shelf:
    """Return the shelf of the studies *named*, or of every finished one below *root*, newest first.

    Of all below *root* those that are damaged are left out and told in `Shelf.skipped`; sweeps are those of
    the scenarios named, or all. Raises a `SimError` where one named is none, damaged or not finished, or
    where there is nothing to show.
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
    skipped: list[str] = []
    studies = _listed(dict.fromkeys(found), _study, skipped, is_strict=bool(named))
    if not studies:
        if skipped:
            raise StudyError([Problem("", None, "", line) for line in skipped])
        raise UsageError(
            Problem(str(root), None, "", "holds no finished study", "make one: sim run munitions_pipeline")
        )
    beside = dict.fromkeys(folder.parent for folder in found)
    places = [made.parent for at in (root.glob("*"), beside) for place in at for made in _summaries(place)]
    sweeps = _listed(dict.fromkeys(places), _sweep, skipped)
    scenarios = {study.scenario for study in studies}
    kept = [sweep for sweep in sweeps if not named or sweep.scenario in scenarios]
    return Shelf(tuple(studies), tuple(kept), tuple(skipped))


def _listed(
    found: Iterable[Path], line: Callable[[Path], Listed], skipped: list[str], *, is_strict: bool = False
) -> list[Listed]:
    """Return the lines of some folders; one that cannot be read is told, or raised."""
    lines: list[Listed] = []
    for folder in found:
        try:
            lines.append(line(folder))
        except StudyError as fault:
            if is_strict:
                raise
            skipped.append(f"left out: {told(fault)}")
    return lines


def _summaries(place: Path) -> list[Path]:
    """Return what finished sweeps in a folder said, newest first."""
    found = place.glob("sweep-*/summary.json")
    return sorted(found, key=lambda made: made.stat().st_mtime_ns, reverse=True)


def _study(folder: Path) -> Listed:
    """Return the line of a study, which says enough to tell it from others of its scenario."""
    made = Manifest.read(folder)
    label = f"{_title(folder)}: {made.replicates:,} histories, seed {made.identity.seed}, {folder.name}"
    return Listed(str(folder), folder, label, made.scenario)


def _sweep(folder: Path) -> Listed:
    """Return the line of a sweep: title, what was varied, how many histories a point."""
    read = _read_sweep(folder, str(folder))
    with readable(folder / "summary.json"):
        said, names = read.said, Names(read.tree)
        title = said.get("title") or folder.parent.name.replace("_", " ")
        varied = " and ".join(words.cut(names.varied(axis)[0], 60) for axis in said["varied"])
        label = f"{title}: {varied}; {said['replicates']:,} histories a point, {folder.name}"
    return Listed(str(folder), folder, label, str(said["scenario"]))


def _read_sweep(folder: Path, key: str) -> Sweep:
    """Read what a sweep said; a `StudyError` where it is damaged."""
    file = folder / "summary.json"
    with readable(file):
        said = json.loads(file.read_text(encoding="utf-8"))
        if missing := [name for name in SAID if name not in said]:
            raise ValueError(f"it has no {missing[0]}")
        [(point["option"], point["outcome"], point["kind"], point["value"]) for point in said["outcomes"]]
    with readable(folder / SCENARIO):
        tree = _texts((folder / SCENARIO).read_text(encoding="utf-8"))
    return Sweep(key, said, tree)


def _title(folder: Path) -> str:
    """Return the title of the scenario of a study, without reading all of it."""
    lines: list[str] = []
    with readable(folder / SCENARIO), (folder / SCENARIO).open(encoding="utf-8") as file:
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
        found = loader.get_single_data()
    except yaml.YAMLError as fault:
        raise ValueError(fault) from None
    finally:
        loader.dispose()
    return found if isinstance(found, dict) else {}
