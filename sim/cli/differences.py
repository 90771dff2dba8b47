"""Where two resolved scenarios differ, a line a path."""

from __future__ import annotations

import json
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

#: Stands for what one of the two does not have.
ABSENT = "(absent)"

#: Rows of a table of numbers that are told one by one, at most.
FEW = 8


def differences(before: Any, after: Any, path: str = "") -> Iterator[str]:
    """Yield ``path: before -> after`` for every value that differs, in the order of the trees."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            here = _below(path, key)
            if key not in after:
                yield f"{here}: {_word(before[key])} -> {ABSENT}"
            elif key not in before:
                yield f"{here}: {ABSENT} -> {_word(after[key])}"
            else:
                yield from differences(before[key], after[key], here)
    elif isinstance(before, list) and isinstance(after, list):
        whole = _tables(before, after)
        yield from [f"{path}: {whole}"] if whole else _items(before, after, path)
    elif before != after:
        yield f"{path}: {_change(before, after)}"


def _items(before: list[Any], after: list[Any], path: str) -> Iterator[str]:
    """Yield the items of two lists that differ; those that only moved up or down are left out."""
    one, other = ([_exact(item) for item in items] for items in (before, after))
    for kind, start, end, first, last in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        both = min(end - start, last - first)
        for n in range(both):
            yield from differences(before[start + n], after[first + n], _below(path, first + n))
        for n in range(start + both, end):
            yield f"{_below(path, n)}: {_word(before[n])} -> {ABSENT}"
        for n in range(first + both, last):
            yield f"{_below(path, n)}: {ABSENT} -> {_word(after[n])}"


def _tables(before: list[Any], after: list[Any]) -> str:
    """Return in what two long tables of numbers differ, "" where they are none or nearly the same."""
    shapes = [_shape(table) for table in (before, after)]
    if "" in shapes or before == after:
        return ""
    apart = sum(one != other for one, other in zip(before, after, strict=False))
    if max(apart, abs(len(before) - len(after))) <= FEW:
        return ""
    return " -> ".join(shapes) if shapes[0] != shapes[1] else f"{apart:,} of {shapes[0]} differ"


def _shape(table: list[Any]) -> str:
    """Return how many rows and columns a table of numbers has, "" for a list that is none."""
    columns = {len(row) if isinstance(row, list) else 0 for row in table}
    if len(columns) != 1 or 0 in columns or not all(isinstance(x, int | float) for row in table for x in row):
        return ""
    return f"{len(table):,} rows of {columns.pop()}"


def _below(path: str, key: Any) -> str:
    """Return the path of an entry."""
    return f"{path}.{key}" if path else str(key)


def _change(before: Any, after: Any) -> str:
    """Return two values on one line; all their figures where fewer would not tell them apart."""
    rounded = _word(before), _word(after)
    told = rounded if rounded[0] != rounded[1] else (_exact(before), _exact(after))
    return " -> ".join(told)


def _word(value: Any) -> str:
    """Return a value on one line, its numbers to six figures and its long tables by their size."""
    return _exact(_rounded(value))


def _rounded(value: Any) -> Any:
    """Return a value with its numbers to six figures and its long tables by their size."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, dict):
        return {key: _rounded(child) for key, child in value.items()}
    if isinstance(value, list):
        return _shape(value) if len(value) > FEW and _shape(value) else [_rounded(child) for child in value]
    return value


def _exact(value: Any) -> str:
    """Return a value on one line."""
    return json.dumps(value, ensure_ascii=False, default=str)
