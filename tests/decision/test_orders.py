"""What is fixed from outside: scripts at their date, doctrines when a condition comes true, rules."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from sim.decision.race import RANGE
from sim.model.model import StrategicModel
from sim.world.axes import BLOCK
from sim.world.moment import DAYS_A_YEAR
from tests.model.histories import compiled, fresh, played, stages, toy, within, written

#: An alarm that is raised on day 14, falls silent on day 35 and is raised again on day 56.
ALARM = """
indicators:
  alarm: {label: alarm, unit: share, low: 0, high: 1, start: 0, decay: 0}
injects:
  depot_fire: null
  on: {at: 2030-01-15, then: [{set: indicators.alarm, to: 1}]}
  off: {at: 2030-02-05, then: [{set: indicators.alarm, to: 0}]}
  again: {at: 2030-02-26, then: [{set: indicators.alarm, to: 1}]}
"""
WHEN = "when: {path: indicators.alarm, above: 0.5}"
PROTEST = "do: {action: protest, target: CCC}"


def turns_of(model: StrategicModel, action: str, actor: str) -> dict[int, int]:
    """Return how many replicates saw the actor do it, by turn."""
    mask = np.append(model.setup.catalogue.find(action=action, actor=actor), False)
    counts = {t: len(np.unique(d.row[mask[d.choice]])) for t, d in model.recorder.deeds}
    return {t: n for t, n in counts.items() if n}


def option(text: str, *, rules: str = "AAA: scripted") -> str:
    """Return an option that fixes AAA."""
    return f"{ALARM}\noptions: {{mine: {{rules: {{{rules}}}, {text}}}}}"


@pytest.mark.parametrize(("date", "turn"), [("2030-01-01", 0), ("2030-01-15", 2), ("2030-01-21", 2)])
def test_a_scripted_deed_is_done_in_the_turn_of_its_date(tmp_path: Path, date: str, turn: int) -> None:
    """In every history, once, and nothing else is done by who follows a script."""
    text = option(f"do: [{{at: {date}, actor: AAA, action: protest, target: CCC}}]")

    model = played(written(tmp_path, text), "mine")

    assert turns_of(model, "protest", "AAA") == {turn: BLOCK}
    mine = {c for _, d in model.recorder.deeds for c in d.choice[(d.actor == 0) & (d.choice >= 0)]}
    assert len(mine) == 1


@pytest.mark.parametrize(("until", "done"), [(28, {5: BLOCK}), (14, {})])
def test_a_deed_that_may_not_be_done_is_tried_again(tmp_path: Path, until: int, done: dict) -> None:
    """Until its patience is over; then it is recorded as blocked."""
    text = f"""
injects: {{door: {{at: 2030-02-05, then: [{{set: dyads.AAA.CCC.buffer, to: 0.1}}]}}}}
options:
  mine:
    rules: {{AAA: scripted, CCC: scripted}}
    set: {{dyads.AAA.CCC.buffer: 0.9}}
    do: [{{at: 2030-01-15, actor: AAA, action: restore_channel, target: CCC, until: {until}}}]
"""

    model = played(written(tmp_path, text), "mine")

    assert turns_of(model, "restore_channel", "AAA") == done
    assert bool(model.orders.blocked.all()) == (not done)


def test_two_deeds_of_one_desk_and_date_are_both_done_or_told_of(tmp_path: Path) -> None:
    """What an earlier deed of the turn excludes is tried again; it does not vanish."""
    text = option(
        "do: [{at: 2030-01-15, actor: AAA, action: protest, target: CCC},"
        " {at: 2030-01-15, actor: AAA, action: talks, target: CCC}]"
    )

    model = played(written(tmp_path, text), "mine")

    done = sum(len(turns_of(model, action, "AAA")) for action in ("protest", "talks"))
    assert done == 2 or model.orders.blocked.any()


def test_a_doctrine_fires_when_its_condition_becomes_true(tmp_path: Path) -> None:
    """Once, and again only after the condition has been false."""
    text = option(f"doctrine: [{{actor: AAA, {WHEN}, {PROTEST}, firmness: 1}}]", rules="AAA: doctrine")

    model = played(written(tmp_path, text), "mine")

    assert turns_of(model, "protest", "AAA") == {2: BLOCK, 8: BLOCK}


def test_a_doctrine_re_arms_after_its_interval(tmp_path: Path) -> None:
    """`every` renews it while the condition stays true."""
    text = option(
        f"doctrine: [{{actor: AAA, {WHEN}, {PROTEST}, firmness: 1, every: {{days: 14}}}}]",
        rules="AAA: doctrine",
    )

    model = played(written(tmp_path, text), "mine")

    assert turns_of(model, "protest", "AAA") == {2: BLOCK, 4: BLOCK, 8: BLOCK, 10: BLOCK}


def test_firmness_is_the_chance_that_a_doctrine_is_followed(tmp_path: Path) -> None:
    """One draw each time it fires; those that shrink back wait for the next time."""
    text = option(f"doctrine: [{{actor: AAA, {WHEN}, {PROTEST}, firmness: 0.3}}]", rules="AAA: doctrine")

    done = turns_of(played(written(tmp_path, text), "mine"), "protest", "AAA")

    assert set(done) == {2, 8}
    assert all(within(n / BLOCK, 0.3, BLOCK) for n in done.values())


def test_a_doctrine_has_the_same_luck_wherever_it_stands(tmp_path: Path) -> None:
    """Names, never indices: a rule before it must not move its draw."""
    mine = f"{{actor: AAA, {WHEN}, {PROTEST}, firmness: 0.5}}"
    other = f"{{actor: BBB, {WHEN}, do: {{action: talks, target: AAA}}, firmness: 0.5}}"
    text = f"""{ALARM}
options:
  alone: {{rules: {{AAA: doctrine}}, doctrine: [{mine}]}}
  second: {{rules: {{AAA: doctrine}}, doctrine: [{other}, {mine}]}}
"""
    scenario = written(tmp_path, text)

    models = [played(scenario, name, 3) for name in ("alone", "second")]

    rows = [m.recorder.deeds[2][1].row[m.recorder.deeds[2][1].actor == 0].tolist() for m in models]
    assert rows[0] == rows[1]


def test_who_holds_does_nothing() -> None:
    """The null model of a state that sits still."""
    model = fresh_with_rule("hold")
    model.run()

    assert not any((d.actor[d.choice >= 0] == 0).any() for _, d in model.recorder.deeds)
    assert any((d.actor[d.choice >= 0] == 1).any() for _, d in model.recorder.deeds)


def fresh_with_rule(rule: str) -> StrategicModel:
    """Return the toy world with a rule for AAA."""
    return fresh(dataclasses.replace(toy(), tree={**toy().tree, "rules": {"AAA": rule}}), "as_is")


def test_who_acts_at_random_follows_rates_alone() -> None:
    """The null model without decision theory: the observed rates, the same for every state of the world."""
    model = fresh_with_rule("random")
    for stage in stages(model):
        if stage == "act":
            break

    seat = model.seats[0]
    rates = seat.clocks.rate / RANGE / (model.setup.days / DAYS_A_YEAR)
    expected = model.setup.rates.per_year[: len(rates)]

    assert (rates == rates[:, :1]).all()
    free = rates[:, 0] > 0  # what cannot be done now has no rate
    assert free.any()
    assert (rates[free, 0] >= expected[free] * (1 - 1e-4)).all()


def test_an_order_needs_no_room_in_the_race(tmp_path: Path) -> None:
    """What is forbidden as a choice may still be ordered: forbidding masks, forcing draws."""
    text = option(
        "forbid: [{actor: AAA, action: protest}],"
        "do: [{at: 2030-01-15, actor: AAA, action: protest, target: CCC}]",
        rules="",
    )

    model = played(written(tmp_path, text), "mine")

    assert turns_of(model, "protest", "AAA") == {2: BLOCK}


def test_a_variant_left_out_is_the_likeliest(tmp_path: Path) -> None:
    """`do: {action: talks}` is official talks, not a summit."""
    text = option("do: [{at: 2030-01-15, actor: AAA, action: talks, target: CCC}]")

    model = played(written(tmp_path, text), "mine", 3)

    deeds = model.recorder.deeds[2][1]
    mine = np.unique(deeds.choice[(deeds.actor == 0) & (deeds.choice >= 0)])
    assert [model.setup.catalogue.choices[c].variant for c in mine] == ["official"]


def test_a_forbidden_action_has_a_rate_of_exactly_nothing(tmp_path: Path) -> None:
    """Masks, not small numbers."""
    text = "options: {as_is: {forbid: [{actor: CCC, action: exercise}, {action: talks, target: BBB}]}}"
    model = played(written(tmp_path, text), "as_is")
    barred = model.setup.catalogue.find(actor="CCC", action="exercise")
    barred |= model.setup.catalogue.find(action="talks", target="BBB")

    rates = np.concatenate([seat.clocks.rate for seat in model.seats])

    assert (rates[barred] == 0).all()
    assert barred.sum() < len(barred) == len(compiled(toy, "as_is").catalogue.choices)
