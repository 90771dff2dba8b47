"""The public functions: run a scenario, open a study. The command line is a thin layer over this."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import exploring, making
from sim.arguments import listed, refuse_unless_named, texts
from sim.errors import Problem, UsageError
from sim.explored import Sensitivity, Sweep
from sim.results import folders
from sim.study import Study

if TYPE_CHECKING:
    from sim.experiments.sweep import Ordered
    from sim.montecarlo.order import Order
    from sim.scenario.scenario import Scenario


def load_study(source: str | Path) -> Study:
    """Open a study: its folder, or the name of a scenario for its newest study below ``results/``."""
    refuse_unless_named("study", source)
    return Study(folders.find(source))


def load_scenario(source: str | Path, sets: Sequence[str] = ()) -> Scenario:
    """Load a scenario, shipped or from a file, with ``PATH=VALUE`` settings applied last."""
    from sim.scenario.loader import load

    refuse_unless_named("scenario", source)
    return load(source, texts("sets", sets))


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
    precision: float | None = None,
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
        Those to run, the first being the reference; all by default. One alone may be given as a text.
    sets
        Settings ``PATH=VALUE`` applied last; one alone may be given as a text.
    out
        Folder of the study; ``results/<scenario>/<id>`` by default.
    deeds
        Replicates per option whose deeds are kept: a number, "all" or "none".
    precision
        Add blocks until the 95 % interval of every outcome of every option ends within this distance of its
        estimate (0.01: one point). *replicates* is then a ceiling; where it is not given there is none.
    twins, report, quiet
        Run every eighth block again with other luck; write ``report.html``; say nothing on stderr.
    again
        How an interrupted run is gone on with, for the message.
    """
    from sim.montecarlo import progress
    from sim.montecarlo.order import default_folder

    made = _ordered(
        source,
        sets,
        replicates=replicates,
        seed=seed,
        workers=workers,
        options=options,
        deeds=deeds,
        twins=twins,
        precision=precision,
    )
    folder = default_folder(made, out)
    making.make(made, folder, progress.Silent() if quiet else progress.teller(), again, report=report)
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
        Where studies do not share their luck, naming what differs; where there is one option only, or no
        source.
    """
    from sim.analysis.arms import arms
    from sim.analysis.comparison import compare as compared

    if not sources:
        raise UsageError.one("compare", "is told nothing to compare", "give studies or scenarios")
    options, sets, want = texts("options", options), texts("sets", sets), texts("want", want)
    found: list[Study] = []
    given = any(value is not None for value in (replicates, seed)) or bool(sets)
    for source in [_opened(source, sets, anew=given) for source in sources]:
        if isinstance(source, Study):
            found.append(source)
        else:
            luck = seed if seed is not None or not found else found[0].manifest.identity.seed
            how: dict[str, Any] = {"options": options, "sets": sets, "workers": workers, "quiet": quiet}
            found.append(run(source, replicates=replicates, seed=luck, **how))
    named = [study.source(name) for study, name in zip(found, _names(found), strict=True)]
    return compared(arms(named, options), want)


def _opened(source: str | Path | Study, sets: Sequence[str], *, anew: bool) -> Study | str | Path:
    """Return the study a source is or has; itself where it is to be run, its faults told before that."""
    if isinstance(source, Study):
        return source
    refuse_unless_named("study", source)
    if folders.is_study(source) or not (anew or folders.is_new(source)):
        return load_study(source)
    load_scenario(source, sets)
    return source


def _names(found: Sequence[Study]) -> list[str]:
    """Return a name for each of several studies: of its scenario, else of its folder, else with a number."""
    names = [study.manifest.scenario for study in found]
    if len(set(names)) < len(names):
        names = [study.path.resolve().name for study in found]
    if len(set(names)) == len(names):
        return names
    return [f"{name} {place}" for place, name in enumerate(names, start=1)]


def shard(
    source: str | Path | Scenario,
    part: str,
    *,
    out: str | Path | None = None,
    sets: Sequence[str] = (),
    quiet: bool = False,
    again: str = "the same call",
    **given: Any,
) -> Path:
    """Make one part of a study, ``"3/16"``, to be put together with the others by `merge`; return its folder.

    Parameters
    ----------
    source, out, sets, quiet, again
        As in `run`; the folder is ``results/<scenario>/<id>-3of16`` by default.
    part
        Which part of how many. Every part may be made by another machine of the same kind.
    given
        replicates, seed, workers, options, deeds, twins as in `run`.
    """
    from sim.montecarlo import progress
    from sim.montecarlo.order import default_folder

    made = _ordered(source, sets, shard=part, **given)
    folder = default_folder(made, out)
    making.make_shard(made, folder, progress.Silent() if quiet else progress.teller(), again)
    return folder


def merge(
    shards: Sequence[str | Path],
    *,
    out: str | Path | None = None,
    mixed: bool = False,
    report: bool = True,
) -> Study:
    """Put the parts of a study together; the study has the bytes it would have been run with at once.

    Parameters
    ----------
    shards
        Folders of shards, or of studies with their parts, of one study; at least one.
    out
        Folder of the study; ``results/<scenario>/<id>`` by default.
    mixed
        Take parts made by other versions of libraries, another BLAS kernel or SIMD level: their last bits may
        differ, so that the study is not what one machine would have made.

    Raises
    ------
    StudyError
        If they are of different studies, of different makers, if two have another content for the same
        block, if one is damaged, or if blocks are missing: with the command that makes them.
    UsageError
        If there is nothing to merge.
    """
    given = [shards] if isinstance(shards, str | Path) else list(shards)
    if not given:
        raise UsageError.one("merge", "is given no shards", "give their folders")
    for each in given:
        refuse_unless_named("study", each)
    return Study(making.merge([Path(folder) for folder in given], out, mixed=mixed, report=report))


def plan(
    source: str | Path | Scenario,
    *,
    replicates: int | None = None,
    precision: float | None = None,
    out: str | Path | None = None,
    sets: Sequence[str] = (),
    **given: Any,
) -> dict[str, Any]:
    """Return how many histories and minutes a run takes, judged by a few blocks; write nothing.

    Parameters
    ----------
    source, replicates, out, sets
        As in `run`.
    precision
        How far the interval of every outcome may reach, as a probability; a list of usual ones by default.
    given
        seed, workers, options, deeds, twins as in `run`.

    Returns
    -------
    dict
        As `sim.montecarlo.pilot.planned` describes.
    """
    from sim.montecarlo.order import default_folder
    from sim.montecarlo.pilot import planned

    made = _ordered(source, sets, replicates=replicates, precision=precision, **given)
    making.refuse_what_cannot_run(made.scenario)
    return planned(made, default_folder(made, out), replicates=replicates)


def sweep(
    source: str | Path | Scenario,
    vary: exploring.Vary = (),
    *,
    design: str | Path | None = None,
    replicates: int | None = None,
    spend: str = "even",
    report: bool = True,
    workers: int | None = None,
    quiet: bool = False,
    again: str = "the same call",
    **given: Any,
) -> Sweep:
    """Play a scenario at every point of a design, under the same luck at each; what is there is kept.

    Parameters
    ----------
    source
        As in `run`.
    vary
        By path or assumption: a list of values, or a range ``(low, high)`` or ``(low, high, steps)`` of
        numbers or dates; or texts as ``--vary`` takes them. Several make a grid.
    design
        In place of *vary*, a file of a design, or the name of a shipped one.
    replicates
        Per point and option; 1,024 by default. More of them extend the sweep.
    spend
        "even", or "widest": later rounds go where intervals are widest.
    report, workers, quiet, again
        As in `run`.
    given
        seed, options, sets, out as in `run`.

    Raises
    ------
    UsageError, ScenarioError
        With every argument at fault, and what is wrong at the ends of what is varied; nothing is played.
    """
    how = exploring.doing(workers, again, quiet=quiet)
    ordered = sweep_order(source, vary, design=design, replicates=replicates, spend=spend, **given)
    made = Sweep(exploring.play_sweep(ordered, source, given.get("sets", ()), how))
    if report:
        made.write_page()
    return made


def sweep_order(
    source: str | Path | Scenario, vary: exploring.Vary, *, design: str | Path | None, **given: Any
) -> Ordered:
    """Return the sweep that is asked for, every argument checked; arguments as in `sweep`."""
    from sim.experiments.sweep import order

    given["out"] = None if given.get("out") is None else Path(given["out"])
    given |= listed(given)
    return order(_loaded(source, given.get("sets", ())), exploring.wanted(vary, design), **given)


def sensitivity(
    source: str | Path | Scenario,
    *,
    replicates: int | None = None,
    method: str = "sobol",
    report: bool = True,
    workers: int | None = None,
    quiet: bool = False,
    again: str = "the same call",
    out: str | Path | None = None,
    **given: Any,
) -> Sensitivity:
    """Find which assumption drives which outcome, how much is luck, what knowing one would be worth.

    Parameters
    ----------
    source, out
        As in `run`.
    replicates
        Rows of each matrix, raised to a power of 2 (1,024 by default); trajectories of Morris (32). A larger
        power of 2 goes on from the histories of a smaller one.
    method
        "sobol", or "morris", which needs SALib and has no page.
    report, workers, quiet, again
        As in `run`.
    given
        seed, options, sets as in `run`; the first option is explained, the others could be chosen instead.

    Raises
    ------
    UsageError, ScenarioError
        With every argument at fault, and where there is nothing to explain.
    """
    how = exploring.doing(workers, again, quiet=quiet)
    given |= listed(given)
    scenario = _loaded(source, given.get("sets", ()))
    given["out"] = None if out is None else Path(out)
    made = Sensitivity(exploring.play_analysis(scenario, method, replicates, how, **given))
    if report and made.kind == "sensitivity":
        made.write_page()
    return made


def _ordered(source: str | Path | Scenario, sets: Sequence[str], **given: Any) -> Order:
    """Return what was ordered, every argument checked."""
    from sim.montecarlo.order import order

    sets = texts("sets", sets)
    return order(_loaded(source, sets), sets=sets, **given | listed(given))


def _loaded(source: str | Path | Scenario, sets: Sequence[str]) -> Scenario:
    """Return a scenario, loaded unless it is; a `UsageError` where it is none, or settings come too late."""
    if isinstance(source, str | Path):
        return load_scenario(source, sets)
    if not hasattr(source, "dump"):
        refuse_unless_named("scenario", source)
    if sets:
        raise UsageError(
            Problem("", None, "sets", "come too late for a loaded scenario", "give them to load_scenario")
        )
    return source
