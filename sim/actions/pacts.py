"""Effects on projects, deals and treaties: a flight, an offer, a word given or broken, a call for help."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Keys
from sim.streams import name_key, scatter_variates, to_uniform, turn_words
from sim.world.moment import Moment
from sim.world.world import World

Indices = NDArray[Any]

#: The turn of what is drawn once for a history.
ONCE = -1

#: How far those who help under a treaty go: to level 2 (advisers), 3 (support), 4 (combat on the ally's
#: soil) or 5 (war on the attacker). After 1945 help short of combat is the rule.
LEVELS = np.array([0.45, 0.75, 0.9], np.float32)  # edges between 2, 3, 4 and 5


def fly(world: World, moment: Moment, rows: Indices, project: int) -> None:
    """Try a flight: it succeeds more often with every success before (learning by flying)."""
    projects = world.projects
    name = f"flight {world.axes.projects[project]}"
    drawn = _drawn(moment.words[rows], name)
    learnt = projects.successes[rows, project] / np.maximum(projects.flights_needed[rows, project], 1)
    chance = projects.reliability[rows, project]
    chance = chance + (np.float32(0.9) - chance) * np.clip(learnt, 0, 1)
    success = drawn < chance
    projects.flights[rows, project] += 1
    projects.successes[rows, project] += success
    moment.events.append(("failed", project, rows[~success]))


def offer_deal(
    world: World, moment: Moment, rows: Indices, deal: int, actor: Indices, days: NDArray[np.float32]
) -> None:
    """Put a deal on the table until *days* from the end of the turn."""
    world.deals.offer_until[rows, deal, actor] = np.float32(moment.day + moment.days) + days


def accept_deal(world: World, moment: Moment, rows: Indices, deal: int) -> None:
    """Bring a deal into force: old breaches are forgotten."""
    deals = world.deals
    fresh = rows[deals.in_force[rows, deal] < 1]
    deals.in_force[rows, deal] = 1
    deals.offer_until[rows, deal] = -1
    deals.broken[rows, deal] = 0
    deals.breach_days[rows, deal] = 0
    moment.events.append(("accepted", deal, fresh))


def breach_deal(world: World, moment: Moment, rows: Indices, deal: int, actor: Indices) -> None:
    """Break a deal openly."""
    deals = world.deals
    kept = deals.in_force[rows, deal] > 0
    rows, actor = rows[kept], actor[kept]
    deals.in_force[rows, deal] = 0
    deals.broken[rows, deal, actor] = 1
    moment.events.append(("broken", deal, rows))


def invoke(
    world: World,
    moment: Moment,
    rows: Indices,
    treaty: int,
    actor: Indices,
    target: Indices,
    days: NDArray[np.float32],
) -> None:
    """Call for help: the other party has *days*, and those of consultation, to answer."""
    treaties = world.treaties
    due = np.float32(moment.day + moment.days) + days + treaties.consultation[rows, treaty]
    asked = treaties.asked_until[rows, treaty, target]
    treaties.asked_until[rows, treaty, target] = np.where(asked < 0, due, asked)
    treaties.invoked[rows, treaty] += 1
    treaties.attacked[rows, treaty, actor] *= np.float32(0.5)


def honour(world: World, moment: Moment, rows: Indices, treaty: int, actor: Indices, target: Indices) -> None:
    """Give help at a level of 2 to 5, drawn: the further, the graver the attack and the closer the pledge.

    How far a party is ready to go is drawn once for a history: calling again does not bring more.
    """
    treaties, name = world.treaties, f"help {world.axes.treaties[treaty]}"
    drawn = _drawn(turn_words(world.luck[rows], ONCE), name)
    bound = world.dyads.commitment[rows, actor, target] * treaties.attacked[rows, treaty, target]
    level = (2 + np.searchsorted(LEVELS, drawn + np.float32(0.8) * bound, side="right")).astype(np.float32)
    for kept in (treaties.level, treaties.helping):
        kept[rows, treaty, actor] = np.maximum(kept[rows, treaty, actor], level)
    treaties.asked_until[rows, treaty, actor] = -1
    credibility = treaties.credibility[rows, treaty, actor]
    treaties.credibility[rows, treaty, actor] = credibility + np.float32(0.1) * (1 - credibility)
    _take_sides(world, rows, actor, treaties.attacker[rows, treaty, target].astype(np.int64), level)
    moment.events.append(("honoured", treaty, rows))


def _take_sides(world: World, rows: Indices, helper: Indices, attacker: Indices, level: Indices) -> None:
    """Let who helps owe the attacker an answer that fits its help, with the tension that goes with it."""
    named = np.flatnonzero(attacker >= 0)
    rows, helper, attacker, level = rows[named], helper[named], attacker[named], level[named]
    d = world.dyads
    tension = d.tension[rows, helper, attacker]
    d.tension[rows, helper, attacker] = np.maximum(tension, np.float32(0.1) + np.float32(0.15) * level)
    size = np.clip(np.float32(0.2) * level, 0, 1)
    more = size > d.answer_owed[rows, helper, attacker]
    d.answer_owed[rows[more], helper[more], attacker[more]] = size[more]
    d.answer_rung[rows[more], helper[more], attacker[more]] = level[more] + 2


def leave(world: World, rows: Indices, treaty: int) -> None:
    """End a treaty, and what was given under it."""
    world.treaties.in_force[rows, treaty] = 0
    world.treaties.asked_until[rows, treaty] = -1
    world.treaties.helping[rows, treaty] = 0


def _drawn(words: Keys, purpose: str) -> NDArray[np.float32]:
    key = np.full(len(words), name_key(purpose) & 0xFFFFFFFF, np.uint32)
    return np.asarray(to_uniform(scatter_variates(words, key)), np.float32)
