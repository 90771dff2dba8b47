"""What was ordered: a scenario and how it is to be run, checked, with the identity it gives a study."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import Problem, UsageError
from sim.montecarlo import stopping
from sim.results import engine
from sim.results.identity import DEEDS, Identity, scenario_digest, with_run_keys
from sim.results.manifest import Manifest
from sim.results.shard import Shard
from sim.world.axes import BLOCK

#: Replicates per option where neither the caller nor the scenario says.
REPLICATES = 10_000


#: The one option of a scenario that declares none.
BASELINE = "baseline"

#: Least and most of the numbers a command takes.
LIMITS = {
    "--replicates": (1, 10**9),
    "--histories": (1, 10**9),
    "--seed": (0, (1 << 63) - 1),
    "--workers": (1, 4096),
}

#: Least and most that --precision may ask for.
PRECISIONS = (0.0001, 0.4)


@dataclass(frozen=True, slots=True)
class Order:
    """A scenario and how it is to be run; nothing in it is left open."""

    scenario: Any
    dump: str
    sets: tuple[str, ...]
    options: tuple[str, ...]
    replicates: int
    seed: int
    workers: int
    deeds: int | None
    twins: bool
    precision: float | None = None  # reach of every outcome's interval; `replicates` is then a ceiling
    shard: Shard | None = None

    @property
    def name(self) -> str:
        """Name of the scenario."""
        return str(self.scenario.name)

    def identity(self) -> Identity:
        """Return what decides the numbers."""
        return Identity(
            scenario=scenario_digest(self.dump),
            sets=self.sets,
            seed=self.seed,
            engine=engine.engine_version(),
            block=BLOCK,
            options=self.options,
            deeds=self.deeds,
            twins=self.twins,
        )

    def manifest(self) -> Manifest:
        """Return the manifest of the study this gives, without checksums."""
        tree = self.scenario.tree
        return Manifest(
            scenario=self.name,
            identity=self.identity(),
            replicates=self.replicates,
            turns=int(tree["turns"]),
            days=float(tree["turn"]["days"]),
            start=str(tree["start"]),
            shard=self.shard,
        )

    def scenario_file(self) -> str:
        """Return the resolved scenario, to be run again as it is run now."""
        return with_run_keys(self.dump, self.replicates, self.seed)


def order(
    scenario: Any,
    *,
    replicates: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    options: Sequence[str] = (),
    sets: Sequence[str] = (),
    deeds: int | str | None = DEEDS,
    twins: bool = True,
    precision: float | None = None,
    shard: str | None = None,
) -> Order:
    """Fill in what was left open and check the rest; a `UsageError` names every argument at fault.

    With a precision and no replicates the ceiling is what gives that precision whatever the probabilities.
    """
    tree: Mapping[str, Any] = scenario.tree
    problems: list[Problem] = []
    precise = _precision(precision, tree, problems)
    part = _shard(shard, problems)
    if precise and part:
        problems.append(
            Problem(
                "",
                None,
                "--shard",
                "does not see the blocks of the others, and --precision looks at all",
                "give -n",
            )
        )
    most = stopping.ceiling(precise) if precise else tree.get("replicates")
    made = Order(
        scenario=scenario,
        dump=scenario.dump(),
        sets=tuple(sets),
        options=_options(options, tuple(tree.get("options") or (BASELINE,)), problems),
        replicates=_whole("--replicates", _given(replicates, most, REPLICATES), problems),
        seed=_whole("--seed", _given(seed, tree.get("seed"), 0), problems),
        workers=_whole("--workers", _given(workers, None, cores()), problems),
        deeds=_deeds(deeds, problems),
        twins=twins,
        precision=precise,
        shard=part,
    )
    if problems:
        raise UsageError(problems)
    return made


def processes(workers: int | None) -> int:
    """Return how many processes to use: as many as there are cores, unless told. Raises a `UsageError`."""
    refuse_out_of_range({"--workers": workers})
    return workers or cores()


def refuse_out_of_range(numbers: Mapping[str, int | None]) -> None:
    """Refuse numbers beyond their `LIMITS`, by flag; None was left open. A `UsageError` names each."""
    problems: list[Problem] = []
    for name, value in numbers.items():
        if value is not None:
            _whole(name, value, problems)
    if problems:
        raise UsageError(problems)


def cores() -> int:
    """Return the cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def default_folder(made: Order, out: str | Path | None) -> Path:
    """Return where the study of an order goes."""
    from sim.results import folders

    if out is not None:
        return Path(out)
    whole = folders.default(made.name, made.identity().id)
    return whole if made.shard is None else made.shard.folder(whole)


def _given(argument: Any, scenarios: Any, otherwise: int) -> Any:
    """Return the argument, else what the scenario says, else the default."""
    return next(value for value in (argument, scenarios, otherwise) if value is not None)


def _whole(name: str, value: Any, problems: list[Problem]) -> int:
    """Check a whole number against its limits."""
    low, high = LIMITS[name]
    if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
        return value
    limits = f"from {low} to {high:,}" if high < 10**12 else f"from {low} to 2^63 - 1"
    problems.append(Problem("", None, name, f"{value!r} is out of range", f"give a whole number {limits}"))
    return low


def _precision(value: Any, tree: Mapping[str, Any], problems: list[Problem]) -> float | None:
    """Check a precision: a probability that intervals of outcomes can reach."""
    if value is None:
        return None
    low, high = PRECISIONS
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        repair = f"give a number from {low} to {high}: 0.01 is ±1 point"
        problems.append(Problem("", None, "--precision", f"{value!r} is out of range", repair))
        return None
    if not tree.get("outcomes"):
        told = "is of outcomes, and this scenario declares none"
        problems.append(Problem("", None, "--precision", told, "declare one under `outcomes`, or give -n"))
    return float(value)


def _shard(value: str | None, problems: list[Problem]) -> Shard | None:
    """Read a shard, ``3/16``."""
    if value is None:
        return None
    made = Shard.read(value)
    if made is None:
        repair = f"give two whole numbers such as 3/16, the second at most {Shard.MOST:,}"
        problems.append(Problem("", None, "--shard", f"{value!r} is not a part of a study", repair))
    return made


def _deeds(value: int | str | None, problems: list[Problem]) -> int | None:
    """Return how many replicates' deeds are kept; None for all."""
    words: dict[Any, int | None] = {"all": None, "none": 0, None: None}
    if value in words:
        return words[value]
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        value = int(value)
    if isinstance(value, int) and value >= 0:
        return value
    problems.append(
        Problem("", None, "--deeds", f"{value!r} is not a number of replicates", "give a number, all or none")
    )
    return 0


def _options(asked: Sequence[str], known: tuple[str, ...], problems: list[Problem]) -> tuple[str, ...]:
    """Return the options to run, in the order asked for; all of the scenario's when none are."""
    for name in asked:
        if name not in known:
            close = difflib.get_close_matches(name, known, 1)
            repair = f"did you mean `{close[0]}`?" if close else f"give one of {', '.join(known)}"
            problems.append(
                Problem("", None, "--option", f"`{name}` is not an option of this scenario", repair)
            )
    return tuple(dict.fromkeys(asked)) or known
