"""What the dashboard says of chosen histories is what the study's own questions say of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.analysis.columns import Columns
from sim.analysis.rates import paired_difference
from sim.analysis.times import Calendar
from sim.analysis.view import View
from sim.dashboard import (
    asked,
    controls,
    drivers,
    export,
    incidence,
    ladder,
    listing,
    outcomes,
    quantity,
    response,
    scatter,
    shelf,
)
from sim.dashboard.asked import Asked
from sim.dashboard.drawn import Drawn
from sim.dashboard.panels import PANELS
from sim.dashboard.shelf import Shelf
from tests.dashboard import made_up

BRUSH = {"prk_shell_output": [1.5, 2.5], "pact_nature": ["lasting_alliance"]}
LOOKED_AT = {
    "outcome": "clash",
    "theatre": "peninsula",
    "quantity": made_up.QUANTITIES[0],
    "along": "transit_loss",
}


def ask(held: Shelf, brush: Any = None, two: Any = "direct", **more: Any) -> Asked:
    """Ask for two options of the newest study."""
    key = held.studies[0].key
    second = two and ({"study": key, "option": two} if isinstance(two, str) else two)
    return asked.read(held, {"study": key, "option": "no_aid"}, second, brush or {}, **(LOOKED_AT | more))


@pytest.fixture(scope="module")
def view(results: Path) -> View:
    """Return the same study as `sim.load_study` would see it, the brushed histories of it."""
    folder = results / "shell_game" / "aaaaaaaaaa"
    histories = Columns(folder / "replicates.parquet", made_up.OPTIONS)
    whole = View(histories, Calendar("2024-06-24", 7), 104, lambda _: lambda _: 0.0)
    return whole.given(prk_shell_output=(1.5, 2.5), pact_nature="lasting_alliance")


def test_a_brush_chooses_what_given_chooses(held: Shelf, view: View) -> None:
    """Two assumptions at once, on two options; rates, intervals and paired differences to the last digit."""
    now = ask(held, BRUSH)

    rows = {(row["option"], row["outcome"]): row for row in outcomes.summarise(now)}

    theirs = view.outcomes().set_index(["option", "outcome"])
    changes = view.difference("direct", "no_aid").set_index("outcome")
    assert 0 < now.chosen[0] < 3000
    assert now.chosen == (view.n, view.n)
    for name in made_up.OUTCOMES:
        for option, label in (("no_aid", "No lethal aid"), ("direct", "Send artillery shells directly")):
            mine, other = rows[label, name], theirs.loc[(option, name)]
            assert [mine[key] for key in ("probability", "low", "high", "n")] == [
                other[key] for key in ("probability", "low", "high", "n")
            ]
        apart = rows["Send artillery shells directly", name]
        assert [apart[f"difference{end}"] for end in ("", "_low", "_high")] == list(
            changes.loc[name, ["difference", "low", "high"]]
        )


def test_an_open_end_leaves_nothing_out(held: Shelf) -> None:
    """A slider at its end means: whatever lies beyond, too."""
    drawn = ask(held).one.held.drawn("prk_shell_output")

    now = ask(held, {"prk_shell_output": [None, 2.0]})

    assert now.chosen[0] == int((drawn <= 2.0).sum())
    assert (
        ask(
            held,
            {
                "prk_shell_output": [None, None],
                "pact_nature": ["lasting_alliance", "marriage_of_convenience"],
            },
        ).brush
        == ()
    )


def test_incidence_is_that_of_the_view(held: Shelf, view: View) -> None:
    """Of the chosen histories, each option by itself."""
    drawn = incidence.draw(ask(held, BRUSH))

    mine = pd.DataFrame(drawn.rows).query("option == 'Send artillery shells directly'")
    theirs = view.incidence("clash").query("option == 'direct'")
    assert mine["incidence"].tolist() == theirs["incidence"].tolist()
    assert mine["high"].tolist() == theirs["high"].tolist()


def test_means_are_those_of_the_chosen(held: Shelf, view: View) -> None:
    """Also in the words below the figure."""
    drawn = quantity.at_the_end(ask(held, BRUSH))

    mean = float(view.histories[f"q:{made_up.QUANTITIES[0]}"][0].mean(dtype=np.float64))
    assert f"“No lethal aid” {mean:.3g} (" in drawn.reading
    assert sum(row["histories"] for row in drawn.rows if row["option"] == "No lethal aid") == view.n


def test_groups_along_an_assumption_hold_every_chosen_history(held: Shelf) -> None:
    """None is lost at an edge, and shares add up to that of all."""
    now = ask(held, BRUSH, two=None)

    rows = response.summarise(now)

    whole = outcomes.estimate(now, 0, "clash")
    assert whole is not None
    assert sum(row["n"] for row in rows) == now.chosen[0]
    assert round(sum(row["share"] * row["n"] for row in rows)) == whole["happened"]


def test_assumptions_are_ranked_by_what_goes_with_them(held: Shelf) -> None:
    """The one that makes the outcome likelier comes first, with the shares of its ends."""
    now = ask(held, {"pact_nature": ["lasting_alliance"]}, two=None)

    rows = drivers.summarise(now)

    came, output = now.came(0, "clash"), now.one.held.drawn("prk_shell_output")[now.masks[0]]
    assert came is not None
    low, high = np.quantile(output, [1 / 3, 2 / 3])
    happened = came[now.masks[0]]
    assert [row["assumption"] for row in rows] == [
        "prk_shell_output",
        "transit_loss",
    ]  # of one story: no contrast
    assert rows[0]["first_share"] == happened[output <= low].mean()
    assert rows[0]["second_share"] == happened[output >= high].mean()
    assert rows[0]["second_share"] > rows[0]["first_share"]


def test_stories_are_told_apart(held: Shelf) -> None:
    """An assumption that is no number has a mark a story."""
    rows = response.summarise(ask(held, two=None, along="pact_nature"))

    assert {row["group"] for row in rows} == {"Marriage of convenience", "Lasting alliance"}


def test_the_highest_rung_is_that_of_the_chosen(held: Shelf) -> None:
    """Reached or exceeded."""
    now = ask(held, BRUSH, two=None)

    rows = {row["place"]: row["reached"] for row in ladder.highest(now).rows}

    reached = now.values(0, "rung_max:peninsula")
    assert reached is not None
    assert rows[6] == (reached >= 6).mean()


def test_points_and_list_are_histories_of_the_kind_they_say(held: Shelf) -> None:
    """Filled where it came; the list holds those that were asked for."""
    now = ask(held, BRUSH)
    came, mask = now.came(0, "clash"), now.masks[0]
    assert came is not None

    points = [row for row in scatter.draw(now).rows if row["option"] == "No lethal aid"]
    lists = {kind: listing.summarise(ask(held, BRUSH, listed=kind)) for kind in listing.KINDS}

    assert points
    assert all(mask[row["replicate"]] and came[row["replicate"]] == row["came"] for row in points)
    assert lists["came"].of + lists["not"].of == now.chosen[0]
    assert lists["two"].of > 0
    other = now.came(1, "clash")
    assert other is not None
    assert all(other[line.replicate] and not came[line.replicate] for line in lists["two"].lines)


def test_two_studies_of_the_same_luck_are_a_pair(tmp_path: Path) -> None:
    """As far as both go: history k of one against history k of the other, chosen in both."""
    made_up.study(tmp_path / "shell_game" / "long", 2000)
    made_up.study(tmp_path / "shell_game" / "short", 1200)
    both = shelf.find((), tmp_path)
    one, two = (
        {"study": str(tmp_path / "shell_game" / name), "option": "no_aid"} for name in ("long", "short")
    )

    now = asked.read(both, one, two, BRUSH, **LOOKED_AT)

    long, short = now.sides[0].held, now.sides[1].held if now.two else None
    assert short is not None
    chosen = long.chosen(now.brush)[:1200] & short.chosen(now.brush)
    first, second = long.under("o:clash", "no_aid")[:1200][chosen], short.under("o:clash", "no_aid")[chosen]
    found = outcomes.difference(now, "clash")
    assert found is not None
    assert now.paired
    assert now.chosen == (int(chosen.sum()), int(chosen.sum()))
    assert found["difference"] == pytest.approx(second.mean() - first.mean())
    assert [round(found[key], 12) for key in found] == [
        round(value, 12) for value in paired_difference(second, first).values()
    ]


def test_studies_of_other_luck_are_no_pair(held: Shelf) -> None:
    """Side by side without a difference, the reason said."""
    other = {"study": held.studies[1].key, "option": "direct"}

    now = ask(held, two=other)

    assert not now.paired
    assert outcomes.difference(now, "clash") is None
    assert now.one.label == "No lethal aid (aaaaaaaaaa)"
    assert now.two is not None
    assert now.two.label == "Send artillery shells directly (bbbbbbbbbb)"


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.key)
def test_nothing_chosen_is_said(held: Shelf, panel: Any) -> None:
    """An empty choice is no fault of the program; what is of all histories stays."""
    drawn = panel.draw(ask(held, {"pact_nature": []}))

    is_of_all = panel.key in {"ladder", "over-time"}
    assert bool(drawn.rows) == is_of_all
    assert is_of_all or drawn.figure["layout"]["annotations"][0]["text"]


@pytest.mark.parametrize(
    "strange",
    [
        {"one": None},
        {"one": {"study": "../../etc", "option": ["x"]}},
        {"two": {"study": 7, "option": {}}},
        {"brush": {"prk_shell_output": ["a", float("nan")], "nowhere": [1, 2], "pact_nature": 3}},
        {"brush": {"prk_shell_output": [10**400, -(10**400)], "transit_loss": [True, None]}},
        {"outcome": "<script>", "quantity": None, "along": 5, "theatre": "", "narrow": "yes"},
    ],
    ids=str,
)
def test_what_is_not_there_gives_way(held: Shelf, strange: dict[str, Any]) -> None:
    """What the browser sends is not trusted: every name becomes one that there is."""
    now = asked.read(held, **({"one": {}, "two": None, "brush": {}} | strange))

    assert now.one.held.key in {each.key for each in held.studies}
    assert now.one.option in made_up.OPTIONS
    assert now.outcome in made_up.OUTCOMES
    assert now.brush == ()
    assert all(panel.draw(now).title for panel in PANELS)


def test_a_column_is_read_once(held: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """A click on a large study must not read its file again."""
    now = ask(held, BRUSH)
    first = outcomes.summarise(now)

    monkeypatch.setattr(now.one.held, "_file", None)

    assert outcomes.summarise(ask(held, BRUSH)) == first


def test_the_page_opens_where_options_differ(held: Shelf) -> None:
    """The outcome that begins is the one the second option moves most clearly, by the study's own summary."""
    offered = controls.offered(held, held.studies[0].key, None)

    chosen = {each["key"]: each["value"] for group in offered["groups"] for each in group["controls"]}
    assert chosen["outcome"] in made_up.OUTCOMES
    assert chosen["option"] == "no_aid"
    assert chosen["option-two"] == "indirect"


def test_no_cell_of_a_table_is_a_formula() -> None:
    """A label that begins like a formula is text in a spreadsheet."""
    drawn = Drawn("x", "", {}, [{"label": "=HYPERLINK(1)", "value": -0.5}, {"other": "@x, y"}])

    lines = export.as_csv(drawn).splitlines()

    assert lines == ["label,value,other", "'=HYPERLINK(1),-0.5,", ',,"\'@x, y"']
