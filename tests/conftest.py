"""A browser for every test that needs one: Debian's Chromium, driven by Playwright.

A test asks for `open_page` and gets pages that are closed behind it:

    def test_it_opens(open_page, file):
        visit = open_page(file.as_uri(), width=390, scheme="dark")
        assert not visit.faults
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser import chromium
from tests.browser.chromium import Visit

NEEDED = "no Chromium found" if chromium.PATH is None else ""
for _package in ("playwright", "axe_playwright_python"):
    if not NEEDED and importlib.util.find_spec(_package) is None:
        NEEDED = f"{_package} is not installed: pip install -e .[dev]"

OpenPage = Callable[..., Visit]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Yield a running browser; skip without one, unless it is required."""
    if NEEDED and os.environ.get("SIM_BROWSER") == "required":
        pytest.fail(f"{NEEDED}, and SIM_BROWSER=required")
    if NEEDED:
        pytest.skip(f"{NEEDED}: browser tests are left out")
    with chromium.launched() as running:
        yield running


@pytest.fixture
def open_page(browser: Any) -> Iterator[OpenPage]:
    """Yield a function that opens a page, `chromium.opened`; all are closed after the test."""
    opened: list[Visit] = []

    def open_one(url: str, **how: Any) -> Visit:
        opened.append(chromium.opened(browser, url, **how))
        return opened[-1]

    yield open_one
    for visit in opened:
        visit.page.context.close()
