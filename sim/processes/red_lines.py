"""Red lines: what their owner sees of what it forbade, crossings answered or left alone, and habituation.

Threats as acts (Schelling 1966); a line that is crossed and not answered moves (salami tactics).
"""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats
from sim.world.moment import Moment
from sim.world.world import World

#: Days after which a crossing counts as left unanswered.
PATIENCE = np.float32(56.0)
#: How far approval at stake ties its owner to a line: a unit makes the answer so much larger (Fearon 1994).
AUDIENCE = np.float32(4.0)
#: Share of the owner's believed firmness that an unkept line costs it.
DOUBT = np.float32(0.1)


def red_lines(world: World, moment: Moment) -> None:
    """See crossings, wait for their answer, and let lines nobody defended move."""
    for n, line in enumerate(world.structure.red_lines):
        measure = line.measure.read(world)
        _cross(world, moment, n, measure)
        _settle(world, moment, n, measure)
    press(world)


def _cross(world: World, moment: Moment, n: int, measure: Floats) -> None:
    """Owe an answer for a crossing as its owner sees it, as far as it had spoken."""
    state, line = world.red_lines, world.structure.red_lines[n]
    further = (measure >= state.at[:, n]) & (measure > state.reached[:, n] + np.float32(1e-4))
    crossed = further & (state.declaration[:, n] > 0) & (state.due_until[:, n] < 0)
    rows = np.flatnonzero(crossed)
    if not len(rows):
        return
    state.crossed[rows, n] += 1
    state.reached[rows, n] = measure[rows]
    state.due_until[rows, n] = np.float32(moment.day) + PATIENCE
    severity = state.severity[rows, n]
    tied = 1 + AUDIENCE * state.audience[rows, n]
    size = np.clip(np.float32(0.13) * severity * state.declaration[rows, n] * tied, 0.05, 1)
    owed = world.dyads.answer_owed[:, line.owner, line.against]
    fresh = size > owed[rows]
    owed[rows[fresh]] = size[fresh]
    world.dyads.answer_rung[rows[fresh], line.owner, line.against] = severity[fresh]
    tension = world.dyads.tension[:, line.owner, line.against]
    tension[rows] += np.float32(0.15) * state.declaration[rows, n] * (1 - tension[rows])


def _settle(world: World, moment: Moment, n: int, measure: Floats) -> None:
    """Close crossings: an answer in time keeps the line, none moves it and costs its owner."""
    state, line = world.red_lines, world.structure.red_lines[n]
    waiting = state.due_until[:, n] >= 0
    if not waiting.any():
        return
    answered = np.zeros(world.rows, bool)
    for deeds in moment.deeds:
        mine = np.flatnonzero((deeds.actor == line.owner) & (deeds.against == line.against))
        row = deeds.row[mine]
        answered[row[deeds.answer_rung[mine] >= state.severity[row, n] - 1]] = True
    kept = waiting & answered
    left = waiting & ~answered & (state.due_until[:, n] < moment.day)
    moved = np.maximum(state.at[:, n], measure) * (1 + state.habituation[:, n])
    state.at[:, n] = np.where(left, moved, state.at[:, n])
    state.due_until[:, n] = np.where(kept | left, -1, state.due_until[:, n])
    state.unkept[:, n] += left
    spoke = left * state.declaration[:, n]
    approval = world.states.approval[:, line.owner]
    approval -= np.minimum(spoke * state.audience[:, n], approval)
    world.dyads.believed_resolve[:, line.against, line.owner] *= 1 - DOUBT * spoke


def press(world: World) -> None:
    """Press on who might cross: more the closer the line, the clearer it was said, the firmer its owner.

    It stays within `weight` nats; a line not spoken of presses nobody. What its owner would lose at
    home makes it as good as firm (Fearon 1994).
    """
    state = world.red_lines
    for n, line in enumerate(world.structure.red_lines):
        near = np.clip(line.measure.read(world) / np.maximum(state.at[:, n], np.float32(1e-6)), 0.5, 1)
        free = 1 - np.minimum(AUDIENCE * state.audience[:, n], 1)
        firm = 1 - free * (1 - world.dyads.believed_resolve[:, line.against, line.owner])
        state.pressure[:, n] = state.weight[:, n] * state.declaration[:, n] * firm * near


def draw_lines(world: World) -> None:
    """Start with every line where it was drawn."""
    world.red_lines.at[...] = world.red_lines.threshold
    press(world)
