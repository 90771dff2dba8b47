"""A race of clocks: every choice has one, and what rings within the turn is done.

    clock(c) = E(c) / (nu(c) e^U(c)),   E(c) = -log1p(-v) of the choice's own named variate v

Given that something is done this is a logit (quantal response); there is no `hold` to tune, the length of the
turn does not matter, and luck survives any change of the set of choices.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats, Keys
from sim.streams import Names, Words, exponentials, name_key, scatter_variates, variates

#: Size of the variates' range: clocks are compared with rates on this scale.
RANGE = np.float32(2.0**32)
#: Keys that set the second, third, … ring of a clock within a turn apart from its first.
AGAIN = tuple(np.uint32(name_key(f"again:{n}") & 0xFFFFFFFF) for n in range(1, 9))
#: Highest log-odds of ringing in a turn that is told apart: above it a choice rings at once.
CEILING = np.float32(80.0)


@dataclass(slots=True)
class Ringing:
    """Clocks that ring before the turn is over, one entry each."""

    choice: NDArray[np.int32]
    row: NDArray[np.int32]
    time: NDArray[np.float32]  # share of the turn gone
    strength: NDArray[np.float32]  # the unit exponential that rang


class Clocks:
    """The clocks of one state: names hashed once, scratch space kept."""

    def __init__(self, names: tuple[str, ...], first: int, rows: int) -> None:
        self.names = Names("decide", names)
        self.first = first  # its first choice in the catalogue
        shape = (len(names), rows)
        self.words: Words = np.empty(shape, np.uint32)
        self.scratch: Words = np.empty(shape, np.uint32)
        self.rate: Floats = np.empty(shape, np.float32)
        self.level: Floats = np.empty(shape, np.float32)

    def appraise(self, weights: Floats, values: Floats) -> None:
        """Fill ``rate`` with e^U times the turn's constant: the chance per unit of exponential, (C, R)."""
        np.matmul(weights, values, out=self.rate)
        np.minimum(self.rate, CEILING, out=self.rate)
        np.exp(self.rate, out=self.rate)

    def ring(self, words: Keys) -> Ringing:
        """Return the clocks that ring within the turn.

        A clock rings only where v < nu dt e^U, as -log1p(-v) >= v: compare first, log the few.
        """
        drawn = variates(words, self.names, self.words, self.scratch)
        self.level[...] = drawn
        flat = np.flatnonzero(self.level < self.rate)
        rate = self.rate.reshape(-1)[flat] * (1 / RANGE)
        strength = exponentials(drawn.reshape(-1)[flat]).astype(np.float32)
        time = strength / rate
        rings = time < 1
        flat = flat[rings]
        rows = self.rate.shape[1]
        return Ringing(
            choice=(flat // rows + self.first).astype(np.int32),
            row=(flat % rows).astype(np.int32),
            time=time[rings],
            strength=strength[rings],
        )


def repeat(ringing: Ringing, pace: Floats, words: Keys, keys: Words, rest: Floats) -> Ringing:
    """Let clocks whose rest is over within the turn ring again, as often as there is time.

    Without this a choice made often would depend on the length of the turn.

    Parameters
    ----------
    pace : (N,)
        Time from the end of its rest to the ring of each clock, in shares of the turn.
    words : (R,)
        The turn's words.
    keys : (C,)
        The hashed name of every choice.
    rest : (C,)
        Cooldown of every choice in shares of the turn; a choice without one rings once.
    """
    found, now = [ringing], ringing
    pace = np.asarray(
        pace / np.maximum(ringing.strength, np.float32(1e-30)), np.float32
    )  # per unit exponential
    for key in AGAIN:
        ready = now.time + rest[now.choice]
        more = np.flatnonzero((ready < 1) & (rest[now.choice] > 0) & (now.strength > 0))
        if not len(more):
            break
        row, choice, pace = now.row[more], now.choice[more], pace[more]
        strength = exponentials(scatter_variates(words[row], keys[choice] ^ key)).astype(np.float32)
        now = Ringing(choice, row, (ready[more] + strength * pace).astype(np.float32), strength)
        inside = now.time < 1
        now, pace = Ringing(choice[inside], row[inside], now.time[inside], strength[inside]), pace[inside]
        found.append(now)
    return Ringing(*(np.concatenate([getattr(r, f) for r in found]) for f in Ringing.__slots__))


def settle(
    ringing: Ringing,
    desk: NDArray[np.int32],
    conflict: NDArray[np.bool_],
    subject: NDArray[np.int32],
    rest: Floats,
) -> tuple[Ringing, NDArray[np.bool_]]:
    """Order what rings by replicate, desk and time, and drop what an earlier deed of the desk excludes.

    A deed excludes what conflicts with it, and anything on its own subject until its rest is over.

    Parameters
    ----------
    ringing : Ringing
        Everything that rang, of all states.
    desk : (C,)
        The desk of each choice.
    conflict : (C, C)
        Whether one choice excludes another within a turn.
    subject : (C,)
        Actor, action and target of each choice, variants together.
    rest : (C,)
        Cooldown of each choice in shares of the turn; 0: to the end of the turn.

    Returns
    -------
    Ringing, (N,)
        All entries in order, and which of them stand.
    """
    on = desk[ringing.choice]
    group = ringing.row * np.int32(int(desk.max(initial=0)) + 1) + on
    order = np.lexsort((ringing.time, group))
    ringing = Ringing(ringing.choice[order], ringing.row[order], ringing.time[order], ringing.strength[order])
    group = group[order]
    stands = np.ones(len(group), bool)
    if not len(group):
        return ringing, stands
    wait = np.where(rest > 0, rest, np.float32(np.inf))
    begins = np.concatenate([[True], group[1:] != group[:-1]])
    place = np.arange(len(group)) - np.maximum.accumulate(np.where(begins, np.arange(len(group)), 0))
    for later in range(1, int(place.max(initial=0)) + 1):
        members = np.flatnonzero(place == later)
        for back in range(1, later + 1):
            earlier = members - back
            one, other = ringing.choice[earlier], ringing.choice[members]
            soon = ringing.time[members] - ringing.time[earlier] < wait[one]
            clash = stands[earlier] & (conflict[one, other] | (soon & (subject[one] == subject[other])))
            stands[members[clash]] = False
    return ringing, stands
