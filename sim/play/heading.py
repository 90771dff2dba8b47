"""The head of a history told: which it is, what it assumes, what is in force, which outcomes came."""

from __future__ import annotations

from collections.abc import Iterator

from sim.play.figures import number
from sim.play.lines import wrapped
from sim.play.records import Assumed, History

#: What is in force at the start, by kind, in the order it is told.
AT_START = {
    "war": "at war",
    "ceasefire": "at a ceasefire",
    "treaty": "treaties in force",
    "deal": "deals in force",
    "troops": "troops abroad",
}
#: What is said of an assumption whose quantities the option settles.
SET = {"": "", "all": " (set by the option)", "part": " (in part set by the option)"}


def heading(history: History, width: int) -> Iterator[str]:
    """Yield the marking, the name of the history, what it assumes and what is in force at its start."""
    if history.marking:
        yield from wrapped(history.marking, width, 0)
    option = named(history.option, history.option_label)
    which = f"option {option}, replicate {history.replicate}, seed {history.seed}"
    yield from wrapped(f"{history.title}: {which}", width, 0)
    if history.assumed:
        yield from wrapped(f"Assumed: {'; '.join(map(_assumed, history.assumed))}", width, 9)
    found: dict[str, list[str]] = {}
    for one in history.at_start:
        found.setdefault(one.kind, []).append(one.words)
    for kind, words in AT_START.items():
        if kind in found:
            yield from wrapped(f"At the start {words}: {'; '.join(found[kind])}", width, 9)


def named(option: str, label: str) -> str:
    """Return an option by its name and, where it has one, its label."""
    return f"{option} ({label})" if label else option


def _assumed(one: Assumed) -> str:
    """Say what was assumed of one thing."""
    value = one.told if one.in_force is None else number(one.in_force)
    unit = f" {one.unit}" if one.unit else ""
    return f"{one.words}: {value}{unit}{SET[one.set_by_option]}"


def outcomes(history: History, width: int) -> Iterator[str]:
    """Yield which outcomes came, with their dates, and which did not."""
    came = sorted((c for c in history.outcomes if c.day is not None), key=lambda c: (c.day, c.name))
    for one in came:
        yield from wrapped(f"Outcome {one.name}: {one.day}, {one.words}", width, 12)
    never = [c.words for c in history.outcomes if c.day is None]
    if never:
        yield from wrapped(f"{'Never came' if came else 'No outcome came'}: {'; '.join(never)}", width, 12)
    if history.blocked:
        orders = "; ".join(dict.fromkeys(history.blocked))
        yield from wrapped(
            f"Orders that lapsed, as they could not be carried out in time: {orders}", width, 12
        )
