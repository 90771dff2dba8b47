"""What happens under each option, and what an option changes: a dot and an interval each, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sim.analysis.estimative import ceiling, in_words
from sim.report import forest, words
from sim.report.material import Material, Named

#: An outcome whose intervals stay below this percentage is drawn on a log scale, with the other rare ones.
RARE = 5.0

#: Lines of a figure that fit on a page of paper.
PAGE = 36


@dataclass(frozen=True, slots=True)
class Estimate:
    """How often an outcome happens under one option; percentages, differences in percentage points."""

    option: Named
    probability: float
    low: float
    high: float
    histories: int
    times: int
    words: str  # where its interval lies
    difference: float | None = None  # to the reference under the same luck
    difference_low: float | None = None
    difference_high: float | None = None
    median_date: str | None = None
    luck_share: float | None = None  # percent of the variance

    @property
    def differs(self) -> bool:
        """Whether the interval of the difference leaves out zero."""
        if self.difference_low is None or self.difference_high is None:
            return False
        return self.difference_low > 0 or self.difference_high < 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome under every option, the reference first."""

    named: Named
    estimates: tuple[Estimate, ...]
    places: int  # decimals its percentages deserve
    rare: bool


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Every outcome under every option."""

    options: tuple[Named, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def reference(self) -> Named:
        """Option the others are compared with."""
        return self.options[0]

    def common(self) -> tuple[Outcome, ...]:
        """Outcomes for the linear scale."""
        return tuple(outcome for outcome in self.outcomes if not outcome.rare)

    def rare(self) -> tuple[Outcome, ...]:
        """Outcomes for the log scale."""
        return tuple(outcome for outcome in self.outcomes if outcome.rare)


def summarise(material: Material) -> Outcomes:
    """Return the outcomes of a study, as percentages."""
    rows = {(row["outcome"], row["option"]): row for row in material.estimates}
    outcomes = []
    for named in material.outcomes:
        estimates = tuple(
            _estimate(option, rows[named.name, option.name])
            for option in material.options
            if (named.name, option.name) in rows
        )
        widest = max((each.high - each.low) / 2 for each in estimates)
        outcomes.append(Outcome(named, estimates, words.decimals(widest), _is_rare(estimates)))
    return Outcomes(material.options, tuple(outcomes))


def parts(outcomes: Sequence[Outcome]) -> list[tuple[Outcome, ...]]:
    """Split outcomes into lots that each fit on a page of paper, as even as they go."""
    lines = sum(len(outcome.estimates) + 1 for outcome in outcomes)
    lots = max(1, min(len(outcomes), -(-lines // PAGE)))
    cuts = [round(lot * len(outcomes) / lots) for lot in range(lots + 1)]
    return [tuple(outcomes[start:end]) for start, end in pairwise(cuts)]


def draw(outcomes: Outcomes, shown: Sequence[Outcome] = ()) -> Any:
    """Draw the outcomes that are not rare, or those *shown* of them on the scale of all."""
    groups = _groups(outcomes.common())
    return forest.draw(groups, _groups(shown) or groups, outcomes.reference.label, log=None)


def draw_rare(outcomes: Outcomes, shown: Sequence[Outcome] = ()) -> Any:
    """Draw the rare outcomes likewise, on a log scale."""
    rare = outcomes.rare()
    groups = _groups(rare)
    return forest.draw(groups, _groups(shown) or groups, outcomes.reference.label, log=_decade_below(rare))


def _is_rare(estimates: Iterable[Estimate]) -> bool:
    """Say whether it is rare under every option, as far as the intervals reach."""
    return max(each.high for each in estimates) < RARE


def _estimate(option: Named, row: dict[str, Any]) -> Estimate:
    histories = int(row["n"])
    return Estimate(
        option=option,
        probability=100 * row["probability"],
        low=100 * row["low"],
        high=100 * row["high"],
        histories=histories,
        times=int(row.get("happened", round(row["probability"] * histories))),
        words=in_words(row["probability"], row["low"], row["high"]),
        difference=_hundred(row.get("difference")),
        difference_low=_hundred(row.get("difference_low")),
        difference_high=_hundred(row.get("difference_high")),
        median_date=row.get("median_date"),
        luck_share=_hundred(row.get("luck_share")),
    )


def _hundred(value: float | None) -> float | None:
    return None if value is None else 100 * value


def _decade_below(outcomes: Iterable[Outcome]) -> float:
    """Return the power of ten below every positive bound, where the log scale begins."""
    positive = [each.low or each.high / 10 for outcome in outcomes for each in outcome.estimates]
    decade = 10.0
    while decade > min(positive) and decade > 1e-6:
        decade /= 10
    return decade


def _groups(outcomes: Iterable[Outcome]) -> list[forest.Group]:
    return [
        forest.Group(outcome.named.label, [_line(each, outcome.places) for each in outcome.estimates])
        for outcome in outcomes
    ]


def _line(each: Estimate, places: int) -> forest.Line:
    right = None
    if each.difference is not None and each.difference_low is not None and each.difference_high is not None:
        right = forest.Span(
            each.difference, each.difference_low, each.difference_high, difference(each, places)
        )
    left = forest.Span(
        each.probability, each.low, each.high, f"{probability(each, places)}, {interval(each, places)}"
    )
    return forest.Line(each.option.label, left, right)


def probability(each: Estimate, places: int) -> str:
    """Spell how often it happened; counts where it was never or always."""
    if each.times in (0, each.histories):
        return f"{words.count(each.times)} of {words.count(each.histories)}"
    return words.percent(each.probability, places)


def interval(each: Estimate, places: int) -> str:
    """Spell the 95 % interval; one-sided where it was never or always."""
    if each.times == 0:
        return f"below {ceiling(each.high)}{words.NARROW}%"
    if each.times == each.histories:
        return f"above {words.floor(each.low)}{words.NARROW}%"
    return f"{words.number(each.low, places)} to {words.percent(each.high, places)}"


def difference(each: Estimate, places: int) -> str:
    """Spell the difference to the reference with its interval, in points."""
    if each.difference is None or each.difference_low is None or each.difference_high is None:
        return ""
    low, high = (words.signed(bound, places) for bound in (each.difference_low, each.difference_high))
    return f"{words.signed(each.difference, places)} points ({low} to {high})"
