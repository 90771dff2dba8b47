"""Gathering faults of one resolved document: one line each, none twice, none below a fault of shape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from sim.errors import Problem
from sim.scenario.paths import NO_PLACEHOLDERS, PathFault, Reference, known_names, parse
from sim.scenario.spelling import nearest, short, suggestion
from sim.scenario.yaml import Node, plain
from sim.world.quantities import ENTITIES

Path = tuple[str, ...]


#: Keys that say when a run begins and ends.
_RUN = ("start", "turn", "turns")

#: Sections whose names other parts of a document use.
_NAMING = (*ENTITIES, "theatres", "actions", "ladder")


class Faults:
    """Collects faults against the document they are in.

    Parameters
    ----------
    root
        The merged document.
    shape
        Faults of shape found before: nothing is reported at or below their places.
    """

    def __init__(self, root: Node, shape: Iterable[Problem] = ()) -> None:
        self.root = root
        self.tree: Mapping[str, Any] = plain(root)
        self.problems: list[Problem] = list(shape)
        self._silent = {problem.path for problem in self.problems}

    def add(self, node: Node, path: Path, message: str, repair: str = "") -> None:
        """Add a fault of *node*, which stands at *path*, unless its shape is at fault already."""
        if not self.silent(path):
            self.problems.append(Problem(node.file, node.line, ".".join(path), message, repair))

    def silent(self, path: Path) -> bool:
        """Whether there is a fault of shape at *path* or above."""
        return any(".".join(path[:n]) in self._silent for n in range(1, len(path) + 1))

    def blind(self) -> bool:
        """Whether names cannot be checked: a section whose names others use is at fault as a whole."""
        return any(self.silent((section,)) for section in _NAMING)

    def misspelt(self, path: Path, *names: str) -> bool:
        """Whether an unknown key below *path* was probably meant to be one of *names*."""
        head = "".join(f"{key}." for key in path)
        keys = [p.path.removeprefix(head) for p in self.problems if p.path.startswith(head)]
        return any(nearest(name, keys) is not None for name in names)

    def name(self, node: Node | None, path: Path, known: Iterable[str], noun: str) -> str | None:
        """Return the name a node holds if it is *known*; None, and a fault, if it is not."""
        if node is None or not isinstance(node.value, str):
            return None
        names = list(known)
        if node.value in names:
            return node.value
        repair = suggestion(node.value, names) if names else "there is none"
        self.add(node, path, f"{short(node.value)} is not {noun}", repair)
        return None

    def state(self, node: Node | None, path: Path) -> str | None:
        """Return the state a node names, None with a fault if there is no such state."""
        return self.name(node, path, known_names("S", self.tree), "a state of this world")

    def pairs(self, node: Node | None, path: Path) -> None:
        """Check a list of pairs of states."""
        for i, pair in enumerate(node.items if node is not None else []):
            self.pair(pair, (*path, str(i)))

    def pair(self, node: Node, path: Path) -> None:
        """Check one pair of different states."""
        found = [self.state(item, (*path, str(i))) for i, item in enumerate(node.items)]
        if len(found) == 2 and found[0] is not None and found[0] == found[1]:
            self.add(node, path, f"names {short(found[0])} twice")

    def reference(
        self, node: Node | None, path: Path, stand_ins: Mapping[str, frozenset[str]] = NO_PLACEHOLDERS
    ) -> Reference | None:
        """Return the quantity the text of a node names, None with a fault if it names nothing."""
        if node is None or not isinstance(node.value, str):
            return None
        return self.key(node, path, node.value, stand_ins)

    def key(
        self, node: Node, path: Path, text: str, stand_ins: Mapping[str, frozenset[str]] = NO_PLACEHOLDERS
    ) -> Reference | None:
        """Return the quantity *text* names, None with a fault at *node* if it names nothing."""
        try:
            return parse(text, self.tree, stand_ins)
        except PathFault as fault:
            self.add(node, path, fault.message, fault.repair)
            return None

    def bounds(self, reference: Reference) -> tuple[float, float]:
        """Return the bounds of a quantity; an indicator declares its own."""
        if reference.section == "indicators" and reference.field == "value":
            declared = self.tree["indicators"].get(reference.names[0]) or {}
            low, high = declared.get("low"), declared.get("high")
            if isinstance(low, int | float) and isinstance(high, int | float) and low < high:
                return float(low), float(high)
        return reference.quantity.low, reference.quantity.high

    def within(self, node: Node, path: Path, value: Any, reference: Reference) -> None:
        """Check that a value lies within the bounds of a quantity."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return
        low, high = self.bounds(reference)
        if not low <= value <= high:
            what = "" if ".".join(path) == reference.path else f"{reference.path}, "
            self.add(node, path, f"{value:g} is outside {what}{span(low, high)} ({reference.quantity.unit})")

    def day(self, node: Node | None, path: Path, *, last: bool = False) -> None:
        """Check that a date lies within the run; with *last*, the day it ends will do."""
        run = None if any(self.silent((key,)) or self.silent((key, "days")) for key in _RUN) else self.run()
        if node is None or run is None:
            return
        try:
            day = date.fromisoformat(node.value)
        except (TypeError, ValueError):
            return
        start, end = run
        if not (start <= day < end or (last and day == end)):
            self.add(
                node,
                path,
                f"{day} is outside the run, {start} to {end}",
                "move it, or change `start` or `turns`",
            )

    def run(self) -> tuple[date, date] | None:
        """Return the first day and the day after the last, if the document says."""
        try:
            start = date.fromisoformat(self.tree["start"])
            days = float((self.tree.get("turn") or {"days": 7})["days"])
            return start, start + timedelta(days=float(self.tree["turns"]) * days)
        except (KeyError, TypeError, ValueError, OverflowError):
            return None


def span(low: float, high: float) -> str:
    """Return bounds in words."""
    if high == float("inf"):
        return f"{low:g} or more" if low != -float("inf") else "any number"
    return f"{low:g} to {high:g}"


def in_order(problems: Iterable[Problem], files: Iterable[str]) -> list[Problem]:
    """Return problems by file, in the order of *files*, and line; none twice."""
    rank = {file: i for i, file in enumerate(files)}
    unique = dict.fromkeys(problems)
    return sorted(unique, key=lambda p: (rank.get(p.file, len(rank)), p.line or 0))
