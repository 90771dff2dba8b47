"""What a sweep said: an outcome along what was varied, with intervals, or over two axes at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sim.dashboard import drawn
from sim.dashboard.controls import select
from sim.dashboard.drawn import Drawn, Row, Trace
from sim.dashboard.shelf import Shelf, Sweep
from sim.report import paths, theme, words


def controls(shelf: Shelf, key: Any) -> dict[str, Any]:
    """Return the controls of the sweep of a key, or of the first."""
    held = shelf.sweep(key) or shelf.sweep(shelf.sweeps[0].key)
    if held is None:
        return {"controls": []}
    outcomes = dict.fromkeys(row["outcome"] for row in held.said["outcomes"])
    offered = {
        "sweep": ("Sweep", [(each.key, each.label) for each in shelf.sweeps], held.key),
        "sweep-outcome": (
            "Outcome or quantity",
            [(name, _measure(held, name)[0]) for name in outcomes],
            None,
        ),
        "sweep-axis": ("Along", [(axis, _axis(held, axis)) for axis in held.said["varied"]], None),
        "sweep-option": ("Option of the map", [(name, _option(held, name)) for name in _options(held)], None),
    }
    return {"controls": [select(name, *given) for name, given in offered.items()]}


def curves(held: Sweep, outcome: str, axis: str, *, narrow: bool) -> Drawn:
    """Draw an outcome along one axis, a line an option: the mean over points that share a value."""
    rows = _rows(held, outcome)
    if not rows or axis not in held.said["varied"]:
        return drawn.nothing("A sweep", "Nothing was varied.")
    label, unit, factor = _measure(held, outcome)
    table: list[Row] = []
    traces: list[Trace] = []
    for place, option in enumerate(_options(held)):
        mine = [row for row in rows if row["option"] == option]
        found = []
        for level in _levels(held, axis):
            points = [r for r in mine if _at(held, r, axis) == level]
            if points:
                told = {"outcome": outcome, "option": _option(held, option), "axis": axis, "at": level}
                found.append({**told, **_means(points), "points": len(points), "n": points[0]["n"]})
        table += found
        traces.append(_trace(held, place, found, axis, factor, narrow=narrow))
    percent = {"ticksuffix": f"{words.NARROW}%"} if factor > 1 else {}
    made = drawn.figure(
        traces,
        380,
        xaxis=drawn.titled(_axis(held, axis), 30 if narrow else 90),
        yaxis=drawn.titled(unit, 36, rangemode="tozero", **percent),
        legend={"orientation": "v" if narrow else "h", "x": 0, "y": 1, "yanchor": "bottom"},
    )
    others = " The mean over whatever else was varied." if len(held.said["varied"]) > 1 else ""
    reading = (
        f"{len(held.said['points'])} points under the same luck, {held.said['replicates']:,} histories each "
        f"and option; bars are the 95 % intervals of each point alone.{others}"
    )
    return Drawn(f"{label}, along {_axis(held, axis)}", reading, made, table)


def surface(held: Sweep, outcome: str, option: str, *, narrow: bool) -> Drawn | None:
    """Draw an outcome over both axes under one option; nothing unless just two are varied, over a grid."""
    varied = held.said["varied"]
    if len(varied) != 2 or held.said["design"] == "one_at_a_time" or option not in _options(held):
        return None
    across, up = (_levels(held, axis) for axis in varied)
    cells = {
        (_at(held, row, varied[0]), _at(held, row, varied[1])): row
        for row in _rows(held, outcome)
        if row["option"] == option
    }
    if not cells or min(len(across), len(up)) < 2 or len(across) * len(up) > 2 * len(cells):
        return None
    label, unit, factor = _measure(held, outcome)
    grid = [[cells.get((x, y)) for x in across] for y in up]
    trace = {
        "type": "heatmap",
        "x": [drawn.wrapped(_level(held, varied[0], x), 14) for x in across],
        "y": [drawn.wrapped(_level(held, varied[1], y), 14) for y in up],
        "z": [[None if cell is None else factor * cell["value"] for cell in line] for line in grid],
        "customdata": [[_told(cell, factor) for cell in line] for line in grid],
        "hovertemplate": "%{customdata}<extra></extra>",
        "texttemplate": "%{z:.3g}",
        "colorscale": "Cividis",
        "colorbar": {"thickness": 14, "tickfont": {"size": theme.SMALL}},
    }
    made = drawn.figure(
        [trace],
        130 + 52 * max(3, len(up)),
        xaxis=drawn.titled(_axis(held, varied[0]), 30 if narrow else 80, type="category"),
        yaxis=drawn.titled(_axis(held, varied[1]), 24, type="category"),
    )
    title = f"{label}, {unit}, over both: {_option(held, option)}"
    rows = [
        {"outcome": outcome, "option": _option(held, option), varied[0]: x, varied[1]: y}
        | {key: cell[key] for key in ("value", "low", "high", "n")}
        for (x, y), cell in cells.items()
    ]
    return Drawn(title, "Point at a cell for its 95 % interval; the CSV has all of them.", made, rows)


def _options(held: Sweep) -> Sequence[str]:
    return list(held.said["options"])


def _option(held: Sweep, name: str) -> str:
    return words.label_of(held.tree.get("options"), name)


def _measure(held: Sweep, name: str) -> tuple[str, str, float]:
    """Return label and unit of an outcome or quantity, and what its values are drawn times."""
    if all(row["kind"] == "outcome" for row in _rows(held, name)):
        return words.label_of(held.tree.get("outcomes"), name), "% of histories", 100.0
    label, unit = paths.spelled(held.tree, name)
    return label, unit or "mean", 1.0


def _axis(held: Sweep, name: str) -> str:
    """Return what was varied, in words: an assumption by its label or quantity, else the path."""
    entry = (held.tree.get("assumptions") or {}).get(name)
    entry = entry if isinstance(entry, Mapping) else {}
    path = str(entry.get("path") or name)
    if entry.get("label"):
        label, unit = str(entry["label"]), str(entry.get("unit") or "")
    elif path.partition(".")[0] in paths.SPELLED:
        label, unit = paths.spelled(held.tree, path)
    else:
        label, unit = words.sentence(name.replace("_", " ")), str(entry.get("unit") or "")
    return f"{label}, {unit}" if unit else label


def _level(held: Sweep, axis: str, value: Any) -> str:
    """Return a value of an axis: a story by its label."""
    entry = (held.tree.get("assumptions") or {}).get(axis)
    stories = entry.get("alternatives") if isinstance(entry, Mapping) else None
    return words.label_of(stories, value) if isinstance(value, str) and stories else words.plain(value)


def _rows(held: Sweep, outcome: str) -> list[Any]:
    return [row for row in held.said["outcomes"] if row["outcome"] == outcome]


def _at(held: Sweep, row: Row, axis: str) -> Any:
    return held.said["points"][row["point"]].get(axis)


def _levels(held: Sweep, axis: str) -> list[Any]:
    """Return the values of an axis in order: numbers by size, words by the alphabet."""
    found = {point[axis] for point in held.said["points"] if point.get(axis) is not None}
    return sorted(found, key=lambda value: (isinstance(value, str), value))


def _means(rows: Iterable[Row]) -> dict[str, float]:
    """Return the mean value of some points, and the mean ends of their intervals."""
    found = list(rows)
    ends = {
        key: [row["value"] if row[key] is None else row[key] for row in found]
        for key in ("value", "low", "high")
    }
    return {key: sum(each) / max(len(each), 1) for key, each in ends.items()}


def _trace(
    held: Sweep, place: int, found: list[dict[str, Any]], axis: str, factor: float, *, narrow: bool
) -> Trace:
    look = theme.look(place)
    label = _option(held, _options(held)[place])
    return {
        "x": [
            drawn.wrapped(_level(held, axis, row["at"]), 16) if isinstance(row["at"], str) else row["at"]
            for row in found
        ],
        "y": [factor * row["value"] for row in found],
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [factor * (row["high"] - row["value"]) for row in found],
            "arrayminus": [factor * (row["value"] - row["low"]) for row in found],
            "color": look.colour,
        },
        "name": drawn.wrapped(label, 36 if narrow else 60),
        "mode": "lines+markers",
        "line": {"color": look.colour, "width": 1.5, "dash": drawn.DASHES[place % 2]},
        "marker": {"color": look.colour, "symbol": look.symbol, "size": 9},
        "hovertemplate": "%{y:.3g}",
    }


def _told(cell: Row | None, factor: float) -> str:
    """Return an estimate with its interval."""
    if cell is None:
        return ""
    value, low, high = (
        factor * (cell["value"] if cell[key] is None else cell[key]) for key in ("value", "low", "high")
    )
    return f"{value:.3g} ({low:.3g} to {high:.3g})".replace("-", "−")
