"""``sim dashboard``: finished studies in a browser."""

from __future__ import annotations

import importlib.util
import signal
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated

import typer

Studies = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[STUDY]…", help="Folders of studies, or scenarios; all below results by default."
    ),
]

#: Columns of a history that is told: the page breaks its lines itself.
WIDTH = 10_000


def dashboard(
    study: Studies = None,
    port: Annotated[
        int, typer.Option("--port", metavar="P", min=0, max=65_535, help="Port; 0 for any that is free.")
    ] = 8050,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Open no browser.")] = False,
) -> None:
    """Look at finished studies and sweeps in a browser, on this machine alone.

    Choose option, outcome and theatre, narrow the assumptions, set two options or studies side by side, open
    a history, save figures and numbers. Ctrl-C ends it. Needs Dash: pip install 'strategic-sim[dashboard]'.

    Example:
        sim dashboard
        sim dashboard munitions_pipeline --port 8060 --no-browser
    """
    _refuse_without_dash()
    from sim.dashboard import server, shelf
    from sim.dashboard.histories import Histories

    found = shelf.find(study or ())
    made = server.listening(port)
    url = f"http://{server.HOST}:{made.getsockname()[1]}/"
    histories = Histories(opened_history)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever ends it so gets the same clean end
    try:
        from sim.dashboard.app import application

        app = server.guarded(application(found, histories), made.getsockname()[1])
        typer.echo(f"dashboard  {url}  (Ctrl-C ends it)")
        if not no_browser:
            import webbrowser

            webbrowser.open(url)
        server.serve(app, made)
    except KeyboardInterrupt:
        pass  # told below, wherever it came
    finally:
        histories.close()
        made.close()
    raise KeyboardInterrupt("dashboard ended")  # the server lets an interrupt end it and returns


def opened_history(
    folder: Path, replicate: int, option: str, progress: Callable[[float], None]
) -> Iterable[str]:
    """Tell one history of a study; called in a process of its own."""
    from sim.api import load_study

    study = load_study(folder)
    history = study.history(replicate, option, lambda done, of: progress(done / of))
    yield from history.tell(WIDTH)


def _refuse_without_dash() -> None:
    """Raise where Dash is not installed."""
    if importlib.util.find_spec("dash") is None:
        from sim.errors import MissingExtra

        raise MissingExtra.one(
            "sim dashboard", "needs Dash, which is not installed", "pip install 'strategic-sim[dashboard]'"
        )
