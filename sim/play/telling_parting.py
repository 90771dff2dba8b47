"""Where two options of one history part, in lines of text."""

from __future__ import annotations

import math
from collections.abc import Iterator

from sim.play.figures import number
from sim.play.heading import named
from sim.play.lines import wrapped
from sim.play.parting import Parting, Turning
from sim.play.records import Deed, Happening
from sim.play.telling import told

#: Deeds of one side alone that are told after the parting.
LATER = 12
#: Differences that are told of a deed, and from how many nats on.
REASONS, SMALL = 5, 0.001


def tell_parting(parting: Parting, width: int = 100) -> Iterator[str]:
    """Yield where and why two histories part, and what came of it."""
    first = parting.histories[0]
    yield from wrapped(first.marking, width, 0)
    options = " and ".join(named(one.option, one.option_label) for one in parting.histories)
    head = f"{first.title}: replicate {first.replicate}, options {options}, seed {first.seed}"
    yield from wrapped(head, width, 0)
    yield ""
    for option, deed in parting.own:
        yield from wrapped(f"{deed.day}  {option} only: {deed.words} [{_whose(deed)}]", width, 12)
    if parting.day is None:
        yield from wrapped(
            "Beyond deeds that the options themselves order or forbid, the same is done throughout.", width, 0
        )
    else:
        yield from wrapped(
            f"The same is done until {parting.day} (turn {parting.turn}), but for deeds that they order or "
            "forbid. Then:",
            width,
            0,
        )
        for turning in parting.turnings:
            yield from _turning(turning, width)
        yield ""
        yield from _later(parting, width)
    yield ""
    yield from _came(parting, width)


def _whose(deed: Deed) -> str:
    """Say whether a deed was an order of its option, or only of a kind that one of the two names."""
    if deed.own:
        return "its own order" if deed.by == "option" else "by a rule of its own"
    if deed.by == "doctrine":
        return "by doctrine, of a kind that an option here orders or forbids"
    return "decided freely, of a kind that an option here orders or forbids"


def _turning(turning: Turning, width: int) -> Iterator[str]:
    """Yield one deed of the parting, and what differed for it."""
    yield from wrapped(f"{turning.deed.day}  {turning.option} only: {turning.deed.words}", width, 12)
    if turning.log_rate is None or turning.log_rate_other is None:
        return
    here = number(math.exp(turning.log_rate))
    if not turning.able_other:
        yield from wrapped(
            f"            rate {here} a year; under the other option it cannot be done", width, 18
        )
        return
    there = number(math.exp(turning.log_rate_other))
    parts = [d for d in turning.differences if abs(d.nats) >= SMALL][:REASONS]
    why = ", ".join(f"{d.words} {d.nats:+.3f}".replace("-", "−") for d in parts)
    why = why or "what was done of late differs, or what else was done at that desk"
    decision = turning.deed.decision
    rang = f"; its clock rang with {100 * decision.rang:.1f} % of the turn gone" if decision else ""
    yield from wrapped(f"            rate {here} a year here, {there} there: {why}{rang}", width, 18)


def _later(parting: Parting, width: int) -> Iterator[str]:
    """Yield what only one side did after that."""
    counts = [sum(option == name for option, _ in parting.after) for name in parting.options]
    alone = " and ".join(f"{n} only under {name}" for n, name in zip(counts, parting.options, strict=True))
    more = f"; the first {LATER}" if len(parting.after) > LATER else ""
    yield from wrapped(f"Deeds and incidents after that: {alone}{more}", width, 0)
    for option, deed in parting.after[:LATER]:
        lines = list(told(_named(deed, option), width, why=False))
        yield from lines


def _named(deed: Deed, option: str) -> Happening:
    """Return a deed as something that happened under one option only."""
    return Happening(deed.turn, deed.day, "only", deed.choice, f"{option} only: {deed.words}")


def _came(parting: Parting, width: int) -> Iterator[str]:
    """Yield the outcomes that differ, and every quantity at the end."""
    first, second = parting.histories
    differ = [
        (one, other)
        for one, other in zip(first.outcomes, second.outcomes, strict=True)
        if one.turn != other.turn
    ]
    if not differ:
        yield "Every outcome comes at the same time under both, or under neither."
    for one, other in differ:
        when = (f"{name} {o.day or 'never'}" for name, o in zip(parting.options, (one, other), strict=True))
        yield from wrapped(f"Outcome {one.name}: {', '.join(when)} ({one.words})", width, 4)
    for one_track, other_track in zip(first.quantities, second.quantities, strict=True):
        ends = (
            f"{name} {number(track.values[-1])}"
            for name, track in zip(parting.options, (one_track, other_track), strict=True)
        )
        unit = f", {one_track.unit}" if one_track.unit else ""
        yield from wrapped(f"At the end: {one_track.words}{unit}: {', '.join(ends)}", width, 4)
