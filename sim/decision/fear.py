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

from sim.arrays import Floats, columns
from sim.world.ladder import NUCLEAR_ALERT, RUNGS
from sim.world.structure import Structure
from sim.world.world import World


class Fear:
    """The pairs whose fear matters, and their allies, laid out once."""

    def __init__(self, structure: Structure, wanted: Iterable[tuple[int, int]], rungs: Iterable[int]) -> None:
        """Close the *wanted* pairs over allies: to fear j is to fear those who would help j."""
        self.structure, self.rungs = structure, sorted(rungs)
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
        members = np.arange(len(helpers))
        self.side_of = np.zeros(
            (2, len(self.pairs), len(helpers)), np.float32
        )  # whose help each is: i's, j's
        self.side_of[for_j.astype(int), self.helper_pair, members] = 1

    def threat(self, world: World) -> Floats:
        """Return p(r) V(r), ``(rungs * pairs, R)``, lowest rung first: the loss expected from an act at r."""
        return self._ladder(world, self._log_odds(world, self._firmness(world)))

    def _firmness(self, world: World) -> Floats:
        """Return how firm i believes j to be, ``(pairs, R)``."""
        d, of = world.dyads, self.i + self.j * len(world.axes.states)
        believed = columns(d.believed_resolve)[of]
        believed += columns(d.misperception)[of]
        return np.asarray(np.clip(believed, 0, 1, out=believed), np.float32)

    def _log_odds(self, world: World, firmness: Floats) -> Floats:
        p = world.parameters
        z = np.subtract(firmness, np.float32(0.5), out=firmness)
        z *= p.fear_resolve
        share = self._balance(world)
        share -= np.float32(0.5)
        share *= p.fear_balance
        z += share
        z += p.fear_base
        return z

    def _balance(self, world: World) -> Floats:
        """Return j's share of the power of both sides, allies as far as they are believed to come."""
        states = len(world.axes.states)
        arms = world.states.military * (np.float32(0.5) + world.states.readiness)
        power = columns(arms[:, :, None] * world.dyads.reach)  # of a against b
        mine, theirs = power[self.i + self.j * states], power[self.j + self.i * states]
        if len(self.helper):
            help_ = columns(world.dyads.commitment)[self.helper + self.helped * states]
            help_ *= power[self.helper + self.other * states]
            mine += self.side_of[0] @ help_
            theirs += self.side_of[1] @ help_
        mine += theirs
        np.maximum(mine, np.float32(1e-6), out=mine)
        return np.asarray(np.divide(theirs, mine, out=theirs), np.float32)

    def _ladder(self, world: World, z: Floats) -> Floats:
        ladder, p = self.structure.ladder, world.parameters
        delivery = self._delivery(world)
        exp_z = np.exp(-z)
        climb = 2 / (1 + exp_z)
        exp_z *= np.exp(self._stand(world) * p.fear_jump)
        climbed = range(RUNGS - 2, min(self.rungs, default=RUNGS) - 1, -1)
        chances = {float(ladder.climb[r]) for r in climbed}
        up = {e: np.minimum(climb * e, np.float32(0.9)) for e in sorted(chances)}
        value = np.float32(ladder.loss[RUNGS - 1]) * delivery
        found = np.empty((len(self.rungs), *z.shape), np.float32)
        for r in (RUNGS - 1, *climbed):
            if r < RUNGS - 1:
                value *= up[float(ladder.climb[r])]
                value += ladder.loss[r] * delivery if r >= NUCLEAR_ALERT else ladder.loss[r]
            if r in self.rungs:
                answered = found[self.rungs.index(r)]
                np.multiply(exp_z, np.exp(np.float32(-r) * p.fear_jump), out=answered)
                answered += 1
                np.divide(value, answered, out=answered)
        return found.reshape(-1, world.rows)

    def _stand(self, world: World) -> Floats:
        """Return the rung each pair stands at, the higher of both, ``(pairs, R)``."""
        rung, states = columns(world.dyads.rung), len(world.axes.states)
        stand = rung[self.i + self.j * states]
        return np.asarray(np.maximum(stand, rung[self.j + self.i * states], out=stand), np.float32)

    def _delivery(self, world: World) -> Floats:
        """Return how sure j is to deliver a warhead on i, ``(pairs, R)``."""
        return np.asarray(columns(world.dyads.delivery)[self.j + self.i * len(world.axes.states)], np.float32)

    def helpers(self, i: int, j: int) -> list[tuple[int, int]]:
        """Return (ally of j, number of the pair i-ally) for every ally i would have to fear as well."""
        return [(k, self.number[i, k]) for k in self.structure.related(j, "ally") if k != i]
