"""``sim dashboard``: finished studies in a browser."""

from __future__ import annotations

import importlib.util
import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from sim.play.records import Deed, Happening, History

Studies = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[STUDY]…", help="Folders of studies, or scenarios; all below results by default."
    ),
]

#: Columns of a history that is told: the page breaks its lines itself.
WIDTH = 10**9


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
    for line in found.skipped:
        typer.echo(line, err=True)
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
) -> dict[str, Any]:
    """Open one history of a study and return what the page shows of it; called in a process of its own.

    Returns
    -------
    dict
        As `sim.dashboard.told` reads it, ready for JSON.
    """
    from sim.api import load_study
    from sim.play import telling

    history = load_study(folder).history(replicate, option, lambda done, of: progress(done / of))
    head, *near = telling.near(history, WIDTH)
    return {
        "marking": history.marking,
        "seed": history.seed,
        "assumed": {key: v if isinstance(v, str) else float(v) for key, v in history.assumptions.items()},
        "outcomes": [
            {"words": one.words, "day": one.day.isoformat() if one.day else ""} for one in history.outcomes
        ],
        "course": _course(history),
        "done": [_told(one) for one in history],
        "near": {"title": head, "lines": [line.split("  ", 1) for line in near]},
        "reading": telling.READING,
    }


def _course(history: History) -> dict[str, Any]:
    """Return the figure of a history and its numbers, a turn dated by the day after it."""
    from sim.play import figure

    chart = figure.summarise(history)
    drawn = figure.draw(chart)
    tracks = [*history.theatres, *history.quantities]
    return {
        "figure": json.loads(drawn.to_json()),
        "rungs": list(history.rungs),
        "dates": [day.isoformat() for day in chart.days],
        "tracks": [
            {"words": one.words, "unit": one.unit, "values": [float(value) for value in one.values]}
            for one in tracks
        ],
    }


def _told(one: Deed | Happening) -> dict[str, Any]:
    """Return one thing that was done or happened: its words, and the lines that say why."""
    from sim.play import telling

    first, *why = telling.told(one, WIDTH, why=True)
    mark = telling.KINDS.get(one.kind, "INCIDENT  " if one.kind == "incident" else "")
    text = first.removeprefix(f"{one.day}  ").removeprefix(mark)
    lines = [line.strip() for line in why]
    return {"kind": one.kind, "day": one.day.isoformat(), "text": text, "why": lines}


def _refuse_without_dash() -> None:
    """Raise where Dash is not installed."""
    if importlib.util.find_spec("dash") is None:
        from sim.errors import MissingExtra

        raise MissingExtra.one(
            "sim dashboard", "needs Dash, which is not installed", "pip install 'strategic-sim[dashboard]'"
        )
