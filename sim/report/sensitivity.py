"""The page of a sensitivity analysis: what drives each outcome, how far it swings, what knowing is worth."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sim.report import experiment, markup, plots, theme, words
from sim.report.markup import element, paragraph, text
from sim.report.names import Names

Record = Mapping[str, Any]

#: Factors a figure shows, and characters on a line of their names.
SHOWN, WIDE = 12, 22

#: How far the two marks of a line stand from its middle, in lines.
SHIFT = 0.17

#: What the marks stand for: of indices, and of swings.
KEYS = (
    experiment.key(
        [
            (theme.look(1).colour, "square", "total index: what would stay unknown if it alone were"),
            (theme.look(0).colour, "circle-open", "first index: what would go if it alone were known"),
        ]
    ),
    experiment.key(
        [
            (theme.look(0).colour, "circle-open", "where the assumption is low, or in its one story"),
            (theme.look(1).colour, "square", "where it is high, or in the other"),
        ]
    ),
)


def page(said: Record, tree: Mapping[str, Any]) -> str:
    """Return the page of what `sim sensitivity` found in the scenario *tree*."""
    names, drawn = Names(tree), list(figures(said, tree))
    told = [_sentence(outcome, names) for outcome in said["outcomes"]]
    parts = [markup.section("drivers", "What drives what", markup.items(told, "findings"))]
    shown = [outcome for outcome in said["outcomes"] if outcome["tellable"]]
    parts += [
        _section(outcome, names, [f for f in drawn if f.section == outcome["outcome"]]) for outcome in shown
    ]
    rest = [outcome for outcome in said["outcomes"] if not outcome["tellable"]]
    if rest:
        tables = (table(outcome, names) for outcome in rest)
        parts.append(markup.section("rest", "What cannot be told yet", paragraph(UNTOLD), *tables))
    parts.append(markup.section("reading", "How to read this", *map(paragraph, READING)))
    title = f"{said['title']}: which assumption decides"
    lead = (
        f"{said['histories']:,} histories, {said['rows']:,} rows a matrix; indices under the option "
        f"“{names.option(said['option'])}”; seed {said['seed']}."
    )
    return experiment.document(title, lead, said["marking"], parts, drawn)


UNTOLD = (
    "These outcomes never differ, or so few histories differ for another reason than luck that shares of it "
    "say nothing: they are not drawn, and the numbers are for completeness."
)


def _section(outcome: Record, names: Names, mine: Sequence[plots.Figure]) -> str:
    shown = (KEYS["swing" in figure.anchor] + plots.placed(figure) for figure in mine)
    name = paragraph(f"In the files: {outcome['outcome']}", class_="reading")
    label = names.measure(outcome["outcome"], outcome["kind"])[0]
    return markup.section(f"outcome-{outcome['outcome']}", label, name, *shown, table(outcome, names))


def _sentence(outcome: Record, names: Names) -> str:
    """Return the sentence of an outcome as markup, with labels in place of names."""
    rest = outcome["sentence"].removeprefix(f"{outcome['outcome']}: ")
    for row in outcome["factors"]:
        if row["kind"] != "rest":
            rest = re.sub(rf"(?<!\w){re.escape(row['factor'])}(?= \()", _factor(row, names), rest)
    return element("strong", text(names.measure(outcome["outcome"], outcome["kind"])[0])) + ": " + text(rest)


def _factor(row: Record, names: Names) -> str:
    """Return the label of an assumption, or of several that go together."""
    if row["kind"] == "rest":
        return words.sentence(row["factor"])
    return " + ".join(row["title"] or names.varied(name)[0] for name in row["factor"].split(" + "))


READING = (
    "The total index of an assumption is the share of what is not luck that would be left unknown if it "
    "alone were unknown; the first index, the share that would go if it alone were known. Both are corrected "
    "for luck by twins: histories with the same assumptions and other luck. Intervals are 95 %.",
    "The swing is the outcome where the assumption is in the highest fifth of its distribution less that in "
    "the lowest, all else as drawn; of stories, between the two that are furthest apart.",
    "What knowing is worth is how much likelier (or rarer) the outcome becomes if the option is chosen "
    "knowing the assumption. The rule is learnt on some histories and valued on others.",
    "Everything is conditional on the model and on the distributions of the scenario: an assumption given a "
    "narrow range cannot matter.",
)


def figures(said: Record, tree: Mapping[str, Any]) -> Iterator[plots.Figure]:
    """Yield the figures: indices and swings of every outcome of which something can be told."""
    names = Names(tree)
    for number, outcome in enumerate(said["outcomes"]):
        if not outcome["tellable"]:
            continue
        label, unit = names.measure(outcome["outcome"], outcome["kind"])
        ranked = ranks(outcome["factors"])
        yield plots.Figure(
            section=outcome["outcome"],
            anchor=f"figure-indices-{number}",
            title=f"{label}: share of what is not luck",
            reading="Bars are 95 % intervals.",
            numbers="",
            json=draw_indices(ranked, names).to_json(),
            name=f"{outcome['outcome']} indices",
        )
        swung = [row for row in outcome["factors"] if row["swing"] is not None]
        if swung:
            order = sorted(swung, key=lambda row: -abs(row["swing"]))[:SHOWN]
            yield plots.Figure(
                section=outcome["outcome"],
                anchor=f"figure-swing-{number}",
                title=f"{label}: from one end of each assumption to the other",
                reading="Bars are 95 % intervals; the dotted line is the mean over all.",
                numbers="",
                json=draw_swings(order, outcome, unit, names).to_json(),
                name=f"{outcome['outcome']} swing",
            )


def ranks(rows: Sequence[Record]) -> list[Record]:
    """Return the factors of which there is a total index, the largest first."""
    told = [row for row in rows if row["total"] is not None]
    return sorted(told, key=lambda row: -row["total"])[:SHOWN]


def draw_indices(rows: Sequence[Record], names: Names) -> Any:
    """Draw total and first indices, one line a factor."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for name, place, shift in (("total", 1, SHIFT), ("first", 0, -SHIFT)):
        look = theme.look(place)
        figure.add_trace(
            go.Scatter(
                name=name,
                mode="markers",
                x=[row[name] for row in rows],
                y=[len(rows) - n + shift for n in range(len(rows))],
                error_x=_reach(rows, name, look.colour),
                marker={
                    "color": look.colour,
                    "size": 11,
                    "symbol": look.symbol if name == "total" else f"{look.symbol}-open",
                },
                hovertemplate="%{x:.2f}<extra></extra>",
            )
        )
    _finish(figure, rows, names)
    figure.update_layout(
        xaxis=theme.axis("share of the variance<br>that assumptions explain", rangemode="tozero")
    )
    return figure


def draw_swings(rows: Sequence[Record], outcome: Record, unit: str, names: Names) -> Any:
    """Draw an outcome at both ends of each factor."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for name, key, place, shift in (("low end", "at_low", 0, -SHIFT), ("high end", "at_high", 1, SHIFT)):
        look = theme.look(place)
        end = f"{key.removeprefix('at_')}_end"
        figure.add_trace(
            go.Scatter(
                name=name,
                mode="markers",
                x=[row[key] for row in rows],
                y=[len(rows) - n + shift for n in range(len(rows))],
                text=[row[end] for row in rows],
                error_x=_reach(rows, key, look.colour),
                marker={
                    "color": look.colour,
                    "size": 11,
                    "symbol": f"{look.symbol}-open" if place == 0 else look.symbol,
                },
                hovertemplate="%{text}: %{x:.3g}<extra></extra>",
            )
        )
    figure.add_vline(x=outcome["mean"], line={"color": theme.INK, "dash": "dot"})
    _finish(figure, rows, names)
    figure.update_layout(xaxis=theme.axis(words.lines(unit or "mean", 40)))
    return figure


def _finish(figure: Any, rows: Sequence[Record], names: Names) -> None:
    """Give a figure its height and a line a factor."""
    told = [words.lines(_factor(row, names), WIDE) for row in rows]
    theme.apply(figure, 100 + sum(30 + 15 * name.count("<br>") for name in told))
    ticks = [len(rows) - n for n in range(len(rows))]
    figure.update_layout(
        showlegend=False,
        margin_t=12,
        yaxis=theme.axis(tickmode="array", tickvals=ticks, ticktext=told, range=[0.4, len(rows) + 0.6]),
    )


def _reach(rows: Sequence[Record], name: str, colour: str) -> Record:
    """Return the bars of an estimate; none where there is no interval."""
    above = [_gap(row[f"{name}_high"], row[name]) for row in rows]
    below = [_gap(row[name], row[f"{name}_low"]) for row in rows]
    return {"type": "data", "symmetric": False, "array": above, "arrayminus": below, "color": colour}


def _gap(upper: float | None, lower: float | None) -> float:
    return 0.0 if upper is None or lower is None else max(upper - lower, 0.0)


def table(outcome: Record, names: Names) -> str:
    """Return the numbers of an outcome, folded away."""
    choice = outcome["knowing_everything"] is not None
    gains = choice and any(
        (row[f"{key}_low"] or 0) > 0
        for row in outcome["factors"]
        for key in ("worth_wanted", "worth_unwanted")
    )
    head = ["Assumption", "Total", "First", "Total, luck not taken out", "Low end", "High end", "Swing"]
    head += ["Worth if wanted", "Worth if not wanted"] if gains else []
    rows = []
    for row in outcome["factors"]:
        cells = [text(_factor(row, names)), _spelled(row, "total"), _spelled(row, "first")]
        cells += [
            _plain(row["total_uncorrected"]),
            _end(row, "low"),
            _end(row, "high"),
            _spelled(row, "swing"),
        ]
        rows.append(
            cells + ([_spelled(row, "worth_wanted"), _spelled(row, "worth_unwanted")] if gains else [])
        )
    caption = CAPTION + (f" {WORTH}" if gains else f" {NO_GAIN}" if choice else "")
    made = markup.table(caption, head, rows)
    label = names.measure(outcome["outcome"], outcome["kind"])[0]
    return markup.details(f"Numbers: {label}", made)


CAPTION = (
    "Total: share of what is not luck that would stay unknown if the assumption alone were. First: share "
    "that would go if it alone were known. Luck not taken out: the total index as usually computed. Low and "
    "high end: the outcome in the lowest and highest fifth of the assumption, and what that is. Swing: their "
    "difference. In brackets 95 % intervals."
)
WORTH = (
    "Worth: by how much likelier (if wanted) or rarer (if not) the outcome becomes when the option is chosen "
    "knowing the assumption; an interval that reaches 0 is no clear gain."
)
NO_GAIN = (
    "What knowing an assumption is worth is left out: for no assumption is there a clear gain from knowing "
    "it before an option is chosen, as where one option is best whatever is true."
)


def _end(row: Record, end: str) -> str:
    if row[f"at_{end}"] is None:
        return "–"
    return f"{_spelled(row, f'at_{end}')} ({text(row[f'{end}_end'])})"


def _spelled(row: Record, name: str) -> str:
    """Return an estimate with its interval."""
    if row[name] is None:
        return "–"
    if name in {"total", "first"} and row[f"{name}_high"] == 0:
        return "about 0"
    return f"{_plain(row[name])} ({_plain(row[f'{name}_low'])} to {_plain(row[f'{name}_high'])})"


def _plain(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}".replace("-", "−")
