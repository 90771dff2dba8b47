"""Contested places: what was seized stays seized unless it is taken back in time."""

from __future__ import annotations

import numpy as np

from sim.world.moment import Moment
from sim.world.world import World


def places(world: World, moment: Moment) -> None:
    """Count the days a place is held by who claimed it: most gains that outlast weeks stay (Altman 2017)."""
    state = world.places
    held = state.seized > 0
    state.seized_days[...] = np.where(held, state.seized_days + np.float32(moment.days), 0)
