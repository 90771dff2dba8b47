"""Luck is named: options share it, and nothing draws outside of it."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.model.act import ANSWER
from sim.model.model import StrategicModel
from sim.montecarlo.block import simulate
from sim.processes.incidents import DOER, FORCE
from sim.streams import Names, name_key
from tests.model.histories import (
    SEED,
    compiled,
    differing,
    fresh,
    history_of_pipeline,
    history_of_toy,
    pipeline,
    played,
    start,
    toy,
    written,
)


def refuse(*_: Any, **__: Any) -> None:
    """Stand in for every generator."""
    raise AssertionError("drawn outside of sim.streams")


def test_nothing_draws_outside_the_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    """NumPy's and Python's generators refuse; Mesa's, which every model carries, stay where they were."""
    model = fresh(toy(), "denied")
    states = model.random.getstate(), str(model.rng.bit_generator.state)
    for module in (np.random, random):
        for name in dir(module):
            plain = callable(getattr(module, name)) and not name.startswith("_") and not name[0].isupper()
            if plain:
                monkeypatch.setattr(module, name, refuse)
    monkeypatch.setattr(np.random, "Generator", refuse)
    monkeypatch.setattr(random, "Random", refuse)

    start(toy(), model.setup)
    model.run()

    assert (model.random.getstate(), str(model.rng.bit_generator.state)) == states


def test_joined_keys_of_the_shipped_world_do_not_meet() -> None:
    """A deed's other draws, who sees it and how it is answered, have keys joined from two names."""
    setup = compiled(pipeline, "as_agreed")
    model = StrategicModel(setup, start(pipeline(), setup))
    states = setup.structure.axes.states
    pairs = Names("incident", [f"{a}.{b}" for a in states for b in states if a < b]).keys

    joined = [model.choice_keys ^ np.uint32(name_key(f"see:{s}") & 0xFFFFFFFF) for s in states]
    joined += [model.choice_keys ^ ANSWER, pairs ^ DOER, pairs ^ FORCE, pairs]
    keys = np.concatenate(joined)

    assert len(np.unique(keys)) == len(keys)


def test_all_options_share_what_is_drawn_at_the_start() -> None:
    """Assumptions, background draws and true firmness: what an option does not set is the same."""
    setups = [compiled(pipeline, name) for name in ("as_agreed", "beijing_squeezes")]

    worlds = [start(pipeline(), setup, seed=SEED) for setup in setups]

    assert not differing(*worlds)


def test_an_option_changes_nothing_before_its_date(tmp_path: Path) -> None:
    """A deed on day 42 leaves every table as it was before turn 6."""
    text = "options: {late: {do: [{at: 2030-02-12, actor: AAA, action: exercise, target: CCC}]}}"
    scenario = written(tmp_path, text)

    without, late = (simulate(scenario, name, 0, 1) for name in ("as_is", "late"))

    for name in ("deeds", "series"):
        one, other = (getattr(b, name).to_pandas().drop(columns="option") for b in (without, late))
        before = [t[t.turn < 6].reset_index(drop=True) for t in (one, other)]
        assert before[0].equals(before[1]), name
        assert not one.equals(other), name
    for name in ("clash", "at_force", "delivered"):
        turns = [b.replicates[f"t:{name}"].to_numpy() for b in (without, late)]
        assert ((turns[0] == turns[1]) | (np.maximum(*turns) >= 6)).all(), name


def test_forbidding_what_nobody_does_changes_no_byte(tmp_path: Path) -> None:
    """A bar on the likeliest thing that no history saw is a bar on nothing."""
    free = history_of_toy()
    done = np.zeros(len(free.setup.catalogue.choices) + 1, bool)
    for _, deeds in free.recorder.deeds:
        done[deeds.choice] = True
    rates = np.concatenate([seat.clocks.rate.max(axis=1) for seat in free.seats])
    never = free.setup.catalogue.choices[int(np.argmax(np.where(done[:-1], 0, rates)))]
    ban = (
        f"{{actor: {never.actor}, action: {never.action}, target: {never.target}, variant: {never.variant}}}"
    )
    ban = ban.replace(", variant: }", "}")

    barred = played(written(tmp_path, f"options: {{as_is: {{forbid: [{ban}]}}}}"), "as_is")

    assert rates.max() > 0
    assert not differing(free.world, barred.world)


def test_twins_share_the_start_and_nothing_after() -> None:
    """What is drawn at set-up belongs to the assumptions, what is drawn in a turn is luck."""
    setup = compiled(toy, "as_is")

    one, twin = start(toy(), setup), start(toy(), setup, label="twin")
    later = played(toy(), "as_is", 1).world, played(toy(), "as_is", 1, label="twin").world

    assert not differing(one, twin)
    assert not np.intersect1d(one.luck, twin.luck).size
    assert {"wars.front", "dyads.rung"} <= set(differing(*later))


def test_histories_part_only_by_what_was_done() -> None:
    """Before Beijing's first act all are equal but those in which it did what the option forbids."""
    one, other = history_of_pipeline("as_agreed"), history_of_pipeline("beijing_squeezes")
    loosened = np.append(one.setup.catalogue.find(actor="CHN", action="trade_valve", variant="loosen"), False)
    parted = np.zeros(one.world.rows, bool)
    for (turn, a), (_, b) in zip(one.recorder.deeds[:5], other.recorder.deeds[:5], strict=True):
        parted[a.row[loosened[a.choice]]] = True

        kept = [
            sorted(zip(d.row, d.choice, d.deaths, strict=True))
            for d in (a.where(~parted[a.row]), b.where(~parted[b.row]))
        ]

        assert kept[0] == kept[1], turn
    assert 0 < parted.sum() < 200
