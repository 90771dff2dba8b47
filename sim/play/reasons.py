"""Why a choice was taken: what it came to, part by part, against others, and on which beliefs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from sim.decision.features import Feature
from sim.model.setup import Setup
from sim.play.names import Names
from sim.play.pictures import Picture, Race
from sim.play.records import Belief, Contribution, Decision, Difference, Rival
from sim.play.refusals import truth_of
from sim.world.address import as_observed, locate
from sim.world.axes import GOAL_MEANING, GOALS

#: Choices that are set beside what was done.
RIVALS = 2

#: Groups of the appraisal, by the kind of a feature.
GROUPS = {
    "goal": "goals",
    "hostility": "hostility",
    "answer": "answer owed",
    "fear": "fear",
    "backing": "fear",
    "drive": "drives",
    "level": "habit of such pairs",
}
HABITUATION = "habituation"


def contributions(picture: Picture, choice: int, names: Names) -> tuple[Contribution, ...]:
    """Return the parts of U of one choice, largest first."""
    setup = picture.setup
    actor = int(setup.catalogue.column["actor"][choice])
    weights = setup.weights[actor][choice - setup.catalogue.slices[actor].start].astype(np.float64)
    first = setup.appraisal.bank.slices[actor].start
    found = []
    for feature, at in setup.appraisal.bank.layout[actor].items():
        if feature[0] not in GROUPS or not weights[at - first]:
            continue
        weight, felt = float(weights[at - first]), float(picture.values[at])
        zero = float(setup.rates.reference[at])
        words = said(feature, names)
        if felt != zero:
            found.append(Contribution(GROUPS[feature[0]], words, weight, felt, zero, weight * (felt - zero)))
    return tuple(sorted(found, key=lambda part: -abs(part.nats)))


def decision(
    picture: Picture, choice: int, rang: float, names: Names, done: Collection[int] = ()
) -> Decision:
    """Return why a clock rang that did: its rate by parts, the likeliest others of its desk.

    *done* are the choices carried out in that turn: what was done as well was not passed over.
    """
    desk = picture.setup.catalogue.column["desk"]
    race = picture.race(np.flatnonzero(desk == desk[choice]))
    n = int(np.flatnonzero(race.choice == choice)[0])
    base, parts = _weighed(picture, race, n, names)
    beliefs, shift = believed(picture, choice, names)
    chance = race.chance
    left = [k for k in np.argsort(-chance, kind="stable") if k != n and chance[k] > 0]
    others = [k for k in left if int(race.choice[k]) not in done][:RIVALS]
    return Decision(
        base=base,
        contributions=parts,
        log_rate=picture.log_rate(choice) - float(race.habit[n]),
        utility=sum(part.nats for part in parts if part.group != HABITUATION),
        chance=float(-np.expm1(-race.rate[n] * max(1 - float(race.start[n]), 0.0))),
        rang=rang,
        desk_chance=float(-np.expm1(-(race.rate * race.able * np.maximum(1 - race.start, 0)).sum())),
        rivals=tuple(_rival(picture, race, k, (base, parts), names) for k in others),
        beliefs=beliefs,
        true_beliefs=shift,
    )


def answer(picture: Picture, choice: int, log_odds: float, names: Names) -> Decision:
    """Return why a question was answered with yes: log-odds by parts."""
    parts = contributions(picture, choice, names)
    weighed = (
        picture.log_rate(choice) + np.log(picture.years) + _scale() - float(picture.setup.constant[choice])
    )
    beliefs, shift = believed(picture, choice, names)
    odds = log_odds + weighed
    chance = 1 / (1 + float(np.exp(-odds)))
    utility = sum(p.nats for p in parts)
    return Decision(log_odds, parts, odds, utility, chance, 0.99, chance, (), beliefs, shift)


def _scale() -> float:
    return float(np.log(2.0**32))


def _weighed(picture: Picture, race: Race, n: int, names: Names) -> tuple[float, tuple[Contribution, ...]]:
    """Return ln of the rate before anything is weighed, and the parts that make the rate of it."""
    setup, choice = picture.setup, int(race.choice[n])
    parts = contributions(picture, choice, names)
    base = float(
        setup.rates.log_rate[choice] if parts or _weighs(setup, choice) else setup.rates.log_bare[choice]
    )
    habit = float(race.habit[n])
    if habit:
        worn = Contribution(HABITUATION, "done of late", -1.0, habit, 0.0, -habit)
        parts = tuple(sorted((*parts, worn), key=lambda part: -abs(part.nats)))
    return base, parts


def _weighs(setup: Setup, choice: int) -> bool:
    """Whether the actor of a choice appraises, or acts at random or by script."""
    actor = int(setup.catalogue.column["actor"][choice])
    at = choice - setup.catalogue.slices[actor].start
    return bool(np.array_equal(setup.weights[actor][at, 1:], setup.appraisal.weights[actor][at, 1:]))


def _rival(
    picture: Picture, race: Race, k: int, own: tuple[float, tuple[Contribution, ...]], names: Names
) -> Rival:
    """Set another choice beside what was done."""
    base, parts = _weighed(picture, race, k, names)
    choice = int(race.choice[k])
    log_rate = picture.log_rate(choice) - float(race.habit[k])
    spec = picture.setup.catalogue.choices[choice]
    return Rival(
        spec.name,
        names.deed(spec),
        float(race.chance[k]),
        log_rate,
        float(race.rings[k]),
        gap(own, (base, parts)),
    )


def gap(
    one: tuple[float, Sequence[Contribution]], other: tuple[float, Sequence[Contribution]]
) -> tuple[Difference, ...]:
    """Return by how much each part of *one* (base, parts) is above that of *other*, largest first."""
    found: dict[str, float] = {"how often it is done": one[0] - other[0]}
    for sign, side in ((1, one[1]), (-1, other[1])):
        for part in side:
            found[part.words] = found.get(part.words, 0.0) + sign * part.nats
    ranked = sorted(found.items(), key=lambda item: -abs(item[1]))
    return tuple(Difference(words, nats) for words, nats in ranked if nats)


def believed(picture: Picture, choice: int, names: Names) -> tuple[tuple[Belief, ...], float]:
    """Return what a choice was weighed on that is believed, and what knowing the truth would have added."""
    setup, world, row = picture.setup, picture.world, np.zeros(1, np.int32)
    column = setup.catalogue.column
    at = np.array([choice], np.int32)
    against, actor = column["against"][at], column["actor"][at]
    if not _weighs(setup, choice):
        return (), 0.0
    found = [*_firmness(picture, choice, names), *_levels(picture, choice, names)]
    shift = float(setup.misbelief.shift(world, at, row, against, actor)[0]) if found else 0.0
    return tuple(found), shift


def _firmness(picture: Picture, choice: int, names: Names) -> Iterator[Belief]:
    """Yield how firm the state is believed to be whose answer is feared."""
    setup, world = picture.setup, picture.world
    i, j = (int(setup.catalogue.column[key][choice]) for key in ("actor", "against"))
    if setup.misbelief.feared[choice] <= 0 or j < 0:
        return
    states, d = setup.structure.axes.states, world.dyads
    held = float(np.clip(d.believed_resolve[0, i, j] + d.misperception[0, i, j], 0, 1))
    true = float(world.states.resolve[0, j])
    yield Belief(f"how firm {names.state(states[j])} is", f"states.{states[j]}.resolve", held, true)


def _levels(picture: Picture, choice: int, names: Names) -> Iterator[Belief]:
    """Yield the believed flows and transfers a choice minds."""
    spec, axes = picture.setup.catalogue.choices[choice], picture.setup.structure.axes
    for drive in spec.spec["drives"]:
        path = spec.bind(drive["observes"]) if "observes" in drive else None
        if path is None or (seen := as_observed(path, spec.actor)) == path:
            continue
        held = float(locate(seen, axes).read(picture.world)[0])
        yield Belief(names.quantity(path)[0], path, held, float(locate(path, axes).read(picture.world)[0]))


def said(feature: Feature, names: Names) -> str:
    """Say a feature in words."""
    states = names.axes.states
    match feature[0]:
        case "goal":
            return GOAL_MEANING[GOALS[feature[1]]]
        case "hostility":
            return f"hostility to {names.state(states[feature[1]])}"
        case "answer":
            return f"answer owed to {names.state(states[feature[1]])}"
        case "fear":
            return f"fear of {names.state(states[feature[1]])}"
        case "backing":
            return f"fear of allies of {names.state(states[feature[1]])}"
        case _:
            return _driven(feature, names)


def _driven(feature: Feature, names: Names) -> str:
    """Say a quantity that drives a choice, and the threshold it counts from."""
    path = str(feature[1])
    truth = truth_of(path)
    text = names.quantity(path)[0] if truth is None else names.quantity(truth)[0] + " (as believed)"
    return text + (f" {feature[2]} {feature[3]:g}" if len(feature) > 2 else "")
