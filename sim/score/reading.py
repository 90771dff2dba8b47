"""Reading a file of rows, strictly: every fault with its line and its repair."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from sim.errors import Problem, ScenarioError, UsageError
from sim.scenario.files import shipped_root, shown
from sim.scenario.shape import faults
from sim.scenario.spelling import short, suggestion
from sim.scenario.yaml import Node, gathered, plain
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


def read_as(path: Path, shape: type[Shape], example: str) -> tuple[Shape, Node]:
    """Read a file as *shape*; return it with its tree.

    *example* is the repair offered where the file is no mapping.

    Raises
    ------
    ScenarioError
        With every fault of YAML or shape.
    """
    found = read_sound(path, shape, example)
    if found.problems:
        raise found.refusal()
    return found.file, found.root


@dataclass(frozen=True, slots=True)
class Sound(Generic[Shape]):
    """What is sound of a file, so that all its faults are found at once: rows at fault are left out."""

    file: Shape
    root: Node  # with everything
    problems: Sequence[Problem]

    def refusal(self, more: Iterable[Problem] = ()) -> ScenarioError:
        """Return the error with every fault, *more* with those of YAML and shape: by line, none twice."""
        return _refusal([*self.problems, *more])


def _refusal(problems: Iterable[Problem]) -> ScenarioError:
    """Return the error with every fault: by line, none twice."""
    return ScenarioError(sorted(dict.fromkeys(problems), key=lambda problem: problem.line or 0))


def read_sound(path: Path, shape: type[Shape], example: str) -> Sound[Shape]:
    """Read a file as *shape* without the rows whose shape is at fault; *example* as for `read_as`.

    Raises
    ------
    ScenarioError
        With every fault of YAML and shape, where nothing is left to look at.
    """
    root, problems = gathered(path, shown(path))
    if not isinstance(root.value, dict):
        message = "is empty" if root.value is None else "is not a mapping"
        raise ScenarioError([*problems, Problem(root.file, root.line, "", message, example)])
    told = {(problem.line, problem.path) for problem in problems}
    misshapen = faults(root, shape, ())
    problems += [p for p in misshapen if (p.line, p.path) not in told]
    try:
        return Sound(TypeAdapter(shape).validate_python(_rest(root, misshapen)), root, problems)
    except ValidationError:
        raise _refusal(problems) from None


def _rest(root: Node, problems: Sequence[Problem]) -> dict[str, Any]:
    """Return a file without the entries at fault; where a section as a whole is, without the section."""
    paths = [problem.path for problem in problems]

    def faulty(path: str) -> bool:
        """Whether there is a fault at a path or below it."""
        return any(p == path or p.startswith(f"{path}.") for p in paths)

    return {
        section: {name: plain(row) for name, row in node.entries.items() if not faulty(f"{section}.{name}")}
        if isinstance(node.value, dict)
        else plain(node)
        for section, node in root.entries.items()
        if section not in paths and (isinstance(node.value, dict) or not faulty(section))
    }


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
