"""Which numbers of a scenario do anything.

A number is alive when moving it to its ends changes, under the same luck, an outcome, its turn, or the
deeds of another state than its own; an outcome that watches the number itself does not count. Rows of a
block differ in what is moved; what is found alive is not moved again, so that the dead are tried most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from sim.errors import Problem
from sim.experiments.crises import CRISES
from sim.experiments.effects import indifferent
from sim.experiments.hands import Hands, processes
from sim.experiments.inert import Inert, inert_of
from sim.experiments.levers import Lever, levers_of, placed
from sim.experiments.packing import UNMOVED, Row, histories_of
from sim.scenario.paths import parse
from sim.scenario.scenario import Scenario
from sim.world.axes import BLOCK

#: (whether from a crisis, replicates) of each round; what is dead after one is moved again in the next.
ROUNDS = (
    (False, range(1)),
    (True, range(1)),
    (False, range(1, 4)),
    (True, range(1, 2)),
    (False, range(4, 8)),
    (True, range(2, 4)),
    (False, range(8, 16)),
    (True, range(4, 8)),
    (False, range(16, 64)),
    (True, range(8, 16)),
)
#: Blocks the search may take: no round begins that would take more.
BLOCKS = 56

#: What tells a lever from all others.
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Trial:
    """One block: the scenario's rows for some levers, in some replicates, from one start."""

    option: str
    start: str  # "" or a crisis
    levers: tuple[Lever, ...]
    rows: tuple[tuple[int, int, int], ...]  # (replicate, lever, end); lever -1: nothing is moved


@dataclass(frozen=True, slots=True)
class Liveness:
    """What came of moving everything."""

    moved: int
    dead: tuple[Lever, ...]  # and not listed as inert
    unheard: frozenset[Key]  # those of them that do not even shift a deed of others within its turn
    revived: tuple[Lever, ...]  # listed as inert, and alive
    listed: int
    histories: tuple[int, int]  # in which the dead were moved to each end: as it is, from a crisis
    indifferent: tuple[str, ...]  # assumptions that move no outcome
    assumptions: int


@dataclass(slots=True)
class _Search:
    """What is still dead, what was heard of it, and how much was tried."""

    dead: list[Lever]
    heard: set[Key] = field(default_factory=set)
    calm: int = 0
    in_crisis: int = 0


def examine(
    scenario: Scenario,
    *,
    workers: int | None = 1,
    rounds: Sequence[tuple[bool, range]] = ROUNDS,
    blocks: int = BLOCKS,
    say: Callable[[str], None] = lambda _: None,
) -> Liveness:
    """Move everything a scenario says to its ends and return what is dead, and what does not matter.

    Parameters
    ----------
    workers
        Processes; every core if None.
    rounds
        Replicates of each round, and whether they begin in a crisis.
    blocks
        Most the search may take.
    say
        Told how far it is.
    """
    levers, inert = levers_of(scenario), inert_of(scenario)
    listed = {lever.key for lever in levers if is_listed(lever, inert)}
    with Hands(scenario, processes(workers)) as hands:
        search = _search(hands, levers, rounds, blocks, say)
        say("how much each assumption matters")
        idle = indifferent(scenario, hands)
    dead = {lever.key for lever in search.dead}
    return Liveness(
        moved=len(levers),
        dead=tuple(lever for lever in search.dead if lever.key not in listed),
        unheard=frozenset(dead - search.heard),
        revived=tuple(lever for lever in levers if lever.key in listed - dead),
        listed=len(listed),
        histories=(search.calm, search.in_crisis),
        indifferent=tuple(idle),
        assumptions=len(scenario.assumptions),
    )


def _search(
    hands: Hands,
    levers: Sequence[Lever],
    rounds: Sequence[tuple[bool, range]],
    blocks: int,
    say: Callable[[str], None],
) -> _Search:
    """Move what is still dead, round by round, until nothing is or the blocks are used up."""
    search = _Search(list(levers))
    for in_crisis, replicates in rounds:
        starts = CRISES if in_crisis else ("",)
        trials = [t for start in starts for t in _trials(search.dead, replicates, start)]
        if not trials or len(trials) > blocks:
            break
        say(f"{len(search.dead):,} of {len(levers):,} have moved nothing yet; {len(trials)} blocks")
        blocks -= len(trials)
        alive: set[Key] = set()
        for moved, heard in hands.do(try_out, trials):
            alive |= moved
            search.heard |= heard
        search.dead = [lever for lever in search.dead if lever.key not in alive]
        search.calm += 0 if in_crisis else len(replicates)
        search.in_crisis += len(starts) * len(replicates) if in_crisis else 0
    return search


def problems_of(scenario: Scenario, found: Liveness) -> list[Problem]:
    """Return what is said of each dead lever, where it stands."""
    calm, in_crisis = found.histories
    problems = []
    for lever in found.dead:
        tried = f"at {' and '.join(lever.words)}, in {calm} histories and {in_crisis} that begin in a crisis"
        shifts = "" if lever.key in found.unheard else "; it only shifts deeds of others within a turn"
        message = f"moves nothing: no outcome and no deed of another state {tried}{shifts}"
        problems.append(
            placed(scenario, lever, message, "make it matter, remove it, or list it under `inert`")
        )
    return problems


def is_listed(lever: Lever, inert: Sequence[Inert]) -> bool:
    """Say whether a lever is listed as inert."""
    return lever.kind == "number" and any(entry.covers(lever.name) for entry in inert)


def _trials(levers: Sequence[Lever], replicates: range, start: str) -> Iterator[Trial]:
    """Yield the blocks that move *levers* to all their ends in all *replicates*, unmoved rows among them."""
    for option in dict.fromkeys(lever.option for lever in levers):
        mine = [lever for lever in levers if lever.option == option]
        rows: list[tuple[int, int, int]] = []
        for replicate, n in product(replicates, range(len(mine))):
            moves = [(replicate, n, end) for end in range(len(mine[n].ends))]
            new = not rows or rows[-1][0] != replicate
            if len(rows) + len(moves) + new >= BLOCK:  # the last row is a control
                yield _trial(option, mine, rows, start)
                rows, new = [], True
            rows += [(replicate, -1, 0), *moves] if new else moves
        if rows:
            yield _trial(option, mine, rows, start)


def _trial(option: str, levers: Sequence[Lever], rows: Sequence[tuple[int, int, int]], start: str) -> Trial:
    """Return a block, with a control at its end: the first replicate once more, unmoved."""
    used = list(dict.fromkeys(n for _, n, _ in rows if n >= 0))
    place = {n: p for p, n in enumerate(used)} | {-1: -1}
    kept = [(replicate, place[n], end) for replicate, n, end in rows]
    return Trial(option, start, tuple(levers[n] for n in used), (*kept, (rows[0][0], -1, 0)))


def try_out(scenario: Scenario, trial: Trial) -> tuple[set[Key], set[Key]]:
    """Play a block.

    Returns
    -------
    alive, heard
        Keys of the levers that moved an outcome or a deed of another state, and of those that at least
        shifted such a deed within its turn.
    """
    rows = [
        Row(replicate, UNMOVED if n < 0 else trial.levers[n].ends[end]) for replicate, n, end in trial.rows
    ]
    found = histories_of(scenario, trial.option, rows, start=trial.start)
    bases = _bases(trial)
    outcomes = found.turns != found.turns[:, bases]
    deeds, clocks = found.deeds != found.deeds[bases], found.clocks != found.clocks[bases]
    if outcomes[:, -1].any() or clocks[-1].any():
        raise RuntimeError("the same history came out differently in another row of its block")
    watching, states = _watching(scenario), tuple(scenario.tree["states"])
    alive, heard = set(), set()
    for row, (_, n, _) in enumerate(trial.rows):
        lever = trial.levers[n]
        if n < 0 or lever.key in alive:
            continue
        counts = [not watching.get(name, frozenset()) & set(lever.paths) for name in found.outcomes]
        others = [state != lever.owner for state in states]
        if outcomes[counts, row].any() or deeds[row, others].any():
            alive.add(lever.key)
        elif clocks[row, others].any():
            heard.add(lever.key)
    return alive, heard


def _bases(trial: Trial) -> list[int]:
    """Return, for each row, the row of the same replicate in which nothing is moved."""
    first: dict[int, int] = {}
    for row, (replicate, n, _) in enumerate(trial.rows):
        if n < 0:
            first.setdefault(replicate, row)
    return [first[replicate] for replicate, _, _ in trial.rows]


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
