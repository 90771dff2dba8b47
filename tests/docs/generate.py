"""Make the marked blocks of the documentation again.

python -m tests.docs.generate             tables, and what quick commands print
python -m tests.docs.generate --runs      what simulations print, too (some minutes)
python -m tests.docs.generate --picture   the picture of the readme, from a study of its own (needs Chromium)
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.docs import blocks, commands, tables
from tests.docs.blocks import PAGES, ROOT, Block

#: The picture of the readme: the study it shows, the figure in it, its width in px.
PICTURE = ROOT / "docs" / "images" / "munitions_pipeline.png"
SHOWN, ANCHOR, WIDTH = ("munitions_pipeline", 2048), "figure-flow-0", 1180

BARE = {"displayModeBar": False, "staticPlot": True}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def renew(page: Path, *, runs: bool) -> str:
    """Return the text of a page with its blocks made again; recorded ones only if *runs*.

    What is recorded runs in a folder of its own: quick commands must not see the studies it leaves.
    """
    with tempfile.TemporaryDirectory() as quick, tempfile.TemporaryDirectory() as slow:

        def make(block: Block) -> str:
            recorded = block.kind == "output of" and commands.is_recorded(block)
            if block.kind == "made":
                return tables.made(block.what)
            if block.kind == "file":
                (Path(quick) / block.what).write_text(block.fenced, encoding="utf-8")
            elif runs or not recorded:
                with commands.desk(Path(slow if recorded else quick)):
                    return commands.shown(block)
            return block.body

        return blocks.renewed(page.read_text(encoding="utf-8"), make)


def picture() -> None:
    """Draw the picture of the readme from a figure of a report."""
    import sim
    from sim.report import figures, material

    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.exit("no Chromium found")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        study = sim.run(SHOWN[0], replicates=SHOWN[1], out=folder / "study", report=False)
        found = next(f for f in figures.every(material.read(study.path)) if f.anchor == ANCHOR)
        page = folder / "figure.html"
        height = _page(page, found.title, found.json)
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        flags = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--virtual-time-budget=8000",
        ]
        size = f"--window-size={WIDTH},{height}"
        profile = f"--user-data-dir={folder / 'profile'}"
        subprocess.run(
            [browser, *flags, size, profile, f"--screenshot={PICTURE}", page.as_uri()],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip


def _page(page: Path, title: str, figure: str) -> int:
    """Write a page that holds one figure, and return its height in px."""
    import plotly.io as pio
    from plotly.offline import get_plotlyjs

    drawn = pio.from_json(figure)
    drawn.update_layout(paper_bgcolor="white", plot_bgcolor="white", font_color="#222222", width=WIDTH - 32)
    figure = drawn.to_html(full_html=False, include_plotlyjs=False, config=BARE)
    page.write_text(
        "<meta charset='utf-8'><body style='margin:16px;background:white;font-family:sans-serif'>"
        f"<div style='font-size:20px;font-weight:600'>{title}</div>"
        f"<script>{get_plotlyjs()}</script>{figure}</body>",
        encoding="utf-8",
    )
    return int(drawn.layout.height) + 64


def main(arguments: Sequence[str]) -> None:
    """Renew what was asked for."""
    if "--picture" in arguments:
        picture()
        return
    for page in PAGES:
        text = renew(page, runs="--runs" in arguments)
        if text != page.read_text(encoding="utf-8"):
            page.write_text(text, encoding="utf-8")
            sys.stdout.write(f"{page.relative_to(ROOT)}: renewed\n")


if __name__ == "__main__":
    main(sys.argv[1:])
