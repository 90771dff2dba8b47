"""What the page keeps and says when the choice changes, when files are damaged, when the server is gone."""

from __future__ import annotations

import re
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.dashboard import shelf
from tests.browser import chromium
from tests.conftest import OpenPage
from tests.dashboard import made_up
from tests.dashboard.conftest import served
from tests.dashboard.test_browser import drawn, settled
from tests.dashboard.test_command import started
from tests.report import fake_study

pytestmark = pytest.mark.browser

FROM = "North Korea: artillery ammunition made, million rounds a year: from"


def studied(root: Path, **scenarios: Any) -> str:
    """Make a study for each scenario, serve them newest last, and return the address."""
    for name, scenario in scenarios.items():
        made_up.study(root / scenario["name"] / name, 400, scenario)
    return served(shelf.find((), root))


def output(page: Any) -> str:
    """Return what the slider of shells says."""
    return str(page.locator("[data-brush=prk_shell_output] output").inner_text())


def test_every_marking_stands_on_page_and_picture(open_page: OpenPage, tmp_path: Path) -> None:
    """A sweep of another scenario brings its own marking, on the page and on its own pictures alone."""
    made_up.study(tmp_path / "shell_game" / "x", 400, fake_study.SCENARIO | {"marking": "EXERCISE STUDY"})
    made_up.sweep(tmp_path / "shell_game" / "sweep-x", marking="EXERCISE SWEEP")
    page = drawn(open_page(served(shelf.find((), tmp_path)))).page
    page.locator("#graph-sweep-curves .main-svg").first.wait_for()

    pictures = {}
    for panel in ("outcomes", "sweep-curves"):
        with page.expect_download() as saved:
            page.locator(f"[data-panel={panel}][data-export=svg]").click()
        pictures[panel] = " ".join(re.sub("<[^>]*>", " ", Path(saved.value.path()).read_text()).split())
    with page.expect_download() as saved:
        page.locator("[data-panel=sweep-curves][data-export=csv]").click()
    table = Path(saved.value.path()).read_text().splitlines()

    assert page.inner_text("#marking") == "EXERCISE STUDY / EXERCISE SWEEP"
    assert "EXERCISE STUDY" in pictures["outcomes"]
    assert "EXERCISE SWEEP" not in pictures["outcomes"]
    assert "EXERCISE SWEEP" in pictures["sweep-curves"]
    assert "EXERCISE STUDY" not in pictures["sweep-curves"]
    assert "all 400 histories" in pictures["outcomes"]
    assert "No lethal aid" in pictures["outcomes"]
    assert table[0].endswith(",sweep,marking")
    assert table[1].endswith(",sweep-x,EXERCISE SWEEP")


def test_a_history_has_its_parts(open_page: OpenPage, url: str) -> None:
    """Chart with numbers, outcomes, deeds by kind, near misses apart; no announcement for every step."""
    visit = drawn(open_page(url))
    page = visit.page
    said = page.evaluate_handle(
        "() => { const said = []; new MutationObserver(() => said.push(document.getElementById"
        "('history-status').textContent)).observe(document.getElementById('history-status'),"
        "{childList: true, characterData: true, subtree: true}); return said; }"
    )

    page.locator("#listing button").first.click()
    page.locator("#graph-history .main-svg").first.wait_for()
    settled(page)

    assert page.locator("#history h4").all_inner_texts() == [
        "Where it stood, turn by turn",
        "Outcomes",
        "What was done, and what happened",
        "Nearly otherwise",
    ]
    kinds = page.locator("ol.told li").evaluate_all("all => all.map(each => each.className)")
    assert kinds == [{"deed": "deed"}.get(made_up.KINDS[n % 5], made_up.KINDS[n % 5]) for n in range(10)]
    assert page.locator("ol.told li.outcome .kind").first.inner_text() == "Outcome"
    assert page.locator("ol.told li", has_text="Japan protests").count() == 0
    assert page.locator("ol.near li", has_text="Japan protests").count() == 1
    assert "2024-07-18" in page.inner_text("ul.came")
    assert page.locator("#history .scroll tbody tr").count() == 10
    assert "EXERCISE <b>ONE</b>" in page.inner_text("#history")
    assert page.locator("#history [aria-live], #opened[aria-live]").count() == 0
    number = page.inner_text("#history-title")
    assert said.json_value() == [f"{number} is being opened", f"{number} is open"]
    assert not chromium.overlapping(page, "#opened")
    assert not chromium.grave(page)
    assert not visit.faults


@pytest.mark.parametrize("width", chromium.WIDTHS)
def test_an_open_history_is_readable(open_page: OpenPage, url: str, width: int) -> None:
    """At every width, in the dark too."""
    page = drawn(open_page(url, width=width, scheme="dark")).page
    page.locator("#listing button").first.click()
    page.locator("#graph-history .main-svg").first.wait_for()
    settled(page)

    assert not chromium.sideways(page)
    assert not chromium.overlapping(page)
    assert not chromium.grave(page)


def test_two_pages_that_open_histories(open_page: OpenPage, url: str) -> None:
    """The later one is told; the earlier page says it was stopped, and opens it again when asked."""
    first, second = (drawn(open_page(url)).page for _ in range(2))
    first.locator("#listing button").nth(2).click()
    first.locator("#history progress").wait_for()
    second.locator("#listing button").nth(3).click()

    second.locator("ol.told li").first.wait_for()
    first.locator("#history .fault", has_text="Stopped: another history was opened").wait_for()
    first.get_by_role("button", name="Open it again").click()

    first.locator("ol.told li").first.wait_for()
    assert second.locator("ol.told li").count() == 10


def test_a_server_that_is_gone_leaves_no_old_numbers(open_page: OpenPage, results: Path) -> None:
    """The page says that it has ended, and shows nothing of what was chosen before."""
    running, url = started(str(results / "shell_game" / "aaaaaaaaaa"))
    try:
        page = drawn(open_page(url)).page
        running.send_signal(signal.SIGKILL)
        running.wait(timeout=30)
        page.get_by_label("Outcome", exact=True).select_option(label="War on the Korean Peninsula")
        page.locator("#ended", has_text="The dashboard has ended: start it again").wait_for()

        assert not page.locator("#tiles").is_visible()
        assert not page.locator("#graph-outcomes").is_visible()
        assert page.get_by_role("button", name="Reload").is_visible()
    finally:
        running.kill()


def test_a_damaged_study_is_said_and_left(open_page: OpenPage, tmp_path: Path) -> None:
    """No number of the study before it stays; another can be chosen."""
    made_up.study(tmp_path / "shell_game" / "bad", 400)
    made_up.study(tmp_path / "shell_game" / "good", 400)
    page = drawn(open_page(served(shelf.find((), tmp_path)))).page
    (tmp_path / "shell_game" / "bad" / "replicates.parquet").unlink()

    page.get_by_label("Study", exact=True).select_option(value=str(tmp_path / "shell_game" / "bad"))
    page.locator("#tiles .fault", has_text="replicates.parquet: is missing").wait_for()
    settled(page)

    assert page.locator(".tile").count() == 0
    assert page.locator("#card-outcomes.faulty").count() == 1
    assert "is missing" in page.inner_text("#fault")
    assert page.locator("#listing table").count() == 0
    page.get_by_label("Study", exact=True).select_option(value=str(tmp_path / "shell_game" / "good"))
    page.locator(".tile").first.wait_for()
    assert page.inner_text("#fault") == ""


def test_narrowing_keeps_its_values_in_another_study(open_page: OpenPage, tmp_path: Path) -> None:
    """A value is the same where a slider ends elsewhere; what is not assumed is dropped with a word."""
    made_up.study(tmp_path / "shell_game" / "wide", 400)
    wide = made_up.assume(
        tmp_path / "shell_game" / "wide", "prk_shell_output", np.linspace(0, 10, 400, dtype=np.float32)
    )
    made_up.assume(wide, "transit_loss", np.array(["much", "little"] * 200))
    made_up.study(tmp_path / "shell_game" / "plain", 400)
    page = drawn(open_page(served(shelf.find((), tmp_path)))).page
    page.get_by_label(FROM).focus()
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    page.get_by_label("Shells, North Korea to Russia: stopped on the way, share of shipments: from").focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.locator("#chosen", has_text="by 2 of the assumptions").wait_for()
    low = output(page).split(" to ")[0]

    page.get_by_label("Study", exact=True).select_option(value=str(wide))
    page.locator("#chosen", has_text="by 1 of the assumptions").wait_for()

    assert float(output(page).split(" to ")[0]) == pytest.approx(float(low), abs=0.006)
    chosen = int(page.inner_text("#chosen").split()[0])
    assert chosen == pytest.approx(400 * (1 - float(low) / 10), abs=2)
    assert "stopped on the way" in page.inner_text("#dropped")


def test_a_view_is_kept_in_its_address(open_page: OpenPage, url: str) -> None:
    """Reloading, or opening the address elsewhere, shows the same choice."""
    page = drawn(open_page(url)).page
    page.get_by_label("Outcome", exact=True).select_option(label="War on the Korean Peninsula")
    page.get_by_label("Option", exact=True).select_option(label="Send artillery shells directly")
    page.get_by_label("Lasting alliance").uncheck()
    page.get_by_label(FROM).focus()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    page.locator("#chosen", has_text="by 2 of the assumptions").wait_for()
    settled(page)
    before = [page.inner_text(each) for each in ("#chosen", "#tiles", "#finding-title")]

    other = drawn(open_page(page.url)).page
    page.reload()
    drawn_again = page
    for each in (other, drawn_again):
        each.locator("#chosen", has_text="by 2 of the assumptions").wait_for()
        settled(each)
        assert [each.inner_text(part) for part in ("#chosen", "#tiles", "#finding-title")] == before
        assert not each.get_by_label("Lasting alliance").is_checked()


def test_another_study_brings_its_own_second_side(open_page: OpenPage, tmp_path: Path) -> None:
    """The study before is no longer compared with, unless another of the same scenario was chosen for it."""
    other = fake_study.SCENARIO | {"name": "other"}
    url = studied(tmp_path, c=other, b=fake_study.SCENARIO, a=fake_study.SCENARIO)
    page = drawn(open_page(url)).page
    a, b, c = (str(tmp_path / place) for place in ("shell_game/a", "shell_game/b", "other/c"))
    study, second = page.get_by_label("Study", exact=True), page.get_by_label("Compared with, study")

    study.select_option(value=b)
    settled(page)
    assert second.input_value() == b
    assert page.get_by_label("Compared with, option").input_value() == "indirect"
    second.select_option(value=c)
    settled(page)
    study.select_option(value=a)
    settled(page)
    assert second.input_value() == a
    second.select_option(value=b)
    settled(page)
    study.select_option(value=a)
    settled(page)
    assert second.input_value() == b


def test_lists_and_numbers_go_by_side(open_page: OpenPage, url: str) -> None:
    """Of one side alone nothing is offered that needs two; a number is opened of the side that is named."""
    page = drawn(open_page(url)).page
    lists = "#control-listed option:not([disabled])"
    assert page.locator(lists).count() == 5
    page.get_by_label("List the histories").select_option(value="two")
    page.get_by_label("of which side").select_option(value="1")
    page.get_by_label("Open history number").fill("7")
    page.keyboard.press("Enter")
    page.locator("#history-title", has_text="History 7: Backfill others who send shells").wait_for()

    page.get_by_label("Compared with, option").select_option(label="None")
    page.locator(".tile.two").wait_for(state="detached")

    assert page.locator(lists).count() == 3
    assert page.get_by_label("List the histories").input_value() == "came"
    assert page.locator("#control-open-side option").all_inner_texts() == ["first side: No lethal aid"]
