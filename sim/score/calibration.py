"""Fitting the global parameters to base rates: many histories, each with parameters of its own.

The histories are kept block by block, so that a fit that was stopped goes on where it was; what is drawn from
them depends on nothing else. Never fitted on what happened after the start.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
import yaml
from numpy.typing import NDArray

from sim.errors import Problem, ScenarioError, StudyError
from sim.montecarlo.order import refuse_out_of_range
from sim.results import files
from sim.scenario.distributions import make
from sim.scenario.draws import Draw
from sim.scenario.scenario import Scenario
from sim.score.base_rates import History, base_rates, count_block
from sim.score.calibration_faults import faults_of
from sim.score.calibration_shapes import CalibrationSpec, Judged
from sim.score.counting import FITTED, half_of
from sim.score.emulator import Emulator, fit, quadratic
from sim.score.history_shapes import BaseRate
from sim.score.posterior import Posterior, Target, sample
from sim.score.reading import fault_at, read_sound, shipped
from sim.score.running import Piece, Told, each, pieces
from sim.world.axes import BLOCK

Values = NDArray[np.float64]
Rows = Literal["fitted", "all"]

#: Histories that each coefficient of an emulator takes at least.
EACH = 10


@dataclass(frozen=True, slots=True)
class Plan:
    """What is fitted, to what, and with how many histories."""

    spec: CalibrationSpec
    rates: str  # the file of base rates, as messages name it
    history: History  # its scenario draws the parameters from their prior
    histories: int
    seed: int

    @property
    def paths(self) -> tuple[str, ...]:
        """Return the parameters."""
        return tuple(self.spec.parameters)

    @property
    def digest(self) -> str:
        """Return what tells the histories of this plan from those of any other but in their number."""
        scenario, fitted = self.history.scenario, {path.partition(".")[2] for path in self.paths}
        world = {key: value for key, value in scenario.tree.items() if key != "assumptions"}
        world["parameters"] = {k: v for k, v in world["parameters"].items() if k not in fitted}
        draws = [repr((draw.name, draw.paths, draw.distribution, draw.stories)) for draw in scenario.draws]
        rows = {name: row.model_dump_json() for name, row in self.history.rows.items()}
        said = [world, draws, rows, self.history.from_week, self.seed]
        return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:10]


def plan(
    path: Path | None = None,
    *,
    rates: Path | None = None,
    histories: int | None = None,
    seed: int | None = None,
) -> Plan:
    """Read what is to be fitted, and to which base rates, the shipped files by default.

    Raises
    ------
    ScenarioError
        With every fault of the files.
    UsageError
        If a number is out of range.
    """
    refuse_out_of_range({"--histories": histories, "--seed": seed})
    said = read_sound(path or shipped("history/calibration"), CalibrationSpec, "write `parameters:`")
    spec = said.file
    try:
        found = base_rates(rates)
    except ScenarioError as error:
        raise ScenarioError([*said.problems, *error.problems]) from None
    wanted = spec.histories if histories is None else histories
    problems = list(faults_of(spec, said.root, found))
    fitted = len(said.root.entries["parameters"].entries)
    needed = EACH * quadratic(np.zeros((1, fitted))).shape[1]
    if wanted < needed:
        few = f"{wanted:,} are too few for {fitted} parameters", f"give at least {needed:,}"
        told = Problem("", None, "--histories", *few)
        problems.append(fault_at(said.root, *few, "histories") if histories is None else told)
    if problems or said.problems:
        raise said.refusal(problems)
    prior = replace(found, scenario=_with_prior(found.scenario, spec))
    name = "configs/history/base_rates.yaml" if rates is None else rates.name
    return Plan(spec, name, prior, wanted, spec.seed if seed is None else seed)


def _with_prior(scenario: Scenario, spec: CalibrationSpec) -> Scenario:
    """Return the scenario with the parameters drawn from their prior, and from nothing else."""
    mine = set(spec.parameters)
    kept = [draw for draw in scenario.draws if not mine & set(draw.paths)]
    prior = [
        Draw(path, (path,), "assumption", make("uniform", {"low": low, "high": high}))
        for path, (low, high) in spec.parameters.items()
    ]
    return replace(scenario, draws=tuple(sorted([*kept, *prior], key=lambda draw: (draw.kind, draw.name))))


Tables = dict[str, Values]


def _play(history: History, paths: tuple[str, ...], piece: Piece) -> Tables:
    """Play a block: parameters of each history, and what was counted in it."""
    counted, drawn = count_block(history, piece)
    tables = {"parameters": np.stack([np.asarray(drawn[path], np.float64) for path in paths], axis=1)}
    for name, (times, sizes) in counted.items():
        tables[f"times {name}"], tables[f"sizes {name}"] = times, sizes
    return tables


def simulate(
    wanted: Plan, folder: Path, *, workers: int | None = None, told: Told = lambda _: None
) -> Tables:
    """Play what is not in *folder* yet, and return every history.

    Raises
    ------
    StudyError
        If a block cannot be written.
    """
    refuse_out_of_range({"--workers": workers})
    with _kept(folder):
        folder.mkdir(parents=True, exist_ok=True)
        files.sweep(folder)
    whole = -(-wanted.histories // BLOCK) * BLOCK  # blocks are kept whole, whatever the last is cut to
    blocks = pieces(wanted.history.scenario, whole, wanted.seed)
    made = {"parameters": np.empty((whole, len(wanted.paths)))} | {
        f"{word} {row}": np.empty(whole) for row in wanted.history.rows for word in ("times", "sizes")
    }
    missing = [piece for piece in blocks if not _read(folder, piece, made)]
    done = len(blocks) - len(missing)
    for piece, tables in zip(
        missing, each(partial(_play, wanted.history, wanted.paths), missing, workers), strict=True
    ):
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **tables)  # type: ignore[arg-type]
        with _kept(folder):
            files.write_bytes(_path(folder, piece), buffer.getvalue())
        _fill(made, piece, tables)
        done += 1
        told(f"{done} of {len(blocks)} blocks")
    return {name: table[: wanted.histories] for name, table in made.items()}


@contextlib.contextmanager
def _kept(folder: Path) -> Iterator[None]:
    """Tell in the words of the user why histories cannot be kept."""
    try:
        yield
    except OSError as error:
        message = f"histories cannot be kept here: {error.strerror or error}"
        repair = "run it where you may write and there is room"
        raise StudyError(Problem(str(folder), None, "", message, repair)) from None


def _path(folder: Path, piece: Piece) -> Path:
    return folder / f"{piece.block}.npz"


def _fill(made: Tables, piece: Piece, tables: Tables) -> None:
    """Put a block in its place among all."""
    for name, table in made.items():
        table[piece.block * BLOCK :][:BLOCK] = tables[name]


def _read(folder: Path, piece: Piece, made: Tables) -> bool:
    """Read a block into its place among all; say no if it is not there or not what was written."""
    try:
        with zipfile.ZipFile(_path(folder, piece)) as kept:
            tables = {name: np.lib.format.read_array(kept.open(f"{name}.npy")) for name in made}
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, EOFError, zlib.error):
        return False
    if any(table.shape != (BLOCK, *made[name].shape[1:]) for name, table in tables.items()):
        return False
    _fill(made, piece, tables)
    return True


@dataclass(frozen=True, slots=True)
class Calibration:
    """What came of a fit."""

    plan: Plan
    rows: Rows
    targets: Mapping[str, Target]
    judged: Mapping[str, Target]  # what is thought of some of these rows beyond their counts
    posterior: Posterior


def calibrate(wanted: Plan, tables: Tables, *, rows: Rows = "all") -> Calibration:
    """Fit the emulators to every history and draw sets that meet the rows: all, or the half that may be.

    What is judged of a row is made with its past in view, so it is history and no prior: it counts where the
    row is fitted and not where the row is only scored.
    """
    ends = np.array(list(wanted.spec.parameters.values()), np.float64)
    low, high = ends.T
    terms = quadratic(2 * (tables["parameters"] - low) / (high - low) - 1)
    emulators = {name: _emulator(name, row, terms, tables) for name, row in wanted.history.rows.items()}
    targets = {
        name: target_of(row, wanted.spec.discrepancy_of(name, row.group))
        for name, row in wanted.history.rows.items()
        if rows == "all" or half_of(name) == FITTED
    }
    if not targets:
        message = "has no row in the half that may be fitted"
        raise ScenarioError(Problem("", None, "base rates", message, "fit every row"))
    judged = {
        name: _judged(wanted.history.rows[name], said)
        for name, said in wanted.spec.judged.items()
        if name in targets
    }
    found = sample(
        emulators,
        [*targets.items(), *judged.items()],
        low,
        high,
        sets=wanted.spec.sets,
        seed=wanted.seed,
    )
    return Calibration(wanted, rows, targets, judged, found)


def _emulator(name: str, row: BaseRate, terms: Values, tables: Tables) -> Emulator:
    return fit(terms, tables[f"times {name}"], tables[f"sizes {name}"], is_rate=row.kind == "rate")


def target_of(row: BaseRate, discrepancy: float = 0.0) -> Target:
    """Return what history says on the log scale, as `Count.scale` has it: a rate, or the odds of a share.

    The variance is that of the log of a Poisson or binomial count; where only an interval is known, that of
    a normal with this interval on the log-odds.
    """
    past = row.counted
    if past is None:
        low, middle, high = (
            np.log(p / (1 - p)) for p in (row.interval[0], row.value or 0.5, row.interval[1])
        )
        return Target(float(middle), float(((high - low) / (2 * 1.96)) ** 2), discrepancy)
    variance = 1 / (past.k + 0.5)
    if row.kind == "share":
        variance += 1 / (past.size - past.k + 0.5)
    mean = float(np.log(past.scale))
    return Target(mean, float(variance), discrepancy, past.k, past.size, row.kind == "rate")


class _Plain(yaml.SafeDumper):
    """Writes no aliases: a reader should not have to follow anchors."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 (the signature is PyYAML's)
        """Write everything out."""
        return True


def _judged(row: BaseRate, said: Judged) -> Target:
    """Return a judgement of a row as a target, normal on the log scale."""
    mean = np.log(said.value) if row.kind == "rate" else np.log(said.value / (1 - said.value))
    return Target(float(mean), 0.0, float(np.log(said.factor)))


def written(found: Calibration) -> str:
    """Return the layer that a world draws its parameters from, as YAML.

    The central values stay those the histories were played about: usual rates are compiled at them.
    """
    plan, posterior = found.plan, found.posterior
    half = "every row" if found.rows == "all" else "the half of the rows that may be fitted"
    sample = {
        "label": "numbers fitted together to history",
        "derived": f"{len(posterior.sets)} sets drawn by how well they meet {half}",
        "source": plan.rates,
        "paths": list(plan.paths),
        "sets": [[_short(value) for value in row] for row in posterior.sets],
    }
    made = {"assumptions": {"calibration": sample}}
    head = (
        "# Written by `sim calibrate`: parameters that meet the base rates, drawn together.\n"
        f"# {plan.histories:,} histories, seed {plan.seed}; {half} fitted; discrepancies on the log scale"
        f" {_listed(plan.spec)}.\n"
        f"# Judged besides their counts: {', '.join(found.judged) or 'none'}.\n"
    )
    return head + yaml.dump(made, Dumper=_Plain, sort_keys=False, width=110, default_flow_style=None)


def _listed(spec: CalibrationSpec) -> str:
    """Say how far the model may be off."""
    others = (f"{name} {value:g}" for name, value in spec.discrepancies.items())
    return ", ".join([f"{spec.discrepancy:g}", *others])


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def records(found: Calibration) -> Iterator[dict[str, Any]]:
    """Yield for each row what history says, what the sets are thought to give, and how far off that is."""
    for name, row in found.plan.history.rows.items():
        target = target_of(row)
        low, middle, high = found.posterior.fitted[name]
        yield {
            "row": name,
            "half": half_of(name),
            "fitted": name in found.targets,
            "history": _plain(target.mean, row),
            "low": _plain(low, row),
            "expected": _plain(middle, row),
            "high": _plain(high, row),
            "log_ratio": middle - target.mean,
        }


def _plain(log: float, row: BaseRate) -> float:
    """Return a rate or share from its logarithm or log-odds."""
    return float(np.exp(log)) if row.kind == "rate" else float(1 / (1 + np.exp(-log)))


def parameters(found: Calibration) -> Iterator[dict[str, Any]]:
    """Yield for each parameter its prior, and 5, 50 and 95 % of the sets."""
    quantiles = np.quantile(found.posterior.sets, [0.05, 0.5, 0.95], axis=0)
    for n, (path, (low, high)) in enumerate(found.plan.spec.parameters.items()):
        yield {
            "path": path,
            "prior_low": low,
            "prior_high": high,
            "low": float(quantiles[0, n]),
            "median": float(quantiles[1, n]),
            "high": float(quantiles[2, n]),
        }


def correlations(found: Calibration, least: float = 0.3) -> Iterator[dict[str, Any]]:
    """Yield the pairs of parameters that trade against each other, the strongest first."""
    with np.errstate(invalid="ignore", divide="ignore"):  # sets that are all the same vary with nothing
        table = np.atleast_2d(np.corrcoef(found.posterior.sets.T))
    pairs = [(i, j) for i in range(len(table)) for j in range(i) if abs(table[i, j]) >= least]
    for i, j in sorted(pairs, key=lambda pair: -abs(table[pair])):
        yield {"one": found.plan.paths[i], "other": found.plan.paths[j], "correlation": float(table[i, j])}
