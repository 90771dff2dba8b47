"""How far a run is, told."""

from __future__ import annotations

import pytest

from sim.montecarlo import progress


def test_lines_tell_the_end(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """In a log: the count, the speed, what is left, and how sure the least sure outcome is."""
    monkeypatch.setattr("time.monotonic", iter([0.0, 0.0, 1.0, 2.0]).__next__)
    lines = progress.Lines()

    lines.begin(3000, 1000)
    lines.advance(1000, 0.02)
    lines.advance(1000, 0.0123)
    lines.end()

    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "3,000 of 3,000 histories, 1,000/s, 0:00:00 left, widest interval ±1.2 points\n"


def test_a_bar_leaves_nothing_behind(capsys: pytest.CaptureFixture[str]) -> None:
    """It is drawn on stderr and taken away, whatever was said in between."""
    bar = progress.Bar()

    bar.begin(2048, 0)
    bar.advance(1024, 0.0)
    bar.say("stopping")
    bar.end()
    bar.advance(1024, 0.0)

    told = capsys.readouterr()
    assert told.out == ""
    assert "stopping" in told.err


def test_times_are_clocks() -> None:
    """Hours are not hidden."""
    assert progress.clock(3725.4) == "1:02:05"
    assert progress.widest_words(0) == "no outcomes"
