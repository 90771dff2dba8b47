"""Deals: kept as long as each sees the other keep its pledge."""

from __future__ import annotations

import numpy as np

from sim.world.moment import Moment
from sim.world.world import World

#: Answer a broken deal asks for: its size, and the rung at which it is given.
OWED, ANSWER = np.float32(0.4), np.float32(3.0)


def deals(world: World, moment: Moment) -> None:
    """Watch every pledge as the other party sees it; end a deal whose breach was seen to last."""
    state, states = world.deals, len(world.axes.states)
    _lapse(world, moment)
    for d, deal in enumerate(world.structure.deals):
        for pledge in deal.pledges:
            past = np.float32(pledge.sign) * (pledge.measure.read(world) - np.float32(pledge.limit)) > 0
            seen = past & (state.in_force[:, d] > 0)
            days = state.breach_days[:, d, pledge.party]
            days += np.float32(moment.days)
            days *= seen
            rows = np.flatnonzero(seen & (days > state.grace[:, d]))
            if not len(rows):
                continue
            other = deal.parties[1] if pledge.party == deal.parties[0] else deal.parties[0]
            state.in_force[rows, d] = 0
            state.broken[rows, d, pledge.party] = 1
            owed = world.dyads.answer_owed[:, other, pledge.party]
            fresh = rows[owed[rows] < OWED]
            owed[fresh] = OWED
            world.dyads.answer_rung[fresh, other, pledge.party] = ANSWER
            moment.events.append(("broken", d, rows))
    if states and len(world.structure.deals):
        keep_word(world)


def _lapse(world: World, moment: Moment) -> None:
    """Let offers lapse at their deadline, once they had their answer."""
    until = world.deals.offer_until
    until[(until >= 0) & (until < moment.day)] = -1


def keep_word(world: World) -> None:
    """Let each party feel what breaking its word would cost."""
    state = world.deals
    state.word[...] = (state.in_force * state.cost)[:, :, None]
