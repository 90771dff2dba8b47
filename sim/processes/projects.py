"""Projects: a state's own work and help from others, flights that succeed or fail, and fielding."""

from __future__ import annotations

import numpy as np

from sim.world.moment import Moment
from sim.world.structure import Project
from sim.world.world import World

#: Share of the way that is design and ground tests; from here on a project must fly.
GROUND = np.float32(0.5)
#: How fast an urge to fly grows while work waits for a flight, per share of the way.
URGE = np.float32(8.0)


def projects(world: World, moment: Moment) -> None:
    """Bring every project on: own pace (combat experience helps) and help received as far as it is absorbed.

    From ground tests on a project stands at ``.5 + .5 successes / needed`` at most; work beyond makes a
    flight due. What is fielded is an event.
    """
    structure, state, years = world.structure, world.projects, np.float32(moment.years)
    if not structure.projects:
        return
    before = state.progress.copy(order="F")
    pace = state.pace * (1 + world.states.experience[:, [project.owner for project in structure.projects]])
    work = before + pace * years
    for j, project in enumerate(structure.projects):
        if project.helped_by >= 0:
            work[:, j] += state.absorption[:, j] * _received(world, j, project, years)
    flown = state.successes / np.maximum(state.flights_needed, np.float32(1e-3))
    most = GROUND + (1 - GROUND) * np.minimum(flown, 1)
    now = np.clip(np.minimum(work, np.maximum(most, before)), 0, 1, out=state.progress)
    waiting = np.clip((work - now) * URGE, 0, 1)
    faded = state.due * np.float32(2 ** (-moment.weeks / 13))
    state.due[...] = np.where(waiting > 0, np.minimum(state.due + waiting, 1), faded)
    done = (now >= 1) & (state.fielded < 1)
    state.fielded[done] = 1
    for fresh in np.flatnonzero(done.any(axis=0)).tolist():
        moment.events.append(("fielded", fresh, np.flatnonzero(done[:, fresh])))


def _received(
    world: World, j: int, project: Project, years: np.float32
) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """Take in what arrived from a patron, as a share of the whole, and what observers believe arrived."""
    state, flows, flow = world.projects, world.pipelines, project.helped_by
    arrived = flows.flow[:, flow] * years
    state.transferred[:, j] = np.minimum(state.transferred[:, j] + arrived, 5)
    supposed = flows.believed[:, flow] * flows.rate[:, flow, None] * years
    state.believed[:, j] = np.minimum(state.believed[:, j] + supposed, 5)
    for party in (world.structure.pipelines[flow].giver, project.owner):
        state.believed[:, j, party] = state.transferred[:, j]
    return np.asarray(arrived, np.float32)


def begin(world: World) -> None:
    """Start with what has flown before, and with true beliefs."""
    state = world.projects
    flown = np.clip((state.progress - GROUND) / (1 - GROUND), 0, 1)
    state.successes[...] = flown * state.flights_needed
    state.fielded[...] = np.maximum(state.fielded, state.progress >= 1)
    state.believed[...] = state.transferred[:, :, None]
