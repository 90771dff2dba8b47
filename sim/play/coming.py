"""The day on which an outcome came: that of the deed that brought it, or the last of its turn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from sim.model.outcomes import Outcome
from sim.model.setup import Setup
from sim.play.records import Deed
from sim.world.ladder import NUCLEAR_ALERT

#: Dispute level from which a deed is a clash.
CLASH = 4


def last_day(setup: Setup, turn: int) -> date:
    """Return the last day of a turn."""
    return setup.start + timedelta(days=int((turn + 1) * setup.days - 1e-6))


def day_of(setup: Setup, outcome: Outcome, turn: int, deeds: Sequence[Deed], count: int) -> date:
    """Return the day on which an outcome came.

    Parameters
    ----------
    turn, deeds
        The turn it came in, and what was done in it, in the order of the days.
    count
        Of an outcome that counts deeds: how many there were by the end of that turn.

    Returns
    -------
    date
        Of the deed or incident that is the outcome; of what is looked at when a turn is over (quantities,
        a rung at which two states stand without a deed of that rung), the last day of the turn.
    """
    mine = [deed for deed in deeds if _is(setup, outcome, deed)]
    place = outcome.at_least - (count - len(mine)) - 1 if outcome.kind == "does" else 0
    return mine[place].day if 0 <= place < len(mine) else last_day(setup, turn)


def _is(setup: Setup, outcome: Outcome, deed: Deed) -> bool:
    """Whether a deed is what an outcome waits for, as `sim.model.outcomes.Watch` counts them."""
    catalogue = setup.catalogue
    if outcome.kind == "does":
        return any(
            catalogue.choices[c].name == deed.choice for c in np.flatnonzero(outcome.choices[:-1]).tolist()
        )
    states = setup.structure.axes.states
    if (deed.actor, deed.against) not in {
        (states[i], states[j]) for i, j in (*outcome.pairs, *_back(outcome))
    }:
        return False
    match outcome.kind:
        case "clash":
            return deed.mid >= CLASH and deed.deaths >= outcome.deaths
        case "reaches":
            return deed.rung >= outcome.rung and (outcome.rung >= NUCLEAR_ALERT or deed.rung < NUCLEAR_ALERT)
        case "war":
            spec = next((c.spec for c in catalogue.choices if c.name == deed.choice), {"effects": ()})
            return any("open" in effect for effect in spec["effects"])
        case _:
            return False


def _back(outcome: Outcome) -> list[tuple[int, int]]:
    """Return the pairs of an outcome the other way round."""
    return [(j, i) for i, j in outcome.pairs]
