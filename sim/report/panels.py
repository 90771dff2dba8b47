"""A panel an option, side by side on the same scales: how a thing goes over time."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.report import theme, words
from sim.report.material import Named

#: Heights in px: of a panel, between two rows of them (dates and a title of two lines), above, below.
ROW, BETWEEN, TOP, DATES = 220, 104, 50, 52

#: Days beyond which ticks of an axis of time lie more than a month apart, and name months.
MONTHS = 270


def parted(each: Sequence[tuple[Named, NDArray[np.float64]]], least: float) -> tuple[list[int], list[Named]]:
    """Return which options are drawn, by number, and which are left out since they say the same.

    The first is what the others are held against; one that never departs from it by *least* says the same.
    """
    first = each[0][1]
    apart = [n for n, (_, values) in enumerate(each) if n == 0 or np.abs(values - first).max() >= least]
    return apart, [option for n, (option, _) in enumerate(each) if n not in apart]


def columns(panels: int) -> int:
    """Return how many panels stand side by side: three, but four as two and two."""
    return {1: 1, 2: 2, 4: 2}.get(panels, 3)


def place(index: int, panels: int) -> dict[str, int]:
    """Return the row and column of a panel."""
    row, column = divmod(index, columns(panels))
    return {"row": row + 1, "col": column + 1}


def along(dates: Sequence[dt.date | int]) -> dict[str, Any]:
    """Return where the marks of evenly spaced turns stand: the first and the step, not every date again."""
    first, second = dates[0], dates[min(1, len(dates) - 1)]
    if isinstance(first, dt.date) and isinstance(second, dt.date):
        return {"x0": first.isoformat(), "dx": round((second - first).total_seconds() * 1000) or 1}
    return {"x0": first, "dx": 1}


def grid(titles: Sequence[str], unit: str, dates: Sequence[dt.date | int], legend: int = 0) -> Any:
    """Return a figure with an empty panel for each title, *unit* up, *dates* along, *legend* px below."""
    from plotly.subplots import make_subplots

    across = columns(len(titles))
    down = -(-len(titles) // across)
    inner = down * ROW + (down - 1) * BETWEEN
    figure = make_subplots(
        rows=down,
        cols=across,
        shared_yaxes="all",
        horizontal_spacing=0.03,
        vertical_spacing=BETWEEN / inner,
        subplot_titles=[words.lines(title, theme.LINE // across - 4) for title in titles],
    )
    figure.update_annotations(font={"size": theme.TEXT}, yanchor="bottom")
    figure.update_xaxes(theme.axis(**_along(dates)))
    figure.update_yaxes(theme.axis(rangemode="tozero"))
    figure.update_yaxes(title={"text": html.escape(unit, quote=False), "font": {"size": theme.TEXT}}, col=1)
    theme.apply(figure, TOP + inner + DATES + legend)
    margin = {"t": TOP, "b": DATES + legend}
    figure.update_layout(margin=margin, legend={"y": -DATES / inner, "yanchor": "top"})
    return figure


def _along(dates: Sequence[dt.date | int]) -> dict[str, Any]:
    """Return the axis of time: dates where the scenario has them, turns otherwise."""
    if dates and isinstance(dates[0], dt.date):
        return {"type": "date", **ticks(dates[0], dates[-1]), "nticks": 6, "hoverformat": "%-d %B %Y"}
    return {"title": {"text": "turn"}}


def ticks(first: dt.date | int, last: dt.date | int) -> dict[str, Any]:
    """Return how the ticks of an axis of dates are spelled: months, or days where there are few of them."""
    if not (isinstance(first, dt.date) and isinstance(last, dt.date)):
        return {}
    days = (last - first).days
    if days > MONTHS:
        return {"tickformat": "%b<br>%Y"}
    return {"tickformat": "%-d %b<br>%Y", **({} if days > 6 else {"dtick": 86_400_000})}


def alike(options: Sequence[Named], how: str) -> str:
    """Say which options are not drawn, since they say the same as the reference."""
    if not options:
        return ""
    named = "; ".join(f"“{option.label}”" for option in options)
    return f" {how}, and not drawn: {named}."
