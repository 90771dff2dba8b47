"""The race of clocks: rates, shares, and luck that survives any change of the set of choices."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.decision.race import RANGE, Clocks, Ringing, repeat, settle
from sim.montecarlo.block import simulate
from sim.scenario.scenario import Scenario
from sim.streams import Names, replicate_keys, turn_words
from tests.model.histories import toy, within, written

ROWS = 8192
WHAT = ["replicate", "turn", "actor", "action", "variant", "target", "rung", "deaths", "observers"]


def clocks(names: tuple[str, ...], rates: list[float], first: int = 0) -> Clocks:
    """Return clocks with a rate a turn each."""
    made = Clocks(names, first, ROWS)
    made.rate[...] = np.array(rates, np.float32)[:, None] * RANGE
    return made


def words(turn: int = 0) -> np.ndarray:
    """Return the words of many replicates."""
    return turn_words(replicate_keys(11, np.arange(ROWS, dtype=np.int64)), turn)


@pytest.mark.parametrize("rate", [0.001, 0.05, 0.7, 3.0])
def test_a_clock_rings_with_the_chance_of_its_rate(rate: float) -> None:
    """P = 1 - exp(-rate), and the time within the turn is that of a first event."""
    names = tuple(f"AAA:act{n}:BBB" for n in range(20))

    ringing = clocks(names, [rate] * 20).ring(words())

    expected = -np.expm1(-rate)
    assert within(len(ringing.time) / (20 * ROWS), expected, 20 * ROWS)
    assert stats.kstest(ringing.time, lambda t: -np.expm1(-rate * t) / expected).pvalue > 1e-4


def test_a_rate_of_nothing_never_rings() -> None:
    """What is forbidden or shut is exactly impossible."""
    ringing = clocks(("a", "b"), [0.0, 1.0]).ring(words())

    assert set(ringing.choice.tolist()) == {1}


def test_rivals_share_the_turn_as_a_logit() -> None:
    """Of what excludes each other the share of each is its part of all rates."""
    rates = [0.1, 0.2, 0.5]
    ringing = clocks(("a", "b", "c"), rates).ring(words())

    settled, stands = settle(
        ringing,
        np.zeros(3, np.int32),
        np.ones((3, 3), bool),
        np.arange(3, dtype=np.int32),
        np.zeros(3, np.float32),
    )

    done = settled.choice[stands]
    assert within(len(done) / ROWS, -np.expm1(-sum(rates)), ROWS)
    for choice, rate in enumerate(rates):
        assert within(float((done == choice).mean()), rate / sum(rates), len(done))


def test_other_choices_do_not_move_a_clock() -> None:
    """Added, dropped or in another order: a clock hears its own name."""
    alone = clocks(("b",), [0.3]).ring(words())

    listed = clocks(("z", "b", "a"), [1.0, 0.3, 0.2], first=5).ring(words())

    mine = listed.choice == 6
    assert listed.row[mine].tolist() == alone.row.tolist()
    assert listed.time[mine].tolist() == alone.time.tolist()


def test_a_clock_rings_again_once_it_has_rested() -> None:
    """Twice as long a turn brings twice as many deeds: n = rate / (1 + rate * rest)."""
    rate, rest = 3.0, 0.1
    ringing = clocks(("a",), [rate]).ring(words())
    key = Names("decide", ("a",)).keys

    rings = repeat(ringing, ringing.time, words(), key, np.array([rest], np.float32))

    alone = repeat(ringing, ringing.time, words(), key, np.zeros(1, np.float32))
    expected = _renewals(rate, rest)
    assert abs(len(rings.row) / ROWS - expected) < 5 * np.sqrt(expected / ROWS)
    assert len(alone.row) == len(ringing.row)
    assert (rings.time < 1).all()


def _renewals(rate: float, rest: float) -> float:
    """Return the mean number of rings in a turn of length 1, by simulation of the plain process."""
    random = np.random.default_rng(5)
    total, runs = 0, 40_000
    for _ in range(runs):
        t = random.exponential(1 / rate)
        while t < 1:
            total += 1
            t += rest + random.exponential(1 / rate)
    return total / runs


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_what_stands_is_what_a_plain_reading_says(data: st.DataObject) -> None:
    """In order of time within a desk and replicate, each deed removes later ones it excludes."""
    choices, n = data.draw(st.integers(1, 6)), data.draw(st.integers(0, 25))
    desk = np.array(data.draw(st.lists(st.integers(0, 2), min_size=choices, max_size=choices)), np.int32)
    bits = data.draw(st.lists(st.booleans(), min_size=choices**2, max_size=choices**2))
    conflict = np.array(bits, bool).reshape(choices, choices)
    conflict |= conflict.T
    choice = data.draw(st.lists(st.integers(0, choices - 1), min_size=n, max_size=n))
    row = data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))
    time = data.draw(st.permutations(range(n)))
    rang = Ringing(
        np.array(choice, np.int32),
        np.array(row, np.int32),
        np.array(time, np.float32) / 32,
        np.zeros(n, np.float32),
    )

    subject = np.array(data.draw(st.lists(st.integers(0, 2), min_size=choices, max_size=choices)), np.int32)
    rests = data.draw(st.lists(st.sampled_from([0, 0.125, 0.5, 2]), min_size=choices, max_size=choices))
    rest = np.array(rests, np.float32)

    settled, stands = settle(rang, desk, conflict, subject, rest)

    found = sorted(zip(settled.row, settled.choice, settled.time, stands, strict=True), key=lambda x: x[2])
    kept: list[tuple[int, int, float]] = []

    def bars(o: int, before: float, c: int, t: float) -> bool:
        """Whether an earlier deed of the desk excludes a later one."""
        own = subject[o] == subject[c] and (rest[o] == 0 or t - before < rest[o])
        return bool(desk[c] == desk[o] and (conflict[o, c] or own))

    for r, c, t, stood in found:
        clash = any(r == other_r and bars(o, before, c, t) for other_r, o, before in kept)
        assert stood == (not clash), (r, c, t)
        if stood:
            kept.append((r, c, t))
    assert len(found) == n


def deeds(scenario: Scenario, option: str) -> pd.DataFrame:
    """Return the deeds of one block in an order of their own."""
    table = simulate(scenario, option, 0, 1).deeds.to_pandas()
    for name in ("actor", "action", "variant", "target", "observers"):
        table[name] = table[name].astype(str)
    return table.sort_values(WHAT, ignore_index=True)[WHAT]


def test_forbidding_changes_only_histories_that_took_it(tmp_path: Path) -> None:
    """Every other history keeps all its deeds."""
    scenario = written(
        tmp_path, "options: {as_is: {}, barred: {forbid: [{actor: CCC, action: protest, target: AAA}]}}"
    )

    free, barred = deeds(scenario, "as_is"), deeds(scenario, "barred")

    taken = free.query("actor == 'CCC' and action == 'protest' and target == 'AAA'").replicate.unique()
    assert 20 < len(taken) < 900
    assert not len(barred.query("actor == 'CCC' and action == 'protest' and target == 'AAA'"))
    others = [table[~table.replicate.isin(taken)].reset_index(drop=True) for table in (free, barred)]
    assert others[0].equals(others[1])


def test_adding_an_action_changes_only_histories_that_take_it(tmp_path: Path) -> None:
    """A choice more is a clock more, not a new draw."""
    more = written(
        tmp_path,
        """
actions:
  wave:
    {label: wave, desk: country, kind: coercive, targets: rival, per_year: 1, observed_in: rivals, rung: 1,
     cooldown: 7, gains: {OFF: 0.02}, visibility: 1, provokes: {T: 0.2}, sentence: "{actor} waves",
     effects: [{raise: states.actor.readiness, by: 0.1}], basis: {'*': {judgement: "Invented"}}}
""",
    )

    before, after = deeds(toy(), "as_is"), deeds(more, "as_is")

    waved = after[after.action == "wave"].replicate.unique()
    assert 100 < len(waved) < 900
    others = [table[~table.replicate.isin(waved)].reset_index(drop=True) for table in (before, after)]
    assert others[0].equals(others[1])


def test_the_order_of_the_catalogue_does_not_matter() -> None:
    """The same deeds in the same turns whatever comes first in the file."""
    actions = toy().tree["actions"]
    turned = dataclasses.replace(toy(), tree={**toy().tree, "actions": dict(reversed(actions.items()))})

    one, other = deeds(toy(), "as_is"), deeds(turned, "as_is")

    assert one.equals(other)
