"""Pathways: by which chains of deeds an outcome was come to, and what sets those histories apart.

Of histories in which the outcome came, the half year up to the turn before it is looked at. Those in which
it did not are cut at dates at which it came in others, in rotation, so that both had the same time for deeds
(as controls are matched in time in a nested case-control study: Lubin & Gail 1984, Biometrics 40, 63-75).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.analysis.fifths import ends
from sim.analysis.happenings import Happenings, Kind
from sim.analysis.signposts import likelihood_ratio
from sim.intervals import Z, wilson

Turns = NDArray[Any]

#: Fewest histories with the outcome, and without, that pathways are told of.
FEWEST = 50
#: What stands for the action of a step that is another outcome.
OUTCOME = "outcome"
#: Days before the outcome that deeds are looked at: what came earlier has mostly come everywhere.
WINDOW = 182.0
#: Deeds a chain is made of, chains told, and the least share of the histories a deed must be in.
STEPS, CHAINS, COMMON = 5, 8, 0.05


@dataclass(frozen=True, slots=True)
class Lift:
    """How much more often something was so in histories that got there than in those that did not."""

    what: Kind | tuple[str, str]  # a deed, or an assumption and where it lay
    there: float  # share of the histories that got there
    elsewhere: float  # share of those that did not
    lift: float
    low: float
    high: float
    clear: bool  # its interval leaves out 1 even as one of all those that were looked at


@dataclass(frozen=True, slots=True)
class Chain:
    """Deeds in the order in which they first came before the outcome."""

    steps: tuple[Kind, ...]
    share: float  # of the histories that got there
    low: float
    high: float
    elsewhere: float  # of those that did not, by the same dates
    days: float | None  # median from the first step to the outcome


@dataclass(frozen=True, slots=True)
class Pathways:
    """How one outcome was come to under one option."""

    outcome: str
    option: str
    cases: int
    others: int
    chains: tuple[Chain, ...]
    rest: float  # share of the histories with another chain
    deeds: tuple[Lift, ...]  # clear ones, furthest from 1 first
    assumptions: tuple[Lift, ...]  # likewise


def pathways(
    outcome: str,
    option: str,
    when: Turns,
    held: Happenings,
    marks: Mapping[str, Turns],
    assumptions: Mapping[str, NDArray[Any]],
    days: float,
) -> Pathways | None:
    """Return how an outcome was come to; None where it came, or stayed away, in too few histories.

    Parameters
    ----------
    when : (R,)
        Turn of the outcome, -1 where it did not come. What came in the first turn has no path: left out.
    held
        The deeds of these histories.
    marks
        Turn of every other outcome, (R,), -1 where it did not come: a step like a deed, however early.
    assumptions
        What was drawn, (R,).
    days
        Of a turn.
    """
    kept = when != 0
    comes = (when > 0)[kept]
    if min(comes.sum(), (~comes).sum()) < FEWEST:
        return None
    cut = when[kept].astype(np.int64)
    cut[~comes] = np.resize(cut[comes], int((~comes).sum()))
    until = np.zeros(len(when), np.int64)
    until[kept] = cut
    deeds = held.between(until - round(WINDOW / days), until)
    deeds |= {Kind("", OUTCOME, name): np.where(turn < until, turn, -1) for name, turn in marks.items()}
    kinds = list(deeds)
    first = np.stack([deeds[kind][kept] for kind in kinds]) if kinds else np.zeros((0, len(cut)), np.int64)
    had = first >= 0
    looked = len(kinds) + len(assumptions)
    strict = float(ndtri(1 - 0.025 / max(1, looked)))
    there, elsewhere = had[:, comes].mean(axis=1), had[:, ~comes].mean(axis=1)
    common = np.flatnonzero(np.maximum(there, elsewhere) >= COMMON).tolist()
    lifts = [_lift(kinds[i], had[i], comes, strict) for i in common]
    chosen = [common[i] for i in _steps(lifts)]
    chains, rest = _chains([kinds[i] for i in chosen], first[chosen], had[chosen], comes, cut, days)
    believed = [
        _lift((name, spelled), part[kept], comes, strict)
        for name, drawn in assumptions.items()
        for spelled, part in ends(drawn)
    ]
    cases = int(comes.sum())
    others = len(comes) - cases
    return Pathways(outcome, option, cases, others, chains, rest, _clear(lifts), _clear(believed))


def _lift(what: Kind | tuple[str, str], held: NDArray[np.bool_], comes: NDArray[np.bool_], z: float) -> Lift:
    a, c = int((held & comes).sum()), int((held & ~comes).sum())
    b, d = int(comes.sum()) - a, int((~comes).sum()) - c
    lift, low, high = likelihood_ratio(a, b, c, d)
    reach = np.log(high / lift) * z / Z
    clear = bool(abs(np.log(lift)) > reach)
    return Lift(what, a / (a + b), c / (c + d), lift, low, high, clear)


def _steps(lifts: list[Lift]) -> list[int]:
    """Return which deeds chains are made of: clearly commoner there, those that part most histories first."""
    fit = [i for i, each in enumerate(lifts) if each.clear and each.lift > 1 and each.there >= COMMON]
    return sorted(fit, key=lambda i: lifts[i].elsewhere - lifts[i].there)[:STEPS]


def _clear(lifts: list[Lift]) -> tuple[Lift, ...]:
    kept = [each for each in lifts if each.clear]
    if len(kept) == 2 and all(isinstance(each.what, tuple) for each in kept):
        kept = [each for each in kept if each.lift > 1] or kept  # of two stories one says it all
    return tuple(sorted(kept, key=lambda each: -max(each.low, 1 / each.high)))


def _chains(
    kinds: list[Kind],
    first: NDArray[Any],
    had: NDArray[np.bool_],
    comes: NDArray[np.bool_],
    cut: NDArray[np.int64],
    days: float,
) -> tuple[tuple[Chain, ...], float]:
    """Return the commonest orders in which the chosen deeds came, and the share of all others."""
    at = np.where(had, first.astype(np.int64), np.iinfo(np.int64).max)
    order = np.argsort(at, axis=0, kind="stable").T
    length = had.sum(axis=0)
    chains = [tuple(row[:n]) for row, n in zip(order.tolist(), length.tolist(), strict=True)]
    there = Counter(chain for chain, came in zip(chains, comes, strict=True) if came)
    elsewhere = Counter(chain for chain, came in zip(chains, comes, strict=True) if not came)
    cases, others = int(comes.sum()), int((~comes).sum())
    begun = at.min(axis=0) if len(kinds) else np.zeros(len(cut), np.int64)
    found = []
    for chain, count in sorted(there.items(), key=lambda pair: (-pair[1], pair[0]))[:CHAINS]:
        mine = np.array([each == chain for each in chains], np.bool_) & comes
        lead = float(np.median((cut - begun)[mine]) * days) if chain else None
        low, high = wilson(count, cases)
        steps = tuple(kinds[i] for i in chain)
        found.append(Chain(steps, count / cases, float(low), float(high), elsewhere[chain] / others, lead))
    return tuple(found), 1 - sum(chain.share for chain in found)
