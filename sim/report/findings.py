"""What stands out, in sentences: the clearest differences between the options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.report import words
from sim.report.decreed import decrees
from sim.report.outcomes import Estimate, Outcomes, difference, probability

#: Sentences at most: more is a table.
MOST = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One outcome, the option that changes it most, and the reference."""

    outcome: str
    places: int
    reference: Estimate
    changed: Estimate
    decreed: bool  # the option, or the reference, orders, forbids or sets it


def summarise(outcomes: Outcomes, tree: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Return the largest clear difference of each outcome, largest first; what is decreed last.

    *tree*: the scenario, which says what an option, or the reference, itself orders, forbids or sets.
    """
    found = []
    for outcome in outcomes.outcomes:
        base = decrees(tree, outcomes.reference.name, outcome.named.name)
        clear = [
            (base or decrees(tree, each.option.name, outcome.named.name), each)
            for each in outcome.estimates
            if each.differs
        ]
        if clear:
            decreed, most = max(clear, key=lambda each: (not each[0], _size(each[1])))
            found.append(Finding(outcome.named.label, outcome.places, outcome.estimates[0], most, decreed))
    found.sort(key=lambda finding: (finding.decreed, -_size(finding.changed)))
    return tuple(found[:MOST])


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
