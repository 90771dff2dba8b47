"""Distributions: quantiles, truncation, centre, and what they refuse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.distributions import KINDS, background, make

PARAMETERS: dict[str, Any] = {
    "constant": 0.3,
    "uniform": {"low": 0.1, "high": 0.6},
    "triangular": {"low": 0.0, "mode": 0.2, "high": 1.0},
    "pert": {"low": 0.0, "mode": 0.9, "high": 1.0},
    "normal": {"mean": 0.5, "sd": 0.3},
    "lognormal": {"median": 0.4, "spread": 1.5},
    "beta": {"mean": 0.3, "n": 10},
    "quantiles": {"p05": 0.1, "p50": 0.2, "p95": 0.9},
    "categorical": {"0.2": 3, "0.7": 1},
    "mixture": [
        {"weight": 2, "of": {"normal": {"mean": 0.5, "sd": 0.3}}},
        {"weight": 1, "of": {"quantiles": {"p05": 1.1, "p50": 1.5, "p95": 1.9}}},
    ],
}
SMOOTH = sorted(PARAMETERS.keys() - {"constant", "categorical"})
U = np.linspace(0.001, 0.999, 401)


def test_every_kind_is_tested() -> None:
    """A new kind without parameters here would slip through all tests below."""
    assert PARAMETERS.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", PARAMETERS)
def test_quantiles_never_fall(kind: str) -> None:
    """Common luck compares options only if the same uniform means the same place."""
    assert (np.diff(make(kind, PARAMETERS[kind]).quantile(U)) >= 0).all()


@pytest.mark.parametrize("kind", SMOOTH)
def test_cumulative_inverts_quantile(kind: str) -> None:
    """Truncation rests on both."""
    drawn = make(kind, PARAMETERS[kind])

    assert np.allclose([drawn.cumulative(x) for x in drawn.quantile(U)], U, atol=1e-9)


@pytest.mark.parametrize("kind", SMOOTH)
def test_truncation_conditions_on_the_bounds(kind: str) -> None:
    """Clipping would pile mass onto the bounds."""
    drawn = make(kind, PARAMETERS[kind])
    low, high = (float(x) for x in drawn.quantile(np.array([0.2, 0.7])))

    cut = drawn.truncated(low, high).quantile(U)

    assert np.allclose(cut, drawn.quantile(0.2 + U * 0.5), atol=1e-9)
    assert cut.min() >= low
    assert cut.max() <= high


@pytest.mark.parametrize("kind", PARAMETERS)
def test_less_than_one_per_cent_within_bounds_is_a_fault(kind: str) -> None:
    """What is left of it would no longer be what the user meant."""
    with pytest.raises(ValueError, match="of its mass"):
        make(kind, PARAMETERS[kind]).truncated(50, 60)


@pytest.mark.parametrize("kind", PARAMETERS)
def test_what_is_written_reads_back(kind: str) -> None:
    """A study keeps its scenario as text."""
    drawn = make(kind, PARAMETERS[kind])

    ((name, parameters),) = drawn.spec().items()

    assert make(name, parameters) == drawn


def test_centres_are_medians_and_the_most_likely() -> None:
    """The tree holds central values, from which rates are compiled."""
    assert make("lognormal", {"median": 2, "spread": 1.4}).central() == pytest.approx(2)
    assert make("quantiles", PARAMETERS["quantiles"]).central() == pytest.approx(0.2)
    assert make("categorical", {"1": 0.2, "5": 0.5, "3": 0.3}).central() == 5


def test_lognormal_spread_is_the_84th_percentile_over_the_median() -> None:
    """So the contract defines it."""
    drawn = make("lognormal", {"median": 2, "spread": 1.5})

    assert drawn.quantile(np.array([0.8413447]))[0] == pytest.approx(3.0, rel=1e-5)


def test_quantiles_pass_through_their_points_and_are_normal_when_even() -> None:
    """The interpolation adds nothing the user did not say."""
    uneven = make("quantiles", {"p05": 1, "p50": 2, "p95": 9})
    even = make("quantiles", {"p05": -1.6448536, "p50": 0, "p95": 1.6448536})

    assert uneven.quantile(np.array([0.05, 0.5, 0.95])) == pytest.approx([1, 2, 9])
    assert np.allclose(even.quantile(U), make("normal", {"mean": 0, "sd": 1}).quantile(U), atol=1e-6)


def test_categories_come_in_their_shares() -> None:
    """Weights need not sum to one."""
    drawn = make("categorical", {"1": 1, "2": 3}).quantile((np.arange(1000) + 0.5) / 1000)

    assert (drawn == 1).mean() == pytest.approx(0.25)


def test_a_mixture_holds_each_opinion_in_its_share() -> None:
    """An expert who is sure, and one who is not: an atom keeps its mass, at a bound too."""
    mixed = make(
        "mixture",
        [
            {"weight": 1, "of": {"constant": 0}},
            {"weight": 3, "of": {"normal": {"mean": 1, "sd": 1}}},
        ],
    )
    drawn = mixed.quantile((np.arange(4000) + 0.5) / 4000)
    cut = mixed.truncated(0, 2).quantile((np.arange(4000) + 0.5) / 4000)

    assert (np.abs(drawn) < 1e-9).mean() == pytest.approx(0.25, abs=0.001)
    within = 0.75 * 0.6826895 + 0.25
    assert (np.abs(cut) < 1e-9).mean() == pytest.approx(0.25 / within, abs=0.001)
    assert cut.min() >= -1e-9
    assert cut.max() <= 2


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("uniform", {"low": 2, "high": 1}),
        ("uniform", {"low": 1, "high": 1}),
        ("triangular", {"low": 0, "mode": 3, "high": 1}),
        ("pert", {"low": 0, "mode": -1, "high": 1}),
        ("normal", {"mean": 0, "sd": 0}),
        ("lognormal", {"median": -1, "spread": 2}),
        ("lognormal", {"median": 1, "spread": 1}),
        ("beta", {"a": 1, "mean": 0.5}),
        ("beta", {"mean": 1, "n": 5}),
        ("quantiles", {"p05": 1, "p50": 1, "p95": 2}),
        ("categorical", {}),
        ("categorical", {"1": 0}),
        ("mixture", []),
        ("mixture", [{"weight": 0, "of": {"constant": 1}}]),
        ("mixture", [{"weight": 1, "of": {"mixture": [{"weight": 1, "of": {"constant": 1}}]}}]),
    ],
)
def test_contradictory_parameters_are_refused(kind: str, parameters: Any) -> None:
    """Each would draw nonsense in silence."""
    with pytest.raises(ValueError, match=r"\w"):
        make(kind, parameters)


@given(st.floats(-100, 100), st.floats(0, 1), st.floats(1, 5))
def test_background_stays_within_its_factors(value: float, low: float, high: float) -> None:
    """A range is a pair of factors, whatever the sign of the value."""
    drawn = background(value, low, high).quantile(U)

    ends = sorted((value * low, value * high))
    assert drawn.min() >= ends[0] - 1e-9
    assert drawn.max() <= ends[1] + 1e-9
