"""The layout of the page: empty frames, which the callbacks fill."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from sim.dashboard.panels import PANELS
from sim.dashboard.shelf import Shelf

#: What the page keeps, each in a store of its own, so that a figure follows only what it looks at.
STORES = ("one", "two", "brush", "outcome", "theatre", "quantity", "along", "listed", "narrow")
SWEEP_STORES = ("sweep", "sweep-outcome", "sweep-axis", "sweep-option")

#: Between two looks at a history that is being told, ms.
TICK = 400

INDEX = """<!DOCTYPE html>
<html lang="en">
<head>
{%metas%}
<title>{%title%}</title>
{%favicon%}
{%css%}
</head>
<body>
{%app_entry%}
<footer>{%config%}{%scripts%}{%renderer%}</footer>
</body>
</html>"""


def layout(shelf: Shelf) -> Any:
    """Return the page for a shelf."""
    first = shelf.studies[0].key
    return html.Div(
        [
            html.A("Skip to the figures", href="#figures", className="skip"),
            html.Div(id="marking", className="marking"),
            html.Div(id="ended", role="alert", className="ended"),
            html.Header([html.H1("Studies", id="title"), html.P(id="lead", className="lead")]),
            html.Div([_aside(), _main(shelf)], className="columns"),
            *(dcc.Store(id=name) for name in STORES + SWEEP_STORES),
            dcc.Store(id="first", data=first),
            dcc.Store(id="studies"),
            *(
                dcc.Store(id=name)
                for name in ("spec", "asked", "open", "export", "sweep-spec", "sweep-asked")
            ),
            dcc.Store(id="first-sweep", data=shelf.sweeps[0].key if shelf.sweeps else None),
            dcc.Store(id="sweep-chosen"),
            dcc.Store(id="done"),
            dcc.Interval(id="tick", interval=TICK, disabled=True),
            *(dcc.Download(id=name) for name in ("download", "download-history", "download-sweep")),
        ],
        className="page",
    )


def _aside() -> Any:
    return html.Aside(
        [
            html.Div(id="controls"),
            html.P(id="fault", className="fault", role="alert"),
            html.P(id="chosen", className="chosen", role="status"),
            html.P(id="dropped", className="quiet", role="status"),
            html.Div(id="assumptions"),
        ],
        id="aside",
        **{"aria-label": "What is shown"},
    )


def _main(shelf: Shelf) -> Any:
    finding = html.Section(
        [html.H2(id="finding-title"), html.Div(id="tiles", className="tiles")], id="finding"
    )
    figures = [_card(panel.key) for panel in PANELS]
    sweeps = [_sweeps()] if shelf.sweeps else []
    return html.Main(
        [finding, html.Div(figures, className="cards"), _histories(), *sweeps], id="figures", tabIndex="-1"
    )


def _card(key: str) -> Any:
    """Return the frame of one figure, with what exports it."""
    buttons = [
        html.Button(kind.upper(), className="export", **{"data-export": kind, "data-panel": key})
        for kind in ("svg", "png", "csv")
    ]
    graph = dcc.Graph(
        id=f"graph-{key}",
        config={"displayModeBar": False, "responsive": True, "doubleClick": False, "showTips": False},
        className="plot",
    )
    return html.Figure(
        [
            html.Div(
                [html.H3(id=f"title-{key}"), html.Div(buttons, className="exports")], className="card-head"
            ),
            html.Div(graph, id=f"frame-{key}", role="img"),
            html.Figcaption(id=f"reading-{key}", className="reading"),
        ],
        id=f"card-{key}",
        className="card",
    )


def _histories() -> Any:
    return html.Section(
        [
            html.H2("Histories"),
            html.Div(id="listing-controls"),
            html.Div(
                id="listing",
                tabIndex="0",
                role="region",
                className="scroll",
                **{"aria-label": "List of histories"},
            ),
            html.Section(
                [
                    html.H3("No history is open", id="history-title", tabIndex="-1"),
                    html.P(id="history-status", className="sr-only", role="status"),
                    html.Div(
                        "Click a point above, or a button of the list, to read a history week by week.",
                        id="history",
                    ),
                ],
                id="opened",
                **{"aria-labelledby": "history-title"},
            ),
        ],
        id="histories",
    )


def _sweeps() -> Any:
    return html.Section(
        [
            html.H2("Sweeps"),
            html.P(id="sweep-fault", className="fault", role="alert"),
            html.Div(id="sweep-controls", className="row"),
            html.Div([_card("sweep-curves"), _card("sweep-surface")], className="cards"),
        ],
        id="sweeps",
    )
