"""What the page says of the choice as a whole: which studies, and how many of their histories."""

from __future__ import annotations

from sim.dashboard.asked import Asked
from sim.report import words


def lead(now: Asked) -> str:
    """Say which studies are looked at, and how to take their numbers."""
    studies = list(dict.fromkeys(side.held for side in now.sides))
    told = []
    for held in studies:
        made = held.manifest
        name = f"{held.folder.name}: " if len(studies) > 1 else ""
        told.append(
            f"{name}{words.count(made.replicates)} histories per option, {made.start[:10]} to "
            f"{held.calendar.date(made.turns)}, seed {made.identity.seed}."
        )
    caution = (
        "Every number is conditional on the model and on the assumptions: it says what follows from them, "
        "not what will happen."
    )
    return " ".join([*told, caution])


def chosen(now: Asked) -> str:
    """Say how many histories are used, of how many."""
    if not now.brush:
        return _unchosen(now)
    told = [f"{n:,} of {of:,}" for n, of in zip(now.chosen, now.there, strict=True)]
    what = " and ".join(dict.fromkeys(told))
    return f"{what} histories chosen, by {len(now.brush)} of the assumptions{_not_there(now)}"


def _unchosen(now: Asked) -> str:
    rows = [side.held.rows for side in now.sides]
    if len(set(rows)) == 1:
        return (
            "One history: nothing to compare" if rows[0] == 1 else f"All {rows[0]:,} histories of each option"
        )
    if now.paired:
        of = " and ".join(f"{each:,}" for each in rows)
        return f"The first {now.there[0]:,} histories, which both studies have, of {of}"
    return " and ".join(f"all {each:,}" for each in rows).capitalize() + " histories"


def _not_there(now: Asked) -> str:
    """Say what the second study did not assume, or not so: that leaves it whole."""
    if now.two is None or now.two.held is now.one.held:
        return ""
    held = now.two.held
    names = [
        now.one.held.assumptions[name].label for name, wanted in now.brush if not held.takes(name, wanted)
    ]
    return (
        f"; not assumed so in {held.folder.name}, which it leaves whole: {'; '.join(names)}" if names else ""
    )
