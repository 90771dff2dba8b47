"""Blocks whose rows differ in what is moved, each as if it had been set for a run of its own.

Luck and draws of a row are those of its replicate, whatever else is in the block; a row in which a number is
moved is the history that ``--set`` makes of this replicate. A block is no wider than its rows need: that
saves time, and at worst costs the last bit of a product.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.experiments.crises import crisis
from sim.experiments.levers import Setting, bounds_of, sets_of
from sim.model.compile import setup_of
from sim.model.model import StrategicModel
from sim.model.setup import Setup
from sim.montecarlo.memory import keep_freed_memory
from sim.scenario.build import drawn_world, numbers
from sim.scenario.distribution import Distribution, Draws
from sim.scenario.draws import Draw
from sim.scenario.paths import parse
from sim.scenario.scenario import Scenario
from sim.streams import Names, finalise, replicate_keys, to_uniform, turn_words, variates
from sim.world.world import World

Hashes = NDArray[np.uint64]

#: Rows a block is filled up to are a multiple of this, so that no row stands at a ragged edge.
STEP = 128


@dataclass(frozen=True, slots=True)
class Row:
    """One history of a block: a replicate, what is moved in it, and the crisis it begins in, if any."""

    replicate: int
    setting: Setting = field(default_factory=dict)
    start: str = ""


@dataclass(frozen=True, slots=True)
class Held(Distribution):
    """Values settled beforehand, one a row: the same whatever is drawn."""

    values: Draws  # (R,)

    def quantile(self, u: Draws) -> Draws:  # noqa: ARG002 (nothing is left to chance)
        """Return the values."""
        return self.values

    def cumulative(self, x: float) -> float:
        """Return the share of the rows with a value of *x* or less."""
        return float((self.values <= x).mean())


@dataclass(frozen=True, slots=True)
class Histories:
    """What became of every row of a block."""

    outcomes: tuple[str, ...]
    turns: NDArray[np.int16]  # (outcomes, R), in which each came, -1 never
    deeds: Hashes  # (R, S), of all (turn, choice) of each state, whatever their order
    clocks: Hashes  # (R, S), of all (turn, choice, time within the turn) of each state


def histories_of(
    scenario: Scenario, option: str, rows: Sequence[Row], *, seed: int | None = None
) -> Histories:
    """Play up to 1,024 histories of one option and return what became of each.

    Parameters
    ----------
    seed
        The scenario's unless given.
    """
    keep_freed_memory()
    setup = compiled(scenario, option)
    world = world_of(scenario, setup, rows, seed=seed)
    model = StrategicModel(setup, world)
    model.run()
    came = model.recorder.watch.close()
    turns = np.array(list(came.values()), np.int16).reshape(len(came), world.rows)
    deeds, clocks = _hashed(model)
    model.close()
    return Histories(tuple(came), turns[:, : len(rows)], deeds[: len(rows)], clocks[: len(rows)])


def world_of(scenario: Scenario, setup: Setup, rows: Sequence[Row], *, seed: int | None = None) -> World:
    """Return the world of *rows* at the start, the last repeated up to a multiple of `STEP`."""
    full = [*rows, *[rows[-1]] * (-len(rows) % STEP)]
    replicates = np.array([row.replicate for row in full], np.int64)
    seed = (scenario.seed or 0) if seed is None else seed
    values = _Values(scenario, _drawn(scenario, replicates, seed), len(full))
    for path, value in sets_of(scenario, setup.option).items():
        kept = [n for n, row in enumerate(full) if row.setting.get(path, value) is not None]
        values.of(path)[kept] = value
    for start in dict.fromkeys(row.start for row in full):
        mine = [n for n, row in enumerate(full) if row.start == start]
        for path, value in crisis(scenario, start).items():
            values.of(path)[mine] = value
    for n, row in enumerate(full):
        for path, moved in row.setting.items():
            if moved is not None:
                values.of(path)[n] = moved
    settled = _settled(scenario, setup.option, values.by_path)
    return drawn_world(settled, setup.structure, setup.option, seed, replicates, "")[0]


class _Values:
    """Values of a block by path, ``(R,)`` each; where nothing is drawn, as the scenario gives them."""

    def __init__(self, scenario: Scenario, drawn: dict[str, Draws], rows: int) -> None:
        self.by_path, self._rows = drawn, rows
        self._scenario, self._given = scenario, dict(numbers(scenario.tree))

    def of(self, path: str) -> Draws:
        """Return the values of *path*, to be changed in place."""
        if path not in self.by_path:
            self.by_path[path] = np.full(self._rows, _plain(path, self._given, self._scenario))
        return self.by_path[path]


def _plain(path: str, given: Mapping[str, float], scenario: Scenario) -> float:
    """Return what a quantity is where nothing is drawn or set."""
    return given[path] if path in given else parse(path, scenario.tree).quantity.start


def _drawn(scenario: Scenario, replicates: NDArray[np.int64], seed: int) -> dict[str, Draws]:
    """Return everything drawn for *replicates* by path, ``(R,)`` each, as a run draws it."""
    draws = sorted(scenario.draws, key=lambda draw: draw.kind != "background")
    words = turn_words(replicate_keys(seed, replicates), -1)
    names = tuple(draw.name for draw in draws)
    uniforms = to_uniform(variates(words, _names(names)))
    if scenario.copula is not None:
        uniforms = scenario.copula.joined(names, uniforms)
    given = dict(numbers(scenario.tree))
    values: dict[str, Draws] = {}
    for draw, u in zip(draws, uniforms, strict=True):
        for path, drawn in draw.values(u).items():
            value = np.asarray(drawn, np.float64).copy()
            left_alone = np.isnan(value)
            if left_alone.any():  # a story that does not speak of it
                value[left_alone] = _plain(path, given, scenario)
            values[path] = np.clip(value, *bounds_of(path, scenario.tree))
    return values


@lru_cache(maxsize=4)
def _names(names: tuple[str, ...]) -> Names:
    return Names("draw", names)


def _settled(scenario: Scenario, option: str, values: Mapping[str, Draws]) -> Scenario:
    """Return the scenario with nothing left to draw or to set."""
    options = dict(scenario.options)
    options[option] = {**(options.get(option) or {}), "set": {}}
    draws = tuple(Draw(path, (path,), "background", Held(value)) for path, value in values.items())
    return replace(scenario, tree={**scenario.tree, "options": options}, draws=draws, copula=None)


def compiled(scenario: Scenario, option: str) -> Setup:
    """Return an option of a scenario, compiled once as long as it is in use."""
    return _setup(_Same(scenario), option)


class _Same:
    """A scenario as a key: the same one, not an equal one."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario

    def __hash__(self) -> int:
        return id(self.scenario)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.scenario is self.scenario


@lru_cache(maxsize=64)
def _setup(same: _Same, option: str) -> Setup:
    """Compile an option once."""
    return setup_of(same.scenario, option)


def _hashed(model: StrategicModel) -> tuple[Hashes, Hashes]:
    """Return one number for all deeds of each state in each row, ``(R, S)``, without and with their times.

    Incidents are nobody's deeds.
    """
    states = len(model.setup.structure.axes.states)
    sums = np.zeros((2, model.world.rows * states), np.uint64)
    for turn, deeds in model.recorder.deeds:
        mine = deeds.where(deeds.choice >= 0)
        where = mine.row.astype(np.int64) * states + mine.actor
        what = finalise(mine.choice.astype(np.uint64) | np.uint64(turn + 1) << np.uint64(32))
        np.add.at(sums[0], where, what)
        np.add.at(sums[1], where, finalise(what ^ mine.time.view(np.uint32)))
    without, including = sums.reshape(2, model.world.rows, states)
    return without, including
