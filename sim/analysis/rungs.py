"""Shares of histories at each rung of a theatre, turn by turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.times import Calendar
from sim.intervals import wilson

if TYPE_CHECKING:
    import pandas as pd

PREFIX = "rung:"


def rungs(series: pd.DataFrame, names: tuple[str, ...], calendar: Calendar) -> pd.DataFrame:
    """Return where histories stood, from the counts of a study.

    Parameters
    ----------
    series
        As in ``series.parquet``.
    names
        Of the rungs, from the lowest.

    Returns
    -------
    DataFrame
        option, theatre, turn, date, rung (its name), place (0 the lowest), share (at it), above (at it or
        above), low, high (Wilson, of *above*, at each turn by itself), n. Every rung at every turn.
    """
    import pandas as pd

    ladders = series[series["series"].astype(str).str.startswith(PREFIX)]
    parts = []
    for (option, ladder), of in ladders.groupby(["option", "series"], observed=True, sort=False):
        turns = int(of["turn"].max()) + 1
        counts = np.zeros((turns, len(names)), np.int64)
        np.add.at(counts, (of["turn"].to_numpy(np.intp), of["bin"].to_numpy(np.intp)), of["count"].to_numpy())
        n = counts.sum(axis=1, keepdims=True)
        above = counts[:, ::-1].cumsum(axis=1)[:, ::-1]
        low, high = wilson(above, n)
        turn, place = (index.ravel() for index in np.indices(counts.shape))
        dates = np.array([calendar.date(t) for t in range(turns)])
        parts.append(
            pd.DataFrame(
                {
                    "option": str(option),
                    "theatre": str(ladder).removeprefix(PREFIX),
                    "turn": turn,
                    "date": dates[turn],
                    "rung": np.array(names)[place],
                    "place": place,
                    "share": (counts / n).ravel(),
                    "above": (above / n).ravel(),
                    "low": low.ravel(),
                    "high": high.ravel(),
                    "n": np.broadcast_to(n, counts.shape).ravel(),
                }
            )
        )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
