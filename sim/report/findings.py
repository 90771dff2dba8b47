"""What stands out, in sentences: the clearest differences between the options."""

from __future__ import annotations

from dataclasses import dataclass

from sim.report import words
from sim.report.outcomes import Estimate, Outcomes, difference, probability

#: Percent from which an outcome counts as what an option orders: a deed may be held up in a history or two.
ALWAYS = 99.0
#: Sentences at most: more is a table.
MOST = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One outcome, the option that changes it most, and the reference."""

    outcome: str
    places: int
    reference: Estimate
    changed: Estimate


def summarise(outcomes: Outcomes) -> tuple[Finding, ...]:
    """Return the largest clear difference of each outcome, largest first; what an option orders last."""
    found = []
    for outcome in outcomes.outcomes:
        clear = [each for each in outcome.estimates if each.differs]
        if clear:
            most = max(clear, key=lambda each: (not _ordered(each), _size(each)))
            found.append(Finding(outcome.named.label, outcome.places, outcome.estimates[0], most))
    found.sort(key=lambda finding: (_ordered(finding.changed), -_size(finding.changed)))
    return tuple(found[:MOST])


def _ordered(each: Estimate) -> bool:
    """Say whether it happens as good as always, or never, as what an option commands or forbids."""
    return each.times in (0, each.histories) or each.probability >= ALWAYS


def _size(each: Estimate) -> float:
    return abs(each.difference or 0.0)


def told(finding: Finding) -> str:
    """Tell, after the name of the outcome, what was found."""
    changed, reference, places = finding.changed, finding.reference, finding.places
    return (
        f"{probability(changed, places)} under “{changed.option.label}”, "
        f"{probability(reference, places)} under “{reference.option.label}”: {difference(changed, places)}."
    )


def count_clear(outcomes: Outcomes) -> str:
    """Say how many of the comparisons are clear, so that a chance finding is taken for what it may be."""
    compared = [
        each for outcome in outcomes.outcomes for each in outcome.estimates if each.difference is not None
    ]
    clear = sum(each.differs for each in compared)
    return f"{words.count(clear)} of {words.count(len(compared))} comparisons leave out zero"
