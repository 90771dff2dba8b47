"""What goes to the card of a figure, and to a file of its numbers."""

from __future__ import annotations

from typing import Any

from dash import Output, dcc

from sim.dashboard import drawn as drawing
from sim.dashboard import export
from sim.dashboard.drawn import Drawn
from sim.dashboard.marks import Note
from sim.report import words


def shown(key: str) -> tuple[Output, ...]:
    """Return the outputs of a figure's card."""
    return (
        Output(f"graph-{key}", "figure"),
        Output(f"title-{key}", "children"),
        Output(f"reading-{key}", "children"),
        Output(f"frame-{key}", "aria-label"),
        Output(f"card-{key}", "className"),
    )


def parts(drawn: Drawn, note: Note) -> tuple[Any, ...]:
    """Return what goes to a figure's card; the note travels with the figure, for whoever saves it."""
    figure = {**drawn.figure, "layout": {**drawn.figure["layout"], "meta": note.meta}}
    reading = words.together(drawn.reading)
    return figure, drawn.title, reading, f"{drawn.title}. {drawn.reading}", "card"


def faulty(why: str) -> tuple[Any, ...]:
    """Return an empty card that says what could not be read."""
    empty = drawing.nothing("Not shown", "")
    return empty.figure, empty.title, why, f"Not shown. {why}", "card faulty"


def csv_of(drawn: Drawn, note: Note) -> Any:
    """Return the numbers behind a figure as a file to save."""
    return dcc.send_string(export.as_csv(drawn, note), export.file_name(drawn.title, "csv"))
