"""The public functions: run a scenario, open a study. The command line is a thin layer over this."""

from __future__ import annotations

import difflib
import json
import platform
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import Problem, ScenarioError, UsageError
from sim.results import faults, files, folders, lock, study, tables
from sim.results.faults import study_fault
from sim.results.manifest import Manifest
from sim.results.study import Writing
from sim.world.axes import BLOCK

if TYPE_CHECKING:
    import pandas as pd

    from sim.montecarlo.order import Order
    from sim.montecarlo.progress import Progress
    from sim.results.parts import Done
    from sim.scenario.scenario import Scenario


class Study:
    """A finished study. Its tables are read when they are first asked for."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.manifest = Manifest.read(self.path)
        if not self.manifest.complete:
            raise study_fault(self.path, "is not finished", "go on with the command that began it")

    def __repr__(self) -> str:
        """Say which study this is."""
        return f"Study({str(self.path)!r}: {self.manifest.scenario}, {self.manifest.replicates:,} per option)"

    @property
    def options(self) -> tuple[str, ...]:
        """Return the options compared; the first is the reference."""
        return self.manifest.identity.options

    @cached_property
    def summary(self) -> dict[str, Any]:
        """Return what `sim run` prints, without the path."""
        loaded: dict[str, Any] = json.loads((self.path / "summary.json").read_text())
        return loaded

    @cached_property
    def scenario(self) -> Scenario:
        """Return the resolved scenario the study ran."""
        return load_scenario(self.path / study.SCENARIO)

    @cached_property
    def replicates(self) -> pd.DataFrame:
        """Return a row per option and replicate: assumptions, outcomes, finals."""
        return self._table("replicates")

    @cached_property
    def twins(self) -> pd.DataFrame:
        """Return the replicates that were run again with the same assumptions and other luck."""
        return self._table("twins")

    @cached_property
    def series(self) -> pd.DataFrame:
        """Return counts of histories by option, turn, series and bin."""
        return self._table("series")

    @cached_property
    def deeds(self) -> pd.DataFrame:
        """Return a row per deed or incident, of the replicates whose deeds are kept."""
        return self._table("deeds")

    @cached_property
    def disputes(self) -> pd.DataFrame:
        """Return a row per dispute."""
        return self._table("disputes")

    def outcomes(self) -> pd.DataFrame:
        """Return the probability of every outcome under every option, with its interval and n."""
        import pandas as pd

        return pd.DataFrame(self.summary["outcomes"])

    def quantities(self) -> pd.DataFrame:
        """Return mean, interval and quantiles of every watched quantity at the end, under every option."""
        import pandas as pd

        return pd.DataFrame(self.summary["quantities"])

    def rare(self) -> pd.DataFrame:
        """Return the probability of every rare outcome under every option, by the rates of its deeds.

        It has the mean of how often the outcome came and far less noise; the interval is by blocks. Columns:
        option, outcome, probability, low, high, n, events (histories in which it came).
        """
        import pandas as pd

        from sim.analysis.columns import Columns
        from sim.results.rare import by_blocks

        histories = Columns(tables.path(self.path, "replicates"), self.options)
        rows = [
            (option, name, *by_blocks(added), histories.rows, int(came.sum()))
            for name in histories.named("p:")
            for option, added, came in zip(
                self.options, histories[f"p:{name}"], histories[f"o:{name}"], strict=True
            )
        ]
        return pd.DataFrame(rows, columns=["option", "outcome", "probability", "low", "high", "n", "events"])

    def difference(self, option: str, reference: str | None = None) -> pd.DataFrame:
        """Return how much likelier every outcome is under *option* than under *reference*, paired.

        The reference is the first option where none is given. Columns: outcome, difference, low, high, n.
        """
        import pandas as pd

        from sim.analysis.columns import Columns
        from sim.analysis.estimates import paired_difference

        one, other = self._number(option), self._number(self.options[0] if reference is None else reference)
        histories = Columns(tables.path(self.path, "replicates"), self.options)
        rows = []
        for name in histories.named("o:"):
            happened = histories[f"o:{name}"]
            found = paired_difference(happened[one], happened[other])
            rows.append(
                {"outcome": name}
                | {k.replace("difference_", ""): v for k, v in found.items()}
                | {"n": histories.rows}
            )
        return pd.DataFrame(rows, columns=["outcome", "difference", "low", "high", "n"])

    def replay(self, replicate: int, option: str | None = None) -> Iterable[str]:
        """Tell one history turn by turn, a line at a time; by running its block again."""
        name = self.options[0 if option is None else self._number(option)]
        if not 0 <= replicate < self.manifest.replicates:
            repair = f"give a number from 0 to {self.manifest.replicates - 1}"
            raise UsageError(Problem(str(self.path), None, "", f"has no replicate {replicate}", repair))
        from threadpoolctl import threadpool_limits

        from sim.play.replay import tell

        with threadpool_limits(1, user_api="blas"):  # as when it was run: products may differ in the last bit
            yield from tell(self.scenario, name, replicate, self.manifest.identity.seed)

    def _number(self, option: str) -> int:
        """Return the place of an option."""
        if option in self.options:
            return self.options.index(option)
        close = difflib.get_close_matches(option, self.options, 1)
        repair = f"did you mean `{close[0]}`?" if close else f"give one of {', '.join(self.options)}"
        raise UsageError(
            Problem(str(self.path), None, "", f"`{option}` is not an option of this study", repair)
        )

    def _table(self, name: str) -> pd.DataFrame:
        """Read one table."""
        import pandas as pd

        file = tables.path(self.path, name)
        if not file.exists():
            raise study_fault(self.path, f"has no {file.name}", "run it with them")
        return pd.read_parquet(file)


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
