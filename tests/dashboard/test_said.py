"""What the dashboard says of its choice, and what stands by the numbers it hands out."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import sim
from sim.dashboard import (
    asked,
    controls,
    drivers,
    export,
    incidence,
    ladder,
    listing,
    marks,
    outcomes,
    response,
    sayings,
    shelf,
    sweeps,
)
from sim.dashboard.panels import PANELS
from sim.dashboard.shelf import Shelf
from tests.dashboard import made_up
from tests.dashboard.test_numbers import BRUSH, LOOKED_AT, ask


def assumed(tmp_path: Path, values: NDArray[Any]) -> Shelf:
    """Return a shelf of a study that assumed these shares lost on the way."""
    folder = made_up.study(tmp_path / "shell_game" / "x", len(values))
    made_up.assume(folder, "transit_loss", values)
    return shelf.find((), tmp_path)


def test_few_values_are_groups_of_their_own(tmp_path: Path) -> None:
    """A number of three values: no history in two groups, each called what it is, a slider in steps."""
    values = np.tile(np.array([1.0, 2.0, 2.0, 2.0, 4.0], np.float32), 400)
    few = assumed(tmp_path, values)
    now = ask(few, two=None)

    groups = {row["group"]: row["n"] for row in response.summarise(now)}
    driven = next(row for row in drivers.summarise(now) if row["assumption"] == "transit_loss")
    slider = next(
        each for each in controls.offered(few, None, None)["assumptions"] if each["key"] == "transit_loss"
    )

    came = now.came(0, "clash")
    assert came is not None
    assert groups == {"1": 400, "2": 1200, "4": 400}
    assert driven["first_n"] + driven["second_n"] <= 2000
    assert driven["second_share"] == came[values == 4].mean()
    assert slider["steps"] == [1.0, 2.0, 4.0]
    assert slider["spelled"] == ["1", "2", "4"]


def test_ends_never_share_a_history(tmp_path: Path) -> None:
    """Where one value holds most of them, its histories are at one end alone."""
    luck = np.random.default_rng(3)
    values = np.where(luck.random(2000) < 0.8, 0.0, luck.random(2000)).astype(np.float32)
    now = ask(assumed(tmp_path, values), two=None)

    driven = next(row for row in drivers.summarise(now) if row["assumption"] == "transit_loss")

    assert driven["first"] == "0"
    assert driven["first_n"] == int((values == 0).sum())
    assert driven["second_n"] == int((values > 0).sum())
    assert sum(row["n"] for row in response.summarise(now)) == 2000


def test_one_history_is_compared_with_nothing(tmp_path: Path) -> None:
    """It says so, in place of what would not be true."""
    made_up.study(tmp_path / "shell_game" / "x", 1)
    one = shelf.find((), tmp_path)

    now = ask(one, two=None)

    assert "One history: nothing to compare" in str(drivers.draw(now).figure["layout"]["annotations"])
    assert sayings.chosen(now) == "One history: nothing to compare"
    assert {each["kind"] for each in controls.offered(one, None, None)["assumptions"]} == {"fixed", "stories"}
    assert all(panel.draw(now).title for panel in PANELS)


def test_what_another_study_assumed_otherwise_leaves_it_whole(tmp_path: Path) -> None:
    """Stories in one, a number in the other: nothing is compared that is not the same, and it is said."""
    made_up.study(tmp_path / "shell_game" / "a", 500)
    other = made_up.study(tmp_path / "shell_game" / "b", 500)
    made_up.assume(other, "pact_nature", np.linspace(0, 1, 500))
    both = shelf.find((), tmp_path)
    one, two = ({"study": str(tmp_path / "shell_game" / name), "option": "no_aid"} for name in "ab")

    now = asked.read(both, one, two, BRUSH, **(LOOKED_AT | {"along": "pact_nature"}))
    whole = asked.read(both, two, one, {"pact_nature": [0.2, None]}, **(LOOKED_AT | {"along": "pact_nature"}))

    assert "leaves whole: Pact nature" in sayings.chosen(now)
    assert "leaves whole: Pact nature" in sayings.chosen(whole)
    for each in (now, whole):
        assert all(panel.draw(each).title for panel in PANELS)
        assert {row["side"] for row in response.summarise(each)} == {0}


def test_a_pair_says_how_many_histories_it_uses(tmp_path: Path) -> None:
    """As many as both studies have, not as many as the larger one."""
    made_up.study(tmp_path / "shell_game" / "long", 2000)
    made_up.study(tmp_path / "shell_game" / "short", 1200)
    both = shelf.find((), tmp_path)
    one, two = (
        {"study": str(tmp_path / "shell_game" / name), "option": "no_aid"} for name in ("long", "short")
    )

    now = asked.read(both, one, two, {}, **LOOKED_AT)

    assert sayings.chosen(now) == "The first 1,200 histories, which both studies have, of 2,000 and 1,200"
    assert "the first 1,200 of 2,000 and all 1,200 histories" in incidence.draw(now).reading
    assert "long: 2,000 histories per option" in sayings.lead(now)


def test_figures_are_dated_by_the_day_after_a_turn_and_the_list_by_its_first(held: Shelf) -> None:
    """A figure and its numbers agree, and say by when; the list says in which week."""
    now = ask(held, two=None)

    found = incidence.draw(now)
    line = next(each for each in listing.summarise(now).lines)

    when = now.values(0, "t:clash")
    assert when is not None
    assert found.figure["data"][2]["x"] == [row["date"] for row in found.rows]
    assert found.rows[0]["date"] == "2024-07-01"
    assert line.date == now.one.held.calendar.date(int(when[line.replicate]))
    assert ladder.draw(now).rows[0]["date"] == "2024-07-01"


def test_one_side_only_is_asked_of_a_pair(held: Shelf) -> None:
    """Where there is none, it is neither offered nor answered."""
    other = {"study": held.studies[1].key, "option": "direct"}

    alone, unpaired = (ask(held, two=two, listed="two") for two in (None, other))
    offered = controls.offered(held, held.studies[0].key, held.studies[1].key)["listing"][0]["options"]

    assert alone.listed == unpaired.listed == "came"
    assert [each["value"] for each in offered] == ["came", "not", "read"]


def test_numbers_say_what_they_are_of(held: Shelf) -> None:
    """A row by itself: its study, and how many histories were chosen."""
    now = ask(held, BRUSH)
    note = marks.of_study(now)

    rows = list(csv.DictReader(export.as_csv(outcomes.draw(now), note).splitlines()))
    whole = list(
        csv.DictReader(export.as_csv(ladder.draw(now), marks.of_study(now, narrows=False)).splitlines())
    )

    assert {row["study"] for row in rows} == {"aaaaaaaaaa"}
    assert {row["subset_n"] for row in rows} == {str(now.chosen[0])}
    assert "subset_n" not in whole[0]
    assert "“No lethal aid” against “Send artillery shells directly”; study aaaaaaaaaa" in note.caption
    assert f"{now.chosen[0]:,} chosen of 3,000 histories" in note.caption
    assert "Pact nature: Lasting alliance" in note.caption


def test_numbers_of_a_sweep_have_what_was_varied(held: Shelf) -> None:
    """Both values of every cell of the map; outcome, axis and n of every point of a curve."""
    swept = held.sweep(held.sweeps[0].key)
    assert swept is not None

    surface = sweeps.surface(swept, "clash", "no_aid", narrow=False)
    curve = sweeps.curves(swept, "clash", "prk_shell_output", narrow=False)

    assert surface is not None
    assert {(row["prk_shell_output"], row["pact_nature"]) for row in surface.rows} == {
        (x, y) for x in (1.0, 2.0, 3.0) for y in ("marriage_of_convenience", "lasting_alliance")
    }
    assert {(row["outcome"], row["axis"], row["n"]) for row in curve.rows} == {
        ("clash", "prk_shell_output", 1024)
    }


def test_numbers_beside_the_outcomes_have_room(held: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """However wide they are."""
    wide = {"difference": 1.0, "difference_low": 0.9973, "difference_high": 1.0}
    monkeypatch.setattr(outcomes, "difference", lambda *_: wide)

    drawn = outcomes.draw(ask(held))

    told = drawn.figure["layout"]["yaxis2"]["ticktext"][0]
    assert drawn.figure["layout"]["margin"]["r"] > 7 * len(told)
    assert "No lethal aid" in str(drawn.figure["layout"]["annotations"])


def test_which_to_read_first_are_those_that_replay_finds(tmp_path: Path) -> None:
    """Of a real study, and nothing where the outcome never came."""
    study = sim.run(
        "toy", replicates=64, workers=1, twins=False, out=tmp_path / "s", quiet=True, report=False
    )
    wanted = study.find("at_force", "denied")
    shelved = shelf.find((str(study.path),))
    side = {"study": shelved.studies[0].key, "option": "denied"}

    now = asked.read(shelved, side, None, {}, outcome="at_force", listed="read")

    lines = listing.summarise(now).lines
    assert [(line.why, line.replicate) for line in lines] == list(
        zip(wanted.kind, wanted.replicate, strict=True)
    )
    assert len(lines) == 3
    held = shelved.held(side["study"])
    assert held.to_read("denied", "no_such_outcome") == []
