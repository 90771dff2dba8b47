"""Futures of one history: from how it stood at a turn, with fresh luck, as it is and with a deed forced.

A future keeps everything but luck: the world, what states believe and remember, what is ordered, which events
and outcomes came, the assumptions drawn. Futures are played 1,024 at a time, as histories are; future k of a
branch has the same luck whatever their number, the workers, and whether a deed is forced.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.model.model import StrategicModel
from sim.montecarlo.block import begin
from sim.play import force
from sim.streams import branch_keys
from sim.world.axes import BLOCK

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Stem:
    """The history that is branched, and where."""

    option: str
    replicate: int
    seed: int
    turn: int  # the first that is played anew


@dataclass(frozen=True, slots=True)
class Part:
    """One block of futures to be played."""

    stem: Stem
    number: int  # of the block
    forced: int | None  # the choice that is forced, if any


@dataclass(frozen=True, slots=True)
class Played:
    """What came of one block of futures, by outcome, theatre and quantity."""

    came: NDArray[np.int16]  # (outcomes, R), the turn each came in, -1 never
    highest: NDArray[np.int8]  # (theatres, R), highest rung from the branch on
    finals: NDArray[np.float32]  # (watched, R)
    done: NDArray[np.bool_]  # (R,), whether what was forced was done


_standing: list[tuple[Any, Stem, StrategicModel]] = []


def standing(scenario: Scenario, stem: Stem) -> tuple[StrategicModel, int]:
    """Return the block of a history as it stands before a turn, and its row; kept for the next call."""
    if not _standing or _standing[0][0] is not scenario or _standing[0][1] != stem:
        _standing.clear()
        model, _ = begin(scenario, stem.option, stem.replicate // BLOCK, stem.seed)
        while model.turn < stem.turn:
            model.step()
        _standing.append((scenario, stem, model))
    return _standing[0][2], stem.replicate % BLOCK


def forget() -> None:
    """Let go of the history that was branched last: it takes as much memory as a block."""
    for _, _, model in _standing:
        model.close()
    _standing.clear()


def play(scenario: Scenario, part: Part) -> Played:
    """Play one block of futures to the end. Pure: nothing but the scenario and *part* goes in."""
    stem = part.stem
    stands, row = standing(scenario, stem)
    model = branched(stands, row, stem, part.number)
    if part.forced is not None:
        force.order(model, part.forced)
        model.step()
        done = model.orders.until[force.carried_out(model)] < 0
    else:
        done = np.zeros(model.world.rows, bool)
    model.run()
    came = model.recorder.watch.close()
    found = Played(
        came=np.array([came[o.name] for o in model.setup.outcomes], np.int16).reshape(-1, model.world.rows),
        highest=model.recorder.rung_max.copy(),
        finals=np.array([address.read(model.world) for _, address, _, _ in model.setup.watch], np.float32),
        done=done,
    )
    model.close()
    return found


def branched(model: StrategicModel, row: int, stem: Stem, number: int) -> StrategicModel:
    """Return block *number* of the futures of one row, with what had come of it."""
    futures = model.branch(row, "", seed=stem.seed, replicate=stem.replicate)
    last = (number + 1) * BLOCK
    futures.world.luck = branch_keys(stem.seed, stem.replicate, stem.turn, "", last)[-BLOCK:]
    before, after = model.recorder.watch, futures.recorder.watch
    after.turns[:] = before.turns[:, [row]]
    for held, kept in ((after.count, before.count), (after.days, before.days)):
        for name, values in kept.items():
            held[name][:] = values[row]
    return futures
