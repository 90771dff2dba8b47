"""What a sweep said: an outcome along what was varied, with intervals, or over two axes at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.dashboard import drawn
from sim.dashboard.controls import select
from sim.dashboard.drawn import Drawn, Row
from sim.dashboard.shelf import Shelf
from sim.report import sweep, words

Said = Mapping[str, Any]


def controls(shelf: Shelf, key: Any) -> dict[str, Any]:
    """Return the controls of the sweep of a key, or of the first."""
    listed = next((each for each in shelf.sweeps if each.key == key), shelf.sweeps[0])
    said = shelf.sweep(listed.key) or {}
    offered = {
        "sweep": ("Sweep", [(each.key, each.label) for each in shelf.sweeps], listed.key),
        "sweep-outcome": ("Outcome or quantity", _plain(sweep.outcomes_of(said)), None),
        "sweep-axis": ("Along", [(axis, axis) for axis in said["varied"]], None),
        "sweep-option": ("Option of the map", _plain(said["options"]), None),
    }
    return {"controls": [select(name, *given) for name, given in offered.items()]}


def _plain(names: Sequence[str]) -> list[tuple[str, str]]:
    return [(name, words.sentence(name.replace("_", " "))) for name in names]


def curves(said: Said, outcome: str, axis: str, *, narrow: bool) -> Drawn:
    """Draw an outcome along one axis, a line an option."""
    rows = _rows(said, outcome)
    if not rows or axis not in said["varied"]:
        return drawn.nothing("A sweep", "Nothing was varied.")
    unit = _unit(rows)
    found = sweep.curves(said, rows, axis)
    made = sweep.draw_curves(found, axis, unit, said["options"]).to_plotly_json()
    made["layout"]["xaxis"]["title"]["text"] = drawn.wrapped(axis, 42 if narrow else 90)
    made["layout"]["legend"] = {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"}
    table = [
        {"option": each.option, axis: x, "value": value, "low": low, "high": high}
        for each in found
        for x, value, low, high in zip(each.x, each.value, each.low, each.high, strict=True)
    ]
    reading = (
        f"{len(said['points'])} points, {said['replicates']:,} histories each and option; bars are 95 % "
        "intervals. The mean over whatever else was varied."
    )
    return Drawn(f"{outcome.replace('_', ' ')} along {axis}", reading, made, table)


def surface(said: Said, outcome: str, option: str, *, narrow: bool) -> Drawn | None:
    """Draw an outcome over both axes under one option; nothing unless just two are varied over a grid."""
    rows = _rows(said, outcome)
    found = [each for each in sweep.heats(said, rows) if each.option == option] if rows else []
    if not found:
        return None
    heat = found[0]
    first, second = said["varied"]
    trace = {
        "type": "heatmap",
        "x": [drawn.wrapped(str(x), 14) for x in heat.x],
        "y": [drawn.wrapped(str(y), 14) for y in heat.y],
        "z": heat.value,
        "customdata": [[drawn.escaped(cell) for cell in line] for line in heat.words],
        "hovertemplate": "%{customdata}<extra></extra>",
        "texttemplate": "%{z:.3g}",
        "colorscale": "Cividis",
        "colorbar": {"title": {"text": drawn.wrapped(_unit(rows), 10)}, "thickness": 14},
    }
    made = drawn.figure(
        [trace],
        120 + 48 * max(4, len(heat.y)),
        xaxis=drawn.axis(first, type="category"),
        yaxis=drawn.axis(type="category") | {"title": {"text": drawn.wrapped(second, 24)}},
    )
    table: list[Row] = [
        {first: row, second: column, "value": value, "told": told}
        for column, values, line in zip(heat.y, heat.value, heat.words, strict=True)
        for row, value, told in zip(heat.x, values, line, strict=True)
    ]
    told = f"{outcome.replace('_', ' ')} over {first} and {second}: {option.replace('_', ' ')}"
    reading = "Point at a cell for its 95 % interval; the table has all of them."
    return Drawn(told, reading if not narrow else "The table has the intervals.", made, table)


def _rows(said: Said, outcome: str) -> list[Any]:
    return [row for row in said["outcomes"] if row["outcome"] == outcome]


def _unit(rows: list[Any]) -> str:
    return "share of histories" if rows[0]["kind"] == "outcome" else "mean"
