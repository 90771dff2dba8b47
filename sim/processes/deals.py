"""Deals: kept as long as each sees the other keep its pledge."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.world.moment import Moment
from sim.world.structure import Pledge
from sim.world.world import World

Indices = NDArray[np.int64]

#: Answer a broken deal asks for: its size, and the rung at which it is given.
OWED, ANSWER = np.float32(0.4), np.float32(3.0)


def deals(world: World, moment: Moment) -> None:
    """Watch every pledge as the other party sees it; end a deal whose breach was seen to last."""
    _lapse(world, moment)
    watch_pledges(world)
    for d, deal in enumerate(world.structure.deals):
        broken = [_seen_broken(world, moment, d, pledge) for pledge in deal.pledges]
        for pledge, rows in zip(deal.pledges, broken, strict=True):
            _end(world, moment, d, pledge.party, rows)
    if world.structure.deals:
        keep_word(world)


def watch_pledges(world: World) -> None:
    """Keep who does not do what it promised or would promise, as the other party sees it."""
    for d, deal in enumerate(world.structure.deals):
        for pledge in deal.pledges:
            past = np.float32(pledge.sign) * (pledge.measure.read(world) - np.float32(pledge.limit)) > 0
            world.deals.unkept[:, d, pledge.party] = past


def _seen_broken(world: World, moment: Moment, d: int, pledge: Pledge) -> Indices:
    """Return the rows in which the other party has seen a pledge broken for longer than grace."""
    state = world.deals
    seen = (state.unkept[:, d, pledge.party] > 0) & (state.in_force[:, d] > 0)
    days = state.breach_days[:, d, pledge.party]
    days += np.float32(moment.days)
    days *= seen
    return np.flatnonzero(seen & (days > state.grace[:, d]))


def _end(world: World, moment: Moment, d: int, party: int, rows: Indices) -> None:
    """End a deal that *party* broke: the other owes an answer."""
    if not len(rows):
        return
    state, deal = world.deals, world.structure.deals[d]
    other = deal.parties[1] if party == deal.parties[0] else deal.parties[0]
    state.in_force[rows, d] = 0
    state.broken[rows, d, party] = 1
    owed = world.dyads.answer_owed[:, other, party]
    fresh = rows[owed[rows] < OWED]
    owed[fresh] = OWED
    world.dyads.answer_rung[fresh, other, party] = ANSWER
    moment.events.append(("broken", d, rows))


def _lapse(world: World, moment: Moment) -> None:
    """Let offers lapse at their deadline, once they had their answer."""
    until = world.deals.offer_until
    until[(until >= 0) & (until < moment.day)] = -1


def keep_word(world: World) -> None:
    """Let each party feel what breaking its word would cost."""
    state = world.deals
    state.word[...] = (state.in_force * state.cost)[:, :, None]
