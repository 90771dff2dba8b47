"""What may still come of one history: its futures counted, as it is and with a deed forced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.estimative import in_words
from sim.analysis.rates import mean, mean_difference, paired_difference, rate
from sim.errors import UsageError
from sim.experiments.hands import Hands
from sim.model.compile import setup_of
from sim.model.setup import Setup
from sim.montecarlo.order import processes, refuse_out_of_range
from sim.montecarlo.progress import Progress, Silent
from sim.play import force
from sim.play.futures import Part, Played, Stem, forget, play, standing
from sim.play.names import Names
from sim.world.axes import BLOCK

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

Record = dict[str, Any]

#: Futures where the caller does not say.
FUTURES = 1024


@dataclass(frozen=True, slots=True)
class Branch:
    """What is asked: futures of one history from a turn, with a deed forced or not."""

    stem: Stem
    futures: int | None = None  # FUTURES by default
    forced: str | None = None


def branch(
    scenario: Scenario,
    asked: Branch,
    start: Sequence[Mapping[str, Any]],
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Record:
    """Play futures of one history and say how often each outcome comes of it.

    Parameters
    ----------
    asked
        The history, the turn, how many futures and what is forced: `force.FORM`.
    start
        The study's own estimates of its option, as `Study.summary` has them: where nothing is forced each
        probability stands beside them.

    Returns
    -------
    dict
        branch (what was asked, in full), outcomes and quantities: a record each. Probabilities have Wilson's
        interval; differences of forced and unforced futures are paired (Newcombe's method 10, 1998), of means
        a bootstrap. Those against the start are not paired: the intervals stand side by side.
    """
    from threadpoolctl import threadpool_limits

    refuse_out_of_range({"--replicates": asked.futures})
    refuse_turn(asked.stem.turn, int(scenario.tree["turns"]))
    asked = replace(asked, futures=asked.futures or FUTURES)
    told, forced = progress or Silent(), None
    if asked.forced is not None:  # before anything is played
        forced = force.choice_of(setup_of(scenario, asked.stem.option), asked.forced)
    with threadpool_limits(1, user_api="blas"):
        model, row = standing(scenario, asked.stem)
        setup, names = model.setup, Names(scenario.tree, model.setup.structure.axes)
        if forced is not None:
            force.refuse_impossible(model, row, forced, names)
        before = {o.name: int(model.recorder.watch.turns[n, row]) for n, o in enumerate(setup.outcomes)}
    arms = (None,) if forced is None else (None, forced)
    played = _play(scenario, asked, arms, processes(workers), told)
    forget()
    return {
        "branch": _asked(asked, setup, names, forced, played[-1], scenario),
        "outcomes": _outcomes(setup, names, played, before, start),
        "quantities": _quantities(setup, names, played, start),
        "theatres": _theatres(setup, played, scenario),
    }


def _play(
    scenario: Scenario, asked: Branch, arms: Sequence[int | None], workers: int, told: Progress
) -> list[Played]:
    """Play every arm and put its blocks together, cut to the futures that were asked for."""
    futures = asked.futures or FUTURES
    blocks = -(-futures // BLOCK)
    parts = [Part(asked.stem, number, arm) for number in range(blocks) for arm in arms]
    told.begin(len(parts) * BLOCK, 0)
    found: list[list[Played]] = [[] for _ in arms]
    try:
        with Hands([scenario], workers) as hands:
            for n, part in enumerate(hands.do(play, [(0, part) for part in parts])):
                found[n % len(arms)].append(part)
                told.advance(BLOCK, _widest(found[0]))
    finally:
        told.end()
    return [_joined(blocks, futures) for blocks in found]


def _widest(blocks: Sequence[Played]) -> float:
    """Return how far the widest interval reaches so far."""
    came = np.concatenate([block.came for block in blocks], axis=1) >= 0
    rates = [rate(outcome) for outcome in came]
    return max((max(r["high"] - r["probability"], r["probability"] - r["low"]) for r in rates), default=0.0)


def _joined(blocks: Sequence[Played], rows: int) -> Played:
    """Put blocks of futures side by side and keep the first *rows*."""
    cut = (
        np.concatenate([getattr(block, name) for block in blocks], axis=-1)[..., :rows]
        for name in ("came", "highest", "finals", "done")
    )
    return Played(*cut)


def _asked(
    asked: Branch, setup: Setup, names: Names, forced: int | None, last: Played, scenario: Scenario
) -> Record:
    """Return what was asked, in full."""
    stem = asked.stem
    spec = setup.catalogue.choices[forced] if forced is not None else None
    return {
        "scenario": str(scenario.tree.get("name")),
        "title": str(scenario.tree.get("title") or scenario.tree.get("name")),
        "marking": scenario.tree.get("marking"),
        "option": stem.option,
        "option_label": names.option(stem.option),
        "replicate": stem.replicate,
        "seed": stem.seed,
        "turn": stem.turn,
        "date": (setup.start + timedelta(days=stem.turn * setup.days)).isoformat(),
        "futures": asked.futures,
        "forced": spec.name if spec else None,
        "forced_words": names.sentence(spec) if spec else None,
        "forced_done": int(last.done.sum()) if spec else None,
    }


def _outcomes(
    setup: Setup,
    names: Names,
    played: Sequence[Played],
    before: Mapping[str, int],
    start: Sequence[Mapping[str, Any]],
) -> list[Record]:
    """Return how often every outcome comes, and against what."""
    at_start = {one["outcome"]: one for one in start if "outcome" in one}
    found = []
    for n, outcome in enumerate(setup.outcomes):
        free = played[0].came[n] >= 0
        when = before[outcome.name]
        record: Record = {"outcome": outcome.name, "label": names.outcome(outcome.name), **_rate(free)}
        record["came"] = _date(setup, when) if when >= 0 else None
        held = at_start.get(outcome.name)
        for key in ("probability", "low", "high"):
            record[f"start_{key}"] = held[key] if held else None
        if len(played) > 1:
            bound = played[1].came[n] >= 0
            record |= {f"forced_{key}": value for key, value in _rate(bound).items()}
            record |= paired_difference(bound, free)
        found.append(record)
    return found


def _rate(happened: Any) -> Record:
    """Return a probability with its interval and words."""
    found = rate(happened)
    return {**found, "words": in_words(found["probability"], found["low"], found["high"])}


def _date(setup: Setup, turn: int) -> str:
    return (setup.start + timedelta(days=turn * setup.days)).isoformat()


def _quantities(
    setup: Setup, names: Names, played: Sequence[Played], start: Sequence[Mapping[str, Any]]
) -> list[Record]:
    """Return every watched quantity at the end."""
    at_start = {one["quantity"]: one for one in start if "quantity" in one}
    found = []
    for n, (path, _, _, _) in enumerate(setup.watch):
        label, unit = names.quantity(path)
        free = played[0].finals[n]
        low, middle, high = (float(x) for x in np.quantile(free, [0.1, 0.5, 0.9]))
        record: Record = {"quantity": path, "label": label, "unit": unit, **mean(free), "n": len(free)}
        record |= {"p10": low, "p50": middle, "p90": high}
        held = at_start.get(path)
        for key in ("mean", "low", "high"):
            record[f"start_{key}"] = held[key] if held else None
        if len(played) > 1:
            record |= {f"forced_{key}": value for key, value in mean(played[1].finals[n]).items()}
            record |= mean_difference(played[1].finals[n], free)
        found.append(record)
    return found


def _theatres(setup: Setup, played: Sequence[Played], scenario: Scenario) -> list[Record]:
    """Return the share of futures by the highest rung of each theatre from the branch on."""
    rungs = len(scenario.tree["ladder"]["rungs"])
    found = []
    for h, (theatre, _) in enumerate(setup.structure.theatres):
        label = (scenario.tree.get("theatres") or {}).get(theatre, {}).get("label") or theatre
        record: Record = {"theatre": theatre, "label": label}
        for name, arm in zip(("shares", "forced_shares"), played, strict=False):
            counts = np.bincount(arm.highest[h], minlength=rungs)
            record[name] = [float(count) / arm.highest.shape[1] for count in counts]
        found.append(record)
    return found


def refuse_turn(turn: int, turns: int) -> None:
    """Refuse a turn that a history does not have."""
    if not 0 <= turn < turns:
        raise UsageError.one("--branch", f"there is no turn {turn}", f"give a number from 0 to {turns - 1}")
