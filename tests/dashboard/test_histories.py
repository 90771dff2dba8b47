"""Opening a history: in another process, with progress, one at a time, told again at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from sim.dashboard.histories import STOPPED, Histories
from tests.dashboard import made_up

FOLDER = Path("nowhere")


def until(done: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for something."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_history_comes_with_progress() -> None:
    """The share grows while it is opened; the end is told as such; again it is there at once."""
    histories = Histories(made_up.told)
    opened = histories.open(FOLDER, 5, "direct")

    until(lambda: 0 < opened.share < 1)
    assert not opened.is_done
    until(lambda: opened.is_done)

    assert opened.fault == ""
    assert opened.told["outcomes"][0] == {"words": "a clash", "day": "2024-07-18"}
    assert histories.open(FOLDER, 5, "direct") is opened
    histories.close()


def test_a_later_history_stops_the_one_under_way() -> None:
    """Whoever clicks five points waits for one; the others are told so, and may be opened again."""
    histories = Histories(made_up.told)
    first = histories.open(FOLDER, 5, "direct")

    second = histories.open(FOLDER, 6, "direct")
    until(lambda: second.is_done)

    assert not second.fault
    assert first.is_done
    assert first.fault == STOPPED
    assert histories.open(FOLDER, 5, "direct") is not first
    histories.close()


def test_waiting_takes_nobodys_place() -> None:
    """Two pages that wait for two histories do not stop each other for ever: only asking begins one."""
    histories = Histories(made_up.told)
    histories.open(FOLDER, 5, "direct")
    second = histories.open(FOLDER, 6, "direct")

    for _ in range(3):
        assert histories.look(FOLDER, 5, "direct").fault == STOPPED
        assert histories.look(FOLDER, 6, "direct") is second
    until(lambda: second.is_done)

    assert second.told
    assert histories.look(FOLDER, 7, "direct").fault == STOPPED  # never begun, or long forgotten
    histories.close()


def test_one_that_failed_is_tried_again() -> None:
    """Whoever mends what was wrong sees it mended."""
    histories = Histories(made_up.told)
    opened = histories.open(FOLDER, 13, "direct")
    until(lambda: opened.is_done)

    assert histories.look(FOLDER, 13, "direct") is opened
    assert histories.open(FOLDER, 13, "direct") is not opened
    histories.close()


def test_a_fault_is_told() -> None:
    """In the words the command line has for it."""
    histories = Histories(made_up.told)
    opened = histories.open(FOLDER, 13, "direct")

    until(lambda: opened.is_done)

    assert opened.fault == "replicate: 13 is not told; open another"
