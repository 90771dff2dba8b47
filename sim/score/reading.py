"""Reading a file of rows, strictly: every fault with its line and its repair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter

from sim.errors import Problem, ScenarioError, UsageError
from sim.scenario.files import shipped_root, shown
from sim.scenario.shape import faults
from sim.scenario.spelling import short, suggestion
from sim.scenario.yaml import Node, plain, read
from sim.score.shapes import Row

Shape = TypeVar("Shape")


@dataclass(frozen=True, slots=True)
class Entry:
    """A row with its name, and where it stands in its file."""

    name: str
    section: str
    row: Row
    node: Node

    def problem(self, message: str, repair: str = "", *keys: str) -> Problem:
        """Return a fault of this row at *keys*, or as near to it as the file goes."""
        return fault_at(self.node, message, repair, *keys, below=f"{self.section}.{self.name}")


def fault_at(node: Node, message: str, repair: str, *keys: str, below: str = "") -> Problem:
    """Return a fault at *keys* of a tree, or as near to them as it goes; the tree is at the path *below*."""
    for key in keys:
        node = node.entries.get(key) or node
    return Problem(node.file, node.line, ".".join(filter(None, (below, *keys))), message, repair)


def shipped(name: str) -> Path:
    """Return the path of a shipped file of rows."""
    return shipped_root() / "configs" / f"{name}.yaml"


def read_as(
    path: Path, shape: type[Shape], example: str = "write `directions:` or `levers:`"
) -> tuple[Shape, Node]:
    """Read a file as *shape*; return it with its tree.

    *example* is the repair offered where the file is no mapping.

    Raises
    ------
    ScenarioError
        With every fault of YAML or shape.
    """
    root = read(path, shown(path))
    if not isinstance(root.value, dict):
        raise ScenarioError(Problem(root.file, root.line, "", "is not a mapping", example))
    found = faults(root, shape, ())
    if found:
        raise ScenarioError(sorted(found, key=lambda problem: problem.line or 0))
    return TypeAdapter(shape).validate_python(plain(root)), root


def entries(rows: Mapping[str, Any], section: str, root: Node, only: Sequence[str] = ()) -> list[Entry]:
    """Return the rows with their places: all, or those named.

    Raises
    ------
    UsageError
        If one that is named is not there.
    """
    wanted = named_rows(rows, root, only)
    found = []
    for name, row in rows.items():
        node = root.get(section, name)
        if node is not None and name in wanted:
            found.append(Entry(name, section, row, node))
    return found


def named_rows(rows: Mapping[str, Shape], root: Node, only: Sequence[str] = ()) -> dict[str, Shape]:
    """Return the rows that are asked for, all by default.

    Raises
    ------
    UsageError
        If one that is named is not there.
    """
    for name in only:
        if name not in rows:
            message = f"{short(name)} is not a row of {root.file}"
            raise UsageError(Problem("--only", None, "", message, suggestion(name, rows)))
    return {name: row for name, row in rows.items() if not only or name in only}
