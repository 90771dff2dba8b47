"""Which histories had an assumption as is asked: one story or any of several, a number or a range."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arguments import is_real
from sim.errors import UsageError

#: Most stories that are listed.
LISTED = 10


def is_number(drawn: NDArray[Any]) -> bool:
    """Say whether an assumption is a number; it is one of several stories otherwise."""
    return drawn.dtype.kind in "fiu"


def among(name: str, drawn: NDArray[Any], asked: Any) -> NDArray[np.bool_]:
    """Return which histories had an assumption as asked, ``(R,)``.

    Parameters
    ----------
    name, drawn
        The assumption, and what was drawn of it, ``(R,)``.
    asked
        As `sim.analysis.view.View.given` takes it.

    Raises a `UsageError` where it is nothing that can be asked, or no history had it.
    """
    return _within(name, drawn, asked) if is_number(drawn) else _told(name, drawn.astype(str), asked)


def _within(name: str, drawn: NDArray[Any], asked: Any) -> NDArray[np.bool_]:
    """Return where a number had a value, or lay in a range."""
    ends = asked if isinstance(asked, tuple) else (asked,)
    span = isinstance(asked, tuple)
    if len(ends) != 1 + span or not all(map(is_real, ends)):
        told = f"{asked!r} is neither a number nor a range"
        raise UsageError.one(name, told, "give a number, or a range as a tuple (low, high)")
    low, high = float(ends[0]), float(ends[-1])
    chosen: NDArray[np.bool_] = (drawn >= low) & (drawn <= high)
    if not chosen.any():
        there = f"they lie from {drawn.min():.4g} to {drawn.max():.4g}"
        raise UsageError.one(name, f"no history has `{asked}`", there)
    return chosen


def _told(name: str, drawn: NDArray[Any], asked: Any) -> NDArray[np.bool_]:
    """Return where a story was one of those asked for."""
    stories = (asked,) if isinstance(asked, str) else asked
    fit = isinstance(stories, Collection) and not isinstance(stories, dict)
    if not fit or not stories or not all(isinstance(story, str) for story in stories):
        told = f"{asked!r} is not a story, nor several"
        raise UsageError.one(name, told, "give the name of one, or a tuple of names")
    known = np.unique(drawn).tolist()
    for story in stories:
        if story not in known:
            more = f" and {len(known) - LISTED} more" if len(known) > LISTED else ""
            there = f"there are {', '.join(known[:LISTED])}{more}"
            raise UsageError.one(name, f"no history has `{story}`", there)
    return np.isin(drawn, list(stories))
