"""Outcomes, injects and series: what was watched for is what was in the tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.api import load_scenario
from sim.model.model import ModelFault, StrategicModel
from sim.model.recorder import bin_edges, to_bins
from sim.montecarlo.block import simulate
from sim.world.axes import BLOCK
from sim.world.moment import DAYS_A_YEAR
from tests.model.histories import (
    TOY,
    compiled,
    deeds_of,
    fresh,
    history_of_toy,
    played,
    start,
    toy,
    within,
    written,
)

OUTCOMES = """
outcomes:
  protested: {does: {actor: CCC, action: protest}}
  protested_twice: {does: {actor: CCC, action: protest}, at_least: 2}
  protested_early: {does: {actor: CCC, action: protest}, by: 2030-02-04}
  anyone_protested: {does: {action: protest}}
  died: {clash: {between: [AAA, CCC], deaths: 1}}
  many_died: {clash: {between: [AAA, CCC], deaths: 20}}
  force: {reaches: {dyads: [[AAA, CCC]], rung: limited_force}}
  gain: {quantity: {path: wars.border.front, above: 0.2}}
  lasting_gain: {quantity: {path: wars.border.front, above: 0.2, for: {days: 28}}}
  first_protested: {first: protested, before: died}
  at_war: {war: {between: [BBB, CCC]}}
  new_war: {war: {between: [AAA, CCC]}}
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> StrategicModel:
    """Return a toy block with many outcomes watched for."""
    made = played(written(tmp_path_factory.mktemp("watch"), OUTCOMES), "as_is")
    made.recorder.watch.close()
    return made


def first_turns(turn: np.ndarray, row: np.ndarray, nth: int = 1) -> np.ndarray:
    """Return the turn of the nth entry of every row, -1 where there is none; slowly."""
    found = np.full(BLOCK, -1)
    for r in range(BLOCK):
        mine = np.sort(turn[row == r])
        if len(mine) >= nth:
            found[r] = mine[nth - 1]
    return found


def test_deeds_watched_for_are_those_recorded(model: StrategicModel) -> None:
    """The first, the second, by a date, by anyone."""
    d, watch = deeds_of(model), model.recorder.watch.turn
    find = model.setup.catalogue.find
    hers = np.append(find(actor="CCC", action="protest"), False)[d["choice"]]
    anyone = np.append(find(action="protest"), False)[d["choice"]]
    protested = first_turns(d["turn"][hers], d["row"][hers])

    assert (watch["protested"] == protested).all()
    assert (watch["protested_twice"] == first_turns(d["turn"][hers], d["row"][hers], 2)).all()
    assert (watch["protested_early"] == np.where(protested <= 4, protested, -1)).all()
    assert (watch["anyone_protested"] == first_turns(d["turn"][anyone], d["row"][anyone])).all()
    assert (protested >= 0).sum() > 50


def test_clashes_watched_for_are_those_recorded(model: StrategicModel) -> None:
    """Deeds and incidents between the two with so many deaths."""
    d, watch = deeds_of(model), model.recorder.watch.turn
    between = ((d["actor"] == 0) & (d["against"] == 2)) | ((d["actor"] == 2) & (d["against"] == 0))

    for name, grade in (("died", 1), ("many_died", 2)):
        hit = between & (d["deaths"] >= grade)
        assert (watch[name] == first_turns(d["turn"][hit], d["row"][hit])).all(), name
    force = between & (d["rung"] >= 6)
    assert (watch["force"] == first_turns(d["turn"][force], d["row"][force])).all()
    assert (watch["died"] >= 0).any()


def test_a_sequence_needs_the_first_before_the_other(model: StrategicModel) -> None:
    """Or without the other ever coming."""
    watch = model.recorder.watch.turn
    first, other = watch["protested"], watch["died"]

    came = (first >= 0) & ((other < 0) | (first < other))

    assert ((watch["first_protested"] >= 0) == came).all()


def test_what_must_last_comes_later(model: StrategicModel) -> None:
    """28 days are four turns, the first among them."""
    watch = model.recorder.watch.turn
    lasting = watch["lasting_gain"] >= 0

    assert (watch["gain"][lasting] >= 0).all()
    assert (watch["lasting_gain"][lasting] >= watch["gain"][lasting] + 3).all()
    assert 0 < lasting.sum() < (watch["gain"] >= 0).sum()


def test_a_war_is_an_object_not_a_rung(model: StrategicModel) -> None:
    """One that is on from the start comes in turn 0; a pair without one has none."""
    watch = model.recorder.watch.turn

    assert (watch["at_war"] == 0).mean() > 0.95
    assert (watch["new_war"] == -1).all()


INJECTS = """
injects:
  depot_fire: null
  likely: {chance: 0.3, within: {days: 28, from: 2030-01-15}, then: [{raise: indicators.a, by: 1}]}
  often: {per_year: 6, then: [{raise: indicators.b, by: 1}]}
  dated:
    at: 2030-02-01
    choose:
      one: {weight: 1, then: [{set: indicators.c, to: 1}]}
      two: {weight: 3, then: [{set: indicators.c, to: 2}]}
indicators:
  a: {label: a, unit: n, low: 0, high: 99, start: 0, decay: 0}
  b: {label: b, unit: n, low: 0, high: 99, start: 0, decay: 0}
  c: {label: c, unit: n, low: 0, high: 99, start: 0, decay: 0}
"""


@pytest.mark.parametrize("days", [3.5, 7.0, 14.0])
def test_events_come_with_their_chance(tmp_path: Path, days: float) -> None:
    """A chance within a window is met exactly and once, a rate a year over the run, at any length of turn."""
    text = f"turn: {{days: {days}}}\nturns: {round(84 / days)}\n" + INJECTS
    model = played(written(tmp_path, text), "as_is")
    a, b, c = model.world.indicators.value.T
    came = model.injects.turn

    assert within((a == 1).mean(), 0.3, BLOCK)
    assert a.max() == 1
    inside = came[0][came[0] >= 0] * days
    assert inside.min() >= 14 - days
    assert inside.max() < 42
    most = -np.expm1(-6 * days / DAYS_A_YEAR) * 84 / days
    assert abs(b.mean() - most) < 4 * np.sqrt(most / BLOCK)
    assert within((c == 2).mean(), 0.75, BLOCK)
    assert (c > 0).all()
    assert (came[2] == int(31 // days)).all()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(-1e3, 1e3, width=32), min_size=1, max_size=30),
    st.floats(0.01, 100),
    st.sampled_from([0.0, 1.0]),
)
def test_a_value_lies_in_its_bin(values: list[float], scale: float, sign: float) -> None:
    """Between its edges, but for what lies beyond the last."""
    x = np.array(values, np.float32)
    bins, edges = to_bins(x, scale, sign).astype(int), bin_edges(scale, sign)

    inside = (x > edges[0]) & (x < edges[-1])

    slack = 1e-4 * scale + 1e-4 * np.abs(x)
    assert (x >= edges[bins] - slack)[inside].all()
    assert (x <= edges[bins + 1] + slack)[inside].all()
    assert (np.diff(edges) > 0).all()


def test_series_count_every_history_in_every_turn() -> None:
    """Integer counts, so that parts add up exactly."""
    block = simulate(toy(), "as_is", 0, 1)

    counts = block.series.to_pandas().groupby(["series", "turn"], observed=True)["count"].sum()

    assert (counts == BLOCK).all()
    assert len(counts) == 12 * (1 + len(toy().tree["watch"]))


def test_the_highest_rung_is_that_of_a_deed_or_a_stand() -> None:
    """The maximum over the turns, of what stood and what was done."""
    model = history_of_toy()
    d = deeds_of(model)
    inside = (d["against"] >= 0) & ((d["actor"] == 2) | (d["against"] == 2))
    highest = np.max(model.recorder.rungs, axis=0)

    assert (model.recorder.rung_max == highest).all()
    for row in range(0, BLOCK, 37):
        mine = d["rung"][inside & (d["row"] == row)]
        assert model.recorder.rung_max[0, row] >= mine.max(initial=0)


def test_a_number_that_is_none_stops_the_block() -> None:
    """With quantity, turn, option and row: a fault of ours, never carried on."""
    model = fresh(toy(), "as_is")
    model.world.states.approval[7, 1] = np.nan

    with pytest.raises(ModelFault, match=r"states\..* row \d+"):
        model.run()


def test_an_invasion_is_a_dispute_of_the_highest_level(tmp_path: Path) -> None:
    """A war that begins this turn began with a deed of `mid` 5."""
    strait = """
  strait: {label: strait, sides: [[CCC], [AAA]], theatre: field, open: 0, front: 0, front_rate: 0,
           intensity: 0.5, guarantee: 0, leaning: {AAA: -1, CCC: 1}, hope: {AAA: 0, CCC: 0}}
"""
    mine = """
actions: {invade: {actors: [CCC], targets: [AAA]}}
options:
  mine:
    set: {states.CCC.readiness: 1, dyads.CCC.AAA.rung: 6}
    do: [{at: 2030-01-15, actor: CCC, action: invade, target: AAA}]
"""
    world = TOY.read_text().replace("\npipelines:\n", strait + "\npipelines:\n").replace("\noptions:\n", mine)
    (tmp_path / "mine.yaml").write_text(world)

    table = simulate(load_scenario(tmp_path / "mine.yaml"), "mine", 0, 1)

    deeds, disputes = table.deeds.to_pandas(), table.disputes.to_pandas()

    invaded = deeds[deeds.action == "invade"].replicate.unique()
    ours = disputes[(disputes["first"] == "AAA") & (disputes["second"] == "CCC")]
    level = ours.groupby("replicate")["level"].max()

    assert len(invaded) > 900
    assert (level.reindex(invaded, fill_value=0) == 5).all()


def test_the_model_knows_its_states_as_agents() -> None:
    """Mesa code that reads like Mesa code: one agent a state, its attributes arrays over replicates."""
    model = fresh(toy(), "as_is")

    assert [seat.name for seat in model.seats] == ["AAA", "BBB", "CCC"]
    assert set(model.agents) == set(model.seats)
    assert (model.seats[1].hardship == model.world.states.hardship[:, 1]).all()
    assert start(toy(), compiled(toy, "as_is")).rows == BLOCK
