"""Opening a study for a command, saying which one where its name leaves that open."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.study import Study


def opened(name: str) -> Study:
    """Open a study by folder or name; say on stderr if a newer one of that name is not finished."""
    from sim.api import load_study
    from sim.results.folders import unfinished_since

    study = load_study(name)
    by_name = study.path != Path(name)
    if by_name and (newer := unfinished_since(study.path)):
        print(f"note: {newer[0]} is newer but not finished; this is {study.path}", file=sys.stderr)
    return study
