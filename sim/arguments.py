"""Arguments of functions as they may come, checked: a `UsageError` says what to give in their place."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from numbers import Integral, Real
from pathlib import Path
from typing import Any

from sim.errors import UsageError


def is_real(value: Any) -> bool:
    """Say whether a value is a number that can be compared to; infinities can."""
    return not isinstance(value, bool) and isinstance(value, Real) and not math.isnan(value)


def is_whole(value: Any) -> bool:
    """Say whether a value is a whole number."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def texts(name: str, given: Any) -> tuple[str, ...]:
    """Return several texts: those given, or the one."""
    several = (given,) if isinstance(given, str) else () if given is None else given
    found = tuple(several) if isinstance(several, Iterable) else (None,)
    if not all(isinstance(each, str) for each in found):
        raise UsageError.one(name, f"{given!r} is not a list of texts", "give texts, or one")
    return found


def listed(given: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return those of the arguments of a run that are lists of texts, as such."""
    return {name: texts(name, given[name]) for name in ("options", "sets") if name in given}


def refuse_unless_named(kind: str, source: Any) -> None:
    """Raise unless something is a path or a name."""
    if not isinstance(source, str | Path):
        raise UsageError.one("", f"{source!r} is not a {kind}", "give its path or its name")
