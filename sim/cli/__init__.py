"""Doors: the commands of ``sim``, one a file. Parse, call, print."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    0: done. 1: a bug. 2: the input is at fault. 130: interrupted, what is finished is kept.
    """
    from sim.cli.doors import enter

    given = list(sys.argv[1:] if arguments is None else arguments)
    return enter(given or ["--help"])
