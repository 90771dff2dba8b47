"""A history on the page, from what its opener returned: chart, outcomes, what was done, what nearly was."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from html import unescape
from typing import Any

from dash import dcc, html

from sim.dashboard.drawn import Drawn
from sim.dashboard.held import Held
from sim.dashboard.histories import STOPPED, Opened
from sim.dashboard.marks import Note
from sim.report import theme, words

#: What stands before what no state decided, or where things stand.
KINDS = {
    "incident": "Incident",
    "event": "Event",
    "consequence": "Event",
    "ceasefire": "Event",
    "outcome": "Outcome",
    "ladder": "Ladder",
}

READING = (
    "Steps are the rung of each theatre, turn by turn; points the deeds and incidents from a show of force "
    "on (point at one to read it); dotted lines the outcomes that came. Below, the quantities watched."
)

Told = Mapping[str, Any]


def progress(done: float) -> Any:
    """Return how far the opening has got."""
    if not done:
        return [
            html.P("The block of this history is run again: setting up the world …"),
            html.Progress(**{"aria-label": "progress"}),
        ]
    return [
        html.P(f"The block of this history is run again: {100 * done:.0f} % of the way."),
        html.Progress(value=str(round(done, 3)), max="1", **{"aria-label": "progress"}),
    ]


def fault(opened: Opened) -> Any:
    """Return why a history is not there, and a way to open it again."""
    why = opened.fault if opened.fault == STOPPED else f"the history could not be told: {opened.fault}"
    again = html.Button("Open it again", className="again", **{"data-again": "open"})
    return [html.P(words.sentence(why), className="fault"), again]


def whole(told: Told, held: Held, note: Note, *, narrow: bool) -> Any:
    """Return a history that was opened."""
    marking = [html.P(told["marking"], className="marking own")] if told["marking"] else []
    pairs = [html.Div([html.Dt(name), html.Dd(value)]) for name, value in _assumed(told, held)]
    assumed = html.Details([html.Summary("Assumed in it"), html.Dl(pairs, className="pairs")])
    return [
        *marking,
        html.P(f"Seed {told['seed']}. One of many: it says what the model can do, not what is likely."),
        assumed if pairs else "",
        *_course(told, note, narrow=narrow),
        html.H4("Outcomes"),
        *_outcomes(told),
        html.H4("What was done, and what happened"),
        html.Ol([_entry(entry) for entry in told["done"]], className="told"),
        *_near(told["near"]),
        html.P(told["reading"], className="quiet"),
    ]


def numbers(told: Told) -> Drawn:
    """Return the course of a history as numbers, a row a turn."""
    course = told["course"]
    columns = {_name(track): track["values"] for track in course["tracks"]}
    rows = [
        {"date": date, **{name: values[turn] for name, values in columns.items()}}
        for turn, date in enumerate(course["dates"])
    ]
    return Drawn("The course of one history", READING, course["figure"], rows)


def figure(told: Told, note: Note, *, narrow: bool) -> dict[str, Any]:
    """Return the chart as plotly reads it; where there is little room rungs go by their numbers."""
    made: dict[str, Any] = copy.deepcopy(told["course"]["figure"])
    layout = made["layout"]
    layout["meta"] = note.meta
    first = layout.get("xaxis", {})
    first |= {"tickformat": "%b %Y", "nticks": 6}  # on one line: the title of the next panel is near
    if narrow:
        _narrow(layout, len(made["data"]))
    return made


def _narrow(layout: dict[str, Any], traces: int) -> None:
    """Fit a chart into little room: rungs by their numbers, few dates, titles in short lines."""
    layout["yaxis"]["ticktext"] = [str(rung) for rung in layout["yaxis"]["tickvals"]]
    for name in (name for name in layout if name.startswith("xaxis")):
        layout[name] |= {"nticks": 3, "tickangle": 0}
    for title in layout["annotations"]:
        title["text"] = words.lines(unescape(title["text"].replace("<br>", " ")), 38, 2)
        title |= {"font": {"size": theme.SMALL}, "align": "left", "xshift": -48, "yshift": 6}
    layout["legend"]["orientation"] = "v"
    layout["margin"]["b"] += 20 * traces
    layout["height"] += 20 * traces


def _course(told: Told, note: Note, *, narrow: bool) -> list[Any]:
    buttons = [
        html.Button(kind.upper(), className="export", **{"data-export": kind, "data-panel": "history"})
        for kind in ("svg", "png", "csv")
    ]
    title = "Where it stood, turn by turn"
    graph = dcc.Graph(
        id="graph-history",
        figure=figure(told, note, narrow=narrow),
        config={"displayModeBar": False, "responsive": True, "doubleClick": False, "showTips": False},
        className="plot",
    )
    head = html.Div([html.H4(title, id="title-history"), html.Div(buttons, className="exports")])
    head.className = "card-head"
    frame = html.Div(graph, role="img", **{"aria-label": f"{title}. {READING}"})
    return [head, frame, html.P(READING, className="reading"), _table(told)]


def _table(told: Told) -> Any:
    """Return the numbers of the chart, folded."""
    rows = numbers(told).rows
    if not rows:
        return ""
    head = html.Thead(html.Tr([html.Th(name, scope="col") for name in rows[0]]))
    body = [html.Tr([html.Td(_spelled(value)) for value in row.values()]) for row in rows]
    table = html.Table([html.Caption("Rungs and quantities, a row a turn"), head, html.Tbody(body)])
    scroll = html.Div(table, className="scroll", tabIndex="0", role="region", **{"aria-label": "Numbers"})
    return html.Details([html.Summary("The same in numbers"), scroll])


def _outcomes(told: Told) -> list[Any]:
    """Return which outcomes came, in the order they did, and which did not."""
    came = sorted((one for one in told["outcomes"] if one["day"]), key=lambda one: one["day"])
    never = [words.sentence(one["words"]) for one in told["outcomes"] if not one["day"]]
    items = [html.Li([_time(one["day"]), words.sentence(one["words"])]) for one in came]
    return [
        html.Ul(items, className="came") if items else html.P("None came."),
        html.P(f"Did not come: {'; '.join(never)}.", className="quiet") if never else "",
    ]


def _entry(entry: Told) -> Any:
    kind = entry["kind"]
    mark = [html.Strong(KINDS[kind], className="kind"), " "] if kind in KINDS else []
    parts: list[Any] = [_time(entry["day"]), *mark, html.Span(words.sentence(entry["text"]))]
    if entry["why"]:
        parts.append(html.Details([html.Summary("why"), *map(html.P, entry["why"])]))
    return html.Li(parts, className=KINDS.get(kind, "deed").lower())


def _near(near: Told) -> list[Any]:
    """Return what nearly went otherwise, under its own heading."""
    if not near["lines"]:
        return [html.H4("Nearly otherwise"), html.P(near["title"])]
    items = [html.Li([_time(day), html.Span(text)]) for day, text in near["lines"]]
    return [html.H4(near["title"]), html.Ol(items, className="near")]


def _time(day: str) -> Any:
    return html.Span([html.Time(day, dateTime=day), " "], className="when")


def _assumed(told: Told, held: Held) -> list[tuple[str, str]]:
    """Return what was assumed, by its labels."""
    found = []
    for name, value in told["assumed"].items():
        known = held.assumptions.get(name)
        spelt = held.story(name, value) if isinstance(value, str) else _spelled(value)
        unit = f" {known.unit}" if known and known.unit and not isinstance(value, str) else ""
        found.append((known.label if known else name.replace("_", " "), f"{spelt}{unit}"))
    return found


def _name(track: Told) -> str:
    return ", ".join(filter(None, (track["words"], track["unit"])))


def _spelled(value: Any) -> str:
    return f"{value:,.4g}".replace("-", words.MINUS) if isinstance(value, int | float) else str(value or "")
