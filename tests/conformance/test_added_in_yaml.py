"""A world grows in YAML alone: what is added there loads, runs and does something one can see."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from sim.errors import ScenarioError
from sim.model.compile import setup_of
from sim.model.model import StrategicModel
from sim.scenario.scenario import Scenario
from sim.world.axes import BLOCK
from tests.model.histories import deeds_of, played, written

#: One of everything: a state, a flow, an indicator, a project, a treaty, a deal, a red line, a place.
ADDED = """
turns: 40
relations:
  rivals: [[AAA, CCC], [BBB, CCC], [DDD, AAA]]
  neighbours: [[AAA, CCC], [BBB, CCC], [AAA, BBB], [DDD, AAA]]
  allies: [[AAA, BBB], [CCC, DDD]]
  partners: [[AAA, BBB], [CCC, DDD]]
states:
  DDD:
    name: Newcomer
    military: 0.08
    munitions: {stock: 1.0, production: 0.5}
    openness: 0.6
    goals:
      {SUR: 0.2, TER: 0.2, UKR: 0.1, ALY: 0.1, AUT: 0.1, PRO: 0.1, ENF: 0.05, NPR: 0.05, PEA: 0.05, OFF: 0.05}
dyads:
  AAA:
    CCC: {penetration: 0.3}
    DDD: {alignment: -0.5, tension: 0.5, reach: 0.6, rung: 3}
  CCC: {DDD: {alignment: 0.6, tension: 0.02, commitment: 0.6}}
  DDD:
    AAA: {alignment: -0.5, tension: 0.5, reach: 0.6, rung: 3}
    CCC: {alignment: 0.6, tension: 0.02, commitment: 0.6}
goods:
  grain: {label: grain, like: food}
pipelines:
  engines: {label: engines, giver: BBB, taker: AAA, good: technology, transit_days: 7, rate: 0.6, seen: 0.1}
  harvest: {label: grain, giver: CCC, taker: BBB, good: grain, transit_days: 7, rate: 5, share: 0.3}
  bread: {label: bread, giver: CCC, taker: AAA, good: food, transit_days: 7, rate: 5, share: 0.1}
  workers: {label: workers, giver: CCC, taker: DDD, good: labour, transit_days: 14, rate: 3, stock: 100}
indicators:
  fielded: {label: rockets fielded, unit: rockets, low: 0, high: 5, start: 0, decay: 0}
  failures: {label: flights that failed, unit: flights, low: 0, high: 100, start: 0, decay: 0}
  insult: {label: an insult, unit: share, low: 0, high: 1, start: 0, decay: 0}
  mood: {label: mood, unit: share, low: 0, high: 1, start: 0.8, decay: 2}
projects:
  AAA:
    rocket:
      label: a rocket
      helped_by: engines
      progress: 0.45
      pace: 0.5
      absorption: 0.5
      flights_needed: 2
      reliability: 0.6
      fielded_then: [{raise: dyads.AAA.CCC.penetration, by: 0.25}, {raise: indicators.fielded, by: 1}]
      failed_then: [{raise: indicators.failures, by: 1}]
treaties:
  pact: {label: a pact, parties: [CCC, DDD], flow: workers, in_force: 1, durability: 0.8, conditional: 0.3}
deals:
  quiet:
    label: quiet against fuel
    parties: [AAA, DDD]
    in_force: 0
    grace: 10
    worth: {AAA: -0.1, DDD: -0.1}
    pledges:
      AAA: {keeps: {path: indicators.insult, below: 0.5}, by: [{action: show_of_force, target: DDD}]}
      DDD: {keeps: {path: dyads.DDD.AAA.sanctions, below: 0.9}}
    accepted_then: [{set: dyads.AAA.DDD.buffer, to: 0.9}]
    broken_then: [{set: dyads.AAA.DDD.sanctions, to: 0.5}]
red_lines:
  no_rocket:
    {label: no rocket, owner: CCC, against: AAA, path: projects.AAA.rocket.flights, threshold: 1,
     declaration: 0.4, severity: 3, weight: 2, by: [{action: flight_test}]}
places:
  islet: {label: an islet, holder: CCC, claimant: AAA, ambiguity: 0.4, garrison: 0.4}
actions:
  flight_test: {programme: {project: owner, only: [rocket]}, per_year: 6, cooldown: 7}
  restore_channel: {actors: [BBB]}
  suspend_agreement: {actors: [BBB]}
  breach_deal: {actors: [BBB]}
  sanction_unilateral: {actors: [BBB]}
  ease_sanctions: {actors: [BBB]}
  retake: {per_year: 0.3, cooldown: 7}
  hold_grain:
    label: hold grain back
    desk: programme
    programme: {pipeline: giver, goods: [grain]}
    kind: coercive
    per_year: 0.6
    observed_in: nowhere
    effects: [{set: pipelines.flow.level, to: 0}]
    sentence: "{actor} holds back: {flow}"
  hold_food:
    label: hold food back
    desk: programme
    programme: {pipeline: giver, goods: [food]}
    kind: coercive
    per_year: 0.6
    observed_in: nowhere
    effects: [{set: pipelines.flow.level, to: 0}]
    sentence: "{actor} holds back: {flow}"
options:
  silent:
    label: nothing is said
    set: {red_lines.no_rocket.declaration: 0}
    forbid: [{action: declare_red_line}]
  spoken:
    label: a precise line
    set: {red_lines.no_rocket.declaration: 1}
    forbid: [{action: declare_red_line}]
  calm:
    label: the war is no ground to call
    forbid: [{actor: CCC, action: invoke_treaty}]
  attacked:
    label: the newcomer is struck
    forbid: [{actor: CCC, action: invoke_treaty}]
    do: [{at: 2030-01-15, actor: AAA, action: major_strike, target: DDD, variant: infrastructure}]
  bargain:
    label: the giver offers quiet
    do: [{at: 2030-01-08, actor: AAA, action: offer_deal, programme: quiet}]
  landing:
    label: the islet is seized
    do: [{at: 2030-02-05, actor: AAA, action: fait_accompli, programme: islet}]
injects:
  insulted: {at: 2030-07-02, then: [{set: indicators.insult, to: 1}]}
outcomes:
  rocket_fielded: {quantity: {path: projects.AAA.rocket.fielded, at_least: 1}}
  called: {quantity: {path: treaties.pact.invoked, at_least: 1}}
  helped: {answers: {treaty: pact, party: CCC}}
  declined: {quantity: {path: treaties.pact.declined.CCC, at_least: 1}}
  crossed: {quantity: {path: red_lines.no_rocket.crossed, at_least: 1}}
  landed: {does: {actor: AAA, action: fait_accompli, programme: islet}}
"""

#: Turn in which the insult is given: a grace of 10 days is over at the end of the next.
INSULT = 26

AAA, BBB, CCC, DDD = range(4)


@cache
def added() -> Scenario:
    """Return the toy world with everything added."""
    with TemporaryDirectory() as folder:
        return written(Path(folder), ADDED)


@cache
def history(option: str = "as_is", turns: int | None = None) -> StrategicModel:
    """Return it played; read only."""
    return played(added(), option, turns)


def came(option: str, outcome: str) -> np.ndarray:
    """Return where an outcome came."""
    return np.asarray(history(option).recorder.watch.turn[outcome] >= 0)


def done(option: str, **wanted: str) -> np.ndarray:
    """Return how often choices were taken, by replicate."""
    model = history(option)
    deeds = deeds_of(model)
    mine = np.append(model.setup.catalogue.find(**wanted), False)[deeds["choice"]]
    return np.bincount(deeds["row"][mine], minlength=BLOCK)


@pytest.mark.parametrize("option", ["as_is", "spoken", "calm", "attacked", "bargain", "landing"])
def test_a_world_with_everything_added_runs_within_its_bounds(option: str) -> None:
    """No number is lost or leaves its range, whatever was put together."""
    assert not history(option).world.faults()


def test_an_added_state_acts_and_is_acted_upon() -> None:
    """A desk for each counterpart and programme, moods of its own, deeds done to it."""
    names = history().setup.structure.axes.states
    deeds = deeds_of(history())
    decided = deeds["choice"] >= 0

    by, to = (decided & (deeds[who] == DDD) for who in ("actor", "against"))

    assert names[DDD] == "DDD"
    assert len(np.unique(deeds["choice"][by])) > 8
    assert to.sum() > 100
    assert history().world.dyads.tension[:, DDD, AAA].std() > 0.01


def test_an_added_flow_delivers_what_it_ships() -> None:
    """A good that no flow of the toy world carried, with a delay and a stock of its own."""
    flows = history().world.pipelines
    p = history().setup.structure.axes.pipelines.index("workers")

    expected = 3 * 40 * 7 / 365.25

    np.testing.assert_allclose(flows.delivered[:, p], expected, rtol=0.02)
    np.testing.assert_allclose(flows.stock[:, p], 100 - flows.shipped[:, p], rtol=1e-4)


def test_an_added_good_is_told_apart_and_does_what_it_is_like() -> None:
    """Grain feeds who takes it; an action for grain sees its flow, and that for food as well."""
    flows, states = history().world.pipelines, history().world.states
    structure = history().setup.structure
    p = structure.axes.pipelines.index("harvest")

    short = states.food[:, BBB] - states.food_start[:, BBB]
    less = flows.flow[:, p] < flows.rate[:, p] / 2

    assert (structure.pipelines[p].called, structure.pipelines[p].good) == ("grain", "food")
    assert done("as_is", action="hold_grain", programme="harvest").sum() > 100
    assert done("as_is", action="hold_food", programme="harvest").sum() > 100
    assert not done("as_is", action="hold_grain", programme="bread").sum()
    assert done("as_is", action="hold_food", programme="bread").sum() > 100
    assert 0.1 < less.mean() < 0.9
    assert short[less].mean() < short[~less].mean() - 0.02


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("good: labour", "good: wheat"),
        ("goods: [grain]", "goods: [wheat]"),
        ("{label: grain, like: food}", "{label: wheat}"),
        ("grain: {label: grain, like: food}", "labour: {label: wheat, like: food}"),
    ],
)
def test_a_good_must_be_known_and_like_one_of_the_program(said: str, wrong: str) -> None:
    """One line for each way to be wrong, with the file and the line."""
    with TemporaryDirectory() as folder, pytest.raises(ScenarioError, match=r"like|wheat|labour"):
        written(Path(folder), ADDED.replace(said, wrong))


def test_an_added_indicator_fades_as_declared() -> None:
    """A scalar of the scenario's own: start, bounds, decay."""
    i = history().setup.structure.axes.index["I"]["mood"]

    expected = 0.8 * np.exp(-2 * 40 * 7 / 365.25)

    np.testing.assert_allclose(history().world.indicators.value[:, i], expected, rtol=1e-3)


def test_an_added_project_is_fielded_and_what_follows_is_seen() -> None:
    """Only after its flights; its effect comes once, in the histories where it was fielded."""
    world, names = history().world, history().setup.structure.axes.index["I"]
    fielded = world.projects.fielded[:, 0] > 0

    launched = world.indicators.value[:, names["fielded"]]

    assert 0.1 < fielded.mean() < 1
    assert (came("as_is", "rocket_fielded") == fielded).all()
    np.testing.assert_array_equal(launched, fielded)
    np.testing.assert_allclose(world.dyads.penetration[:, AAA, CCC], 0.3 + 0.25 * fielded, rtol=1e-5)
    assert (world.projects.successes[fielded, 0] >= world.projects.flights_needed[fielded, 0]).all()


def test_failed_flights_of_an_added_project_are_felt() -> None:
    """Flights are successes or failures, and each failure has its consequence."""
    world = history().world
    failed = world.indicators.value[:, history().setup.structure.axes.index["I"]["failures"]]

    flown = done("as_is", action="flight_test")

    np.testing.assert_array_equal(flown, world.projects.flights[:, 0])
    assert (failed <= flown).all()
    assert failed.sum() > 100


def test_an_added_treaty_is_invoked_after_an_attack_and_answered_or_not() -> None:
    """The attack gives ground to call; some calls are answered, some are not; nobody helps uncalled."""
    calls = done("attacked", action="invoke_treaty", actor="DDD")
    helps = done("attacked", action="honour_treaty", actor="CCC")
    struck = done("attacked", action="major_strike", actor="AAA", target="DDD")

    assert (struck > 0).mean() > 0.95
    assert (calls > 0).sum() > 5 * (done("calm", action="invoke_treaty", actor="DDD") > 0).sum()
    assert (helps <= calls).all()
    assert (helps > 0).sum() > 50
    assert came("attacked", "declined").sum() > 10
    assert (came("attacked", "helped") == (helps > 0)).all()


def test_a_call_left_alone_costs_an_added_ally_its_word() -> None:
    """Credibility stands lower in the histories where it declined and never helped."""
    word = history("attacked").world.treaties.credibility[:, 0, CCC]
    helped, declined = came("attacked", "helped"), came("attacked", "declined")

    assert word[declined & ~helped].max() < word[~declined & ~helped].min()


def test_an_added_deal_is_offered_accepted_and_followed() -> None:
    """Its consequences come where it was accepted, and nowhere else."""
    before = history("bargain", INSULT).world
    accepted = done("bargain", action="accept_deal", actor="DDD") > 0
    offered = done("bargain", action="offer_deal", actor="AAA") > 0
    struck = before.deals.in_force[:, 0] > 0

    assert offered.mean() > 0.95
    assert 0.2 < accepted.mean() < 1
    assert struck.mean() > 0.2
    assert before.dyads.buffer[struck, AAA, DDD].min() > before.dyads.buffer[~struck, AAA, DDD].max()


def test_a_broken_pledge_of_an_added_deal_ends_it() -> None:
    """Once the grace is over, for all who had struck it; who broke it is known, and what follows comes."""
    before, warned, after = (history("bargain", INSULT + n).world for n in (0, 1, 2))
    struck = before.deals.in_force[:, 0] > 0

    assert warned.deals.in_force[struck, 0].all()
    assert (warned.deals.breach_days[struck, 0, AAA] == 7).all()
    assert not after.deals.in_force[struck, 0].any()
    assert after.deals.broken[struck, 0, AAA].all()
    assert not after.deals.broken[struck, 0, DDD].any()
    assert (after.dyads.sanctions[struck, AAA, DDD] == np.float32(0.5)).all()
    assert (after.dyads.answer_owed[struck, DDD, AAA] > before.dyads.answer_owed[struck, DDD, AAA]).all()


def test_an_added_red_line_is_crossed_and_answered_or_left_alone() -> None:
    """A line that was spoken of is crossed by a flight; where nobody answers it moves."""
    lines, flown = history("spoken").world.red_lines, history("spoken").world.projects.flights[:, 0]

    assert (came("spoken", "crossed") == (flown >= 1)).all()
    assert lines.unkept[:, 0].max() >= 1
    assert (lines.at[lines.unkept[:, 0] > 0, 0] > 1).all()
    assert not history("silent").world.red_lines.crossed.any()


def test_a_spoken_line_weighs_on_the_deed_that_would_cross_it() -> None:
    """Same luck, declaration 0 and 1: fewer flights, and hardly a history in which it causes one."""
    silent, spoken = (done(option, action="flight_test") for option in ("silent", "spoken"))

    assert history("silent").world.red_lines.pressure.max() == 0
    assert history("spoken").world.red_lines.pressure.mean() > 0.5
    assert spoken.sum() < 0.7 * silent.sum()
    assert (spoken > silent).mean() < 0.1 * (spoken < silent).mean()


def test_an_added_place_is_seized_and_retaken() -> None:
    """It is held until it is taken back within weeks, or for good."""
    places = history("landing").world.places
    landed, back = done("landing", action="fait_accompli"), done("landing", action="retake", actor="CCC")

    assert (landed > 0).mean() > 0.95
    assert (came("landing", "landed") == (landed > 0)).all()
    assert (back > 0).sum() > 50
    assert (places.seized[:, 0] == landed - back).all()
    assert (places.garrison[back > 0, 0] > 0.5).all()
    assert (places.seized_days[places.seized[:, 0] > 0, 0] > 28).mean() > 0.9


def test_the_names_of_what_was_added_are_said_in_full() -> None:
    """Every choice at a new desk tells its story without an open brace."""
    catalogue = setup_of(added(), "as_is").catalogue

    new = [
        c for c in catalogue.choices if c.programme in {"AAA.rocket", "pact", "quiet", "no_rocket", "islet"}
    ]

    assert {c.desk.partition(":")[0] for c in new} == {"project", "treaty", "deal", "red_line", "place"}
    for choice in new:
        said = choice.spec["sentence"].format(**{"target": "", "flow": "", "war": "", **choice.binding})
        assert "{" not in said, choice.name
