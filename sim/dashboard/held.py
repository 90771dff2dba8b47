"""One study in memory: every column is read once, when it is first asked for."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis import typical
from sim.analysis.arms import Source
from sim.analysis.times import Calendar
from sim.dashboard.faults import readable
from sim.report import material, paths, tallies, words
from sim.report.material import Material
from sim.report.names import Names
from sim.results import tables
from sim.results.manifest import Manifest

Mask = NDArray[np.bool_]

#: What is chosen: for an assumption the ends of a range, either open, or the stories that may be true.
Brush = tuple[tuple[str, tuple[Any, ...]], ...]

#: Masks kept: one for every choice gone back to.
KEPT = 32

#: Histories the ends of a slider are taken from, which are open, so that none is left out; and those that
#: assumptions are ranked on.
LOOKED_AT = 65_536

#: Most different values of a number that is shown value by value.
FEW = 12


@dataclass(frozen=True)
class Assumption:
    """What was drawn of one assumption: numbers, or the places of its stories."""

    name: str
    label: str
    unit: str
    stories: tuple[str, ...]  # empty for a number


class Held:
    """A study. Columns are arrays ``(R,)``, one an option; assumptions are alike under all of them."""

    def __init__(self, folder: Path, key: str) -> None:
        self.folder, self.key = folder, key
        self.manifest = Manifest.read(folder)
        self.options = self.manifest.identity.options
        self.rows = self.manifest.replicates
        self.calendar = Calendar(self.manifest.start, self.manifest.days)
        self._columns: dict[str, NDArray[Any]] = {}
        self._stories: dict[str, tuple[str, ...]] = {}
        self._masks: OrderedDict[Brush, Mask] = OrderedDict()
        self._reading = threading.RLock()

    @cached_property
    def material(self) -> Material:
        """Return the texts of the study: titles, labels, units."""
        return material.read(self.folder)

    @cached_property
    def _file(self) -> Any:
        import pyarrow.parquet as pq

        file = tables.path(self.folder, "replicates")
        with readable(file):  # not mapped into memory: a file cut short would end the server
            return pq.ParquetFile(file)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        return tuple(self._file.schema_arrow.names)

    def named(self, prefix: str) -> list[str]:
        """Return what follows *prefix* in the names of the columns that have it."""
        return [name.removeprefix(prefix) for name in self.names if name.startswith(prefix)]

    def under(self, name: str, option: str) -> NDArray[Any]:
        """Return one column under one option, ``(R,)``; the rows of the others are not read."""
        place = self.options.index(option)
        with self._reading:
            key = f"{place} {name}"
            if key not in self._columns:
                self._columns[key] = np.asarray(self._rows(name, place * self.rows, self.rows).to_numpy())
            return self._columns[key]

    def drawn(self, name: str) -> NDArray[Any]:
        """Return what was drawn of an assumption, ``(R,)``: numbers, or the places of its stories."""
        with self._reading:
            if name not in self._columns:
                self._columns[name] = self._drawn(name)
            return self._columns[name]

    def _drawn(self, name: str) -> NDArray[Any]:
        """Read the rows of the first option; the others repeat them."""
        read = self._rows(f"a:{name}", 0, self.rows)
        if not _is_text(read.type):
            return np.asarray(read.to_numpy())
        coded = read.dictionary_encode().unify_dictionaries().combine_chunks()
        self._stories[name] = tuple(coded.dictionary.to_pylist())
        return np.asarray(coded.indices.to_numpy(), np.int16)

    def _rows(self, column: str, start: int, count: int) -> Any:
        """Return some rows of a column as arrow has them, reading no row group without any of them."""
        file = self._file
        with readable(tables.path(self.folder, "replicates")):
            ends = self._group_ends
            first, last = (
                int(np.searchsorted(ends, row, side="right")) for row in (start, start + count - 1)
            )
            before = int(ends[first - 1]) if first else 0
            read = file.read_row_groups(range(first, last + 1), [column], use_threads=True)
            found = read[column].slice(start - before, count)
            if len(found) != count:
                raise ValueError(f"{len(found):,} of {count:,} rows of {column}")
            return found

    @cached_property
    def _group_ends(self) -> NDArray[np.int64]:
        """Return the row after the last of each row group."""
        metadata = self._file.metadata
        groups = range(metadata.num_row_groups)
        return np.cumsum([metadata.row_group(group).num_rows for group in groups])

    def first(self, name: str) -> NDArray[Any]:
        """Return what `drawn` does, of the first `LOOKED_AT` histories, without reading all."""
        with self._reading:
            if name in self._columns:
                return self._columns[name][:LOOKED_AT]
            if f"first {name}" not in self._columns:
                few = self._rows(f"a:{name}", 0, min(self.rows, LOOKED_AT))
                text = _is_text(few.type)
                self._columns[f"first {name}"] = self.drawn(name)[:LOOKED_AT] if text else few.to_numpy()
            return self._columns[f"first {name}"]

    @cached_property
    def assumptions(self) -> Mapping[str, Assumption]:
        """Return the assumptions by name, those of the scenario in its order."""
        tree = self.material.scenario.get("assumptions") or {}
        names = self.named("a:")
        order = [*(name for name in tree if name in names), *(name for name in names if name not in tree)]
        return {name: self._assumption(name) for name in order}

    def _assumption(self, name: str) -> Assumption:
        label, unit = Names(self.material.scenario).varied(name)
        stories: tuple[str, ...] = ()
        if _is_text(self._file.schema_arrow.field(f"a:{name}").type):
            self.drawn(name)
            stories = self._stories[name]
        return Assumption(name, label, unit, stories)

    def ends(self, name: str) -> tuple[float, float]:
        """Return the lowest and highest value of an assumption among the first histories."""
        values = self.first(name)
        return float(values.min()), float(values.max())

    @cached_property
    def _levels(self) -> dict[str, tuple[float, ...]]:
        return {}

    def levels(self, name: str) -> tuple[float, ...]:
        """Return the values of a number in order where they are at most `FEW`, else nothing."""
        if name not in self._levels:
            found = np.unique(self.first(name))
            self._levels[name] = tuple(map(float, found)) if len(found) <= FEW else ()
        return self._levels[name]

    def takes(self, name: str, wanted: tuple[Any, ...]) -> bool:
        """Whether this study assumed it, and as what is *wanted* of it: a number, or one of some stories."""
        assumption = self.assumptions.get(name)
        is_text = any(isinstance(each, str) for each in wanted)
        return assumption is not None and (not wanted or is_text == bool(assumption.stories))

    def chosen(self, brush: Brush) -> Mask:
        """Return the histories that fit all of a brush, ``(R,)``, but for what this study did not assume."""
        with self._reading:
            if brush in self._masks:
                self._masks.move_to_end(brush)
                return self._masks[brush]
            mask = np.ones(self.rows, np.bool_)
            for name, wanted in brush:
                if self.takes(name, wanted):
                    mask &= self._fits(self.assumptions[name], wanted)
            self._masks[brush] = mask
            if len(self._masks) > KEPT:
                self._masks.popitem(last=False)
            return mask

    def _fits(self, assumption: Assumption, wanted: tuple[Any, ...]) -> Mask:
        drawn = self.drawn(assumption.name)
        if assumption.stories:
            kept: Mask = np.array([story in wanted for story in assumption.stories], np.bool_)[drawn]
            return kept
        low, high = wanted or (np.inf, -np.inf)  # none of the stories that another study tells
        fits = np.ones(self.rows, np.bool_)
        if low is not None:
            fits &= drawn >= low
        if high is not None:
            fits &= drawn <= high
        return fits

    def tally(self, series: str) -> Mapping[str, tallies.Tally]:
        """Return the counts over time of one series, by option; all histories, as a study keeps them."""
        import pyarrow.parquet as pq

        with self._reading:
            kept: dict[str, Mapping[str, tallies.Tally]] = self.__dict__.setdefault("_tallies", {})
            if series not in kept:
                file = tables.path(self.folder, "series")
                with readable(file):
                    read = pq.read_table(file, filters=[("series", "=", series)]) if file.exists() else None
                    kept[series] = {option: tally for (_, option), tally in tallies.split(read).items()}
            return kept[series]

    def to_read(self, option: str, outcome: str) -> list[dict[str, Any]]:
        """Return which histories with an outcome to read, as `sim replay --find`; none where it never came.

        Found among all whose deeds are kept, however assumptions are narrowed; some seconds the first time.
        """
        with self._reading:
            kept: dict[tuple[str, str], list[dict[str, Any]]] = self.__dict__.setdefault("_to_read", {})
            if (option, outcome) not in kept:
                source = Source("", self.folder, self.manifest, self.material.scenario, self.material.summary)
                when = self.under(f"t:{outcome}", option) if f"t:{outcome}" in self.names else np.array([-1])
                came = (when[: source.kept or len(when)] >= 0).any()
                kept[option, outcome] = typical.search(source, option, outcome, when) if came else []
            return kept[option, outcome]

    def label(self, section: str, name: str) -> str:
        """Return what an option, an outcome or a theatre is called."""
        return words.label_of(self.material.scenario.get(section), name)

    def quantity(self, path: str) -> tuple[str, str]:
        """Return title and unit of a watched quantity."""
        return paths.spelled(self.material.scenario, path)

    def story(self, assumption: str, story: str) -> str:
        """Return what a story is called."""
        entry = (self.material.scenario.get("assumptions") or {}).get(assumption)
        return words.label_of(entry.get("alternatives") if isinstance(entry, Mapping) else None, story)


def _is_text(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_dictionary(kind))
