"""What a page is made of: the files of one study, read once."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from numpy.typing import NDArray

from sim.analysis.columns import Columns, Histories
from sim.report import words
from sim.results.faults import study_fault

#: What YAML 1.1 makes of `no` and of a date; here both stay text.
WORDS = {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp"}


@dataclass(frozen=True, slots=True)
class Named:
    """An option or an outcome: its name in the files, its label for readers."""

    name: str
    label: str


class Remembered(Histories):
    """Columns that are read once: many figures ask for the same."""

    def __init__(self, of: Histories) -> None:
        self._of, self._held = of, dict[str, NDArray[Any]]()
        self.options, self.names, self.rows = of.options, of.names, of.rows

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return one column."""
        if name not in self._held:
            self._held[name] = self._of[name]
        return self._held[name]


@dataclass(frozen=True, slots=True)
class Material:
    """The files of one study, before anything is computed from them."""

    folder: Path
    summary: dict[str, Any]
    manifest: dict[str, Any]
    scenario: dict[str, Any]
    analysis: dict[str, Any] | None = None  # what a sensitivity analysis of the same scenario says

    @property
    def title(self) -> str:
        """Title of the scenario."""
        return str(self.scenario.get("title") or words.sentence(self.name.replace("_", " ")))

    @property
    def name(self) -> str:
        """Name of the scenario."""
        return str(self.scenario.get("name") or self.summary.get("scenario") or self.folder.parent.name)

    @property
    def marking(self) -> str:
        """Marking to print on every page, or nothing."""
        return str(self.scenario.get("marking") or "")

    @property
    def estimates(self) -> list[dict[str, Any]]:
        """Rows of the summary: one per option and outcome."""
        return list(self.summary.get("outcomes") or [])

    @property
    def options(self) -> tuple[Named, ...]:
        """Options that were run, the reference first."""
        run = self.manifest.get("options") or [row["option"] for row in self.estimates]
        return self._named("options", run)

    @property
    def outcomes(self) -> tuple[Named, ...]:
        """Outcomes that were watched for, in the order of the scenario."""
        return self._named("outcomes", [row["outcome"] for row in self.estimates])

    @property
    def replicates(self) -> int:
        """Histories per option."""
        return int(self.summary.get("replicates") or self.manifest.get("replicates") or 0)

    @property
    def days(self) -> float:
        """Length of a turn."""
        turn = self.scenario.get("turn")
        return float(turn["days"]) if isinstance(turn, dict) and "days" in turn else 7.0

    @property
    def turns(self) -> int:
        """Turns of a history."""
        return int(self.scenario.get("turns") or self.manifest.get("turns") or 0)

    @property
    def start(self) -> dt.date | None:
        """First day of the first turn."""
        given = self.scenario.get("start")
        return dt.date.fromisoformat(str(given)[:10]) if given else None

    def after(self, turns: float) -> dt.date | None:
        """Day on which *turns* turns are over."""
        return self.start + dt.timedelta(days=turns * self.days) if self.start else None

    def series(self) -> Any:
        """Read the counts over time as a table of arrow; nothing where the study kept none."""
        import pyarrow.parquet as pq

        path = self.folder / "series.parquet"
        return pq.read_table(path) if path.exists() else None

    def histories(self) -> Histories | None:
        """Return the replicates, a column at a time; None where the study kept none."""
        path = self.folder / "replicates.parquet"
        if not path.exists():
            return None
        return Remembered(Columns(path, [option.name for option in self.options]))

    @property
    def tells_deeds(self) -> bool:
        """Say whether the deeds of some histories were kept."""
        return (self.folder / "deeds.parquet").exists()

    def _named(self, section: str, names: list[str]) -> tuple[Named, ...]:
        tree = self.scenario.get(section)
        return tuple(Named(name, words.label_of(tree, name)) for name in dict.fromkeys(names))


def read(folder: Path, analysis: dict[str, Any] | None = None) -> Material:
    """Read the files of the study in *folder*; a `StudyError` names the one that is missing or damaged.

    *analysis*: the summary of a sensitivity analysis that is to be told with it.
    """
    import yaml

    try:
        return Material(
            folder=folder,
            summary=json.loads((folder / "summary.json").read_text(encoding="utf-8")),
            manifest=json.loads((folder / "manifest.json").read_text(encoding="utf-8")),
            scenario=_tree((folder / "scenario.yaml").read_text(encoding="utf-8")),
            analysis=analysis,
        )
    except FileNotFoundError as fault:
        missing = Path(str(fault.filename))
        raise study_fault(
            missing, "is missing", "run the same command again: finished parts are kept"
        ) from None
    except (ValueError, yaml.YAMLError) as fault:
        told = " ".join(str(fault).split())
        raise study_fault(
            folder, f"is damaged ({told})", "run the scenario again into a new folder"
        ) from None


def _tree(text: str) -> dict[str, Any]:
    """Read a resolved scenario; plain words stay words, so that an option may be called `no`."""
    import yaml

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        """Safe, and without the booleans and dates of YAML 1.1."""

        yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {
            first: [(tag, pattern) for tag, pattern in resolvers if tag not in WORDS]
            for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

    loader = Loader(text)
    try:
        tree = loader.get_single_data()
    finally:
        loader.dispose()
    if not isinstance(tree, dict):
        raise ValueError("scenario.yaml holds no mapping")  # noqa: TRY004  damaged like any other file
    return tree
