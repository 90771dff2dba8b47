"""Rows on the toy world, for the tests of this folder."""

from __future__ import annotations

from pathlib import Path

#: A claim that holds, in as few words as there can be.
INTERDICTION = """
  interdiction:
    claim: More is stopped, less arrives
    source: arithmetic
    star: true
    scenario: toy
    change: {set: {pipelines.aaa_bbb_shells.interdiction: [0.0, 0.5]}}
    outcome: {quantity: pipelines.aaa_bbb_shells.delivered}
    expect: '-'
    replicates: 256
"""


def written(folder: Path, rows: str, head: str = "directions:") -> Path:
    """Write a file of rows."""
    file = folder / "rows.yaml"
    file.write_text(head + "\n" + rows.strip("\n") + "\n")
    return file


def row(name: str, body: str, expect: str = "'+'") -> str:
    """Return a claim on the toy with *body* in its block."""
    lines = [f"  {name}:", "    claim: C", "    source: S", "    scenario: toy", f"    expect: {expect}"]
    return "\n".join([*lines, *(f"    {line}" for line in body.strip().splitlines())]) + "\n"
