"""Tables of what `sim score` found."""

from __future__ import annotations

from tests.docs.score_tables import PAGES, body, placed

ROW = {
    "row": "c01", "claim": "More is more", "source": "A source", "star": True, "contested": False,
    "scenario": "toy", "expect": "+", "unit": "probability", "base": 0.5, "effect": -0.02, "low": -0.03,
    "high": -0.01, "n": 1024, "verdict": "wrong sign", "mechanism": "M1", "lever": "a lever",
    "outcome": "clash",
}  # fmt: skip


def test_what_fails_stands_out_and_is_counted() -> None:
    """A table of claims is read for those that do not hold."""
    told = body("directions", [ROW, {**ROW, "verdict": "held", "star": False}])

    assert "1 of 2 rows hold" in told
    assert "| ★ More is more | A source | `toy` | `+` | −2.0 (−3.0 to −1.0) points, from 50.0 % |" in told
    assert "**wrong sign**" in told


def test_quantities_keep_their_unit() -> None:
    """Only probabilities are told in points."""
    told = body(
        "levers", [{**ROW, "unit": "thousand km2", "effect": 0.5, "low": 0.4, "high": 0.6, "base": 2.0}]
    )

    assert "+0.500 (+0.400 to +0.600), from 2.000" in told


def test_every_page_has_its_place() -> None:
    """A table without a marker would be written nowhere."""
    for what, page in PAGES.items():
        assert f"<!-- scored: {what} -->" in page.read_text(encoding="utf-8")


def test_a_table_goes_to_its_own_place_alone() -> None:
    """A page may hold several; what is not made anew stays."""
    page = "<!-- scored: a -->\nold\n<!-- end -->\ntext\n<!-- scored: b -->\nold\n<!-- end -->\n"

    assert placed(page, "b", "new\n") == page[::-1].replace("dlo", "wen", 1)[::-1]
