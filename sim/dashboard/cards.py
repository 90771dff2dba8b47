"""What goes to the card of a figure, and to a file of its numbers."""

from __future__ import annotations

from typing import Any

from dash import Output, dcc

from sim.dashboard import export
from sim.dashboard.drawn import Drawn
from sim.report import words


def shown(key: str) -> tuple[Output, ...]:
    """Return the outputs of a figure's card."""
    return (
        Output(f"graph-{key}", "figure"),
        Output(f"title-{key}", "children"),
        Output(f"reading-{key}", "children"),
        Output(f"frame-{key}", "aria-label"),
    )


def parts(drawn: Drawn) -> tuple[Any, ...]:
    """Return what goes to a figure's card."""
    reading = words.together(drawn.reading)
    return drawn.figure, drawn.title, reading, f"{drawn.title}. {drawn.reading}"


def csv_of(drawn: Drawn) -> Any:
    """Return the numbers behind a figure as a file to save."""
    return dcc.send_string(export.as_csv(drawn), export.file_name(drawn.title, "csv"))
