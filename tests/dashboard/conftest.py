"""A dashboard of made-up studies, served from a thread, and a browser to look at it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from sim.dashboard import server, shelf
from sim.dashboard.histories import Histories
from sim.dashboard.shelf import Shelf
from tests.dashboard import made_up


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of results."""
    return made_up.results(tmp_path_factory.mktemp("results"))


@pytest.fixture(scope="session")
def held(results: Path) -> Shelf:
    """Return the shelf of it."""
    return shelf.find((), results)


def served(held: Shelf) -> str:
    """Serve a shelf until the tests end and return its address."""
    pytest.importorskip("dash")
    from sim.dashboard.app import application

    made = server.listening(0)
    port = made.getsockname()[1]
    app = server.guarded(application(held, Histories(made_up.told)), port)
    threading.Thread(target=server.serve, args=(app, made), daemon=True).start()
    return f"http://127.0.0.1:{port}/"


@pytest.fixture(scope="session")
def url(held: Shelf) -> str:
    """Return the address of a dashboard of it."""
    return served(held)
