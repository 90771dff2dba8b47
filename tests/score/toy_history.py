"""Files of history about the toy world, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.errors import ScenarioError

#: The toy world played for two years: long enough for disputes to begin, go on and end.
LONG = "name: long\nextends: toy\nturns: 104\n"

#: A rate and a share that are well formed.
RATE = """
  rate:
    what: W
    group: onset
    kind: rate
    period: 1990-2014
    source: S
    k: 15
    exposure: 25
    unit: dyad-year
    interval: [0.351, 0.965]
    measure: onsets
    dyads: [[AAA, CCC]]
"""
SHARE = """
  share:
    what: W
    group: force
    kind: share
    period: 1990-2014
    source: S
    k: 6
    n: 15
    interval: [0.188, 0.647]
    measure: reach_force
    among: all
"""


def faults(read: Callable[[Path], object], file: Path) -> list[str]:
    """Return what a reader says against a file, each fault from its line on."""
    with pytest.raises(ScenarioError) as fault:
        read(file)
    return [str(problem).split(f"{file.name}:", 1)[-1] for problem in fault.value.problems]


def world(folder: Path) -> Path:
    """Write the long toy world."""
    file = folder / "long.yaml"
    file.write_text(LONG)
    return file


def rates(folder: Path, rows: str, from_week: int = 26) -> Path:
    """Write a file of base rates about the long toy world; its rows begin on line 4."""
    file = folder / "rates.yaml"
    head = f"scenario: {world(folder)}\nfrom_week: {from_week}\nrows:\n"
    file.write_text(head + rows.strip("\n") + "\n")
    return file


#: An outcome that came, and a quantity that was estimated.
KNOWN = """
  protested:
    what: W
    happened: true
    first: 2030-02-01
    basis: B
    source: S
    reference: {of: C, k: 2, years: 10, source: S, as_of: 2029-11-30}
    watch: {does: {actor: CCC, action: protest}, by: 2030-03-01}
"""
ESTIMATED = """
  delivered:
    what: W
    path: pipelines.aaa_bbb_shells.delivered
    at: 2030-03-01
    low: 0
    high: 100
    source: S
"""


def later(folder: Path, outcomes: str = KNOWN, quantities: str = ESTIMATED) -> Path:
    """Write a file of what is known of the toy world; its outcomes begin on line 4."""
    file = folder / "later.yaml"
    head = "scenario: toy\nby: 2030-03-01\noutcomes:\n"
    file.write_text(
        head
        + outcomes.strip("\n")
        + "\nquantities:\n"
        + quantities.strip("\n")
        + "\nleft_out: {early: Before}\n"
    )
    return file
