"""The page stands alone, tells the truth about its limits, and trusts no text."""

from __future__ import annotations

import copy
import re
import shlex
import shutil
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from sim.errors import StudyError
from sim.report import material, page
from tests.report import fake_study

HOSTILE = (
    '=1+1 </script><script>window.attacked=1;alert(1)</script><img src=x onerror=alert(2)> "q" '
    "'a' & <b>bold {actor.__class__} \u202eright to left\u202c \u200f한국어 🚀💥 "
    + "long " * 40
    + "x" * 10_000
)


@pytest.fixture(scope="module")
def html(folder: Path) -> str:
    """Return the page of the made-up study."""
    return page.write(folder).read_text(encoding="utf-8")


def without_scripts(html: str) -> str:
    """Return the markup alone."""
    return re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)


def hostile(tree: Any) -> Any:
    """Return a scenario whose every text for readers tries to break out of the page."""
    spelled = {"title", "label", "name", "source", "judgement", "unit", "marking", "confidence"}
    if isinstance(tree, dict):
        return {
            key: HOSTILE if key in spelled and (value is None or isinstance(value, str)) else hostile(value)
            for key, value in tree.items()
        }
    return [hostile(each) for each in tree] if isinstance(tree, list) else tree


def test_the_page_loads_nothing(html: str) -> None:
    """It opens on a laptop without a network, and asks nobody for anything."""
    markup = without_scripts(html)

    assert "default-src 'none'" in markup.replace("&#x27;", "'")
    assert not re.search(r"""(src|href)=["'](?!#)""", markup)
    assert "@import" not in markup
    assert "url(" not in markup


def test_plotly_is_embedded_once(html: str) -> None:
    """All figures share one library."""
    assert html.count("plotly.js v") == 1
    assert html.count("data-figure=") > 20


@pytest.mark.parametrize(
    "text",
    [
        "Shells for Moscow: what Seoul can do about the pipeline",
        "Send artillery shells directly",
        "10,000 simulated histories of each option, from 24 June 2024 to 22 June 2026",
        "27.6\u202f%",
        "−3.6 points<br>(−4.2 to −3.0)",
        "0 of 10,000",
        "no source given",
        "Judgement: Few shipments",
        "conditional on the model",
        "20240619",
    ],
)
def test_the_page_says(html: str, text: str) -> None:
    """Question, answers, assumptions, limits and origin are all there."""
    assert text in without_scripts(html)


def test_words_stand_beside_the_numbers(html: str) -> None:
    """In every cell of the outcomes, explained once before them."""
    markup = without_scripts(html)
    cells = re.findall(r'<span class="small">[^<]*</span><span class="words">([^<]*)</span>', markup)

    assert len(cells) == sum(len(chances) for chances in fake_study.CHANCES.values())
    assert {"unlikely", "very remote, below 0.04\N{NO-BREAK SPACE}%"} <= set(cells)
    assert markup.count("Intelligence Community Directive 203") == 1
    assert markup.index("Intelligence Community Directive 203") < markup.index('<span class="words">')


def test_the_limits_stand_in_a_box_and_are_pointed_at_from_the_top(html: str) -> None:
    """What the page is not for: conditional, no dates, no operations, sampling only, orders of magnitude."""
    markup = without_scripts(html)
    box = markup.split('<div class="limits">')[1].split("</section>")[0]
    header = markup.split("</header>")[0]

    assert 6 <= box.count("<li>") <= 8
    for text in (
        "conditional on the model",
        "no forecast of a date",
        "operations",
        "nothing else",
        "docs/limits.md",
    ):
        assert text in box
    assert "orders of magnitude" in box
    assert "conditional on the model" in header
    assert 'href="#limits"' in header.split("<nav")[0]


def test_headings_and_tables_can_be_read_aloud(html: str) -> None:
    """A screen reader finds its way: one title, ordered headings, headers on every table."""
    markup = without_scripts(html)

    assert markup.count("<h1>") == 1
    assert markup.count("<table") == markup.count("<caption>")
    assert markup.count('scope="row"') > markup.count("<table")
    for anchor in re.findall(r'href="#([^"]+)"', markup):
        assert f'id="{anchor}"' in markup


def test_the_page_is_the_same_twice(folder: Path, html: str) -> None:
    """Equal studies give equal pages."""
    assert page.write(folder).read_text(encoding="utf-8") == html
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith(".")) == []


def test_no_text_of_a_study_becomes_markup(tmp_path: Path) -> None:
    """Scenarios are passed from hand to hand: a label is never run."""
    written = page.write(fake_study.write(tmp_path / "x", hostile(copy.deepcopy(fake_study.SCENARIO))))
    html = written.read_text(encoding="utf-8")

    assert HOSTILE not in html
    assert "<img" not in without_scripts(html)
    assert "alert(1)</script>" not in html
    assert html.count("</script>") == html.count("<script")


def test_a_marking_stands_at_both_ends(tmp_path: Path) -> None:
    """A marking that is set is seen, and only then."""
    marked = page.write(fake_study.write(tmp_path / "x", {**fake_study.SCENARIO, "marking": "FOR EXERCISE"}))

    assert without_scripts(marked.read_text(encoding="utf-8")).count("<span>FOR EXERCISE</span>") == 2


def test_an_option_may_be_called_no(tmp_path: Path) -> None:
    """What older YAML takes for a truth value is a name here."""
    options = {"no": {"label": "Refuse"}, "yes": {"label": "Agree"}}
    folder = fake_study.write(tmp_path / "x", {**fake_study.SCENARIO, "options": options})
    plain = (
        (folder / "scenario.yaml")
        .read_text(encoding="utf-8")
        .replace("'no':", "no:")
        .replace("'yes':", "yes:")
    )
    (folder / "scenario.yaml").write_text(plain, encoding="utf-8")

    assert "Refuse" in page.write(folder).read_text(encoding="utf-8")


def test_a_study_without_outcomes_or_series_has_a_page(folder: Path, tmp_path: Path) -> None:
    """Little to say is said without a crash."""
    bare = tmp_path / "bare"
    shutil.copytree(folder, bare)
    for name in ("series", "replicates", "deeds"):
        (bare / f"{name}.parquet").unlink()
    (bare / "summary.json").write_text("{}", encoding="utf-8")

    html = page.write(bare).read_text(encoding="utf-8")

    assert "The scenario names no outcomes." in html
    assert "plotly.js v" not in html


@pytest.mark.parametrize("name", ["summary.json", "manifest.json", "scenario.yaml"])
def test_a_missing_or_damaged_file_is_named(folder: Path, tmp_path: Path, name: str) -> None:
    """The user learns which file, and what to do."""
    broken = tmp_path / "broken"
    shutil.copytree(folder, broken)

    (broken / name).write_text("{[", encoding="utf-8")
    with pytest.raises(StudyError, match="is damaged"):
        page.write(broken)

    (broken / name).unlink()
    with pytest.raises(StudyError, match=f"{name}: is missing; run"):
        page.write(broken)


def again(html: str) -> list[str]:
    """Return the command the page says, as a shell reads it."""
    (told,) = re.findall(r'<code class="again">([^<]*)</code>', html)
    return shlex.split(unescape(told))


def test_the_command_that_repeats_a_study_is_told_in_full(folder: Path, tmp_path: Path) -> None:
    """A subset of the options, their order, and what was kept are part of what was run."""
    found = material.read(folder)
    identity = {"deeds": 0, "twins": False, "seed": 20240619}
    part = replace(found, manifest={**found.manifest, "options": ["direct", "no_aid"], "identity": identity})
    whole = replace(found, scenario={**found.scenario, "replicates": fake_study.N})

    assert again(page.page(whole)) == ["sim", "run", "scenario.yaml"]
    assert again(page.page(part)) == [
        *("sim", "run", "scenario.yaml", "-n", "10000", "--option", "direct", "--option", "no_aid"),
        *("--deeds", "none", "--no-twins"),
    ]
