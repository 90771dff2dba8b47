"""Opening a history: its block is run again in a process of its own, so that the page never waits for it."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from sim.errors import SimError

#: Opens a history: folder of the study, replicate, option, and what is told how much is done (0 to 1); yields
#: its lines. It goes to another process, so it has to be a function of a module.
Opener = Callable[[Path, int, str, Callable[[float], None]], Iterable[str]]

Key = tuple[str, int, str]

#: Histories kept once told.
KEPT = 32


@dataclass
class Opened:
    """A history being told: the lines so far, and how it ended."""

    lines: list[str] = field(default_factory=list)
    share: float = 0.0  # done, where the opener says so
    is_done: bool = False
    fault: str = ""


class Histories:
    """The histories that were opened. One is run at a time: a later one stops what is still running."""

    def __init__(self, opener: Opener) -> None:
        self._opener = opener
        self._kept: OrderedDict[Key, Opened] = OrderedDict()
        self._running: tuple[Key, Any] | None = None
        self._lock = threading.Lock()

    def open(self, folder: Path, replicate: int, option: str) -> Opened:
        """Return a history as far as it has been told, beginning to tell it where it was not."""
        key = (str(folder), replicate, option)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            self._stop()
            opened = self._kept[key] = Opened()
            self._begin(key, opened)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return opened

    def close(self) -> None:
        """Stop what is running."""
        with self._lock:
            self._stop()

    def _stop(self) -> None:
        if self._running is None:
            return
        key, process = self._running
        if process.is_alive():
            process.terminate()
            self._kept.pop(key, None)  # half told: told again when it is opened again
        process.join(5)
        self._running = None

    def _begin(self, key: Key, opened: Opened) -> None:
        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe(duplex=False)
        arguments = (self._opener, Path(key[0]), key[1], key[2], there)
        process = context.Process(target=_tell, args=arguments, daemon=True)
        process.start()
        there.close()
        self._running = (key, process)
        threading.Thread(target=_listen, args=(here, opened), daemon=True).start()


def _tell(opener: Opener, folder: Path, replicate: int, option: str, to: Connection) -> None:
    """Send the lines of a history, then how it ended; in the other process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt ends the dashboard, which ends this
    with contextlib.suppress(BrokenPipeError):  # nobody listens any more
        to.send(("end", _sent(opener(folder, replicate, option, lambda done: to.send(("share", done))), to)))


def _sent(lines: Iterable[str], to: Connection) -> str:
    """Send lines as they come; return what went wrong, nothing where all went well."""
    try:
        for line in lines:
            to.send(("line", line))
    except SimError as known:
        return "; ".join(map(str, known.problems))
    except BrokenPipeError:
        raise
    except Exception as bug:  # noqa: BLE001  told on the page: the server must not die of it
        return f"{type(bug).__name__}: {bug}"
    return ""


def _listen(here: Connection, opened: Opened) -> None:
    """Take the lines as they come, until the end or until the process is gone."""
    try:
        while True:
            kind, told = here.recv()
            if kind == "end":
                opened.fault, opened.is_done = told, True
                return
            if kind == "share":
                opened.share = told
            else:
                opened.lines.append(told)
    except (EOFError, OSError):
        opened.fault = opened.fault or "it was stopped"
        opened.is_done = True
