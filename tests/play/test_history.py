"""A history opened: the same as was counted, with parts that add up to what decided."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from sim.model.model import StrategicModel
from sim.model.recorder import to_bins
from sim.play.history import open_history
from sim.play.names import Names
from sim.play.pictures import Picture, Witness
from sim.play.reasons import contributions, decision
from sim.play.records import Deed
from tests.model.histories import SEED, fresh, pipeline, stages, toy, written
from tests.play.opening import crisis, history, kept, study

#: A table's name for what a deed has in the history; all of them are compared.
COLUMNS = ("turn", "actor", "action", "variant", "target", "against", "rung", "mid", "deaths", "kind")

#: Six options of the shipped scenario, one history each, and several of the first.
PIPELINE = [("as_agreed", 0), ("as_agreed", 5), ("as_agreed", 7)]


def every_option() -> list[tuple[str, str, int]]:
    """Return (study, option, replicate): several of the toy world, all options of the shipped scenario."""
    others = [("munitions_pipeline", option, 3) for option in pipeline().tree["options"]]
    toys = [("toy", option, replicate) for option in ("as_is", "denied") for replicate in (0, 3, 5)]
    return [*toys, *(("munitions_pipeline", *one) for one in PIPELINE), *others]


def as_row(deed: Deed) -> tuple[object, ...]:
    """Return a deed as its row in the table."""
    seen = ",".join(deed.observers)
    desk = deed.desk
    return (*(getattr(deed, name) for name in COLUMNS), desk, seen, deed.wrong_belief)


@pytest.mark.parametrize(("name", "option", "replicate"), every_option())
def test_a_history_is_the_one_that_was_counted(name: str, option: str, replicate: int) -> None:
    """Every deed, outcome, assumption, quantity and highest rung is that of the study's tables, exactly."""
    held = study(name)
    table = held.deeds.query("option == @option and replicate == @replicate").astype({"variant": str})
    row = held.replicates.query("option == @option and replicate == @replicate").iloc[0]

    told = history(name, option, replicate)

    rows = [
        (*(getattr(r, c) for c in COLUMNS), r.desk, r.observers, r.wrong_belief) for r in table.itertuples()
    ]
    assert sorted(map(as_row, told.deeds), key=repr) == sorted(rows, key=repr)
    assert len(rows) > 0
    assert {o.name: o.turn for o in told.outcomes} == {
        c.removeprefix("t:"): int(row[c]) for c in row.index if c.startswith("t:")
    }
    assert {t.name: int(max(t.values)) for t in told.theatres} == {
        c.removeprefix("rung_max:"): int(row[c]) for c in row.index if c.startswith("rung_max:")
    }
    assert {t.name: t.values[-1] for t in told.quantities} == {
        c.removeprefix("q:"): float(row[c]) for c in row.index if c.startswith("q:")
    }
    assert len(told.blocked) == row["blocked"]
    assert {f"score:{name}": value for name, value in told.scores.items()} == {
        c: float(row[c]) for c in row.index if c.startswith("score:")
    }
    disputes = held.disputes.query("option == @option and replicate == @replicate")
    assert [(d.first, d.second, d.start, d.end, d.level, d.onset_by) for d in told.disputes] == [
        (r.first, r.second, r.start, r.end, r.level, r.onset_by) for r in disputes.itertuples()
    ]
    assert dict(told.assumptions) == {
        c.removeprefix("a:"): row[c] for c in row.index if c.startswith("a:") and row[c] == row[c]
    }


def test_rungs_and_quantities_of_every_turn_are_those_of_the_series() -> None:
    """Put together, all histories of a study make its counts, turn by turn."""
    held = study("toy")
    told = [history("toy", "as_is", replicate) for replicate in range(8)]
    counts = (
        held.series.query("option == 'as_is'").groupby(["series", "turn", "bin"])["count"].sum().to_dict()
    )

    made: dict[tuple[str, int, int], int] = {}
    scales = {path: (scale, sign) for path, _, scale, sign in kept("as_is", 0).setup.watch}
    for one in told:
        for track in one.theatres:
            for turn, rung in enumerate(track.values):
                key = (f"rung:{track.name}", turn, int(rung))
                made[key] = made.get(key, 0) + 1
        for track in one.quantities:
            bins = to_bins(np.array(track.values, np.float32), *scales[track.name])
            for turn, place in enumerate(bins.tolist()):
                made[track.name, turn, place] = made.get((track.name, turn, place), 0) + 1

    assert made == {key: n for key, n in counts.items() if n}


def weighed(scenario, option: str, turns: int, row: int, seed: int = 1) -> tuple[StrategicModel, Picture]:
    """Return a model stopped right after every state weighed its choices, and what one history saw."""
    model = fresh(scenario, option, seed=seed)
    witness = Witness(model, row)
    with threadpool_limits(1, user_api="blas"):
        for _ in range(turns):
            witness.step()
        witness.pictures.clear()
        for stage in stages(model):
            if stage == "act":
                break
    return model, witness.main()


def adds_up(scenario, model: StrategicModel, picture: Picture, row: int, *, least: int) -> None:
    """Assert that base and parts make the rate and the utility the model holds, for every choice there is."""
    names = Names(scenario.tree, model.setup.structure.axes)
    scale = np.log(2.0**32) + np.log(picture.years)
    checked = 0
    for c, choice in enumerate(model.setup.catalogue.choices):
        rate = float(model.rates[c, row])
        if rate < 1e-2:
            continue
        why = decision(picture, c, 0.5, names)
        parts = sum(part.nats for part in why.contributions)
        habit = sum(part.nats for part in why.contributions if part.group == "habituation")
        assert why.base + parts == pytest.approx(why.log_rate, abs=1e-4), choice.name
        assert why.log_rate - habit == pytest.approx(np.log(rate) - scale, abs=1e-5), choice.name
        used = float(model.utility(np.array([c], np.int32), np.array([row]))[0])
        if model.setup.weights[model.setup.catalogue.column["actor"][c]].any():
            expected = used if why.contributions else why.utility
            assert why.utility == pytest.approx(expected, abs=1e-4), choice.name
        for rival in why.rivals:
            difference = sum(one.nats for one in rival.differences)
            assert difference == pytest.approx(why.log_rate - rival.log_rate, abs=1e-4)
        checked += 1
    assert checked > least


@pytest.mark.parametrize("row", [0, 17])
def test_parts_add_up_to_the_utility_used_in_the_toy_world(row: int) -> None:
    """Every decision splits into contributions in nats; nothing is left over."""
    model, picture = weighed(toy(), "denied", 4, row)
    adds_up(toy(), model, picture, row, least=40)


def test_parts_add_up_to_the_utility_used_in_the_shipped_world() -> None:
    """All actions of the catalogue, after some turns of history."""
    model, picture = weighed(pipeline(), "as_agreed", 3, 1, SEED)
    adds_up(pipeline(), model, picture, 1, least=500)


def test_two_parts_about_one_quantity_both_count(tmp_path: Path) -> None:
    """Two drives by one quantity, one of them from a threshold on."""
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

    model, picture = weighed(scenario, "as_is", 1, 0)
    wave = next(c for c, x in enumerate(model.setup.catalogue.choices) if x.name.startswith("BBB:wave"))

    adds_up(scenario, model, picture, 0, least=40)
    names = Names(scenario.tree, model.setup.structure.axes)
    assert {part.group for part in contributions(picture, wave, names)} <= {"drives", "goals"}


def test_who_acts_at_random_has_no_reasons(tmp_path: Path) -> None:
    """A state that weighs nothing is told of with its usual rate alone."""
    scenario = written(tmp_path, "rules: {AAA: random}")
    told = [open_history(scenario, "as_is", replicate, 1) for replicate in range(3)]

    whys = [d.decision for one in told for d in one.deeds if d.actor == "AAA" and d.decision]

    assert whys
    assert all(part.group == "habituation" for why in whys for part in why.contributions)
    assert all(
        why.base + sum(p.nats for p in why.contributions) == pytest.approx(why.log_rate, abs=1e-4)
        for why in whys
    )


@pytest.mark.parametrize("replicate", [1, 2, 5, 6])
def test_the_clock_that_rang_is_the_one_that_is_told(replicate: int) -> None:
    """Rate, habituation and luck of the telling give the time at which the model let the deed happen."""
    told = kept("as_is", replicate)
    number = {choice.name: n for n, choice in enumerate(told.setup.catalogue.choices)}

    for deed in told.history.deeds:
        if deed.by == "clock" and deed.decision:
            race = told.pictures[deed.turn][0].race(np.array([number[deed.choice]]))
            assert race.rings[0] == pytest.approx(deed.decision.rang, abs=1e-5)
            assert race.able[0]
            assert race.margin[0] < 0


def test_a_deed_of_an_answer_round_is_told_as_it_was_decided_there() -> None:
    """Its desk looked again: parts add up to the rate of the round, and its clock is the one that rang."""
    told = crisis()
    number = {choice.name: n for n, choice in enumerate(told.setup.catalogue.choices)}
    moved = 0.0
    for deed in told.history.deeds:
        if not deed.round or deed.by != "clock":
            continue
        choice = number[deed.choice]
        main, *again = told.pictures[deed.turn]
        mine = next(p for p in again if p.number == deed.round and choice in p.choices)
        assert deed.decision is not None
        parts = sum(part.nats for part in deed.decision.contributions)
        assert deed.decision.base + parts == pytest.approx(deed.decision.log_rate, abs=1e-4)
        here, before = (float(p.race(np.array([choice])).rings[0]) for p in (mine, main))
        assert here == pytest.approx(deed.decision.rang, abs=1e-4)
        assert before != pytest.approx(deed.decision.rang, abs=1e-4)
        moved = max(moved, abs(mine.log_rate(choice) - main.log_rate(choice)))
    assert moved > 3  # fire was answered: what was felt in the round is not what was felt before


def test_every_record_of_a_history_is_sound() -> None:
    """A chance is a chance, a day is in its turn, believed and true lie in their bounds, words are whole."""
    for name, option, replicate in every_option():
        told = history(name, option, replicate)
        for deed in told.deeds:
            assert 0 <= (deed.day - told.start).days - deed.turn * told.days < told.days
            assert "{" not in deed.words
            assert set(deed.unseen_by).isdisjoint(deed.observers)
            if deed.decision:
                assert 0 < deed.decision.chance <= 1
                assert all(0 < rival.chance <= 1 for rival in deed.decision.rivals)
                assert all(np.isfinite([b.believed, b.true]).all() for b in deed.decision.beliefs)
        for miss in told.near_misses:
            assert 0 <= (miss.day - told.start).days - miss.turn * told.days < told.days
            assert miss.margin >= 0


def test_a_wrong_belief_that_brought_a_deed_shows_in_its_reasons() -> None:
    """The flag of the table is what the truth would have made of the clock."""
    checked = 0
    for name, option, replicate in every_option():
        for deed in history(name, option, replicate).deeds:
            if deed.by == "clock" and deed.decision and deed.decision.beliefs:
                late = deed.decision.rang * np.exp(-deed.decision.true_beliefs) >= 1
                assert late == deed.wrong_belief
                checked += 1
    assert checked > 50


def test_a_history_is_data_that_json_holds() -> None:
    """For a dashboard or a report: everything, whole, in plain values."""
    told = history("munitions_pipeline", "denied", 3)

    back = json.loads(json.dumps(told.to_dict(), allow_nan=False))

    assert back["option"] == "denied"
    assert len(back["deeds"]) == len(told.deeds)
    why = next(d["decision"] for d in back["deeds"] if d["decision"])
    assert {"group", "words", "weight", "feature", "reference", "nats"} == set(why["contributions"][0])
    assert len(back["theatres"][0]["values"]) == told.turns


def test_progress_is_told_turn_by_turn() -> None:
    """Who waits for a block to be played may know how far it is."""
    seen: list[tuple[int, int]] = []

    study("toy").history(0, progress=lambda done, turns: seen.append((done, turns)))

    assert seen == [(turn, 12) for turn in range(1, 13)]


def test_a_replicate_of_a_later_block_is_opened_too() -> None:
    """Block and row are found from its number."""
    from sim.montecarlo.block import simulate

    told = open_history(toy(), "as_is", 1024 + 9, 1)

    table = simulate(toy(), "as_is", 1, 1).deeds.to_pandas()
    assert len(told.deeds) == (table.replicate == 1024 + 9).sum() > 0


def test_every_event_is_told_each_time_it_comes(tmp_path: Path) -> None:
    """A fire that comes again is news again."""
    text = "injects: {depot_fire: {per_year: 40, then: [{lower: states.BBB.munitions.stock, by: 0.2}]}}"

    told = open_history(written(tmp_path, text), "as_is", 5, 1)

    assert sum(one.kind == "event" for one in told.happenings) > 2


def test_a_deed_of_doctrine_says_by_which_rule(tmp_path: Path) -> None:
    """Nothing was weighed, so it is the rule that explains it, where it has a label."""
    said = """
doctrine:
  - label: words are answered with words
    actor: AAA
    when: {path: states.AAA.munitions.stock, above: 0}
    do: {action: protest, target: CCC}
    firmness: 1
turns: 3
"""
    told = open_history(written(tmp_path, said), "as_is", 0, 1)

    deeds = [deed for deed in told.deeds if deed.by == "doctrine"]

    assert [deed.rule for deed in deeds] == ["words are answered with words"]
    assert deeds[0].decision is None
    assert any("[by doctrine: words are answered with words]" in line for line in told.tell(400))
    assert all(not deed.rule for deed in told.deeds if deed.by != "doctrine")


def test_an_outcome_has_one_date_the_day_of_the_deed_that_brought_it() -> None:
    """In the head and in the course of it; of what no deed is, the last day of its turn."""
    by_deed = by_turn = 0
    for name, option, replicate in every_option():
        told = history(name, option, replicate)
        days = {one.name: one.day for one in told.happenings if one.kind == "outcome"}
        assert days == {one.name: one.day for one in told.outcomes if one.day is not None}
        for came in told.outcomes:
            if came.day is None:
                continue
            assert (came.day - told.start).days // told.days == came.turn
            last = (came.day - told.start).days == int((came.turn + 1) * told.days) - 1
            mine = [d for d in told.deeds if d.turn == came.turn and d.day == came.day]
            assert last or mine
            by_deed, by_turn = by_deed + (not last), by_turn + last
            text = "\n".join(told.tell(400, why=False))
            assert f"Outcome {came.name}: {came.day}" in text
            assert f"{came.day}  OUTCOME  {came.words}" in text
    assert by_deed
    assert by_turn


def test_the_deed_that_is_counted_dates_the_outcome(tmp_path: Path) -> None:
    """The third of its kind, not the first; a sequence comes with what was to be first."""
    said = """
actions: {protest: {per_year: 8}}
outcomes:
  thrice: {label: three protests, does: {action: protest}, at_least: 3}
  before: {label: protests before war, first: thrice, before: clash}
"""
    scenario, checked = written(tmp_path, said), 0
    for replicate in range(6):
        told = open_history(scenario, "as_is", replicate, 1)
        protests = [deed.day for deed in told.deeds if deed.action == "protest"]
        days = {one.name: one.day for one in told.outcomes}
        assert days["thrice"] == (protests[2] if len(protests) > 2 else None)
        if days["before"] is not None:
            assert days["before"] == days["thrice"]
            assert any(one.name == "before" for one in told.happenings)
            checked += 1
    assert checked
