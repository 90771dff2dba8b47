"""Commands as the documentation shows them: run inside this process, in a folder of their own."""

from __future__ import annotations

import contextlib
import io
import os
import shlex
from collections.abc import Iterator
from pathlib import Path

from sim.cli.doors import enter
from tests.docs.blocks import Block, shortened

#: Commands whose output needs a study, or differs between machines: recorded, and renewed only when asked.
RECORDED = ("run", "compare", "drivers", "sensitivity", "sweep", "replay", "report", "doctor")

#: Commands that tell on stderr how far they are, unless asked not to.
QUIET = {"run", "compare", "sensitivity", "sweep", "replay"}


def is_recorded(block: Block) -> bool:
    """Whether a block shows a command too slow, or too much of one machine, to be run by every test."""
    words = shlex.split(block.what)
    return words[1] in RECORDED


@contextlib.contextmanager
def desk(folder: Path) -> Iterator[None]:
    """Work in *folder*, with nothing of the terminal leaking in."""
    kept = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = "100"
    try:
        with contextlib.chdir(folder):
            yield
    finally:
        os.environ.pop("COLUMNS")
        if kept is not None:
            os.environ["COLUMNS"] = kept


def spoken(line: str) -> str:
    """Run one command line and return what it prints; its faults too, as they come."""
    words = shlex.split(line)
    if words[0] != "sim":
        raise ValueError(f"not a command of this program: {line}")
    out = io.StringIO()
    quiet = ["--quiet"] if words[1] in QUIET else []
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        enter([*words[1:], *quiet])
    return out.getvalue()


def shown(block: Block) -> str:
    """Run the command of a block and return its body."""
    return f"```console\n$ {block.what}\n{shortened(spoken(block.what), block.cut)}```\n"
