"""The folder of a finished study: its manifest, its scenario and its tables."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import Problem, UsageError
from sim.results import tables
from sim.results.faults import study_fault
from sim.results.manifest import Manifest
from sim.results.study import SCENARIO

if TYPE_CHECKING:
    import pandas as pd

    from sim.analysis.arms import Source
    from sim.scenario.scenario import Scenario


class Kept:
    """What a finished study keeps. Its tables are read when they are first asked for."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.manifest = Manifest.read(self.path)
        if not self.manifest.complete:
            if self.manifest.shard:
                told = f"is shard {self.manifest.shard} of a study"
                raise study_fault(self.path, told, "put its shards together with `sim merge`")
            raise study_fault(self.path, "is not finished", "go on with the command that began it")

    def __repr__(self) -> str:
        """Say which study this is."""
        held = self.manifest
        return f"{type(self).__name__}({str(self.path)!r}: {held.scenario}, {held.replicates:,} per option)"

    @property
    def options(self) -> tuple[str, ...]:
        """Return the options compared; the first is the reference."""
        return self.manifest.identity.options

    @cached_property
    def summary(self) -> dict[str, Any]:
        """Return what `sim run` prints, without the path."""
        loaded: dict[str, Any] = json.loads((self.path / "summary.json").read_text())
        return loaded

    @cached_property
    def scenario(self) -> Scenario:
        """Return the resolved scenario the study ran."""
        from sim.scenario.loader import load

        return load(self.path / SCENARIO)

    @cached_property
    def replicates(self) -> pd.DataFrame:
        """Return a row per option and replicate: assumptions, outcomes, finals."""
        return self._table("replicates")

    @cached_property
    def twins(self) -> pd.DataFrame:
        """Return the replicates that were run again with the same assumptions and other luck."""
        return self._table("twins")

    @cached_property
    def series(self) -> pd.DataFrame:
        """Return counts of histories by option, turn, series and bin."""
        return self._table("series")

    @cached_property
    def deeds(self) -> pd.DataFrame:
        """Return a row per deed or incident, of the replicates whose deeds are kept."""
        return self._table("deeds")

    @cached_property
    def disputes(self) -> pd.DataFrame:
        """Return a row per dispute."""
        return self._table("disputes")

    def source(self, name: str = "") -> Source:
        """Return what `sim.analysis.arms` takes its arms from, under *name* (its scenario's by default)."""
        from sim.analysis.arms import Source

        named = name or self.manifest.scenario
        return Source(named, self.path, self.manifest, self._tree, self.summary)

    @cached_property
    def _tree(self) -> Mapping[str, Any]:
        """Return the scenario as it is written in the study, read even if this version could not run it."""
        from sim.report import material

        return material.read(self.path).scenario

    def _number(self, option: str) -> int:
        """Return the place of an option."""
        if option in self.options:
            return self.options.index(option)
        raise self._strange("an option", option, self.options)

    def _state(self, name: str) -> None:
        """Raise a `UsageError` unless a state is one of the scenario's."""
        states = tuple(self._tree.get("states") or ())
        if name not in states:
            raise self._strange("a state", name, states)

    def _strange(self, kind: str, name: object, known: Sequence[str]) -> UsageError:
        """Return the error of a name that is none of those known."""
        close = difflib.get_close_matches(str(name), known, 1)
        repair = f"did you mean `{close[0]}`?" if close else f"give one of {', '.join(known)}"
        return UsageError(Problem(str(self.path), None, "", f"`{name}` is not {kind} of this study", repair))

    def _table(self, name: str) -> pd.DataFrame:
        """Read one table."""
        import pandas as pd

        return pd.read_parquet(self._file(name))

    def _file(self, name: str) -> Path:
        """Return where a table is; a `StudyError` where the study was made without."""
        file = tables.path(self.path, name)
        if not file.exists():
            raise study_fault(self.path, f"has no {file.name}", "run it with them")
        return file
