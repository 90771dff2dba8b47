"""Where paired histories part: the first turn in which something else is done."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.times import Calendar, median_turn
from sim.intervals import wilson
from sim.streams import finalise, name_key

if TYPE_CHECKING:
    import pyarrow as pa

Record = dict[str, Any]

#: What makes two deeds the same: who does what to whom, and how grave it is.
_SAME = ("actor", "desk", "action", "variant", "target", "against", "rung", "kind")

#: What an option names a deed by; what is left out matches everything.
_NAMED = ("actor", "action", "target", "variant", "programme")
Pattern = dict[str, str]


def prints(deeds: pa.Table, rows: int, turns: int, without: Collection[Pattern] = ()) -> NDArray[np.uint64]:
    """Return a fingerprint of what is done in every turn of one option's histories: ``(rows, turns)``.

    Parameters
    ----------
    deeds
        Deeds and incidents of one option, as in ``deeds.parquet``.
    rows, turns
        Replicates whose deeds are kept, and turns of a history.
    without
        Deeds to leave out, as `own_deeds` gives them.

    Returns
    -------
    (rows, turns)
        The sum of a hash of each deed: equal where the same deeds are done, in whatever order; 0 where none.
    """
    made = np.zeros((rows, turns), np.uint64)
    replicate, turn = (deeds[name].to_numpy().astype(np.intp) for name in ("replicate", "turn"))
    held = (replicate < rows) & (turn < turns)
    for pattern in without:
        held &= ~np.logical_and.reduce([_named(deeds, key, value) for key, value in pattern.items()])
    with np.errstate(over="ignore"):
        key = np.zeros(len(turn), np.uint64)
        for name in (name for name in _SAME if name in deeds.column_names):
            key = finalise(key ^ _hashes(deeds[name]))
        np.add.at(made, (replicate[held], turn[held]), key[held])
    return made


def _hashes(column: pa.ChunkedArray) -> NDArray[np.uint64]:
    """Return a stable hash of every entry: of its text, whatever code stands for it in this study."""
    values, place = _coded(column)
    return np.array([name_key(str(value)) for value in values], np.uint64)[place]


def _named(deeds: pa.Table, key: str, value: str) -> NDArray[np.bool_]:
    """Say of every deed whether one key of a pattern fits it."""
    values, place = _coded(deeds["desk" if key == "programme" else key])
    return np.array([_fits(key, str(each), value) for each in values], np.bool_)[place]


def matches(pattern: Pattern, deed: Mapping[str, str]) -> bool:
    """Whether a deed, by the columns of ``deeds.parquet``, is one that a pattern means."""
    return all(_fits(key, deed["desk" if key == "programme" else key], v) for key, v in pattern.items())


def _fits(key: str, held: str, value: str) -> bool:
    """Whether what a column holds is what a pattern asks for; a programme is what a desk is about."""
    if key != "programme":
        return held == value
    kind, _, about = held.partition(":")
    return kind != "country" and about == value


def _coded(column: pa.ChunkedArray) -> tuple[list[Any], NDArray[np.int32]]:
    """Return what occurs in a column, and of every entry which of it: text is never sorted."""
    one = column.dictionary_encode().unify_dictionaries().combine_chunks()
    return one.dictionary.to_pylist(), one.indices.to_numpy()


def parted(first: NDArray[np.uint64], second: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the first turn in which paired histories differ, -1 where in none: ``(rows,)``."""
    differs = first != second
    return np.where(differs.any(axis=1), differs.argmax(axis=1), -1)


def parting(when: NDArray[np.int64], turns: int, calendar: Calendar) -> Record:
    """Return how many paired histories have parted, and by when.

    Parameters
    ----------
    when : (R,)
        Turn in which each pair parts, -1 where never.

    Returns
    -------
    dict
        n, parted (share by the end, with its Wilson interval low and high), the median turn and date of those
        that part with its interval by order statistics, and by_turn: the share by the end of each turn.
    """
    times, n = int((when >= 0).sum()), len(when)
    low, high = wilson(times, n)
    by_turn = np.bincount(when[when >= 0], minlength=turns)[:turns].cumsum() / max(n, 1)
    middle = median_turn(when)
    return {
        "n": n,
        "parted": times / n if n else None,
        "low": float(low),
        "high": float(high),
        "median_turn": middle[0] if middle else None,
        "median_low": middle[1] if middle else None,
        "median_high": middle[2] if middle else None,
        "median_date": calendar.date(middle[0]) if middle else None,
        "by_turn": [float(share) for share in by_turn],
    }


def own_deeds(option: Mapping[str, Any]) -> list[Pattern]:
    """Return the deeds an option itself orders or forbids: its own mark is no consequence of it."""
    rules = [{"actor": rule.get("actor"), **rule["do"]} for rule in option.get("doctrine") or ()]
    found = [*(option.get("do") or ()), *(option.get("forbid") or ()), *rules]
    patterns = ({key: str(deed[key]) for key in _NAMED if deed.get(key)} for deed in found)
    return [pattern for pattern in patterns if pattern]
