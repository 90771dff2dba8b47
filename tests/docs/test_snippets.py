"""Every snippet the documentation marks as runnable is one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from sim.model.compile import setup_of
from sim.model.naming import faults_of
from sim.scenario.loader import load
from sim.scenario.schema import top_keys
from tests.docs.blocks import PAGES, ROOT

_SNIPPET = re.compile(r"^```yaml runnable( world)?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_FORMAT = ROOT / "docs" / "scenario-format.md"


def snippets() -> Iterator[tuple[str, str, bool]]:
    """Yield (name, text, whether it is a world) of every runnable snippet."""
    for page in PAGES:
        for number, (marked, text) in enumerate(_SNIPPET.findall(page.read_text(encoding="utf-8"))):
            yield f"{page.stem}-{number}", text, bool(marked)


def scenario(snippet: str) -> str:
    """Return a fragment as a scenario on the toy world."""
    head = [f"{key}: {value}\n" for key, value in (("name", "snippet"), ("extends", "toy"))]
    return (
        "".join(line for line in head if not re.search(rf"^{line.split(':')[0]}:", snippet, re.MULTILINE))
        + snippet
    )


@pytest.mark.parametrize(
    ("snippet", "world"), [pytest.param(text, world, id=name) for name, text, world in snippets()]
)
def test_snippets_load_and_compile(tmp_path: Path, snippet: str, *, world: bool) -> None:
    """What a reader copies is accepted, and its options come to rules; a world carries a scenario."""
    file = tmp_path / "snippet.yaml"
    (tmp_path / "world.yaml").write_text(snippet, encoding="utf-8")
    on_top = "name: snippet\nextends: world.yaml\n" if world else scenario(snippet)
    file.write_text(on_top, encoding="utf-8")

    loaded = load(file)

    assert not faults_of(loaded)
    for option in loaded.tree["options"]:
        assert setup_of(loaded, option).turns == 12


def test_snippets_are_found() -> None:
    """A change of the marker must not empty the test above."""
    assert len(list(snippets())) > 10


def test_scripts_of_the_snippets_name_choices_that_exist(tmp_path: Path) -> None:
    """A deed that fits no desk is dropped in silence: the example of the page must not be one."""
    text = next(text for _, text, _ in snippets() if "all_at_once" in text)
    file = tmp_path / "snippet.yaml"
    file.write_text(scenario(text), encoding="utf-8")

    setup = setup_of(load(file), "all_at_once")

    assert len(setup.scripts) == 2
    assert len(setup.rules) == 1


def test_every_key_of_a_document_is_described() -> None:
    """The page is the whole grammar."""
    page = _FORMAT.read_text(encoding="utf-8")

    assert not [key for key in top_keys() if f"`{key}`" not in page]


def test_every_field_of_an_entity_is_described() -> None:
    """Who is party to what, what follows from it, what shows a breach; quantities have a table."""
    from sim.scenario.entities import (
        DealSpec,
        Indicator,
        Pipeline,
        Place,
        PledgeSpec,
        Project,
        Promised,
        RedLine,
        Relations,
        State,
        Theatre,
        Treaty,
        War,
    )

    page = _FORMAT.read_text(encoding="utf-8")
    models = (State, War, Pipeline, Project, Treaty, DealSpec, PledgeSpec, Promised, RedLine, Place)
    fields = {field for model in (*models, Theatre, Relations, Indicator) for field in model.model_fields}

    assert not sorted(word for word in fields if not re.search(rf"\b{word}\b", page))


def test_every_good_and_part_is_described() -> None:
    """What may flow, and which part in a programme an action may ask for."""
    from sim.scenario.deeds import _programmes
    from sim.scenario.entities import Good

    page = _FORMAT.read_text(encoding="utf-8")

    assert not [word for word in (*get_args(Good), *_programmes) if not re.search(rf"\b{word}\b", page)]


def test_every_placeholder_is_described() -> None:
    """A name that stands for another is of no use to who does not know it."""
    from sim.actions.records import PLACEHOLDERS

    page = _FORMAT.read_text(encoding="utf-8")

    names = page.split("Names in the paths of an action:", 1)[1].split("\n\n")[0]

    assert not sorted(word for word in PLACEHOLDERS if f"`{word}`" not in names)


def test_every_form_and_field_is_described() -> None:
    """Distributions, conditions, effects, injects, outcomes and fields of actions: none is left out."""
    from sim.scenario.deeds import Action, Variant
    from sim.scenario.distributions import KINDS
    from sim.scenario.grammar import COMPARISONS, _conditions, _effects
    from sim.scenario.happenings import FORMS

    page = _FORMAT.read_text(encoding="utf-8")
    forms = [*KINDS, *COMPARISONS, *_conditions, *_effects, *FORMS["injects"], *FORMS["outcomes"]]
    fields = [*Action.model_fields, *Variant.model_fields]

    assert not [word for word in {*forms, *fields} if not re.search(rf"\b{word}\b", page)]
