"""What nearly went the other way: clocks that nearly rang, deeds that only just came, answers on the edge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

import numpy as np

from sim.arrays import columns
from sim.model.act import ANSWER
from sim.play.names import Names
from sim.play.pictures import Picture, Race
from sim.play.records import Deed, NearMiss
from sim.play.refusals import unmet
from sim.streams import scatter_variates, to_uniform

#: Nats within which a clock nearly rang, or only just: its rate need be a third higher, or lower.
NEAR = 0.3
#: Chance in a turn from which a choice is routine: whether it comes this week or next is no news.
ROUTINE = 0.2

#: How little a requirement may be missed by to be a near thing, as a share of it.
CLOSE = 0.1


def misses(pictures: Sequence[Picture], deeds: Sequence[Deed], names: Names) -> Iterator[NearMiss]:
    """Yield the near misses of one turn, from its pictures and what was done in it."""
    if not pictures:
        return
    anew = {int(c) for picture in pictures[1:] for c in picture.choices}
    for picture in pictures:
        choices = picture.choices[picture.rates[picture.choices] > 0]
        if not picture.number and anew:
            choices = choices[~np.isin(choices, np.array(sorted(anew)))]
        race = picture.race(choices)
        margin, chance = race.margin, -np.expm1(-race.rate)
        for n in np.flatnonzero((margin < NEAR) & (chance < ROUTINE)):
            found = _miss(picture, race, int(n), float(margin[n]), deeds, names)
            if found is not None:
                yield found
    yield from _answers(pictures[0], names)


def _miss(
    picture: Picture, race: Race, n: int, margin: float, deeds: Sequence[Deed], names: Names
) -> NearMiss | None:
    """Return what nearly happened with one choice, None where it was no near thing."""
    choice = picture.setup.catalogue.choices[race.choice[n]]
    done = [deed for deed in deeds if deed.choice == choice.name and deed.round == picture.number]
    chance, instead = float(-np.expm1(-race.rate[n])), ""
    if done:
        if margin < -NEAR or done[0].by != "clock":
            return None
        how, margin = "barely", -margin
    elif (first := _before(picture, race, n, deeds)) is not None and (margin >= 0 or not race.able[n]):
        return None  # had it rung, or been possible: that deed of its desk stood before it
    elif not race.able[n]:
        barrier = _barrier(picture, int(race.choice[n]), names) if margin < 0 else None
        if barrier is None:
            return None
        how, (margin, instead) = "barred", barrier
    elif margin >= 0:
        how = "clock"
    elif first is None:
        return None
    else:
        how, instead = "forestalled", first.words
        margin = max(float(race.rings[n] - _share(first)) * picture.setup.days, 0.0)
    day = picture.setup.start + timedelta(
        days=int(picture.day + min(float(race.rings[n]), 0.999) * picture.setup.days)
    )
    return NearMiss(
        picture.turn, day, how, choice.actor, choice.name, names.sentence(choice), int(choice.spec["rung"]),
        margin, chance, instead,
    )  # fmt: skip


def _before(picture: Picture, race: Race, n: int, deeds: Sequence[Deed]) -> Deed | None:
    """Return the deed of the same desk that forestalled a choice, or would have: as `race.settle` has it.

    It excludes the choice, or is of its subject and its rest is not over. A clock that was short of ringing
    would have rung, at the rate that is told, as the turn ends.
    """
    setup, mine = picture.setup, int(race.choice[n])
    conflict, subject = setup.catalogue.conflict, setup.catalogue.column["subject"]
    number = {c.name: k for k, c in enumerate(setup.catalogue.choices)}
    rings = min(float(race.rings[n]), 1.0)
    for deed in deeds:
        other = number.get(deed.choice, -1)
        if other < 0 or deed.round > picture.number or _share(deed) > rings:
            continue
        rest = float(setup.rest[other]) or np.inf
        soon = subject[other] == subject[mine] and rings - _share(deed) < rest
        if conflict[other, mine] or soon:
            return deed
    return None


def _share(deed: Deed) -> float:
    """Return when a deed was done, in turns from the start of its own."""
    return deed.decision.rang if deed.decision is not None else 0.0


def _barrier(picture: Picture, choice: int, names: Names) -> tuple[float, str] | None:
    """Return the one requirement that barred a choice and by how much it was missed, if it was by little."""
    missed = list(unmet(picture.setup, choice, picture.world, names))
    if len(missed) != 1 or missed[0].share > CLOSE:
        return None
    return missed[0].short, missed[0].words


def _answers(picture: Picture, names: Names) -> Iterator[NearMiss]:
    """Yield the questions answered in a turn whose answer was a near thing."""
    setup = picture.setup
    for (part, name), (choice_of, logit_of) in setup.answers.items():
        until = columns(getattr(getattr(picture.world, part), name)).reshape(-1)
        due = (until >= picture.day) & (until < picture.day + setup.days) & (choice_of >= 0)
        for k in np.flatnonzero(due):
            found = _answer(picture, int(choice_of[k]), float(logit_of[k]), names)
            if found is not None:
                yield found


def _answer(picture: Picture, choice: int, log_odds: float, names: Names) -> NearMiss | None:
    """Return how near the answer to one question was to the other one."""
    setup, at = picture.setup, np.array([choice])
    with np.errstate(divide="ignore"):
        utility = np.float32(np.log(picture.rates[choice]) - setup.constant[choice])
    odds = float(utility + np.float32(log_odds))
    drawn = float(to_uniform(scatter_variates(picture.words, picture.other_keys[at] ^ ANSWER))[0])
    edge = odds - float(np.log(drawn / (1 - drawn)))
    if not np.isfinite(edge) or abs(edge) > NEAR or not picture.able(at)[0]:
        return None
    spec = setup.catalogue.choices[choice]
    day = setup.start + timedelta(days=int(picture.day + 0.99 * setup.days))
    said = "yes" if edge > 0 else "no answer"
    return NearMiss(
        picture.turn, day, "answer", spec.actor, spec.name, names.sentence(spec), int(spec.spec["rung"]),
        abs(edge), 1 / (1 + float(np.exp(-odds))), said,
    )  # fmt: skip
