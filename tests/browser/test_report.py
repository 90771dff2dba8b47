"""The report in a real browser: drawn, quiet, in reach of the keyboard, and saved as files."""

from __future__ import annotations

import copy
import csv
import io
import struct
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from sim.report import page
from tests.browser import chromium
from tests.browser.chromium import Visit
from tests.conftest import OpenPage
from tests.report import fake_study
from tests.report.test_page import hostile

pytestmark = pytest.mark.browser

READY = "document.documentElement.dataset.ready === 'yes'"

#: Counts what is drawn inside every figure that is shown; a figure without marks counts 0.
MARKS = """() => Object.fromEntries([...document.querySelectorAll('.plot')]
  .filter(p => p.checkVisibility())
  .map(p => [p.dataset.figure, p.querySelectorAll('.scatterlayer path, .scatterlayer text').length]))"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of the made-up study."""
    return page.write(fake_study.write(tmp_path_factory.mktemp("page") / "shell_game" / "3f2a9c17be"))


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of a study whose every text is hostile."""
    return page.write(
        fake_study.write(tmp_path_factory.mktemp("bad") / "x", hostile(copy.deepcopy(fake_study.SCENARIO)))
    )


def shown(open_page: OpenPage, file: Path, **how: Any) -> Visit:
    """Open a page from the disk."""
    return open_page(file.as_uri(), ready=READY, **how)


@pytest.mark.parametrize("width", chromium.WIDTHS)
def test_it_opens_from_disk_with_every_figure_drawn(open_page: OpenPage, report: Path, width: int) -> None:
    """One request, that of the page itself; marks in every figure; nothing on the console; all in place."""
    visit = shown(open_page, report, width=width)
    marks = visit.page.evaluate(MARKS)

    assert visit.requests == [report.as_uri()]
    assert len(marks) >= 12
    assert all(marks.values()), marks
    assert not visit.faults
    assert not chromium.sideways(visit.page)
    assert not chromium.overlapping(visit.page)


def test_every_choice_shows_another_figure(open_page: OpenPage, report: Path) -> None:
    """What is chosen is drawn, the rest is hidden, and no error comes of it."""
    visit = shown(open_page, report)
    switches = visit.page.query_selector_all(".switch")

    assert len(switches) >= 4
    for switch in switches:
        control = switch.query_selector("select")
        seen = set()
        for value in range(len(control.query_selector_all("option"))):
            control.select_option(str(value))
            seen.add(switch.query_selector(".choice:not([hidden])").inner_text()[:120])
            assert len(switch.query_selector_all(".choice:not([hidden])")) == 1
        assert len(seen) == value + 1
    assert all(visit.page.evaluate(MARKS).values())
    assert not visit.faults


def test_the_keyboard_reaches_every_control_and_works_it(open_page: OpenPage, report: Path) -> None:
    """Tab comes to all; an arrow key changes a choice; Enter opens the numbers."""
    visit = shown(open_page, report)
    page_ = visit.page

    assert not chromium.unreached(page_)
    page_.focus(".switch select")
    before = page_.inner_text(".switch .choice:not([hidden]) figcaption")
    page_.keyboard.press("ArrowDown")
    page_.keyboard.press("Enter")
    assert page_.inner_text(".switch .choice:not([hidden]) figcaption") != before
    page_.focus(".switch .choice:not([hidden]) summary")
    page_.keyboard.press("Enter")
    assert page_.is_visible(".switch .choice:not([hidden]) details table")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_grave(open_page: OpenPage, report: Path, scheme: str, width: int) -> None:
    """No serious or critical finding, with everything that folds unfolded."""
    visit = shown(open_page, report, width=width, scheme=scheme)
    visit.page.evaluate("() => document.querySelectorAll('details').forEach(d => { d.open = true; })")

    assert not chromium.grave(visit.page)


def saved(visit: Visit, button: str) -> tuple[str, bytes]:
    """Press a button and return the file that comes of it."""
    with visit.page.expect_download() as waiting:
        visit.page.click(button)
    done = waiting.value
    return done.suggested_filename, Path(done.path()).read_bytes()


def test_tables_are_saved(open_page: OpenPage, report: Path) -> None:
    """As CSV with numbers for numbers, and as a workbook that is one."""
    visit = shown(open_page, report)
    visit.page.evaluate("() => document.querySelectorAll('details').forEach(d => { d.open = true; })")
    name, text = saved(visit, 'button[aria-label="Save as CSV: Every estimate"]')
    rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))

    assert name == "shell_game-every-estimate.csv"
    assert rows[0][:5] == ["Outcome", "Option", "Histories", "Times", "Share"]
    assert rows[1][2:4] == ["10000", "3120"]
    assert float(rows[1][4]) == pytest.approx(31.2)
    for button, sheets in (
        ('button[aria-label="Save as XLSX: Every estimate"]', 1),
        ('[data-save="book"]', 20),
    ):
        name, held = saved(visit, button)
        book = zipfile.ZipFile(io.BytesIO(held))
        assert book.testzip() is None
        assert name.endswith(".xlsx")
        assert sum(part.startswith("xl/worksheets/") for part in book.namelist()) >= sheets
        for part in book.namelist():
            ET.fromstring(book.read(part))  # noqa: S314  our own file
        if sheets == 1:
            cells = ET.fromstring(book.read("xl/worksheets/sheet1.xml")).iter()  # noqa: S314
            values = [cell.text for cell in cells if cell.tag.endswith("}v")]
            assert values[:2] == ["10000", "3120"]


def test_figures_are_saved(open_page: OpenPage, report: Path) -> None:
    """As SVG that is XML, and as PNG of twice the size."""
    visit = shown(open_page, report)

    name, svg = saved(visit, "#figure-outcomes-0 [data-save=svg]")
    assert name.endswith("outcomes-0.svg")
    assert ET.fromstring(svg).tag.endswith("svg")  # noqa: S314
    name, png = saved(visit, "#figure-outcomes-0 [data-save=png]")
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">I", png[16:20])[0] == 2360
    assert not visit.faults


@pytest.mark.parametrize("width", chromium.WIDTHS)
def test_hostile_texts_stay_texts(open_page: OpenPage, attacked: Path, width: int) -> None:
    """Markup, quotes, marks that turn the line round, ten thousand characters, emoji and Korean are text."""
    visit = shown(open_page, attacked, width=width)
    page_ = visit.page

    assert visit.requests == [attacked.as_uri()]
    assert not visit.faults
    assert page_.evaluate("() => window.attacked === undefined")
    assert not page_.query_selector_all("main img, main b, main script, .plot a")
    assert "<img src=x onerror=" in page_.inner_text("h1")
    assert "한국어" in page_.inner_text("h1")
    assert all(page_.evaluate(MARKS).values())
    assert not chromium.sideways(page_)


def test_hostile_texts_are_saved_as_texts(open_page: OpenPage, attacked: Path) -> None:
    """A label that a spreadsheet would take for a formula is none, and the workbook is still XML."""
    visit = shown(open_page, attacked)
    visit.page.evaluate("() => document.querySelectorAll('details').forEach(d => { d.open = true; })")

    _, text = saved(visit, '[data-save="csv"]')
    _, held = saved(visit, '[data-save="book"]')

    assert not any(
        cell.startswith(("=", "@"))
        for row in csv.reader(io.StringIO(text.decode("utf-8-sig")))
        for cell in row
    )
    book = zipfile.ZipFile(io.BytesIO(held))
    for part in book.namelist():
        ET.fromstring(book.read(part))  # noqa: S314


def test_it_prints_without_controls_and_without_darkness(open_page: OpenPage, report: Path) -> None:
    """On paper: black on white whatever the screen, no buttons, figures drawn anew for the sheet."""
    visit = shown(open_page, report, scheme="dark")
    pdf = visit.page.pdf(format="A4", prefer_css_page_size=True)
    visit.page.emulate_media(media="print")

    assert pdf[:5] == b"%PDF-"
    assert not visit.page.is_visible(".save")
    assert (
        visit.page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    )
    assert not visit.faults
