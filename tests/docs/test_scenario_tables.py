"""Every shipped scenario has a page, and its table of outcomes says what a study says."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from tests.docs import scenario_tables
from tests.docs.scenario_tables import FOLDER, bodies, names, renewed, shipped

TOY = """name: small
extends: toy
turns: 4
options:
  calmer: {label: fewer shells, set: {pipelines.aaa_bbb_shells.interdiction: 0.3}}
  note: {label: a note, do: [{at: 2030-01-08, actor: CCC, action: protest, target: AAA}]}
outcomes:
  delivered: {label: much arrives, quantity: {path: pipelines.aaa_bbb_shells.delivered, above: 0.13}}
  noted: {does: {actor: CCC, action: protest, target: AAA}}
  never: {quantity: {path: states.AAA.hardship, above: 0.99}}
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> sim.Study:
    """Return a small study of the toy world with three further options."""
    folder = tmp_path_factory.mktemp("tables")
    file = folder / "small.yaml"
    file.write_text(TOY, encoding="utf-8")
    return sim.run(
        file,
        replicates=256,
        workers=1,
        out=folder / "study",
        deeds="none",
        twins=False,
        report=False,
        quiet=True,
    )


def first_words(text: str) -> list[str]:
    """Return the names that begin the rows of the tables of a text."""
    return [line.split("`")[1] for line in text.splitlines() if line.startswith("| `")]


def test_every_shipped_scenario_has_a_page_with_its_outcomes() -> None:
    """A scenario without a page asks a question nobody can read."""
    pages = {name: FOLDER / f"{name}.md" for name in shipped()}

    assert pages
    assert not [name for name, page in pages.items() if not page.exists()]
    assert not [name for name, page in pages.items() if names(page.read_text(encoding="utf-8")) != [name]]


def test_every_option_stands_on_the_page_of_its_scenario() -> None:
    """An option that is added or renamed must be explained, one that is gone must not be."""
    for name in shipped():
        page = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
        options = list(sim.load_scenario(name).tree["options"])

        assert first_words(page.split("## What is uncertain")[0]) == options, name


def test_a_written_table_is_of_the_scenario_as_it_is() -> None:
    """Options and outcomes in a table that was written are those the scenario still has."""
    for name in shipped():
        body = bodies((FOLDER / f"{name}.md").read_text(encoding="utf-8"))[name]
        tree = sim.load_scenario(name).tree
        same = first_words(body) == list(tree["outcomes"])

        assert same or not body.strip(), f"{name}: run tests.docs.scenario_tables"


def cells(line: str) -> list[str]:
    """Return the cells of one line of a table."""
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_a_table_shows_the_reference_and_the_options_that_differ_most(study: sim.Study) -> None:
    """All outcomes, the reference with its interval, at most three others, clear differences starred."""
    made = scenario_tables.outcomes(study)
    lines = [line for line in made.splitlines() if line.startswith("|")]

    assert lines[0].startswith("| outcome | `as_is`, % |")
    assert first_words(made) == list(study.scenario.tree["outcomes"])
    assert lines[0].count("points") == min(3, len(study.options) - 1)
    header, noted = (cells(line) for line in (lines[0], next(x for x in lines if "`noted`" in x)))
    assert noted[header.index("`note`, points")].endswith("*")
    assert "0 of 256 (below" in next(line for line in lines if "`never`" in line)
    assert "256 histories per option, seed 1," in made


def test_options_are_chosen_by_differences_that_are_clear() -> None:
    """A wide interval around a large difference must not outweigh a small one that is known."""

    def differs(by: float, half: float) -> list[dict[str, float]]:
        return [{"difference": by, "difference_low": by - half, "difference_high": by + half}]

    options = {"wide": differs(0.2, 0.3), "small": differs(0.02, 0.01), "less": differs(-0.3, 0.1)}

    assert scenario_tables.most_different(options, 2) == ["small", "less"]


def test_a_block_is_written_in_its_place(tmp_path: Path, study: sim.Study) -> None:
    """What stands around the block stays; writing twice changes nothing."""
    page = tmp_path / "small.md"
    page.write_text("# small\n\n<!-- outcomes of: small -->\nold\n<!-- end -->\n\nafter\n", encoding="utf-8")

    once = scenario_tables.write("small", study, tmp_path).read_text(encoding="utf-8")
    twice = renewed(once, "small", bodies(once)["small"])

    assert once.startswith("# small\n\n<!-- outcomes of: small -->\n256 histories")
    assert once.endswith("<!-- end -->\n\nafter\n")
    assert "old" not in once
    assert twice == once
