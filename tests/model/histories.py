"""Worlds and histories the tests of the core share: made once, in one thread, and never changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from sim.api import load_scenario
from sim.model.compile import setup_of
from sim.model.model import StrategicModel
from sim.model.setup import Setup
from sim.model.turn import TURN
from sim.scenario.build import drawn_world
from sim.scenario.scenario import Scenario
from sim.world.axes import BLOCK
from sim.world.moment import Moment
from sim.world.world import World

ROOT = Path(__file__).resolve().parents[2]
TOY = ROOT / "configs" / "worlds" / "toy.yaml"
PIPELINE = "munitions_pipeline"
SEED = 20240619


@cache
def toy(*sets: str) -> Scenario:
    """Return the toy world, with settings applied."""
    return load_scenario(TOY, sets)


@cache
def pipeline() -> Scenario:
    """Return the shipped scenario."""
    return load_scenario(PIPELINE)


def written(folder: Path, text: str) -> Scenario:
    """Return a scenario that extends the toy world by *text*."""
    file = folder / "mine.yaml"
    file.write_text(f"name: mine\nextends: toy\n{text}")
    return load_scenario(file)


@cache
def compiled(scenario: Callable[..., Scenario], option: str) -> Setup:
    """Return an option of a shared scenario, compiled once."""
    return setup_of(scenario(), option)


def start(scenario: Scenario, setup: Setup, *, block: int = 0, seed: int = 1, label: str = "") -> World:
    """Return the world of a block before its first turn."""
    numbers = np.arange(block * BLOCK, (block + 1) * BLOCK, dtype=np.int64)
    return drawn_world(scenario, setup.structure, setup.option, seed, numbers, label)[0]


def fresh(
    scenario: Scenario, option: str, *, block: int = 0, seed: int = 1, label: str = ""
) -> StrategicModel:
    """Return a model before its first turn."""
    setup = setup_of(scenario, option)
    return StrategicModel(setup, start(scenario, setup, block=block, seed=seed, label=label))


def played(
    scenario: Scenario,
    option: str,
    turns: int | None = None,
    *,
    block: int = 0,
    seed: int = 1,
    label: str = "",
) -> StrategicModel:
    """Return a model after *turns*, or at its end."""
    model = fresh(scenario, option, block=block, seed=seed, label=label)
    with threadpool_limits(1, user_api="blas"):
        for _ in range(model.setup.turns if turns is None else turns):
            model.step()
    return model


@cache
def history_of_toy(option: str = "as_is", turns: int | None = None) -> StrategicModel:
    """Return the toy world played; read only."""
    return played(toy(), option, turns)


@cache
def history_of_pipeline(option: str) -> StrategicModel:
    """Return one block of the shipped scenario played to its end; read only."""
    setup = compiled(pipeline, option)
    model = StrategicModel(setup, start(pipeline(), setup, seed=SEED))
    with threadpool_limits(1, user_api="blas"):
        model.run()
    return model


def stages(model: StrategicModel) -> Iterator[str]:
    """Play one turn, stopping before each of its stages to give the name of it."""
    from sim.streams import turn_words

    model.moment = Moment(model.turn, model.setup.days, turn_words(model.world.luck, model.turn))
    model.world.day = model.moment.day
    for stage in TURN:
        yield stage.__name__
        stage(model)
    model.turn += 1


def lived_in(turns: int = 6) -> World:
    """Return a copy of the toy world after some turns, to try things on."""
    return history_of_toy("as_is", turns).world.take(np.arange(BLOCK))


def moment_of(world: World, turn: int = 6, days: float = 7.0) -> Moment:
    """Return the turn a world is about to live through."""
    from sim.streams import turn_words

    return Moment(turn, days, turn_words(world.luck, turn))


def differing(one: World, other: World) -> list[str]:
    """Return the arrays that are not equal bit for bit."""
    found = []
    for name, part in one.parts().items():
        for field, array in part.arrays().items():
            if array.tobytes(order="F") != getattr(other.parts()[name], field).tobytes(order="F"):
                found.append(f"{name}.{field}")
    return found


def choice_of(setup: Setup, **wanted: str) -> int:
    """Return the only choice with these fields."""
    (found,) = np.flatnonzero(setup.catalogue.find(**wanted))
    return int(found)


def within(observed: float, expected: float, n: float, sigmas: float = 4.0) -> bool:
    """Whether a share of *n* trials agrees with what is expected of it."""
    return abs(observed - expected) <= sigmas * np.sqrt(expected * (1 - expected) / n) + 1e-9


def deeds_of(model: StrategicModel, turns: Sequence[int] | None = None) -> dict[str, np.ndarray]:
    """Return every deed recorded as columns, the turn among them."""
    kept = [(t, d) for t, d in model.recorder.deeds if turns is None or t in turns]
    names = ("row", "choice", "actor", "target", "against", "rung", "mid", "deaths", "seen", "time")
    columns = {n: np.concatenate([getattr(d, n) for _, d in kept]) for n in names}
    columns["turn"] = np.concatenate([np.full(len(d), t) for t, d in kept])
    return columns
