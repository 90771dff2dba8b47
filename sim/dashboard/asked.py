"""What the page asks for, as it comes from the browser: checked, every name one that there is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.dashboard.held import Brush, Held, Mask
from sim.dashboard.shelf import Shelf

#: What two studies must share for history k of both to have the same luck in the same week.
_LUCK = ("start", "days", "turns")


#: Lists of histories: in which it came, or did not; which to read first; and, of a pair, in which it came on
#: one side only.
LISTS = ("came", "not", "read", "one", "two")
#: Those of one side alone.
ALONE = LISTS[:3]


@dataclass(frozen=True)
class Side:
    """One option of one study."""

    held: Held
    option: str
    label: str


@dataclass(frozen=True)
class Asked:
    """One or two sides, the histories chosen of them, and what is looked at."""

    one: Side
    two: Side | None
    brush: Brush = ()
    outcome: str = ""
    theatre: str = ""
    quantity: str = ""
    along: str = ""
    listed: str = "came"
    narrow: bool = False

    @property
    def sides(self) -> tuple[Side, ...]:
        """Return the sides there are."""
        return (self.one,) if self.two is None else (self.one, self.two)

    @cached_property
    def masks(self) -> tuple[Mask, ...]:
        """Return the chosen histories of each side; of a pair those chosen in both."""
        own = tuple(side.held.chosen(self.brush) for side in self.sides)
        if not self.paired or self.two is None or self.two.held is self.one.held:
            return own
        rows = min(len(mask) for mask in own)
        both = own[0][:rows] & own[1][:rows]
        return tuple(np.pad(both, (0, len(mask) - rows)) for mask in own)

    @property
    def paired(self) -> bool:
        """Whether history k of both sides has the same luck."""
        return self.two is not None and are_paired(self.one.held, self.two.held)

    @property
    def there(self) -> tuple[int, ...]:
        """Return how many histories of each side could be chosen: of a pair as many as both have."""
        rows = tuple(side.held.rows for side in self.sides)
        return (min(rows),) * len(rows) if self.paired else rows

    @cached_property
    def chosen(self) -> tuple[int, ...]:
        """Return how many histories are chosen on each side."""
        return tuple(int(np.count_nonzero(mask)) for mask in self.masks)

    def came(self, place: int, outcome: str) -> NDArray[Any] | None:
        """Return where an outcome came on a side, ``(R,)``; None where its study did not watch for it."""
        side = self.sides[place]
        return side.held.under(f"o:{outcome}", side.option) if f"o:{outcome}" in side.held.names else None

    def values(self, place: int, column: str) -> NDArray[Any] | None:
        """Return the chosen values of a column on a side; None where its study has none."""
        side = self.sides[place]
        if column not in side.held.names:
            return None
        found: NDArray[Any] = side.held.under(column, side.option)[self.masks[place]]
        return found


def are_paired(one: Held, two: Held) -> bool:
    """Whether history k of both studies has the same luck."""
    first, other = one.manifest, two.manifest
    return (
        first.identity.seed == other.identity.seed
        and first.identity.block == other.identity.block
        and all(getattr(first, key) == getattr(other, key) for key in _LUCK)
    )


def read(shelf: Shelf, one: Any, two: Any, brush: Any, **looked_at: Any) -> Asked:
    """Return what is asked of a shelf; whatever is not there gives way to the first that is.

    Parameters
    ----------
    one, two
        ``{"study": key, "option": name}``; *two* is nothing where one option is looked at alone.
    brush
        By assumption ``[low, high]``, either end None where it is open, or the stories that may be true.
    looked_at
        outcome, theatre, quantity, along (an assumption), listed, narrow.
    """
    first = _side(shelf, one)
    second = _side(shelf, two) if isinstance(two, Mapping) and two.get("option") else None
    if second is not None:
        first, second = _told_apart(first, second)
    held = first.held
    names = {
        "outcome": held.named("o:"),
        "theatre": held.named("rung_max:"),
        "quantity": held.named("q:"),
        "along": list(held.assumptions),
        "listed": list(LISTS if second and are_paired(held, second.held) else ALONE),
    }
    known = {key: _known(looked_at.get(key), among) for key, among in names.items()}
    return Asked(first, second, _brush(held, brush), narrow=bool(looked_at.get("narrow")), **known)


def _side(shelf: Shelf, told: Any) -> Side:
    told = told if isinstance(told, Mapping) else {}
    held = shelf.held(told.get("study"))
    option = _known(told.get("option"), held.options)
    return Side(held, option, held.label("options", option))


def _told_apart(one: Side, two: Side) -> tuple[Side, Side]:
    """Name the studies where the sides are of two."""
    if one.held is two.held:
        return one, two
    first, second = (
        Side(side.held, side.option, f"{side.label} ({side.held.folder.name})") for side in (one, two)
    )
    return first, second


def _known(name: Any, names: Sequence[str]) -> str:
    return name if isinstance(name, str) and name in names else next(iter(names), "")


def _brush(held: Held, told: Any) -> Brush:
    """Return the part of a brush that leaves something out, in the order of the assumptions."""
    told = told if isinstance(told, Mapping) else {}
    kept: list[tuple[str, tuple[Any, ...]]] = []
    for name, assumption in held.assumptions.items():
        wanted = told.get(name)
        if not isinstance(wanted, list | tuple):
            continue
        if assumption.stories:
            stories = tuple(story for story in assumption.stories if story in wanted)
            if len(stories) < len(assumption.stories):
                kept.append((name, stories))
        elif len(wanted) == 2 and any(_end(end) is not None for end in wanted):
            kept.append((name, tuple(_end(end) for end in wanted)))
    return tuple(kept)


def _end(value: Any) -> float | None:
    """Return a number as one; None for whatever is none, or has no place on the line."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
