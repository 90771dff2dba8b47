"""What a scenario calls things: states, flows, quantities, deeds, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.actions.records import Choice
from sim.report.paths import spelled
from sim.report.words import isolated
from sim.world.axes import Axes

#: Sections whose entities have a label.
LABELLED = ("pipelines", "wars", "treaties", "deals", "red_lines", "places", "indicators")
#: How much of its usual rate a flow is sent at.
LEVEL = "pipelines.flow.level"
#: Quantities that only a decision sees.
SEASONS = {"regime.season": "time of year"}


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one resolved scenario."""

    tree: Mapping[str, Any]
    axes: Axes

    def state(self, code: str) -> str:
        """Return the name of a state."""
        return isolated(str((self.tree["states"].get(code) or {}).get("name") or code))

    def option(self, name: str) -> str:
        """Return the label of an option, "" where it has none."""
        return isolated(str(((self.tree.get("options") or {}).get(name) or {}).get("label") or ""))

    def label(self, name: str) -> str:
        """Return the label of an entity, or its name."""
        owner, _, project = name.partition(".")
        for entity in (
            *((self.tree.get(section) or {}).get(name) for section in LABELLED),
            ((self.tree.get("projects") or {}).get(owner) or {}).get(project),
        ):
            if isinstance(entity, Mapping):
                return isolated(str(entity.get("label") or name))
        return name

    def quantity(self, path: str) -> tuple[str, str]:
        """Return a path in words, and its unit."""
        return (SEASONS[path], "") if path in SEASONS else spelled(dict(self.tree), path)

    def outcome(self, name: str) -> str:
        """Return the label of an outcome, or its name in words."""
        spec = (self.tree.get("outcomes") or {}).get(name) or {}
        return isolated(str(spec.get("label") or name.replace("_", " ")))

    def sentence(self, choice: Choice) -> str:
        """Tell a deed in a sentence."""
        words = {
            k: self.state(v) if v in self.axes.states else self.label(v) for k, v in choice.binding.items()
        }
        told = str(choice.spec["sentence"]).format(**{"target": "", "flow": "", "war": "", **words})
        if choice.variant and not choice.spoken:
            told += f" ({choice.variant.replace('_', ' ')}{_size(choice)})"
        return told

    def deed(self, choice: Choice) -> str:
        """Tell a deed without its actor."""
        told, actor = self.sentence(choice), f"{self.state(choice.actor)} "
        if told.startswith(f"{actor}and "):  # both do it
            return f"{choice.spec['label']} with {self.state(choice.target)}"
        return told.removeprefix(actor)


def _size(choice: Choice) -> str:
    """Say by how much a deed raises a flow, where it does so by a number."""
    steps = (effect.get("by") for effect in choice.spec["effects"] if effect.get("raise") == LEVEL)
    return "".join(f", {step:+g} of the usual rate" for step in steps if isinstance(step, int | float))
