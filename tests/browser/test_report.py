"""The report in a real browser: drawn, quiet, in reach of the keyboard, and saved as files."""

from __future__ import annotations

import copy
import csv
import io
import re
import shutil
import struct
import subprocess
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


def unfold(visit: Visit) -> None:
    """Unfold what a narrow screen folds, as a reader does."""
    for button in visit.page.query_selector_all("button.fold[aria-expanded=false]"):
        button.click()


@pytest.mark.parametrize("width", chromium.WIDTHS)
def test_it_opens_from_disk_with_every_figure_drawn(open_page: OpenPage, report: Path, width: int) -> None:
    """One request, that of the page itself; marks in every figure; nothing on the console; all in place."""
    visit = shown(open_page, report, width=width)
    unfold(visit)
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


def test_a_narrow_screen_folds_what_is_long(open_page: OpenPage, report: Path) -> None:
    """Headings say what there is; a press or a link opens it; paper and a wider screen show all of it."""
    visit = shown(open_page, report, width=390)
    page_ = visit.page
    folded = page_.evaluate("document.body.scrollHeight")

    assert not page_.is_visible("#incidence figure")
    assert page_.is_visible("#outcomes table")
    page_.click("nav a[href='#incidence']")
    assert page_.is_visible("#incidence figure")
    page_.click("#incidence button.fold")
    assert not page_.is_visible("#incidence figure")
    unfold(visit)
    assert page_.evaluate("document.body.scrollHeight") > 2 * folded
    page_.set_viewport_size({"width": 1280, "height": 800})
    page_.wait_for_function("!document.querySelector('button.fold')")
    assert page_.is_visible("#incidence figure")
    assert not visit.faults


def test_a_value_on_a_card_stands_beside_its_interval(open_page: OpenPage, attacked: Path) -> None:
    """However long the name of an option is, nothing comes between the two."""
    visit = shown(open_page, attacked, width=390)
    gaps = visit.page.evaluate(
        """() => [...document.querySelectorAll('#outcomes table.outcomes td')].map(cell => {
          const [big, small] = ['.big', '.small'].map(kind => cell.querySelector(kind).getClientRects()[0]);
          return small.top - big.bottom; })"""
    )

    assert gaps
    assert max(gaps) < 8


def test_a_choice_is_told_to_those_who_hear_the_page(open_page: OpenPage, report: Path) -> None:
    """What changed is said in a region that is read aloud; every figure and its numbers have a name."""
    visit = shown(open_page, report)
    page_ = visit.page
    page_.select_option("#incidence select", "2")
    figures = page_.evaluate(
        """() => [...document.querySelectorAll('figure:has(.plot)')].map(f =>
          [f.querySelectorAll('figcaption h3').length, f.querySelectorAll('table, a[href^="#"]').length])"""
    )
    told = page_.evaluate("() => [...document.querySelectorAll('figure summary')].map(s => s.textContent)")

    assert "A deadly clash" in page_.inner_text("[role=status]")
    assert all(heads == 1 and numbers >= 1 for heads, numbers in figures)
    assert len(set(told)) == len(told)
    page_.click("#figure-outcomes-0 a[href='#every-estimate']")
    assert page_.is_visible("#every-estimate table")


def test_everything_opens_at_once(open_page: OpenPage, report: Path) -> None:
    """One box, by keyboard: all choices and all tables, drawn, and back again."""
    visit = shown(open_page, report)
    page_ = visit.page
    page_.focus("#everything")
    page_.keyboard.press("Space")
    page_.wait_for_function("document.documentElement.dataset.drawn === 'yes'")
    marks = page_.evaluate(MARKS)

    assert not page_.query_selector_all(".choice[hidden], details:not([open])")
    assert len(marks) == page_.evaluate("document.querySelectorAll('.plot').length")
    assert all(marks.values())
    page_.keyboard.press("Space")
    assert page_.query_selector_all(".choice[hidden]")
    assert page_.query_selector_all("details:not([open])")
    assert not visit.faults


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_grave(open_page: OpenPage, report: Path, scheme: str, width: int) -> None:
    """No serious or critical finding, with everything that folds unfolded."""
    visit = shown(open_page, report, width=width, scheme=scheme)
    unfold(visit)
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
    assert rows[0][:5] == ["Outcome", "Option", "Histories", "Times", "Share, %"]
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
    unfold(visit)
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


MARKING = "SECRET // FOR THE CABINET"
URL = "https://example.org/" + "a-path-without-a-gap/" * 9


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of a study with a marking of 1,600 signs, a part of it unbroken, and long labels."""
    scenario = copy.deepcopy(fake_study.SCENARIO)
    scenario["marking"] = f"{MARKING} {'X' * 400} {'RELEASABLE ' * 100}END OF MARKING"
    scenario["title"] = scenario["outcomes"]["ceasefire"]["label"] = URL
    scenario["options"]["direct"]["label"] = scenario["assumptions"]["transit_loss"]["unit"] = URL
    return page.write(fake_study.write(tmp_path_factory.mktemp("secret") / "x" / "3f2a9c17be", scenario))


def test_every_sheet_of_paper_is_marked(open_page: OpenPage, marked: Path, tmp_path: Path) -> None:
    """Its beginning at the top and the bottom of every sheet, all of it on the first."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    visit = shown(open_page, marked)
    (tmp_path / "page.pdf").write_bytes(visit.page.pdf(format="A4", prefer_css_page_size=True))
    told = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "page.pdf"), "-"], capture_output=True, text=True, check=True
    ).stdout
    sheets = told.removesuffix("\f").split("\f")

    assert len(sheets) > 8
    assert all(sheet.count(MARKING) >= 2 for sheet in sheets)
    assert "END OF MARKING" in sheets[0]
    assert sum("END OF MARKING" in sheet for sheet in sheets) == 1


def test_nothing_leaves_the_sheet_and_paper_says_what_it_leaves_out(
    open_page: OpenPage, marked: Path
) -> None:
    """No label pushes a number over the edge; short tables are printed, choices and long tables named."""
    visit = shown(open_page, marked, width=696)  # what an A4 sheet has between its margins
    page_ = visit.page
    page_.emulate_media(media="print")
    page_.evaluate("window.dispatchEvent(new Event('beforeprint'))")

    assert not chromium.sideways(page_)
    assert page_.is_visible("#figure-incidence--0 details table")
    left_out = page_.evaluate(
        "() => [...document.querySelectorAll('.more')].map(e => e.checkVisibility() && e.textContent)"
    )
    assert len(left_out) >= 4
    assert all(re.match(r"\d+ more on screen: .", told) for told in left_out)
    assert page_.is_visible("#every-estimate summary")
    assert not page_.is_visible("#every-estimate table")
    assert "24 rows, on screen" in page_.evaluate(
        "getComputedStyle(document.querySelector('#every-estimate summary'), '::after').content"
    ).replace('" "', "").replace("attr(data-rows)", "24")


def test_files_say_where_they_come_from(open_page: OpenPage, marked: Path) -> None:
    """Marking, title and study: on pictures, in every row of a table, and on printed sheets of a workbook."""
    visit = shown(open_page, marked)
    _, svg = saved(visit, "#figure-outcomes-0 [data-save=svg]")
    picture = " ".join(ET.fromstring(svg).itertext())  # noqa: S314
    _, text = saved(visit, 'button[aria-label="Save as CSV: Outcomes by option"]')
    head, *rows = csv.reader(io.StringIO(text.decode("utf-8-sig")))
    _, held = saved(visit, '[data-save="book"]')
    book = zipfile.ZipFile(io.BytesIO(held))
    sheets = [book.read(part).decode() for part in book.namelist() if part.startswith("xl/worksheets/")]
    names = [
        each.get("name", "")
        for each in ET.fromstring(book.read("xl/workbook.xml")).iter()  # noqa: S314
        if each.get("sheetId")
    ]

    for said in (MARKING, "END OF MARKING", "3f2a9c17be", URL[:60]):
        assert said in picture
    assert head[-3:] == ["scenario", "study", "marking"]
    assert {tuple(row[-3:-1]) for row in rows} == {(URL, "3f2a9c17be")}
    assert all(row[-1].startswith(MARKING) for row in rows)
    assert all(MARKING in sheet.split("<headerFooter>")[1] for sheet in sheets)
    assert "END OF MARKING" in sheets[0]
    assert len({name.casefold() for name in names}) == len(names) == len(sheets)
    assert not visit.faults


def test_saved_tables_can_be_calculated_with(open_page: OpenPage, report: Path) -> None:
    """A row an outcome and option, a number a cell; an interval has columns of its own."""
    visit = shown(open_page, report)
    visit.page.evaluate("() => document.querySelectorAll('details').forEach(d => { d.open = true; })")
    _, text = saved(visit, 'button[aria-label="Save as CSV: Outcomes by option"]')
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    breach = next(row for row in rows if (row["outcome"], row["option"]) == ("breach", "direct"))
    _, text = saved(visit, '.choice:not([hidden]) button[aria-label^="Save as CSV: When"]')
    when = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))

    assert len(rows) == sum(map(len, fake_study.CHANCES.values()))
    assert float(breach["share"]) == pytest.approx(0.148)
    assert float(breach["difference"]) == pytest.approx(0.065)
    assert float(breach["difference_low"]) < 0.065 < float(breach["difference_high"])
    assert rows[0]["difference"] == ""
    low, high = (float(when[0][f"95 % interval at the end, {end}"]) for end in ("low", "high"))
    assert low < 31.2 < high
    assert all("\n" not in value for row in (*rows, *when) for value in row.values())
