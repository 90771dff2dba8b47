"""The directional claims of ``configs/directions.yaml``, and how many of them the model bears out.

The file is committed before it is first run; what is changed in it later stands under ``changes``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from sim.score.reading import Entry, entries, read_as, shipped
from sim.score.scoring import Record
from sim.score.shapes import Directions
from sim.score.verdicts import BAD, GOOD


def directions(path: Path | None = None, only: Sequence[str] = ()) -> list[Entry]:
    """Return the claims of a file, the shipped one by default: all, or those named in *only*."""
    file, root = read_as(path or shipped("directions"), Directions, "write `directions:`")
    return entries(file.directions, "directions", root, only)


def tally(records: Sequence[Record]) -> str:
    """Say in a line how many claims came out as stated."""
    starred = [r for r in records if r.get("star")]
    parts = [f"{_good(records)} of {len(records)} as claimed"]
    if starred:
        parts.append(f"{_good(starred)} of {len(starred)} starred")
    times = Counter(str(r["verdict"]) for r in records)
    parts += [f"{times[word]} {word}" for word in BAD if times[word]]
    return "; ".join(parts)


def _good(records: Sequence[Record]) -> int:
    return sum(r["verdict"] in GOOD for r in records)
