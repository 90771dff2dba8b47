"""How each goal of each state stands, and how much is felt to be missing."""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats
from sim.world.axes import GOALS
from sim.world.moment import Moment
from sim.world.world import World

SUR, TER, UKR, ALY, AUT, PRO, ENF, NPR, PEA, OFF = range(len(GOALS))

#: Width over which a shortfall from the aspiration is felt as a loss (share of the goal).
EDGE = 0.05
#: Most a need can be: what is wholly lost presses no harder.
CAP = 1.2


def levels(world: World) -> Floats:
    """Return how far each goal is met, ``(R, S, G)``, 0 to 1."""
    states, dyads, wars = world.states, world.dyads, world.wars
    x = np.empty((world.rows, len(world.axes.states), len(GOALS)), np.float32, order="F")
    threat = dyads.tension.max(axis=1)  # of the most hostile towards each state
    stand = np.maximum(dyads.rung.max(axis=1), dyads.rung.max(axis=2))
    x[:, :, SUR] = states.stability * (1 - states.peril)
    x[:, :, TER] = 1 - np.float32(0.6) * threat - stand * np.float32(0.4 / 11)
    x[:, :, UKR] = _war_aim(world)
    committed = dyads.commitment.max(axis=1)
    x[:, :, ALY] = np.float32(0.5) * committed + np.float32(0.5) * np.maximum(dyads.alignment.max(axis=1), 0)
    x[:, :, AUT] = 1 - np.float32(0.5) * dyads.trade.max(axis=2) - dyads.sanctions.sum(axis=1) / 8
    x[:, :, PRO] = np.float32(0.6) * states.economy
    x[:, :, ENF] = np.minimum(states.energy, states.food)
    x[:, :, NPR] = 1 - np.float32(0.25) * _believed_help(world)
    fought = (wars.open * (1 - wars.ceased)).max(axis=1, initial=0)
    x[:, :, PEA] = 1 - stand / 11 - np.float32(0.2) * fought[:, None]
    x[:, :, OFF] = states.approval
    return np.clip(x, 0, 1, out=x)


def needs(world: World, x: Floats) -> Floats:
    """Return the felt need of each goal at levels *x*, ``(R, S, G)``: steeper below the aspiration.

    need = (1 - x) (1 + (loss aversion - 1) sigma((ref - x) / .05)), at most 1.2; loss aversion after
    Tversky and Kahneman 1992.
    """
    edge = x - world.states.aspiration
    edge *= np.float32(1 / EDGE)
    np.exp(edge, out=edge)
    edge += 1
    aversion = (world.parameters.loss_aversion - 1)[:, None, None]
    felt = aversion / edge
    felt += 1
    felt *= np.subtract(1, x, out=edge)
    return np.minimum(felt, np.float32(CAP), out=felt)


def adapt(world: World, moment: Moment, x: Floats) -> None:
    """Let aspirations follow what has come to be, the levels *x*."""
    share = moment.approach(world.parameters.aspiration_half_life)[:, None, None]
    gap = x - world.states.aspiration
    gap *= share
    world.states.aspiration += gap


def _war_aim(world: World) -> Floats:
    """Return how the wars go for each state, together: even at .5, by what it leans to."""
    wars = world.wars
    if not wars.open.shape[1]:
        return np.full((world.rows, len(world.axes.states)), 0.5, np.float32)
    pace = np.tanh(wars.front_rate / 4 + wars.front / 20) * np.maximum(wars.open, wars.ceased)
    towards = (pace[:, :, None] * wars.leaning).sum(axis=1)
    return np.asarray(np.float32(0.5) + np.float32(0.5) * towards, np.float32)


def _believed_help(world: World) -> Floats:
    """Return what each state believes flows to proliferators in components, as a multiple of the rate."""
    flows = world.structure.pipelines
    wanted = [p for p, f in enumerate(flows) if f.good == "components" and f.pays_for >= 0]
    if not wanted:
        return np.ones((world.rows, len(world.axes.states)), np.float32)
    return np.asarray(world.pipelines.believed[:, wanted].max(axis=1), np.float32)
