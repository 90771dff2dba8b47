"""What paths name."""

from __future__ import annotations

import pytest

from sim.scenario.layout import given, readable
from sim.scenario.paths import PLACEHOLDERS, PathFault, parse

_TREE = {
    "states": {"NOR": {}, "SWE": {}},
    "wars": {"border": {}},
    "pipelines": {"shells": {}},
    "indicators": {"mood": {}},
}


@pytest.mark.parametrize(
    ("path", "section", "field", "names", "spelled"),
    [
        ("states.NOR.munitions.stock", "states", "munitions_stock", ("NOR",), None),
        ("states.NOR.munitions_stock", "states", "munitions_stock", ("NOR",), "states.NOR.munitions.stock"),
        ("states.NOR.goals.SUR", "states", "goals", ("NOR", "SUR"), None),
        ("dyads.NOR.SWE.rung_floor", "dyads", "rung_floor", ("NOR", "SWE"), None),
        ("dyads.NOR.SWE.rung.floor", "dyads", "rung_floor", ("NOR", "SWE"), "dyads.NOR.SWE.rung_floor"),
        ("wars.border.front", "wars", "front", ("border",), None),
        ("wars.border.support.SWE", "wars", "support", ("border", "SWE"), None),
        ("pipelines.shells.believed.SWE", "pipelines", "believed", ("shells", "SWE"), None),
        ("regime.monitoring", "regime", "monitoring", (), None),
        ("parameters.precision", "parameters", "precision", (), None),
        ("indicators.mood", "indicators", "value", ("mood",), None),
        ("indicators.mood.start", "indicators", "value", ("mood",), "indicators.mood"),
        ("indicators.mood.decay", "indicators", "decay", ("mood",), None),
    ],
)
def test_a_path_names_a_quantity_of_an_entity(
    path: str, section: str, field: str, names: tuple[str, ...], spelled: str | None
) -> None:
    """Either spelling is read; the program itself uses one."""
    found = parse(path, _TREE)

    assert (found.section, found.field, found.names) == (section, field, names)
    assert found.path == (spelled or path)
    assert parse(found.path, _TREE) == found


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("", "is not a section"),
        ("states", "does not say which state"),
        ("states.NOR", "does not name a quantity"),
        ("states.NOR.", "is not a quantity"),
        ("states..military", "is not a state"),
        ("states.NOR.military.x", "is not a quantity"),
        ("states.NOR.goals.XXX", "is not a goal"),
        ("dyads.NOR.NOR.tension", "names a state twice"),
        ("dyads.NOR.tension", "is not a state"),
        ("pipelines.shells.transit", "is not a quantity"),
        ("projects.NOR.reentry", "is not a project"),
        ("indicators.none", "is not an indicator"),
    ],
)
def test_a_path_that_names_nothing_says_why(path: str, says: str) -> None:
    """Silence here would be a lever that moves nothing."""
    with pytest.raises(PathFault, match=says):
        parse(path, _TREE)


def test_placeholders_stand_only_where_their_kind_does() -> None:
    """`flow` is no state and `actor` no war."""
    parse("dyads.target.actor.tension", _TREE, PLACEHOLDERS)
    parse("wars.war.support.actor", _TREE, PLACEHOLDERS)
    parse("pipelines.debt.owed", _TREE, PLACEHOLDERS)
    for path in ("states.flow.military", "wars.actor.front", "pipelines.war.level"):
        with pytest.raises(PathFault):
            parse(path, _TREE, PLACEHOLDERS)


def test_no_spelling_stands_for_two_things() -> None:
    """A group of quantities must not be a number at the same time."""
    for section in ("states", "dyads", "wars", "pipelines"):
        names = set(given(section))
        assert not {name for name in names if any(other.startswith(name + ".") for other in names)}
        assert names <= readable(section).keys()
