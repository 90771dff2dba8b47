"""The dashboard in a real browser: what it asks for, what its controls do, how it stands up to a look."""

from __future__ import annotations

import copy
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.dashboard import shelf
from tests.browser import chromium
from tests.browser.chromium import Visit
from tests.conftest import OpenPage
from tests.dashboard import made_up
from tests.dashboard.conftest import served
from tests.report import fake_study
from tests.report.test_page import hostile

pytestmark = pytest.mark.browser

PLOTS = (
    "incidence",
    "response",
    "drivers",
    "outcomes",
    "ladder",
    "highest",
    "over-time",
    "at-the-end",
    "scatter",
)


def drawn(visit: Visit) -> Visit:
    """Wait until every figure of the study is there; a busy machine takes its time."""
    visit.page.set_default_timeout(90_000)
    for key in PLOTS:
        visit.page.locator(f"#graph-{key} .main-svg").first.wait_for()
    visit.page.locator("#listing table").wait_for()
    settled(visit.page)
    return visit


def settled(page: Any) -> None:
    """Wait until nothing was asked for half a second: the page has what it wanted."""
    page.wait_for_timeout(200)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(200)


def traces(page: Any, key: str) -> Any:
    """Return what a figure draws."""
    return page.evaluate(
        "key => document.querySelector(`#graph-${key} .js-plotly-plot`).data.map(t => [t.x, t.y])", key
    )


def redrawn(page: Any, key: str, before: Any) -> bool:
    """Wait until a figure draws something else; false where it still does not after half a minute."""
    for _ in range(150):
        if traces(page, key) != before:
            return True
        page.wait_for_timeout(200)
    return False


def press(page: Any, points: str, number: int) -> None:
    """Click one of the marks of a figure."""
    mark = page.locator(points).nth(number)
    mark.scroll_into_view_if_needed()
    page.wait_for_timeout(700)  # scrolling is smooth
    box = mark.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x - 2, y - 2)
    page.mouse.move(x, y)
    page.wait_for_timeout(150)
    page.mouse.click(x, y)


@pytest.fixture(scope="module")
def visit(browser: Any, url: str) -> Iterator[Visit]:
    """Yield the page, opened once; tests leave its controls as they please."""
    made = drawn(chromium.opened(browser, url))
    yield made
    made.page.context.close()


def test_it_asks_nobody_but_itself(visit: Visit, url: str) -> None:
    """No request elsewhere, nothing on the console."""
    assert len(visit.requests) > 10
    assert not visit.elsewhere(url)
    assert not visit.faults


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", chromium.WIDTHS)
def test_it_is_readable(open_page: OpenPage, url: str, width: int, scheme: str) -> None:
    """No sideways scrolling, no text on text, nothing serious or critical for axe."""
    page = drawn(open_page(url, width=width, scheme=scheme)).page

    assert not chromium.sideways(page)
    assert not chromium.overlapping(page)
    assert not chromium.grave(page)


def test_the_keyboard_reaches_every_control(open_page: OpenPage, url: str) -> None:
    """Nothing needs a mouse."""
    page = drawn(open_page(url)).page

    assert page.locator("#assumptions input[type=range]").count() == 4
    assert not chromium.unreached(page)


def test_a_slider_moved_by_keys_changes_figures(visit: Visit) -> None:
    """The number chosen, the curve, the list; not the ladder over time, which says why."""
    page = visit.page
    before = {key: traces(page, key) for key in PLOTS}

    page.get_by_label("North Korea: artillery ammunition made, million rounds a year: from").focus()
    for _ in range(40):
        page.keyboard.press("ArrowRight")
    page.locator("#chosen", has_text="chosen").wait_for()

    for key in set(PLOTS) - {"ladder", "over-time"}:
        assert redrawn(page, key, before[key]), key
    settled(page)
    for key in ("ladder", "over-time"):
        assert traces(page, key) == before[key]
    assert "does not reach this figure" in page.inner_text("#reading-ladder")
    assert "of 3,000 histories chosen, by 1 of the assumptions" in page.inner_text("#chosen")


def test_stories_and_choosing_all_again(visit: Visit) -> None:
    """Several assumptions at once; one button undoes them all."""
    page = visit.page
    page.get_by_label("Lasting alliance").uncheck()
    page.locator("#chosen", has_text="chosen").wait_for()
    assert page.get_by_label("Marriage of convenience").is_checked()

    page.get_by_role("button", name="Choose all again").click()

    page.locator("#chosen", has_text="All 3,000 histories").wait_for()


def test_every_list_of_choices_does_something(visit: Visit) -> None:
    """Outcome, theatre, quantity, assumption, option, and the other study."""
    page = visit.page
    for label, choice, key in (
        ("Outcome", "War on the Korean Peninsula", "incidence"),
        ("Theatre", "Russia and the supporters of Ukraine", "ladder"),
        ("Quantity", "War in Ukraine: movement of the front since the start", "at-the-end"),
        ("Assumption along", "Pact nature", "response"),
        ("Option", "Send artillery shells directly", "outcomes"),
    ):
        before = traces(page, key)
        page.get_by_label(label, exact=True).select_option(label=choice)
        assert redrawn(page, key, before), label
    page.get_by_label("Compared with, study").select_option(index=1)
    page.locator(".tile.difference", has_text="not paired").wait_for()
    page.get_by_label("Compared with, study").select_option(index=0)
    page.get_by_label("Compared with, option").select_option(label="None")
    page.locator(".tile.two").wait_for(state="detached")
    assert not visit.faults


def test_a_mark_of_the_outcomes_looks_at_its_outcome(open_page: OpenPage, url: str) -> None:
    """The figure of all outcomes is a way to choose one."""
    page = drawn(open_page(url)).page

    press(page, "#graph-outcomes .points path", 0)

    page.locator("#finding-title", has_text="A ceasefire holds").wait_for()
    assert page.get_by_label("Outcome", exact=True).input_value() == "ceasefire"


def test_a_mark_of_an_assumption_looks_along_it(open_page: OpenPage, url: str) -> None:
    """The figure of what goes with an outcome is a way to choose what to look along."""
    page = drawn(open_page(url)).page
    assert page.get_by_label("Assumption along").input_value() == "prk_shell_output"

    press(page, "#graph-drivers .points path", 1)

    page.locator("#title-response", has_text="by what was assumed").wait_for()
    settled(page)
    assert page.get_by_label("Assumption along").input_value() != "prk_shell_output"


def test_a_point_opens_its_history_with_progress(open_page: OpenPage, url: str) -> None:
    """A click, a bar that moves, a history told to its end; what it says is text."""
    visit = drawn(open_page(url))
    page = visit.page

    press(page, "#graph-scatter .points path", 3)
    page.locator("#history progress[value]").wait_for()
    assert "% of the way" in page.inner_text("#history")
    page.locator("ol.told li").first.wait_for()

    assert page.locator("ol.told li").count() == 10
    assert page.inner_text("#history-title").startswith("History ")
    assert "for the</b> 3th time" in page.inner_text("ol.told")
    page.locator("ol.told summary").first.click()
    assert page.get_by_text("nothing out of the ordinary").first.is_visible()
    assert not visit.faults


def test_a_button_of_the_list_opens_its_history(open_page: OpenPage, url: str) -> None:
    """For whoever uses no mouse; focus goes to what was opened."""
    page = drawn(open_page(url)).page
    button = page.locator("#listing button").nth(1)
    number = button.inner_text().removeprefix("Open ")

    button.focus()
    page.keyboard.press("Enter")

    page.locator("#history-title", has_text=f"History {number}: ").wait_for()
    assert page.evaluate("document.activeElement.id") == "history-title"


@pytest.mark.parametrize(("kind", "begins"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("csv", b"option,side")])
def test_a_figure_is_saved(open_page: OpenPage, url: str, kind: str, begins: bytes, tmp_path: Path) -> None:
    """As a picture with its title, or as its numbers."""
    page = drawn(open_page(url)).page

    with page.expect_download() as saved:
        page.locator(f"#card-response [data-export={kind}]").click()

    file = tmp_path / saved.value.suggested_filename
    saved.value.save_as(file)
    content = file.read_bytes()
    assert file.suffix == f".{kind}"
    assert content.startswith(begins)
    if kind == "svg":
        assert page.inner_text("#title-response")[:30] in content.decode()  # the rest on further lines
    if kind == "csv":
        rows = list(csv.DictReader(content.decode().splitlines()))
        assert len(rows) == 20
        assert {"share", "low", "high", "n"} <= set(rows[0])


def test_a_sweep_is_drawn(open_page: OpenPage, url: str) -> None:
    """Curves with intervals along what was varied, and a map over two."""
    page = drawn(open_page(url)).page
    page.locator("#graph-sweep-surface .main-svg").first.wait_for()

    before = traces(page, "sweep-curves")
    page.get_by_label("Along", exact=True).select_option(label="Pact nature")
    settled(page)

    assert traces(page, "sweep-curves") != before
    assert "A deadly clash between North and South Korea" in page.inner_text("#title-sweep-curves")
    assert len(traces(page, "sweep-surface")[0][0]) == 3


def test_hostile_texts_are_text(open_page: OpenPage, tmp_path: Path) -> None:
    """Whatever a scenario calls its options, outcomes and stories, it runs nothing and makes no element."""
    tree = hostile(copy.deepcopy(fake_study.SCENARIO))
    name = '"><img src=x onerror=alert(3)>'
    tree["options"] = {f"{name}{place}": entry for place, entry in enumerate(tree["options"].values())}
    made_up.study(tmp_path / "shell_game" / "x", 500, tree)
    url = served(shelf.find((), tmp_path))

    visit = drawn(open_page(url))
    page = visit.page
    with page.expect_download() as saved:
        page.locator("#card-outcomes [data-export=svg]").click()

    assert "<img" in page.inner_text("#title") or "<script" in page.inner_text("#title")
    assert page.locator("main img, aside img, main script").count() == 0
    assert "<img" not in Path(saved.value.path()).read_text()
    assert not visit.elsewhere(url)
    assert not visit.faults
    assert not chromium.sideways(page)
