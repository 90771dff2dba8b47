"""Tables in groups on the terminal: a heading a group, a line an option, nothing broken."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from rich.console import Console

#: Cells of a line.
Row = tuple[str, ...]


class Group(NamedTuple):
    """A name, what it means, a line an option, and what is said below them."""

    name: str
    label: str
    rows: list[Row]
    note: str = ""


#: Spaces between columns.
GAP = 2

#: Before a line that goes on with the meaning of a name.
INDENT = "    "

#: Least width of the column of options.
NARROWEST = 12


def print_groups(console: Console, headers: Row, groups: list[Group]) -> None:
    """Print rows in aligned columns, each group below its heading.

    Numbers are never broken. What gives way on a narrow screen are the header that names the reference,
    then the names of the options, which are folded.
    """
    found = widths(headers, groups)
    if total(found) > console.width:
        headers = without_reference(headers)
        found = widths(headers, groups)
    found[0] = max(min(NARROWEST, found[0]), found[0] - max(0, total(found) - console.width))
    console.print()
    console.print("\n".join(_lines(headers, found)), style="dim", soft_wrap=True)
    console.print("─" * total(found), style="dim", soft_wrap=True)
    for group in groups:
        _print_heading(console, group.name, group.label)
        for row in group.rows:
            console.print("\n".join(_lines(row, found)), soft_wrap=True)
        for line in textwrap.wrap(group.note, console.width - len(INDENT)):
            console.print(INDENT + line, soft_wrap=True)


def widths(headers: Row, groups: list[Group]) -> list[int]:
    """Return the width every column needs."""
    every = [headers, *(row for group in groups for row in group.rows)]
    return [max(len(row[i]) for row in every) for i in range(len(headers))]


def total(found: list[int]) -> int:
    """Return the width of a line."""
    return sum(found) + GAP * (len(found) - 1)


def without_reference(headers: Row) -> Row:
    """Return headers with that of the differences not naming the option they are to."""
    difference = "difference, points" if headers[2].endswith(", points") else "difference"
    return (*headers[:2], difference, *headers[3:])


def _lines(row: Row, found: list[int]) -> list[str]:
    """Return a row as lines, its cells padded and its first cell folded where its column is narrower."""
    first, *others = row
    numbers = (" " * GAP).join(cell.ljust(width) for cell, width in zip(others, found[1:], strict=True))
    step = len(first) - len(first.lstrip())
    folded = _folded(first.strip(), found[0] - step)
    lines = [f"{' ' * step}{part}" for part in folded]
    return [f"{lines[0].ljust(found[0])}{' ' * GAP}{numbers}".rstrip(), *lines[1:]]


def _folded(name: str, width: int) -> list[str]:
    """Break a name into parts of at most *width* characters, behind an underscore where there is one."""
    parts = []
    while len(name) > width:
        cut = name.rfind("_", 1, width) + 1 or width
        parts.append(name[:cut])
        name = name[cut:]
    return [*parts, name]


def _print_heading(console: Console, name: str, label: str) -> None:
    """Print the name of a group, and what it means beside it or below."""
    from rich.text import Text

    beside = len(name) + GAP + len(label) <= console.width
    heading = Text.assemble((name, "bold"), f"{' ' * GAP}{label}" if beside and label else "")
    console.print(heading, soft_wrap=True)
    if not beside:
        for line in textwrap.wrap(label, console.width - len(INDENT)):
            console.print(INDENT + line, soft_wrap=True)
