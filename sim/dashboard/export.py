"""The numbers behind a figure as CSV, which no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from sim.dashboard.drawn import Drawn

#: What makes a spreadsheet run a cell.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(drawn: Drawn) -> str:
    """Return the rows of a figure, every column any of them has."""
    columns = list(dict.fromkeys(key for row in drawn.rows for key in row))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([_cell(name) for name in columns])
    writer.writerows([[_cell(row.get(name)) for name in columns] for row in drawn.rows])
    return out.getvalue()


def file_name(title: str, ending: str) -> str:
    """Return a name for a file made of a title: small letters, digits and hyphens."""
    plain = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    return f"{plain[:60] or 'figure'}.{ending}"


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value
