"""Which numbers of some scenarios do anything.

A number is alive when moving it to its ends changes, under the same luck, an outcome, its turn, or the
deeds of another state than its own; an outcome that watches the number itself does not count. Rows of a
block differ in what is moved; what is found alive is not moved again, so that the dead are tried most.

Scenarios are examined together. What a scenario says itself (its own file's numbers, its assumptions, what
its options set) is to do something in that scenario. A number of a layer below, which others share, is to do
something in one of them; where only one is given, that says little of the layer, and is told without fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product

from sim.errors import Problem
from sim.experiments.crises import BUSIEST, CRISES
from sim.experiments.effects import indifferent
from sim.experiments.hands import Hands
from sim.experiments.inert import Inert, inert_of
from sim.experiments.levers import Key, Lever, levers_of, placed
from sim.experiments.packing import Row, histories_of
from sim.montecarlo.order import processes
from sim.scenario.paths import parse
from sim.scenario.scenario import Scenario
from sim.world.axes import BLOCK

#: A start ("", or a crisis) and a replicate.
Start = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Round:
    """Histories in which what is still dead is moved."""

    calm: range  # replicates from the start as it is
    tense: range  # replicates from every crisis named
    crises: Sequence[str] = CRISES
    option: int = 0  # under which: the reference may forbid what a number is about
    in_turn: bool = False  # in one scenario after another, not in all at once
    listed: bool = True  # what is listed as inert is moved as well

    @property
    def starts(self) -> list[Start]:
        """Return every history."""
        return [*(("", n) for n in self.calm), *product(self.crises, self.tense)]


#: Replicates in which what is listed as inert is tried too.
LISTED = 16
#: One history at a time while many are dead, those in which most happens first, one scenario after another;
#: then ever more of all in all, the options in turn.
ROUNDS = (
    Round(range(1), range(0), in_turn=True),
    *(
        Round(range(0), range(1), BUSIEST[n : n + 2], in_turn=True)
        for n in range(0, len(BUSIEST), 2)  # two at a time keep two cores busy
    ),
    *(
        Round(range(first, last), range(first, last), option=n, listed=last <= LISTED)
        for n, (first, last) in enumerate(pairwise((1, 2, 4, 8, 12, 16, 24, 32, 48, 64)))
    ),
)
#: Replicates in which what an option sets is left out, and those for what that does not change.
SETTINGS = (Round(range(24), range(0)), Round(range(24, 64), range(64)))
#: Blocks the search may take in each scenario: no round begins that would take more.
BLOCKS = 72

#: (start, lever, end); lever -1: nothing is moved.
Move = tuple[Start, int, int]


@dataclass(frozen=True, slots=True)
class Trial:
    """One block: some levers moved in some histories of one option."""

    option: str
    levers: tuple[Lever, ...]
    rows: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Liveness:
    """What came of moving everything in one of the scenarios examined together."""

    scenario: Scenario
    moved: int
    dead: tuple[Lever, ...]  # its own, not listed as inert
    idle: tuple[Lever, ...]  # of a layer below, dead and listed nowhere; told of the first that has them
    unheard: frozenset[Key]  # of both, those that do not even shift a deed of others within its turn
    alone: frozenset[Key]  # those that change or shift deeds of their own state
    revived: tuple[Lever, ...]  # listed as inert here, and alive here
    listed: int
    tried: Mapping[Key, tuple[int, int]]  # histories each lever was moved in: as it is, from a crisis
    indifferent: tuple[str, ...]  # assumptions that move no outcome


@dataclass(slots=True)
class Stirred:
    """What some levers did, by their keys."""

    alive: set[Key] = field(default_factory=set)  # moved an outcome, or a deed of another state
    heard: set[Key] = field(default_factory=set)  # shifted a deed of another state within its turn
    alone: set[Key] = field(default_factory=set)  # shifted or changed a deed of their own state

    def add(self, more: Stirred) -> None:
        """Add what others did."""
        self.alive |= more.alive
        self.heard |= more.heard
        self.alone |= more.alone


@dataclass(slots=True)
class _Search:
    """What the levers of every scenario did, and how much was tried."""

    scenarios: Sequence[Scenario]
    levers: Sequence[Sequence[Lever]]  # of each
    listed: Sequence[set[Key]]  # of each
    all: Stirred = field(default_factory=Stirred)
    alive: list[set[Key]] = field(default_factory=list)  # in each
    tried: dict[Key, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, scenarios: Sequence[Scenario]) -> _Search:
        """Return what is known before anything is moved."""
        levers = [levers_of(scenario) for scenario in scenarios]
        listed = [
            {lever.key for lever in some if is_listed(lever, inert)}
            for some, inert in zip(levers, map(inert_of, scenarios), strict=True)
        ]
        return cls(scenarios, levers, listed, alive=[set() for _ in scenarios])

    def left(self, n: int, *, listed: bool = True) -> list[Lever]:
        """Return the levers of a scenario that have moved nothing anywhere, without those listed or with."""
        gone = self.all.alive.union(*(() if listed else self.listed))
        return [lever for lever in self.levers[n] if lever.key not in gone]

    def note(self, n: int, stirred: Stirred) -> None:
        """Note what levers did in a scenario."""
        self.alive[n] |= stirred.alive
        self.all.add(stirred)

    def count(self, levers: Sequence[Lever], each: Round) -> None:
        """Count the histories in which *levers* were moved."""
        for lever in levers:
            calm, tense = self.tried.get(lever.key, (0, 0))
            self.tried[lever.key] = calm + len(each.calm), tense + len(each.tense) * len(each.crises)


def examine(
    scenarios: Sequence[Scenario],
    *,
    workers: int | None = 1,
    rounds: Sequence[Round] = ROUNDS,
    blocks: int = BLOCKS,
    say: Callable[[str], None] = lambda _: None,
) -> list[Liveness]:
    """Move everything scenarios say to its ends and return, of each, what is dead and what does not matter.

    Parameters
    ----------
    workers
        Processes; every core if None.
    rounds
        What is still dead is moved again in each.
    blocks
        Most the search may take in each scenario.
    say
        Told how far it is.
    """
    search = _Search.of(scenarios)
    with Hands(scenarios, processes(workers)) as hands:
        _move_settings(hands, search)
        _move_numbers(hands, search, rounds, blocks * len(scenarios), say)
        say("how much each assumption matters")
        return list(_found(search, indifferent(hands)))


def _found(search: _Search, indifferent: Sequence[Sequence[str]]) -> Iterator[Liveness]:
    """Yield what is to be said of each scenario; of what several share, once."""
    told: set[Key] = set()
    for n, scenario in enumerate(search.scenarios):
        left = [lever for lever in search.left(n, listed=False) if lever.key not in told]
        keys = {lever.key for lever in left}
        told |= keys
        yield Liveness(
            scenario=scenario,
            moved=len(search.levers[n]),
            dead=tuple(lever for lever in left if lever.home == scenario.file),
            idle=tuple(lever for lever in left if lever.home != scenario.file),
            unheard=frozenset(keys - search.all.heard),
            alone=frozenset(keys & search.all.alone),
            revived=tuple(v for v in search.levers[n] if v.key in search.listed[n] & search.alive[n]),
            listed=len(search.listed[n]),
            tried=search.tried,
            indifferent=tuple(indifferent[n]),
        )


def _move_numbers(
    hands: Hands, search: _Search, rounds: Sequence[Round], blocks: int, say: Callable[[str], None]
) -> None:
    """Move what is still dead, round by round, until nothing is or the blocks are used up."""
    for each, places in _steps(search.scenarios, rounds):
        moved = {n: [v for v in search.left(n, listed=each.listed) if not v.option] for n in places}
        tasks = [(n, trial) for n in places for trial in _trials_of(search.scenarios[n], moved[n], each)]
        if len(tasks) > blocks:
            break
        if tasks:
            many = len({lever.key for some in moved.values() for lever in some})
            say(f"{many:,} numbers and assumptions have moved nothing yet; {len(tasks)} blocks")
        blocks -= len(tasks)
        for (n, _), stirred in zip(tasks, hands.do(try_out, tasks), strict=True):
            search.note(n, stirred)
        for some in moved.values():
            search.count(some, each)


def _steps(scenarios: Sequence[Scenario], rounds: Sequence[Round]) -> Iterator[tuple[Round, list[int]]]:
    """Yield each round with the scenarios it is played in: those of fewest turns first."""
    quickest = sorted(range(len(scenarios)), key=lambda n: scenarios[n].turns)
    for n in quickest:
        yield from ((each, [n]) for each in rounds if each.in_turn)
    yield from ((each, quickest) for each in rounds if not each.in_turn)


def _trials_of(scenario: Scenario, levers: Sequence[Lever], each: Round) -> Iterator[Trial]:
    """Yield the blocks of a round."""
    names = tuple(scenario.options)
    return _trials(levers, each.starts, names[each.option % len(names)])


def _move_settings(hands: Hands, search: _Search) -> None:
    """Leave out whatever an option sets, each option in blocks of its own."""
    for each in SETTINGS:
        left = [[lever for lever in search.left(n) if lever.option] for n in range(len(search.levers))]
        tasks = [
            (n, trial)
            for n, scenario in enumerate(search.scenarios)
            for option in scenario.options
            for trial in _trials([v for v in left[n] if v.option == option], each.starts, option)
        ]
        for (n, _), stirred in zip(tasks, hands.do(try_out, tasks), strict=True):
            search.note(n, stirred)
        for some in left:
            search.count(some, each)


def problems_of(found: Sequence[Liveness]) -> list[Problem]:
    """Return what is said against each dead lever, where it stands, but for those that are `only_told`."""
    told = only_told(found)
    return [
        _problem(each, lever) for each in found for lever in (*each.dead, *each.idle) if lever not in told
    ]


def only_told(found: Sequence[Liveness]) -> tuple[Lever, ...]:
    """Return what is dead without fault: numbers of layers below a scenario that was examined alone."""
    return found[0].idle if len(found) == 1 else ()


def _problem(found: Liveness, lever: Lever) -> Problem:
    """Return what is said against a dead lever."""
    if lever.kind == "option":
        message = "changes nothing: no outcome and no deed of another state comes out differently without it"
        return placed(found.scenario, lever, message, "make it matter, or remove it")
    calm, in_crisis = found.tried.get(lever.key, (0, 0))
    tried = f"at {' and '.join(lever.words)}, in {calm} histories and {in_crisis} that begin in a crisis"
    shifts = f"; it only moves deeds of {lever.owner} itself" if lever.key in found.alone else ""
    if lever.key not in found.unheard:
        shifts = "; it only shifts deeds of others within a turn"
    message = f"moves nothing: no outcome and no deed of another state {tried}{shifts}"
    return placed(found.scenario, lever, message, "make it matter, remove it, or list it under `inert`")


def is_listed(lever: Lever, inert: Sequence[Inert]) -> bool:
    """Say whether a lever is listed as inert."""
    return lever.kind == "number" and any(entry.covers(lever.name) for entry in inert)


def _trials(levers: Sequence[Lever], starts: Sequence[Start], option: str) -> Iterator[Trial]:
    """Yield the blocks that move *levers* to all their ends from all *starts*, unmoved rows among them."""
    rows: list[Move] = []
    for start, n in product(starts, range(len(levers))):
        moves = [(start, n, end) for end in range(len(levers[n].ends))]
        new = not rows or rows[-1][0] != start
        if len(rows) + len(moves) + new >= BLOCK:  # the last row is a control
            yield _trial(levers, rows, option)
            rows, new = [], True
        rows += [(start, -1, 0), *moves] if new else moves
    if rows:
        yield _trial(levers, rows, option)


def _trial(levers: Sequence[Lever], rows: Sequence[Move], option: str) -> Trial:
    """Return a block, with a control at its end: the first history once more, unmoved."""
    used = list(dict.fromkeys(n for _, n, _ in rows if n >= 0))
    place = {n: p for p, n in enumerate(used)} | {-1: -1}
    kept = [(start, place[n], end) for start, n, end in rows]
    return Trial(option, tuple(levers[n] for n in used), (*kept, (rows[0][0], -1, 0)))


def try_out(scenario: Scenario, trial: Trial) -> Stirred:
    """Play a block and return what its levers did."""
    rows = [
        Row(replicate, {} if n < 0 else trial.levers[n].ends[end], start)
        for (start, replicate), n, end in trial.rows
    ]
    found = histories_of(scenario, trial.option, rows)
    bases = _bases(trial)
    outcomes = found.turns != found.turns[:, bases]
    deeds, clocks = found.deeds != found.deeds[bases], found.clocks != found.clocks[bases]
    if outcomes[:, -1].any() or clocks[-1].any():
        raise RuntimeError("the same history came out differently in another row of its block")
    watching, states = _watching(scenario), tuple(scenario.tree["states"])
    stirred = Stirred()
    for row, (_, n, _) in enumerate(trial.rows):
        lever = trial.levers[n]
        if n < 0 or lever.key in stirred.alive:
            continue
        counts = [not watching.get(name, frozenset()) & set(lever.paths) for name in found.outcomes]
        others = [state != lever.owner for state in states]
        if outcomes[counts, row].any() or deeds[row, others].any():
            stirred.alive.add(lever.key)
        elif clocks[row, others].any():
            stirred.heard.add(lever.key)
        elif clocks[row].any():
            stirred.alone.add(lever.key)
    return stirred


def _bases(trial: Trial) -> list[int]:
    """Return, for each row, the row of the same history in which nothing is moved."""
    first: dict[Start, int] = {}
    for row, (start, n, _) in enumerate(trial.rows):
        if n < 0:
            first.setdefault(start, row)
    return [first[start] for start, _, _ in trial.rows]


def _watching(scenario: Scenario) -> dict[str, frozenset[str]]:
    """Return the paths that outcomes of kind `quantity` look at, by outcome."""
    return {
        name: frozenset(_paths_in(spec["quantity"], scenario))
        for name, spec in scenario.outcomes.items()
        if "quantity" in spec
    }


def _paths_in(condition: object, scenario: Scenario) -> Iterator[str]:
    """Yield every path of a condition, spelled as the program does."""
    if isinstance(condition, Mapping):
        for key, value in condition.items():
            if key in {"path", "observes"} and isinstance(value, str):
                yield parse(value, scenario.tree).path
            else:
                yield from _paths_in(value, scenario)
    elif isinstance(condition, Sequence) and not isinstance(condition, str):
        for part in condition:
            yield from _paths_in(part, scenario)
