"""What a state fears the other side does next: the ladder seen from a rung.

For every pair (i fears j) and rung r::

    z       = b0 + b_b (believed firmness of j - 1/2) + b_B (j's share of power, allies included - 1/2)
    p(r)    = 1 / (1 + exp(-z - b_o (r - stand)))              chance that j answers an act at r
    V(r)    = loss(r) n(r) + min(.9, 2 sigma(z) climb(r)) V(r + 1),   V(11) = loss(11) n

where n is 1 below nuclear alert and above it whether j could deliver a warhead on i. Deterrence and its
failure come out of this term; Schelling's "threat that leaves something to chance".
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats, columns
from sim.world.ladder import NUCLEAR_ALERT, RUNGS
from sim.world.structure import Structure
from sim.world.world import World


class Fear:
    """The pairs whose fear matters, and their allies, laid out once."""

    def __init__(self, structure: Structure, wanted: Iterable[tuple[int, int]], rungs: Iterable[int]) -> None:
        """Close the *wanted* pairs over allies: to fear j is to fear those who would help j."""
        self.structure, self.rungs = structure, frozenset(rungs)
        pairs = dict.fromkeys(wanted)
        for i, j in list(pairs):
            pairs.update(dict.fromkeys((i, k) for k in structure.related(j, "ally") if k != i))
        self.pairs = list(pairs)
        self.number = {pair: n for n, pair in enumerate(self.pairs)}
        self.i = np.array([i for i, _ in self.pairs], np.int64)
        self.j = np.array([j for _, j in self.pairs], np.int64)
        helpers = [
            (n, k, ally_of)
            for n, (i, j) in enumerate(self.pairs)
            for ally_of, against in ((j, i), (i, j))
            for k in structure.related(ally_of, "ally")
            if k not in (i, j)
        ]
        self.helper_pair = np.array([n for n, _, _ in helpers], np.int64)
        self.helper = np.array([k for _, k, _ in helpers], np.int64)
        self.helped = np.array([a for _, _, a in helpers], np.int64)
        for_j = self.helped == self.j[self.helper_pair]
        self.other = np.where(for_j, self.i[self.helper_pair], self.j[self.helper_pair])
        self.theirs, self.mine = np.flatnonzero(for_j), np.flatnonzero(~for_j)
        self.theirs_pair, self.theirs_first = np.unique(self.helper_pair[self.theirs], return_index=True)
        self.mine_pair, self.mine_first = np.unique(self.helper_pair[self.mine], return_index=True)

    def index(self, i: NDArray[np.int64], j: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the numbers of pairs."""
        return np.array([self.number[a, b] for a, b in zip(i.tolist(), j.tolist(), strict=True)], np.int64)

    def threat(self, world: World) -> dict[int, Floats]:
        """Return p(r) V(r) by rung, each ``(pairs, R)``: the loss expected from an act at r."""
        z = self._log_odds(world, self._firmness(world))
        return self._ladder(world, z)

    def _firmness(self, world: World) -> Floats:
        d = world.dyads
        believed = np.clip(d.believed_resolve + d.misperception, 0, 1)
        firmness: Floats = columns(believed)[self.i + self.j * len(world.axes.states)]
        return firmness

    def _log_odds(self, world: World, firmness: Floats) -> Floats:
        p = world.parameters
        z = (firmness - np.float32(0.5)) * p.fear_resolve
        z += (self._balance(world) - np.float32(0.5)) * p.fear_balance
        z += p.fear_base
        return z

    def _balance(self, world: World) -> Floats:
        """Return j's share of the power of both sides, allies as far as they are believed to come."""
        states = len(world.axes.states)
        power = columns(world.states.military[:, :, None] * world.dyads.reach)  # of a against b
        commitment = columns(world.dyads.commitment)
        mine = power[self.i + self.j * states].copy()
        theirs = power[self.j + self.i * states].copy()
        help_ = commitment[self.helper + self.helped * states]
        help_ *= power[self.helper + self.other * states]
        if len(self.helper):
            theirs[self.theirs_pair] += np.add.reduceat(help_[self.theirs], self.theirs_first)
            mine[self.mine_pair] += np.add.reduceat(help_[self.mine], self.mine_first)
        return np.asarray(theirs / np.maximum(theirs + mine, np.float32(1e-6)), np.float32)

    def _ladder(self, world: World, z: Floats) -> dict[int, Floats]:
        ladder, states, s = self.structure.ladder, world.states, len(world.axes.states)
        rung = columns(np.maximum(world.dyads.rung, world.dyads.rung.transpose(0, 2, 1)))
        stand = rung[self.i + self.j * s]
        can = (columns(states.warheads * states.survivability)[self.j] >= 1).astype(np.float32)
        delivery = can * (1 - np.float32(0.5) * columns(states.missile_defence)[self.i])
        exp_z = np.exp(-z)
        climb = 2 / (1 + exp_z)
        exp_z *= np.exp(stand * world.parameters.fear_jump)
        up = {e: np.minimum(climb * e, np.float32(0.9)) for e in sorted(set(ladder.climb.tolist()))}
        value = np.float32(ladder.loss[RUNGS - 1]) * delivery
        found: dict[int, Floats] = {}
        for r in range(RUNGS - 2, 0, -1):
            value *= up[float(ladder.climb[r])]
            value += ladder.loss[r] * delivery if r >= NUCLEAR_ALERT else ladder.loss[r]
            if r in self.rungs:
                answered = exp_z * np.exp(np.float32(-r) * world.parameters.fear_jump)
                answered += 1
                found[r] = np.divide(value, answered, out=answered)
        return found

    def helpers(self, i: int, j: int) -> list[tuple[int, int]]:
        """Return (ally of j, number of the pair i-ally) for every ally i would have to fear as well."""
        return [(k, self.number[i, k]) for k in self.structure.related(j, "ally") if k != i]
