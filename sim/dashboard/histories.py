"""Opening a history: its block is run again in a process of its own, so that the page never waits for it."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from sim.dashboard import faults
from sim.errors import SimError

#: Opens a history: folder of the study, replicate, option, and what is told how much is done (0 to 1);
#: returns what `sim.dashboard.told` shows. It goes to another process, so it is a function of a module.
Opener = Callable[[Path, int, str, Callable[[float], None]], dict[str, Any]]

Key = tuple[str, int, str]

#: Histories kept once told.
KEPT = 32

#: Said of a history whose process was ended for another.
STOPPED = "stopped: another history was opened"


@dataclass
class Opened:
    """A history being opened: how far it is, what it is, and what went wrong."""

    told: dict[str, Any] = field(default_factory=dict)
    share: float = 0.0  # done, as the opener says
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
        """Return a history as far as it is, beginning it where it was not, or where it failed."""
        key = (str(folder), replicate, option)
        with self._lock:
            known = self._kept.get(key)
            if known is not None and not known.fault:
                self._kept.move_to_end(key)
                return known
            self._stop()
            self._kept.pop(key, None)
            opened = self._kept[key] = Opened()
            self._begin(key, opened)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return opened

    def look(self, folder: Path, replicate: int, option: str) -> Opened:
        """Return a history as far as it is; it is never begun: whoever only waits takes nobody's place."""
        with self._lock:
            found = self._kept.get((str(folder), replicate, option))
        return found or Opened(is_done=True, fault=STOPPED)

    def close(self) -> None:
        """Stop what is running."""
        with self._lock:
            self._stop()

    def _stop(self) -> None:
        if self._running is None:
            return
        key, process = self._running
        opened = self._kept.get(key)
        if opened is not None and not opened.is_done:
            opened.fault, opened.is_done = STOPPED, True  # whoever waits for it is told
            process.terminate()
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
    """Send how far a history is, then what it is; in the other process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt ends the dashboard, which ends this
    with contextlib.suppress(BrokenPipeError):  # nobody listens any more
        try:
            to.send(("told", opener(folder, replicate, option, lambda done: to.send(("share", done)))))
        except SimError as known:
            to.send(("fault", faults.told(known)))
        except BrokenPipeError:
            raise
        except Exception as bug:  # noqa: BLE001  told on the page: the server must not die of it
            to.send(("fault", f"{type(bug).__name__}: {bug}"))


def _listen(here: Connection, opened: Opened) -> None:
    """Take what is sent, until the end or until the process is gone."""
    try:
        while not opened.is_done:
            kind, told = here.recv()
            if kind == "share":
                opened.share = told
            elif not opened.is_done:
                opened.told, opened.fault = (told, "") if kind == "told" else ({}, told)
                opened.is_done = True
    except (EOFError, OSError):
        opened.fault = opened.fault or "its process ended early: open it again"
        opened.is_done = True
