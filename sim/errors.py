"""What can be wrong with what a user gave us.

::

    SimError                  the user's input is at fault: exit 2, one line a problem, no traceback
    ├── ScenarioError         a scenario, world or --set: YAML, shape, references, bounds
    ├── StudyError            a study folder: another id, locked, incomplete, damaged
    ├── UsageError            an argument of a command or function
    └── MissingExtra          an optional dependency is not installed

Anything else that escapes is a fault of ours and shows its traceback (exit 1).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of the input: where it is, whose value, what rule was broken, how to repair it."""

    file: str
    line: int | None
    path: str
    message: str
    repair: str = ""

    def __str__(self) -> str:
        """Return ``file:line: path: message; repair`` on one line, leaving out what is empty."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        head = ": ".join(part for part in (place, self.path, self.message) if part)
        text = f"{head}; {self.repair}" if self.repair else head
        return " ".join(text.split())


class SimError(Exception):
    """The input is at fault.

    Parameters
    ----------
    problems
        Every fault found, in the order of the files; a text alone makes a problem without a place.
    """

    def __init__(self, problems: str | Problem | Iterable[Problem]) -> None:
        if isinstance(problems, str):
            problems = Problem("", None, "", problems)
        if isinstance(problems, Problem):
            problems = (problems,)
        self.problems: Sequence[Problem] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    @classmethod
    def one(cls, path: str, message: str, repair: str = "") -> Self:
        """Return an error with one problem, at *path*, whose file and line are not known."""
        return cls(Problem("", None, path, message, repair))

    def __reduce__(self) -> tuple[type[SimError], tuple[tuple[Problem, ...]]]:
        """Survive the way back from a worker process with the problems intact."""
        return type(self), (tuple(self.problems),)


class ScenarioError(SimError):
    """A scenario, a world, a base file or a ``--set`` is at fault."""


class StudyError(SimError):
    """A study folder cannot be used as asked."""


class UsageError(SimError):
    """An argument of a command or function is at fault."""


class MissingExtra(SimError):
    """An optional part is not installed; the message gives the install line."""
