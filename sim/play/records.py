"""One history as data: what a telling, a figure or a dashboard draws from.

Everything is plain and frozen. Days are dates, turns count from 0, *nats* are natural logs of rates: 0.7
doubles one. States go by their codes, choices by their names in the catalogue; `words` say both to a reader.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Contribution:
    """One part of what a choice came to: weight times how far its feature was from its reference."""

    group: str  # goals, hostility, answer owed, fear, drives, habit of such pairs, habituation, logit
    words: str
    weight: float
    feature: float  # as the state saw it
    reference: float  # what it is measured against; 0 where it counts as it stands
    nats: float  # weight x (feature - reference)


@dataclass(frozen=True, slots=True)
class Difference:
    """By how much a part spoke more for what was done than for what was not."""

    words: str
    nats: float


@dataclass(frozen=True, slots=True)
class Rival:
    """Another choice of the same desk that could have been taken."""

    choice: str
    words: str
    chance: float  # of its clock, in that turn
    log_rate: float  # ln, a year
    rings: float  # when its clock would have rung, in turns from the start of this one
    differences: tuple[Difference, ...]  # they add up to what its log rate was short of, largest first


@dataclass(frozen=True, slots=True)
class Belief:
    """What the actor took for true, beside what was."""

    words: str
    path: str  # of what is true
    believed: float
    true: float


@dataclass(frozen=True, slots=True)
class Decision:
    """Why a deed was done: the parts add up to what decided.

    Of a clock, ``base + sum of contributions = log_rate``, the log of the rate a year it ran at. Of an answer
    to a question they make the log-odds of saying yes.
    """

    base: float  # ln of the rate a year before anything is weighed; of an answer, its log-odds then
    contributions: tuple[Contribution, ...]  # largest first
    log_rate: float
    utility: float  # what was weighed: the contributions without habituation
    chance: float  # of its clock in that turn, or of saying yes
    rang: float  # when its clock rang, in turns from the start of this one
    desk_chance: float  # that anything was done at its desk in that turn
    rivals: tuple[Rival, ...]  # the likeliest others of the desk that could be done and were not
    beliefs: tuple[Belief, ...]
    true_beliefs: float  # nats that knowing the truth about them would have added


@dataclass(frozen=True, slots=True)
class Deed:
    """A deed or an incident."""

    turn: int
    day: date
    kind: str  # deed or incident
    by: str  # clock, answer, option (ordered by it), doctrine, force (of a branch) or chance
    rule: str  # of doctrine, what it says, "" where it has no label
    actor: str
    action: str
    variant: str
    target: str  # "" where nobody
    against: str
    desk: str
    choice: str  # "" for an incident
    words: str
    rung: int
    mid: int
    deaths: int  # -1 none drawn, 0 none, 1: 1-19, 2: 20-999, 3: 1,000 and more
    observers: tuple[str, ...]
    unseen_by: tuple[str, ...]
    wrong_belief: bool
    round: int  # of the turn: 0 first, then those in answer to grave deeds
    decision: Decision | None
    answers: str = ""  # of an answer round: the gravest deed of the round before between the two, in words
    own: bool = False  # ordered by the option itself: by its `do`, or by a rule of its own


@dataclass(frozen=True, slots=True)
class Happening:
    """Something nobody decided: an event of the scenario, a consequence, an outcome that came."""

    turn: int
    day: date
    kind: str  # event, consequence, ceasefire, outcome, ladder
    name: str
    words: str
    until: date | None = None  # where no day is known: some day from *day* to this one


@dataclass(frozen=True, slots=True)
class NearMiss:
    """Something that nearly went the other way.

    *how* is ``clock`` (not done: its clock was *margin* nats short of ringing), ``barely`` (done: *margin*
    nats less and it would not have), ``forestalled`` (rang, but *margin* days after a deed that excludes it),
    ``barred`` (rang, but missed a requirement by *margin*), ``answer`` (a question answered, *margin* of
    log-odds from the other answer), ``incident`` (nobody fired, or nobody died: the chance of it was *margin*
    nats short of what was drawn).
    """

    turn: int
    day: date
    how: str
    actor: str
    choice: str  # "" for an incident
    words: str
    rung: int  # that it had, or would have had
    margin: float
    chance: float
    instead: str  # what forestalled or barred it, what was answered, what did not happen


@dataclass(frozen=True, slots=True)
class Track:
    """One theatre's rung, or one watched quantity, at the end of every turn."""

    name: str
    words: str
    unit: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Came:
    """Whether and when an outcome of the scenario first came."""

    name: str
    words: str
    turn: int  # -1 never
    day: date | None  # of the deed that brought it, or the last of its turn: `sim.play.coming`


@dataclass(frozen=True, slots=True)
class Assumed:
    """An assumption in words, with what was drawn for it."""

    name: str
    words: str
    unit: str
    value: float | str  # as drawn
    told: str  # of a story, its label
    set_by_option: str  # "" not; "all": the option itself sets what it is of; "part": some of that
    in_force: float | None  # the number the history begins with: the option's where that sets it


@dataclass(frozen=True, slots=True)
class Standing:
    """Something that is in force when a history begins."""

    kind: str  # war, ceasefire, treaty, deal, troops
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """A militarised dispute, as ``disputes.parquet`` has it."""

    first: str
    second: str
    start: int  # turns
    end: int
    level: int  # highest `mid` of it
    onset_by: str
    joiners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class History:
    """One history of one option."""

    scenario: str
    title: str
    marking: str  # printed on every page, "" for none
    option: str
    replicate: int
    seed: int
    start: date
    days: float  # a turn lasts
    assumptions: Mapping[str, float | str]
    rungs: tuple[str, ...]  # labels of the ladder, from calm upwards
    theatres: tuple[Track, ...]
    quantities: tuple[Track, ...]
    deeds: tuple[Deed, ...]  # in the order of their days
    happenings: tuple[Happening, ...]
    near_misses: tuple[NearMiss, ...]
    outcomes: tuple[Came, ...]
    option_label: str = ""
    assumed: tuple[Assumed, ...] = ()  # the assumptions in words
    at_start: tuple[Standing, ...] = ()  # what was in force before the first turn
    blocked: tuple[str, ...] = ()  # what was ordered and lapsed undone, in words; an order each
    disputes: tuple[Dispute, ...] = ()
    scores: Mapping[str, float] = dataclasses.field(default_factory=dict)  # rivera, goldstein: of all deeds

    @property
    def turns(self) -> int:
        """How many turns were played."""
        return len((*self.theatres, *self.quantities)[0].values) if self.theatres or self.quantities else 0

    def __iter__(self) -> Iterator[Deed | Happening]:
        """Yield what was done and what happened, day by day: events first, what came of it all last."""
        events = [one for one in self.happenings if one.kind == "event"]
        others = [one for one in self.happenings if one.kind != "event"]
        everything: list[Deed | Happening] = [*events, *self.deeds, *others]
        return iter(sorted(everything, key=lambda one: one.day))

    def tell(self, width: int = 100, *, why: bool = True) -> Iterator[str]:
        """Yield the history as lines of at most *width* columns: `sim.play.telling.tell`."""
        from sim.play.telling import tell

        return tell(self, width, why=why)

    def figure(self) -> Any:
        """Return the rungs of all theatres and all watched quantities as a figure of plotly."""
        from sim.play.figure import draw, summarise

        return draw(summarise(self))

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, dates as text: ready for JSON."""
        plain: dict[str, Any] = as_plain(self)
        return plain


def as_plain(record: Any) -> Any:
    """Return records, tuples and dates as what JSON holds; a number that is none as null."""
    if dataclasses.is_dataclass(record):
        return {field.name: as_plain(getattr(record, field.name)) for field in dataclasses.fields(record)}
    if isinstance(record, Mapping):
        return {key: as_plain(value) for key, value in record.items()}
    if isinstance(record, tuple | list):
        return [as_plain(one) for one in record]
    if isinstance(record, date):
        return record.isoformat()
    if isinstance(record, float) and record in {float("inf"), float("-inf")}:
        return None
    return record
