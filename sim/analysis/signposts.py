"""Signposts: what seen by a given week says most about whether an outcome is still to come.

Histories in which the outcome has come by then are left out (a landmark analysis: Anderson, Cain & Gelber
1983, J. Clin. Oncol. 1, 710-719), else early outcomes would make signs of what follows from them. A sign is a
deed or incident, by actor, action and target, or another outcome of the scenario; of quantities a study keeps
no course in each history, so watch for one by an outcome with a `quantity`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.rates import Record
from sim.intervals import Z, wilson

if TYPE_CHECKING:
    import pandas as pd

Turns = NDArray[Any]

#: Fewest histories with a sign, and without; fewest in which the outcome comes, and stays away; fewest with a
#: sign of either, seen or expected of noise, without which the logarithm of a ratio is far from normal
#: (Cochran 1954, Biometrics 10, 417-451).
FEWEST, CASES, CELL = 30, 10, 5

#: Of the records of `signposts`, in order.
COLUMNS = (
    "sign", "seen", "n", "likelihood_ratio", "low", "high", "with", "with_low", "with_high", "without",
    "lead_days",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Landmark:
    """What is asked: whether an outcome comes from a turn on, where it has not come before."""

    when: Turns  # (R,), of the outcome, -1 where it does not come
    turn: int  # the first turn that is not seen
    days: float  # of a turn

    @property
    def open(self) -> NDArray[np.bool_]:
        """Where it has not come yet."""
        return np.asarray((self.when < 0) | (self.when >= self.turn), np.bool_)

    @property
    def comes(self) -> NDArray[np.bool_]:
        """Where it is still to come."""
        return np.asarray(self.when >= self.turn, np.bool_)


def signposts(landmark: Landmark, signs: Mapping[str, Turns]) -> list[Record]:
    """Return what each sign says, those that say most first.

    Parameters
    ----------
    landmark
        The outcome and the time by which signs are seen.
    signs
        By name, the turn ``(R,)`` in which each was first seen, -1 where never.

    Returns
    -------
    list of dict
        sign; seen, n (histories with the sign, of all in which the outcome is open); likelihood_ratio,
        low, high: P(sign | it comes) / P(sign | it does not), by the logarithm (Simel, Samsa & Matchar 1991,
        J. Clin. Epidemiol. 44, 763-770), half a history added to each cell where one is empty; with,
        with_low, with_high: P(it comes | sign), by Wilson; without: P(it comes | no sign); lead_days: median
        from first sight to the outcome, None below ten cases. In order of how far the end of the interval
        nearest to 1 lies from it, by the logarithm: what is only noise comes last. Of many signs tried some
        look good by chance: trust intervals far from 1.

        Left out are signs seen, or not seen, in fewer than 30 histories, and those whose ratio rests on a
        handful: seen, and by chance to be expected, fewer than five times where the outcome comes or where
        it stays away. Empty where it comes, or stays away, in fewer than ten histories.
    """
    open_, comes = landmark.open, landmark.comes
    n, cases = int(open_.sum()), int(comes.sum())
    found: list[Record] = []
    if min(cases, n - cases) < CASES:
        return found
    for name, first in signs.items():
        seen = open_ & (first >= 0) & (first < landmark.turn)
        with_sign, both = int(seen.sum()), int((seen & comes).sum())
        only, due = cases - both, with_sign * cases / n
        if min(with_sign, n - with_sign) < FEWEST:
            continue
        if min(max(both, due), max(with_sign - both, with_sign - due)) < CELL:
            continue
        ratio, low, high = likelihood_ratio(both, only, with_sign - both, n - with_sign - only)
        with_low, with_high = wilson(both, with_sign)
        leads = (landmark.when - first)[seen & comes] * landmark.days
        found.append(
            {
                "sign": name,
                "seen": with_sign,
                "n": n,
                "likelihood_ratio": ratio,
                "low": low,
                "high": high,
                "with": both / with_sign,
                "with_low": float(with_low),
                "with_high": float(with_high),
                "without": only / (n - with_sign),
                "lead_days": float(np.median(leads)) if len(leads) >= CASES else None,
            }
        )
    return sorted(found, key=lambda record: -_strength(record))


def _strength(record: Record) -> float:
    """Return how far the interval stays from 1, by the logarithm; below 0 where it contains 1."""
    return max(float(np.log(record["low"])), -float(np.log(record["high"])))


def likelihood_ratio(a: float, b: float, c: float, d: float) -> tuple[float, float, float]:
    """Return P(sign | comes) / P(sign | does not) with its 95 % interval.

    *a*, *b*: it comes, with and without the sign; *c*, *d*: it does not, with and without.
    """
    if min(a, b, c, d) == 0:
        a, b, c, d = a + 0.5, b + 0.5, c + 0.5, d + 0.5
    ratio = (a / (a + b)) / (c / (c + d))
    reach = Z * np.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))
    return ratio, float(ratio * np.exp(-reach)), float(ratio * np.exp(reach))


def first_seen(deeds: pd.DataFrame, rows: int, observer: str | None = None) -> dict[str, Turns]:
    """Return when each kind of deed was first seen in every history.

    Parameters
    ----------
    deeds
        Of one option, as in ``deeds.parquet``.
    rows
        Replicates whose deeds are kept.
    observer
        The state that must see it; any but the actor by default.

    Returns
    -------
    dict
        By "ACTOR action TARGET", (rows,): the first turn, -1 where never seen.
    """
    seers = deeds["observers"].astype(str)
    if observer is None:
        codes = deeds[["observers", "actor"]].astype(str)
        told = codes.drop_duplicates()
        others = {(o, a): bool(set(o.split(",")) - {a, ""}) for o, a in told.itertuples(index=False)}
        seen = np.array([others[pair] for pair in codes.itertuples(index=False, name=None)], np.bool_)
    else:
        sees = {text: observer in text.split(",") for text in seers.unique()}
        seen = seers.map(sees).to_numpy(np.bool_)
    kept = deeds[seen]
    names = kept["actor"].astype(str) + " " + kept["action"].astype(str) + " " + kept["target"].astype(str)
    signs: dict[str, Turns] = {}
    for name, part in kept.groupby(names.str.strip(), sort=True):
        first = np.full(rows, np.iinfo(np.int64).max)
        np.minimum.at(first, part["replicate"].to_numpy(), part["turn"].to_numpy(np.int64))
        signs[str(name)] = np.where(first == np.iinfo(np.int64).max, -1, first)
    return signs
