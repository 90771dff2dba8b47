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
from sim.streams import Names, Words, exponentials, variates

#: Size of the variates' range: clocks are compared with rates on this scale.
RANGE = np.float32(2.0**32)
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


def settle(
    ringing: Ringing, desk: NDArray[np.int32], conflict: NDArray[np.bool_]
) -> tuple[Ringing, NDArray[np.bool_]]:
    """Order what rings by replicate, desk and time, and drop what an earlier deed of the desk excludes.

    Parameters
    ----------
    ringing : Ringing
        Everything that rang, of all states.
    desk : (C,)
        The desk of each choice.
    conflict : (C, C)
        Whether one choice excludes another within a turn.

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
    begins = np.concatenate([[True], group[1:] != group[:-1]])
    place = np.arange(len(group)) - np.maximum.accumulate(np.where(begins, np.arange(len(group)), 0))
    for later in range(1, int(place.max(initial=0)) + 1):
        members = np.flatnonzero(place == later)
        for back in range(1, later + 1):
            earlier = members - back
            clash = stands[earlier] & conflict[ringing.choice[earlier], ringing.choice[members]]
            stands[members[clash]] = False
    return ringing, stands
