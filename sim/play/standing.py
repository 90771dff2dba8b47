"""What a history begins with, in words, and what its tables say of it when it is over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from sim.model.model import StrategicModel
from sim.play.names import Names
from sim.play.records import Assumed, Dispute, Standing
from sim.report.names import Names as Labels
from sim.world.world import World


def assumed(tree: Mapping[str, Any], option: str, drawn: Mapping[str, float | str]) -> Iterator[Assumed]:
    """Yield every assumption with its label, unit and value; and whether the option sets what it is of."""
    labels = Labels(tree)
    held = {_spelt(path): value for path, value in _sets(tree, option).items()}
    for name, value in drawn.items():
        words, unit = labels.assumption(name)
        paths = [_spelt(path) for path in _paths(tree["assumptions"][name], value)]
        taken = [path for path in paths if path in held]
        fixed = "all" if paths and len(taken) == len(paths) else "part" if taken else ""
        told = held[paths[0]] if fixed == "all" and len(paths) == 1 else value
        yield Assumed(
            name=name,
            words=words,
            unit=unit,
            value=value,
            told=labels.value(name, told) if isinstance(told, str) else "",
            set_by_option=fixed,
            in_force=float(told) if isinstance(told, int | float) else None,
        )


def _sets(tree: Mapping[str, Any], option: str) -> Mapping[str, Any]:
    """Return what an option sets, by path."""
    return ((tree.get("options") or {}).get(option) or {}).get("set") or {}


def _paths(spec: Mapping[str, Any], value: float | str) -> list[str]:
    """Return the paths an assumption settles: its own, or those of the story drawn."""
    if spec.get("path"):
        return [str(spec["path"])]
    story = (spec.get("alternatives") or {}).get(str(value)) or {}
    return [str(path) for path in story.get("set") or ()]


def _spelt(path: str) -> str:
    """Return a path in one spelling: dots may stand for underscores."""
    return path.replace("_", ".")


def at_start(world: World, row: int, names: Names) -> Iterator[Standing]:
    """Yield the wars that are fought or ceased, treaties and deals in force, and troops abroad."""
    axes = world.axes
    for w, name in enumerate(axes.wars):
        if world.wars.open[row, w] > 0:
            kind = "ceasefire" if world.wars.ceased[row, w] > 0 else "war"
            yield Standing(kind, name, names.label(name))
    for kind, held, entities in (
        ("treaty", world.treaties.in_force, axes.treaties),
        ("deal", world.deals.in_force, axes.deals),
    ):
        for n, name in enumerate(entities):
            if held[row, n] > 0:
                yield Standing(kind, name, names.label(name))
    for p, name in enumerate(axes.pipelines):
        if world.pipelines.abroad[row, p] > 0:
            yield Standing("troops", name, names.label(name))


def blocked(model: StrategicModel, row: int, names: Names) -> Iterator[str]:
    """Yield what was ordered and lapsed undone: scripts of the option and rules, an order each."""
    orders = model.orders
    choices = [*(script.choice for script in orders.scripts), *(rule.choice for rule in orders.rules)]
    for n in np.flatnonzero(orders.blocked[:, row]):
        yield names.sentence(model.setup.catalogue.choices[choices[n]])


def disputes(model: StrategicModel, row: int) -> Iterator[Dispute]:
    """Yield the disputes of a history that is over."""
    states = model.setup.structure.axes.states
    table = model.recorder.disputes.finish()
    for _, first, second, start, end, level, onset, joiners in table[:, table[0] == row].T.tolist():
        joined = tuple(state for i, state in enumerate(states) if joiners >> i & 1)
        yield Dispute(states[first], states[second], start, end, level, states[onset], joined)
