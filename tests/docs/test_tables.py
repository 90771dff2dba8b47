"""Tables of the documentation follow the world as it is loaded."""

from __future__ import annotations

import pytest

from sim.scenario.loader import load_world
from tests.docs import tables

SETS = """name: fitted
extends: toy
parameters:
  precision: {value: 31, derived: median of the sets below, source: a list}
  rounds: {value: 2, judgement: two are enough}
assumptions:
  fit:
    derived: met a list
    paths: [parameters.precision, parameters.fear_weight]
    sets: [[30, 0.5], [32, 0.6]]
"""


def cells(made: str, name: str) -> list[str]:
    """Return the cells of the row of a table that begins with a name."""
    line = next(line for line in made.splitlines() if line.startswith(f"| `{name}` |"))
    return [cell.strip() for cell in line.strip("|").split("|")]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the table of parameters of a world that draws two of them in sets."""
    file = tmp_path_factory.mktemp("world") / "fitted.yaml"
    file.write_text(SETS, encoding="utf-8")
    return tables.parameters(load_world(file))


def test_a_layer_moves_the_table_of_parameters(made: str) -> None:
    """Value, label and draws are those of the loaded world, not of one file."""
    row = cells(made, "precision")

    assert row[1] == "31"
    assert row[4] == "30.1 to 31.9, 2 sets"
    assert row[5] == "derived: median of the sets below (a list)"
    assert cells(made, "fear_weight")[4].endswith("2 sets")


def test_what_is_not_drawn_says_so(made: str) -> None:
    """A number without a range is fixed; one with a range shows what its draw comes to."""
    assert cells(made, "rounds")[1:] == [
        "2",
        tables.declared("parameters")["rounds"].unit,
        "0 to 10",
        "no",
        "judgement: two are enough",
    ]
    low, high = (float(x) for x in cells(made, "incident_rung")[4].split(" to "))
    assert low < float(cells(made, "incident_rung")[1]) < high


def test_every_stage_of_a_turn_says_where_it_is_done() -> None:
    """A stage that nothing carries out would be a row without a file."""
    rows = [line.strip("| ").split(" | ") for line in tables.turn().splitlines()[2:]]

    assert [row for row in rows if len(row) == 4 and row[3].startswith("`sim.")] == rows


def test_every_state_variable_is_listed() -> None:
    """The table of entities is complete: every declared quantity, once in its row."""
    from sim.world.quantities import SECTIONS

    made = tables.entities()

    for section in SECTIONS:
        row = " ".join(cells(made, section)[3:])
        assert [name for name in tables.declared(section) if row.count(f"`{name}`") != 1] == []
