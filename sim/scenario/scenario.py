"""A resolved scenario: everything a run needs to know, without faults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sim.scenario.copula import Copula
from sim.scenario.draws import Draw
from sim.scenario.labels import Label
from sim.scenario.yaml import Node


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario, a world, or both in one, laid over each other and checked.

    *tree* is plain and JSON-able: every number that may be a distribution stands there with its central
    value; what is drawn is in *draws*. Do not change it.
    """

    name: str
    title: str
    tree: Mapping[str, Any]
    draws: tuple[Draw, ...]  # assumptions, then background, each by name
    labels: Mapping[str, Label]  # by path
    file: str
    world: Scenario | None  # without the scenario and --set; None in a world itself
    document: Node = field(repr=False, compare=False)  # as written, layers laid over each other
    copula: Copula | None = None  # which assumptions are drawn together
    left_out: tuple[str, ...] = ()  # what the shipped catalogue says of things this world does not have

    @property
    def marking(self) -> str | None:
        """Text to print on every page."""
        marking: str | None = self.tree.get("marking")
        return marking

    @property
    def start(self) -> date:
        """Day on which turn 0 begins."""
        return date.fromisoformat(self.tree["start"])

    @property
    def days(self) -> float:
        """Days a turn."""
        return float(self.tree["turn"]["days"])

    @property
    def turns(self) -> int:
        """Number of turns."""
        return int(self.tree["turns"])

    @property
    def end(self) -> date:
        """Day after the last turn."""
        return self.start + timedelta(days=self.turns * self.days)

    @property
    def replicates(self) -> int | None:
        """Replicates per option, if the scenario says."""
        said: int | None = self.tree.get("replicates")
        return said

    @property
    def seed(self) -> int | None:
        """Seed, if the scenario says."""
        said: int | None = self.tree.get("seed")
        return said

    @property
    def watch(self) -> tuple[str, ...]:
        """Paths recorded every turn."""
        return tuple(self.tree["watch"])

    @property
    def options(self) -> Mapping[str, Any]:
        """What could be decided; the first is the reference."""
        options: Mapping[str, Any] = self.tree["options"]
        return options

    @property
    def outcomes(self) -> Mapping[str, Any]:
        """What is watched for."""
        outcomes: Mapping[str, Any] = self.tree["outcomes"]
        return outcomes

    @property
    def injects(self) -> Mapping[str, Any]:
        """Outside events."""
        injects: Mapping[str, Any] = self.tree["injects"]
        return injects

    @property
    def assumptions(self) -> tuple[Draw, ...]:
        """Draws that are recorded, one column each."""
        return tuple(draw for draw in self.draws if draw.kind == "assumption")

    @property
    def background(self) -> tuple[Draw, ...]:
        """Draws that are not recorded."""
        return tuple(draw for draw in self.draws if draw.kind == "background")

    def dump(self) -> str:
        """Return the scenario as YAML that needs nothing else and re-loads to the same numbers."""
        from sim.scenario.dump import dump

        return dump(self)
