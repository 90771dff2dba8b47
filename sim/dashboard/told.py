"""A history on the page: its lines with their reasons folded below, or how far it has got."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any

from dash import html

from sim.dashboard.histories import Opened

#: What stands before what nobody decided, or where things stand.
_KIND = re.compile(r"^([A-Z]{4,}|----) +")

_DATED = re.compile(r"^(\d{4}-\d\d-\d\d)  (.*)$")


@dataclass
class Entry:
    """One thing that happened: when, what, why."""

    date: str
    text: str
    why: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """Return how it is set off: event, incident, outcome, ladder, summary, or a plain deed."""
        found = _KIND.match(self.text)
        return {"----": "summary"}.get(found[1], found[1].lower()) if found else "deed"


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
            found[-1].why.append(line.strip())
        elif line.strip():
            (after if found else before).append(line)
    return before, found, after


def share(opened: Opened, start: str, days: float) -> float:
    """Return how much has been told: as the opener says, else by the last date of *days* from the start."""
    dated = next((match[1] for line in reversed(opened.lines) if (match := _DATED.match(line))), "")
    if opened.share or not dated:
        return opened.share
    passed = (dt.date.fromisoformat(dated) - dt.date.fromisoformat(start[:10])).days
    return min(1.0, passed / max(days, 1))


def progress(done: float) -> Any:
    """Return how far the telling has got."""
    if not done:
        return [
            html.P("The block of this history is run again: setting up the world …"),
            html.Progress(**{"aria-label": "progress"}),
        ]
    return [
        html.P(f"The block of this history is run again: {100 * done:.0f} % of the way."),
        html.Progress(value=str(round(done, 3)), max="1", **{"aria-label": "progress"}),
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
    text = _KIND.sub("", entry.text)
    parts: list[Any] = [html.Time(entry.date, dateTime=entry.date), " ", html.Span(text)]
    if entry.why:
        lines = [html.P(line.removeprefix("why: ")) for line in entry.why]
        parts.append(html.Details([html.Summary("why"), *lines]))
    return html.Li(parts, className=entry.kind)
