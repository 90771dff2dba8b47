"""What is drawn at the start of every replicate: assumptions by name, and judgements with a range."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from sim.scenario.distribution import Distribution, Draws
from sim.scenario.distributions import KINDS, Constant, background, make
from sim.scenario.faults import Faults
from sim.scenario.labels import Label, is_bare, label_of
from sim.scenario.layout import DEPTH, DRAWN, numbers
from sim.scenario.paths import Reference, parse
from sim.scenario.yaml import Node, plain

Story = tuple[str, float, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Draw:
    """One thing drawn once per replicate, by its own name: nothing else in the file moves it."""

    name: str
    paths: tuple[str, ...]  # quantities it sets
    kind: Literal["assumption", "background"]
    distribution: Distribution | None = None
    stories: tuple[Story, ...] = ()  # of alternatives: (name, weight, what it sets)
    label: Label | None = None
    unit: str = ""
    why: str = ""
    title: str = ""

    @property
    def alternatives(self) -> tuple[str, ...]:
        """Names of the stories that may be true, none if it is a number."""
        return tuple(story for story, _, _ in self.stories)

    def pick(self, u: Draws) -> NDArray[np.int64]:
        """Return which story is true, as an index, at uniforms *u* ``(R,)``."""
        edges = np.cumsum([weight for _, weight, _ in self.stories])
        return np.minimum(np.searchsorted(edges / edges[-1], u, side="right"), len(self.stories) - 1)

    def values(self, u: Draws) -> dict[str, Draws]:
        """Return what each path is set to at uniforms *u*, each ``(R,)``.

        NaN where the story drawn leaves a path alone.
        """
        if self.distribution is not None:
            drawn = self.distribution.quantile(u)
            return dict.fromkeys(self.paths, drawn)
        story = self.pick(u)
        return {
            path: np.array([settings.get(path, np.nan) for _, _, settings in self.stories])[story]
            for path in self.paths
        }

    def central(self) -> dict[str, float]:
        """Return what each path is set to at the centre.

        That is the median, or what the heaviest story (the first of equals) sets.
        """
        if self.distribution is not None:
            return dict.fromkeys(self.paths, float(self.distribution.central()))
        return dict(max(self.stories, key=lambda story: story[1])[2])


def draws_of(root: Node, faults: Faults) -> list[Draw]:
    """Return every draw of a document without faults: assumptions, then background, each by name."""
    assumptions = list(_named(root, faults))
    taken = {path for draw in assumptions for path in draw.paths}
    found = assumptions + [d for d in _inline(root, faults) if d.paths[0] not in taken]
    return sorted(found, key=lambda draw: (draw.kind, draw.name))


def _named(root: Node, faults: Faults) -> Iterator[Draw]:
    section = root.get("assumptions")
    for name, node in section.entries.items() if section is not None else []:
        said = {
            key: str(child.value) for key, child in node.entries.items() if key in {"unit", "why", "label"}
        }
        common: dict[str, Any] = {
            "name": name,
            "kind": "assumption",
            "label": label_of(node),
            "unit": said.get("unit", ""),
            "why": said.get("why", ""),
            "title": said.get("label", ""),
        }
        if node.get("sets") is not None:
            yield _sampled(node, faults, name)
        elif node.get("alternatives") is not None:
            stories = tuple(_stories(node, faults))
            paths = dict.fromkeys(path for _, _, settings in stories for path in settings)
            yield Draw(paths=tuple(paths), stories=stories, **common)
        else:
            references = [parse(text, faults.tree) for text in _texts(node)]
            distribution = _fitted(node.entries["distribution"], references, faults)
            yield Draw(paths=tuple(r.path for r in references), distribution=distribution, **common)


def _sampled(node: Node, faults: Faults, name: str) -> Draw:
    """Return a sample as stories of equal weight. It is drawn, and no column of the study."""
    paths = tuple(parse(str(item.value), faults.tree).path for item in node.entries["paths"].items)
    sets = plain(node.entries["sets"])
    stories = tuple(
        (str(n), 1.0, dict(zip(paths, map(float, row), strict=True))) for n, row in enumerate(sets)
    )
    return Draw(name, paths, "background", stories=stories, label=label_of(node))


def _texts(node: Node) -> list[str]:
    single = node.get("path")
    return (
        [str(single.value)]
        if single is not None
        else [str(item.value) for item in node.entries["paths"].items]
    )


def _stories(node: Node, faults: Faults) -> Iterator[Story]:
    for story, spec in node.entries["alternatives"].entries.items():
        settings = spec.get("set")
        values = plain(settings) if settings is not None else {}
        yield (
            story,
            float(spec.entries["weight"].value),
            {parse(text, faults.tree).path: float(value) for text, value in values.items()},
        )


def distribution_of(node: Node) -> Distribution | None:
    """Return the distribution a node stands for, None if it stands for a number."""
    node = node.get("value") or node
    kind = next((kind for kind in KINDS if kind in node.entries), None)
    return make(kind, plain(node.entries[kind])) if kind is not None else None


def _fitted(node: Node, references: list[Reference], faults: Faults) -> Distribution:
    """Return a distribution cut off at the tightest bounds of what it is drawn for."""
    bounds = [faults.bounds(reference) for reference in references]
    distribution = distribution_of(node) or Constant(value_of(node))
    return distribution.truncated(max(low for low, _ in bounds), min(high for _, high in bounds))


def _inline(root: Node, faults: Faults) -> Iterator[Draw]:
    """Yield the distributions that stand in place of a number, and the judgements with a range."""
    for section in DEPTH:
        for keys, _, node in numbers(root, section):
            reference = parse(".".join(keys), faults.tree)
            label = node.label or label_of(node)
            if distribution_of(node) is not None:
                cut = _fitted(node, [reference], faults)
                yield Draw(
                    reference.path,
                    (reference.path,),
                    "assumption",
                    cut,
                    label=label,
                    unit=reference.quantity.unit,
                )
            elif label is not None and label.range is not None and section in DRAWN:
                drawn = background(value_of(node), *label.range)
                if not isinstance(drawn, Constant):
                    cut = drawn.truncated(*faults.bounds(reference))
                    yield Draw(reference.path, (reference.path,), "background", cut, label=label)


def value_of(node: Node) -> float:
    """Return the central value of a number, labelled or not, or of a distribution."""
    if is_bare(node):
        return float(node.value)
    distribution = distribution_of(node)
    if distribution is not None:
        return float(distribution.central())
    return float(node.entries["value"].value)


__all__ = ["Draw", "Story", "distribution_of", "draws_of", "value_of"]
