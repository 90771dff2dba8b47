"""Deeds and incidents of one option, as codes: which kind first came when, and how far each pair went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Turns = NDArray[np.int16]

#: Columns that are texts, few of them different.
TEXTS = ("actor", "action", "target", "against", "kind", "observers")
NUMBERS = ("replicate", "turn", "rung")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of deed or incident: who, what, to whom."""

    actor: str
    action: str
    target: str

    @property
    def name(self) -> str:
        """Name as in `signposts`: ACTOR action TARGET."""
        return " ".join(part for part in (self.actor, self.action, self.target) if part)


@dataclass(frozen=True, slots=True)
class Happenings:
    """The deeds and incidents of the first histories of one option."""

    rows: int  # histories
    codes: Mapping[str, NDArray[np.int32]]  # of each text, by deed
    names: Mapping[str, tuple[str, ...]]  # what the codes stand for
    numbers: Mapping[str, NDArray[Any]]

    def seen(self) -> dict[Kind, Turns]:
        """Return when a state other than its actor first saw each kind: turns, (rows,), -1 where never."""
        return self._firsts(self._seen_by_others())

    def between(self, since: NDArray[Any], until: NDArray[Any]) -> dict[Kind, Turns]:
        """Return the turn in which each kind first came from turn *since* to before *until*, (rows,) each."""
        turn, row = self.numbers["turn"], self.numbers["replicate"]
        return self._firsts((turn >= since[row]) & (turn < until[row]))

    def _firsts(self, kept: NDArray[np.bool_]) -> dict[Kind, Turns]:
        """Return the first turn of each kind among the deeds *kept*, -1 where there is none."""
        actor, action, target = (self.codes[name][kept] for name in ("actor", "action", "target"))
        sizes = len(self.names["action"]), len(self.names["target"])
        key = (actor.astype(np.int64) * sizes[0] + action) * sizes[1] + target
        row, turn = self.numbers["replicate"][kept], self.numbers["turn"][kept]
        kinds, place = np.unique(key, return_inverse=True)
        never = np.iinfo(np.int16).max
        first = np.full((len(kinds), self.rows), never, np.int16)
        np.minimum.at(first.reshape(-1), place * self.rows + row, turn)
        first[first == never] = -1
        found = {}
        for code, when in zip(kinds.tolist(), first, strict=True):
            rest, to = divmod(code, sizes[1])
            who, what = divmod(rest, sizes[0])
            spelled = (("actor", who), ("action", what), ("target", to))
            found[Kind(*(self.names[name][number] for name, number in spelled))] = when
        return dict(sorted(found.items(), key=lambda pair: pair[0].name))

    def worst(self) -> dict[tuple[str, str], NDArray[np.int8]]:
        """Return the highest rung between each two states that met, (rows,), 0 where none, by their names."""
        states = sorted({*self.names["actor"], *self.names["against"]} - {""})
        number = {name: place for place, name in enumerate(states)}
        one, other = (
            np.array([number.get(name, -1) for name in self.names[column]])[self.codes[column]]
            for column in ("actor", "against")
        )
        met = (one >= 0) & (other >= 0) & (one != other) & (self.numbers["rung"] > 0)
        low, high = np.minimum(one, other)[met], np.maximum(one, other)[met]
        pairs, place = np.unique(low * len(states) + high, return_inverse=True)
        rungs = np.zeros((len(pairs), self.rows), np.int8)
        np.maximum.at(
            rungs.reshape(-1),
            place * self.rows + self.numbers["replicate"][met],
            self.numbers["rung"][met],
        )
        named = [tuple(states[number] for number in divmod(pair, len(states))) for pair in pairs.tolist()]
        return {(pair[0], pair[1]): row for pair, row in zip(named, rungs, strict=True)}

    def _seen_by_others(self) -> NDArray[np.bool_]:
        """Return which deeds a state other than the actor saw."""
        sets = [set(text.split(",")) - {""} for text in self.names["observers"]]
        table = np.array([[bool(held - {actor}) for held in sets] for actor in self.names["actor"]], np.bool_)
        seen: NDArray[np.bool_] = table[self.codes["actor"], self.codes["observers"]]
        return seen


def read(path: Path, option: str, most: int) -> Happenings:
    """Read the deeds of the first *most* histories of an option from a study's ``deeds.parquet``.

    The result covers as many histories as the file holds of them, `rows`: a history without any deed at the
    end of what was kept is not told from one that was not kept.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = pq.ParquetFile(path, read_dictionary=["option", *TEXTS])
    groups = [group for group in range(file.num_row_groups) if _may_hold(file, group, option, most)]
    table = file.read_row_groups(groups, columns=["option", *TEXTS, *NUMBERS], use_threads=False)
    held = {name: table[name].unify_dictionaries().combine_chunks() for name in ("option", *TEXTS)}
    if isinstance(held["option"], pa.ChunkedArray):  # no row group at all
        return Happenings(0, {}, {}, {})
    of = held["option"].dictionary.to_pylist()
    place = of.index(option) if option in of else -1
    kept = (held["option"].indices.to_numpy() == place) & (table["replicate"].to_numpy() < most)
    codes = {name: held[name].indices.to_numpy()[kept] for name in TEXTS}
    names = {name: tuple(held[name].dictionary.to_pylist()) for name in TEXTS}
    numbers = {name: table[name].to_numpy()[kept] for name in NUMBERS}
    rows = int(numbers["replicate"].max()) + 1 if kept.any() else 0
    return Happenings(rows, codes, names, numbers)


def _may_hold(file: Any, group: int, option: str, most: int) -> bool:
    """Say whether a row group may hold histories of an option before *most*, by its statistics."""
    held = file.metadata.row_group(group)
    columns = {held.column(i).path_in_schema: held.column(i).statistics for i in range(held.num_columns)}
    of, row = columns.get("option"), columns.get("replicate")
    if of is not None and of.has_min_max and not of.min <= option <= of.max:
        return False
    return not (row is not None and row.has_min_max and row.min >= most)
