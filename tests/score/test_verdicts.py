"""Verdicts: what an effect and its interval say of a claim."""

from __future__ import annotations

import numpy as np
import pytest

from sim.score.shapes import Row, Size
from sim.score.verdicts import Effect, effect_of, margin_of, minimum_of, verdict


def found(low: float, high: float, base: float = 0.2) -> Effect:
    """Return an effect in the middle of its interval."""
    return Effect(base, base + (low + high) / 2, (low + high) / 2, low, high, 1000)


@pytest.mark.parametrize(
    ("expected", "low", "high", "said"),
    [
        ("+", 0.02, 0.06, "held"),
        ("-", -0.06, -0.02, "held"),
        ("any", -0.06, -0.02, "held"),
        ("any", 0.02, 0.06, "held"),
        ("+", -0.06, -0.02, "wrong sign"),
        ("-", 0.02, 0.06, "wrong sign"),
        ("+", 0.002, 0.006, "too small"),
        ("+", -0.002, 0.006, "too small"),
        ("any", -0.002, 0.002, "too small"),
        ("+", -0.01, 0.06, "undecided"),
        ("-", -0.06, 0.01, "undecided"),
        ("<=", -0.06, 0.015, "held"),
        (">=", -0.015, 0.06, "held"),
        ("<=", 0.03, 0.06, "wrong sign"),
        (">=", -0.06, -0.03, "wrong sign"),
        ("<=", -0.01, 0.03, "undecided"),
        ("null", -0.01, 0.015, "null held"),
        ("null", 0.03, 0.06, "null broken"),
        ("null", -0.06, -0.03, "null broken"),
        ("null", 0.01, 0.03, "undecided"),
        ("null", -0.03, 0.03, "undecided"),
    ],
)
def test_each_verdict(expected: str, low: float, high: float, said: str) -> None:
    """A claim holds only where sign and size are sure; a null only where the whole interval is near 0."""
    assert verdict(expected, found(low, high), minimum=0.01, margin=0.02) == said


def test_nothing_is_decided_without_pairs() -> None:
    """A condition that was never met says nothing."""
    nobody = np.zeros(8, bool)

    effect = effect_of(nobody, nobody, nobody, is_quantity=False)

    assert effect.n == 0
    assert verdict("null", effect, 0.01, 0.01) == "undecided"


def test_pairs_are_counted_where_the_condition_was_met() -> None:
    """Histories in which it did not happen in both arms are left out."""
    low = np.array([True, False, True, False])
    high = np.array([True, True, True, True])
    counted = np.array([False, True, True, False])

    effect = effect_of(low, high, counted, is_quantity=False)

    assert (effect.n, effect.base, effect.high_arm, effect.effect) == (2, 0.5, 1.0, 0.5)


def test_a_quantity_is_compared_by_its_mean() -> None:
    """The paired difference of means, with a bootstrap interval around it."""
    low = np.linspace(0, 1, 64)

    effect = effect_of(low, low + 0.25, np.ones(64, bool), is_quantity=True)

    assert effect.effect == pytest.approx(0.25)
    assert effect.low == pytest.approx(0.25)
    assert effect.high == pytest.approx(0.25)


def row(*, quantity: bool, minimum: Size | None = None, margin: Size | None = None) -> Row:
    """Return a row that says how large is large."""
    said = {
        "scenario": "toy",
        "change": {"set": {"x": [0, 1]}},
        "outcome": {"quantity": "regime.monitoring"} if quantity else "clash",
    }
    return Row.model_validate(said).model_copy(update={"minimum": minimum, "margin": margin})


def test_sizes_by_default() -> None:
    """A point or a twentieth; for a null a tenth of the base rate and at least half a point."""
    rare, frequent = found(0, 0, base=0.01), found(0, 0, base=0.4)

    assert minimum_of(row(quantity=False), frequent) == pytest.approx(0.01)
    assert minimum_of(row(quantity=True), frequent) == pytest.approx(0.02)
    assert margin_of(row(quantity=False), frequent) == pytest.approx(0.04)
    assert margin_of(row(quantity=False), rare) == pytest.approx(0.005)
    assert margin_of(row(quantity=True), rare) == pytest.approx(0.001)


def test_sizes_as_said() -> None:
    """Points, a share of the low arm, or the unit of the quantity."""
    frequent = found(0, 0, base=0.4)

    assert minimum_of(row(quantity=False, minimum=Size(points=3)), frequent) == pytest.approx(0.03)
    assert minimum_of(row(quantity=False, minimum=Size(share=0.5)), frequent) == pytest.approx(0.2)
    assert margin_of(row(quantity=True, margin=Size(by=7)), frequent) == 7
