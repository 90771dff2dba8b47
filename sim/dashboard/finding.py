"""The outcome looked at, in numbers and words: each side, and the difference between them."""

from __future__ import annotations

from dataclasses import dataclass

from sim.analysis.estimative import in_words
from sim.dashboard import drawn, outcomes
from sim.dashboard.asked import Asked
from sim.report import words


@dataclass(frozen=True)
class Tile:
    """A number, what it is of, and what stands below it."""

    kind: str  # one, two, or difference
    label: str
    big: str
    small: str


def tiles(asked: Asked) -> list[Tile]:
    """Return a tile a side, and one for the difference."""
    made = []
    for place, side in enumerate(asked.sides):
        found = outcomes.estimate(asked, place, asked.outcome)
        if found is None:
            made.append(Tile(("one", "two")[place], side.label, "–", "not watched for, or no history chosen"))
            continue
        share, low, high = found["probability"], found["low"], found["high"]
        places = words.decimals(50 * (high - low))
        told = words.together(in_words(share, low, high))
        ends = " to ".join(words.percent(100 * end, places) for end in (low, high))
        small = f"{ends}; {told}; {found['happened']:,} of {found['n']:,}"
        made.append(Tile(("one", "two")[place], side.label, words.percent(100 * share, places), small))
    if asked.two is not None:
        made.append(_difference(asked))
    return made


def _difference(asked: Asked) -> Tile:
    found = outcomes.difference(asked, asked.outcome)
    label = "Difference, percentage points"
    if found is None:
        why = "other luck: seed, start or length differ" if not asked.paired else "no history chosen"
        return Tile("difference", label, "–", f"not paired: {why}" if not asked.paired else why)
    big, _, ends = drawn.change_words(found).partition(" (")
    low, high = found["difference_low"], found["difference_high"]
    clear = "the interval leaves out zero" if low > 0 or high < 0 else "may be none: zero lies within"
    return Tile("difference", label, big, f"{ends.removesuffix(')')}; {clear}; history by history, same luck")
