"""How many histories and minutes a run will take, told beforehand; writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from sim.intervals import wilson
from sim.montecarlo import plan, stopping, work
from sim.montecarlo.order import Order
from sim.results import study
from sim.results.engine import Maker
from sim.results.parts import Done, Parts, Unit
from sim.world.axes import BLOCK

#: Precisions told where none is asked for, as probabilities.
PRECISIONS = (0.05, 0.02, 0.01, 0.005, 0.002, 0.001)


class Seen(NamedTuple):
    """How often an outcome happened under an option in the histories there are."""

    option: str
    outcome: str
    times: int
    histories: int

    def rate(self) -> float:
        """Return the estimate of its probability."""
        return self.times / self.histories

    def worst(self) -> float:
        """Return the probability of its 95 % interval that takes most histories: the nearest to one half."""
        low, high = wilson(self.times, self.histories)
        return min(max(0.5, float(low)), float(high))


@dataclass(frozen=True, slots=True)
class Pilot:
    """What is known of a study before it is run."""

    seconds: float  # of processor time a block of one option takes
    timed_on: str
    seen: tuple[Seen, ...]


def pilot(made: Order, folder: Path) -> Pilot:
    """Return what the blocks in *folder* tell of the study ordered; run some where there are none."""
    kept = _kept(made, folder)
    if {done.unit.option for done in kept} >= set(made.options):
        seconds = sum(done.seconds for done in kept) / len(kept)
        return Pilot(seconds, f"{len(kept)} blocks of {folder}", tuple(_seen(kept)))
    job = work.Job(made.scenario, made.seed, folder, made.deeds, "", work.SIMULATE)
    first = [Unit(option, 0, twin=False, rows=BLOCK) for option in made.options]
    counted = [work.count(job, unit) for unit in first]
    # the first block of an option also compiles it: the time is that of another
    timed = work.count(job, Unit(made.options[0], 1, twin=False, rows=BLOCK))
    return Pilot(timed.seconds, "one block, timed now", tuple(_seen([*counted, timed])))


def _kept(made: Order, folder: Path) -> list[Done]:
    """Return the blocks there are of the study that was ordered."""
    if not study.holds(folder, made.identity()):
        return []
    return [done for done in Parts(folder, Maker.here().digest).every() if not done.unit.twin]


def _seen(blocks: list[Done]) -> Iterator[Seen]:
    """Add up how often each outcome happened under each option."""
    for option in dict.fromkeys(done.unit.option for done in blocks):
        mine = [done for done in blocks if done.unit.option == option]
        histories = sum(done.unit.rows for done in mine)
        for outcome in mine[0].happened:
            yield Seen(option, outcome, sum(done.happened[outcome] for done in mine), histories)


def planned(made: Order, folder: Path, *, replicates: int | None) -> dict[str, Any]:
    """Return how many histories and minutes the study that was ordered takes.

    Parameters
    ----------
    made
        With a precision, that one is told, else each of `PRECISIONS`.
    replicates
        If asked for, how sure so many make the outcomes is told too.

    Returns
    -------
    dict
        scenario, seed, options, workers, seconds_per_block (of processor time), timed_on, and `plan`: a row a
        precision with replicates (per option), histories (in all, twins included), minutes (with that many
        workers, each with a core of its own), the outcome and option that decide, and the same at worst: if
        every probability lay at that end of its interval which takes most.
    """
    found = pilot(made, folder)
    asked = [made.precision] if made.precision else [] if replicates else list(PRECISIONS)
    rows = [_row_of_precision(made, found, precision) for precision in asked if found.seen]
    if replicates or not found.seen:
        rows.append(_row_of_replicates(made, found))
    return {
        "scenario": made.name,
        "seed": made.seed,
        "options": list(made.options),
        "workers": made.workers,
        "seconds_per_block": round(found.seconds, 4),
        "timed_on": found.timed_on,
        "plan": rows,
    }


def _row_of_precision(made: Order, found: Pilot, precision: float) -> dict[str, Any]:
    """Return what it takes that every interval reaches no further than *precision*."""
    needs = {seen: stopping.needed(seen.rate(), precision) for seen in found.seen}
    decisive = max(needs, key=lambda seen: (needs[seen], -abs(seen.rate() - 0.5)))
    worst = max(stopping.needed(seen.worst(), precision) for seen in found.seen)
    return _row(made, found, precision, decisive, needs[decisive], worst)


def _row_of_replicates(made: Order, found: Pilot) -> dict[str, Any]:
    """Return how far the widest interval reaches with the replicates ordered."""
    n = made.replicates
    if not found.seen:
        return _row(made, found, None, None, n, n)
    decisive = max(found.seen, key=lambda seen: float(stopping.reach(seen.rate() * n, n)))
    return _row(made, found, float(stopping.reach(decisive.rate() * n, n)), decisive, n, n)


def _row(
    made: Order, found: Pilot, precision: float | None, decisive: Seen | None, n: int, worst: int
) -> dict[str, Any]:
    """Return one row of the plan."""
    return {
        "precision": precision,
        "replicates": n,
        "histories": sum(unit.rows for unit in plan.units(made.options, n, twins=made.twins)),
        "minutes": _minutes(made, found, n),
        "outcome": decisive and decisive.outcome,
        "option": decisive and decisive.option,
        "worst_replicates": worst,
        "worst_minutes": _minutes(made, found, worst),
    }


def _minutes(made: Order, found: Pilot, replicates: int) -> float:
    """Return the minutes so many replicates take."""
    units = len(plan.units(made.options, replicates, twins=made.twins))
    rounds = -(-units // made.workers)
    return round(rounds * found.seconds / 60, 4)
