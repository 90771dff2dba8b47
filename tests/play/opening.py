"""Studies and histories the tests of one history share: run and opened once, and never changed."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import sim
from sim.api import load_scenario
from sim.play.history import Opened, opened
from sim.play.records import History
from sim.study import Study
from tests.model.histories import PIPELINE, TOY, toy

#: Turns of the shipped scenario that are played: enough for deeds of every kind.
TURNS = 26


@cache
def study(name: str) -> Study:
    """Return a study of a few histories: of the toy world, or of the shipped scenario, all options."""
    out = Path(tempfile.mkdtemp()) / name
    scenario = load_scenario(TOY) if name == "toy" else load_scenario(PIPELINE, [f"turns={TURNS}"])
    return sim.run(scenario, replicates=8, workers=1, twins=False, out=out, quiet=True)


@cache
def history(name: str, option: str, replicate: int) -> History:
    """Return one history of a shared study."""
    return study(name).history(replicate, option)


@cache
def kept(option: str, replicate: int) -> Opened:
    """Return a history of the toy world with what its states saw."""
    return opened(toy(), option, replicate, 1, None, keep=True)


@cache
def crisis() -> Opened:
    """Return a history of the shipped crisis in which desks decide again in rounds, with what was seen."""
    scenario = load_scenario("peninsula_crisis", ["turns=6"])
    return opened(scenario, "hair_trigger", 481, 20240625, None, keep=True)
