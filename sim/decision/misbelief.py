"""Deeds that true beliefs would not have brought: acting on a wrong belief is an output.

A deed's clock rang at time t. On true beliefs its rate would have been e^(dU) times as high, dU being what
the believed parts of U would have changed by; the same luck would then have rung at t e^(-dU). Where that is
after the turn, the deed rests on a mistake: about the other side's firmness, or about a flow.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.actions.records import Choice
from sim.arrays import Floats, Rows, columns, spread
from sim.world.address import as_observed
from sim.world.deeds import flat_pairs
from sim.world.ladder import NUCLEAR_ALERT, RUNGS
from sim.world.structure import Structure
from sim.world.world import World

Indices = NDArray[np.int32]


class Misbelief:
    """What each choice takes on trust: whom it fears, and which flows it believes in."""

    def __init__(self, choices: Sequence[Choice], structure: Structure, feared: NDArray[np.int32]) -> None:
        """Lay the believed parts out; *feared* is the rung of the feared answer by choice, 0 for none."""
        self.structure, self.feared = structure, feared
        n = len(structure.axes.states)
        pairs = structure.relations["allies"]
        allied = np.array([[(k, side) in pairs for k in range(n)] for side in range(n)])
        others = ~np.eye(n, dtype=bool)
        self.helps = (allied[:, None] & others).astype(np.float32)  # (side, against whom, helper)
        flows, states = structure.axes.index["P"], structure.axes.index["S"]
        entries: list[tuple[int, int, float]] = []
        first = [0]
        for choice in choices:
            for drive in choice.spec["drives"]:
                path = choice.bind(drive["observes"]) if "observes" in drive else None
                if path is not None and as_observed(path, choice.actor) != path:
                    entries.append((flows[path.split(".")[1]], states[choice.actor], float(drive["gain"])))
            first.append(len(entries))
        self.first = np.array(first, np.int64)
        self.flow = np.array([f for f, _, _ in entries], np.int64)
        self.observer = np.array([o for _, o, _ in entries], np.int64)
        self.gain = np.array([g for _, _, g in entries], np.float32)

    def mistaken(
        self,
        world: World,
        choice: NDArray[np.int32],
        row: NDArray[np.int32],
        against: NDArray[np.int32],
        actor: NDArray[np.int32],
        time: Floats,
    ) -> NDArray[np.bool_]:
        """Return which deeds true beliefs would not have brought, ``(N,)``; *time* in shares of the turn."""
        return np.asarray(time * np.exp(-self.shift(world, choice, row, against, actor)) >= 1, bool)

    def shift(
        self,
        world: World,
        choice: NDArray[np.int32],
        row: NDArray[np.int32],
        against: NDArray[np.int32],
        actor: NDArray[np.int32],
    ) -> Floats:
        """Return what true beliefs would add to U, ``(N,)``, in nats."""
        shift = self._flows(world, choice, row)
        afraid = np.flatnonzero((self.feared[choice] > 0) & (against >= 0))
        if len(afraid):
            shift[afraid] += self._fear(world, choice[afraid], row[afraid], actor[afraid], against[afraid])
        return shift

    def _flows(self, world: World, choice: NDArray[np.int32], row: NDArray[np.int32]) -> Floats:
        """Return what true levels of the flows believed in would add to U, ``(N,)``."""
        shift = np.zeros(len(choice), np.float32)
        entry, index = spread(self.first, choice)
        if len(entry):
            r, flow = row[entry], self.flow[index]
            believed = world.pipelines.believed[r, flow, self.observer[index]]
            np.add.at(shift, entry, self.gain[index] * (world.pipelines.level[r, flow] - believed))
        return shift

    def _fear(self, world: World, choice: Indices, row: Indices, i: Indices, j: Indices) -> Floats:
        """Return what knowing j's true firmness would add to U, ``(N,)``."""
        p, states, d = world.parameters, world.states, world.dyads
        rows: Rows = row.astype(np.intp)
        pair, i_at = flat_pairs(world.rows, len(self.helps), rows, i, j), rows + i * np.int64(world.rows)
        believed = columns(d.believed_resolve).take(pair) + columns(d.misperception).take(pair)
        believed = np.minimum(np.maximum(believed, 0), 1)
        balance = self._balance(world, rows, i, j)
        firmness = np.stack([believed, states.resolve[row, j]])
        supposed, true = self._threat(world, rows, i, j, self.feared[choice], firmness, balance)
        dread = p.precision.take(rows) * columns(states.precision).take(i_at)
        dread = dread * p.fear_weight.take(rows) * (1 - columns(states.peril).take(i_at))
        return np.asarray(dread * (supposed - true), np.float32)

    def _balance(self, world: World, rows: Rows, i: Indices, j: Indices) -> Floats:
        """Return j's share of the power of both sides, believed allies included, ``(N,)``."""
        states, everyone = world.states, np.arange(len(self.helps))
        at = rows[:, None] + everyone * world.rows  # (N, S)
        own = columns(states.military * (np.float32(0.5) + states.readiness)).take(at)
        towards = [at + side[:, None] * np.int64(own.shape[1] * world.rows) for side in (i, j)]
        shares = []
        for side, other, to_side, to_other in ((i, j, *towards), (j, i, *reversed(towards))):
            power = own * columns(world.dyads.reach).take(to_other)
            helps = columns(world.dyads.commitment).take(to_side)
            helps *= self.helps[side, other]
            helps *= power
            shares.append(power[np.arange(len(rows)), side] + helps.sum(axis=1))
        mine, theirs = shares
        return np.asarray(theirs / np.maximum(theirs + mine, np.float32(1e-6)), np.float32)

    def _threat(
        self,
        world: World,
        rows: Rows,
        i: Indices,
        j: Indices,
        rung: Indices,
        firmness: Floats,
        balance: Floats,
    ) -> Floats:
        """Return p V at one rung each by view of j's *firmness*, ``(views, N)``: `fear`, sparsely."""
        ladder, p = self.structure.ladder, world.parameters
        z = p.fear_resolve[rows] * (firmness - np.float32(0.5))
        z += p.fear_base[rows] + p.fear_balance[rows] * (balance - np.float32(0.5))
        rungs, shape = columns(world.dyads.rung), (world.rows, len(self.helps))
        forth, back = flat_pairs(*shape, rows, i, j), flat_pairs(*shape, rows, j, i)
        stand = np.maximum(rungs.take(forth), rungs.take(back))
        delivery = columns(world.dyads.delivery).take(back)
        climb = 2 / (1 + np.exp(-z))
        seen = np.empty((RUNGS, *z.shape), np.float32)  # V by rung
        seen[-1] = ladder.loss[RUNGS - 1] * delivery
        up = {e: np.minimum(climb * e, np.float32(0.9)) for e in set(ladder.climb.tolist())}
        for r in range(RUNGS - 2, int(rung.min()) - 1, -1):
            np.multiply(up[float(ladder.climb[r])], seen[r + 1], out=seen[r])
            seen[r] += ladder.loss[r] * delivery if r >= NUCLEAR_ALERT else ladder.loss[r]
        at_rung = seen[rung, :, np.arange(len(rung))].T
        return np.asarray(at_rung / (1 + np.exp(-z - p.fear_jump[rows] * (rung - stand))), np.float32)
