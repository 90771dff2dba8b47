"""Where the values of something varied stand along an axis: numbers, days, or words in their order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sim.report import words
from sim.report.names import Names

#: Ticks of an axis of days, at most.
TICKS = 6


@dataclass(frozen=True, slots=True)
class Scale:
    """The values of one axis, in order."""

    name: str
    values: tuple[Any, ...]

    @classmethod
    def of(cls, said: Mapping[str, Any], name: str) -> Scale:
        """Return the scale of something that a sweep varied: numbers and days by size, words as given."""
        values = list(dict.fromkeys(point[name] for point in said["points"] if name in point))
        if all(_number(value) is not None for value in values):
            values.sort(key=lambda value: _number(value) or 0.0)
        return cls(name, tuple(values))

    @property
    def measured(self) -> bool:
        """Say whether the values are numbers or days."""
        return all(_number(value) is not None for value in self.values)

    def place(self, value: Any) -> float:
        """Return where a value stands."""
        number = _number(value) if self.measured else None
        return float(self.values.index(value)) if number is None else number

    def groups(self, most: int, wanted: int) -> list[tuple[Any, ...]]:
        """Return the values one by one, of more than *most* measured ones *wanted* groups of neighbours."""
        count = len(self.values)
        if count <= most or not self.measured:
            return [(value,) for value in self.values]
        return [self.values[n * count // wanted : (n + 1) * count // wanted] for n in range(wanted)]

    def gap(self, places: Sequence[float]) -> float:
        """Return the least distance between two neighbouring places; 1 where there is one only."""
        return min((b - a for a, b in pairwise(sorted(places))), default=1.0)

    def ticks(self, names: Names) -> dict[str, Any]:
        """Return the ticks of the axis: at words and days with their text, else what plotly thinks good."""
        dated = all(isinstance(value, str) for value in self.values)
        if self.measured and not dated:
            return {} if len(self.values) > TICKS else self._at(list(self.values), names)
        step = -(-len(self.values) // TICKS) if self.measured else 1
        return self._at(list(self.values[::step]), names)

    def _at(self, values: list[Any], names: Names) -> dict[str, Any]:
        told = [_day(value) or words.lines(names.value(self.name, value), 13) for value in values]
        return {"tickmode": "array", "tickvals": [self.place(v) for v in values], "ticktext": told}


def _number(value: Any) -> float | None:
    """Return a number, or a day as its number; None for a word."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    try:
        return float(dt.date.fromisoformat(str(value)).toordinal())
    except ValueError:
        return None


def _day(value: Any) -> str:
    """Return a day on two lines; nothing for anything else."""
    try:
        day = dt.date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return ""
    return f"{day.day} {day:%b}<br>{day.year}" if day else ""
