"""The Dash application: what is asked in the page's stores goes in, figures and texts come out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, html, no_update

from sim.dashboard import asked as asking
from sim.dashboard import cards, controls, finding, listing, marks, opening, page, sayings, sweeping
from sim.dashboard.asked import Asked
from sim.dashboard.faults import answering
from sim.dashboard.histories import Histories
from sim.dashboard.panels import BY_KEY, PANELS, Panel
from sim.dashboard.shelf import Shelf
from sim.report.ladder import rung_labels

ASSETS = Path(__file__).parent / "assets"

#: The sides and the histories chosen; every figure follows them.
CHOICE = ("one", "two", "brush")


def application(shelf: Shelf, histories: Histories) -> Dash:
    """Return the application for a shelf of studies."""
    app = Dash(
        "sim.dashboard",
        assets_folder=str(ASSETS),
        title="sim dashboard",
        update_title="",
        index_string=page.INDEX,
        serve_locally=True,
        add_log_handler=False,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    app.layout = page.layout(shelf)
    _in_the_browser(app)
    _texts(app, shelf)
    for panel in PANELS:
        _figure(app, shelf, panel)
    _list(app, shelf)
    opening.add(app, shelf, histories)
    _exports(app, shelf)
    if shelf.sweeps:
        sweeping.add(app, shelf)
    return app


def _in_the_browser(app: Dash) -> None:
    """Let the page begin with what its address says, build its controls, and spread what is asked."""
    app.clientside_callback(
        ClientsideFunction("dashboard", "begin"),
        Output("studies", "data"),
        Output("sweep-chosen", "data"),
        Input("first", "data"),
        State("first-sweep", "data"),
    )
    app.clientside_callback(
        ClientsideFunction("dashboard", "build"), Output("asked", "data"), Input("spec", "data")
    )
    app.clientside_callback(
        ClientsideFunction("dashboard", "spread"),
        *(Output(name, "data") for name in page.STORES),
        Input("asked", "data"),
    )
    app.clientside_callback(
        ClientsideFunction("dashboard", "openPoint"),
        Output("done", "data"),
        Input("graph-scatter", "clickData"),
    )
    app.clientside_callback(
        ClientsideFunction("dashboard", "lookAt"),
        Output("done", "data", allow_duplicate=True),
        Input("graph-outcomes", "clickData"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("dashboard", "lookAlong"),
        Output("done", "data", allow_duplicate=True),
        Input("graph-drivers", "clickData"),
        prevent_initial_call=True,
    )


def stores(*names: str) -> list[Input]:
    """Return inputs that follow some of the page's stores."""
    return [Input(name, "data") for name in names]


def _texts(app: Dash, shelf: Shelf) -> None:
    @app.callback(Output("spec", "data"), Input("studies", "data"))
    def offer(studies: Any) -> Any:
        """Say what can be chosen of the studies."""
        if studies is None:
            return no_update
        studies = studies if isinstance(studies, dict) else {}
        one, two = studies.get("one"), studies.get("two")
        told = answering(lambda why: controls.studies_alone(shelf, one, two, why))(controls.offered)
        return told(shelf, one, two)

    @app.callback(
        Output("title", "children"),
        Output("lead", "children"),
        Output("chosen", "children"),
        Output("finding-title", "children"),
        Output("tiles", "children"),
        *stores(*CHOICE, "outcome"),
    )
    @answering(_untold)
    def tell(one: Any, two: Any, brush: Any, outcome: Any) -> Any:
        """Tell what is looked at, and both sides with their difference."""
        if one is None:
            return (no_update,) * 5
        now = asking.read(shelf, one, two, brush, outcome=outcome)
        held = now.one.held
        tiles = [_tile(tile) for tile in finding.tiles(now)]
        titles = dict.fromkeys(side.held.material.title for side in now.sides)
        label = held.label("outcomes", now.outcome)
        return " / ".join(titles), sayings.lead(now), sayings.chosen(now), label, tiles

    @app.callback(Output("marking", "children"), *stores("one", "two", "sweep"))
    def mark(one: Any, two: Any, sweep: Any) -> Any:
        """Show every marking of what is on the page; what cannot be read is not on it."""
        if one is None:
            return no_update
        studies = answering(lambda _: "")(lambda: marks.marking(asking.read(shelf, one, two, None).sides))
        sweeps = answering(lambda _: "")(lambda: shown.marking if (shown := shelf.sweep(sweep)) else "")
        return marks.joined([studies(), sweeps()])


def _untold(why: str) -> Any:
    """Return what stands above the figures where a study cannot be read."""
    return "Not shown", "", "", "This cannot be shown", html.P(why, className="fault", role="alert")


def _tile(tile: finding.Tile) -> Any:
    parts = [
        html.P(tile.label, className="tile-label"),
        html.P(tile.big, className="tile-big"),
        html.P(tile.small, className="tile-small"),
    ]
    return html.Div(parts, className=f"tile {tile.kind}")


def _figure(app: Dash, shelf: Shelf, panel: Panel) -> None:
    @app.callback(
        *cards.shown(panel.key),
        *stores(*CHOICE, "narrow", *panel.reads),
    )
    @answering(cards.faulty)
    def draw(one: Any, two: Any, brush: Any, narrow: Any, *looked_at: Any) -> Any:
        """Draw one figure of what is chosen."""
        if one is None:
            return (no_update,) * 5
        named = dict(zip(panel.reads, looked_at, strict=True))
        now = asking.read(shelf, one, two, brush, narrow=narrow, **named)
        return cards.parts(panel.draw(now), marks.of_study(now, narrows=panel.narrows))


def _list(app: Dash, shelf: Shelf) -> None:
    reads = ("outcome", "theatre", "quantity", "listed")

    @app.callback(
        Output("listing", "children"), *(Input(name, "data") for name in ("one", "two", "brush", *reads))
    )
    @answering(lambda why: html.P(why, className="fault"))
    def enumerate_histories(one: Any, two: Any, brush: Any, *looked_at: Any) -> Any:
        """List some of the histories chosen."""
        if one is None:
            return no_update
        now = asking.read(shelf, one, two, brush, **dict(zip(reads, looked_at, strict=True)))
        return _table(now, listing.summarise(now))


def _table(now: Asked, found: listing.Listing) -> Any:
    held = now.one.held
    outcome, (quantity, unit) = held.label("outcomes", now.outcome), held.quantity(now.quantity or "")
    rungs = rung_labels(held.material)
    if not found.lines:
        return html.P("There is none among the chosen histories.")
    head = [
        "History",
        f"{outcome}: week of",
        f"{quantity}, {unit}" if unit else quantity,
        f"Highest rung, {held.label('theatres', now.theatre)}",
    ]
    rows = [
        html.Tr(
            [
                html.Td([_button(line), f" {line.why}" if line.why else ""]),
                html.Td(line.date or "did not come"),
                html.Td("" if line.end is None else f"{line.end:.3g}".replace("-", "−")),
                html.Td("" if line.rung is None else rungs[line.rung]),
            ]
        )
        for line in found.lines
    ]
    option = now.sides[found.lines[0].side].label
    kind = listing.KINDS[now.listed].lower()
    which = ", however assumptions are narrowed" if now.listed == "read" else ", spread evenly"
    told = f"“{option}”, {kind}: {len(found.lines)} of {found.of:,}{which}"
    top = html.Thead(html.Tr([html.Th(name, scope="col") for name in head]))
    return html.Table([html.Caption(told), top, html.Tbody(rows)])


def _button(line: listing.Line) -> Any:
    named = {"data-side": str(line.side), "data-replicate": str(line.replicate)}
    return html.Button(f"Open {line.replicate}", className="open", **named)


def _exports(app: Dash, shelf: Shelf) -> None:
    @app.callback(
        Output("download", "data"),
        Input("export", "data"),
        *(State(name, "data") for name in page.STORES),
        prevent_initial_call=True,
    )
    @answering(lambda _: no_update)
    def save(wanted: Any, *stores: Any) -> Any:
        """Hand out the numbers of a figure."""
        panel = BY_KEY.get(str(wanted.get("panel"))) if isinstance(wanted, dict) else None
        if panel is None:
            return no_update
        named = dict(zip(page.STORES, stores, strict=True))
        now = asking.read(shelf, **named)
        return cards.csv_of(panel.draw(now), marks.of_study(now, narrows=panel.narrows))
