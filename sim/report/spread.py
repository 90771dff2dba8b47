"""Why histories differ: luck against ignorance, and what each assumption moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.analysis.columns import Histories
from sim.analysis.fifths import Swing, swings
from sim.report import beliefs, rows, words
from sim.report.material import Material, Named
from sim.report.rows import Mark, Row

#: Assumptions in the table of those that move most.
MOST = 20

#: Points by which an interval may be wide that tells luck from ignorance.
WIDE = 50.0


@dataclass(frozen=True, slots=True)
class Luck:
    """Luck's part of the variance of one outcome under one option, percent, and a sentence."""

    outcome: Named
    option: Named
    share: float
    low: float
    high: float
    sentence: str

    @property
    def wide(self) -> float:
        """How wide its interval is."""
        return self.high - self.low


@dataclass(frozen=True, slots=True)
class Moved:
    """One outcome at both ends of one assumption, with their labels."""

    outcome: Named
    assumption: Named
    ends: tuple[str, str]
    swing: Swing


def luck(material: Material) -> tuple[Luck, ...]:
    """Return luck's part in every outcome: under the reference, or where that tells little, the surest."""
    labels = {named.name: named for named in material.outcomes}
    options = {named.name: named for named in material.options}
    found: dict[str, Luck] = {}
    for row in material.estimates:
        share, low, high = (row.get(key) for key in ("luck_share", "luck_low", "luck_high"))
        name = row["outcome"]
        if share is None or low is None or high is None or row["option"] not in options:
            continue
        outcome, option = labels[name], options[row["option"]]
        share, low, high = 100 * share, 100 * low, 100 * high
        held = found.get(name)
        if held is None or held.wide > max(WIDE, high - low):
            found[name] = Luck(outcome, option, share, low, high, _sentence(share, low, high))
    return tuple(found.values())


def _sentence(share: float, low: float, high: float) -> str:
    """Say in plain words what a part of luck means for who wants to know more."""
    told = f"{words.percent(share, 0)} luck ({words.number(low, 0)} to {words.number(high, 0)})"
    if high - low > WIDE:
        return f"{told}: too few histories to tell luck from ignorance."
    if low >= 80:
        return f"{told}: nearly all of it would stay open if every number drawn were known."
    if high <= 50:
        return f"{told}: mostly ignorance, so that finding out would settle much of it."
    if high <= 80:
        return f"{told}: luck and ignorance both matter; finding out would settle a part."
    return f"{told}: mostly luck; finding out would settle a small part."


def told(found: Sequence[Luck]) -> str:
    """Say in a sentence or two where luck rules and where ignorance does."""
    lucky = sum(each.low >= 80 for each in found)
    unsure = sum(each.wide > WIDE for each in found)
    least = min(found, key=lambda each: (each.wide > WIDE, each.share))
    parts = f"{words.count(lucky)} of {words.count(len(found))} outcomes are nearly all luck"
    parts += f", of {words.count(unsure)} there are too few histories to tell" if unsure else ""
    if least.high > 80:
        return f"{parts}; none is clearly decided by the assumptions that were left open."
    return (
        f"{parts}. Ignorance matters most for “{least.outcome.label}”: knowing every number drawn would "
        f"settle about {words.percent(100 - least.share, 0)} of it ({words.number(100 - least.high, 0)} to "
        f"{words.number(100 - least.low, 0)})."
    )


def moved(material: Material, histories: Histories) -> tuple[Moved, ...]:
    """Return every outcome at both ends of every assumption, under the reference, by outcome."""
    outcomes = {named.name: named for named in material.outcomes}
    labels = beliefs.labels(material)
    return tuple(
        Moved(
            outcomes[swing.outcome],
            Named(swing.assumption, labels.get(swing.assumption, (swing.assumption, {}))[0]),
            _ends(swing, labels.get(swing.assumption, ("", {}))[1]),
            swing,
        )
        for swing in swings(histories, material.options[0].name)
        if swing.outcome in outcomes
    )


def _ends(swing: Swing, stories: Mapping[str, str]) -> tuple[str, str]:
    first, last = (stories.get(end, end) for end in swing.ends)
    return (first, last)


def by_outcome(found: Sequence[Moved]) -> Iterator[tuple[Named, list[Moved]]]:
    """Yield what moves each outcome, those that are moved most surely first."""
    groups: dict[Named, list[Moved]] = {}
    for each in found:
        groups.setdefault(each.outcome, []).append(each)
    yield from sorted(groups.items(), key=lambda pair: -max(each.swing.strength for each in pair[1]))


def strongest(found: Sequence[Moved]) -> list[Moved]:
    """Return of each assumption the outcome it moves most surely, the surest first, at most twenty."""
    best: dict[str, Moved] = {}
    for each in found:
        held = best.get(each.assumption.name)
        if held is None or each.swing.strength > held.swing.strength:
            best[each.assumption.name] = each
    return sorted(best.values(), key=lambda each: -each.swing.strength)[:MOST]


def draw_luck(found: Sequence[Luck]) -> Any:
    """Draw luck's part of every outcome."""
    lines = [
        Row(each.outcome.label, (Mark(each.share, each.low, each.high, each.sentence),)) for each in found
    ]
    figure = rows.draw(lines, ["Luck"], "Part of the variance that is luck; the rest is ignorance")
    figure["layout"]["xaxis"] |= {"range": [0, 101], "dtick": 25}
    return figure


def draw(found: Sequence[Moved]) -> Any:
    """Draw one outcome where each assumption was low, and where it was high."""
    lines = [
        Row(each.assumption.label, (_mark(each, 0), _mark(each, 1)))
        for each in sorted(found, key=lambda each: -each.swing.strength)
    ]
    names = ["lowest fifth, or the first of two stories", "highest fifth, or the second"]
    return rows.draw(lines, names, "Histories in which it happens")


def _mark(each: Moved, end: int) -> Mark:
    rate = each.swing.rates[end]
    share, low, high = (100 * value for value in (rate.probability, rate.low, rate.high))
    told = f"{each.ends[end]}: {share:.1f} % ({low:.1f} to {high:.1f}), {words.count(rate.n)} histories"
    return Mark(share, low, high, told, each.swing.clear)
