"""Make the picture of the dashboard for the documentation.

    python -m tests.docs.dashboard_picture

It runs rok_lethal_aid (once: a study in `results` is used again), starts the real command on it, and takes a
picture in Chromium of what a reader sees who sets two of its options side by side.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import Any

import sim
from tests.browser import chromium
from tests.docs.blocks import ROOT

PICTURE = ROOT / "docs" / "images" / "dashboard.png"
SCENARIO, REPLICATES = "rok_lethal_aid", 2048
OPTION, OTHER = 0, 5  # places in the lists
WIDTH, HEIGHT = 1440, 1120


def main() -> None:
    """Run the study if there is none, and take the picture."""
    study = sim.run(SCENARIO, replicates=REPLICATES, workers=2)
    command = [
        sys.executable,
        "-m",
        "sim",
        "dashboard",
        str(study.path.resolve()),
        "--port",
        "0",
        "--no-browser",
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as running:
        assert running.stdout is not None
        url = running.stdout.readline().split()[1]
        try:
            with chromium.launched() as browser:
                visit = chromium.opened(browser, url, width=WIDTH)
                visit.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
                choose(visit.page)
                chromium.saved(visit.page, PICTURE, whole=False)
        finally:
            running.send_signal(signal.SIGINT)
    print(PICTURE.relative_to(ROOT))  # noqa: T201  a script


def choose(page: Any) -> None:
    """Set two options side by side and wait for the figures."""
    page.locator("#graph-scatter .main-svg").first.wait_for()
    page.get_by_label("Option", exact=True).select_option(index=OPTION)
    page.get_by_label("Compared with, option").select_option(index=OTHER)
    page.wait_for_timeout(500)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)


if __name__ == "__main__":
    main()
