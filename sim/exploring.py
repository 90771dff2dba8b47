"""Make a sweep or a sensitivity analysis: what was asked for becomes blocks, tables and a page."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import Problem, UsageError
from sim.making import refuse_what_cannot_run

if TYPE_CHECKING:
    from sim.experiments.designs import Axis, Wanted
    from sim.experiments.keeping import Doing
    from sim.experiments.sweep import Ordered
    from sim.scenario.scenario import Scenario

#: What is varied: ``PATH=LOW:HIGH[:STEPS]``, or by name a list of values, a range as a tuple, or its text.
Vary = Sequence[str] | Mapping[str, Any]


def doing(workers: int | None, again: str, *, quiet: bool) -> Doing:
    """Return how the blocks are done; a `UsageError` where the number of processes is at fault."""
    from sim.experiments.keeping import Doing
    from sim.montecarlo import progress
    from sim.montecarlo.order import processes

    return Doing(processes(workers), progress.Silent() if quiet else progress.teller(), again)


def wanted(vary: Vary, design: str | Path | None) -> Wanted:
    """Return the design that is asked for: a file, or a grid of what is varied.

    Raises
    ------
    UsageError
        If both are given, or neither.
    """
    from sim.experiments.designs import Wanted, read_design

    if design is not None and vary:
        raise UsageError(Problem("", None, "--vary", "stands beside --design", "give one of them"))
    if design is not None:
        return read_design(str(design))
    axes = tuple(_axes(vary))
    if not axes:
        example = "for example --vary dyads.PRK.KOR.tension=0.2:0.8:4"
        raise UsageError(Problem("", None, "sweep", "is told nothing to vary", example))
    return Wanted("grid", axes)


def _axes(vary: Vary) -> list[Axis]:
    """Return what is varied as axes."""
    from sim.experiments.designs import Axis, axis_of

    if not isinstance(vary, Mapping):
        return [axis_of(text) for text in ([vary] if isinstance(vary, str) else vary)]
    found = []
    for name, said in vary.items():
        if isinstance(said, str | tuple):
            span = said if isinstance(said, str) else ":".join(map(str, said))
            found.append(axis_of(f"{name}={span}"))
        elif not hasattr(said, "__iter__"):
            problem = Problem(
                "", None, name, f"is varied over {said}, which is no list", "give a list or a range"
            )
            raise UsageError(problem)
        else:
            values = said.tolist() if hasattr(said, "tolist") else list(said)
            found.append(Axis(name, values=tuple(values)))
    return found


def play_sweep(ordered: Ordered, source: str | Path | Scenario, sets: Sequence[str], how: Doing) -> Path:
    """Play what is missing of a sweep and return its folder; what is wrong is told before."""
    from sim.experiments import sweep

    refuse_what_cannot_run(ordered.scenario)
    if isinstance(source, str | Path):
        sweep.refuse_what_cannot_be(ordered, str(source), sets)
    else:
        with tempfile.TemporaryDirectory() as folder:
            resolved = Path(folder) / "scenario.yaml"
            resolved.write_text(ordered.scenario.dump())
            sweep.refuse_what_cannot_be(ordered, str(resolved), ())
    sweep.run(ordered, how)
    return ordered.experiment.folder


def play_analysis(scenario: Scenario, method: str, size: int | None, how: Doing, **given: Any) -> Path:
    """Play what is missing of a sensitivity analysis and return its folder.

    Parameters
    ----------
    method
        "sobol" or "morris".
    size
        Rows of each matrix, or trajectories.
    given
        seed, options, sets, out.
    """
    from sim.experiments import screening, sensitivity

    refuse_what_cannot_run(scenario)
    if method == "morris":
        screened = screening.order(scenario, trajectories=size, **given)
        screening.run(screened, how)
        return screened.experiment.folder
    if method != "sobol":
        raise UsageError(Problem("", None, "--method", f"`{method}` is not known", "give sobol or morris"))
    analysis = sensitivity.order(scenario, size=size, **given)
    sensitivity.run(analysis, how)
    return analysis.experiment.folder
