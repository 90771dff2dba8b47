"""Which history of a study to read: the most typical with an outcome, the earliest, the least likely.

**Typical** is the medoid (Kaufman & Rousseeuw 1990, Finding Groups in Data, chapter 2): of the histories in
which the outcome came, the one whose mean distance to all others is smallest. The distance is Gower's (1971,
Biometrics 27, 857-871): over all features the mean of |x - y| / range, so none counts for its unit. Features
are first ranked among the histories compared, ties sharing the middle rank, so none counts for a long tail.
There are four groups, each of equal weight as a whole: when every outcome came (one turn past the end where
it never did), watched quantities at the end, the highest rung of every theatre, and when each kind of deed
(actor, action, target) was first done.

**Least likely** is the highest histogram-based outlier score (Goldstein & Dengel 2012, KI-2012 Poster and
Demo Track, 59-63): the sum over features of -ln of the share of *all* histories of the option in the same bin
(quarters of the run or never; tenths of a quantity; each rung). It takes features as if they were independent
and says nothing of assumptions; groups weigh alike here too. It names the oddest way there, no probability.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.columns import Histories
from sim.analysis.times import Calendar
from sim.errors import Problem, UsageError

if TYPE_CHECKING:
    import pyarrow as pa

    from sim.analysis.arms import Source

Record = dict[str, Any]
Doubles = NDArray[np.float64]

#: Bins of a date besides never, and of a quantity.
DATES, TENTHS = 4, 10

#: Histories that must have done a kind of deed, of a hundred, for it to be a feature.
COMMON = 0.01


@dataclass(frozen=True, slots=True)
class Features:
    """What histories are compared by: a table of each group, ``(R, N)``, and its bins."""

    values: Mapping[str, Doubles]
    bins: Mapping[str, NDArray[np.int64]]


def search(source: Source, option: str, outcome: str, when: NDArray[Any]) -> list[Record]:
    """Return which histories of one option with an outcome to read: `find`, with dates and counts.

    Only histories whose deeds are kept are looked at; where none are, all of them, without what was done.

    Parameters
    ----------
    when : (R,)
        The turn in which the outcome came, -1 never.

    Raises
    ------
    UsageError
        If it came in none of them.
    """
    rows = source.kept or len(when)
    when = when[:rows]
    came = int((when >= 0).sum())
    if not came:
        fault = f"`{outcome}` came in none of {rows:,} histories of {option}"
        repair = "ask for another outcome or option"
        raise UsageError(Problem(str(source.folder), None, "", fault, repair))
    deeds = source.deeds(option) if source.kept else None
    held = source.manifest
    calendar = Calendar(held.start, held.days)
    told = {"option": option, "outcome": outcome, "came": came, "n": rows}
    found = find(features(source.columns, option, held.turns, deeds, rows), when)
    return [{**told, **one, "date": calendar.date(one["turn"])} for one in found]


def features(histories: Histories, option: str, turns: int, deeds: pa.Table | None, rows: int) -> Features:
    """Return the features of the first *rows* histories of one option.

    Parameters
    ----------
    deeds
        Deeds of that option as in ``deeds.parquet``, of these rows; None: they are left out.
    """
    place = histories.options.index(option)
    dates = {f"t:{name}": histories[f"t:{name}"][place, :rows] for name in histories.named("t:")}
    rungs = {f"rung_max:{n}": histories[f"rung_max:{n}"][place, :rows] for n in histories.named("rung_max:")}
    finals = {f"q:{name}": histories[f"q:{name}"][place, :rows] for name in histories.named("q:")}
    first = {} if deeds is None else _first_done(deeds, rows)
    values = {
        "outcomes": _table([_when(t, turns) for t in dates.values()], rows),
        "quantities": _table(list(finals.values()), rows),
        "rungs": _table(list(rungs.values()), rows),
        "deeds": _table([_when(t, turns) for t in first.values()], rows),
    }
    bins = {
        "outcomes": _table([_date_bins(t, turns) for t in dates.values()], rows).astype(np.int64),
        "quantities": _table([_tenths(q) for q in finals.values()], rows).astype(np.int64),
        "rungs": _table(list(rungs.values()), rows).astype(np.int64),
        "deeds": _table([_date_bins(t, turns) for t in first.values()], rows).astype(np.int64),
    }
    return Features(values, bins)


def _table(columns: list[Any], rows: int) -> Doubles:
    return np.stack(columns, axis=1).astype(np.float64) if columns else np.zeros((rows, 0))


def _when(turn: NDArray[Any], turns: int) -> NDArray[Any]:
    """Return when something came, one past the end where it never did."""
    return np.where(turn >= 0, turn, turns)


def _date_bins(turn: NDArray[Any], turns: int) -> NDArray[Any]:
    """Return the quarter of the run, `DATES` for never."""
    return np.where(turn >= 0, turn.astype(np.int64) * DATES // max(turns, 1), DATES)


def _tenths(values: NDArray[Any]) -> NDArray[np.int64]:
    """Return the tenth a value lies in."""
    edges = np.quantile(values, np.arange(1, TENTHS) / TENTHS)
    return np.searchsorted(edges, values, side="right").astype(np.int64)


def _first_done(deeds: pa.Table, rows: int) -> dict[str, NDArray[np.int64]]:
    """Return the turn in which each kind of deed was first done, -1 never; of kinds that are common."""
    replicate, turn = (deeds[name].to_numpy().astype(np.int64) for name in ("replicate", "turn"))
    held = replicate < rows
    kinds = [deeds[name].to_numpy().astype(str) for name in ("actor", "action", "target")]
    joined = np.char.add(np.char.add(np.char.add(kinds[0], ":"), np.char.add(kinds[1], ":")), kinds[2])[held]
    names, kind = np.unique(joined, return_inverse=True)
    first = np.full((len(names), rows), np.iinfo(np.int64).max)
    np.minimum.at(first, (kind, replicate[held]), turn[held])
    first[first == np.iinfo(np.int64).max] = -1
    common = (first >= 0).mean(axis=1) >= COMMON
    return {str(names[n]): first[n] for n in np.flatnonzero(common)}


def mean_distances(of: Features, rows: NDArray[np.intp]) -> Doubles:
    """Return the mean Gower distance of each of *rows* to the others of them, 0 to 1, ``(N,)``.

    Exact and without a table of pairs: in a sorted column, the distances to all others follow from the sums
    of what stands before and behind.
    """
    groups = [_column_means(table[rows]) for table in of.values.values() if table.shape[1]]
    return np.asarray(np.mean(groups, axis=0) if groups else np.zeros(len(rows)), np.float64)


def _column_means(table: Doubles) -> Doubles:
    """Return the mean over columns of each row's mean ranked distance to the other rows."""
    from scipy.stats import rankdata

    n = len(table)
    if n < 2:
        return np.zeros(n)
    total = np.zeros(n)
    for column in table.T:
        ranks = rankdata(column) / n
        span = np.ptp(ranks)
        if not span:
            continue
        x = ranks / span
        order = np.argsort(x, kind="stable")
        s = x[order]
        before = np.concatenate([[0.0], np.cumsum(s)[:-1]])
        behind = s.sum() - before - s
        k = np.arange(n)
        total[order] += (k * s - before + behind - (n - 1 - k) * s) / (n - 1)
    return np.asarray(total / table.shape[1], np.float64)


def oddness(of: Features) -> Doubles:
    """Return the histogram-based outlier score of every history, groups weighing alike, ``(R,)``."""
    groups = []
    for table in of.bins.values():
        if not table.shape[1]:
            continue
        score = np.zeros(len(table))
        for column in table.T:
            _, where, count = np.unique(column, return_inverse=True, return_counts=True)
            score -= np.log(count[where] / len(column))
        groups.append(score / table.shape[1])
    return np.asarray(np.mean(groups, axis=0), np.float64)


def find(of: Features, when: NDArray[Any]) -> list[Record]:
    """Return the most typical, the earliest and the least likely history with an outcome.

    Parameters
    ----------
    when : (R,)
        The turn in which it came, -1 never; there has to be one in which it did.

    Returns
    -------
    list of dict
        kind, replicate, turn, distance (mean, to the others with the outcome), least_distance and
        mean_distance (of all of them), oddness and share_odder (of those with the outcome that are odder). Of
        equals the one of the lowest number.
    """
    rows = np.flatnonzero(when >= 0)
    distance, odd = mean_distances(of, rows), oddness(of)[rows]
    first = when[rows]
    early = np.flatnonzero(first == first.min())
    chosen = {
        "typical": int(np.argmin(distance)),
        "earliest": int(early[np.argmin(distance[early])]),
        "least likely": int(np.argmax(odd)),
    }
    return [
        {
            "kind": kind,
            "replicate": int(rows[n]),
            "turn": int(first[n]),
            "distance": float(distance[n]),
            "least_distance": float(distance.min()),
            "mean_distance": float(distance.mean()),
            "oddness": float(odd[n]),
            "share_odder": float((odd > odd[n]).mean()),
        }
        for kind, n in chosen.items()
    ]
