"""The checks themselves: each finds the fault it looks for on a page made to have it, and no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser import chromium
from tests.conftest import OpenPage

pytestmark = pytest.mark.browser

GOOD = """<!DOCTYPE html><html lang="en"><title>Good</title><main><h1>Good</h1>
<p>One line.</p><p>Another.</p><button>Press</button><a href="#x" id="x">Go</a></main></html>"""
BAD = """<!DOCTYPE html><html><title>Bad</title><body><h1>Bad</h1>
<p style="position:absolute;top:90px">One line of text.</p><p style="position:absolute;top:92px">Another.</p>
<div style="width:3000px">wide</div><img src="nowhere.png">
<button onfocus="this.blur()">Press</button><p style="margin-top:9rem;color:#ccc;background:#ddd">Pale.</p>
<script>console.error('broken'); undefined.thing</script></body></html>"""


def made(folder: Path, text: str) -> str:
    """Write a page and return where it is."""
    file = folder / "page.html"
    file.write_text(text, encoding="utf-8")
    return file.as_uri()


def test_a_good_page_has_no_faults(open_page: OpenPage, tmp_path: Path) -> None:
    """What the checks let through."""
    url = made(tmp_path, GOOD)

    visit = open_page(url, width=390, scheme="dark")

    assert visit.requests == [url]
    assert not visit.faults
    assert not chromium.sideways(visit.page)
    assert not chromium.overlapping(visit.page)
    assert not chromium.unreached(visit.page)
    assert not chromium.grave(visit.page)


def test_every_fault_of_a_bad_page_is_found(open_page: OpenPage, tmp_path: Path) -> None:
    """What they do not."""
    url = made(tmp_path, BAD)

    visit = open_page(url)

    assert visit.elsewhere(url) == [url.replace("page.html", "nowhere.png")]
    assert any("broken" in fault for fault in visit.faults)
    assert any("undefined" in fault for fault in visit.faults)
    assert chromium.sideways(visit.page)
    assert chromium.overlapping(visit.page)
    assert chromium.unreached(visit.page)
    assert {"image-alt", "color-contrast"} <= {line.split()[0] for line in chromium.grave(visit.page)}
