"""The page in a real browser: every figure is drawn, nothing is asked of the network."""

from __future__ import annotations

import copy
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from sim.report import page
from tests.report import fake_study
from tests.report.test_page import hostile

pytestmark = pytest.mark.browser

NAMES = ("chromium", "chromium-browser", "google-chrome")
BROWSER = next(filter(None, map(shutil.which, NAMES)), None)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--enable-logging=stderr",
    "--virtual-time-budget=10000",
    "--window-size=1280,2000",
)


@pytest.fixture(scope="module")
def browser() -> str:
    """Return the path of a browser; skip without one, unless it is required."""
    if BROWSER is None and os.environ.get("SIM_BROWSER") == "required":
        pytest.fail("no Chromium found, and SIM_BROWSER=required")
    if BROWSER is None:
        pytest.skip("no Chromium found: install it to run the browser tests")
    return BROWSER


def visit(browser: str, file: Path, profile: Path) -> tuple[str, str]:
    """Return the document after its scripts have run, and what the console said."""
    done = subprocess.run(
        [browser, *FLAGS, f"--user-data-dir={profile}", "--dump-dom", file.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    console = [line for line in done.stderr.splitlines() if ":CONSOLE" in line]
    return re.sub(r"<script.*?</script>", "", done.stdout, flags=re.DOTALL), "\n".join(console)


def test_every_figure_is_drawn(browser: str, folder: Path, tmp_path: Path) -> None:
    """All six appear, and no error or refused request is on the console."""
    document, console = visit(browser, page.write(folder), tmp_path)

    assert document.count('class="plot js-plotly-plot"') == 6
    assert document.count('class="plot-container plotly"') == 6
    assert not console


def test_hostile_labels_stay_labels(browser: str, tmp_path: Path) -> None:
    """Drawn as text, never as elements."""
    written = page.write(fake_study.write(tmp_path / "x", hostile(copy.deepcopy(fake_study.SCENARIO))))

    document, console = visit(browser, written, tmp_path / "profile")

    assert "<img" not in document
    assert "onerror=alert(2)&gt;" in document
    assert not console
