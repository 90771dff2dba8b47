"""Rates: what was observed comes out, whatever each state makes of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.arrays import Floats
from sim.decision.rates import MOST_COOLDOWN
from sim.errors import ScenarioError
from sim.model.compile import setup_of
from sim.model.model import StrategicModel
from sim.model.setup import Setup
from sim.scenario.build import central_world
from sim.scenario.scenario import Scenario
from sim.streams import replicate_keys
from sim.world.axes import BLOCK
from sim.world.moment import DAYS_A_YEAR
from tests.model.histories import choice_of, compiled, pipeline, played, stages, toy, written


def ordinary(scenario: Scenario, setup: Setup) -> StrategicModel:
    """Return a model of the world alone at central values: every row the same but for its luck."""
    tree = (scenario.world or scenario).tree
    world = central_world(tree).take(np.zeros(BLOCK, np.intp))
    world.luck = replicate_keys(5, np.arange(BLOCK, dtype=np.int64))
    return StrategicModel(setup, world)


def usual(model: StrategicModel) -> Floats:
    """Return the rate of every choice where it can be done, a year, ``(C,)``; every row is the same."""
    setup = model.setup
    setup.appraisal.bank.fill(model.world, model.values)
    values = model.values[:, :1].copy()
    for _, _, gate in setup.appraisal.bank.gates:
        values[gate.rows] = 0
    return np.exp(setup.rates.log_rate + setup.appraisal.utility(values)[:, 0] - setup.rates.offset)


@pytest.fixture(scope="module")
def shipped() -> StrategicModel:
    """Return the shipped world in ordinary times, before its first turn."""
    return ordinary(pipeline(), compiled(pipeline, "as_agreed"))


ACTIONS = ["talks", "protest", "exercise", "test", "cyber", "trade_deal", "grey_zone"]


@pytest.mark.parametrize("action", ACTIONS)
def test_the_mean_rate_of_the_class_is_the_observed_one(shipped: StrategicModel, action: str) -> None:
    """`per_year` is the mean over the class it was observed in, before habit and cooldown."""
    catalogue, structure = shipped.setup.catalogue, shipped.setup.structure
    s, rates = structure.axes.index["S"], usual(shipped)
    by_variant: dict[str, list[float]] = {}

    for c in np.flatnonzero(catalogue.find(action=action)):
        choice = catalogue.choices[c]
        i, j = s[choice.actor], s.get(choice.target, -1)
        kind = choice.spec["observed_in"]
        everyone = kind in ("pairs", "states")
        of_it = everyone or (
            (i, j) in structure.relations[kind] if isinstance(kind, str) else choice.actor in kind
        )
        fought = j >= 0 and choice.desk.startswith("country") and shipped.world.dyads.at_war[0, i, j]
        if of_it and not fought:
            share = choice.share * np.exp(correction(choice.spec, shipped))
            by_variant.setdefault(choice.variant, []).append(rates[c] / share / choice.spec["per_year"])

    for variant, members in by_variant.items():
        assert np.mean(members) == pytest.approx(1, rel=2e-3), variant


def correction(spec: dict, model: StrategicModel) -> float:
    """Return ln of what cooldown and habituation take off a rate; by adding up, not by the series."""
    p = model.world.parameters
    n, busy = spec["per_year"], spec["per_year"] * spec["cooldown"] / DAYS_A_YEAR
    tau = float(p.habituation_half_life[0]) * 7 / DAYS_A_YEAR / np.log(2)
    eta = float(p.habituation[0]) * spec["habituates"]
    x = np.linspace(0, eta, 4001)[1:] - eta / 8000
    worn = n * tau * float(np.sum(-np.expm1(-x) / x) * eta / 4000) if eta else 0.0
    return worn - np.log1p(-busy)


def test_deeds_of_the_first_weeks_come_at_their_rate(shipped: StrategicModel) -> None:
    """What rings in the first turn is what the rates say, within Monte Carlo error."""
    setup, year = shipped.setup, shipped.setup.days / DAYS_A_YEAR
    c = np.arange(len(setup.catalogue.choices))
    rates = usual(shipped)
    for stage in stages(shipped):
        if stage == "act":
            break
    can = setup.requirements.hold(shipped.world, c, np.zeros(len(c), np.int64))
    rang = np.concatenate([ringing.choice for ringing in shipped.ringing])

    for action in (*ACTIONS, "build_up", "lethal_aid_direct"):
        mine = setup.catalogue.find(action=action) & can
        expected = float(-np.expm1(-rates[mine] * year).sum()) * BLOCK
        count = int(np.isin(rang, np.flatnonzero(mine)).sum())
        assert abs(count - expected) < 4.5 * np.sqrt(expected) + 1, action


def test_variants_share_the_rate_as_declared() -> None:
    """The default is one over the number declared, never the number available."""
    setup = compiled(toy, "as_is")

    for c, choice in enumerate(setup.catalogue.choices):
        declared = toy().tree["actions"][choice.action].get("variants") or {"": {}}
        shares = {v: spec.get("share", 1 / len(declared)) for v, spec in declared.items()}
        expected = choice.spec["per_year"] * shares[choice.variant] / sum(shares.values())
        assert setup.rates.per_year[c] == pytest.approx(expected)


def test_options_do_not_move_rates() -> None:
    """Rates come from the world file alone."""
    one, other = compiled(pipeline, "as_agreed"), compiled(pipeline, "beijing_squeezes")

    assert (one.rates.log_rate == other.rates.log_rate).all()
    assert (one.rates.offset == other.rates.offset).all()


@pytest.mark.parametrize("at", ["states", "options", "assumptions"])
def test_what_a_scenario_says_does_not_move_rates(tmp_path: Path, at: str) -> None:
    """A state made weary is quicker to act, it does not redefine what is usual."""
    texts = {
        "states": "states: {BBB: {weariness: 0.9}}",
        "options": "options: {as_is: {set: {states.BBB.weariness: 0.9}}}",
        "assumptions": """
assumptions: {w: {path: states.BBB.weariness, distribution: {constant: 0.9}, why: Invented}}
""",
    }

    made = setup_of(written(tmp_path, texts[at]), "as_is")

    assert (made.rates.log_rate == compiled(toy, "as_is").rates.log_rate).all()


@pytest.mark.parametrize("share", [0.79, 0.81])
def test_a_cooldown_that_leaves_no_room_is_a_fault(tmp_path: Path, share: float) -> None:
    """Above .8 of the mean interval no rate can make up for the time spent resting."""
    days = share * DAYS_A_YEAR / toy().tree["actions"]["protest"]["per_year"]
    scenario = written(tmp_path, f"actions: {{protest: {{cooldown: {days:.1f}}}}}")

    if share < MOST_COOLDOWN:
        assert setup_of(scenario, "as_is")
        return
    with pytest.raises(ScenarioError, match=r"actions\.protest\.cooldown"):
        setup_of(scenario, "as_is")


@pytest.mark.parametrize(
    "rule",
    [
        "desks",
        pytest.param(
            "random",
        ),
    ],
)
def test_cooldown_and_habit_leave_the_observed_rate_over_a_long_time(tmp_path: Path, rule: str) -> None:
    """A thing that moves nobody is done `per_year` times: the rate makes up for what the two take off."""
    scenario = written(
        tmp_path,
        f"""
turns: 104
rules: {{AAA: hold, BBB: hold, CCC: {rule}}}
actions:
  wave:
    {{label: wave, desk: programme, programme: {{own: home}}, kind: internal, per_year: 6,
     observed_in: states, cooldown: 14, effects: [{{raise: states.actor.readiness, by: 0.001}}],
     sentence: "x", basis: {{'*': {{judgement: "Invented"}}}}}}
""",
    )

    model = played(scenario, "as_is")

    wave = choice_of(model.setup, actor="CCC", action="wave")
    count = sum(int((d.choice == wave).sum()) for _, d in model.recorder.deeds)
    years = model.setup.turns * 7 / DAYS_A_YEAR
    assert count / BLOCK / years == pytest.approx(6, rel=0.06)


@pytest.mark.parametrize(
    "addition",
    [
        pytest.param(
            "state",
        ),
        "pipeline",
    ],
)
def test_a_scenario_may_add_to_its_world(tmp_path: Path, addition: str) -> None:
    """Rates are those of the world alone, for every choice the world already had."""
    texts = {
        "state": """
states:
  DDD: {name: Fourth, military: 0.05, munitions: {stock: 1, production: 1},
        goals: {SUR: 0.5, TER: 0.5, UKR: 0, ALY: 0, AUT: 0, PRO: 0, ENF: 0, NPR: 0, PEA: 0, OFF: 0},
        basis: {'*': {judgement: Invented, range: [0.8, 1.2]}}}
""",
        "pipeline": """
pipelines:
  bbb_ccc_food: {label: food, giver: BBB, taker: CCC, good: food, unit: t, transit_days: 7, rate: 1,
                 share: 0.1, value: 0.1, level: 0.1, basis: {'*': {judgement: Invented, range: [0.8, 1.2]}}}
""",
    }

    made = setup_of(written(tmp_path, texts[addition]), "as_is")

    usual = compiled(toy, "as_is")
    known = {c.name: usual.rates.log_rate[n] for n, c in enumerate(usual.catalogue.choices)}
    for n, choice in enumerate(made.catalogue.choices):
        if choice.name in known:
            assert made.rates.log_rate[n] == pytest.approx(known[choice.name], abs=1e-4), choice.name
