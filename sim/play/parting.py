"""Where two options of one history part: the first turn in which something else is done, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.parting import Pattern, matches, own_deeds
from sim.play.history import Opened, Progress, opened
from sim.play.names import Names
from sim.play.pictures import Picture
from sim.play.reasons import contributions, gap
from sim.play.records import Contribution, Deed, Difference, History

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Turning:
    """A deed of the turn in which two histories part, done under one option only."""

    option: str
    deed: Deed
    log_rate: float | None  # ln of the rate a year it had there, None for what no clock brought
    log_rate_other: float | None  # under the other option, in the same turn
    able_other: bool  # whether it could have been done there
    differences: tuple[Difference, ...]  # they add up to the first less the second, largest first


@dataclass(frozen=True, slots=True)
class Parting:
    """Two histories of one number, under two options."""

    options: tuple[str, str]
    turn: int  # -1 where the same is done throughout
    day: date | None
    own: tuple[tuple[str, Deed], ...]  # what does not count, before or when they part: ordered, or of a kind
    # that one of the options orders or forbids; `Deed.own` says which
    turnings: tuple[Turning, ...]
    after: tuple[tuple[str, Deed], ...]  # what only one of them did later
    histories: tuple[History, History]


def part(
    scenario: Scenario,
    options: tuple[str, str],
    replicate: int,
    seed: int,
    progress: Progress | None = None,
) -> Parting:
    """Open one history under two options and find where they part.

    As in `sim compare`: deeds that an option of the two itself orders or forbids do not count, under either,
    even where a state does one of its own accord. `Parting.own` holds them, in the order of their days.
    """
    first = opened(scenario, options[0], replicate, seed, progress, keep=True)
    second = opened(scenario, options[1], replicate, seed, progress, keep=True)
    both = (first, second)
    specs = (scenario.tree.get("options") or {}).get
    own = [pattern for option in options for pattern in own_deeds(specs(option) or {})]
    free = [[d for d in one.history.deeds if not _ordered(d, own)] for one in both]
    turn = next((t for t in range(first.history.turns) if _done(free[0], t) != _done(free[1], t)), -1)
    orders = tuple(
        (option, deed)
        for option, one in zip(options, both, strict=True)
        for deed in one.history.deeds
        if _ordered(deed, own) and (turn < 0 or deed.turn <= turn)
    )
    names = Names(scenario.tree, first.setup.structure.axes)
    turnings = tuple(_turnings(options, both, free, turn, names)) if turn >= 0 else ()
    return Parting(
        options=options,
        turn=turn,
        day=min((one.deed.day for one in turnings), default=None),
        own=_only(orders, options),
        turnings=turnings,
        after=tuple(_after(options, free, turn)) if turn >= 0 else (),
        histories=(first.history, second.history),
    )


def _only(orders: Sequence[tuple[str, Deed]], options: tuple[str, str]) -> tuple[tuple[str, Deed], ...]:
    """Return those done under one option and not in the same turn under the other, day by day."""
    count = Counter((_print(deed), deed.turn) for _, deed in orders)
    alone = [(option, deed) for option, deed in orders if count[_print(deed), deed.turn] < len(options)]
    return tuple(sorted(alone, key=lambda pair: pair[1].day))


def _print(deed: Deed) -> tuple[Any, ...]:
    """Return what makes two deeds the same: who does what to whom, and how grave it is."""
    return (deed.actor, deed.desk, deed.action, deed.variant, deed.target, deed.against, deed.rung, deed.kind)


def _ordered(deed: Deed, own: Sequence[Pattern]) -> bool:
    """Whether a deed is one that an option orders or forbids."""
    held = {key: getattr(deed, key) for key in ("actor", "action", "target", "variant", "desk")}
    return any(matches(pattern, held) for pattern in own)


def _done(deeds: Sequence[Deed], turn: int) -> Counter[tuple[Any, ...]]:
    return Counter(_print(deed) for deed in deeds if deed.turn == turn)


def _extra(mine: Sequence[Deed], theirs: Sequence[Deed], turn: int) -> Iterator[Deed]:
    """Yield the deeds of a turn that the other side has not, as often as it has not."""
    left = _done(mine, turn) - _done(theirs, turn)
    for deed in mine:
        if deed.turn == turn and left[_print(deed)] > 0:
            left[_print(deed)] -= 1
            yield deed


def _turnings(
    options: tuple[str, str],
    both: tuple[Opened, Opened],
    free: Sequence[Sequence[Deed]],
    turn: int,
    names: Names,
) -> Iterator[Turning]:
    """Yield what was done under one option only, in the turn of the parting, with what it was there."""
    for here, there in ((0, 1), (1, 0)):
        for deed in _extra(free[here], free[there], turn):
            yield _turning(options[here], deed, both[here], both[there], names)


def _turning(option: str, deed: Deed, here: Opened, there: Opened, names: Names) -> Turning:
    """Set a deed beside the same choice under the other option."""
    if deed.decision is None or deed.by != "clock":
        return Turning(option, deed, None, None, able_other=True, differences=())
    number = {c.name: n for n, c in enumerate(here.setup.catalogue.choices)}[deed.choice]
    one = _picture(here.pictures[deed.turn], number, deed.round)
    other = _picture(there.pictures[deed.turn], number, deed.round)
    sides = [_side(picture, number, names) for picture in (one, other)]
    base, parts = sides[0]
    base_other, parts_other = sides[1]
    return Turning(
        option=option,
        deed=deed,
        log_rate=base + sum(part.nats for part in parts),
        log_rate_other=base_other + sum(part.nats for part in parts_other),
        able_other=bool(other.able(np.array([number]))[0]),
        differences=gap((base, parts), (base_other, parts_other)),
    )


def _picture(pictures: Sequence[Picture], choice: int, number: int) -> Picture:
    """Return the picture a choice was decided on, that of the turn where its desk had no such round."""
    return next((p for p in pictures[1:] if p.number == number and choice in p.choices), pictures[0])


def _side(picture: Picture, choice: int, names: Names) -> tuple[float, tuple[Contribution, ...]]:
    """Return what a choice was before it was weighed, and its parts, before habituation."""
    parts = contributions(picture, choice, names)
    return picture.log_rate(choice) - sum(part.nats for part in parts), parts


def _after(options: tuple[str, str], free: Sequence[Sequence[Deed]], turn: int) -> Iterator[tuple[str, Deed]]:
    """Yield what only one side did after the turn of the parting, in the order of the days."""
    found = []
    for here, there in ((0, 1), (1, 0)):
        later = sorted({deed.turn for deed in free[here] if deed.turn > turn})
        found += [(options[here], deed) for t in later for deed in _extra(free[here], free[there], t)]
    yield from sorted(found, key=lambda pair: pair[1].day)


def as_record(parting: Parting) -> Mapping[str, Any]:
    """Return a parting as plain values: both histories whole, and where they part."""
    from sim.play.records import as_plain

    plain: Mapping[str, Any] = as_plain(parting)
    return plain
