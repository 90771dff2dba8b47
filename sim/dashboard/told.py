"""A history on the page: its lines with their reasons folded below, or how far it has got."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from dash import html

from sim.dashboard.histories import Opened

_DATED = re.compile(r"^(\d{4}-\d\d-\d\d)  (.*)$")


@dataclass
class Entry:
    """One thing that happened: when, what, why."""

    date: str
    text: str
    why: str = ""

    @property
    def kind(self) -> str:
        """Return how it is set off: event, incident, summary, or a plain deed."""
        first = self.text.partition(" ")[0]
        return {"EVENT": "event", "INCIDENT": "incident", "----": "summary"}.get(first, "deed")


def entries(lines: list[str]) -> tuple[list[str], list[Entry], list[str]]:
    """Split what was told into what stands before, what happened, and what stands after."""
    before: list[str] = []
    found: list[Entry] = []
    after: list[str] = []
    for line in lines:
        dated = _DATED.match(line)
        if dated:
            found.append(Entry(dated[1], dated[2]))
        elif found and line.startswith("   "):
            found[-1].why = f"{found[-1].why} {line.strip()}".strip()
        elif line.strip():
            (after if found else before).append(line)
    return before, found, after


def progress(opened: Opened, start: str, days: float) -> Any:
    """Return how far the telling has got; *days* is the length of the whole."""
    dated = next((match[1] for line in reversed(opened.lines) if (match := _DATED.match(line))), "")
    if not dated:
        return [
            html.P("The block of this history is run again: setting up the world …"),
            html.Progress(**{"aria-label": "progress"}),
        ]
    passed = (dt.date.fromisoformat(dated) - dt.date.fromisoformat(start[:10])).days
    share = min(1.0, passed / max(days, 1))
    return [
        html.P(f"The block of this history is run again: {dated}, {100 * share:.0f} % of the way."),
        html.Progress(value=str(round(share, 3)), max="1", **{"aria-label": "progress"}),
    ]


def whole(opened: Opened) -> Any:
    """Return a history that has been told to its end."""
    if opened.fault:
        return html.P(f"The history could not be told: {opened.fault}", className="fault")
    before, found, after = entries(opened.lines)
    return [
        html.P(before[0] if before else ""),
        *(html.P(line, className="quiet") for line in before[1:]),
        html.Ul([html.Li(line) for line in after], className="came"),
        html.Ol([_entry(entry) for entry in found], className="told"),
    ]


def _entry(entry: Entry) -> Any:
    text = entry.text.removeprefix("EVENT  ").removeprefix("INCIDENT  ").removeprefix("---- ")
    parts: list[Any] = [html.Time(entry.date, dateTime=entry.date), " ", html.Span(text)]
    if entry.why:
        parts.append(html.Details([html.Summary("why"), html.P(entry.why.removeprefix("why: "))]))
    return html.Li(parts, className=entry.kind)
