"""Lines of text for a terminal: broken by the columns a text takes there, not by its characters."""

from __future__ import annotations

import re

#: A word, with the sign of percent that belongs to it, or the space between two.
PIECE = re.compile(r"[^ \t\n\r\f\v]+(?: %[^ \t\n\r\f\v]*)?|[ \t\n\r\f\v]+")


def cells(text: str) -> int:
    """Return how many columns a text takes in a terminal: two for most of Chinese, Japanese and Korean."""
    from rich.cells import cell_len

    return cell_len(text)


def filled(text: str, width: int) -> str:
    """Return *text* with spaces after it, up to *width* columns."""
    return text + " " * max(width - cells(text), 0)


def wrapped(text: str, width: int, indent: int) -> list[str]:
    """Break a text into lines of at most *width* columns, further lines indented.

    A word longer than a line is broken; what stands between two words is kept, but at the end of a line.
    """
    lead = text[: len(text) - len(text.lstrip())]
    room = max(width, indent + 2, len(lead) + 2)
    lines, line, fresh = [], lead, True
    for piece in PIECE.findall(text.strip()):
        if piece.isspace() and piece[0] in " \t\n\r\f\v":
            line += "" if fresh else " " * len(piece)
            continue
        if not fresh and cells(line) + cells(piece) > room:
            lines.append(line.rstrip())
            line, fresh = " " * indent, True
        rest = piece
        while cells(line) + cells(rest) > room:
            head = _head(rest, room - cells(line))
            lines.append(line + head)
            line, rest = " " * indent, rest[len(head) :]
        line, fresh = line + rest, False
    return [*lines, line.rstrip()] if line.strip() else lines


def _head(word: str, room: int) -> str:
    """Return as much of a word as fits into *room* columns, at least one character."""
    taken = 0
    for n, letter in enumerate(word):
        taken += cells(letter)
        if taken > room:
            return word[: max(n, 1)]
    return word
