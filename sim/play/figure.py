"""One history as a figure: the rung of every theatre with its grave deeds, and every watched quantity."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.play.heading import named
from sim.play.records import Came, Deed, History, Track
from sim.report import experiment, markup, plots, theme, words
from sim.report.markup import text
from sim.results import files
from sim.results.faults import explained, made
from sim.world.ladder import SHOW_OF_FORCE

#: Heights in px: of the panel of rungs, of a quantity, between two panels, above and below.
RUNGS, QUANTITY, BETWEEN, TOP, BELOW = 300, 130, 58, 40, 96
#: Characters of a title.
LINE = 96


@dataclass(frozen=True, slots=True)
class Mark:
    """A deed or an incident in the figure."""

    day: dt.date
    rung: int
    words: str
    incident: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn of a history."""

    days: tuple[dt.date, ...]  # the end of every turn
    rungs: tuple[str, ...]  # labels of the ladder
    theatres: tuple[Track, ...]
    marks: tuple[Mark, ...]
    came: tuple[Came, ...]  # outcomes that came
    quantities: tuple[Track, ...]

    @property
    def highest(self) -> int:
        """Highest rung drawn."""
        tops = [max(track.values, default=0.0) for track in self.theatres]
        return int(max([*tops, *(mark.rung for mark in self.marks), SHOW_OF_FORCE]))


def summarise(history: History) -> Chart:
    """Return what is drawn: all tracks, deeds from a show of force on, outcomes that came."""
    ends = (history.start + dt.timedelta(days=(turn + 1) * history.days) for turn in range(history.turns))
    grave = (deed for deed in history.deeds if deed.rung >= SHOW_OF_FORCE)
    return Chart(
        days=tuple(ends),
        rungs=tuple(words.sentence(label) for label in history.rungs),
        theatres=history.theatres,
        marks=tuple(map(_mark, grave)),
        came=tuple(one for one in history.outcomes if one.day is not None),
        quantities=history.quantities,
    )


def _mark(deed: Deed) -> Mark:
    return Mark(deed.day, deed.rung, deed.words, deed.kind == "incident")


def draw(chart: Chart) -> Any:
    """Draw the panels below each other, on the same dates."""
    from plotly.subplots import make_subplots

    heights = [RUNGS, *(QUANTITY for _ in chart.quantities)]
    inner = sum(heights) + BETWEEN * (len(heights) - 1)
    figure = make_subplots(
        rows=len(heights),
        cols=1,
        shared_xaxes=True,
        row_heights=heights,
        vertical_spacing=BETWEEN / inner if len(heights) > 1 else 0,
        subplot_titles=["Rung of each theatre, deeds and incidents", *map(_title, chart.quantities)],
    )
    figure.update_annotations(font={"size": theme.TEXT}, x=0, xanchor="left", yanchor="bottom")
    figure.update_xaxes(theme.axis(type="date", tickformat="%b<br>%Y", nticks=8, hoverformat="%-d %B %Y"))
    figure.update_xaxes(showticklabels=True, row=1, col=1)
    figure.update_yaxes(theme.axis(nticks=4))
    _draw_rungs(figure, chart)
    for n, track in enumerate(chart.quantities, start=2):
        figure.add_scatter(
            x=chart.days, y=track.values, mode="lines", line={"color": theme.INK, "width": 2},
            name=html.escape(track.words), showlegend=False, row=n, col=1,
        )  # fmt: skip
        if len(set(track.values)) == 1:  # else it would lie amidst a scale it says nothing of
            value = track.values[0]
            figure.update_yaxes(range=sorted((0.0, 2 * value or 1.0)), row=n, col=1)
    theme.apply(figure, TOP + inner + BELOW)
    figure.update_layout(margin={"t": TOP, "b": BELOW}, legend={"y": -50 / inner, "yanchor": "top"})
    return figure


def _title(track: Track) -> str:
    return words.lines(", ".join(filter(None, (track.words, track.unit))), LINE)


def _draw_rungs(figure: Any, chart: Chart) -> None:
    """Draw the rungs as steps, deeds as points, outcomes as lines."""
    for n, track in enumerate(chart.theatres, start=1):
        look = theme.look(n)
        figure.add_scatter(
            x=chart.days, y=track.values, mode="lines", name=html.escape(track.words),
            line={"color": look.colour, "width": 2, "dash": ("solid", "dash", "dot", "dashdot")[(n - 1) % 4],
                  "shape": "hv"},
            row=1, col=1,
        )  # fmt: skip
    for incident, name, symbol in ((False, "Deed", "circle"), (True, "Incident", "x")):
        marks = [mark for mark in chart.marks if mark.incident == incident]
        if marks:
            figure.add_scatter(
                x=[mark.day for mark in marks], y=[mark.rung for mark in marks], mode="markers", name=name,
                marker={"symbol": symbol, "size": 8, "color": theme.INK},
                text=[html.escape(mark.words, quote=False) for mark in marks],
                hovertemplate="%{x}: %{text}<extra></extra>", row=1, col=1,
            )  # fmt: skip
    for came in chart.came:
        figure.add_vline(x=came.day, line={"color": theme.INK, "width": 1, "dash": "dot"}, row=1, col=1)
    labels = [f"{label} {rung}" for rung, label in enumerate(chart.rungs)]
    figure.update_yaxes(
        range=[-0.3, chart.highest + 0.5],
        tickvals=list(range(chart.highest + 1)),
        ticktext=labels[: chart.highest + 1],
        row=1,
        col=1,
    )


def page(history: History) -> str:
    """Return one history as a self-contained page: the figure, outcomes, and everything that was told."""
    drawn = plots.Figure(
        section="history",
        anchor="figure-history",
        title="Where it stood, turn by turn",
        reading="Steps are the rung of each theatre at the end of a turn, points the deeds and incidents "
        "from a show of force on (point at one to read it), dotted lines the outcomes that came.",
        numbers="",
        json=str(draw(summarise(history)).to_json()),
    )
    title = f"{history.title}: one history"
    option = named(history.option, history.option_label)
    lead = (
        f"Option {option}, replicate {history.replicate}, seed {history.seed}. One history of many: "
        "it says what the model can do, not what is likely."
    )
    parts = [
        markup.section("history", "The history", plots.placed(drawn)),
        markup.section("outcomes", "Outcomes that came", _came(summarise(history).came)),
        markup.section("told", "Told", markup.element("pre", text("\n".join(history.tell(110))))),
    ]
    return experiment.document(title, lead, history.marking or None, parts, [drawn])


def _came(came: Sequence[Came]) -> str:
    if not came:
        return markup.paragraph("None.")
    rows = [[str(one.day), text(one.words), text(one.name)] for one in sorted(came, key=lambda one: one.turn)]
    return markup.table("Outcomes that came, by the turn they came in", ["Date", "Outcome", "Name"], rows)


def write(history: History, target: Path) -> Path:
    """Write the page of a history to *target*, whole or not at all, and return its path."""
    made(target.parent)
    with explained(target):
        files.write_bytes(target, page(history).encode())
    return target
