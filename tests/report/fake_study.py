"""A made-up study: the files a report reads, with numbers that need no model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from sim.intervals import wilson

TURNS = 104
N = 10_000
RUNGS = (
    "normal",
    "protest",
    "coercion",
    "show_of_force",
    "grey_zone",
    "mobilisation",
    "limited_force",
    "major_attack",
    "war",
    "nuclear_alert",
    "limited_nuclear",
    "general_nuclear",
)

SCENARIO: dict[str, Any] = {
    "name": "shell_game",
    "title": "Shells for Moscow: what Seoul can do about the pipeline",
    "marking": None,
    "start": "2024-06-24",
    "turn": {"days": 7},
    "turns": TURNS,
    "seed": 20240619,
    "actions": {
        "grey_zone": {"label": "grey zone action", "sentence": "{actor} probes {target} below the threshold"},
        "protest": {"label": "protest", "sentence": "{actor} protests to {target}"},
    },
    "states": {
        "PRK": {
            "name": "North Korea",
            "munitions": {"production": {"triangular": {"low": 1, "mode": 2, "high": 3.5}}},
        },
        "RUS": {"name": "Russia"},
        "KOR": {"name": "South Korea"},
        "NOR": {"name": "Norway"},
    },
    "theatres": {
        "peninsula": {"label": "Korean Peninsula"},
        "ukraine": {"label": "Russia and the supporters of Ukraine"},
    },
    "ladder": {"rungs": [{"id": name, "label": name.replace("_", " ")} for name in RUNGS]},
    "pipelines": {
        "prk_rus_shells": {
            "label": "Shells, North Korea to Russia",
            "unit": "million rounds",
            "giver": "PRK",
            "taker": "RUS",
        }
    },
    "wars": {"ukraine": {"label": "War in Ukraine"}},
    "options": {
        "no_aid": {"label": "No lethal aid"},
        "indirect": {
            "label": "Backfill others who send shells",
            "do": [{"at": "2024-10-07", "actor": "KOR", "action": "protest", "target": "RUS"}],
            "forbid": [{"actor": "KOR", "action": "grey_zone"}],
            "set": {"states.PRK.munitions.production": 3},
        },
        "direct": {"label": "Send artillery shells directly"},
        "tripwire": {"label": "Send long-range weapons once re-entry technology is seen to flow"},
    },
    "outcomes": {
        "ceasefire": {"label": "A ceasefire holds in Ukraine by June 2026"},
        "shells": {"label": "North Korea delivers more than 6 million rounds"},
        "clash": {"label": "A deadly clash between North and South Korea"},
        "breach": {"label": "Russia arms North Korea with strategic technology"},
        "war": {"label": "War on the Korean Peninsula"},
        "nuclear": {"label": "Use of a nuclear weapon"},
    },
    "assumptions": {
        "prk_shell_output": {
            "path": "states.PRK.munitions.production",
            "distribution": {"triangular": {"low": 1.0, "mode": 2.0, "high": 3.5}},
            "unit": "million rounds a year",
            "source": "Estimates of the South Korean ministry of defence and intelligence service, 2023–24",
            "as_of": "2024-06-14",
            "confidence": "low",
        },
        "transit_loss": {
            "path": "pipelines.prk_rus_shells.interdiction",
            "distribution": {"beta": {"mean": 0.04, "n": 40}},
            "unit": "share of shipments",
            "judgement": "Few shipments by rail and sea are stopped; none is known to have been",
            "range": [0.3, 3],
        },
        "pact_nature": {
            "alternatives": {
                "marriage_of_convenience": {"weight": 0.5, "set": {}},
                "lasting_alliance": {"weight": 0.5, "set": {}},
            },
            "source": "Both stories are told in the literature; equal weights take no side",
        },
    },
}

CHANCES = {
    "ceasefire": (0.312, 0.318, 0.276, 0.269),
    "shells": (0.641, 0.628, 0.609, 0.634),
    "clash": (0.224, 0.231, 0.262, 0.251),
    "breach": (0.083, 0.091, 0.148, 0.117),
    "war": (0.0071, 0.0074, 0.0112, 0.0098),
    "nuclear": (0.0, 0.0, 0.0003, 0.0001),
}


def write(folder: Path, scenario: dict[str, Any] | None = None) -> Path:
    """Write a made-up study of *scenario* into *folder* and return it."""
    scenario = scenario or SCENARIO
    folder.mkdir(parents=True, exist_ok=True)
    options = list(scenario["options"])
    manifest = {
        "id": "3f2a9c17be",
        "scenario": scenario["name"],
        "seed": scenario["seed"],
        "replicates": N,
        "options": options,
        "versions": {"sim": "0.1.0+1a2b3c4d", "python": "3.11.7", "numpy": "2.4.6"},
        "machine": {"blas": "openblas 0.3.30 Haswell", "simd": ["AVX2", "FMA3"]},
        "checksums": {"replicates.parquet": "9b" * 32, "series.parquet": "0c" * 32},
    }
    summary = {
        "scenario": scenario["name"],
        "seed": scenario["seed"],
        "replicates": N,
        "outcomes": estimates(options, list(scenario["outcomes"])),
        "quantities": [final(option, place) for place, option in enumerate(options)],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    (folder / "scenario.yaml").write_text(
        yaml.safe_dump(scenario, sort_keys=False, allow_unicode=True), encoding="utf-8"
    )
    pq.write_table(series(options), folder / "series.parquet")
    held = replicates(options, list(scenario["outcomes"]))
    pq.write_table(held, folder / "replicates.parquet")
    pq.write_table(deeds(options, held), folder / "deeds.parquet")
    return folder


def replicates(options: list[str], outcomes: list[str]) -> pa.Table:
    """Return a row an option and history: North Korea's output decides the deliveries, luck the rest."""
    luck = np.random.default_rng(2)
    output, loss = luck.triangular(1, 2, 3.5, N), luck.beta(1.6, 38.4, N)
    story = np.where(luck.random(N) < 0.5, "marriage_of_convenience", "lasting_alliance")
    chance = {name: luck.random(N) for name in outcomes}
    chance["shells"] = 0.15 * chance["shells"] + 0.85 * (1 - output.argsort().argsort() / N)
    when = {name: luck.integers(8, TURNS, N) for name in outcomes}
    columns: dict[str, list[Any]] = {
        name: []
        for name in (
            *("option", "replicate", "a:prk_shell_output", "a:transit_loss", "a:pact_nature"),
            *(f"{kind}:{name}" for name in outcomes for kind in "ot"),
        )
    }
    for place, option in enumerate(options):
        columns["option"].append(np.repeat(option, N))
        columns["replicate"].append(np.arange(N, dtype=np.int32))
        columns["a:prk_shell_output"].append(output)
        columns["a:transit_loss"].append(loss)
        columns["a:pact_nature"].append(story)
        for name in outcomes:
            came = chance[name] < CHANCES[name][place % 4]
            columns[f"o:{name}"].append(came)
            columns[f"t:{name}"].append(np.where(came, when[name], -1).astype(np.int16))
    return pa.table({name: np.concatenate(parts) for name, parts in columns.items()})


def deeds(options: list[str], held: pa.Table) -> pa.Table:
    """Return what was done in the first 600 histories: before most clashes North Korea probes the South."""
    rows = []
    for place, option in enumerate(options):
        when = held["t:clash"].to_numpy()[place * N : place * N + 600].tolist()
        for replicate, turn in enumerate(when):
            rows.append((option, replicate, replicate % TURNS, "KOR", "protest", "RUS", 1, "deed"))
            if (turn >= 0 and replicate % 5) or replicate % 7 == 0:
                at = max(0, turn - 6) if turn >= 0 else 40
                rows.append((option, replicate, at, "PRK", "grey_zone", "KOR", 4, "deed"))
            if turn >= 0:
                rows.append((option, replicate, turn, "PRK", "incident", "KOR", 6, "incident"))
    names = ("option", "replicate", "turn", "actor", "action", "target", "rung", "kind")
    table = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    table["against"] = table["target"]
    table["observers"] = ["KOR,PRK,RUS"] * len(rows)
    kinds = {"replicate": pa.int32(), "turn": pa.int16(), "rung": pa.int8()}
    return pa.table({name: pa.array(column, kinds.get(name, pa.string())) for name, column in table.items()})


def estimates(options: list[str], outcomes: list[str]) -> list[dict[str, Any]]:
    """Return the rows of a summary, the first option the reference."""
    rows = []
    for outcome in outcomes:
        for place, option in enumerate(options):
            p = CHANCES[outcome][place % 4]
            low, high = (float(bound) for bound in wilson(round(p * N), N))
            base, paired = CHANCES[outcome][0], place > 0
            reach = 0.35 * (high - low)
            rows.append(
                {
                    "option": option,
                    "outcome": outcome,
                    "probability": p,
                    "low": low,
                    "high": high,
                    "n": N,
                    "median_date": None if p == 0 else "2025-08-11",
                    "difference": p - base if paired else None,
                    "difference_low": p - base - reach if paired else None,
                    "difference_high": p - base + reach if paired else None,
                    "luck_share": None if p == 0 else 0.4 + p / 2,
                    "luck_low": None if p == 0 else 0.35 + p / 2,
                    "luck_high": None if p == 0 else 0.45 + p / 2,
                }
            )
    return rows


def final(option: str, place: int) -> dict[str, Any]:
    """Return a row of the summary: shells delivered by the end."""
    middle = 6.2 - 0.2 * place
    difference = {
        "difference": -0.2 * place,
        "difference_low": -0.2 * place - 0.04,
        "difference_high": -0.2 * place + 0.04,
    }
    return {
        "option": option,
        "quantity": "pipelines.prk_rus_shells.delivered",
        "mean": middle,
        "low": middle - 0.05,
        "high": middle + 0.05,
        "p10": middle - 2,
        "p50": middle,
        "p90": middle + 2,
        "n": N,
        **(difference if place else dict.fromkeys(difference)),
    }


def series(options: list[str]) -> pa.Table:
    """Return counts over time: two ladders, one pipeline, one front."""
    parts: list[tuple[str, int, str, int, float, float, int]] = []
    for place, option in enumerate(options):
        for turn in range(TURNS):
            for theatre, heat in (("peninsula", 1.0), ("ukraine", 1.6)):
                parts += _rungs(option, turn, theatre, heat * (1 + 0.25 * place))
            middle = 3.1 * (turn + 1) / 52
            parts += _bins(option, turn, "pipelines.prk_rus_shells.delivered", middle, 0.25 * middle, (0, 16))
            parts += _bins(
                option, turn, "wars.ukraine.front", 0.03 * turn * (2 - place), 0.05 * (turn + 5), (-200, 200)
            )
    names = ("option", "turn", "series", "bin", "low", "high", "count")
    kinds = (pa.string(), pa.int16(), pa.string(), pa.int16(), pa.float32(), pa.float32(), pa.int64())
    columns = {n: pa.array(c, k) for n, c, k in zip(names, zip(*parts, strict=True), kinds, strict=True)}
    columns["series"] = columns["series"].dictionary_encode()
    return pa.table(columns)


def _rungs(
    option: str, turn: int, theatre: str, heat: float
) -> list[tuple[str, int, str, int, float, float, int]]:
    weights = np.exp(-np.arange(12) / (0.5 + heat * (0.7 + 0.5 * turn / TURNS)))
    counts = np.floor(N * weights / weights.sum()).astype(int)
    counts[0] += N - counts.sum()
    return [(option, turn, f"rung:{theatre}", r, r, r, int(c)) for r, c in enumerate(counts) if c]


def _bins(
    option: str, turn: int, name: str, middle: float, spread: float, reach: tuple[float, float]
) -> list[tuple[str, int, str, int, float, float, int]]:
    edges = np.linspace(*reach, 257)
    centres = (edges[:-1] + edges[1:]) / 2
    weights = np.exp(-((centres - middle) ** 2) / (2 * max(spread, 0.02) ** 2))
    counts = np.round(N * weights / max(weights.sum(), 1e-9)).astype(int)
    return [(option, turn, name, b, edges[b], edges[b + 1], int(counts[b])) for b in np.flatnonzero(counts)]
