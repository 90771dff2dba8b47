"""Estimates in words and figures."""

from __future__ import annotations

import pytest

from sim.cli import words
from sim.cli.differences import differences
from sim.intervals import wilson


@pytest.mark.parametrize(
    ("happened", "n", "told"),
    [
        (0, 10_000, "0 of 10,000 (< 0.04 %)"),
        (0, 100, "0 of 100 (< 4 %)"),
        (0, 1_000_000, "0 of 1,000,000 (< 0.0004 %)"),
        (10_000, 10_000, "all 10,000 (> 99.96 %)"),
        (3033, 10_000, "30.3 % (29.4–31.2)"),
        (31, 10_000, "0.31 % (0.22–0.44)"),
        (3, 1_000_000, "0.00030 % (0.00010–0.00088)"),
        (5, 10, "50 % (24–76)"),
    ],
)
def test_a_probability_is_told_with_what_it_is_known_to(happened: int, n: int, told: str) -> None:
    """As many figures as the interval bears; a count for what never or always happened."""
    low, high = wilson(happened, n)

    assert words.probability(happened / n, float(low), float(high), happened, n) == told


def test_differences_have_signs() -> None:
    """A true minus, none on what rounds to zero."""
    assert words.difference(0.0213, 0.0105, 0.0321) == "+2.1 (+1.1 to +3.2)"
    assert words.difference(-0.0213, -0.0321, 0.0105) == "−2.1 (−3.2 to +1.1)"
    assert words.difference(0.0, -0.0004, 0.0004) == "0.000 (−0.040 to +0.040)"
    assert words.difference(None, None, None) == ""


def test_quantities_keep_the_figures_they_bear() -> None:
    """From millions to thousandths."""
    assert words.quantity(1234567.8, 1230000, 1239000) == "1,234,568 (1,230,000 to 1,239,000)"
    assert words.quantity(0.99096, 0.9818, 0.9995) == "0.991 (0.982 to 1.000)"
    assert words.quantity_difference(0.2, 0.2, 0.2) == "+0.20000 (+0.20000 to +0.20000)"
    assert words.quantity_difference(0.0, 0.0, 0.0) == "0.00 (0.00 to 0.00)"


def test_scenarios_differ_path_by_path() -> None:
    """Added, gone, changed; of lists the items; numbers to six figures, more where they are needed."""
    before = {"a": {"b": 1, "c": [1, 2]}, "d": 3, "f": 2.1306936062370845, "g": [{"h": 1}, {"i": 2}, 5]}
    after = {"a": {"b": 2, "c": [1, 2]}, "f": 3.0, "g": [{"h": 4}, {"i": 2}], "e": [4]}

    assert list(differences(before, after)) == [
        "a.b: 1 -> 2",
        "d: 3 -> (absent)",
        "f: 2.13069 -> 3.0",
        "g.0.h: 1 -> 4",
        "g.2: 5 -> (absent)",
        "e: (absent) -> [4]",
    ]
    assert list(differences([1.00000001], [1.00000002])) == ["0: 1.00000001 -> 1.00000002"]


def test_long_tables_differ_on_one_line() -> None:
    """Sets that are drawn together are many: how many differ is said, not each."""
    sets = [[n, n + 0.5] for n in range(20)]
    narrow, other = [row[:1] for row in sets], [[row[0], -1] for row in sets]

    assert list(differences({"s": sets}, {"s": narrow})) == ["s: 20 rows of 2 -> 20 rows of 1"]
    assert list(differences({"s": sets}, {"s": other})) == ["s: 20 of 20 rows of 2 differ"]
    assert list(differences({"s": sets}, {})) == ['s: "20 rows of 2" -> (absent)']
    assert list(differences({"s": sets}, {"s": [*sets[:-1], [19, 0]]})) == ["s.19.1: 19.5 -> 0"]
    assert list(differences([[1]], [[2]])) == ["0.0: 1 -> 2"]
