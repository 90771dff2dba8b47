"""A lever for every mechanism (``configs/levers.yaml``): one that moves nothing is dead."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.score.reading import Entry, entries, read_as, shipped
from sim.score.scoring import Record
from sim.score.shapes import Levers
from sim.score.verdicts import GOOD

#: Mechanisms that need a lever.
REQUIRED = tuple(f"M{n}" for n in (*range(1, 18), 20, 21, 22, 23, 26, 27, 28, 29, 31, 33, 35, 36))


def levers(path: Path | None = None, only: Sequence[str] = ()) -> list[Entry]:
    """Return the levers of a file, the shipped one by default: all, or those named in *only*.

    A mechanism may be named in place of its rows.
    """
    file, root = read_as(path or shipped("levers"), Levers, "write `levers:`")
    wanted: list[str] = []
    for name in only:
        of = [row for row, lever in file.levers.items() if lever.mechanism == name]
        wanted += of or [name]
    return entries(file.levers, "levers", root, wanted)


def tally(records: Sequence[Record]) -> str:
    """Say in a line which mechanisms are alive, and which are not or have no lever."""
    alive = {r["mechanism"] for r in records if r["verdict"] in GOOD}
    tried = {r["mechanism"] for r in records}
    parts = [f"{len(alive)} of {len(tried)} mechanisms alive"]
    if dead := sorted(tried - alive, key=_rank):
        parts.append(f"not: {', '.join(dead)}")
    return "; ".join(parts)


def untried(records: Sequence[Record]) -> tuple[str, ...]:
    """Return the mechanisms that need a lever and have no row."""
    tried = {r["mechanism"] for r in records}
    return tuple(name for name in REQUIRED if name not in tried)


def _rank(mechanism: str) -> int:
    return int(mechanism.removeprefix("M"))
