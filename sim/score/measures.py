"""What is counted in the histories of a block for each measure of a base rate, history by history."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sim.actions.catalogue import Catalogue
from sim.model.naming import named
from sim.score.counting import Values
from sim.score.histories import AT_WAR, FORCE, MINOR, SERIOUS, WAR, Bools, Ints, Seen, Spells
from sim.score.history_shapes import DAYS_IN, BaseRate

#: Weeks before the end in which what begins is not seen to its end: so many quiet ones end a dispute.
QUIET_WEEKS = 26

#: Severity a level of violence asks for.
SEVERITY = {"any": MINOR, "serious": SERIOUS, "war": WAR}


def counts(
    rows: Mapping[str, BaseRate], seen: Seen, catalogue: Catalogue, from_week: int
) -> dict[str, tuple[Values, Values]]:
    """Return for each row how many times and in how many cases, or how much time, ``(R,)`` each."""
    return {name: _count(row, seen, catalogue, from_week) for name, row in rows.items()}


def _count(row: BaseRate, seen: Seen, catalogue: Catalogue, from_week: int) -> tuple[Values, Values]:
    began = int(np.ceil(from_week * 7 / seen.days))
    match row.measure:
        case "onsets":
            return _rate(
                row, seen, _pick(seen.disputes, seen.pairs(row.dyads or []), began, seen.turns), began
            )
        case "lethal_clashes":
            return _rate(row, seen, _pick(seen.clashes, seen.pairs(row.dyads or []), 0, seen.turns), 0)
        case "deed_days":
            return _days(row, seen, catalogue)
        case "honoured":
            return seen.honoured.astype(np.float64), seen.calls.astype(np.float64)
        case "crises":
            return _share(seen, seen.crises, _cases(row, seen, seen.crises, began), _grave(row, seen.crises))
        case _:
            return _share(seen, seen.disputes, _cases(row, seen, seen.disputes, began), _met(row, seen))


def _met(row: BaseRate, seen: Seen) -> Bools:
    """Return which disputes meet what a share asks."""
    spells = seen.disputes
    met = {
        "reach_force": spells.level >= FORCE,
        "reach_war": spells.level >= AT_WAR,
        "fatal": spells.fatal,
        "joined": spells.joined,
        "longer_than": (spells.end - spells.start) * seen.days > (row.days or 0),
    }
    return np.asarray(met[row.measure])


def _grave(row: BaseRate, spells: Spells) -> Bools:
    return np.asarray(spells.level >= SEVERITY[str(row.level)])


def _cases(row: BaseRate, seen: Seen, spells: Spells, began: int) -> Bools:
    """Return which spells are taken: of the right pairs, begun late enough, and seen long enough."""
    pairs = seen.pairs(row.dyads) if row.dyads is not None else seen.among(str(row.among))
    watched = QUIET_WEEKS * 7 + (row.days or 0)
    taken = _pick(spells, pairs, began, seen.turns - int(np.ceil(watched / seen.days)))
    if row.measure == "joined" and row.level == "force":
        taken &= spells.level >= FORCE
    return taken


def _pick(spells: Spells, pairs: Bools, began: int, until: int) -> Bools:
    """Return which spells are of *pairs* and begin in turns from *began* to before *until*."""
    return np.asarray(pairs[spells.pair] & (spells.start >= began) & (spells.start < until))


def _share(seen: Seen, spells: Spells, cases: Bools, met: Bools) -> tuple[Values, Values]:
    return _tally(spells.row[cases & met], seen.rows), _tally(spells.row[cases], seen.rows)


def _rate(row: BaseRate, seen: Seen, taken: Bools, began: int) -> tuple[Values, Values]:
    spells = seen.clashes if row.measure == "lethal_clashes" else seen.disputes
    dyads = len(row.dyads or []) if row.unit == "dyad-year" else 1
    exposure = (seen.turns - began) * seen.days / DAYS_IN[str(row.unit)] * dyads
    return _tally(spells.row[taken], seen.rows), np.full(seen.rows, exposure)


def _days(row: BaseRate, seen: Seen, catalogue: Catalogue) -> tuple[Values, Values]:
    """Count the days with one of the deeds a row names."""
    wanted = np.zeros(len(catalogue.choices) + 1, np.bool_)  # the last entry stands for incidents, -1
    for deed in row.deeds or ():
        wanted[:-1] |= named(catalogue, deed.model_dump(exclude_none=True))
    mine = wanted[seen.deeds.choice]
    place: Ints = np.unique(seen.deeds.row[mine] * np.int64(10**6) + seen.deeds.day[mine])
    exposure = seen.turns * seen.days / DAYS_IN[str(row.unit)]
    return _tally(place // 10**6, seen.rows), np.full(seen.rows, exposure)


def _tally(rows: NDArray[np.int64], size: int) -> Values:
    return np.bincount(rows, minlength=size).astype(np.float64)
