"""Marked blocks of a Markdown page: found, and put in again with other content.

Three markers, each a comment on a line of its own, closed by ``<!-- end -->``::

    <!-- made: actions -->                              a table made from code and configuration
    <!-- output of: sim check my.yaml | keep: … -->     a command and what it prints
    <!-- file: my.yaml -->                              a file the commands of its page read
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

#: Pages that hold marked blocks.
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))

_BLOCK = re.compile(
    r"^<!-- (?P<kind>made|output of|file): (?P<what>.*?) -->\n(?P<body>.*?)^<!-- end -->$",
    re.DOTALL | re.MULTILINE,
)
_FENCED = re.compile(r"^```[^\n]*\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """One marked block: its kind, what it is of, how it is cut, and its content."""

    kind: str
    what: str
    cut: dict[str, str]
    body: str

    @property
    def fenced(self) -> str:
        """Text of the fenced code in it."""
        found = _FENCED.search(self.body)
        return found["text"] if found else ""


def find(text: str) -> list[Block]:
    """Return the marked blocks of a page."""
    return [_block(found) for found in _BLOCK.finditer(text)]


def _block(found: re.Match[str]) -> Block:
    what, *cuts = (part.strip() for part in found["what"].split(" | "))
    cut = dict(part.split(": ", 1) for part in cuts)
    return Block(found["kind"], what, cut, found["body"])


def renewed(text: str, make: Callable[[Block], str]) -> str:
    """Return a page with the body of every block made again."""

    def put(found: re.Match[str]) -> str:
        block = _block(found)
        return f"<!-- {found['kind']}: {found['what']} -->\n{make(block)}<!-- end -->"

    return _BLOCK.sub(put, text)


def shortened(text: str, cut: dict[str, str]) -> str:
    """Return output cut as its marker asks; every cut shows as a line with an ellipsis.

    ``head: N`` keeps the first lines; ``keep: a, b`` those groups of a table; ``width: N`` cuts long lines;
    ``drop: a, b`` leaves out lines that begin so.
    """
    lines = text.rstrip("\n").split("\n")
    if "keep" in cut:
        lines = _kept(lines, {name.strip() for name in cut["keep"].split(",")})
    if "drop" in cut:
        starts = tuple(name.strip() for name in cut["drop"].split(","))
        lines = [line for line in lines if not line.startswith(starts)]
    if "head" in cut and len(lines) > int(cut["head"]):
        lines = [*lines[: int(cut["head"])], "…"]
    if "width" in cut:
        most = int(cut["width"])
        lines = [line if len(line) <= most else f"{line[: most - 2]} …" for line in lines]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _kept(lines: list[str], names: set[str]) -> list[str]:
    """Keep the groups of a table whose heading is one of *names*, and all that is in no group."""
    made: list[str] = []
    inside, kept = False, True
    for number, line in enumerate(lines):
        heads = (
            number + 1 < len(lines)
            and lines[number + 1].startswith("  ")
            and bool(line)
            and line[0] not in " ─"
        )
        if heads:
            inside, kept = True, line.split()[0] in names
        elif not line.startswith("  "):
            inside, kept = False, True
        if kept:
            made.append(line)
        elif inside and made[-1] != "…":
            made.append("…")
    return made
