"""Where two resolved scenarios differ, a line a path."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any


def differences(before: Any, after: Any, path: str = "") -> Iterator[str]:
    """Yield ``path: before -> after`` for every value that differs, in the order of the trees."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            here = f"{path}.{key}" if path else str(key)
            if key not in after:
                yield f"{here}: {_word(before[key])} -> (absent)"
            elif key not in before:
                yield f"{here}: (absent) -> {_word(after[key])}"
            else:
                yield from differences(before[key], after[key], here)
    elif before != after:
        yield f"{path}: {_word(before)} -> {_word(after)}"


def _word(value: Any) -> str:
    """Return a value on one line."""
    return json.dumps(value, ensure_ascii=False, default=str)
