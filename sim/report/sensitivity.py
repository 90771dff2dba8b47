"""The page of a sensitivity analysis: what drives each outcome, how far it swings, what knowing is worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sim.report import markup, plots, theme
from sim.report.markup import element, paragraph, text

Record = Mapping[str, Any]

#: Factors a figure shows.
SHOWN = 12


def page(said: Record) -> str:
    """Return the page of what `sim sensitivity` found."""
    drawn = list(figures(said))
    sentences = [text(outcome["sentence"]) for outcome in said["outcomes"]]
    parts = [markup.section("drivers", "What drives what", markup.items(sentences, "findings"))]
    for outcome in said["outcomes"]:
        mine = [plots.placed(figure) for figure in drawn if figure.section == outcome["outcome"]]
        numbers = table(outcome)
        parts.append(markup.section(f"outcome-{outcome['outcome']}", outcome["outcome"], *mine, numbers))
    parts.append(markup.section("reading", "How to read this", *map(paragraph, READING)))
    title = f"{said['title']}: which assumption decides"
    lead = (
        f"{said['histories']:,} histories, {said['rows']:,} rows a matrix; indices under the option "
        f"{said['option']}; seed {said['seed']}."
    )
    return plots.simple(title, lead, said["marking"], parts, drawn)


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


def figures(said: Record) -> Iterator[plots.Figure]:
    """Yield the figures: indices and swings of every outcome of which something can be told."""
    for number, outcome in enumerate(said["outcomes"]):
        if not outcome["tellable"]:
            continue
        ranked = ranks(outcome["factors"])
        yield plots.Figure(
            section=outcome["outcome"],
            anchor=f"figure-indices-{number}",
            title=f"{outcome['outcome']}: share of what is not luck",
            reading="Filled: total index; open: first index; bars are 95 % intervals.",
            numbers="",
            json=draw_indices(ranked).to_json(),
        )
        swung = [row for row in outcome["factors"] if row["swing"] is not None]
        if swung:
            order = sorted(swung, key=lambda row: -abs(row["swing"]))[:SHOWN]
            yield plots.Figure(
                section=outcome["outcome"],
                anchor=f"figure-swing-{number}",
                title=f"{outcome['outcome']}: swing from one end of each assumption to the other",
                reading="Open: where it is low; filled: where it is high; bars are 95 % intervals; the line "
                "is the mean over all.",
                numbers="",
                json=draw_swings(order, outcome["mean"]).to_json(),
            )


def ranks(rows: Sequence[Record]) -> list[Record]:
    """Return the factors of which there is a total index, the largest first."""
    told = [row for row in rows if row["total"] is not None]
    return sorted(told, key=lambda row: -row["total"])[:SHOWN]


def draw_indices(rows: Sequence[Record]) -> Any:
    """Draw total and first indices, one line a factor."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for name, place, shift in (("total", 1, 0.12), ("first", 0, -0.12)):
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
    theme.apply(figure, 140 + 34 * len(rows))
    figure.update_layout(
        xaxis=theme.axis("share of the variance that assumptions explain", rangemode="tozero"),
        yaxis=_lines(rows),
    )
    return figure


def draw_swings(rows: Sequence[Record], mean: float) -> Any:
    """Draw an outcome at both ends of each factor."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for name, key, place, shift in (("low end", "at_low", 0, -0.12), ("high end", "at_high", 1, 0.12)):
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
    figure.add_vline(x=mean, line={"color": theme.INK, "dash": "dot"})
    theme.apply(figure, 140 + 34 * len(rows))
    figure.update_layout(xaxis=theme.axis("mean of the outcome"), yaxis=_lines(rows))
    return figure


def _reach(rows: Sequence[Record], name: str, colour: str) -> Record:
    """Return the bars of an estimate; none where there is no interval."""
    above = [_gap(row[f"{name}_high"], row[name]) for row in rows]
    below = [_gap(row[name], row[f"{name}_low"]) for row in rows]
    return {"type": "data", "symmetric": False, "array": above, "arrayminus": below, "color": colour}


def _gap(upper: float | None, lower: float | None) -> float:
    return 0.0 if upper is None or lower is None else max(upper - lower, 0.0)


def _lines(rows: Sequence[Record]) -> dict[str, Any]:
    ticks = [len(rows) - n for n in range(len(rows))]
    names = [text(row["factor"]) for row in rows]
    return theme.axis(tickmode="array", tickvals=ticks, ticktext=names, range=[0.4, len(rows) + 0.6])


def table(outcome: Record) -> str:
    """Return the numbers of an outcome, folded away."""
    known = ("Assumption", "Total", "First", "Total, luck not taken out", "Low end", "High end", "Swing")
    head = (*known, "Worth knowing if wanted", "… if unwanted")
    rows = [
        [
            text(row["factor"]),
            _spelled(row, "total"),
            _spelled(row, "first"),
            _plain(row["total_uncorrected"]),
            _end(row, "low"),
            _end(row, "high"),
            _spelled(row, "swing"),
            _spelled(row, "worth_wanted"),
            _spelled(row, "worth_unwanted"),
        ]
        for row in outcome["factors"]
    ]
    made = markup.table(f"What drives {outcome['outcome']}", head, rows)
    return element("p", text(outcome["sentence"])) + markup.details("Numbers", made)


def _end(row: Record, end: str) -> str:
    if row[f"at_{end}"] is None:
        return "–"
    return f"{_spelled(row, f'at_{end}')} ({text(row[f'{end}_end'])})"


def _spelled(row: Record, name: str) -> str:
    """Return an estimate with its interval."""
    if row[name] is None:
        return "–"
    return f"{_plain(row[name])} ({_plain(row[f'{name}_low'])} to {_plain(row[f'{name}_high'])})"


def _plain(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}".replace("-", "−")
