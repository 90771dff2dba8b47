"""The public functions: run a scenario, open a study. The command line is a thin layer over this."""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import Problem, ScenarioError, UsageError
from sim.results import faults, files, folders, lock, study
from sim.results.study import Writing
from sim.study import Study
from sim.world.axes import BLOCK

if TYPE_CHECKING:
    from sim.montecarlo.order import Order
    from sim.montecarlo.progress import Progress
    from sim.results.parts import Done
    from sim.scenario.scenario import Scenario


def load_study(source: str | Path) -> Study:
    """Open a study: its folder, or the name of a scenario for its newest study below ``results/``."""
    return Study(folders.find(source))


def load_scenario(source: str | Path, sets: Sequence[str] = ()) -> Scenario:
    """Load a scenario, shipped or from a file, with ``PATH=VALUE`` settings applied last."""
    from sim.scenario.loader import load

    return load(source, sets)


def run(
    source: str | Path | Scenario,
    *,
    replicates: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    options: Sequence[str] = (),
    sets: Sequence[str] = (),
    out: str | Path | None = None,
    deeds: int | str | None = 10_000,
    twins: bool = True,
    report: bool = True,
    quiet: bool = False,
    again: str = "the same call",
) -> Study:
    """Simulate every option of a scenario and return the study; one that is there already is not made again.

    Parameters
    ----------
    source
        Path of a scenario, name of a shipped one, or a loaded scenario.
    replicates, seed, workers
        Per option; the scenario's number and seed by default, 10,000 and 0 where it gives none; every core.
        A finished study that holds more replicates is returned as it is.
    options
        Those to run, the first being the reference; all by default.
    sets
        Settings ``PATH=VALUE`` applied last.
    out
        Folder of the study; ``results/<scenario>/<id>`` by default.
    deeds
        Replicates per option whose deeds are kept: a number, "all" or "none".
    twins, report, quiet
        Run every eighth block again with other luck; write ``report.html``; say nothing on stderr.
    again
        How an interrupted run is gone on with, for the message.
    """
    from sim.montecarlo import progress
    from sim.montecarlo.order import default_folder, order

    if sets and not isinstance(source, str | Path):
        raise UsageError(
            Problem("", None, "sets", "come too late for a loaded scenario", "give them to load_scenario")
        )
    scenario = load_scenario(source, sets) if isinstance(source, str | Path) else source
    made = order(
        scenario,
        replicates=replicates,
        seed=seed,
        workers=workers,
        options=options,
        sets=sets,
        deeds=deeds,
        twins=twins,
    )
    folder = default_folder(made, out)
    if study.held(folder, made.identity()) < made.replicates:
        refuse_what_cannot_run(scenario)
    _run(made, folder, progress.Silent() if quiet else progress.teller(), again, report=report)
    return Study(folder)


def compare(
    *sources: str | Path | Study,
    replicates: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    options: Sequence[str] = (),
    sets: Sequence[str] = (),
    want: Sequence[str] = (),
    quiet: bool = False,
) -> dict[str, Any]:
    """Compare the options of a scenario or study, or several scenarios or studies, under the same luck.

    Parameters
    ----------
    sources
        Studies, their folders, or scenarios. Of a scenario the newest study is taken; it is run where there
        is none, or where *replicates*, *seed* or *sets* say how, the second and further ones with the seed of
        the first.
    replicates, seed, workers, sets
        As in `run`, for what is run.
    options
        Those to compare, the first being the reference; all that the studies share by default.
    want
        Outcomes and quantities of which more is better, for the regrets; of all others less is.
    quiet
        Say nothing on stderr.

    Returns
    -------
    dict
        What `sim.analysis.comparison.compare` says.

    Raises
    ------
    UsageError
        Where studies do not share their luck, naming what differs; where there is one option only.
    """
    from sim.analysis.arms import arms
    from sim.analysis.comparison import compare as compared

    found: list[Study] = []
    given = any(value is not None for value in (replicates, seed)) or bool(sets)
    for source in sources:
        if isinstance(source, Study):
            found.append(source)
        elif folders.is_study(source) or not (given or folders.is_new(source)):
            found.append(load_study(source))
        else:
            luck = seed if seed is not None or not found else found[0].manifest.identity.seed
            how: dict[str, Any] = {"options": options, "sets": sets, "workers": workers, "quiet": quiet}
            found.append(run(source, replicates=replicates, seed=luck, **how))
    named = [study.source(name) for study, name in zip(found, _names(found), strict=True)]
    return compared(arms(named, options), want)


def _names(found: Sequence[Study]) -> list[str]:
    """Return a name for each of several studies: of its scenario, else of its folder, else with a number."""
    names = [study.manifest.scenario for study in found]
    if len(set(names)) < len(names):
        names = [study.path.resolve().name for study in found]
    if len(set(names)) == len(names):
        return names
    return [f"{name} {place}" for place, name in enumerate(names, start=1)]


def refuse_what_cannot_run(scenario: Any) -> None:
    """Raise a `ScenarioError` with every fault that shows when the options of a scenario are compiled."""
    from sim.scenario.scenario import Scenario

    if not isinstance(scenario, Scenario):
        return
    from sim.model.naming import faults_of
    from sim.scenario.checks import placed

    if found := faults_of(scenario):
        raise ScenarioError(placed(scenario, found))


def _run(made: Order, folder: Path, told: Progress, again: str, *, report: bool) -> None:
    """Make a folder the study that was ordered, with its report if that is wanted."""
    faults.made(folder)
    with faults.explained(folder), lock.writing(folder):
        _write(made, folder, told, again)
        if report and not (folder / "report.html").exists():
            write_report(folder)


def write_report(folder: Path) -> Path:
    """Write the report of a study and return its path."""
    from sim.report.page import write

    return write(folder)


def _write(made: Order, folder: Path, told: Progress, again: str) -> None:
    """Make the folder hold the study that was ordered, its lock held; a longer one stays as long as it is."""
    held = study.held(folder, made.identity())
    if held > made.replicates:
        told.say(
            f"{folder} holds {held:,} histories per option; they are kept (give another --out for fewer)"
        )
        made = replace(made, replicates=held)
    writing = Writing(folder, made.manifest(), made.scenario_file())
    writing.begin()
    if writing.finished():
        return
    if made.replicates < BLOCK:
        told.say(f"note: histories are simulated {BLOCK:,} at a time; -n {BLOCK} costs the same")
    began, clock = datetime.now(UTC), time.monotonic()
    try:
        units = _simulate(made, folder, told, again)
        _finish(made, writing, units)
    except KeyboardInterrupt as stop:
        words = str(stop) or f"interrupted: what is finished is kept in {folder}; go on with: {again}"
        raise KeyboardInterrupt(words) from None
    (folder / "report.html").unlink(missing_ok=True)  # of fewer replicates
    _write_run(folder, made, units, began, time.monotonic() - clock)


def _simulate(made: Order, folder: Path, told: Progress, again: str) -> list[Done]:
    """Do the blocks that are missing and return all."""
    from sim.montecarlo import plan, runner, work

    job = work.Job(made.scenario, made.seed, folder, made.deeds, study.maker(), work.SIMULATE)
    units = plan.units(made.options, made.replicates, twins=made.twins)
    return runner.fill(runner.Work(job, units, made.workers, again), told)


def _finish(made: Order, writing: Writing, units: list[Done]) -> None:
    """Write the final files from the parts and put them in place together."""
    from sim.analysis import summary

    staging, checksums = writing.stage(units)
    tree = made.scenario.tree
    told = summary.summarise(staging, writing.manifest, tree, lambda path: _spelled(tree, path))
    checksums[summary.NAME] = summary.write(staging, told)
    writing.commit(checksums)


def _spelled(tree: Mapping[str, Any], path: str) -> tuple[str, str]:
    """Return a watched path in words and its unit: the report's words, else the quantity's declaration."""
    from sim.report.paths import SPELLED, spelled
    from sim.scenario.paths import PathFault, parse

    title, unit = spelled(dict(tree), path)
    try:
        found = parse(path, tree)
    except PathFault:
        return title, unit
    known = found.section == "indicators" or found.field in SPELLED.get(found.section, {})
    return title, unit if known else found.quantity.unit


def _write_run(folder: Path, made: Order, units: list[Done], began: datetime, seconds: float) -> None:
    """Write what is not part of the bytes of a study: when, where, how long."""
    histories = sum(done.unit.rows for done in units)
    files.write_json(
        folder / study.RUN,
        {
            "began": began.isoformat(timespec="seconds"),
            "wall_seconds": round(seconds, 3),
            "processor_seconds": round(
                sum(done.seconds for done in units), 3
            ),  # of every part, whenever made
            "histories": histories,
            "workers": made.workers,
            "host": platform.node(),
            "command": sys.argv,
        },
    )
