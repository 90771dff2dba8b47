"""One history, told: what was done, when, and why.

Nothing is stored per decision. The block is run again at full width; what the states saw and weighed in a
turn is still in the model's arrays when the turn is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.arrays import Floats
from sim.decision.features import Feature
from sim.decision.race import RANGE
from sim.model.compile import setup_of
from sim.model.injects import Inject
from sim.model.model import StrategicModel
from sim.model.setup import Setup
from sim.scenario.build import drawn_world
from sim.world.axes import BLOCK, GOAL_MEANING, GOALS
from sim.world.deeds import Deeds

if TYPE_CHECKING:
    from sim.scenario.loader import Scenario

#: Words for the grades of deaths.
DEATHS = {-1: "", 0: "nobody dies", 1: "up to 19 die", 2: "20 or more die", 3: "1,000 or more die"}
#: Parts of a decision smaller than this many nats are not worth a line.
SMALL = 0.05
#: Sections whose entities have a label.
LABELLED = ("pipelines", "wars", "treaties", "deals", "red_lines", "places")
#: Turns between two summaries of where things stand.
SUMMARY_EVERY = 13


@dataclass(frozen=True)
class Told:
    """One deed or incident of one history."""

    turn: int
    day: date
    sentence: str
    choice: str  # name of the choice, "" for an incident
    usual: float  # times a year such a thing is done in such a pair, ln
    reasons: tuple[tuple[str, float], ...]  # (part, nats), largest first
    beaten: tuple[
        tuple[str, float], ...
    ]  # (choice, chance in that turn) of the likeliest others at that desk
    chance: float  # of the choice, in that turn
    deaths: int
    unseen_by: tuple[str, ...]


def tell(scenario: Scenario, option: str, replicate: int, seed: int) -> Iterator[str]:
    """Yield the lines of one history."""
    setup = setup_of(scenario, option)
    block, row = divmod(replicate, BLOCK)
    numbers = np.arange(block * BLOCK, (block + 1) * BLOCK, dtype=np.int64)
    world, drawn = drawn_world(scenario, setup.structure, option, seed, numbers, "")
    model = StrategicModel(setup, world)
    title = scenario.tree.get("title") or scenario.tree.get("name")
    yield f"{title}: option {option}, replicate {replicate}, seed {seed}"
    yield from _assumed(drawn, row)
    for _ in range(setup.turns):
        ceased = world.wars.ceased[row].copy()
        model.step()
        yield from _turn(model, row, scenario.tree)
        yield from _broken(model, row, ceased, scenario.tree)
    yield ""
    yield from _came(model, row)
    model.close()


def history(scenario: Scenario, option: str, replicate: int, seed: int) -> Iterator[Told]:
    """Yield every deed and incident of one history as records."""
    setup = setup_of(scenario, option)
    block, row = divmod(replicate, BLOCK)
    numbers = np.arange(block * BLOCK, (block + 1) * BLOCK, dtype=np.int64)
    world, _ = drawn_world(scenario, setup.structure, option, seed, numbers, "")
    model = StrategicModel(setup, world)
    for _ in range(setup.turns):
        model.step()
        yield from _deeds(model, row, scenario.tree)
    model.close()


def _assumed(drawn: dict[str, Any], row: int) -> Iterator[str]:
    if drawn:
        yield "Assumed: " + "; ".join(f"{n} {_short(v[row])}" for n, v in drawn.items())


def _turn(model: StrategicModel, row: int, tree: Mapping[str, Any]) -> Iterator[str]:
    setup, turn = model.setup, model.turn - 1
    day = _day(setup, turn)
    for n, inject in enumerate(setup.injects):
        if model.injects.now[n, row]:
            yield f"{day}  EVENT  {_event(tree, inject, int(model.injects.story[n, row]))}"
    for told in _deeds(model, row, tree):
        yield from _lines(told)
    if (turn + 1) % SUMMARY_EVERY == 0:
        yield from _summary(model, row, _day(setup, turn + 1) - timedelta(days=1))


def _event(tree: Mapping[str, Any], inject: Inject, story: int) -> str:
    """Say what came, and which of several stories it was."""
    spec = tree["injects"][inject.name]
    label = str(spec.get("label") or inject.name)
    if len(inject.stories) < 2:
        return label
    name = inject.stories[story][0]
    return f"{label}: {spec['choose'][name].get('label') or name.replace('_', ' ')}"


def _broken(model: StrategicModel, row: int, ceased: Floats, tree: Mapping[str, Any]) -> Iterator[str]:
    """Yield the ceasefires that broke this turn without anybody deciding to."""
    choices = model.setup.catalogue.choices
    done = [int(c) for deeds in model.moment.deeds for c in deeds.choice[deeds.row == row] if c >= 0]
    for w in np.flatnonzero(ceased > model.world.wars.ceased[row]):
        war = model.setup.structure.wars[w].name
        decided = any(
            "open" in e for c in done if choices[c].programme == war for e in choices[c].spec["effects"]
        )
        if not decided:
            day = _day(model.setup, model.turn - 1)
            yield f"{day}  EVENT  the ceasefire in {_label(tree, war)} breaks down"


def _lines(told: Told) -> Iterator[str]:
    deaths = f" ({DEATHS[told.deaths]})" if told.deaths >= 0 else ""
    hidden = f" [unseen by {', '.join(told.unseen_by)}]" if told.unseen_by else ""
    yield f"{told.day}  {told.sentence}{deaths}{hidden}"
    if told.choice:
        parts = [f"{name} {nats:+.2f}" for name, nats in told.reasons if abs(nats) >= SMALL]
        why = "; ".join(parts) or "nothing out of the ordinary"
        rivals = ", ".join(f"{name} {chance:.1%}" for name, chance in told.beaten)
        usual = f"usual {np.exp(told.usual):.2g} a year"
        yield f"            why: {usual}; {why}. Chance {told.chance:.1%}; next {rivals or 'none'}"


def _deeds(model: StrategicModel, row: int, tree: Mapping[str, Any]) -> Iterator[Told]:
    told = [
        _told(model, mine, n, row, tree)
        for table in model.moment.deeds
        for mine in (table.where(table.row == row),)
        for n in range(len(mine))
    ]
    yield from sorted(told, key=lambda deed: deed.day)


def _told(model: StrategicModel, deeds: Deeds, n: int, row: int, tree: Mapping[str, Any]) -> Told:
    setup, turn = model.setup, model.turn - 1
    states = setup.structure.axes.states
    names = {s: tree["states"][s].get("name", s) for s in states}
    choice = int(deeds.choice[n])
    unseen = tuple(s for i, s in enumerate(states) if not deeds.seen[n] >> i & 1)
    day = _day(setup, turn) + timedelta(days=int(deeds.time[n] * setup.days))
    if choice < 0:
        a, b = names[states[deeds.actor[n]]], names[states[deeds.target[n]]]
        what = "open fire in a clash" if deeds.rung[n] >= 6 else "come close in an incident"
        return Told(turn, day, f"INCIDENT  {a} and {b} {what}", "", 0, (), (), 0, int(deeds.deaths[n]), ())
    spec = setup.catalogue.choices[choice]
    words = {k: names.get(v, _label(tree, v)) for k, v in spec.binding.items()}
    sentence = spec.spec["sentence"].format(**{"target": "", "flow": "", "war": "", **words})
    if spec.variant and not spec.spoken:
        sentence += f" ({spec.variant.replace('_', ' ')})"
    usual, reasons = reasons_of(model, choice, row)
    chance, beaten = _field(model, choice, row)
    return Told(turn, day, sentence, spec.name, usual, reasons, beaten, chance, int(deeds.deaths[n]), unseen)


def reasons_of(model: StrategicModel, choice: int, row: int) -> tuple[float, tuple[tuple[str, float], ...]]:
    """Return ln of the usual rate a year, and the parts of U in nats, largest first.

    Together they add up to ln of the rate a year, before habituation.
    """
    setup = model.setup
    felt = model.values[:, row] - setup.rates.reference
    if not _weighs(setup, choice):
        return float(setup.rates.log_bare[choice]), ()
    parts: dict[str, float] = {}
    for feature, nats in setup.appraisal.contributions(choice, felt).items():
        if feature[0] != "one":
            name = _name(feature, setup)
            parts[name] = parts.get(name, 0.0) + nats
    usual = float(setup.rates.log_rate[choice])
    return usual, tuple(sorted(parts.items(), key=lambda x: -abs(x[1])))


def _weighs(setup: Setup, choice: int) -> bool:
    """Whether the actor of a choice appraises, or acts at random or by script."""
    actor = setup.catalogue.column["actor"][choice]
    first = setup.catalogue.slices[actor].start
    return bool(
        np.array_equal(
            setup.weights[actor][choice - first, 1:], setup.appraisal.weights[actor][choice - first, 1:]
        )
    )


def _field(model: StrategicModel, choice: int, row: int) -> tuple[float, tuple[tuple[str, float], ...]]:
    """Return the chance of a choice in its turn, and the two likeliest others of its desk."""
    catalogue = model.setup.catalogue
    desk = catalogue.column["desk"]
    mates = np.flatnonzero(desk == desk[choice])
    seat = model.seats[catalogue.column["actor"][choice]]
    rates = seat.clocks.rate[mates - seat.clocks.first, row] / RANGE
    can = model.setup.requirements.hold(model.world, mates, np.full(len(mates), row))
    chance = -np.expm1(-rates.astype(np.float64)) * (can | (mates == choice))
    order = [k for k in np.argsort(-chance) if mates[k] != choice and chance[k] > 0][:2]
    own = float(chance[mates == choice][0])
    return own, tuple((_brief(catalogue.choices[mates[k]].name), float(chance[k])) for k in order)


def _brief(name: str) -> str:
    return name.split(":", 1)[1].rstrip(":")


def _name(feature: Feature, setup: Setup) -> str:
    """Say a feature in words."""
    states = setup.structure.axes.states
    match feature[0]:
        case "goal":
            return GOAL_MEANING[GOALS[feature[1]]]
        case "hostility":
            return f"hostility to {states[feature[1]]}"
        case "answer":
            return f"answer owed to {states[feature[1]]}"
        case "fear":
            return f"fear of {states[feature[1]]}"
        case "backing":
            return f"fear of allies of {states[feature[1]]}"
        case _:
            return str(feature[1])


def _summary(model: StrategicModel, row: int, day: date) -> Iterable[str]:
    parts = [f"{path} {_short(address.read(model.world)[row])}" for path, address, _, _ in model.setup.watch]
    theatres = [
        f"{name} at rung {model.recorder.rungs[-1][h][row]}"
        for h, (name, _) in enumerate(model.setup.structure.theatres)
    ]
    yield f"{day}  ---- " + "; ".join([*theatres, *parts])


def _came(model: StrategicModel, row: int) -> Iterator[str]:
    """Yield the outcomes that came, with their dates."""
    came = [(int(t[row]), n) for n, t in model.recorder.watch.close().items() if t[row] >= 0]
    if not came:
        yield "No outcome came."
    for turn, name in sorted(came):
        yield f"Outcome {name}: {_day(model.setup, turn)}"


def _label(tree: Mapping[str, Any], name: str) -> str:
    owner, _, project = name.partition(".")
    for entity in (
        *((tree.get(section) or {}).get(name) for section in LABELLED),
        ((tree.get("projects") or {}).get(owner) or {}).get(project),
    ):
        if isinstance(entity, Mapping):
            return str(entity.get("label") or name)
    return name


def _day(setup: Setup, turn: int) -> date:
    return setup.start + timedelta(days=int(turn * setup.days))


def _short(value: Any) -> str:
    return value if isinstance(value, str) else f"{float(value):.3g}"
