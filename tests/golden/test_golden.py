"""Headline numbers stay where they are until somebody says why they moved."""

from __future__ import annotations

import json

import pytest

from tests.golden.numbers import FOLDER, HISTORIES, KEPT, NEAR

UPDATE = "if meant: python -m tests.golden.update, and a Results change line in CHANGELOG.md"


@pytest.mark.parametrize("name", list(KEPT))
def test_headline_numbers_have_not_moved(name: str) -> None:
    """To within what another processor may change."""
    expected = json.loads((FOLDER / f"{name}.json").read_text())

    found = KEPT[name]()

    assert found.keys() == expected.keys(), UPDATE
    moved = {
        key: (expected[key], value)
        for key, value in found.items()
        if abs(value - expected[key])
        > (HISTORIES / 1024 if "o:" in key else NEAR * max(abs(expected[key]), 0.05))
    }
    assert not moved, UPDATE
