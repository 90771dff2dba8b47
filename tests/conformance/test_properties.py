"""Whatever numbers a world is given, some things never happen and some always add up.

Every example is one text over the toy world; its 1,024 replicates draw their numbers from wide ranges, so
that each is a random world of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.api import load_scenario
from sim.model.model import StrategicModel
from sim.scenario.scenario import Scenario
from sim.world.axes import BLOCK
from sim.world.deeds import Deeds
from sim.world.world import World
from tests.model.histories import deeds_of, fresh, played, stages, start, within, written

#: Quantities drawn anew in every replicate, and the widest range of each.
WIDE = {
    "states.AAA.survivability": (0, 1),
    "states.BBB.survivability": (0, 1),
    "states.CCC.missile.defence": (0, 1),
    "states.BBB.counterforce": (0, 1),
    "states.AAA.gate.war": (0, 1),
    "states.AAA.gate.assets": (0, 1),
    "states.BBB.gate.war": (0, 1),
    "states.BBB.gate.attack": (0, 1),
    "states.CCC.gate.peril": (0, 1),
    "states.CCC.readiness": (0, 1),
    "dyads.AAA.CCC.penetration": (0, 1),
    "dyads.BBB.CCC.penetration": (0, 1),
    "dyads.CCC.AAA.penetration": (0, 1),
    "dyads.AAA.CCC.tension": (0, 1),
    "dyads.CCC.AAA.tension": (0, 1),
    "dyads.AAA.CCC.rung": (0, 8),
    "treaties.pact.conditional": (0, 1),
    "treaties.pact.escape": (0, 1),
    "treaties.entente.durability": (0, 1),
    "deals.quiet.grace": (0, 60),
    "red_lines.no_shells.threshold": (0, 4),
    "red_lines.no_shells.declaration": (0, 1),
    "pipelines.aaa_bbb_shells.level": (0, 4),
    "pipelines.aaa_bbb_shells.interdiction": (0, 1),
    "pipelines.aaa_bbb_troops.interdiction": (0, 1),
    "pipelines.bbb_aaa_engines.level": (0, 4),
    "projects.AAA.rocket.progress": (0, 1),
    "wars.border.guarantee": (0, 1),
    "places.islet.garrison": (0, 1),
}

#: Numbers one example sets for all its replicates, and the range of each.
SET = {
    "dyads.CCC.BBB.tension": (0, 1),
    "treaties.pact.in_force": (0, 1),
    "treaties.entente.in_force": (0, 1),
    "deals.quiet.in_force": (0, 1),
    "pipelines.aaa_bbb_troops.level": (0, 2),
    "pipelines.aaa_bbb_shells.transit_days": (0, 120),
    "parameters.incident_hazard": (0, 5),
    "parameters.reputation": (0, 1),
}

BASE = """
states: {{AAA: {{warheads: 1}}, BBB: {{warheads: 1}}, CCC: {{warheads: 1}}}}
pipelines:
  aaa_bbb_troops:
    {{giver: AAA, taker: BBB, good: troops, war: border, transit_days: 10, rate: 20, stock: 30}}
  bbb_aaa_engines: {{label: engines, giver: BBB, taker: AAA, good: technology, transit_days: 7, rate: 0.5}}
projects:
  AAA: {{rocket: {{helped_by: bbb_aaa_engines, progress: 0.5, pace: 0.3, flights_needed: 2}}}}
treaties:
  pact: {{label: a pact, parties: [AAA, BBB], flow: aaa_bbb_shells, war: border, in_force: 1}}
  entente: {{label: an entente, parties: [AAA, CCC], in_force: 1}}
deals:
  quiet:
    label: quiet
    parties: [AAA, CCC]
    in_force: 1
    worth: {{AAA: 0.3, CCC: 0.3}}
    pledges: {{AAA: {{keeps: {{path: dyads.AAA.CCC.tension, below: 0.7}}, by: [{{action: show_of_force}}]}}}}
red_lines:
  no_shells:
    {{label: no shells, owner: CCC, against: AAA, observes: pipelines.aaa_bbb_shells.level, threshold: 1,
     by: [{{action: set_flow}}]}}
places: {{islet: {{label: an islet, holder: CCC, claimant: AAA}}}}
actions:
  flight_test: {{programme: {{project: owner, only: [rocket]}}}}
  set_flow: {{actors: [AAA, BBB]}}
  nuclear_signal: {{actors: [AAA, BBB, CCC]}}
  nuclear_alert: {{actors: [AAA, BBB, CCC]}}
  limited_nuclear_use: {{actors: [AAA, BBB, CCC], per_year: 20, cooldown: 7}}
  general_nuclear_use: {{actors: [AAA, BBB, CCC], per_year: 20, cooldown: 7}}
  fait_accompli: {{per_year: 0.5}}
rules: {{AAA: {aaa}, BBB: {bbb}}}
options: {{as_is: {{forbid: [{{action: troops_abroad, variant: withdraw}}]}}}}
assumptions:
{assumptions}
"""

#: Rungs of nuclear use.
NUCLEAR = 10


@dataclass(frozen=True)
class Lived:
    """One turn of a block: the world as it was acted on, what was done, and the world at its end."""

    before: World
    deeds: Deeds  # all at once, in the world before
    answers: tuple[Deeds, ...]  # in rounds, each in a world the last has changed
    after: World


@dataclass(frozen=True)
class Example:
    """What one example draws."""

    sets: tuple[tuple[str, float], ...]
    warheads: float  # the most a state has
    rules: tuple[str, str]

    @property
    def scenario(self) -> Scenario:
        """Return its text, loaded."""
        ranges = {**WIDE, **{f"states.{s}.warheads": (0, self.warheads) for s in ("AAA", "BBB", "CCC")}}
        drawn = [
            f"  a{n}: {{path: {path}, why: Any will do, distribution: {{{_spread(*ends)}}}}}"
            for n, (path, ends) in enumerate(ranges.items())
        ]
        text = BASE.format(aaa=self.rules[0], bbb=self.rules[1], assumptions="\n".join(drawn))
        with TemporaryDirectory() as folder:
            file = Path(folder) / "mine.yaml"
            file.write_text(f"name: mine\nextends: toy\n{text}")
            return load_scenario(file, [f"{path}={value}" for path, value in self.sets])


def _spread(low: float, high: float) -> str:
    return f"uniform: {{low: {low}, high: {high}}}" if high > low else f"constant: {low}"


numbers = st.tuples(
    *(
        st.tuples(st.just(path), st.floats(low, high, width=16).map(lambda x: round(x, 3)))
        for path, (low, high) in SET.items()
    )
)
rules = st.sampled_from(["desks", "random"])
examples = st.builds(Example, numbers, st.sampled_from([1.5, 20.0, 200.0]), st.tuples(rules, rules))
few = settings(max_examples=2, deadline=None, database=None, derandomize=True)


@cache
def lived(example: Example) -> tuple[StrategicModel, tuple[Lived, ...]]:
    """Return the model of an example played to its end, and its turns."""
    model = fresh(example.scenario, "as_is")
    return model, tuple(_turns(model))


def _turns(model: StrategicModel) -> Iterator[Lived]:
    everyone, before = np.arange(BLOCK), model.world
    for _ in range(model.setup.turns):
        for stage in stages(model):
            if stage == "act":
                before = model.world.take(everyone)
        first, *later = model.moment.deeds
        answers = tuple(d for d in later if (d.choice >= 0).all())  # incidents are nobody's choice
        yield Lived(before, first, answers, model.world.take(everyone))


@few
@given(example=examples)
def test_every_requirement_held_when_its_deed_was_done(example: Example) -> None:
    """At every desk, also where states act at random; what is done in rounds is done in another world."""
    model, turns = lived(example)

    for turn in turns:
        assert model.setup.requirements.hold(turn.before, turn.deeds.choice, turn.deeds.row).all()

    assert sum(len(turn.deeds) for turn in turns) > 5000


@few
@given(example=examples)
def test_no_nuclear_use_without_warheads_and_delivery(example: Example) -> None:
    """Ever, whatever doctrine permits."""
    _, turns = lived(example)

    for turn in turns:
        d = turn.deeds.where(turn.deeds.rung >= NUCLEAR)
        assert (turn.before.states.warheads[d.row, d.actor] >= 1).all()
        assert (turn.before.dyads.delivery[d.row, d.actor, d.against] >= 0.05).all()
        armed = turn.before.states.warheads * turn.before.states.survivability >= 1
        assert (armed[d.row, d.actor] & (turn.before.dyads.penetration[d.row, d.actor, d.against] > 0)).all()
        for answers in turn.answers:
            a = answers.where(answers.rung >= NUCLEAR)
            assert (turn.before.states.warheads[a.row, a.actor] >= 1).all()
            assert (turn.before.dyads.penetration[a.row, a.actor, a.against] > 0).all()


@few
@given(example=examples)
def test_nothing_leaves_its_bounds(example: Example) -> None:
    """No quantity is lost, negative or above its highest value in any turn of any world."""
    _, turns = lived(example)

    for turn in turns:
        assert not turn.after.faults()


@few
@given(example=examples)
def test_nobody_is_bound_by_a_treaty_it_is_not_party_to(example: Example) -> None:
    """Calls and help are between parties; a stranger is never asked, never helps and is never blamed."""
    model, turns = lived(example)
    catalogue, strange = model.setup.catalogue, {"pact": 2, "entente": 1}

    for turn in turns:
        for k, name in enumerate(model.setup.structure.axes.treaties):
            for quantity in (turn.after.treaties.level, turn.after.treaties.declined):
                assert not quantity[:, k, strange[name]].any()
            assert (turn.after.treaties.asked_until[:, k, strange[name]] == -1).all()
    for choice in catalogue.choices:
        if choice.action in {"invoke_treaty", "honour_treaty", "leave_treaty"}:
            party = {"pact": {"AAA", "BBB"}, "entente": {"AAA", "CCC"}}[choice.programme]
            assert {choice.actor, choice.target} == party


@few
@given(example=examples)
def test_help_needs_a_call_and_a_call_needs_a_treaty_in_force(example: Example) -> None:
    """Every helper was asked; every caller had a treaty in force and ground to call on it."""
    model, turns = lived(example)
    find = model.setup.catalogue.find

    for turn in turns:
        for k, name in enumerate(model.setup.structure.axes.treaties):
            held = turn.before.treaties
            helps = turn.deeds.where(find(action="honour_treaty", desk=f"treaty:{name}")[turn.deeds.choice])
            calls = turn.deeds.where(find(action="invoke_treaty", desk=f"treaty:{name}")[turn.deeds.choice])
            assert (held.asked_until[helps.row, k, helps.actor] >= 0).all()
            assert (held.in_force[calls.row, k] >= 1).all()
            assert (held.attacked[calls.row, k, calls.actor] >= 0.3).all()


@few
@given(example=examples)
def test_what_is_shipped_is_delivered_lost_or_under_way(example: Example) -> None:
    """For every flow at any level, route and delay; troops that arrived are abroad or fallen."""
    model, _ = lived(example)
    flows = model.world.pipelines
    primed = start(example.scenario, model.setup).pipelines.transit.sum(axis=2)
    troops = model.setup.structure.axes.index["P"]["aaa_bbb_troops"]

    left = primed + flows.shipped - flows.lost - flows.delivered - flows.transit.sum(axis=2)
    gone = flows.delivered - flows.abroad - flows.fallen

    assert np.abs(left / np.maximum(primed + flows.shipped, 1e-2)).max() < 5e-4
    np.testing.assert_allclose(gone[:, troops], 0, atol=2e-3)
    assert (flows.stock >= 0).all()


@few
@given(example=examples)
def test_ledgers_move_by_what_arrives(example: Example) -> None:
    """Shells are owed for on arrival, oil pays for them on arrival; nothing else is on the book."""
    model, _ = lived(example)
    flows, first = model.world.pipelines, start(example.scenario, model.setup).pipelines
    p = model.setup.structure.axes.index["P"]
    debt, pay = p["aaa_bbb_shells"], p["bbb_aaa_oil"]

    came = flows.delivered * flows.value

    moved = flows.owed[:, debt] - first.owed[:, debt]
    np.testing.assert_allclose(moved, came[:, debt] - came[:, pay], atol=1e-3)


@few
@given(example=examples)
def test_shells_are_made_given_fired_or_kept(example: Example) -> None:
    """Stocks of the turn's end from those its deeds left: output, arrivals, shipments and fire, no more."""
    model = fresh(example.scenario, "as_is")
    states, flows = model.world.states, model.world.pipelines
    years, shells = np.float32(7 / 365.25), 0

    for _ in range(4):
        for stage in stages(model):
            if stage == "pipelines":
                stock, shipped, delivered = (
                    x.copy() for x in (states.munitions_stock, flows.shipped, flows.delivered)
                )
                supply = np.minimum(
                    states.components / states.components_start, states.energy / states.energy_start
                )
                works = np.clip(1 - model.world.parameters.components_bite[:, None] * (1 - supply), 0, 1.2)
                stock += (states.munitions_production * works + states.munitions_inflow) * years
            if stage == "economy":
                stock[:, 0] -= (flows.shipped - shipped)[:, shells]
                stock[:, 1] += (flows.delivered - delivered)[:, shells] * (1 - flows.duds[:, shells])
                stock -= states.munitions_burn * years
                np.testing.assert_allclose(states.munitions_stock, stock, atol=1e-4)


@few
@given(numbers=numbers, random=rules)
def test_a_world_without_warheads_knows_no_nuclear_use(
    numbers: tuple[tuple[str, float], ...], random: str
) -> None:
    """A thousand random worlds without a warhead: no use, no alert, no licence, no delivery."""
    model, turns = lived(Example(numbers, 0.0, (random, random)))

    for turn in turns:
        assert (turn.deeds.rung < 9).all()
        for quantity in ("delivery", "licence", "preempt", "nuked"):
            assert not getattr(turn.before.dyads, quantity).any()
    assert not model.world.states.warheads.any()


#: A belligerent with a sure arsenal that is losing a war its doctrine may name.
LOSING = """
states: {BBB: {warheads: 100, survivability: 1}}
wars: {border: {front: -12, front_rate: -10, hope: {BBB: -10, CCC: 10}}}
actions: {limited_nuclear_use: {actors: [BBB], per_year: 0.002}}
options:
  shut: {set: {states.BBB.gate.war: 0}}
  ajar: {set: {states.BBB.gate.war: 0.5}}
  open: {set: {states.BBB.gate.war: 1}}
outcomes: {used: {does: {actor: BBB, action: limited_nuclear_use}}}
"""


def test_a_condition_of_first_use_that_is_met_makes_use_likelier() -> None:
    """The wider the gate the more histories with use, and the higher the probability added up in each."""
    with TemporaryDirectory() as folder:
        scenario = written(Path(folder), LOSING)
    used, probability = [], []

    for option in ("shut", "ajar", "open"):
        recorder = played(scenario, option).recorder
        used.append(float((recorder.watch.turn["used"] >= 0).mean()))
        probability.append(float(recorder.rare.probabilities()["used"].mean()))

    assert used[0] == probability[0] == 0
    assert 0 < used[1] < used[2]
    assert 1.2 * probability[1] < probability[2]
    assert all(within(u, p, BLOCK) for u, p in zip(used, probability, strict=True))


#: A state with one warhead, two enemies and every reason.
LAST = """
relations: {rivals: [[AAA, CCC], [BBB, CCC], [AAA, BBB]], allies: [], partners: []}
states: {AAA: {warheads: 1, survivability: 1}}
parameters: {leap: 11}
actions:
  limited_nuclear_use:
    actors: [AAA]
    per_year: 1000000
    cooldown: 0
    habituates: 0
    requires:
      [{path: states.actor.warheads, at_least: 1}, {path: dyads.actor.target.delivery, at_least: 0.05}]
"""


def test_one_warhead_is_used_once() -> None:
    """Two enemies are two desks, but the arsenal is one."""
    with TemporaryDirectory() as folder:
        model = played(written(Path(folder), LAST), "as_is", 2)

    deeds = deeds_of(model)
    uses = np.bincount(deeds["row"][deeds["rung"] >= NUCLEAR], minlength=BLOCK)

    assert uses.any()
    assert uses.max() == 1
