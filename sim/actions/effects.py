"""What deeds and injects do to the world: the effect grammar, applied to whole batches.

Effects of one turn are gathered by kind and array, so that their order does not matter: all `set` and `lift`
first, then factors, then sums, each clipped to the bounds of its quantity.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.actions import pacts
from sim.actions.conditions import Bind, number
from sim.arrays import Floats, spread
from sim.world.address import Address, locate
from sim.world.cargo import send
from sim.world.moment import Moment
from sim.world.structure import Structure
from sim.world.world import World

#: Verbs that change one quantity, in the order they take effect.
VERBS = ("set", "lift", "scale", "raise")

#: Verbs that do more: each names the function below that carries it out.
DEEDS = ("ship", "offer", "answer", "open", "close", "fly", "breach", "invoke", "leave")

#: Axis of what a verb names where it is neither a flow nor a war.
NAMES = {"fly": "J", "offer": "D", "breach": "D", "invoke": "K", "leave": "K"}


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one quantity."""

    verb: str  # of VERBS
    address: Address
    amount: float


@dataclass(frozen=True, slots=True)
class Special:
    """One effect that touches several quantities."""

    verb: str  # of DEEDS
    what: str  # step_down, terms; a flow or a war by name
    amount: float
    actor: int
    target: int
    war: int
    entity: int = -1  # project, deal or treaty, -1: none


Effect = Change | Special


def compile_effect(
    effect: Mapping[str, Any], structure: Structure, bind: Bind, names: Mapping[str, str]
) -> Effect | None:
    """Compile one effect; *names* is what placeholders stand for. None where it has no object here."""
    verb = next(iter(k for k in effect if k not in {"by", "to", "amount"}))
    s, w = structure.axes.index["S"], structure.axes.index["W"]
    if verb in DEEDS:
        what = names.get(str(effect[verb]), str(effect[verb]))
        war = what if verb in {"open", "close"} else names.get("war", "")
        return Special(
            verb=verb,
            what=what,
            amount=float(effect.get("amount", 0)),
            actor=s.get(names.get("actor", ""), -1),
            target=s.get(names.get("target", ""), -1),
            war=w.get(war, -1),
            entity=_entity(verb, what, structure),
        )
    if verb == "advance":
        project = names.get(str(effect["advance"]), str(effect["advance"]))
        return Change("raise", locate(f"projects.{project}.progress", structure.axes), float(effect["by"]))
    if verb == "owe":
        flow = names.get(str(effect["owe"]), str(effect["owe"]))
        return Change("raise", locate(f"pipelines.{flow}.owed", structure.axes), float(effect["amount"]))
    path = bind(str(effect[verb]))
    if path is None:
        return None
    amount = number(effect.get("by", effect.get("to")), structure.ladder)
    if verb == "lower":
        verb, amount = "raise", -amount
    return Change(verb, locate(path, structure.axes), amount)


def _entity(verb: str, what: str, structure: Structure) -> int:
    """Return the number of the project, deal or treaty a verb names, -1 if it names none."""
    index = structure.axes.index
    if verb == "answer":
        return index["K"].get(what, index["D"].get(what, -1))
    return index[NAMES[verb]].get(what, -1) if verb in NAMES else -1


class Effects:
    """The effects of many causes (choices, injects), applied to a sparse list of (cause, replicate)."""

    def __init__(self, per_cause: Iterable[Sequence[Effect]], asks_days: Sequence[float] = ()) -> None:
        """Lay changes out by verb and array."""
        per_cause = [list(e) for e in per_cause]
        self.first = np.concatenate(
            [[0], np.cumsum([sum(isinstance(x, Change) for x in e) for e in per_cause])]
        )
        self.first = self.first.astype(np.int64)
        changes = [x for e in per_cause for x in e if isinstance(x, Change)]
        self.verb = np.array([VERBS.index(c.verb) for c in changes], np.int8)
        self.amount = np.array([c.amount for c in changes], np.float32)
        self.addresses = [c.address for c in changes]
        self.low = np.array([a.quantity.low for a in self.addresses], np.float32)
        self.high = np.array([a.quantity.high for a in self.addresses], np.float32)
        self.specials = _Specials(per_cause, asks_days)
        self._columns: NDArray[np.int64] | None = None

    def _column(self, world: World) -> NDArray[np.int64]:
        """Return the column of each change within the table of the world, laid out once."""
        if self._columns is None:
            found = [world.column(a.section, a.field, a.where) for a in self.addresses]
            self._columns = np.array(found, np.int64)
        return self._columns

    def apply(self, world: World, moment: Moment, cause: NDArray[Any], row: NDArray[Any]) -> None:
        """Let ``cause[n]`` take effect in replicate ``row[n]``."""
        entry, change = spread(self.first, cause)
        flat = self._column(world).take(change)
        flat *= world.rows
        flat += row.take(entry)
        array, verbs = world.table.reshape(-1), self.verb.take(change)
        for verb in np.flatnonzero(np.bincount(verbs)):
            picked = np.flatnonzero(verbs == verb)
            where, what = flat.take(picked), change.take(picked)
            _change(array, VERBS[verb], where, self.amount.take(what))
            changed = np.maximum(array.take(where), self.low.take(what))
            array[where] = np.minimum(changed, self.high.take(what))
        self.specials.apply(world, moment, cause, row)


def _change(array: Floats, verb: str, where: NDArray[Any], amount: Floats) -> None:
    match verb:
        case "set":
            order = np.argsort(amount, kind="stable")  # of two at once the larger stays, whoever comes first
            array[where[order]] = amount[order]
        case "lift":
            np.maximum.at(array, where, amount)
        case "scale":
            np.multiply.at(array, where, amount)
        case _:
            np.add.at(array, where, amount)


class _Specials:
    """The effects that touch several quantities, as columns over (cause, effect)."""

    def __init__(self, per_cause: Sequence[Sequence[Effect]], asks_days: Sequence[float]) -> None:
        entries = [(i, x) for i, e in enumerate(per_cause) for x in e if isinstance(x, Special)]
        counts = np.bincount([i for i, _ in entries], minlength=len(per_cause))
        self.first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        self.effects = [x for _, x in entries]
        kinds = [(x.verb, x.what if x.verb != "ship" else "") for x in self.effects]
        self.kinds = sorted(set(kinds))
        self.kind = np.array([self.kinds.index(k) for k in kinds], np.int32)
        self.actor = np.array([x.actor for x in self.effects], np.int32)
        self.target = np.array([x.target for x in self.effects], np.int32)
        self.war = np.array([x.war for x in self.effects], np.int32)
        self.days = np.array([asks_days[i] if len(asks_days) else 21 for i, _ in entries], np.float32)

    def apply(self, world: World, moment: Moment, cause: NDArray[Any], row: NDArray[Any]) -> None:
        """Carry them out, a kind at a time."""
        entry, index = spread(self.first, cause)
        if not len(index):
            return
        kind = self.kind.take(index)
        order = np.argsort(kind, kind="stable")
        index, rows = index.take(order), row.take(entry.take(order))
        last = np.cumsum(np.bincount(kind, minlength=len(self.kinds)))
        for what, start, stop in zip(self.kinds, [0, *last], last, strict=False):
            if start < stop:
                self._carry_out(world, moment, *what, index[start:stop], rows[start:stop])

    def _carry_out(
        self, world: World, moment: Moment, verb: str, what: str, index: NDArray[Any], rows: NDArray[Any]
    ) -> None:
        actor, target, war = self.actor[index], self.target[index], self.war[index]
        match verb, what:
            case "ship", _:
                self._ship(world, moment, index, rows)
            case _ if self.effects[index[0]].entity >= 0:
                self._pact(world, moment, verb, index, rows)
            case "offer", "terms":
                world.wars.terms_until[rows, war, actor] = (
                    np.float32(moment.day + moment.days) + self.days[index]
                )
            case "offer", _:
                world.dyads.offer_until[rows, actor, target] = (
                    np.float32(moment.day + moment.days) + self.days[index]
                )
            case "answer", "terms":
                _cease(world, rows, war)
                world.wars.terms_until[rows, war] = -1
            case "answer", _:
                _step_down(world, rows, actor, target)
                _step_down(world, rows, target, actor)
            case "open", _:
                world.wars.open[rows, war] = 1
                world.wars.ceased[rows, war] = 0
                intensity = np.maximum(world.wars.intensity[rows, war], np.float32(0.5))
                world.wars.intensity[rows, war] = intensity
            case _:
                _cease(world, rows, war)

    def _pact(self, world: World, moment: Moment, verb: str, index: NDArray[Any], rows: NDArray[Any]) -> None:
        """Carry out what is done to a project, a deal or a treaty."""
        one = self.effects[index[0]]
        actor, target, days = self.actor[index], self.target[index], self.days[index]
        match verb:
            case "fly":
                pacts.fly(world, moment, rows, one.entity)
            case "offer":
                pacts.offer_deal(world, moment, rows, one.entity, actor, days)
            case "breach":
                pacts.breach_deal(world, moment, rows, one.entity, actor)
            case "invoke":
                pacts.invoke(world, moment, rows, one.entity, actor, target, days)
            case "leave":
                pacts.leave(world, rows, one.entity)
            case _ if one.what in world.axes.index["K"]:
                pacts.honour(world, moment, rows, one.entity, actor, target)
            case _:
                pacts.accept_deal(world, moment, rows, one.entity)

    def _ship(self, world: World, moment: Moment, index: NDArray[Any], rows: NDArray[Any]) -> None:
        """Send *amount* years of a flow's rate at once."""
        for n in np.flatnonzero(np.bincount(index)):
            effect, mine = self.effects[n], rows[index == n]
            p = world.axes.index["P"][effect.what]
            times = np.bincount(mine, minlength=world.rows).astype(np.float32)
            send(world, p, times * np.float32(effect.amount) * world.pipelines.rate[:, p], moment.days)


def _cease(world: World, rows: NDArray[Any], war: NDArray[Any]) -> None:
    """Let the guns fall silent."""
    world.wars.ceased[rows, war] = 1
    world.wars.quiet_days[rows, war] = 0


def _step_down(world: World, rows: NDArray[Any], i: NDArray[Any], j: NDArray[Any]) -> None:
    """Take i two rungs down against j, to mobilisation at most; halve its excess tension, clear debts."""
    d = world.dyads
    rung, floor = d.rung[rows, i, j], d.rung_floor[rows, i, j]
    d.rung[rows, i, j] = np.maximum(np.minimum(rung - 2, 5), np.minimum(floor, rung))
    excess = d.tension[rows, i, j] - d.tension_base[rows, i, j]
    d.tension[rows, i, j] -= np.maximum(excess, 0) / 2
    d.answer_owed[rows, i, j] = 0
    d.standoff[rows, i, j] = d.standoff[rows, j, i] = 0
    d.offer_until[rows, i, j] = -1


def effects_of(choices: Iterable[Any], structure: Structure) -> Effects:
    """Compile the effects of every choice."""
    choices = list(choices)
    return Effects(
        [
            [
                made
                for effect in c.spec["effects"]
                if (made := compile_effect(effect, structure, c.bind, c.binding)) is not None
            ]
            for c in choices
        ],
        [float(c.spec["days"]) for c in choices],
    )


@dataclass(frozen=True, slots=True)
class Provocation:
    """Who is provoked by each choice, and by how much: parallel arrays over (choice, party)."""

    first: NDArray[np.int64]
    party: NDArray[np.int32]
    amount: NDArray[np.float32]


def provocations_of(choices: Iterable[Any], structure: Structure) -> Provocation:
    """Settle the parties of `provokes` for every choice.

    T is the state it is aimed at (or its target), TA that state's allies, EB the enemy in the war, EA that
    enemy's allies; ``giver``, ``taker`` and the name of a state stand for themselves.
    """
    first, party, amount = [0], [], []
    for c in choices:
        for who, value in provoked(c, structure).items():
            party.append(who)
            amount.append(value)
        first.append(len(party))
    return Provocation(np.array(first, np.int64), np.array(party, np.int32), np.array(amount, np.float32))


def provoked(choice: Any, structure: Structure) -> dict[int, float]:
    """Return the rise of tension towards the actor by state, for one choice."""
    s = structure.axes.index["S"]
    actor = s[choice.actor]
    found: dict[int, float] = {}
    for word, value in choice.spec["provokes"].items():
        for who in _parties(word, choice, structure):
            if who != actor:
                found[who] = max(found.get(who, 0.0), float(value))
    return found


def _parties(word: str, choice: Any, structure: Structure) -> list[int]:
    s = structure.axes.index["S"]
    target = s.get(choice.against or choice.target, -1)
    enemy = s.get(choice.binding.get("enemy", "") or choice.against, -1)
    match word:
        case "T":
            return [target] if target >= 0 else []
        case "TA":
            return list(structure.related(target, "ally")) if target >= 0 else []
        case "EB":
            return [enemy] if enemy >= 0 else []
        case "EA":
            return list(structure.related(enemy, "ally")) if enemy >= 0 else []
        case _:
            name = choice.binding.get(word, word)
            return [s[name]] if name in s else []


def provoke(
    world: World,
    provocation: Provocation,
    cause: NDArray[Any],
    row: NDArray[Any],
    actor: NDArray[Any],
    seen: NDArray[Any],
) -> None:
    """Raise the tension of every provoked party that saw the deed: T becomes 1 - (1 - T) prod(1 - v).

    A single deed takes at most .99 of the way.
    """
    entry, index = spread(provocation.first, cause)
    party = provocation.party.take(index)
    saw = np.flatnonzero((seen.take(entry) >> party) & 1)
    entry, party, amount = entry.take(saw), party.take(saw), provocation.amount.take(index.take(saw))
    rows = row.take(entry)
    amount = np.minimum(amount * world.parameters.tension_rise.take(rows), np.float32(0.99))
    states = len(world.axes.states)
    flat = rows + (party + actor.take(entry) * states).astype(np.int64) * world.rows
    tension = world.dyads.tension.reshape(-1, order="F")
    tension[flat] = 1 - tension[flat]
    np.multiply.at(tension, flat, 1 - amount)
    tension[flat] = 1 - tension[flat]
