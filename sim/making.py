"""Make a study: an order becomes parts, parts become tables, a summary and a report."""

from __future__ import annotations

import json
import platform
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import ScenarioError, SimError
from sim.results import faults, files, folders, lock, merging, study, tables
from sim.results.engine import Maker
from sim.results.manifest import Manifest
from sim.results.parts import Done, Unit
from sim.results.study import Writing
from sim.world.axes import BLOCK

if TYPE_CHECKING:
    from sim.montecarlo.order import Order
    from sim.montecarlo.progress import Progress


def make(made: Order, folder: Path, told: Progress, again: str, *, report: bool) -> None:
    """Make a folder the study that was ordered, with its report if that is wanted.

    Parameters
    ----------
    again
        How the run is gone on with when it was interrupted, for the message.
    """
    if study.held(folder, made.identity()) < made.replicates:
        refuse_what_cannot_run(made.scenario)
    faults.made(folder)
    with faults.explained(folder), lock.writing(folder):
        _Making(made, folder, told, again).run()
        if report and not (folder / "report.html").exists():
            write_report(folder)


def make_shard(made: Order, folder: Path, told: Progress, again: str) -> None:
    """Make a folder the shard that was ordered: its parts, and no tables."""
    refuse_what_cannot_run(made.scenario)
    faults.made(folder)
    with faults.explained(folder), lock.writing(folder):
        _Making(made, folder, told, again).run_shard()


def merge(shards: Sequence[Path], out: str | Path | None, *, mixed: bool, report: bool) -> Path:
    """Make the study whose parts are in *shards* and return its folder; see `sim.api.merge`."""
    from sim.montecarlo import plan
    from sim.scenario.loader import load

    found = merging.gather(shards, mixed=mixed)
    identity = found.manifest.identity
    planned = plan.units(identity.options, found.manifest.replicates, twins=identity.twins)
    units = found.take(planned)
    folder = folders.default(found.manifest.scenario, identity.id) if out is None else Path(out)
    faults.made(folder)
    with faults.explained(folder), lock.writing(folder):
        writing = Writing(folder, found.manifest, found.scenario)
        writing.begin()
        longer = study.held(folder, identity) > found.manifest.replicates
        if not (longer or writing.finished()):
            found.copy(units, folder)
            _finish(load(shards[0] / study.SCENARIO).tree, writing, units)
            (folder / "report.html").unlink(missing_ok=True)
        if report and not (folder / "report.html").exists():
            write_report(folder)
    return folder


def refuse_what_cannot_run(scenario: Any) -> None:
    """Raise a `ScenarioError` with every fault that shows when the options of a scenario are compiled."""
    from sim.scenario.scenario import Scenario

    if not isinstance(scenario, Scenario):
        return
    from sim.model.naming import faults_of
    from sim.scenario.checks import placed

    if found := faults_of(scenario):
        raise ScenarioError(placed(scenario, found))


def write_report(folder: Path, analysis: Path | None = None) -> Path:
    """Write the report of a study and return its path.

    *analysis*: the folder of a sensitivity analysis to tell with it; by default one beside the study.
    """
    from sim.experiments import beside
    from sim.report.page import write

    return write(folder, _drivers(folder), beside.analysis(folder, analysis))


def _drivers(folder: Path) -> list[dict[str, Any]]:
    """Return which numbers drive the outcomes of a study's reference; none where it cannot be loaded here."""
    from sim.analysis.columns import Columns
    from sim.experiments.influences import Asked, influences
    from sim.scenario.loader import load

    identity = Manifest.read(folder).identity
    histories = Columns(tables.path(folder, "replicates"), identity.options)
    try:
        scenario = load(folder / study.SCENARIO)
    except SimError:
        return []
    found = influences(histories, scenario, identity.seed, Asked(identity.options[0]))
    return [{str(key): value for key, value in row.items()} for row in found.to_dict("records")]


@dataclass(frozen=True, slots=True)
class _Making:
    """A study under way, its lock held."""

    made: Order
    folder: Path
    told: Progress
    again: str

    def run(self) -> None:
        """Make the folder hold what was ordered; a longer study stays as long as it is."""
        made, held = self.made, study.held(self.folder, self.made.identity())
        if held > made.replicates:
            self._say_kept(held)
            made = replace(made, replicates=held)
        writing = Writing(self.folder, made.manifest(), made.scenario_file())
        writing.begin()
        if writing.finished() or (held and self._precise_already()):
            self._say_how_sure()
            return
        if made.replicates < BLOCK:
            self.told.say(f"note: histories are simulated {BLOCK:,} at a time; -n {BLOCK} costs the same")
        began, clock = datetime.now(UTC), time.monotonic()
        try:
            units = self._fill(made, held)
            made = replace(made, replicates=_replicates(units))
            writing = replace(writing, manifest=made.manifest(), scenario=made.scenario_file())
            if not writing.finished():
                _finish(made.scenario.tree, writing, units)
        except KeyboardInterrupt as stop:
            raise self._interrupted(stop) from None
        (self.folder / "report.html").unlink(missing_ok=True)  # of fewer replicates
        self._write_run(units, began, time.monotonic() - clock)
        self._say_how_sure()

    def run_shard(self) -> None:
        """Do the units of the shard."""
        Writing(self.folder, self.made.manifest(), self.made.scenario_file()).begin()
        began, clock = datetime.now(UTC), time.monotonic()
        try:
            units = self._fill(self.made, 0)
        except KeyboardInterrupt as stop:
            raise self._interrupted(stop) from None
        self.made.manifest().write(self.folder)
        files.write_bytes(self.folder / study.SCENARIO, self.made.scenario_file().encode())
        self._write_run(units, began, time.monotonic() - clock)

    def _fill(self, made: Order, held: int) -> list[Done]:
        """Do the blocks that are missing and return all."""
        from sim.montecarlo import plan, runner, stopping, work

        job = work.Job(made.scenario, made.seed, self.folder, made.deeds, Maker.here().digest, work.SIMULATE)
        units: list[Unit] = plan.units(made.options, made.replicates, twins=made.twins)
        if made.shard:
            units = made.shard.of(units)
        target = stopping.Target(made.precision, stopping.first_look(held)) if made.precision else None
        return runner.fill(runner.Work(job, units, made.workers, self.again, target), self.told)

    def _precise_already(self) -> bool:
        """Say whether the finished study is as sure as was asked for; it is kept as it is then."""
        made = self.made
        if made.precision is None or not Manifest.read(self.folder).intact(self.folder):
            return False
        return _widest(self.folder) <= made.precision

    def _say_kept(self, held: int) -> None:
        """Say that more is there than was ordered."""
        told = f"{self.folder} holds {held:,} histories per option; they are kept"
        self.told.say(f"{told} (give another --out for fewer)")

    def _say_how_sure(self) -> None:
        """Say so where the ceiling came before the precision."""
        if self.made.precision is None or (widest := _widest(self.folder)) <= self.made.precision:
            return
        more = max(_scaled(self.made.replicates, widest / self.made.precision), self.made.replicates + BLOCK)
        self.told.say(
            f"note: the widest interval reaches ±{100 * widest:.2f} points, not "
            f"±{100 * self.made.precision:g}; about -n {more} would do"
        )

    def _interrupted(self, stop: KeyboardInterrupt) -> KeyboardInterrupt:
        """Return an interrupt that says how to go on."""
        words = f"interrupted: what is finished is kept in {self.folder}; go on with: {self.again}"
        return KeyboardInterrupt(str(stop) or words)

    def _write_run(self, units: Sequence[Done], began: datetime, seconds: float) -> None:
        """Write what is not part of the bytes of a study: when, where, how long."""
        files.write_json(
            self.folder / study.RUN,
            {
                "began": began.isoformat(timespec="seconds"),
                "wall_seconds": round(seconds, 3),
                "processor_seconds": round(
                    sum(done.seconds for done in units), 3
                ),  # of every part, whenever made
                "histories": sum(done.unit.rows for done in units),
                "workers": self.made.workers,
                "host": platform.node(),
                "command": sys.argv,
            },
        )


def _replicates(units: Sequence[Done]) -> int:
    """Return the replicates per option that units make up."""
    first = units[0].unit.option
    return sum(done.unit.rows for done in units if done.unit.option == first and not done.unit.twin)


def _widest(folder: Path) -> float:
    """Return how far the widest interval of any outcome of a finished study reaches."""
    from sim.analysis import summary
    from sim.montecarlo.stopping import widest_of

    return widest_of(json.loads((folder / summary.NAME).read_text())["outcomes"])


def _scaled(replicates: int, wider: float) -> int:
    """Return the replicates, in whole blocks, that make an interval narrower by a factor *wider*."""
    return -(-round(replicates * wider * wider) // BLOCK) * BLOCK


def _finish(tree: Mapping[str, Any], writing: Writing, units: Sequence[Done]) -> None:
    """Write the final files from the parts and put them in place together."""
    from sim.analysis import summary

    staging, checksums = writing.stage(list(units))
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
