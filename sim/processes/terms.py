"""Terms of a ceasefire: what each side would settle for, whether that overlaps, and what was imposed.

A side would take less than the ground it expects to win by fighting on, by what its weariness is worth to it
(Wagner 2000; Slantchev 2003); a guarantee makes room. Ceasefires without room are imposed, and break more
often (Werner and Yuen 2005).
"""

from __future__ import annotations

import numpy as np

from sim.world.world import World

#: Room a full guarantee makes, in thousand km2.
GUARANTEED = np.float32(6.0)
#: Lack of room at which a ceasefire is wholly imposed, in thousand km2.
IMPOSED = np.float32(8.0)


def terms(world: World, days: float = 0.0) -> None:
    """Work out each side's reservation and the room between them; a ceasefire without room was imposed.

    *days* is the length of the turn: a ceasefire no older than that is new.
    """
    field, p = world.wars, world.parameters
    for w, war in enumerate(world.structure.wars):
        room = GUARANTEED * field.guarantee[:, w]
        for side in war.sides:
            for i in side:
                wins = field.outlook[:, w, i] * p.terms_horizon
                field.reservation[:, w, i] = np.clip(
                    wins - p.terms_price * world.states.weariness[:, i], -400, 400
                )
            room = room - field.reservation[:, w, side[0]]
        field.overlap[:, w] = np.clip(room, -400, 400)
        fresh = (field.ceased[:, w] > 0) & (field.quiet_days[:, w] <= days)
        forced = np.clip(-room / IMPOSED, 0, 1)
        forced = np.maximum(forced, np.abs(field.front[:, w]) >= field.decisive[:, w])
        field.imposed[:, w] = np.where(fresh, forced, field.imposed[:, w] * (field.ceased[:, w] > 0))
