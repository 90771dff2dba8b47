"""The shipped rows: well formed, complete, and about things that are there."""

from __future__ import annotations

import pytest

from sim.score.arms import arms_of
from sim.score.directions import directions
from sim.score.levers import REQUIRED, levers
from sim.score.reading import Entry

#: Numbers of the ten most discriminating claims in the design notes.
STARRED = {2, 5, 8, 10, 11, 14, 16, 20, 22, 26}


def number(entry: Entry) -> int:
    """Return the number of a claim, from the name of its row."""
    return int(entry.name[1:3])


def test_the_starred_claims_are_all_there() -> None:
    """Ten claims tell models apart; none may be left out quietly."""
    found = directions()

    assert {number(entry) for entry in found if getattr(entry.row, "star", False)} == STARRED
    assert len({number(entry) for entry in found}) >= 22


def test_nulls_are_claimed_too() -> None:
    """A model in which everything moves everything must be able to fail."""
    nulls = {number(entry) for entry in directions() if getattr(entry.row, "expect", "") == "null"}

    assert nulls >= {3, 4, 5, 12, 23, 30}


def test_every_mechanism_has_a_lever() -> None:
    """One or two rows for each."""
    named = [str(getattr(entry.row, "mechanism", "")) for entry in levers()]

    assert set(named) == set(REQUIRED)


@pytest.mark.slow
@pytest.mark.parametrize("found", [directions, levers], ids=["directions", "levers"])
def test_what_rows_name_is_there(found: object) -> None:
    """A renamed quantity, option or action must not leave a row behind that can no longer be run."""
    assert callable(found)
    for entry in found():
        low, high = arms_of(entry)

        assert low.column == high.column, entry.name
