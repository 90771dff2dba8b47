"""Help with a word that is not known: what was probably meant, and what there is."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_SHOWN = 8  # names listed at most


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like *word*, or None if nothing is like it."""
    by_lower = {name.lower(): name for name in known}
    found = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def listing(known: Iterable[str]) -> str:
    """Return the names in a line, cut short when there are many."""
    names = list(known)
    if not names:
        return "none"
    shown = ", ".join(names[:_SHOWN])
    return f"{shown}, … ({len(names)} in all)" if len(names) > _SHOWN else shown


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return a repair for an unknown *word*: the nearest known one, or all there are."""
    names = list(known)
    near = nearest(word, names)
    return f"did you mean `{near}`?" if near else f"there are: {listing(names)}"


def short(value: object, width: int = 60) -> str:
    """Return *value* in backticks as a user would write it, on one line and not too long."""
    words = {None: "null", True: "true", False: "false"}
    is_word = value is None or isinstance(value, bool)
    text = words[value] if is_word else str(value)  # type: ignore[index]
    text = " ".join(text.split())
    return f"`{text[: width - 1]}…`" if len(text) > width else f"`{text}`"
