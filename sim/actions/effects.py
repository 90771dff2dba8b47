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

from sim.actions.conditions import Bind, _spread, number
from sim.world.address import Address, locate
from sim.world.cargo import send
from sim.world.moment import Moment
from sim.world.structure import Structure
from sim.world.world import World

#: Verbs that change one quantity, in the order they take effect.
VERBS = ("set", "lift", "scale", "raise")

#: Verbs that do more: each names the function below that carries it out.
DEEDS = ("ship", "offer", "answer", "open", "close")


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
        )
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


class Effects:
    """The effects of many causes (choices, injects), applied to a sparse list of (cause, replicate)."""

    def __init__(self, per_cause: Iterable[Sequence[Effect]], asks_days: Sequence[float] = ()) -> None:
        """Lay changes out by verb and array."""
        per_cause = [list(e) for e in per_cause]
        self.first = np.concatenate([[0], np.cumsum([sum(isinstance(x, Change) for x in e) for e in per_cause])])
        self.first = self.first.astype(np.int64)
        changes = [x for e in per_cause for x in e if isinstance(x, Change)]
        kinds = sorted(
            {(VERBS.index(c.verb), c.address.section, c.address.field) for c in changes},
        )
        self.kinds = kinds
        self.kind = np.array(
            [kinds.index((VERBS.index(c.verb), c.address.section, c.address.field)) for c in changes], np.int32
        )
        self.amount = np.array([c.amount for c in changes], np.float32)
        self.addresses = [c.address for c in changes]
        self.special = {i: [x for x in e if isinstance(x, Special)] for i, e in enumerate(per_cause)}
        self.special = {i: e for i, e in self.special.items() if e}
        self.has_special = np.array([i in self.special for i in range(len(per_cause))], bool)
        self.asks_days = asks_days
        self._columns: NDArray[np.int64] | None = None

    def _column(self, world: World) -> NDArray[np.int64]:
        if self._columns is None:
            self._columns = np.array(
                [
                    int(np.ravel_multi_index(a.where, a.array(world).shape[1:], order="F")) if a.where else 0
                    for a in self.addresses
                ],
                np.int64,
            )
        return self._columns

    def apply(self, world: World, moment: Moment, cause: NDArray[Any], row: NDArray[Any]) -> None:
        """Let ``cause[n]`` take effect in replicate ``row[n]``."""
        entry, change = _spread(self.first, cause)
        if len(change):
            rows = row[entry]
            kind = self.kind[change]
            flat = rows + self._column(world)[change] * world.rows
            amount = self.amount[change]
            order = np.argsort(kind, kind="stable")
            edges = np.searchsorted(kind[order], np.arange(len(self.kinds) + 1))
            for k, (verb, section, name) in enumerate(self.kinds):
                picked = order[edges[k] : edges[k + 1]]
                if len(picked):
                    _change(world, verb, section, name, flat[picked], amount[picked])
        self._specials(world, moment, cause, row)

    def _specials(self, world: World, moment: Moment, cause: NDArray[Any], row: NDArray[Any]) -> None:
        mask = self.has_special[cause]
        for c in np.unique(cause[mask]):
            rows = row[cause == c]
            for special in self.special[int(c)]:
                days = self.asks_days[int(c)] if len(self.asks_days) else 21
                _SPECIAL[special.verb](world, moment, special, rows, days)


def _change(
    world: World, verb: int, section: str, name: str, flat: NDArray[Any], amount: NDArray[np.float32]
) -> None:
    part = getattr(world, section)
    array = getattr(part, name).reshape(-1, order="F")
    quantity = part.declared()[name]
    match VERBS[verb]:
        case "set":
            array[flat] = amount
        case "lift":
            np.maximum.at(array, flat, amount)
        case "scale":
            np.multiply.at(array, flat, amount)
        case _:
            np.add.at(array, flat, amount)
    array[flat] = np.clip(array[flat], np.float32(quantity.low), np.float32(quantity.high))


def _ship(world: World, moment: Moment, effect: Special, rows: NDArray[Any], days: float) -> None:
    """Send *amount* years of the flow's rate at once."""
    p = world.axes.index["P"][effect.what]
    send(world, p, rows, np.float32(effect.amount) * world.pipelines.rate[rows, p], moment.days)


def _offer(world: World, moment: Moment, effect: Special, rows: NDArray[Any], days: float) -> None:
    """Put a question that stands for *days*."""
    until = np.float32(moment.day + moment.days + days)
    if effect.what == "terms":
        world.wars.terms_until[rows, effect.war, effect.actor] = until
    else:
        world.dyads.offer_until[rows, effect.actor, effect.target] = until


def _answer(world: World, moment: Moment, effect: Special, rows: NDArray[Any], days: float) -> None:
    """Accept: both step down by two, or the guns fall silent."""
    if effect.what == "terms":
        world.wars.ceased[rows, effect.war] = 1
        world.wars.quiet_days[rows, effect.war] = 0
        world.wars.terms_until[rows, effect.war] = -1
        return
    for i, j in ((effect.actor, effect.target), (effect.target, effect.actor)):
        dyads = world.dyads
        lower = np.minimum(dyads.rung[rows, i, j] - 2, 5)
        dyads.rung[rows, i, j] = np.maximum(lower, np.minimum(dyads.rung_floor[rows, i, j], dyads.rung[rows, i, j]))
        excess = dyads.tension[rows, i, j] - dyads.tension_base[rows, i, j]
        dyads.tension[rows, i, j] -= np.where(excess > 0, excess / 2, 0)
        dyads.answer_owed[rows, i, j] = 0
        dyads.offer_until[rows, i, j] = -1


def _open(world: World, moment: Moment, effect: Special, rows: NDArray[Any], days: float) -> None:
    """Open a war, or take one up again."""
    world.wars.open[rows, effect.war] = 1
    world.wars.ceased[rows, effect.war] = 0
    world.wars.intensity[rows, effect.war] = np.maximum(world.wars.intensity[rows, effect.war], np.float32(0.5))


def _close(world: World, moment: Moment, effect: Special, rows: NDArray[Any], days: float) -> None:
    """End a war by a ceasefire."""
    world.wars.ceased[rows, effect.war] = 1
    world.wars.quiet_days[rows, effect.war] = 0


_SPECIAL = {"ship": _ship, "offer": _offer, "answer": _answer, "open": _open, "close": _close}


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
    world: World, provocation: Provocation, cause: NDArray[Any], row: NDArray[Any], actor: NDArray[Any], seen: NDArray[Any]
) -> None:
    """Raise the tension of every provoked party that saw the deed: T becomes 1 - (1 - T) prod(1 - v)."""
    entry, index = _spread(provocation.first, cause)
    party = provocation.party[index]
    saw = ((seen[entry] >> party) & 1).astype(bool)
    entry, party, amount = entry[saw], party[saw], provocation.amount[index][saw]
    rows = row[entry]
    amount = np.minimum(amount * world.parameters.tension_rise[rows], np.float32(0.99))
    states = len(world.axes.states)
    flat = rows + (party + actor[entry] * states).astype(np.int64) * world.rows
    tension = world.dyads.tension.reshape(-1, order="F")
    calm = 1 - tension
    np.multiply.at(calm, flat, 1 - amount)
    tension[flat] = 1 - calm[flat]
