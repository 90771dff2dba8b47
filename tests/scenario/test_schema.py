"""The JSON Schema editors use, from the same models that check."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from sim.scenario.layout import DEPTH, given
from sim.scenario.schema import json_schema, top_keys


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for part in value.values():
            yield from _references(part)
    elif isinstance(value, list):
        for part in value:
            yield from _references(part)


def test_it_is_json_and_refers_only_to_itself() -> None:
    """An editor without a network must be able to use it."""
    schema = json.loads(json.dumps(json_schema()))

    names = {reference.removeprefix("#/$defs/") for reference in _references(schema)}
    assert names
    assert names <= schema["$defs"].keys()
    assert len(json.dumps(schema)) < 150_000


def test_it_knows_every_key_of_a_document() -> None:
    """Completion is what people use it for."""
    assert json_schema()["properties"].keys() == set(top_keys()) - {"basis"}
    assert json_schema()["required"] == ["name"]


def test_it_knows_every_quantity_that_may_be_given() -> None:
    """A quantity declared for the arrays can be written at once."""
    schema = json_schema()["$defs"]
    models = {
        "states": "State",
        "dyads": "Dyad",
        "wars": "War",
        "pipelines": "Pipeline",
        "parameters": "Parameters",
    }
    for section, model in models.items():
        for name in given(section):
            assert name.split(".")[0] in schema[model]["properties"]
    assert models.keys() <= DEPTH.keys()


def test_a_basis_may_stand_above_the_entities() -> None:
    """Otherwise an editor would take it for a state."""
    properties = json_schema()["properties"]

    for section in ("states", "dyads", "actions"):
        ((pattern, _),) = properties[section]["patternProperties"].items()
        assert "basis" in properties[section]["properties"]
        assert re.match(pattern, "NOR")
        assert not re.match(pattern, "basis")
