"""A stand-in for the model: a scenario and a block with the columns of real ones, in a millisecond."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from sim.errors import Problem, SimError
from sim.streams import finalise, name_key, replicate_keys

TURNS = 12
STATES = ("KOR", "PRK", "RUS", "UKR", "USA")


@dataclass(frozen=True)
class ToyScenario:
    """What the study engine asks of a scenario."""

    name: str = "toy"
    title: str = "A toy"
    tree: dict[str, Any] = field(
        default_factory=lambda: {
            "start": "2024-06-24",
            "turn": {"days": 7},
            "turns": TURNS,
            "replicates": 3000,
            "seed": 5,
            "options": {"hold": {}, "push": {}},
            "outcomes": {"war": {}, "never": {}},
        }
    )
    slow: float = 0.0  # seconds a block takes
    extra: str = ""
    trouble: str = ""  # no part of the identity

    def dump(self) -> str:
        """Return the resolved scenario as text."""
        return f"name: {self.name}\nreplicates: 3000\nseed: 5\nstart: 2024-06-24\nextra: {self.extra or 0}\n"


@dataclass(frozen=True)
class Tables:
    """What a block leaves."""

    replicates: pa.Table
    deeds: pa.Table
    disputes: pa.Table
    series: pa.Table


def uniform(keys: np.ndarray, name: str) -> np.ndarray:
    """Return a uniform number for each key."""
    return (finalise(keys ^ np.uint64(name_key(name))) >> np.uint64(11)) / 2.0**53


def words(codes: np.ndarray, names: tuple[str, ...]) -> pa.DictionaryArray:
    """Return a column of names; only those that occur are in the dictionary, as in a careless block."""
    used, place = np.unique(codes, return_inverse=True)
    return pa.DictionaryArray.from_arrays(
        place.astype(np.int8), pa.array([names[u] for u in used], pa.string())
    )


def simulate(
    scenario: ToyScenario,
    option: str,
    block: int,
    seed: int,
    *,
    twin: bool = False,
    rows: int = 1024,
    deeds: bool = True,
) -> Tables:
    """Simulate a block of the toy."""
    time.sleep(scenario.slow)
    misbehave(scenario.trouble, option, block)
    number = np.arange(block * 1024, block * 1024 + rows, dtype=np.int64)
    keys, luck = replicate_keys(seed, number), replicate_keys(seed, number, "twin" if twin else "")
    if (scenario.trouble, option, block) == ("odd", "push", 1):
        luck = luck + np.uint64(1)
    shells = uniform(keys, "shells").astype(np.float32)
    late = np.float32(0.2 if option == "push" else 0.0)
    war = uniform(luck, "war") < 0.1 + 0.4 * shells + late
    when = np.where(war, (uniform(luck, "when") * TURNS).astype(np.int16), np.int16(-1)).astype(np.int16)
    replicates = pa.table(
        {
            "option": words(np.zeros(rows, int), (option,)),
            "replicate": number.astype(np.int32),
            "a:shells": shells,
            "a:story": words((uniform(keys, "story") * 2).astype(int), ("lasting", "convenience")),
            "o:war": war,
            "t:war": when,
            "o:never": np.zeros(rows, bool),
            "t:never": np.full(rows, -1, np.int16),
            "rung_max:peninsula": (uniform(luck, "rung") * 12).astype(np.int8),
            "q:front": (uniform(luck, "front") + shells + late).astype(np.float32),
            "score:ladder": (uniform(luck, "score") * 3).astype(np.float32),
            "p:nuclear": (uniform(luck, "p") * 1e-4).astype(np.float32),
        }
    )
    return Tables(
        replicates,
        _deeds(option, number, luck) if deeds else _deeds(option, number[:0], luck[:0]),
        _disputes(option, number, luck),
        _series(option, luck),
    )


def misbehave(trouble: str, option: str, block: int) -> None:
    """Make the trouble asked for in block 1 of the option `push`: raise, or die, always or once."""
    if (option, block) != ("push", 1) or not trouble:
        return
    if trouble == "wrong input":
        raise SimError(Problem("toy.yaml", 3, "options.push", "cannot be played", "say another"))
    if trouble == "raise":
        raise ValueError("front ran away")
    if trouble == "odd":
        return  # other luck
    if trouble == "die":
        os._exit(9)
    if not Path(trouble).exists():  # a file: die once
        Path(trouble).touch()
        os._exit(9)


def _deeds(option: str, number: np.ndarray, luck: np.ndarray) -> pa.Table:
    """Return up to five deeds a history."""
    many = (uniform(luck, "deeds") * 6).astype(int)
    which = np.repeat(np.arange(len(number)), many)
    key = luck[which] + np.arange(len(which), dtype=np.uint64)
    return pa.table(
        {
            "option": words(np.zeros(len(which), int), (option,)),
            "replicate": number[which].astype(np.int32),
            "turn": (uniform(key, "turn") * TURNS).astype(np.int16),
            "actor": words((uniform(key, "actor") ** 4 * 5).astype(int), STATES),
            "rung": (uniform(key, "rung") * 6).astype(np.int8),
            "observers": pa.array(["KOR,USA"] * len(which)),
        }
    )


def _disputes(option: str, number: np.ndarray, luck: np.ndarray) -> pa.Table:
    """Return a dispute in a tenth of the histories."""
    which = np.flatnonzero(uniform(luck, "dispute") < 0.1)
    return pa.table(
        {
            "option": words(np.zeros(len(which), int), (option,)),
            "replicate": number[which].astype(np.int32),
            "first": words(np.zeros(len(which), int), ("PRK",)),
            "level": (uniform(luck[which], "level") * 5).astype(np.int8),
        }
    )


def _series(option: str, luck: np.ndarray) -> pa.Table:
    """Return counts by turn and rung, and by turn and bin of the front."""
    frames = []
    for kind, bins in ((0, 12), (1, 256)):
        for week in range(TURNS):
            place = (uniform(luck, f"series:{kind}:{week}") ** 3 * bins).astype(int)
            count = np.bincount(place, minlength=bins)
            kept = np.flatnonzero(count)
            frames.append((np.full(len(kept), kind), np.full(len(kept), week), kept, count[kept]))
    code, turn, place, count = (np.concatenate(column) for column in zip(*frames, strict=True))
    return pa.table(
        {
            "option": words(np.zeros(len(code), int), (option,)),
            "turn": turn.astype(np.int16),
            "series": words(code, ("rung:peninsula", "wars.ukraine.front")),
            "bin": place.astype(np.int16),
            "low": place.astype(np.float32),
            "high": (place + 1).astype(np.float32),
            "count": count.astype(np.int64),
        }
    )
