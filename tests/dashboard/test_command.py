"""`sim dashboard` as it is typed: where it answers, how it ends, what it says when it cannot."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.cli import main
from sim.dashboard import server
from sim.play.telling import CLOSEST
from sim.report.words import sentence
from tests.conftest import OpenPage
from tests.montecarlo.toy_study import ROOT

#: `sim`, even where whoever started the tests has interrupts ignored.
INTERRUPTIBLE = (
    "import signal, sys; from sim.cli import main\n"
    "if __name__ == '__main__':\n"
    "    signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    "    sys.exit(main())"
)


def started(*arguments: str) -> tuple[subprocess.Popen[str], str]:
    """Start the command and return it and its address."""
    command = [sys.executable, "-c", INTERRUPTIBLE, "dashboard", *arguments, "--port", "0", "--no-browser"]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    running = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, **pipes)
    assert running.stdout is not None
    return running, running.stdout.readline().split()[1]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly_when_interrupted(results: Path, how: signal.Signals) -> None:
    """Ctrl-C, or whoever ends processes: one line, status 130, no traceback."""
    running, _ = started(str(results / "shell_game" / "aaaaaaaaaa"))

    running.send_signal(how)

    _, err = running.communicate(timeout=30)
    assert (running.returncode, err) == (130, "dashboard ended\n")


def test_without_dash_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A missing extra is one line and status 2."""
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "dash" else find(name))

    status = main(["dashboard"])

    told = capsys.readouterr().err
    assert status == 2
    assert (
        told == "sim dashboard: needs Dash, which is not installed; pip install 'strategic-sim[dashboard]'\n"
    )


def test_a_port_in_use_is_one_line(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With another to try."""
    made = server.listening(0)
    port = made.getsockname()[1]

    status = main(
        ["dashboard", str(results / "shell_game" / "aaaaaaaaaa"), "--port", str(port), "--no-browser"]
    )

    made.close()
    assert (status, capsys.readouterr().err) == (
        2,
        f"--port: {port} is in use; give another: --port {port + 1}\n",
    )


def test_without_a_study_it_says_how_to_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status 2 and the command to type."""
    monkeypatch.chdir(tmp_path)

    status = main(["dashboard", "--no-browser"])

    told = capsys.readouterr().err
    assert (status, told) == (2, "results: holds no finished study; make one: sim run munitions_pipeline\n")


def test_the_page_of_a_study_imports_no_model(results: Path) -> None:
    """A laptop without the model can look: it is needed only to open a history."""
    code = (
        "import json, sys; from sim.dashboard import shelf, asked, panels\n"
        "from sim.dashboard.app import application\n"
        "from pathlib import Path\n"
        f"found = shelf.find((), Path({str(results)!r})); app = application(found, None)\n"
        "now = asked.read(found, {}, None, {})\n"
        "[panel.draw(now) for panel in panels.PANELS]\n"
        "heavy = {'mesa', 'networkx', 'scipy.stats', 'sim.world', 'sim.model'}\n"
        "print(json.dumps(sorted(heavy & set(sys.modules))))"
    )

    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert json.loads(told.stdout.splitlines()[-1]) == []


@pytest.mark.browser
@pytest.mark.slow
def test_a_history_of_a_real_study_is_told(open_page: OpenPage, tmp_path: Path) -> None:
    """From the command to the last week of a history, the block run again by the model."""
    study = sim.run(
        ROOT / "configs" / "worlds" / "toy.yaml", replicates=1024, workers=1, out=tmp_path / "s", quiet=True
    )
    history = study.history(7)
    running, url = started(str(study.path))
    try:
        visit = open_page(url)
        visit.page.get_by_label("Open history number").fill("7")
        visit.page.keyboard.press("Enter")
        visit.page.locator("ol.told li").first.wait_for(timeout=120_000)

        page = visit.page
        shown = page.inner_text("#history")
        assert page.locator("ol.told li").count() == len(list(history)) > 0
        assert page.locator("ol.near li").count() == min(len(history.near_misses), CLOSEST)
        assert sentence(history.deeds[0].words) in shown
        drawn = page.evaluate(
            "document.querySelector('#graph-history .js-plotly-plot').data.map(t => t.name)"
        )
        assert [track.words for track in history.theatres] == drawn[: len(history.theatres)]
        dates = page.locator("#history table tbody tr td:first-child").all_text_contents()
        assert len(dates) == history.turns
        assert dates[0] == (history.start + timedelta(days=history.days)).isoformat()
        assert not visit.faults
    finally:
        running.send_signal(signal.SIGINT)
        running.wait(timeout=30)
