"""A made-up study with histories, and a sweep of it: files that the dashboard reads, without a model."""

from __future__ import annotations

import copy
import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from sim.errors import UsageError
from sim.results.identity import Identity
from sim.results.manifest import Manifest
from tests.report import fake_study

OUTCOMES = tuple(fake_study.SCENARIO["outcomes"])
OPTIONS = tuple(fake_study.SCENARIO["options"])
QUANTITIES = ("pipelines.prk_rus_shells.delivered", "wars.ukraine.front")
GROUP = 16_384

#: Kinds of what a made-up history tells, in turn.
KINDS = ("deed", "incident", "event", "outcome", "ladder")


def study(
    folder: Path, replicates: int, scenario: Mapping[str, Any] | None = None, seed: int = 20240619
) -> Path:
    """Write a study of *replicates* histories an option into *folder* and return it."""
    tree = copy.deepcopy(dict(scenario or fake_study.SCENARIO))
    fake_study.write(folder, tree)
    options = tuple(tree["options"])
    pq.write_table(
        histories(options, replicates, tree),
        folder / "replicates.parquet",
        row_group_size=GROUP,
        compression="zstd",
    )
    identity = Identity("0" * 64, (), seed, "1a2b3c4d", 1024, options, None, twins=True)
    made = Manifest(
        tree["name"], identity, replicates, tree["turns"], 7.0, tree["start"], {"summary.json": "9b" * 32}
    )
    made.write(folder)
    return folder


def histories(options: tuple[str, ...], replicates: int, tree: Mapping[str, Any]) -> pa.Table:
    """Return a row per option and history: what the first assumption makes likelier comes more often."""
    luck = np.random.default_rng(7)
    output = luck.triangular(1.0, 2.0, 3.5, replicates).astype(np.float32)
    loss = luck.beta(1.6, 38.4, replicates).astype(np.float32)
    story = luck.integers(0, 2, replicates)
    stories = pa.array(list(tree["assumptions"]["pact_nature"]["alternatives"]))
    same = {name: luck.random(replicates, np.float32) for name in OUTCOMES}
    columns: dict[str, list[Any]] = {}
    for place, option in enumerate(options):
        made = {
            "option": pa.DictionaryArray.from_arrays(np.zeros(replicates, np.int32), pa.array([option])),
            "replicate": np.arange(replicates, dtype=np.int32),
            "a:prk_shell_output": output,
            "a:transit_loss": loss,
            "a:pact_nature": pa.DictionaryArray.from_arrays(story.astype(np.int32), stories),
        }
        for name in OUTCOMES:
            chance = np.clip(fake_study.CHANCES[name][place % 4] * output / 2.17, 0, 1)
            came = same[name] < chance
            turn = np.floor(same[name] / np.maximum(chance, 1e-9) * tree["turns"])
            made[f"o:{name}"] = came
            made[f"t:{name}"] = np.where(came, turn, -1).astype(np.int16)
        for theatre in tree["theatres"]:
            made[f"rung_max:{theatre}"] = np.minimum(11, (same["clash"] * 12)).astype(np.int8)
        made[f"q:{QUANTITIES[0]}"] = (output * 2 * (1 - loss) - 0.1 * place).astype(np.float32)
        made[f"q:{QUANTITIES[1]}"] = (luck.standard_normal(replicates) + place).astype(np.float32)
        for name, values in made.items():
            columns.setdefault(name, []).append(values if isinstance(values, pa.Array) else pa.array(values))
    joined = {name: pa.chunked_array(parts).unify_dictionaries() for name, parts in columns.items()}
    return pa.table(joined)


def sweep(folder: Path, marking: str | None = None, scenario: str = "shell_game") -> Path:
    """Write what a sweep over two assumptions said into *folder* and return it."""
    folder.mkdir(parents=True)
    points = [
        {"prk_shell_output": x, "pact_nature": y}
        for x in (1.0, 2.0, 3.0)
        for y in ("marriage_of_convenience", "lasting_alliance")
    ]
    outcomes = [
        {
            "point": n,
            "option": option,
            "outcome": outcome,
            "kind": "outcome",
            "n": 1024,
            "value": 0.1 * point["prk_shell_output"] + 0.05 * place,
            "low": 0.1 * point["prk_shell_output"] + 0.05 * place - 0.02,
            "high": 0.1 * point["prk_shell_output"] + 0.05 * place + 0.02,
            "difference": None,
            "difference_low": None,
            "difference_high": None,
        }
        for n, point in enumerate(points)
        for place, option in enumerate(OPTIONS[:2])
        for outcome in ("clash", "ceasefire")
    ]
    said = {
        "scenario": scenario,
        "title": fake_study.SCENARIO["title"],
        "marking": marking,
        "seed": 1,
        "design": "grid",
        "varied": ["prk_shell_output", "pact_nature"],
        "options": list(OPTIONS[:2]),
        "replicates": 1024,
        "points": points,
        "outcomes": outcomes,
    }
    (folder / "summary.json").write_text(json.dumps(said), encoding="utf-8")
    tree = yaml.safe_dump(fake_study.SCENARIO, sort_keys=False, allow_unicode=True)
    (folder / "scenario.yaml").write_text(tree, encoding="utf-8")
    return folder


def assume(folder: Path, name: str, values: Any) -> Path:
    """Give an assumption of a study other values, alike under every option, and return its folder."""
    file = folder / "replicates.parquet"
    table = pq.read_table(file)
    options = len(Manifest.read(folder).identity.options)
    column = pa.array(np.tile(np.asarray(values), options))
    place = table.column_names.index(f"a:{name}")
    pq.write_table(table.set_column(place, f"a:{name}", column), file, row_group_size=GROUP)
    return folder


def results(root: Path, replicates: int = 3000) -> Path:
    """Write a folder of results: two studies of other seeds, an unfinished one and a sweep; return it."""
    newer, older = root / "shell_game" / "aaaaaaaaaa", root / "shell_game" / "bbbbbbbbbb"
    study(newer, replicates)
    study(older, replicates, seed=99)
    os.utime(older / "manifest.json", ns=(0, 0))
    unfinished = study(root / "shell_game" / "cccccccccc", 16)
    record = json.loads((unfinished / "manifest.json").read_text())
    (unfinished / "manifest.json").write_text(json.dumps(record | {"checksums": {}}))
    sweep(root / "shell_game" / "sweep-dddddddddd")
    return root


def told(
    folder: Path, replicate: int, option: str, progress: Callable[[float], None], pause: float = 0.15
) -> dict[str, Any]:
    """Open a made-up history of ten weeks, slowly enough to be seen on its way."""
    for day in range(1, 11):
        time.sleep(pause)
        progress(day / 10)
    if replicate == 13:
        raise UsageError.one("replicate", "13 is not told", "open another")
    dates = [f"2024-{7 + day // 28:02}-{1 + day % 28:02}" for day in range(0, 70, 7)]
    return {
        "marking": "EXERCISE <b>ONE</b>",
        "seed": 20240619,
        "assumed": {"prk_shell_output": 2.5, "pact_nature": "lasting_alliance"},
        "outcomes": [{"words": "a clash", "day": "2024-07-18"}, {"words": "a ceasefire", "day": ""}],
        "course": course(dates),
        "done": [
            {
                "kind": KINDS[n % len(KINDS)],
                "day": date,
                "text": f"North Korea tests a missile, <b>for the</b> {n + 1}th time",
                "why": ["rate  21 a year: nothing out of the ordinary"] if n % len(KINDS) == 0 else [],
            }
            for n, date in enumerate(dates)
        ],
        "near": {
            "title": "Nearly otherwise",
            "lines": [["2024-07-10", "Japan protests: not done, but near"]],
        },
        "reading": "rate: how often a year",
    }


def course(dates: list[str]) -> dict[str, Any]:
    """Return the chart of a made-up history and its numbers: a theatre, and a quantity."""
    rungs, shells = [float(n % 4) for n in range(10)], [0.5 * n for n in range(10)]
    axes = {
        "yaxis": {"tickvals": [0, 1, 2, 3], "ticktext": [f"{name} {n}" for n, name in enumerate("abcd")]},
        "annotations": [
            {"text": "Rungs", "x": 0, "y": 1, "xref": "paper", "yref": "paper", "showarrow": False}
        ],
        "legend": {"orientation": "h", "y": -0.2},
        "margin": {"l": 40, "r": 20, "t": 40, "b": 90},
        "height": 300,
        "paper_bgcolor": "rgba(0, 0, 0, 0)",
        "plot_bgcolor": "rgba(0, 0, 0, 0)",
    }
    traces = [{"type": "scatter", "mode": "lines", "x": dates, "y": rungs, "name": "Korean Peninsula"}]
    tracks = [
        {"words": "Korean Peninsula", "unit": "rung", "values": rungs},
        {"words": "Shells <i>delivered</i>", "unit": "million", "values": shells},
    ]
    return {"figure": {"data": traces, "layout": axes}, "rungs": [], "dates": dates, "tracks": tracks}
