"""Rounding and names, as readers meet them."""

from __future__ import annotations

import pytest

from sim.report import words


@pytest.mark.parametrize(
    ("halfwidth", "places"), [(6, 0), (2, 1), (0.95, 1), (0.2, 2), (0.04, 3), (0.0001, 4), (0, 0)]
)
def test_decimals_follow_what_is_known(halfwidth: float, places: int) -> None:
    """A digit beyond the interval is noise; one short of it hides a difference."""
    assert words.decimals(halfwidth) == places


@pytest.mark.parametrize(
    ("value", "spelled"), [(0.0, "0.0"), (-0.01, "0.0"), (0.01, "0.0"), (-1.25, "−1.2"), (3.14159, "+3.1")]
)
def test_a_difference_carries_its_sign_unless_it_rounds_to_nothing(value: float, spelled: str) -> None:
    """“−0.0” reads as a finding."""
    assert words.signed(value, 1) == spelled


def test_names_become_labels() -> None:
    """An entry without a label is called by its name, in words."""
    tree = {"direct": {"label": "send shells"}, "PRK": {"name": "North Korea"}, "no_aid": {}}

    assert words.label_of(tree, "direct") == "Send shells"
    assert words.label_of(tree, "PRK") == "North Korea"
    assert words.label_of(tree, "no_aid") == "No aid"
    assert words.label_of(None, "no_aid") == "No aid"


def test_lines_are_safe_for_plotly() -> None:
    """Plotly reads markup in labels; only the line breaks are ours."""
    assert words.lines("a <b>bold</b> & long label", 14) == "a &lt;b&gt;bold&lt;/b&gt;<br>&amp; long label"
