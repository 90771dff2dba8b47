"""Near misses: what is said to have been near was near."""

from __future__ import annotations

import math

import pytest

from sim.model.compile import setup_of
from sim.montecarlo.block import begin
from sim.play.clashes import drawn
from sim.play.history import open_history
from sim.play.records import History, NearMiss
from sim.play.telling import tell
from sim.scenario.scenario import Scenario
from sim.world.ladder import LIMITED_FORCE
from tests.model.histories import toy


def with_rate(replicate: int, action: str, factor: float) -> History:
    """Return a history of the toy world with the rate of one action multiplied, one that hardly rests."""
    usual = float(toy().tree["actions"][action]["per_year"])
    return open_history(toy(f"actions.{action}.per_year={usual * factor}"), "as_is", replicate, 1)


def clashing() -> Scenario:
    """Return the toy world with incidents enough."""
    return toy("parameters.incident_hazard=18.0", "parameters.incident_force=0.4")


def first(replicate: int, choice: str, how: str) -> NearMiss:
    """Return the near miss of a choice in the first turn, before anything could differ."""
    misses = open_history(toy(), "as_is", replicate, 1).near_misses
    return next(m for m in misses if m.turn == 0 and m.choice == choice and m.how == how)


@pytest.mark.parametrize(
    ("replicate", "choice"),
    [(38, "CCC:restore_channel:AAA"), (83, "AAA:build_up:"), (39, "AAA:protest:CCC")],
)
def test_a_clock_that_nearly_rang_rings_at_the_rate_that_is_told(replicate: int, choice: str) -> None:
    """A little more than the margin and it is done, a little less and it is not."""
    miss = first(replicate, choice, "clock")
    action = choice.split(":")[1].split(".", maxsplit=1)[0]

    more = with_rate(replicate, action, math.exp(miss.margin) * 1.03)
    less = with_rate(replicate, action, math.exp(miss.margin) * 0.97)

    assert any(d.choice == choice and d.turn == 0 for d in more.deeds)
    assert not any(d.choice == choice and d.turn == 0 for d in less.deeds)


@pytest.mark.parametrize(
    ("replicate", "choice"),
    [(38, "CCC:build_up:"), (85, "AAA:exercise.national:CCC"), (61, "AAA:stand_down:CCC")],
)
def test_a_deed_that_only_just_came_fails_at_the_rate_that_is_told(replicate: int, choice: str) -> None:
    """The other way round."""
    miss = first(replicate, choice, "barely")
    action = choice.split(":")[1].split(".", maxsplit=1)[0]

    more = with_rate(replicate, action, math.exp(-miss.margin) * 1.03)
    less = with_rate(replicate, action, math.exp(-miss.margin) * 0.97)

    assert any(d.choice == choice and d.turn == 0 for d in more.deeds)
    assert not any(d.choice == choice and d.turn == 0 for d in less.deeds)


def test_what_was_forestalled_was_not_done_and_what_came_before_it_was() -> None:
    """The deed that was first is named."""
    checked = 0
    for replicate in range(12):
        told = open_history(toy(), "denied", replicate, 1)
        for miss in told.near_misses:
            if miss.how == "forestalled":
                done = {(d.turn, d.words) for d in told.deeds}
                assert (miss.turn, miss.instead) in done
                checked += 1
    assert checked


def test_what_a_deed_of_its_desk_barred_anyway_is_no_near_miss() -> None:
    """A clock that nearly rang would have been heard: nothing that excludes it stood in that turn."""
    catalogue = setup_of(toy(), "denied").catalogue
    number, checked = {choice.name: n for n, choice in enumerate(catalogue.choices)}, 0
    for replicate in (3, 5, 7, 19):  # in the last a protest nearly came in the week of an opening
        told = open_history(toy(), "denied", replicate, 1)
        for miss in told.near_misses:
            if miss.how == "clock":
                done = [number[d.choice] for d in told.deeds if d.turn == miss.turn and d.choice]
                assert not any(catalogue.conflict[other, number[miss.choice]] for other in done), miss
                checked += 1
    assert checked


def test_the_draws_of_an_incident_are_those_of_the_model() -> None:
    """It came to fire, and killed, where they fell below their chance, and only there."""
    seen = set()
    model, _ = begin(clashing(), "as_is", 0, 1)
    states = model.setup.structure.axes.states
    while model.turn < model.setup.turns:
        model.step()
        for table in model.moment.deeds:
            mine = table.where((table.choice < 0) & (table.row < 20))
            for n in range(len(mine)):
                pair = states[mine.actor[n]], states[mine.target[n]]
                luck = drawn(model, int(mine.row[n]), *pair)
                fired, died = bool(mine.rung[n] >= LIMITED_FORCE), bool(mine.deaths[n] > 0)
                assert (luck.force < luck.force_chance) == fired
                assert not fired or (luck.deaths < luck.deaths_chance) == died
                seen.add((fired, died))
    assert seen == {(False, False), (True, False), (True, True)}


def test_incidents_that_nearly_came_to_more_are_told() -> None:
    """With the chance they were held against."""
    near = 0
    for replicate in range(4):
        told = open_history(clashing(), "as_is", replicate, 1)
        text = " ".join(" ".join(tell(told, 100)).split())
        for miss in told.near_misses:
            if miss.how == "incident":
                assert miss.words in {deed.words for deed in told.deeds if deed.day == miss.day}
                assert 0 <= miss.margin < 0.3
                assert miss.instead in {"nobody fired", "nobody died"}
                assert f"{miss.instead}, but" in text
                near += 1
    assert near
