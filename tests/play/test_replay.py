"""The replay: the same history as the study's, and reasons that add up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from sim.decision.race import RANGE
from sim.model.model import StrategicModel
from sim.montecarlo.block import simulate
from sim.play.replay import history, reasons_of, tell
from sim.world.moment import DAYS_A_YEAR
from tests.model.histories import SEED, fresh, pipeline, stages, toy, written


def weighed(scenario, option: str, turns: int, seed: int = 1) -> StrategicModel:
    """Return a model stopped right after every state weighed its choices."""
    model = fresh(scenario, option, seed=seed)
    with threadpool_limits(1, user_api="blas"):
        for _ in range(turns):
            model.step()
        for stage in stages(model):
            if stage == "act":
                break
    return model


def adds_up(model: StrategicModel, rows: range, *, least: int) -> None:
    """Assert that usual rate and reasons make the rate, for every choice that may be taken."""
    year = model.setup.days / DAYS_A_YEAR
    checked = 0
    for c, choice in enumerate(model.setup.catalogue.choices):
        seat = model.seats[model.setup.catalogue.column["actor"][c]]
        for row in rows:
            rate = float(seat.clocks.rate[c - seat.clocks.first, row]) / float(RANGE) / year
            if rate < 1e-12:
                continue
            usual, reasons = reasons_of(model, c, row)
            total = usual + sum(nats for _, nats in reasons)
            assert total == pytest.approx(np.log(rate), abs=5e-3), choice.name
            checked += 1
    assert checked > least


def test_reasons_add_up_to_the_rate_in_the_toy_world() -> None:
    """Every decision splits into contributions in nats; nothing is left over."""
    adds_up(weighed(toy(), "denied", 4), range(0, 60, 7), least=300)


def test_reasons_add_up_to_the_rate_in_the_shipped_world() -> None:
    """All actions of the catalogue, after some turns of history."""
    adds_up(weighed(pipeline(), "as_agreed", 3, SEED), range(2), least=1000)


def test_reasons_of_one_name_are_not_lost(tmp_path: Path) -> None:
    """Two drives by one quantity, one of them from a threshold on, both count."""
    scenario = written(
        tmp_path,
        """
actions:
  wave:
    label: wave
    desk: programme
    programme: {own: home}
    kind: internal
    per_year: 6
    observed_in: states
    drives:
      - {path: states.actor.military, gain: 3.0}
      - {path: states.actor.military, gain: 9.0, above: 0.05}
    effects: [{raise: states.actor.readiness, by: 0.001}]
    sentence: x
    basis: {'*': {judgement: Invented}}
states: {AAA: {military: 0.2}}
""",
    )

    adds_up(weighed(scenario, "as_is", 1), range(3), least=100)


def test_reasons_of_who_acts_at_random_are_none(tmp_path: Path) -> None:
    """A state that weighs nothing is told of with its usual rate alone."""
    adds_up(weighed(written(tmp_path, "rules: {AAA: random}"), "as_is", 1), range(3), least=100)


def test_the_history_told_is_the_one_that_was_counted() -> None:
    """Deeds and incidents of a replicate are those of its table."""
    replicate = 17
    table = simulate(toy(), "as_is", 0, 1).deeds.to_pandas()
    mine = table[table.replicate == replicate]

    with threadpool_limits(1, user_api="blas"):
        told = list(history(toy(), "as_is", replicate, 1))

    assert len(told) == len(mine) > 0
    assert sorted(t.turn for t in told) == sorted(mine.turn)
    acts = sorted(t.choice.split(":")[1].split(".")[0] for t in told if t.choice)
    assert acts == sorted(mine[mine.kind == "deed"].action.astype(str))
    assert sorted(t.deaths for t in told) == sorted(mine.deaths)


def test_every_record_of_a_history_is_sound() -> None:
    """A chance is a chance, a day is in its turn, those that did not see it are states."""
    with threadpool_limits(1, user_api="blas"):
        told = [t for replicate in (3, 4) for t in history(toy(), "denied", replicate, 1)]

    for deed in told:
        assert 0 <= deed.chance <= 1
        assert (deed.day - told[0].day).days + 84 >= 0
        assert set(deed.unseen_by) < {"AAA", "BBB", "CCC"}
        assert all(0 < chance <= 1 for _, chance in deed.beaten)
        assert deed.sentence
        assert "{" not in deed.sentence


def test_a_history_names_its_assumptions_and_outcomes() -> None:
    """As in the table of replicates."""
    row = simulate(toy(), "as_is", 0, 1).replicates.slice(5, 1).to_pylist()[0]

    lines = list(tell(toy(), "as_is", 5, 1))

    text = "\n".join(lines)
    assert f"story {row['a:story']}" in text
    for name in ("clash", "delivered", "at_force"):
        assert (f"Outcome {name}:" in text) == row[f"o:{name}"]


def test_every_event_is_told_each_time_it_comes(tmp_path: Path) -> None:
    """A fire that comes again is news again."""
    text = "injects: {depot_fire: {per_year: 40, then: [{lower: states.BBB.munitions.stock, by: 0.2}]}}"

    lines = list(tell(written(tmp_path, text), "as_is", 5, 1))

    assert sum("EVENT" in line for line in lines) > 2


def test_a_replicate_of_a_later_block_is_told_too() -> None:
    """Block and row are found from its number."""
    with threadpool_limits(1, user_api="blas"):
        told = list(history(toy(), "as_is", 1024 + 9, 1))

    table = simulate(toy(), "as_is", 1, 1).deeds.to_pandas()
    assert len(told) == (table.replicate == 1024 + 9).sum()
