"""How far a run is, told on stderr: a bar, histories a second, time left, widest interval so far."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

#: Seconds between lines where there is no terminal to draw a bar on.
LINE_EVERY = 15.0


class Progress(Protocol):
    """Something told how far a run is."""

    def begin(self, total: int, kept: int) -> None:
        """Take note of how many histories there will be, and how many there are."""

    def advance(self, histories: int, widest: float, total: int = 0) -> None:
        """Take note of more histories, of how far the widest interval reaches, and of a total that moved."""

    def say(self, text: str) -> None:
        """Tell the user something."""

    def end(self) -> None:
        """Say no more."""


class Silent:
    """Says nothing."""

    def begin(self, total: int, kept: int) -> None:
        """Say nothing."""

    def advance(self, histories: int, widest: float, total: int = 0) -> None:
        """Say nothing."""

    def say(self, text: str) -> None:
        """Say nothing."""

    def end(self) -> None:
        """Say nothing."""


class Lines:
    """Writes a line now and then, for a log."""

    def __init__(self) -> None:
        self._began = self._told = time.monotonic()
        self._total = self._kept = self._done = 0

    def begin(self, total: int, kept: int) -> None:
        """Note the start."""
        self._began = self._told = time.monotonic()
        self._total, self._kept, self._done = total, kept, kept

    def advance(self, histories: int, widest: float, total: int = 0) -> None:
        """Write a line if the last one is a while ago, or this is the end."""
        self._done += histories
        self._total = total or self._total
        now = time.monotonic()
        if now - self._told < LINE_EVERY and self._done < self._total:
            return
        self._told = now
        speed = (self._done - self._kept) / max(now - self._began, 1e-9)
        left = (self._total - self._done) / speed
        sys.stderr.write(
            f"{self._done:,} of {self._total:,} histories, {speed:,.0f}/s, {clock(left)} left, "
            f"{widest_words(widest)}\n"
        )
        sys.stderr.flush()

    def say(self, text: str) -> None:
        """Write a line."""
        sys.stderr.write(text + "\n")

    def end(self) -> None:
        """Nothing is left open."""


class Bar:
    """Draws a bar on the terminal."""

    def __init__(self) -> None:
        self._bar: RichProgress | None = None
        self._began = 0.0
        self._new = 0

    def begin(self, total: int, kept: int) -> None:
        """Draw the bar."""
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

        columns = (
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[speed]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[widest]}"),
        )
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self._began, self._new = time.monotonic(), 0
        self._bar.add_task("", total=total, completed=kept, speed="starting", widest="")
        self._bar.start()

    def advance(self, histories: int, widest: float, total: int = 0) -> None:
        """Draw it further."""
        if self._bar is None:
            return
        self._new += histories
        speed = self._new / max(time.monotonic() - self._began, 1e-9)
        self._bar.update(
            self._bar.task_ids[0],
            advance=histories,
            total=total or None,
            speed=f"{speed:,.0f} histories/s",
            widest=widest_words(widest),
        )

    def say(self, text: str) -> None:
        """Write a line, above the bar if there is one."""
        if self._bar is not None:
            self._bar.console.print(text, highlight=False, markup=False)
        else:
            sys.stderr.write(text + "\n")

    def end(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


def teller() -> Progress:
    """Return what suits stderr: a bar on a terminal, lines elsewhere."""
    return Bar() if sys.stderr.isatty() else Lines()


def widest_words(widest: float) -> str:
    """Say how far the widest interval reaches."""
    return f"widest interval ±{100 * widest:.1f} points" if widest > 0 else "no outcomes"


def clock(seconds: float) -> str:
    """Say a time as h:mm:ss."""
    minutes, second = divmod(round(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02}:{second:02}"
