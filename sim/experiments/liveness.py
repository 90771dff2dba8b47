"""Which numbers of a scenario do anything.

A number is alive when moving it to its ends changes, under the same luck, an outcome, its turn, or the
deeds of another state than its own; an outcome that watches the number itself does not count. Rows of a
block differ in what is moved; what is found alive is not moved again, so that the dead are tried most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product

from sim.errors import Problem
from sim.experiments.crises import BUSIEST, CRISES
from sim.experiments.effects import indifferent
from sim.experiments.hands import Hands, processes
from sim.experiments.inert import Inert, inert_of
from sim.experiments.levers import Lever, levers_of, placed
from sim.experiments.packing import Row, histories_of
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

    @property
    def starts(self) -> list[Start]:
        """Return every history."""
        return [*(("", n) for n in self.calm), *product(self.crises, self.tense)]


#: One start at a time while many are dead, those in which most happens first; then ever more of all, the
#: options in turn.
ROUNDS = (
    Round(range(1), range(0)),
    *(Round(range(0), range(1), (crisis,)) for crisis in BUSIEST),
    *(
        Round(range(first, last), range(first, last), option=n)
        for n, (first, last) in enumerate(pairwise((1, 2, 4, 8, 12, 16, 24, 32, 48, 64)))
    ),
)
#: Replicates in which what an option sets is left out, at most.
MOST_REPLICATES = 64
#: Blocks the search may take: no round begins that would take more.
BLOCKS = 72

#: What tells a lever from all others.
Key = tuple[str, str, str]


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
    """What came of moving everything."""

    moved: int
    dead: tuple[Lever, ...]  # and not listed as inert
    unheard: frozenset[Key]  # those of them that do not even shift a deed of others within its turn
    alone: frozenset[Key]  # those that change or shift deeds of their own state
    revived: tuple[Lever, ...]  # listed as inert, and alive
    listed: int
    tried: Mapping[Key, tuple[int, int]]  # histories each lever was moved in: as it is, from a crisis
    indifferent: tuple[str, ...]  # assumptions that move no outcome
    assumptions: int


@dataclass(slots=True)
class _Search:
    """What is still dead, what was heard of it, and how much was tried."""

    dead: list[Lever]
    heard: set[Key] = field(default_factory=set)
    alone: set[Key] = field(default_factory=set)
    tried: dict[Key, tuple[int, int]] = field(default_factory=dict)


def examine(
    scenario: Scenario,
    *,
    workers: int | None = 1,
    rounds: Sequence[Round] = ROUNDS,
    blocks: int = BLOCKS,
    say: Callable[[str], None] = lambda _: None,
) -> Liveness:
    """Move everything a scenario says to its ends and return what is dead, and what does not matter.

    Parameters
    ----------
    workers
        Processes; every core if None.
    rounds
        What is still dead is moved again in each.
    blocks
        Most the search may take.
    say
        Told how far it is.
    """
    levers, inert = levers_of(scenario), inert_of(scenario)
    listed = {lever.key for lever in levers if is_listed(lever, inert)}
    with Hands(scenario, processes(workers)) as hands:
        search = _search(hands, levers, listed, rounds, blocks, say)
        say("how much each assumption matters")
        idle = indifferent(scenario, hands)
    dead = {lever.key for lever in search.dead}
    return Liveness(
        moved=len(levers),
        dead=tuple(lever for lever in search.dead if lever.key not in listed),
        unheard=frozenset(dead - search.heard),
        alone=frozenset(dead & search.alone),
        revived=tuple(lever for lever in levers if lever.key in listed - dead),
        listed=len(listed),
        tried=search.tried,
        indifferent=tuple(idle),
        assumptions=len(scenario.assumptions),
    )


def _search(
    hands: Hands,
    levers: Sequence[Lever],
    listed: set[Key],
    rounds: Sequence[Round],
    blocks: int,
    say: Callable[[str], None],
) -> _Search:
    """Move what is still dead, round by round, until all that is is listed or the blocks are used up."""
    names = tuple(hands.scenario.options)
    options = [lever for lever in levers if lever.kind == "option"]
    search = _Search([lever for lever in levers if lever.kind != "option"])
    dead = _dead_in_options(hands, options)
    for each in rounds:
        moved = search.dead
        trials = list(_trials(moved, each.starts, names[each.option % len(names)]))
        if listed.issuperset(lever.key for lever in moved) or len(trials) > blocks:
            break
        say(f"{len(search.dead):,} of {len(levers):,} have moved nothing yet; {len(trials)} blocks")
        blocks -= len(trials)
        alive: set[Key] = set()
        for stirred in hands.do(try_out, trials):
            alive |= stirred.alive
            search.heard |= stirred.heard
            search.alone |= stirred.alone
        search.dead = [lever for lever in search.dead if lever.key not in alive]
        for lever in moved:
            calm, tense = search.tried.get(lever.key, (0, 0))
            search.tried[lever.key] = calm + len(each.calm), tense + len(each.tense) * len(each.crises)
    search.dead += dead
    return search


def _dead_in_options(hands: Hands, levers: Sequence[Lever]) -> list[Lever]:
    """Return what an option sets without any effect, in one block for each option: it has few settings."""
    by_option: dict[str, list[Lever]] = {}
    for lever in levers:
        by_option.setdefault(lever.option, []).append(lever)
    trials: list[Trial] = []
    for option, some in by_option.items():
        replicates = min(MOST_REPLICATES, (BLOCK - 2) // (len(some) + 1))
        trials += _trials(some, [("", n) for n in range(replicates)], option)
    alive = {key for stirred in hands.do(try_out, trials) for key in stirred.alive}
    return [lever for lever in levers if lever.key not in alive]


def problems_of(scenario: Scenario, found: Liveness) -> list[Problem]:
    """Return what is said of each dead lever, where it stands."""
    problems = []
    for lever in found.dead:
        if lever.kind == "option":
            problems.append(_idle_setting(scenario, lever))
            continue
        calm, in_crisis = found.tried.get(lever.key, (0, 0))
        tried = f"at {' and '.join(lever.words)}, in {calm} histories and {in_crisis} that begin in a crisis"
        if lever.key not in found.unheard:
            shifts = "; it only shifts deeds of others within a turn"
        else:
            shifts = f"; it only moves deeds of {lever.owner} itself" if lever.key in found.alone else ""
        message = f"moves nothing: no outcome and no deed of another state {tried}{shifts}"
        problems.append(
            placed(scenario, lever, message, "make it matter, remove it, or list it under `inert`")
        )
    return problems


def _idle_setting(scenario: Scenario, lever: Lever) -> Problem:
    """Return what is said of a number that an option sets to no effect."""
    message = "changes nothing: no outcome and no deed of another state comes out differently without it"
    return placed(scenario, lever, message, "make it matter, or remove it")


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


@dataclass(slots=True)
class Stirred:
    """What the levers of a block did, by their keys."""

    alive: set[Key] = field(default_factory=set)  # moved an outcome, or a deed of another state
    heard: set[Key] = field(default_factory=set)  # shifted a deed of another state within its turn
    alone: set[Key] = field(default_factory=set)  # shifted or changed a deed of their own state


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
