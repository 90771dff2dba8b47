"""The numbers behind a figure as CSV, which no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from sim.dashboard.drawn import Drawn, Row
from sim.dashboard.marks import Note

#: What makes a spreadsheet run a cell.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(drawn: Drawn, note: Note | None = None) -> str:
    """Return the rows of a figure, every column any of them has; what they are of comes last."""
    rows = [{**row, **_of(row, note)} for row in drawn.rows] if note else drawn.rows
    columns = list(dict.fromkeys(key for row in rows for key in row))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([_cell(name) for name in columns])
    writer.writerows([[_cell(row.get(name)) for name in columns] for row in rows])
    return out.getvalue()


def _of(row: Row, note: Note) -> Row:
    """Return the columns that say what a row is of: that of its option, or of the first side."""
    first = next(iter(note.by_option.values()), {})
    return {**note.by_option.get(str(row.get("option")), first), **note.columns}


def file_name(title: str, ending: str) -> str:
    """Return a name for a file made of a title: small letters, digits and hyphens."""
    plain = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    return f"{plain[:60] or 'figure'}.{ending}"


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value
