"""The page of a sweep: how each outcome answers to what was varied, with intervals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.report import markup, plots, theme
from sim.report.markup import paragraph, text

Record = Mapping[str, Any]

#: More values than these are drawn as points, fewer joined to a curve.
LEVELS = 25


@dataclass(frozen=True, slots=True)
class Curve:
    """An outcome along one axis under one option."""

    option: str
    x: list[Any]
    value: list[float]
    low: list[float]
    high: list[float]
    joined: bool


@dataclass(frozen=True, slots=True)
class Heat:
    """An outcome over two axes under one option: rows by the second axis."""

    option: str
    x: list[Any]
    y: list[Any]
    value: list[list[float | None]]
    words: list[list[str]]  # each with its interval


def page(said: Record) -> str:
    """Return the page of what `sim sweep` found."""
    drawn = list(figures(said))
    parts = []
    for outcome in outcomes_of(said):
        mine = [plots.placed(figure) for figure in drawn if figure.section == outcome]
        numbers = markup.details("Numbers", table(said, outcome))
        parts.append(markup.section(f"outcome-{outcome}", outcome, *mine, numbers))
    parts.append(markup.section("reading", "How to read this", *map(paragraph, READING)))
    lead = (
        f"{len(said['points'])} points ({said['design'].replace('_', ' ')}), {said['replicates']:,} "
        f"histories per point and option, seed {said['seed']}. Varied: {', '.join(said['varied'])}."
    )
    return plots.simple(f"{said['title']}: a sweep", lead, said["marking"], parts, drawn)


READING = (
    "Every point is played under the same luck, so differences between points are surer than their "
    "intervals, which are those of each point alone (95 %).",
    "Where more than one thing is varied, a curve along one of them is the mean over the others, and its "
    "bars the mean of their intervals: under the same luck many points are no surer than one.",
    "Everything is conditional on the model and on what was not varied.",
)


def outcomes_of(said: Record) -> list[str]:
    """Return the outcomes and quantities, in order."""
    return list(dict.fromkeys(row["outcome"] for row in said["outcomes"]))


def figures(said: Record) -> Iterator[plots.Figure]:
    """Yield the figures of every outcome: a curve along each axis, and maps over two."""
    for number, outcome in enumerate(outcomes_of(said)):
        rows = [row for row in said["outcomes"] if row["outcome"] == outcome]
        unit = "share of histories" if rows[0]["kind"] == "outcome" else "mean"
        for place, axis in enumerate(said["varied"]):
            yield plots.Figure(
                section=outcome,
                anchor=f"figure-curve-{number}-{place}",
                title=f"{outcome} along {axis}",
                reading="A line an option; bars are 95 % intervals.",
                numbers="",
                json=draw_curves(curves(said, rows, axis), axis, unit, said["options"]).to_json(),
            )
        found = list(heats(said, rows))
        if found:
            yield plots.Figure(
                section=outcome,
                anchor=f"figure-heat-{number}",
                title=f"{outcome} over {said['varied'][0]} and {said['varied'][1]}",
                reading="A map an option, on one scale; point at a cell for the interval of its value.",
                numbers="",
                json=draw_heats(found, said["varied"], unit).to_json(),
            )


def curves(said: Record, rows: Sequence[Record], axis: str) -> list[Curve]:
    """Return an outcome along an axis, by option: the mean over points that share a value."""
    found = []
    for option in said["options"]:
        mine = [(said["points"][row["point"]].get(axis), row) for row in rows if row["option"] == option]
        values = _sorted({value for value, _ in mine if value is not None})
        at = [[row for value, row in mine if value == level] for level in values]
        means = {key: [_mean(level, key) for level in at] for key in ("value", "low", "high")}
        joined = len(values) <= LEVELS
        found.append(Curve(option, values, means["value"], means["low"], means["high"], joined))
    return found


def heats(said: Record, rows: Sequence[Record]) -> Iterator[Heat]:
    """Yield an outcome over both axes, by option; nothing unless just two are varied over a grid."""
    if len(said["varied"]) != 2 or said["design"] == "one_at_a_time":
        return
    first, second = said["varied"]
    xs, ys = (_sorted({p[a] for p in said["points"] if a in p}) for a in (first, second))
    if len(xs) < 2 or len(ys) < 2 or len(xs) * len(ys) > 2 * len(said["points"]):
        return
    for option in said["options"]:
        at = {_place(said["points"][r["point"]], first, second): r for r in rows if r["option"] == option}
        cells = [[at.get((x, y)) for x in xs] for y in ys]
        value = [[None if cell is None else cell["value"] for cell in line] for line in cells]
        words = [["" if cell is None else _spelled(cell) for cell in line] for line in cells]
        yield Heat(option, xs, ys, value, words)


def _place(point: Record, first: str, second: str) -> tuple[Any, Any]:
    return point.get(first), point.get(second)


def _sorted(values: set[Any]) -> list[Any]:
    """Return values in order: numbers by size, words by the alphabet."""
    return sorted(values, key=lambda value: (isinstance(value, str), value))


def _mean(rows: Sequence[Record], key: str) -> float:
    told = [row[key] if row[key] is not None else row["value"] for row in rows]
    return float(sum(told) / len(told))


def draw_curves(lines: Sequence[Curve], axis: str, unit: str, options: Sequence[str]) -> Any:
    """Draw an outcome along an axis."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for line in lines:
        look = theme.look(list(options).index(line.option))
        figure.add_trace(
            go.Scatter(
                name=text(line.option),
                mode="lines+markers" if line.joined else "markers",
                x=[text(x) if isinstance(x, str) else x for x in line.x],
                y=line.value,
                error_y={
                    "type": "data",
                    "symmetric": False,
                    "array": [h - v for h, v in zip(line.high, line.value, strict=True)],
                    "arrayminus": [v - low for low, v in zip(line.low, line.value, strict=True)],
                    "color": look.colour,
                },
                line={"color": look.colour, "dash": look.dash},
                marker={"color": look.colour, "symbol": look.symbol, "size": 9},
            )
        )
    theme.apply(figure, 420)
    figure.update_layout(xaxis=theme.axis(text(axis)), yaxis=theme.axis(unit, rangemode="tozero"))
    return figure


def draw_heats(maps: Sequence[Heat], axes: Sequence[str], unit: str) -> Any:
    """Draw an outcome over two axes, a map an option, all on one scale."""
    import plotly.graph_objects as go
    from plotly.subplots import make_subplots

    columns = min(len(maps), 2)
    lines = -(-len(maps) // columns)
    figure = make_subplots(lines, columns, subplot_titles=[text(each.option) for each in maps])
    for n, each in enumerate(maps):
        heat = go.Heatmap(
            x=[str(x) for x in each.x],
            y=[str(y) for y in each.y],
            z=each.value,
            customdata=each.words,
            texttemplate="%{z:.3g}",
            hovertemplate="%{customdata}<extra></extra>",
            coloraxis="coloraxis",
        )
        figure.add_trace(heat, n // columns + 1, n % columns + 1)
    theme.apply(figure, 120 + 320 * lines)
    figure.update_layout(coloraxis={"colorscale": "Cividis", "colorbar": {"title": {"text": unit}}})
    figure.update_xaxes(theme.axis(text(axes[0]), type="category"))
    figure.update_yaxes(theme.axis(text(axes[1]), type="category"))
    return figure


def table(said: Record, outcome: str) -> str:
    """Return the numbers of an outcome at every point."""
    head = ("Point", *said["varied"], "Option", "n", "Value", "Against the first option")
    rows = []
    for row in said["outcomes"]:
        if row["outcome"] != outcome:
            continue
        point = said["points"][row["point"]]
        varied = [text(point.get(name, "as it is")) for name in said["varied"]]
        apart = "–" if row["difference"] is None else _spelled(row, "difference")
        rows.append([str(row["point"]), *varied, text(row["option"]), f"{row['n']:,}", _spelled(row), apart])
    return markup.table(outcome, [text(name) for name in head], rows)


def _spelled(row: Record, name: str = "value") -> str:
    """Return an estimate with its interval."""
    low, high = ("low", "high") if name == "value" else ("difference_low", "difference_high")
    numbers = [row[key] for key in (name, low, high)]
    if None in numbers:
        return f"{numbers[0]:.3g}"
    return "{:.3g} ({:.3g} to {:.3g})".format(*numbers).replace("-", "−")
