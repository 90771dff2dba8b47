"""The page of a sweep: how each outcome answers to what was varied, with intervals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.report import experiment, markup, plots, theme, words
from sim.report.markup import element, paragraph, text
from sim.report.names import Names
from sim.report.scale import Scale

Record = Mapping[str, Any]

#: Outcomes drawn, those that what was varied moves most; the others are in tables. Fewest where none moves.
MOST, FEWEST = 8, 2

#: More values along an axis than these are drawn as the means of so many groups of them.
LEVELS, GROUPS = 12, 8

#: Unit of an outcome.
SHARE = "% of histories"

#: Share of the way to the next value that the marks of all options take.
SPREAD = 0.6


@dataclass(frozen=True, slots=True)
class Curve:
    """An outcome along one axis under one option."""

    option: str
    x: list[float]  # places on the axis
    value: list[float]
    low: list[float]
    high: list[float]


@dataclass(frozen=True, slots=True)
class Heat:
    """An outcome over two axes under one option: rows by the second axis."""

    option: str
    x: list[str]
    y: list[str]
    value: list[list[float | None]]
    words: list[list[str]]  # each with its interval


def page(said: Record, tree: Mapping[str, Any]) -> str:
    """Return the page of what `sim sweep` found in the scenario *tree*."""
    names, drawn = Names(tree), list(figures(said, tree))
    shown = dict.fromkeys(figure.section for figure in drawn)
    parts = [markup.section("moves", "What moves", *_overview(said, names, list(shown)))]
    parts += [_section(said, names, name, [f for f in drawn if f.section == name]) for name in shown]
    rest = [outcome for outcome in outcomes_of(said) if outcome not in shown]
    if rest:
        tables = (table(said, outcome, names) for outcome in rest)
        why = "What was varied does not clearly move these, or moves them least."
        parts.append(markup.section("rest", "The other outcomes", paragraph(why), *tables))
    parts.append(markup.section("reading", "How to read this", *map(paragraph, READING)))
    varied = "; ".join(_axis_title(names, name) for name in said["varied"])
    lead = (
        f"{len(said['points'])} points ({said['design'].replace('_', ' ')}), {said['replicates']:,} "
        f"histories per point and option, seed {said['seed']}. Varied: {varied}."
    )
    return experiment.document(f"{said['title']}: a sweep", lead, said["marking"], parts, drawn)


READING = (
    "Every point is played under the same luck, so differences between points are surer than their "
    "intervals, which are those of each point alone (95 %).",
    "Where more than one thing is varied, a curve along one of them is the mean over the others, and its "
    "bars the mean of their intervals: under the same luck many points are no surer than one.",
    "The marks of the options stand side by side at each value, so that none hides another; the lines "
    "between them only lead the eye.",
    "Everything is conditional on the model and on what was not varied.",
)


MAPS = "Over both, a map an option, the same colours in all; point at a cell for the interval of its value."


def outcomes_of(said: Record) -> list[str]:
    """Return the outcomes and quantities, in order."""
    return list(dict.fromkeys(row["outcome"] for row in said["outcomes"]))


@dataclass(frozen=True, slots=True)
class Move:
    """How far an outcome goes under the option where that is furthest beyond its intervals."""

    outcome: str
    low: Record
    high: Record

    @property
    def clear(self) -> bool:
        """Say whether the intervals at both ends are apart."""
        return bool(_end(self.low, "high") < _end(self.high, "low"))

    @property
    def size(self) -> float:
        """Return the way from end to end as a multiple of the halves of the intervals between."""
        between = _end(self.low, "high") - self.low["value"] + self.high["value"] - _end(self.high, "low")
        way = float(self.high["value"] - self.low["value"])
        return way / between if between > 0 else way


def moves(said: Record) -> list[Move]:
    """Return how far every outcome goes, in order."""
    found = []
    for outcome in outcomes_of(said):
        rows = [row for row in said["outcomes"] if row["outcome"] == outcome]
        ways = []
        for option in said["options"]:
            mine = [row for row in rows if row["option"] == option]
            ways.append(Move(outcome, min(mine, key=_value), max(mine, key=_value)))
        found.append(max(ways, key=lambda way: way.size))
    return found


def chosen(said: Record) -> list[str]:
    """Return the outcomes that are drawn, in order: those that clearly move, no more than `MOST`."""
    ranked = sorted(moves(said), key=lambda move: -move.size)
    clear = [move.outcome for move in ranked if move.clear][:MOST]
    taken = clear or [move.outcome for move in ranked[:FEWEST]]
    return [outcome for outcome in outcomes_of(said) if outcome in taken]


def _value(row: Record) -> float:
    return float(row["value"])


def _end(row: Record, key: str) -> float:
    """Return an end of an interval, the value where there is none."""
    return float(row["value"] if row[key] is None else row[key])


def _overview(said: Record, names: Names, shown: Sequence[str]) -> Iterator[str]:
    """Yield what is said of all outcomes at once: a row for each that clearly moves, the others by name."""
    found = moves(said)
    rows = [list(_move(said, names, move, shown)) for move in found if move.clear]
    head = ("Outcome", "Option", "Lowest", "Highest")
    caption = (
        "Each outcome under the option where what was varied moves it most beyond its intervals: where it is "
        "lowest and highest, with 95 % intervals that do not overlap. Linked: drawn below."
    )
    if rows:
        yield markup.table(caption, head, rows)
    still = [names.measure(move.outcome, move.low["kind"])[0] for move in found if not move.clear]
    if still:
        yield paragraph(f"Not clearly moved, under any option: {'; '.join(still)}.")


def _move(said: Record, names: Names, move: Move, shown: Sequence[str]) -> Iterator[str]:
    """Yield the cells of an outcome."""
    label, unit = names.measure(move.outcome, move.low["kind"])
    scale, unit = (100.0, SHARE) if move.low["kind"] == "outcome" else (1.0, unit)
    linked = element("a", text(label), href=f"#outcome-{move.outcome}")
    yield (linked if move.outcome in shown else text(label)) + element("span", text(unit), class_="small")
    yield text(names.option(move.low["option"]))
    for row in (move.low, move.high):
        at = element("span", text(f"at {_where(said, names, row)}"), class_="small")
        yield experiment.spelled(row, "value", "low", "high", scale) + at


def _where(said: Record, names: Names, row: Record) -> str:
    """Return what is set at the point of a row."""
    point = said["points"][row["point"]]
    return ", ".join(names.value(name, value) for name, value in point.items()) or "as it is"


def _section(said: Record, names: Names, outcome: str, mine: Sequence[plots.Figure]) -> str:
    kind = next(row["kind"] for row in said["outcomes"] if row["outcome"] == outcome)
    key = experiment.options_key([names.option(option) for option in said["options"]])
    curves_ = [plots.placed(figure) for figure in mine if "curve" in figure.anchor]
    maps = "".join(plots.placed(figure) for figure in mine if "map" in figure.anchor)
    code = paragraph(f"In the files: {outcome}", class_="reading")
    maps = paragraph(MAPS) + element("div", maps, class_="maps") if maps else ""
    label = names.measure(outcome, kind)[0]
    return markup.section(f"outcome-{outcome}", label, code, key, *curves_, maps, table(said, outcome, names))


def figures(said: Record, tree: Mapping[str, Any]) -> Iterator[plots.Figure]:
    """Yield the figures of the outcomes drawn: a curve along each axis, and maps over two."""
    names = Names(tree)
    for outcome in chosen(said):
        number = outcomes_of(said).index(outcome)
        rows = [row for row in said["outcomes"] if row["outcome"] == outcome]
        label = names.measure(outcome, rows[0]["kind"])[0]
        for place, axis in enumerate(said["varied"]):
            figure = draw_curves(said, rows, axis, names)
            yield plots.Figure(
                section=outcome,
                anchor=f"figure-curve-{number}-{place}",
                title=f"Along: {names.varied(axis)[0]}",
                reading=f"{label}. {_how(said, axis)}",
                numbers="",
                json=figure.to_json(),
                name=f"{outcome} along {axis}",
            )
        titles = [_axis_title(names, name) for name in said["varied"]]
        for n, heat in enumerate(heats(said, rows, names)):
            yield plots.Figure(
                section=outcome,
                anchor=f"figure-map-{number}-{n}",
                title=names.option(heat.option),
                reading="",
                numbers="",
                json=draw_heat(heat, rows, titles).to_json(),
                name=f"{outcome} under {heat.option}",
            )


def _how(said: Record, axis: str) -> str:
    """Say how a curve is read."""
    told = "A mark an option; bars are 95 % intervals."
    if len(said["varied"]) > 1 and said["design"] != "one_at_a_time":
        told += " Mean over what else was varied."
    if len({str(point.get(axis)) for point in said["points"]}) > LEVELS:
        told += f" Neighbouring points are taken together, {GROUPS} groups in all."
    return told


def _axis_title(names: Names, name: str) -> str:
    label, unit = names.varied(name)
    return f"{label}, {unit}" if unit else label


def curves(said: Record, rows: Sequence[Record], axis: str, scale: Scale) -> list[Curve]:
    """Return an outcome along an axis, by option: the mean over points that share a value, or are near."""
    groups = scale.groups(LEVELS, GROUPS)
    found = []
    for option in said["options"]:
        at: list[list[Record]] = [[] for _ in groups]
        for row in rows:
            value = said["points"][row["point"]].get(axis)
            if row["option"] == option and value is not None:
                at[next(n for n, group in enumerate(groups) if value in group)].append(row)
        means = {key: [_mean(level, key) for level in at] for key in ("value", "low", "high")}
        places = [sum(scale.place(value) for value in group) / len(group) for group in groups]
        found.append(Curve(option, places, means["value"], means["low"], means["high"]))
    return found


def heats(said: Record, rows: Sequence[Record], names: Names) -> Iterator[Heat]:
    """Yield an outcome over both axes, by option; nothing unless just two are varied over a grid."""
    if len(said["varied"]) != 2 or said["design"] == "one_at_a_time":
        return
    first, second = said["varied"]
    xs, ys = (Scale.of(said, axis).values for axis in (first, second))
    if len(xs) < 2 or len(ys) < 2 or len(xs) * len(ys) > 2 * len(said["points"]):
        return
    for option in said["options"]:
        at = {_place(said["points"][r["point"]], first, second): r for r in rows if r["option"] == option}
        cells = [[at.get((x, y)) for x in xs] for y in ys]
        factor = 100.0 if rows[0]["kind"] == "outcome" else 1.0
        value = [[None if cell is None else factor * cell["value"] for cell in line] for line in cells]
        told = [[_cell(cell, factor) for cell in line] for line in cells]
        xs_, ys_ = ([names.value(axis, v) for v in vs] for axis, vs in ((first, xs), (second, ys)))
        yield Heat(option, xs_, ys_, value, told)


def _cell(cell: Record | None, factor: float) -> str:
    return "" if cell is None else experiment.spelled(cell, "value", "low", "high", factor)


def _place(point: Record, first: str, second: str) -> tuple[Any, Any]:
    return point.get(first), point.get(second)


def _mean(rows: Sequence[Record], key: str) -> float:
    return float(sum(_end(row, key) for row in rows) / len(rows))


def draw_curves(said: Record, rows: Sequence[Record], axis: str, names: Names) -> Any:
    """Draw an outcome along an axis, the marks of the options side by side at each value."""
    import plotly.graph_objects as go

    scale = Scale.of(said, axis)
    lines = curves(said, rows, axis, scale)
    share = rows[0]["kind"] == "outcome"
    factor = 100.0 if share else 1.0
    step = SPREAD * scale.gap(lines[0].x) / len(lines)
    figure = go.Figure()
    for n, line in enumerate(lines):
        look = theme.look(n)
        value, low, high = ([factor * v for v in each] for each in (line.value, line.low, line.high))
        figure.add_scatter(
            name=text(names.option(line.option)),
            mode="lines+markers",
            x=[x + (n - (len(lines) - 1) / 2) * step for x in line.x],
            y=value,
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [h - v for h, v in zip(high, value, strict=True)],
                "arrayminus": [v - w for w, v in zip(low, value, strict=True)],
                "color": look.colour,
                "thickness": 1.5,
                "width": 3,
            },
            line={"color": look.colour, "width": 1.2, "dash": theme.DASHES[n % len(theme.DASHES)]},
            marker={"color": look.colour, "symbol": look.symbol, "size": 9},
            text=[
                f"{names.option(line.option)}: {v:.3g} ({a:.3g} to {b:.3g})"
                for v, a, b in zip(value, low, high, strict=True)
            ],
            hovertemplate="%{text}<extra></extra>",
        )
    theme.apply(figure, 380)
    unit = SHARE if share else names.measure(rows[0]["outcome"], "quantity")[1] or "mean"
    figure.update_layout(
        showlegend=False,
        margin_t=12,
        xaxis=theme.axis(words.lines(_axis_title(names, axis), 44), **scale.ticks(names)),
        yaxis=theme.axis(text(unit), **({"rangemode": "tozero"} if share else {})),
    )
    return figure


def draw_heat(heat: Heat, rows: Sequence[Record], titles: Sequence[str]) -> Any:
    """Draw an outcome over two axes under one option, on the scale of all options."""
    import plotly.graph_objects as go

    factor = 100.0 if rows[0]["kind"] == "outcome" else 1.0
    values = [factor * row["value"] for row in rows]
    figure = go.Figure(
        go.Heatmap(
            x=[words.lines(x, 12) for x in heat.x],
            y=[words.lines(y, 14) for y in heat.y],
            z=heat.value,
            zmin=min(values),
            zmax=max(values),
            customdata=heat.words,
            texttemplate="%{z:.3g}",
            hovertemplate="%{customdata}<extra></extra>",
            colorscale="Cividis",
            showscale=False,
        )
    )
    theme.apply(figure, 130 + 44 * len(heat.y))
    figure.update_layout(margin_t=12)
    figure.update_xaxes(theme.axis(words.lines(titles[0], 40), type="category"))
    figure.update_yaxes(theme.axis(words.lines(titles[1], 30), type="category"))
    return figure


def table(said: Record, outcome: str, names: Names) -> str:
    """Return the numbers of an outcome at every point, folded away."""
    mine = [row for row in said["outcomes"] if row["outcome"] == outcome]
    label, unit = names.measure(outcome, mine[0]["kind"])
    share = mine[0]["kind"] == "outcome"
    factor, unit = (100.0, SHARE) if share else (1.0, unit)
    several = len(said["options"]) > 1
    head = ["Point", *(_axis_title(names, name) for name in said["varied"]), "Option", "Histories", "Value"]
    head += [f"Against {names.option(said['options'][0])}"] if several else []
    rows = []
    for row in mine:
        point = said["points"][row["point"]]
        varied = [names.value(name, point[name]) if name in point else "as it is" for name in said["varied"]]
        cells = [str(row["point"]), *varied, names.option(row["option"]), f"{row['n']:,}"]
        cells.append(experiment.spelled(row, "value", "low", "high", factor))
        if several:
            cells.append(experiment.spelled(row, "difference", "difference_low", "difference_high", factor))
        rows.append([text(cell) for cell in cells])
    caption = f"Value: {label}{', ' + unit if unit else ''}, with its 95 % interval, at each point."
    if several:
        points = "percentage points" if share else "the same unit"
        caption += f" Against: the difference pair by pair under the same luck, in {points}."
    made = markup.table(caption, [text(name) for name in head], rows)
    return markup.details(f"Numbers: {label}", made)
