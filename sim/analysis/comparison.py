"""Options, scenarios or studies side by side under the same luck: what `sim compare` says."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sim.analysis.arms import Arm, joined
from sim.analysis.columns import Joined
from sim.analysis.estimative import CONDITIONAL
from sim.analysis.parting import own_deeds, parted, parting, prints
from sim.analysis.rates import mean, mean_difference, paired_difference, rate
from sim.analysis.reduction import reduction
from sim.analysis.regret import choices, regrets
from sim.analysis.times import Calendar
from sim.errors import UsageError

Record = dict[str, Any]

_NO_DIFFERENCE: Record = {
    "against": None,
    "difference": None,
    "difference_low": None,
    "difference_high": None,
}
_NO_REDUCTION: Record = {"achieved": None, "attainable": None, "ratio": None}


def compare(arms: Sequence[Arm], wanted: Collection[str] = ()) -> Record:
    """Return all there is to say of arms that share their luck.

    Parameters
    ----------
    arms
        As `sim.analysis.arms.arms` gives them.
    wanted
        Outcomes and quantities of which more is better; of all others less is.

    Returns
    -------
    dict
        title, marking, arms, seed, replicates (held by all), start, days, turns; `outcomes` and `quantities`,
        a record for each and every arm: estimate with interval, paired difference to the arm `against`,
        achieved and attainable variance reduction and their ratio (`sim.analysis.reduction`); `parting`: when
        paired histories part (`sim.analysis.parting`), empty where no deeds are kept; `regret` and `choices`
        (`sim.analysis.regret`).
    """
    histories = joined(arms)
    manifest = arms[0].source.manifest
    _refuse_unknown(histories, wanted)
    found = regrets(histories, wanted)
    first = arms[0].source.summary
    return {
        "title": first["title"],
        "marking": first["marking"],
        "arms": [
            {
                "name": arm.name,
                "label": arm.label,
                "study": str(arm.source.folder),
                "option": arm.option,
                "against": _name(arms, arm),
            }
            for arm in arms
        ],
        "seed": manifest.identity.seed,
        "replicates": histories.rows,
        "start": manifest.start,
        "days": manifest.days,
        "turns": manifest.turns,
        "conditional": CONDITIONAL,
        "outcomes": _measured(arms, histories, "o:", _labels(first["outcomes"], "outcome")),
        "quantities": _measured(arms, histories, "q:", _labels(first["quantities"], "quantity")),
        "parting": _parting(arms, histories.rows),
        "choices": choices(found),
        "regret": found,
    }


def _name(arms: Sequence[Arm], arm: Arm) -> str | None:
    """Return the name of the arm another is compared to."""
    return None if arm.against is None else arms[arm.against].name


class _Labels(NamedTuple):
    """What a measure is called in a record, and in words: by name, its label and unit."""

    kind: str
    told: Mapping[str, Record]


def _labels(records: Sequence[Record], kind: str) -> _Labels:
    """Return the labels and units of a summary's records."""
    keys = ("label", "unit")
    told: dict[str, Record] = {r[kind]: {key: r[key] for key in keys if key in r} for r in records}
    return _Labels(kind, told)


def _measured(arms: Sequence[Arm], histories: Joined, prefix: str, labels: _Labels) -> list[Record]:
    """Return a record for every column with *prefix* and every arm."""
    records = []
    for name in histories.named(prefix):
        values = histories[prefix + name]
        for place, arm in enumerate(arms):
            estimate = rate(values[place]) if prefix == "o:" else mean(values[place]) | {"n": histories.rows}
            record = {"option": arm.name, labels.kind: name, **labels.told.get(name, {}), **estimate}
            if arm.against is None:
                record |= _NO_DIFFERENCE | _NO_REDUCTION
            else:
                pair = values[place], values[arm.against]
                paired = paired_difference(*pair) if prefix == "o:" else mean_difference(*pair)
                record |= {"against": arms[arm.against].name, **paired, **reduction(*pair)}
            records.append(record)
    return records


def _refuse_unknown(histories: Joined, wanted: Collection[str]) -> None:
    """Raise unless everything wanted is an outcome or a quantity."""
    known = [*histories.named("o:"), *histories.named("q:")]
    for name in wanted:
        if name not in known:
            close = difflib.get_close_matches(name, known, 1) or known
            raise UsageError.one("want", f"`{name}` is not an outcome or watched quantity", f"`{close[0]}`?")


def _parting(arms: Sequence[Arm], rows: int) -> list[Record]:
    """Return when the histories of every arm part from those of its reference."""
    manifest = arms[0].source.manifest
    calendar = Calendar(manifest.start, manifest.days)
    rows = min(rows, *(arm.source.kept for arm in arms))
    if not rows:
        return []
    records = []
    for arm in arms:
        if arm.against is None:
            continue
        pair = arm, arms[arm.against]
        own = [
            pattern
            for each in pair
            for pattern in own_deeds(each.source.tree["options"].get(each.option) or {})
        ]
        first, second = (prints(each.source.deeds(each.option), rows, manifest.turns, own) for each in pair)
        record = parting(parted(first, second), manifest.turns, calendar)
        records.append({"option": arm.name, "against": arms[arm.against].name, **record})
    return records
