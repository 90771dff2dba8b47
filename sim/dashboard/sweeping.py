"""The part of the application that shows sweeps."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, no_update

from sim.dashboard import cards, marks, page, sweeps
from sim.dashboard.controls import select
from sim.dashboard.drawn import Drawn
from sim.dashboard.faults import answering
from sim.dashboard.marks import Note
from sim.dashboard.shelf import Shelf

CURVES, SURFACE = "sweep-curves", "sweep-surface"


def add(app: Dash, shelf: Shelf) -> None:
    """Add the callbacks of sweeps."""
    inputs = [Input(name, "data") for name in (*page.SWEEP_STORES, "narrow")]
    app.clientside_callback(
        ClientsideFunction("dashboard", "buildSweep"),
        Output("sweep-asked", "data"),
        Input("sweep-spec", "data"),
    )
    app.clientside_callback(
        ClientsideFunction("dashboard", "spreadSweep"),
        *(Output(name, "data") for name in page.SWEEP_STORES),
        Input("sweep-asked", "data"),
    )

    @app.callback(Output("sweep-spec", "data"), Input("sweep-chosen", "data"))
    @answering(lambda why: {"fault": why, **_sweeps_alone(shelf)})
    def offer(chosen: Any) -> Any:
        """Say what can be chosen of a sweep."""
        return no_update if chosen is None else sweeps.controls(shelf, chosen)

    @app.callback(*cards.shown(CURVES), *inputs)
    @answering(cards.faulty)
    def draw_curves(*told: Any) -> Any:
        """Draw the curves along what was varied."""
        found = _drawn(shelf, CURVES, *told)
        return (no_update,) * 5 if found is None else cards.parts(*found)

    @app.callback(*cards.shown(SURFACE), Output(f"card-{SURFACE}", "hidden"), *inputs)
    @answering(lambda why: (*cards.faulty(why), False))
    def draw_surface(*told: Any) -> Any:
        """Draw the map over two things varied, hidden where there are not two."""
        found = _drawn(shelf, SURFACE, *told)
        shown = cards.parts(*found) if found else cards.faulty("There are not two things to map.")
        return *shown, found is None

    @app.callback(
        Output("download-sweep", "data"),
        Input("export", "data"),
        *(State(name, "data") for name in (*page.SWEEP_STORES, "narrow")),
        prevent_initial_call=True,
    )
    @answering(lambda _: no_update)
    def save(wanted: Any, *told: Any) -> Any:
        """Hand out the numbers of a figure."""
        found = _drawn(shelf, str(wanted.get("panel")), *told) if isinstance(wanted, dict) else None
        return no_update if found is None else cards.csv_of(*found)


def _sweeps_alone(shelf: Shelf) -> Any:
    """Return the list of sweeps, where the one chosen cannot be read."""
    listed = [(each.key, each.label) for each in shelf.sweeps]
    return {"controls": [select("sweep", "Sweep", listed)]}


def _drawn(shelf: Shelf, card: str, key: Any, *told: Any) -> tuple[Drawn, Note] | None:
    """Return what a card shows of the sweep of a key, and what it is of; None where there is nothing."""
    held = shelf.sweep(key)
    if held is None:
        return None
    outcome, axis, option, narrow = told
    found = None
    if card == CURVES:
        found = sweeps.curves(held, str(outcome), str(axis), narrow=bool(narrow))
    elif card == SURFACE:
        found = sweeps.surface(held, str(outcome), str(option), narrow=bool(narrow))
    return None if found is None else (found, marks.of_sweep(held))
