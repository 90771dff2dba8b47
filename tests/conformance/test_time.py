"""Rates and decays hold at any length of turn: a history is not the calendar it is played on."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa
import pytest

from sim.montecarlo.block import simulate
from tests.model.histories import toy

BLOCKS = 4
N = BLOCKS * 1024
#: The bar every length of turn has to meet, in shares of histories.
BAR = 0.03
LENGTHS = {3.5: 24, 7.0: 12, 14.0: 6}


@cache
def tables(days: float) -> pa.Table:
    """Return the toy world's replicates at turns of some length, twelve weeks long."""
    scenario = toy(f"turn.days={days}", f"turns={LENGTHS[days]}")
    return pa.concat_tables(
        simulate(scenario, "as_is", block, 1, deeds=False).replicates for block in range(BLOCKS)
    )


@pytest.mark.parametrize("days", [3.5, 14.0])
@pytest.mark.parametrize("outcome", ["clash", "at_force", "delivered"])
def test_shares_of_outcomes_do_not_depend_on_the_turn(days: float, outcome: str) -> None:
    """Within three points at n = 4,096: three standard errors of a difference of shares near a fifth."""
    share, usual = (float(np.mean(tables(d)[f"o:{outcome}"].to_numpy())) for d in (days, 7.0))

    assert abs(share - usual) < BAR


@pytest.mark.parametrize("days", [3.5, 14.0])
@pytest.mark.parametrize(
    "path",
    [
        pytest.param(
            "pipelines.aaa_bbb_shells.delivered",
        ),
        "wars.border.front",
        "dyads.AAA.CCC.tension",
    ],
)
def test_means_of_quantities_do_not_depend_on_the_turn(days: float, path: str) -> None:
    """Within a tenth of their spread, beyond four standard errors of the difference of two means."""
    value, usual = (tables(d)[f"q:{path}"].to_numpy().astype(float) for d in (days, 7.0))

    spread = usual.std()
    assert abs(value.mean() - usual.mean()) < 0.1 * spread + 4 * spread * np.sqrt(2 / N)
