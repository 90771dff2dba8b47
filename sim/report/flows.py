"""How a watched quantity goes over time: the middle of the histories and the band four in five lie in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.columns import Histories
from sim.report import panels, paths, theme
from sim.report.ladder import PREFIX
from sim.report.material import Material, Named
from sim.report.tallies import Tally

LEVELS = (0.10, 0.50, 0.90)

#: Part of the height of the reference's band by which middle or edges have to part for a panel of its own.
LEAST = 0.02


@dataclass(frozen=True, slots=True)
class Flow:
    """Tenth, fiftieth and ninetieth percentile of one quantity at the end of each turn, by option."""

    path: str
    title: str
    unit: str
    dates: tuple[dt.date | int, ...]
    bands: tuple[tuple[Named, NDArray[np.float64]], ...]  # by option, (turns, 3)

    @property
    def apart(self) -> tuple[list[int], list[Named]]:
        """Which options are drawn, by number, and which lie within `LEAST` of the reference."""
        first = self.bands[0][1]
        return panels.parted(self.bands, max(LEAST * float(np.ptp(first)), 1e-9))


def watched(tallies: Mapping[tuple[str, str], Tally]) -> tuple[str, ...]:
    """Return the paths of the quantities the study kept, pipelines first."""
    paths = dict.fromkeys(series for series, _ in tallies if not series.startswith(PREFIX))
    return tuple(sorted(paths, key=lambda path: not path.startswith("pipelines.")))


def summarise(
    material: Material,
    tallies: Mapping[tuple[str, str], Tally],
    path: str,
    histories: Histories | None = None,
) -> Flow:
    """Return the bands of one quantity over time; those of the last turn are the summary's, to all digits.

    *histories* lend the tallies the values they ended at.
    """
    found = [
        (option, tallies[path, option.name]) for option in material.options if (path, option.name) in tallies
    ]
    turns = found[0][1].turns.tolist()
    title, unit = paths.spelled(material.scenario, path)
    return Flow(
        path=path,
        title=title,
        unit=unit,
        dates=tuple(material.after(turn + 1) or turn + 1 for turn in turns),
        bands=tuple(
            (option, _band(material, path, option, _exact(material, tally, path, option, histories)))
            for option, tally in found
        ),
    )


def _exact(material: Material, tally: Tally, path: str, option: Named, histories: Histories | None) -> Tally:
    """Return a tally that knows the values at the end, where they were kept."""
    name = f"q:{path}"
    if histories is None or name not in histories.names or tally.turns[-1] != material.turns - 1:
        return tally
    return tally.narrowed(histories[name][material.options.index(option)].astype(np.float64))


def _band(material: Material, path: str, option: Named, tally: Tally) -> NDArray[np.float64]:
    """Return the percentiles turn by turn, of the last turn as the summary has them."""
    band = tally.quantiles(LEVELS)
    rows = material.summary.get("quantities") or []
    ends = [row for row in rows if row["quantity"] == path and row["option"] == option.name]
    if ends and ends[0].get("p50") is not None and tally.turns[-1] == material.turns - 1:
        band[-1] = [ends[0][level] for level in ("p10", "p50", "p90")]
    return band


def draw(flow: Flow) -> Any:
    """Draw a panel an option; the middle of the reference is repeated in the others, dotted."""
    shown = flow.apart[0]
    figure = panels.grid([flow.bands[n][0].label for n in shown], flow.unit, flow.dates)
    reference = flow.bands[0][1][:, 1]
    for panel, number in enumerate(shown):
        band, look = flow.bands[number][1], theme.look(number)
        where = panels.place(panel, len(shown))
        common = {**panels.along(flow.dates), "mode": "lines", "showlegend": False, **where}
        figure.add_scatter(y=band[:, 2].astype(np.float32), line={"width": 0}, hoverinfo="skip", **common)
        figure.add_scatter(
            y=band[:, 0].astype(np.float32),
            line={"width": 0},
            fill="tonexty",
            fillcolor=look.band,
            hoverinfo="skip",
            **common,
        )
        if panel:
            figure.add_scatter(
                y=reference.astype(np.float32),
                line={"width": 2, "dash": "dot", "color": theme.look(0).colour},
                hoverinfo="skip",
                **common,
            )
        figure.add_scatter(
            y=band[:, 1].astype(np.float32),
            line={"width": 3, "color": look.colour},
            customdata=band[:, [0, 2]].astype(np.float32),
            hovertemplate="%{x}: %{y:.3g} (%{customdata[0]:.3g} to %{customdata[1]:.3g})<extra></extra>",
            **common,
        )
    return figure
