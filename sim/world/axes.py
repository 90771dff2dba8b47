"""The axes every array is laid out on: what each letter means, and names to indices.

======  ===================================================================
letter  one entry per
======  ===================================================================
``R``   replicate (always first, contiguous in memory)
``S``   state or bloc
``G``   goal
``W``   war, open or latent
``P``   pipeline
``H``   theatre
``I``   indicator declared by a scenario
``J``   project of a state
``K``   treaty
``D``   deal
``N``   red line
``X``   place that two states claim
``C``   choice of a state
``L``   rung of the ladder
``T``   turn
======  ===================================================================

Matrices between states are ``[R, actor, target]``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: Replicates simulated together. Products change in the last bit with their width, so it never varies.
BLOCK = 1024

#: Goals of every state, in the order of the goal axis.
GOALS = ("SUR", "TER", "UKR", "ALY", "AUT", "PRO", "ENF", "NPR", "PEA", "OFF")

#: What each goal is about.
GOAL_MEANING = {
    "SUR": "regime survival",
    "TER": "security of the homeland",
    "UKR": "its aims in the wars it leans in",
    "ALY": "the trust of allies and partners",
    "AUT": "status and freedom of action",
    "PRO": "prosperity",
    "ENF": "energy and food",
    "NPR": "non-proliferation",
    "PEA": "peace nearby",
    "OFF": "office and approval at home",
}


@dataclass(frozen=True, slots=True)
class Axes:
    """Names on every named axis of one world, in the order of the arrays."""

    states: tuple[str, ...]
    wars: tuple[str, ...]
    pipelines: tuple[str, ...]
    theatres: tuple[str, ...]
    indicators: tuple[str, ...]
    projects: tuple[str, ...] = ()  # "PRK.reentry": owner, then name
    treaties: tuple[str, ...] = ()
    deals: tuple[str, ...] = ()
    red_lines: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    goals: tuple[str, ...] = GOALS
    index: dict[str, dict[str, int]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the names once."""
        axes = {
            "S": self.states,
            "W": self.wars,
            "P": self.pipelines,
            "H": self.theatres,
            "I": self.indicators,
            "J": self.projects,
            "K": self.treaties,
            "D": self.deals,
            "N": self.red_lines,
            "X": self.places,
            "G": self.goals,
        }
        object.__setattr__(
            self, "index", {letter: {n: i for i, n in enumerate(names)} for letter, names in axes.items()}
        )

    def size(self, letter: str) -> int:
        """Return the length of the axis called *letter* (not for ``R``)."""
        return len(self.index[letter])

    def names(self, letter: str) -> tuple[str, ...]:
        """Return the names along the axis called *letter*."""
        return tuple(self.index[letter])


def axes_of(tree: Mapping[str, Any]) -> Axes:
    """Read the axes off a resolved scenario, in the order of its file."""
    return Axes(
        states=tuple(tree["states"]),
        wars=tuple(tree.get("wars") or ()),
        pipelines=tuple(tree.get("pipelines") or ()),
        theatres=tuple(tree.get("theatres") or ()),
        indicators=tuple(tree.get("indicators") or ()),
        projects=project_names(tree),
        treaties=tuple(tree.get("treaties") or ()),
        deals=tuple(tree.get("deals") or ()),
        red_lines=tuple(tree.get("red_lines") or ()),
        places=tuple(tree.get("places") or ()),
    )


def project_names(tree: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the projects of all states, ``PRK.reentry`` and so on: two states may have one of a name."""
    owners = tree.get("projects")
    if not isinstance(owners, Mapping):
        return ()
    return tuple(
        f"{owner}.{name}"
        for owner, projects in owners.items()
        if owner != "basis" and isinstance(projects, Mapping)
        for name in projects
        if name != "basis"
    )
