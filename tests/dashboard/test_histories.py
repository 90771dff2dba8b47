"""Opening a history: in another process, with progress, one at a time, told again at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from sim.dashboard import told
from sim.dashboard.histories import Histories, Opened
from tests.dashboard import made_up

FOLDER = Path("nowhere")


def until(done: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for something."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_history_comes_with_progress() -> None:
    """Lines and share grow while it is told; the end is told as such; again it is there at once."""
    histories = Histories(made_up.told)
    opened = histories.open(FOLDER, 5, "direct")

    until(lambda: 0 < opened.share < 1)
    assert not opened.is_done
    until(lambda: opened.is_done)

    assert opened.fault == ""
    assert opened.lines[0] == "A made-up history: option direct, replicate 5"
    assert opened.lines[-1] == "Outcome clash: 2024-07-08"
    assert histories.open(FOLDER, 5, "direct") is opened
    histories.close()


def test_a_later_history_stops_the_one_under_way() -> None:
    """Whoever clicks five points waits for one."""
    histories = Histories(made_up.told)
    first = histories.open(FOLDER, 5, "direct")

    second = histories.open(FOLDER, 6, "direct")
    until(lambda: second.is_done and first.is_done)

    assert not second.fault
    assert first.fault
    assert histories.open(FOLDER, 5, "direct") is not first
    histories.close()


def test_a_fault_is_told() -> None:
    """In the words the command line has for it."""
    histories = Histories(made_up.told)
    opened = histories.open(FOLDER, 13, "direct")

    until(lambda: opened.is_done)

    assert opened.fault == "replicate: 13 is not told; open another"


def test_lines_are_sorted_into_what_they_are() -> None:
    """Dated lines with their reasons, what stands before and after."""
    lines = [
        "Title",
        "Assumed: x",
        "2024-07-01  EVENT  an election",
        "            why: a",
        "      b",
        "",
        "Outcome",
    ]

    before, found, after = told.entries(lines)

    assert before == ["Title", "Assumed: x"]
    assert [(each.date, each.kind, each.why) for each in found] == [("2024-07-01", "event", ["why: a", "b"])]
    assert after == ["Outcome"]


def test_progress_follows_dates_where_none_is_said() -> None:
    """The last date told, as a share of the way."""
    opened = Opened(lines=["x", "2024-07-11  something"])

    assert told.share(opened, "2024-07-01", 100) == 0.1
