"""Write what `sim score` found into docs/directions.md, docs/levers.md and docs/history.md.

sim score --directions --format json > directions.json
sim score --base-rates --format json > base_rates.json
python -m tests.docs.score_tables directions.json base_rates.json

and so for `--levers`, `--hindcast` and `--nulls`. A file {"fits": {"before", "half", "all"}} of three base
rates, without `configs/calibrated.yaml`, with that of `sim calibrate --half` and with that of all rows, makes
a table of fits. The markers on a page are ``<!-- scored: directions -->``
(or levers, base_rates, hindcast, nulls), closed by ``<!-- end -->``.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from tests.docs import history_tables
from tests.docs.blocks import ROOT
from tests.docs.tables import table

#: Page of each kind of row.
PAGES = {
    "directions": ROOT / "docs" / "directions.md",
    "levers": ROOT / "docs" / "levers.md",
    **dict.fromkeys(history_tables.BODIES, ROOT / "docs" / "history.md"),
}

_BLOCK = re.compile(r"^<!-- scored: (?P<what>\w+) -->\n(?P<body>.*?)^<!-- end -->$", re.DOTALL | re.MULTILINE)

#: One row as `sim score` tells it.
Record = dict[str, Any]


def body(what: str, rows: list[Record]) -> str:
    """Return the table of all rows of one kind."""
    most = max(row["n"] for row in rows)
    held = sum(not lost(row) for row in rows)
    said = f"At most {most:,} pairs a row, fewer where something had to happen first; intervals are 95 %."
    header, cells = (_claims if what == "directions" else _levers)(rows)
    return f"{said} {held} of {len(rows)} rows hold.\n\n{table(header, cells)}"


def _claims(rows: list[Record]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    header = ("claim", "source", "scenario", "expected", "effect", "verdict")
    return header, [
        (
            f"{_marks(r)}{r['claim']}",
            r["source"],
            f"`{r['scenario']}`",
            f"`{r['expect']}`",
            effect(r),
            _verdict(r),
        )
        for r in rows
    ]


def _levers(rows: list[Record]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    header = ("mechanism", "lever", "scenario", "outcome", "effect", "verdict")
    return header, [
        (r["mechanism"], r["lever"], f"`{r['scenario']}`", r["outcome"], effect(r), _verdict(r)) for r in rows
    ]


def _marks(row: Record) -> str:
    return f"{'★ ' if row['star'] else ''}{'⚖ ' if row['contested'] else ''}"


def _verdict(row: Record) -> str:
    return f"**{row['verdict']}**" if lost(row) else str(row["verdict"])


def lost(row: Record) -> bool:
    """Whether a row did not come out as claimed."""
    return "held" not in str(row["verdict"]) and row["verdict"] != "moves"


def effect(row: Record) -> str:
    """Spell an effect with its interval: points for probabilities, units for quantities."""
    points = row["unit"] == "probability"
    scale = 100.0 if points else 1.0
    values = [scale * float(row[key]) for key in ("effect", "low", "high")]
    places = 1 if points else 3
    told = [f"{value:+.{places}f}".replace("-", "−") for value in values]
    base, (unit, share) = (
        f"{scale * float(row['base']):.{places}f}",
        (" points", " %") if points else ("", ""),
    )
    return f"{told[0]} ({told[1]} to {told[2]}){unit}, from {base}{share}"


def placed(text: str, what: str, made: str) -> str:
    """Return a page with the table of one kind in its place; others stay."""
    return _BLOCK.sub(
        lambda block: (
            f"<!-- scored: {what} -->\n{made}<!-- end -->" if block["what"] == what else block.group()
        ),
        text,
    )


def main() -> None:
    """Write the tables of the files named."""
    for name in sys.argv[1:]:
        found = json.loads(Path(name).read_text(encoding="utf-8"))
        for what, page in PAGES.items():
            if what not in found:
                continue
            history = history_tables.BODIES.get(what)
            made = body(what, found[what]) if history is None else history(found)
            text = page.read_text(encoding="utf-8")
            page.write_text(placed(text, what, made), encoding="utf-8")
            sys.stdout.write(f"{page.relative_to(ROOT)}: {len(found[what])} rows\n")


if __name__ == "__main__":
    main()
