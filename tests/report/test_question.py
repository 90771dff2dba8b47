"""From the scenario's text to the page: what is asked, and hostile text in every free field of a file."""

from __future__ import annotations

import html
from pathlib import Path

import pytest
import yaml

from sim.cli import main
from tests.report.test_page import HOSTILE

#: As long as a text of a scenario may be.
LONG = HOSTILE.replace("x" * 10_000, "x" * (10_000 - len(HOSTILE.replace("x" * 10_000, ""))))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(folder: Path, scenario: dict[str, object]) -> str:
    """Run a few histories of a scenario and return its report."""
    (folder / "mine.yaml").write_text(yaml.safe_dump(scenario, allow_unicode=True))
    assert main(["run", "mine.yaml", "-n", "2", "--out", "s", "--workers", "1", "--quiet"]) == 0
    return (folder / "s" / "report.html").read_text()


def test_the_report_begins_with_the_question(folder: Path) -> None:
    """In the words of the scenario."""
    asked = "Would half the shells do?"

    page = run(folder, {"name": "mine", "extends": "toy", "turns": 3, "question": asked})

    assert page.index("What is compared:") > page.index(asked) > page.index("<main>")


def test_ten_thousand_hostile_characters_are_text(folder: Path) -> None:
    """In title, question, marking, labels, units and sources, typed into a scenario and run."""
    assert len(LONG) == 10_000
    number = {"uniform": {"low": 0.1, "high": 0.5}}
    drawn = {"path": "dyads.AAA.CCC.tension", "distribution": number, "judgement": LONG, "unit": LONG}
    scenario = {
        "name": "mine",
        "extends": "toy",
        "turns": 3,
        **dict.fromkeys(("title", "question", "marking"), LONG),
        "assumptions": {"one": {**drawn, "label": LONG}},
        "options": {"as_is": {"label": LONG}, "denied": {"label": LONG}},
        "outcomes": {"ever": {"label": LONG, "quantity": {"path": "dyads.AAA.CCC.tension", "above": 0}}},
        "watch": ["dyads.AAA.CCC.tension"],
    }

    page = run(folder, scenario)

    assert html.escape(LONG) in page or html.escape(LONG).replace("&#x27;", "&#39;") in page
    assert "<script>window.attacked" not in page
    assert "<img src=x" not in page
