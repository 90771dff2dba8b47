"""The numbers that move an outcome most, of all that are drawn at the start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.report import words
from sim.report.material import Material, Named
from sim.report.names import Names

#: Numbers told.
MOST = 20


@dataclass(frozen=True, slots=True)
class Driver:
    """One number, and the outcome it moves most."""

    number: Named
    outcome: Named
    is_event: bool  # an outcome that comes or not, or else a quantity
    ends: tuple[str, str]  # the number in its lowest fifth and in its highest
    there: tuple[float, float]  # mean of the outcome there
    share: tuple[float, float, float]  # of the outcome's variance, with its interval


def strongest(material: Material, drivers: Sequence[Mapping[str, Any]]) -> list[Driver]:
    """Return of each number the outcome or quantity it moves most, the strongest first, at most twenty.

    *drivers* are the records of `Study.influences`. Of a quantity its own value at the start is left out.
    """
    best: dict[str, Mapping[str, Any]] = {}
    for row in drivers:
        if row["number"] == row["outcome"]:
            continue
        held = best.get(row["number"])
        if held is None or row["share"] > held["share"]:
            best[row["number"]] = row
    events = {named.name: named for named in material.outcomes}
    names = Names(material.scenario)
    told = []
    for row in sorted(best.values(), key=lambda row: -row["share"])[:MOST]:
        name = row["outcome"]
        outcome = events.get(name) or Named(name, names.measure(name, "quantity")[0])
        number = Named(row["number"], names.varied(row["number"])[0])
        there, share = (row["at_low"], row["at_high"]), (row["share"], row["share_low"], row["share_high"])
        ends = tuple(_end(names, row["number"], row[end]) for end in ("low_end", "high_end"))
        told.append(Driver(number, outcome, name in events, (ends[0], ends[1]), there, share))
    return told


def _end(names: Names, number: str, end: Any) -> str:
    """Return what a number is at one of its ends: its value, or the story that is true."""
    return str(names.value(number, end)).replace("-", words.MINUS)
