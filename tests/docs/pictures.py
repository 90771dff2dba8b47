"""Take the pictures of the report in `docs/images`, from a study of its own (needs Chromium; some minutes).

    python -m tests.docs.pictures                    runs rok_lethal_aid, 4,096 histories per option
    python -m tests.docs.pictures results/…          of a study that is there
    python -m tests.docs.pictures results/… --look   whole pages into results/look, to be looked at

What is pictured, and how, is `TAKEN`: a name, the width, the scheme, and the element that is shown.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from sim.report import page
from tests.browser import chromium
from tests.browser.chromium import Scheme

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
SCENARIO, HISTORIES = "rok_lethal_aid", 4096
READY = "document.documentElement.dataset.ready === 'yes'"

TAKEN: tuple[tuple[str, int, Scheme, str], ...] = (
    ("report-findings", 1280, "light", "#findings"),
    ("report-when", 1280, "light", "#incidence"),
    ("report-map", 1280, "light", "#map"),
    ("report-pathways", 1280, "dark", "#pathways"),
    ("report-phone", 390, "dark", "#findings"),
)


def take(file: Path, browser: Any) -> None:
    """Take every picture of the page in *file*."""
    for name, width, scheme, element in TAKEN:
        visit = chromium.opened(browser, file.as_uri(), width, scheme, ready=READY)
        held = visit.page.locator(element)
        held.screenshot(path=str(IMAGES / f"{name}.png"), animations="disabled")
        visit.page.context.close()


def look(file: Path, browser: Any, folder: Path) -> None:
    """Take whole pages: light and dark, wide and narrow, and on paper."""
    folder.mkdir(parents=True, exist_ok=True)
    for width in chromium.WIDTHS:
        for scheme in ("light", "dark"):
            visit = chromium.opened(browser, file.as_uri(), width, scheme, ready=READY)
            chromium.saved(visit.page, folder / f"{width}-{scheme}.png")
            if (width, scheme) == (1280, "light"):
                visit.page.pdf(path=str(folder / "print.pdf"), prefer_css_page_size=True)
            visit.page.context.close()


def main() -> None:
    """Write the report and take its pictures."""
    given = [Path(word) for word in sys.argv[1:] if not word.startswith("--")]
    with tempfile.TemporaryDirectory() as name:
        folder = given[0] if given else Path(name) / "study"
        if not given:
            import sim

            sim.run(SCENARIO, replicates=HISTORIES, out=folder, report=False)
        file = page.write(folder).resolve()
        with chromium.launched() as browser:
            if "--look" in sys.argv:
                look(file, browser, Path("results") / "look")
            else:
                take(file, browser)


if __name__ == "__main__":
    main()
