"""How high a theatre stands on the ladder over time: the share of histories at each rung, by option."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.report import panels, theme, words
from sim.report.material import Material, Named
from sim.report.tallies import Tally

PREFIX = "rung:"
RUNGS = 12

#: Points by which the share at a rung or above has to part from the reference for a panel of its own.
LEAST = 1.0


@dataclass(frozen=True, slots=True)
class Ladder:
    """Percentage of histories at each rung of one theatre, at the end of each turn, by option."""

    theatre: Named
    rungs: tuple[str, ...]  # labels, from calm upwards
    dates: tuple[dt.date | int, ...]
    shares: tuple[tuple[Named, NDArray[np.float64]], ...]  # by option, (turns, rungs)

    @property
    def apart(self) -> tuple[list[int], list[Named]]:
        """Which options are drawn, by number, and which are within `LEAST` of the first at every rung."""
        above = [(option, np.cumsum(share[:, ::-1], axis=1)) for option, share in self.shares]
        return panels.parted(above, LEAST)

    @property
    def highest(self) -> int:
        """Highest rung reached in any history kept here."""
        return max(int(np.flatnonzero(share.any(axis=0)).max()) for _, share in self.shares)


def theatres(material: Material, tallies: Mapping[tuple[str, str], Tally]) -> tuple[Named, ...]:
    """Return the theatres whose ladder the study kept."""
    names = dict.fromkeys(series.removeprefix(PREFIX) for series, _ in tallies if series.startswith(PREFIX))
    tree = material.scenario.get("theatres")
    return tuple(Named(name, words.label_of(tree, name)) for name in names)


def summarise(material: Material, tallies: Mapping[tuple[str, str], Tally], theatre: Named) -> Ladder:
    """Return the ladder of one theatre over time."""
    series = PREFIX + theatre.name
    found = [
        (option, tallies[series, option.name])
        for option in material.options
        if (series, option.name) in tallies
    ]
    turns = found[0][1].turns.tolist()
    return Ladder(
        theatre=theatre,
        rungs=rung_labels(material),
        dates=tuple(material.after(turn + 1) or turn + 1 for turn in turns),
        shares=tuple((option, 100 * tally.shares(RUNGS)) for option, tally in found),
    )


def rung_labels(material: Material) -> tuple[str, ...]:
    """Return the labels of the rungs, from calm upwards."""
    tree = material.scenario.get("ladder")
    given = tree.get("rungs") if isinstance(tree, dict) else None
    labels = [str(rung.get("label") or rung.get("id")) for rung in given or () if isinstance(rung, dict)]
    return tuple(words.sentence(label) for label in labels) or tuple(f"Rung {rung}" for rung in range(RUNGS))


def draw(ladder: Ladder) -> Any:
    """Draw the shares stacked, the highest rung at the bottom: the height is the share at a rung or above."""
    shown = [ladder.shares[n] for n in ladder.apart[0]]
    figure = panels.grid([option.label for option, _ in shown], "Share of histories", ladder.dates, 64)
    for panel, (_, share) in enumerate(shown):
        for rung in range(ladder.highest, -1, -1):
            figure.add_scatter(
                **panels.along(ladder.dates),
                y=share[:, rung].astype(np.float32),
                name=html.escape(ladder.rungs[rung], quote=False),
                legendgroup=str(rung),
                showlegend=panel == 0,
                mode="lines",
                line={"width": 0.6, "color": theme.INK},
                fillcolor=theme.RUNGS[rung],
                stackgroup="histories",
                hovertemplate="%{x}: %{y:.2f} %",
                **panels.place(panel, len(shown)),
            )
    figure.update_yaxes(range=[0, 100], ticksuffix=f"{words.NARROW}%", dtick=25)
    figure.update_layout(legend={"traceorder": "reversed"})
    return figure
