"""What the controls of the page offer, as data: the page builds native elements from it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from sim.dashboard import drivers, listing
from sim.dashboard.asked import ALONE, Asked, Side, are_paired
from sim.dashboard.held import Assumption, Held
from sim.dashboard.shelf import Shelf
from sim.report import words

Control = dict[str, Any]

#: An outcome rarer than this, or rarer to stay away, is not what the page opens with.
COMMON = 0.02

#: Steps of a slider.
STEPS = 100


def offered(shelf: Shelf, one: Any, two: Any) -> dict[str, Any]:
    """Return the controls for the studies of two sides, by their keys."""
    first = shelf.held(one)
    second = shelf.held(two) if two else first
    kinds = listing.KINDS.items()
    lists = [(name, told) for name, told in kinds if name in ALONE or are_paired(first, second)]
    return {
        "groups": [
            {"title": "Study", "controls": list(_sides(shelf, first, second))},
            {"title": "Looked at", "controls": list(_looked_at(first))},
        ],
        "assumptions": [_brushed(first, each) for each in first.assumptions.values()],
        "listing": [
            select("listed", "List the histories", lists),
            {"kind": "open", "label": "Open history number", "most": [first.rows - 1, second.rows - 1]},
        ],
    }


def studies_alone(shelf: Shelf, one: Any, two: Any, why: str) -> dict[str, Any]:
    """Return the lists of studies, where one of those chosen cannot be read: choosing another must go on."""
    controls = [_studies(shelf, "study", "Study", one)]
    if len(shelf.studies) > 1:
        controls.append(_studies(shelf, "study-two", "Compared with, study", two))
    return {
        "groups": [{"title": "Study", "controls": controls}],
        "assumptions": [],
        "listing": [],
        "fault": why,
    }


def _studies(shelf: Shelf, key: str, label: str, chosen: Any) -> Control:
    """Return the list of studies, each with its scenario."""
    made = select(key, label, [(each.key, each.label) for each in shelf.studies])
    for option, each in zip(made["options"], shelf.studies, strict=True):
        option["of"] = each.scenario
    if any(each.key == chosen for each in shelf.studies):
        made["value"] = chosen
    return made


def _sides(shelf: Shelf, first: Held, second: Held) -> Iterable[Control]:
    yield _studies(shelf, "study", "Study", first.key)
    options = _options(first)
    yield select("option", "Option", options, options[0][0])
    if len(shelf.studies) > 1:
        yield _studies(shelf, "study-two", "Compared with, study", second.key)
    other = [("", "None"), *_options(second)]
    named = [name for name, _ in _options(second)]
    proposed = named[1] if second is first and len(named) > 1 else named[0] if second is not first else ""
    yield select("option-two", "Compared with, option", other, proposed)


def _options(held: Held) -> list[tuple[str, str]]:
    return [(option, held.label("options", option)) for option in held.options]


def _looked_at(held: Held) -> Iterable[Control]:
    outcomes = [(name, held.label("outcomes", name)) for name in held.named("o:")]
    if outcomes:
        yield select("outcome", "Outcome", outcomes, _telling(held))
    theatres = [(name, held.label("theatres", name)) for name in held.named("rung_max:")]
    if theatres:
        yield select("theatre", "Theatre", theatres, theatres[0][0])
    quantities = [(path, held.quantity(path)[0]) for path in held.named("q:")]
    if quantities:
        yield select("quantity", "Quantity", quantities, quantities[0][0])
    along = [(each.name, each.label) for each in held.assumptions.values()]
    if along:
        yield select("along", "Assumption along", along, _contrasting(held))


def _telling(held: Held) -> str | None:
    """Return the outcome in which the second option differs most clearly from the first, to begin with."""
    rows = held.material.estimates
    found = [
        row
        for row in rows
        if row["option"] in held.options[1:2]
        and row.get("difference") is not None
        and COMMON < row["probability"] < 1 - COMMON  # what an option all but decrees tells nothing
    ]
    if not found:
        return None
    clear = max(found, key=lambda row: _nearer_end(row["difference_low"], row["difference_high"]))
    return str(clear["outcome"])


def _contrasting(held: Held) -> str | None:
    """Return the assumption that goes most clearly with that outcome, to begin with."""
    outcome = _telling(held) or next(iter(held.named("o:")), "")
    first = Side(held, held.options[0], "")
    rows = drivers.summarise(Asked(first, None, outcome=outcome))
    return str(rows[0]["assumption"]) if rows else None


def _nearer_end(low: float, high: float) -> float:
    """Return how far an interval stays from zero, 0 where it holds it."""
    return max(low, -high, 0.0)


def select(key: str, label: str, options: Sequence[tuple[str, str]], value: str | None = None) -> Control:
    """Return a list to choose from; the first by default."""
    told = [{"value": name, "label": told} for name, told in options]
    return {
        "kind": "select",
        "key": key,
        "label": label,
        "options": told,
        "value": options[0][0] if value is None else value,
    }


def _brushed(held: Held, assumption: Assumption) -> Control:
    base = {"key": assumption.name, "label": assumption.label, "unit": assumption.unit}
    if assumption.stories:
        stories = sorted(assumption.stories)
        told = [{"value": story, "label": held.story(assumption.name, story)} for story in stories]
        return base | {"kind": "stories", "options": told}
    if levels := held.levels(assumption.name):
        named = [words.plain(level) for level in levels]
        return base | {
            "kind": "range" if len(levels) > 1 else "fixed",
            "steps": list(levels),
            "spelled": named,
        }
    low, high = held.ends(assumption.name)
    steps = [low + (high - low) * place / STEPS for place in range(STEPS + 1)]
    return base | {"kind": "range", "steps": steps, "spelled": [spelled(step, high - low) for step in steps]}


def spelled(value: float, reach: float) -> str:
    """Spell a value of a range with as many digits as tell two steps of it apart."""
    places = max(0, min(6, 2 - math.floor(math.log10(reach)))) if reach > 0 else 3
    return words.number(value, places)
