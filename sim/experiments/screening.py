"""Morris screening: which assumptions move anything, for the price of a few trajectories.

Elementary effects (Morris 1991, Technometrics 33, 161-174; μ* of Campolongo et al. 2007, Environ. Model.
Softw. 22, 1509-1518) as SALib samples and analyses them. Luck is the same along a trajectory: an assumption
that does nothing has an effect of exactly 0. Luck also makes histories part at a touch, so that μ* of what
does little is too large: it screens, it does not rank.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from sim.errors import Problem, UsageError
from sim.experiments import sensitivity
from sim.experiments.factors import Factor, Placed, columns, factors_of, play
from sim.experiments.keeping import Doing, Experiment, as_json, nothing
from sim.experiments.sobol import Doubles
from sim.montecarlo.block import Block
from sim.results.parts import Unit
from sim.scenario.scenario import Scenario
from sim.streams import replicate_keys
from sim.world.axes import BLOCK

SIMULATE = "sim.experiments.screening:simulate"

#: Trajectories unless told, and levels of each factor.
TRAJECTORIES, LEVELS = 32, 4

#: The lowest and highest level are these places in a distribution: its very ends may be infinite.
LOWEST, HIGHEST = 0.025, 0.975


@dataclass(frozen=True, slots=True)
class Design:
    """Trajectories of a scenario: rows (factors + 1) at a time."""

    scenario: Scenario
    trajectories: int
    seed: int

    @property
    def factors(self) -> tuple[Factor, ...]:
        """Return what is varied."""
        return factors_of(self.scenario)

    @property
    def levels(self) -> Doubles:
        """Return the level of each factor in each row, ``(rows, factors)``, from 0 to 1."""
        return _levels(len(self.factors), self.trajectories, self.seed)

    @property
    def problem(self) -> dict[str, Any]:
        """Return the problem as SALib has it."""
        return _problem(len(self.factors))

    def placed(self, rows: slice) -> Placed:
        """Return where the factors of some rows are."""
        levels = self.levels[rows]
        along = np.arange(len(self.levels))[rows] // (len(self.factors) + 1)
        u = LOWEST + (HIGHEST - LOWEST) * levels
        rest = along * LEVELS + np.round(levels[:, -1] * (LEVELS - 1)).astype(np.int64)
        luck = replicate_keys(self.seed, along.astype(np.int64), "screening")
        uniforms = {draw.name: u[:, n] for n, factor in enumerate(self.factors) for draw in factor.draws}
        return Placed(uniforms, rest.astype(np.int64), luck)


def _problem(count: int) -> dict[str, Any]:
    return {"num_vars": count, "names": [str(n) for n in range(count)], "bounds": [[0.0, 1.0]] * count}


@lru_cache(maxsize=2)
def _levels(count: int, trajectories: int, seed: int) -> Doubles:
    from SALib.sample import morris

    drawn = morris.sample(_problem(count), trajectories, num_levels=LEVELS, seed=seed % 2**32)
    return np.asarray(drawn, np.float64)


@dataclass(frozen=True, slots=True)
class Ordered:
    """A screening and where it goes."""

    design: Design
    option: str
    experiment: Experiment


def order(
    scenario: Scenario,
    *,
    trajectories: int | None = None,
    seed: int | None = None,
    options: Sequence[str] = (),
    sets: Sequence[str] = (),
    out: Path | None = None,
) -> Ordered:
    """Fill in what was left open and check the rest; a `UsageError` names what is at fault, or is missing."""
    try:
        from importlib.metadata import version

        import SALib  # noqa: F401 (is it there?)
    except ImportError:
        repair = "install it: pip install 'strategic-sim[explore]'"
        raise UsageError(
            Problem("", None, "--method", "morris needs SALib, which is missing", repair)
        ) from None
    checked = sensitivity.order(scenario, seed=seed, options=options, sets=sets)
    count = TRAJECTORIES if trajectories is None else trajectories
    if not 2 <= count <= 10_000:
        problem = Problem("", None, "-n", f"{count} is out of range", "give a number from 2 to 10,000")
        raise UsageError(problem)
    said = {
        **checked.experiment.identity,
        "options": [checked.design.option],
        "size": count,
        "salib": version("SALib"),
    }
    design = Design(scenario, count, checked.design.seed)
    return Ordered(
        design, checked.design.option, Experiment("screening", scenario.name, scenario.dump(), said, out)
    )


def simulate(
    design: Design,
    option: str,
    block: int,
    seed: int,
    *,
    twin: bool,  # noqa: ARG001 (a unit of a study)
    rows: int,
    deeds: bool,  # noqa: ARG001
) -> Block:
    """Play one block of trajectories."""
    import pyarrow as pa

    first = block * BLOCK
    model = play(design.scenario, option, design.placed(slice(first, first + rows)), seed)
    kept: dict[str, Any] = {"option": pa.array([option] * rows)}
    kept |= {"replicate": np.arange(first, first + rows, dtype=np.int32)}
    table = pa.table(kept | columns(model, rows))
    model.close()
    return Block(table, nothing(), nothing(), nothing())


def run(ordered: Ordered, how: Doing) -> dict[str, Any]:
    """Play what is missing and return what it says; told again where all is there."""
    made, stage, design = ordered.experiment, {"done": True}, ordered.design
    with made.writing():
        if not made.finished(stage):
            count = len(design.levels)
            units = [
                Unit(ordered.option, block, twin=False, rows=min(BLOCK, count - block * BLOCK))
                for block in range(-(-count // BLOCK))
            ]
            done = made.fill(SIMULATE, design, design.seed, units, how)
            parts = [made.read(d) for d in sorted(done, key=lambda d: d.unit.block)]
            values = {
                name: np.concatenate([part[name].to_numpy() for part in parts]).astype(np.float64)
                for name in parts[0].column_names
                if name[:2] in {"o:", "p:", "q:"}
            }
            made.finish(stage, {"summary.json": as_json(_summary(ordered, values))})
    read: dict[str, Any] = json.loads((made.folder / "summary.json").read_text())
    return read


def _summary(ordered: Ordered, values: Mapping[str, Doubles]) -> dict[str, Any]:
    design = ordered.design
    outcomes: list[dict[str, Any]] = [
        {"outcome": name, "kind": kind, "factors": list(_effects(design, values[column]))}
        for name, kind, column in sensitivity.measured(values)
    ]
    moved = {row["factor"] for outcome in outcomes for row in outcome["factors"] if row["mu_star"] > 0}
    return {
        "scenario": design.scenario.name,
        "title": design.scenario.title,
        "marking": design.scenario.marking,
        "seed": design.seed,
        "option": ordered.option,
        "trajectories": design.trajectories,
        "histories": len(design.levels),
        "outcomes": outcomes,
        "still": [factor.name for factor in design.factors if factor.name not in moved],
    }


def _effects(design: Design, y: Doubles) -> Iterator[dict[str, Any]]:
    """Yield the elementary effects of each factor on an outcome, from the lowest level to the highest."""
    from SALib.analyze import morris

    found = morris.analyze(design.problem, design.levels, y, num_levels=LEVELS, seed=design.seed % 2**32)
    for n, factor in enumerate(design.factors):
        reach = float(found["mu_star_conf"][n])
        yield {
            "factor": factor.name,
            "kind": factor.kind,
            "mu": float(found["mu"][n]),
            "mu_star": float(found["mu_star"][n]),
            "mu_star_reach": reach if np.isfinite(reach) else 0.0,
            "sigma": float(found["sigma"][n]),
        }
