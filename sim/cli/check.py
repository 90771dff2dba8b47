"""``sim check``: what is wrong with a scenario, and which of its numbers have no source or do nothing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.flags import Workers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sim.errors import Problem
    from sim.experiments.liveness import Liveness
    from sim.scenario.scenario import Scenario


def check(
    scenarios: Annotated[
        list[str], typer.Argument(metavar="SCENARIO...", help="Paths, or names of shipped ones or worlds.")
    ],
    liveness: Annotated[
        bool, typer.Option("--liveness", help="Also move every number to its ends: which change nothing?")
    ] = False,
    workers: Workers = None,
) -> None:
    """Check scenarios: every fault with its repair, unsourced numbers, numbers that do nothing.

    Example:
        sim check my.yaml --liveness
    """
    from sim.errors import SimError
    from sim.experiments.inert import refuse_what_is_wrongly_inert
    from sim.making import refuse_what_cannot_run
    from sim.scenario.loader import load

    faulty = False
    sound: dict[Path, tuple[str, Scenario]] = {}
    for name in scenarios:
        try:
            scenario = load(name)
            refuse_what_cannot_run(scenario)
            refuse_what_is_wrongly_inert(scenario)
        except SimError as fault:
            faulty |= _complain(fault.problems)
            continue
        _tell(name, scenario)
        sound.setdefault(Path(scenario.file).resolve(), (name, scenario))  # one file is one scenario
    if liveness and sound:
        faulty |= _complain(_liveness(dict(sound.values()), workers))
    if faulty:
        raise typer.Exit(2)


def _complain(problems: Iterable[Problem]) -> bool:
    """Print problems, and say whether there were any."""
    found = False
    sys.stdout.flush()  # what is said of one file stands before what is said of the next
    for problem in problems:
        found = True
        print(problem, file=sys.stderr, flush=True)
    return found


def _tell(name: str, scenario: Scenario) -> None:
    """Say what may be said against a scenario that runs."""
    from sim.scenario.checks import overruled, unlabelled

    bare, moot = unlabelled(scenario), overruled(scenario)
    for found in (*bare, *moot):
        typer.echo(str(found))
    typer.echo(f"{name}: no faults; {len(bare) or 'no'} unsourced numbers, {len(moot) or 'no'} overruled")
    if not scenario.outcomes:
        typer.echo(f"{name}: no outcomes: nothing will be counted")


def _liveness(scenarios: Mapping[str, Scenario], workers: int | None) -> list[Problem]:
    """Move everything, say what was found, and return what is dead."""
    from sim.experiments.liveness import examine, only_told, problems_of

    found = examine(list(scenarios.values()), workers=workers, say=_progress)
    for name, each in zip(scenarios, found, strict=True):
        _tell_liveness(name, each)
    for lever in only_told(found):
        typer.echo(f"{lever.name}: a number of the world that moves nothing here")
    return problems_of(found)


def _tell_liveness(name: str, found: Liveness) -> None:
    """Say what is dead in a scenario, what is not after all, and what does not matter."""
    dead = (*found.dead, *found.idle)
    unread = len([lever for lever in dead if lever.key in found.unheard - found.alone])
    counts = f"{len(found.dead) or 'none'} dead of its own, {len(found.idle) or 'none'} of what it shares"
    counts += f" ({unread} of them shift no deed even within a turn)"
    counts += f", {found.listed or 'none'} listed as inert"
    typer.echo(f"{name}: {found.moved:,} levers moved to their ends: {counts}")
    for lever in found.revived:
        typer.echo(f"{name}: {lever.name} is listed as inert and is alive: take it off the list")
    if found.indifferent:
        which = ", ".join(found.indifferent)
        typer.echo(f"{name}: assumptions that do not matter here (no outcome moves by a point): {which}")


def _progress(words: str) -> None:
    """Say how far it is, where somebody watches."""
    if sys.stderr.isatty():
        print(words, file=sys.stderr, flush=True)
