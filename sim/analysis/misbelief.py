"""How much is done on wrong beliefs: deeds that true beliefs, under the same luck, would not have let ring.

A deed counts as wrong where its `wrong_belief` says so: appraised with what was true (the firmness of the
state it is aimed at, the level of a flow) in place of what was believed, the same clock would not have rung
in that turn. It is what better intelligence would have changed at first hand, not what would have followed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.rates import Record, number
from sim.intervals import grouped, resampled_means

if TYPE_CHECKING:
    import pandas as pd

#: Stands for all actors, or all actions of one.
ALL = "all"

#: Of the records of `misbeliefs`, in order.
COLUMNS = ("option", "actor", "action", "deeds", "wrong", "per_history", "share", "low", "high")


def misbeliefs(deeds: pd.DataFrame, options: tuple[str, ...], rows: int) -> list[Record]:
    """Return the share of deeds done on a wrong belief: of all, by actor, and by its actions.

    Parameters
    ----------
    deeds
        As in ``deeds.parquet``; incidents are left out: nobody decides them.
    options, rows
        Options, and replicates of each whose deeds are kept.

    Returns
    -------
    list of dict
        option, actor, action ("all" for the sums), deeds, wrong, per_history (wrong ones), share, low, high.
        Deeds of a history hang together, so the interval resamples groups of histories (percentile bootstrap
        of the ratio). The most wrong ones first within each option. Empty where no deeds are kept.
    """
    if not rows:
        return []
    done = deeds[deeds["kind"] == "deed"]
    records: list[Record] = []
    for option in options:
        of = done[done["option"] == option]
        groups: list[tuple[str, str, Any]] = [(ALL, ALL, of)]
        groups += [(str(actor), ALL, part) for actor, part in of.groupby("actor", observed=True)]
        groups += [
            (str(actor), str(action), part)
            for (actor, action), part in of.groupby(["actor", "action"], observed=True)
        ]
        found = [
            {"option": option, "actor": actor, "action": action, **_share(part, rows)}
            for actor, action, part in groups
        ]
        records += sorted(found, key=lambda record: (record["actor"] != ALL, -record["wrong"]))
    return records


def _share(deeds: pd.DataFrame, rows: int) -> Record:
    """Return the share of deeds that are wrong, with its interval by groups of histories."""
    replicate, wrong = deeds["replicate"].to_numpy(), deeds["wrong_belief"].to_numpy(np.float64)
    counts = np.stack([np.bincount(replicate, wrong, rows), np.bincount(replicate, minlength=rows)], axis=1)
    sums, sizes = grouped(counts)
    low = high = np.nan
    if len(sizes) > 1:
        means = resampled_means(sums, sizes)
        ratio = means[:, 0][means[:, 1] > 0] / means[:, 1][means[:, 1] > 0]
        low, high = np.quantile(ratio, [0.025, 0.975]) if len(ratio) else (np.nan, np.nan)
    return {
        "deeds": len(deeds),
        "wrong": int(wrong.sum()),
        "per_history": float(wrong.sum()) / rows,
        "share": float(wrong.mean()) if len(deeds) else None,
        "low": number(low),
        "high": number(high),
    }
