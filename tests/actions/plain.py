"""The grammar read slowly: one replicate at a time, in plain Python, by dotted paths."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from hypothesis import strategies as st

from sim.world.quantities import SECTIONS
from sim.world.world import World

COMPARE: dict[str, Callable[[float, float], bool]] = {
    "at_least": lambda a, b: a >= b,
    "at_most": lambda a, b: a <= b,
    "above": lambda a, b: a > b,
    "below": lambda a, b: a < b,
    "is": lambda a, b: a == b,
}

#: Quantities of the toy world of every section, with placeholders as a choice of AAA against CCC binds them.
PATHS = (
    "states.actor.readiness",
    "states.BBB.munitions.stock",
    "states.target.hardship",
    "dyads.actor.target.tension",
    "dyads.target.actor.buffer",
    "dyads.BBB.CCC.rung",
    "wars.border.front",
    "wars.border.support.actor",
    "pipelines.aaa_bbb_shells.level",
    "pipelines.bbb_aaa_oil.owed",
    "regime.monitoring",
    "parameters.detection",
)
BOUND = {"actor": "AAA", "target": "CCC"}


def bind(path: str) -> str:
    """Replace placeholders."""
    return ".".join(BOUND.get(word, word) for word in path.split("."))


def place(world: World, path: str, row: int) -> tuple[np.ndarray, tuple[int, ...]]:
    """Return the array a path names and the index of its number in one replicate."""
    section, *words = bind(path).split(".")
    part, index = world.parts()[section], world.axes.index
    names = [w for w in words if any(w in axis for letter, axis in index.items() if letter in "SWPI")]
    field = "_".join(w for w in words if w not in names)
    letters = type(part).declared()[field].letters
    return getattr(part, field), (row, *(index[a][n] for a, n in zip(letters, names, strict=True)))


def value(world: World, path: str, row: int) -> float:
    """Return one number."""
    array, index = place(world, path, row)
    return float(array[index])


def holds(condition: Mapping[str, Any], world: World, row: int, observer: str = "") -> bool:
    """Whether a condition holds in one replicate."""
    if "not" in condition:
        return not holds(condition["not"], world, row, observer)
    if "all" in condition:
        return all(holds(part, world, row, observer) for part in condition["all"])
    if "any" in condition:
        return any(holds(part, world, row, observer) for part in condition["any"])
    how = next(k for k in COMPARE if k in condition)
    path = condition.get("path") or condition["observes"]
    wanted = condition[how]
    if isinstance(wanted, str):
        wanted = world.structure.ladder.ids.index(wanted)
    words = path.split(".")
    if "observes" in condition and words[0] == "pipelines" and words[-1] == "level":
        path = f"pipelines.{words[1]}.believed.{observer}"
    return bool(COMPARE[how](value(world, path, row), float(np.float32(wanted))))


def carry_out(effects: list[Mapping[str, Any]], world: World, row: int) -> None:
    """Let effects of one turn take place in one replicate: set, lift, scale, sums, each within bounds."""
    order = {"set": 0, "lift": 1, "scale": 2, "raise": 3, "lower": 3}
    grouped: dict[tuple[int, str], list[tuple[str, float]]] = {}
    for effect in effects:
        verb = next(v for v in order if v in effect)
        amount = float(effect["by"] if "by" in effect else effect["to"])
        grouped.setdefault((order[verb], bind(effect[verb])), []).append((verb, amount))
    for (_, path), changes in sorted(grouped.items()):
        array, index = place(world, path, row)
        now = float(array[index])
        for verb, amount in changes:
            now = {
                "set": amount,
                "lift": max(now, amount),
                "scale": now * amount,
                "raise": now + amount,
                "lower": now - amount,
            }[verb]
        section, field = path.split(".")[0], None
        part = world.parts()[section]
        field = next(f for f, a in part.arrays().items() if a is array)
        bounds = type(part).declared()[field]
        array[index] = min(max(now, bounds.low), bounds.high)


numbers = st.one_of(st.sampled_from([0.0, 0.3, 0.5, 1.0, 2.0, 8.0]), st.floats(-1, 4, width=32))
comparisons = st.builds(
    lambda path, how, number, key: {key: path, how: number},
    st.sampled_from(PATHS),
    st.sampled_from(list(COMPARE)),
    numbers,
    st.sampled_from(["path", "path", "observes"]),
)
conditions = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=8,
)
effects = st.one_of(
    st.builds(
        lambda verb, path, by: {verb: path, "by": by},
        st.sampled_from(["raise", "lower"]),
        st.sampled_from(PATHS),
        st.floats(-3, 3, width=32),
    ),
    st.builds(lambda path, by: {"scale": path, "by": by}, st.sampled_from(PATHS), st.floats(0, 2, width=32)),
    st.builds(lambda path, to: {"lift": path, "to": to}, st.sampled_from(PATHS), st.floats(0, 1, width=32)),
    st.sampled_from(PATHS).map(lambda path: {"set": path, "to": 0.25 + 0.01 * PATHS.index(path)}),
)

assert {path.split(".")[0] for path in PATHS} <= {*SECTIONS, "parameters"}
