"""From clocks that rang to deeds that took effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.actions.effects import provoke
from sim.arrays import Floats, columns, find
from sim.decision.race import Ringing, repeat, settle
from sim.processes.incidents import draw_deaths
from sim.streams import name_key, scatter_variates, to_uniform
from sim.world.deeds import Deeds, mark
from sim.world.ladder import LIMITED_FORCE, LIMITED_NUCLEAR

if TYPE_CHECKING:
    from sim.actions.catalogue import Catalogue
    from sim.model.model import StrategicModel
    from sim.world.moment import Moment
    from sim.world.world import World

#: A deed this visible is seen by all; below it every observer has a draw of its own.
PUBLIC = 0.95
#: Key that sets the draw of an answer apart from the choice's other draws.
ANSWER = np.uint32(name_key("answer") & 0xFFFFFFFF)


def act(model: StrategicModel) -> None:
    """Settle what rang, and let what stands take effect, less what answer rounds will decide anew."""
    setup = model.setup
    column = setup.catalogue.column
    order, ordered = _ordered(model)
    ringing = join([_free(model, join(model.ringing)), ordered])
    ringing, stands = settle(ringing, column["desk"], setup.catalogue.conflict, column["subject"], setup.rest)
    ringing = _armed(model, pick(ringing, stands))
    if len(order):
        carried_out = find(np.sort(_key(model, ringing)), _key(model, ordered)) >= 0
        model.orders.done(order[carried_out], ordered.row[carried_out])
    model.recorder.rare.expose(model, ringing)
    carry_out(model, model.moment, model.rounds.begin(model, ringing))


def _armed(model: StrategicModel, r: Ringing) -> Ringing:
    """Drop nuclear uses beyond the warheads there are: desks decide at once on the same arsenal."""
    column = model.setup.catalogue.column
    use = np.flatnonzero(column["rung"][r.choice] >= LIMITED_NUCLEAR)
    if len(use) < 2:
        return r
    use = use[np.lexsort((r.time[use], column["actor"][r.choice[use]], r.row[use]))]
    actor, row = column["actor"][r.choice[use]], r.row[use]
    fresh = np.append(True, (np.diff(row) != 0) | (np.diff(actor) != 0))
    rank = np.arange(len(use)) - np.maximum.accumulate(np.where(fresh, np.arange(len(use)), 0))
    allowed = np.ones(len(r.choice), bool)
    allowed[use[rank >= np.floor(model.world.states.warheads[row, actor])]] = False
    return pick(r, allowed)


def carry_out(model: StrategicModel, moment: Moment, ringing: Ringing) -> None:
    """Let what stands take effect, with the luck of *moment*, and write it down as deeds of the turn."""
    deeds = _deeds(model, moment, ringing)
    _take_effect(model, moment, deeds)
    moment.deeds.append(deeds)
    model.recorder.rare.did(ringing)


def _key(model: StrategicModel, r: Ringing) -> NDArray[np.int64]:
    """Return one number per (choice, replicate)."""
    return r.choice.astype(np.int64) * model.world.rows + r.row


def join(parts: list[Ringing]) -> Ringing:
    """Put clocks that rang together."""
    return Ringing(
        np.concatenate([p.choice for p in parts]),
        np.concatenate([p.row for p in parts]),
        np.concatenate([p.time for p in parts]),
        np.concatenate([p.strength for p in parts]),
    )


def pick(r: Ringing, mask: NDArray[np.bool_]) -> Ringing:
    """Return the entries where *mask* holds."""
    kept = np.flatnonzero(mask)
    return Ringing(r.choice.take(kept), r.row.take(kept), r.time.take(kept), r.strength.take(kept))


def _free(model: StrategicModel, ringing: Ringing) -> Ringing:
    """Slow clocks by habituation, add answers due, and drop what a cooldown or a requirement forbids.

    Requirements the appraisal minds already have made the rate 0.
    """
    moment = model.moment
    rested, slower = paced(model, ringing.choice, ringing.row, np.float32(0))
    pace = ringing.time * slower  # share of the turn from the end of the rest to the ring
    ringing = Ringing(ringing.choice, ringing.row, rested + pace, ringing.strength)
    inside = ringing.time < 1
    ringing = pick(ringing, inside)
    ringing = repeat(ringing, pace[inside], moment.words, model.choice_keys, model.setup.rest)
    ringing = join([ringing, _answers(model)])
    allowed = model.setup.unminded.hold(model.world, ringing.choice, ringing.row)
    return pick(ringing, allowed & within_leap(model.world, model.setup.catalogue, ringing))


def paced(
    model: StrategicModel, choice: NDArray[np.int32], row: NDArray[np.int32], since: Floats | np.float32
) -> tuple[Floats, Floats]:
    """Return when each clock begins to run, and how much slower than its rate habituation makes it, ``(N,)``.

    *since* is when it is wound up; that, and when it begins, are in shares of the turn.
    """
    moment, p = model.moment, model.world.parameters
    subject = model.setup.catalogue.column["subject"].take(choice)
    habit, ready = model.memory.recall(subject, row, moment.day, p)
    if np.ndim(since):
        habit *= np.exp2(-since * np.float32(moment.weeks) / p.habituation_half_life.take(row))
    rested = (ready - np.float32(moment.day)) / np.float32(moment.days)
    return np.maximum(rested, since), np.exp(habit)


def within_leap(world: World, catalogue: Catalogue, r: Ringing) -> NDArray[np.bool_]:
    """Return where a deed climbs no further than `leap`: binding above limited force only."""
    rung = catalogue.column["rung"].take(r.choice)
    allowed = np.ones(len(rung), bool)
    grave = np.flatnonzero(rung > LIMITED_FORCE)
    if len(grave):
        row, choice = r.row[grave], r.choice[grave]
        i, j = (catalogue.column[k][choice] for k in ("actor", "against"))
        rungs = world.dyads.rung
        stand = np.maximum(rungs[row, i, j], rungs[row, j, i])
        allowed[grave] = rung[grave] <= stand + world.parameters.leap[row]
    return allowed


def _answers(model: StrategicModel) -> Ringing:
    """Draw the answer to every question whose deadline falls in this turn: accept or decline, once."""
    day, days, rows = model.moment.day, model.moment.days, model.world.rows
    choices, where, odds = [], [], []
    for (part, name), (choice_of, logit_of) in model.setup.answers.items():
        until = columns(getattr(getattr(model.world, part), name)).reshape(-1)
        due = np.flatnonzero(until >= day)  # few are pending
        due = due[until[due] < day + days]
        due = due[choice_of[due // rows] >= 0]  # somebody can answer
        column = due // rows
        choices.append(choice_of[column])
        odds.append(logit_of[column])
        where.append(due - column * rows)
    choice = np.concatenate([np.zeros(0, np.int32), *choices])
    row = np.concatenate([np.zeros(0, np.int64), *where])
    chance = 1 / (
        1 + np.exp(-(model.utility(choice, row) + np.concatenate([np.zeros(0, np.float32), *odds])))
    )
    drawn = to_uniform(scatter_variates(model.moment.words[row], model.choice_keys[choice] ^ ANSWER))
    yes = np.flatnonzero(drawn < chance)
    n = len(yes)
    return Ringing(
        choice[yes], row[yes].astype(np.int32), np.full(n, 0.99, np.float32), np.zeros(n, np.float32)
    )


def _ordered(model: StrategicModel) -> tuple[NDArray[np.int32], Ringing]:
    """Return what scripts and doctrine ask for, and can be done now; the rest is tried again."""
    order, choice, row = model.orders.due(model.world, model.moment)
    can = model.setup.requirements.hold(model.world, choice, row)
    subject = model.setup.catalogue.column["subject"][choice]
    can &= model.memory.recall(subject, row, model.moment.day, model.world.parameters)[1] <= model.moment.day
    n = int(can.sum())
    return order[can], Ringing(choice[can], row[can], np.zeros(n, np.float32), np.zeros(n, np.float32))


def _deeds(model: StrategicModel, moment: Moment, r: Ringing) -> Deeds:
    """Return what stands as a table of deeds, with who saw them."""
    catalogue = model.setup.catalogue
    column = {name: values.take(r.choice) for name, values in catalogue.column.items()}
    deeds = Deeds(
        row=r.row,
        choice=r.choice,
        actor=column["actor"],
        target=column["target"],
        against=column["against"],
        rung=column["rung"],
        mid=column["mid"],
        answer_rung=catalogue.answer_rung.take(r.choice),
        time=r.time,
        deaths=np.full(len(r.row), -1, np.int32),
        seen=np.zeros(len(r.row), np.int32),
        wrong=np.zeros(len(r.row), bool),
    )
    deeds.seen = _observers(model, moment, deeds)
    chosen = np.flatnonzero(r.strength > 0)
    deeds.wrong[chosen] = model.setup.misbelief.mistaken(
        model.world,
        r.choice[chosen],
        r.row[chosen],
        deeds.against[chosen],
        deeds.actor[chosen],
        r.time[chosen],
    )
    forceful = deeds.mid >= 4
    if forceful.any():
        deeds.deaths[forceful] = draw_deaths(
            model.world, moment, deeds.where(forceful), "deed", catalogue.deadly[r.choice[forceful]]
        )
    return deeds


def _observers(model: StrategicModel, moment: Moment, deeds: Deeds) -> NDArray[np.int32]:
    """Draw who sees each deed: all what is public, each with its own chance what is not."""
    states = model.setup.structure.axes.states
    seen = np.full(len(deeds), (1 << len(states)) - 1, np.int32)
    visibility = model.setup.catalogue.visibility.take(deeds.choice)
    covert = np.flatnonzero(visibility < PUBLIC)
    if not len(covert):
        return seen
    row, choice = deeds.row[covert], deeds.choice[covert]
    words, keys = moment.words[row], model.choice_keys[choice]
    chance = visibility[covert] * np.minimum(model.world.states.intelligence.T.take(row, axis=1), 2)  # (S, N)
    sees = to_uniform(scatter_variates(words, keys ^ model.observer_keys[:, None])) < chance
    sees[deeds.actor[covert], np.arange(len(covert))] = True
    given = np.flatnonzero((deeds.against[covert] != deeds.target[covert]) & (deeds.target[covert] >= 0))
    sees[deeds.target[covert][given], given] = True  # a partner sees what it is given
    seen[covert] = np.left_shift(np.int32(1), np.arange(len(states), dtype=np.int32)) @ sees
    return seen


def _take_effect(model: StrategicModel, moment: Moment, deeds: Deeds) -> None:
    """Apply effects, tension, answers and rungs; remember."""
    world, setup = model.world, model.setup
    setup.effects.apply(world, moment, deeds.choice, deeds.row)
    provoke(world, setup.provocations, deeds.choice, deeds.row, deeds.actor, deeds.seen)
    mark(world, deeds)
    model.memory.note(
        setup.catalogue.column["subject"][deeds.choice],
        deeds.row,
        np.float32(moment.day) + deeds.time * np.float32(moment.days),
        setup.catalogue.cooldown[deeds.choice],
        world.parameters.habituation[deeds.row] * setup.catalogue.habituates[deeds.choice],
        world.parameters,
    )
