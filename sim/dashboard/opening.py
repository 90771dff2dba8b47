"""The part of the application that opens a history and waits for it."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, ctx, no_update

from sim.dashboard import asked as asking
from sim.dashboard import cards, marks, told
from sim.dashboard.asked import Side
from sim.dashboard.faults import answering
from sim.dashboard.histories import Histories
from sim.dashboard.shelf import Shelf


def add(app: Dash, shelf: Shelf, histories: Histories) -> None:
    """Add the callbacks of histories. A click begins one; waiting for it only looks."""

    @app.callback(
        Output("history-title", "children"),
        Output("history", "children"),
        Output("tick", "disabled"),
        Output("history-status", "children"),
        Input("open", "data"),
        Input("tick", "n_intervals"),
        State("narrow", "data"),
    )
    @answering(_faulty)
    def tell(wanted: Any, _: Any, narrow: Any) -> Any:
        """Tell a history as far as it is known, and whether to look again."""
        if not isinstance(wanted, dict):
            return no_update, no_update, True, no_update
        side = asking.read(shelf, wanted, None, None).one
        number = numbered(wanted, side)
        if number is None:
            there = f"There are histories 0 to {side.held.rows - 1:,}."
            return "No such history", there, True, there
        is_asked = ctx.triggered_id == "open"
        ask = histories.open if is_asked else histories.look
        opened = ask(side.held.folder, number, side.option)
        title = f"History {number}: {side.label}"
        if not opened.is_done:
            return (
                title,
                told.progress(opened.share),
                False,
                f"{title} is being opened" if is_asked else no_update,
            )
        if opened.fault:
            return title, told.fault(opened), True, f"{title}: {opened.fault}"
        shown = told.whole(opened.told, side.held, marks.of_history(side, number), narrow=bool(narrow))
        return title, shown, True, f"{title} is open"

    @app.callback(
        Output("download-history", "data"),
        Input("export", "data"),
        State("open", "data"),
        prevent_initial_call=True,
    )
    @answering(lambda _: no_update)
    def save(wanted: Any, shown: Any) -> Any:
        """Hand out the numbers of the history that is open."""
        if not isinstance(wanted, dict) or wanted.get("panel") != "history" or not isinstance(shown, dict):
            return no_update
        side = asking.read(shelf, shown, None, None).one
        number = numbered(shown, side)
        if number is None:
            return no_update
        opened = histories.look(side.held.folder, number, side.option)
        if not opened.told:
            return no_update
        note = marks.of_history(side, number)
        return cards.csv_of(told.numbers(opened.told), note)


def numbered(wanted: dict[str, Any], side: Side) -> int | None:
    """Return the number of the history that is wanted; None where there is none."""
    number = wanted.get("replicate")
    if not isinstance(number, int) or isinstance(number, bool):
        return None
    return number if 0 <= number < side.held.rows else None


def _faulty(why: str) -> Any:
    return "No history", why, True, why
