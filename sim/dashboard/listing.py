"""A list of histories to open: those in which the outcome came, or in which the sides part."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.dashboard.asked import LISTS, Asked
from sim.dashboard.scatter import thinned

#: Histories of a list, spread evenly over all there are.
SHOWN = 10

#: Lists there are: what they hold.
KINDS = dict(
    zip(
        LISTS,
        (
            "In which it came",
            "In which it did not come",
            "To read first: typical, earliest, least likely",
            "In which it came on the first side only",
            "In which it came on the second side only",
        ),
        strict=True,
    )
)


@dataclass(frozen=True)
class Line:
    """One history of the list."""

    side: int
    replicate: int
    date: str  # on which the outcome came, empty where it did not
    end: float | None  # of the quantity looked at
    rung: int | None  # highest in the theatre looked at
    why: str = ""  # it is listed, of those to read first


@dataclass(frozen=True)
class Listing:
    """Some histories, and of how many they are."""

    lines: tuple[Line, ...]
    of: int


def summarise(asked: Asked) -> Listing:
    """Return the list that is asked for."""
    if asked.listed == "read":
        return _to_read(asked)
    place = 1 if asked.listed == "two" else 0
    chosen = _wanted(asked, place)
    found = np.flatnonzero(chosen)
    return Listing(tuple(_line(asked, place, int(row)) for row in thinned(found, SHOWN)), len(found))


def _to_read(asked: Asked) -> Listing:
    """Return of the first side the most typical history with the outcome, the earliest, the least likely."""
    found = asked.one.held.to_read(asked.one.option, asked.outcome)
    lines = tuple(replace(_line(asked, 0, one["replicate"]), why=one["kind"]) for one in found)
    return Listing(lines, found[0]["came"] if found else 0)


def _wanted(asked: Asked, place: int) -> NDArray[np.bool_]:
    came = asked.came(place, asked.outcome)
    mask = asked.masks[place]
    if came is None:
        return np.zeros_like(mask)
    if asked.listed == "not":
        came = ~came
    if asked.listed in {"one", "two"}:  # which there are of a pair alone
        other = asked.came(1 - place, asked.outcome)
        if other is None:
            return np.zeros_like(mask)
        rows = min(len(came), len(other))
        alone: NDArray[np.bool_] = mask[:rows] & came[:rows] & ~other[:rows]
        return np.pad(alone, (0, len(mask) - rows))
    found: NDArray[np.bool_] = mask & came
    return found


def _line(asked: Asked, place: int, row: int) -> Line:
    side = asked.sides[place]
    turn: Any = _at(asked, place, f"t:{asked.outcome}", row)
    end = _at(asked, place, f"q:{asked.quantity}", row)
    rung = _at(asked, place, f"rung_max:{asked.theatre}", row)
    date = side.held.calendar.date(int(turn)) if turn is not None and turn >= 0 else ""
    return Line(place, row, date, None if end is None else float(end), None if rung is None else int(rung))


def _at(asked: Asked, place: int, column: str, row: int) -> Any:
    side = asked.sides[place]
    return side.held.under(column, side.option)[row] if column in side.held.names else None
