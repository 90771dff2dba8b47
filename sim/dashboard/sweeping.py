"""The part of the application that shows sweeps."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, no_update

from sim.dashboard import cards, page, sweeps
from sim.dashboard.drawn import Drawn, nothing
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
    def offer(chosen: Any) -> Any:
        """Say what can be chosen of a sweep."""
        return sweeps.controls(shelf, chosen)

    @app.callback(*cards.shown(CURVES), *inputs)
    def draw_curves(*told: Any) -> Any:
        """Draw the curves along what was varied."""
        drawn = _drawn(shelf, CURVES, *told)
        return (no_update,) * 4 if drawn is None else cards.parts(drawn)

    @app.callback(*cards.shown(SURFACE), Output(f"card-{SURFACE}", "hidden"), *inputs)
    def draw_surface(*told: Any) -> Any:
        """Draw the map over two things varied, hidden where there are not two."""
        drawn = _drawn(shelf, SURFACE, *told)
        return *cards.parts(drawn or nothing("No map", "")), drawn is None

    @app.callback(
        Output("download", "data", allow_duplicate=True),
        Input("export", "data"),
        *(State(name, "data") for name in (*page.SWEEP_STORES, "narrow")),
        prevent_initial_call=True,
    )
    def save(wanted: Any, *told: Any) -> Any:
        """Hand out the numbers of a figure."""
        drawn = _drawn(shelf, str(wanted.get("panel")), *told) if isinstance(wanted, dict) else None
        return no_update if drawn is None else cards.csv_of(drawn)


def _drawn(shelf: Shelf, card: str, key: Any, *told: Any) -> Drawn | None:
    """Return what a card shows of the sweep of a key; None where there is nothing to show."""
    held = shelf.sweep(key)
    if held is None:
        return None
    outcome, axis, option, narrow = told
    if card == CURVES:
        return sweeps.curves(held, str(outcome), str(axis), narrow=bool(narrow))
    return sweeps.surface(held, str(outcome), str(option), narrow=bool(narrow)) if card == SURFACE else None
