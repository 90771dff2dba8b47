"""What every page carries: its style sheet, its script, and what it may do."""

from __future__ import annotations

from importlib.resources import files

#: The page may run what is written in it and load nothing, whatever a study's texts contain.
POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:"


def style() -> str:
    """Return the style sheet: light, dark and printed; readable from the back of a room."""
    return _held("page.css")


def script() -> str:
    """Return what draws the figures, changes what is shown, and saves figures and tables."""
    return _held("page.js") + _held("files.js")


def _held(name: str) -> str:
    return files("sim.report").joinpath(name).read_text(encoding="utf-8")
