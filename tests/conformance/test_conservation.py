"""What is shipped is lost, delivered or under way; what is owed moves by what arrives."""

from __future__ import annotations

import numpy as np
import pytest

from sim.model.model import StrategicModel
from sim.processes.pipelines import pipelines
from sim.scenario.scenario import Scenario
from tests.model.histories import (
    SEED,
    fresh,
    history_of_pipeline,
    history_of_toy,
    lived_in,
    moment_of,
    pipeline,
    stages,
    start,
    toy,
)


def books(model: StrategicModel, scenario: Scenario, seed: int) -> None:
    """Assert that every pipeline's books balance at the end of a run."""
    flows = model.world.pipelines
    primed = start(scenario, model.setup, seed=seed).pipelines.transit.sum(axis=2)

    left = primed + flows.shipped - flows.lost - flows.delivered - flows.transit.sum(axis=2)

    whole = np.maximum(primed + flows.shipped, 1e-3)
    assert np.abs(left / whole).max() < 2e-4


@pytest.mark.parametrize("option", ["as_is", "denied"])
def test_nothing_is_lost_from_the_books_of_the_toy_world(option: str) -> None:
    """Shipped and under way at the start = lost + delivered + under way, in every history."""
    books(history_of_toy(option), toy(), 1)


@pytest.mark.parametrize("option", ["as_agreed", "denied"])
def test_nothing_is_lost_from_the_books_of_the_shipped_world(option: str) -> None:
    """Over two years, extra cargoes and interdictions among them."""
    books(history_of_pipeline(option), pipeline(), SEED)


def test_stocks_balance_with_output_arrivals_and_shipments() -> None:
    """A giver has what it had, made and was given, less what it sent."""
    world = lived_in()
    states, flows, days = world.states, world.pipelines, 7.0
    stock, delivered, shipped = states.munitions_stock.copy(), flows.delivered.copy(), flows.shipped.copy()
    supply = np.minimum(states.components / states.components_start, states.energy / states.energy_start)
    working = np.clip(1 - world.parameters.components_bite[:, None] * (1 - supply), 0, 1.2)
    made = (states.munitions_production * working + states.munitions_inflow) * (days / 365.25)
    duds = flows.duds[:, 0]

    pipelines(world, moment_of(world))

    shells = 0
    expected = stock + made
    expected[:, 0] -= (flows.shipped - shipped)[:, shells]
    expected[:, 1] += (flows.delivered - delivered)[:, shells] * (1 - duds)
    np.testing.assert_allclose(states.munitions_stock, expected, rtol=1e-5)


def test_what_is_owed_moves_by_arrivals_alone() -> None:
    """A cargo lost at sea is not owed for, and a payment counts when it is there."""
    model = fresh(toy(), "denied")
    flows = model.world.pipelines

    for _ in range(12):
        owed, delivered = flows.owed.copy(), flows.delivered.copy()
        for _ in stages(model):
            pass
        came = (flows.delivered - delivered) * flows.value
        np.testing.assert_allclose(flows.owed[:, 0] - owed[:, 0], came[:, 0] - came[:, 1], atol=1e-5)
        assert (flows.owed[:, 1] == owed[:, 1]).all()


def test_what_is_stopped_is_neither_delivered_nor_owed() -> None:
    """All of it stopped: nothing more arrives once the queue is empty."""
    world = lived_in()
    world.pipelines.interdiction[...] = world.pipelines.interdiction_base[...] = 1
    for turn in range(4):
        pipelines(world, moment_of(world, turn))
    delivered, owed = world.pipelines.delivered.copy(), world.pipelines.owed.copy()

    pipelines(world, moment_of(world, 5))

    assert (world.pipelines.delivered == delivered).all()
    assert (world.pipelines.owed == owed).all()


def test_no_giver_goes_below_its_reserve_or_below_nothing() -> None:
    """Whatever level is asked for."""
    world = lived_in()
    world.pipelines.level[...] = 4
    world.pipelines.rate[...] = 1000
    world.pipelines.capacity[...] = 1e5
    reserve = world.states.munitions_reserve[:, 0].copy()

    pipelines(world, moment_of(world))

    assert (world.states.munitions_stock[:, 0] >= reserve - 1e-4).all()
    assert (world.pipelines.stock >= 0).all()
