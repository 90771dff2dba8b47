"""What was ordered: a scenario and how it is to be run, checked, with the identity it gives a study."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import Problem, UsageError
from sim.results import engine
from sim.results.identity import Identity, scenario_digest, with_run_keys
from sim.results.manifest import Manifest
from sim.world.axes import BLOCK

#: Replicates per option where neither the caller nor the scenario says.
REPLICATES = 10_000

#: Replicates per option whose deeds are kept where the caller does not say.
DEEDS = 10_000

#: The one option of a scenario that declares none.
BASELINE = "baseline"

#: Least and most of the numbers a command takes.
LIMITS = {
    "--replicates": (1, 10**9),
    "--histories": (1, 10**9),
    "--seed": (0, (1 << 63) - 1),
    "--workers": (1, 4096),
}


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
) -> Order:
    """Fill in what was left open and check the rest; a `UsageError` names every argument at fault."""
    tree: Mapping[str, Any] = scenario.tree
    problems: list[Problem] = []
    made = Order(
        scenario=scenario,
        dump=scenario.dump(),
        sets=tuple(sets),
        options=_options(options, tuple(tree.get("options") or (BASELINE,)), problems),
        replicates=_whole("--replicates", _given(replicates, tree.get("replicates"), REPLICATES), problems),
        seed=_whole("--seed", _given(seed, tree.get("seed"), 0), problems),
        workers=_whole("--workers", _given(workers, None, cores()), problems),
        deeds=_deeds(deeds, problems),
        twins=twins,
    )
    if problems:
        raise UsageError(problems)
    return made


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

    return folders.default(made.name, made.identity().id) if out is None else Path(out)


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
