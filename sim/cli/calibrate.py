"""``sim calibrate``: the global parameters fitted to base rates."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli.flags import Format, Quiet, Seed, Workers
from sim.cli.tabled import Told, table, tell

#: Effective points that each set should have to be drawn from.
ENOUGH = 1.0

#: Where histories are kept, and the layer that is written there.
KEPT, LAYER = Path("results/calibration"), "calibrated.yaml"


def calibrate(
    half: Annotated[
        bool, typer.Option("--half", help="Fit the half of the rows that may be fitted, not every row.")
    ] = False,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help="What to fit, not the shipped file.")
    ] = None,
    rates: Annotated[
        Path | None, typer.Option("--rates", metavar="FILE", help="Base rates, not the shipped ones.")
    ] = None,
    histories: Annotated[
        int | None, typer.Option("--histories", metavar="N", help="The file's own by default.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help=f"Layer to write; {LAYER} beside the blocks.")
    ] = None,
    seed: Seed = None,
    workers: Workers = None,
    format_: Annotated[Format, typer.Option("--format", help="How the fit is printed.")] = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """Fit the global parameters to base rates, and write the sets a world draws them from.

    Every history has parameters of its own; how each base rate follows them is learnt from all of them.
    Histories are kept in results/calibration: what was stopped goes on where it was.

    Example:
        sim calibrate --half
        sim calibrate --out configs/calibrated.yaml
    """
    from sim.results import files
    from sim.score import calibration as fitting

    def told(line: str) -> None:
        """Say how far it is."""
        if not quiet:
            print(line, file=sys.stderr, flush=True)

    _writable(out)
    plan = fitting.plan(file, rates=rates, histories=histories, seed=seed)
    folder = KEPT / plan.digest
    tables = fitting.simulate(plan, folder / "blocks", workers=workers, told=told)
    told("fitting")
    found = fitting.calibrate(plan, tables, rows="fitted" if half else "all")
    layer = out or folder / LAYER
    with _refused(layer):
        files.write_bytes(layer, fitting.written(found).encode())
    said: dict[str, Any] = {
        "parameters": list(fitting.parameters(found)),
        "rows": list(fitting.records(found)),
        "correlations": list(fitting.correlations(found)),
        "sets": len(found.posterior.sets),
        "distinct": found.posterior.distinct,
        "effective": found.posterior.effective,
        "histories": plan.histories,
        "layer": str(layer),
    }
    tell(Told(said["parameters"], said, lambda: _show(said)), format_)


def _writable(out: Path | None) -> None:
    """Refuse a place that nothing can be written to before anything is played."""
    if out is None:
        return
    with _refused(out):
        if out.is_dir():
            raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
        if out.exists() and not out.is_file():
            raise OSError("is not a file")
        out.parent.mkdir(parents=True, exist_ok=True)
        if not os.access(out.parent, os.W_OK):
            raise OSError(errno.EACCES, os.strerror(errno.EACCES))


@contextlib.contextmanager
def _refused(out: Path) -> Iterator[None]:
    """Tell in the words of the user why a layer cannot be written."""
    from sim.errors import Problem, UsageError

    try:
        yield
    except (OSError, ValueError) as error:
        message = f"cannot write {out}: {getattr(error, 'strerror', None) or error}"
        repair = "name a file in a folder of yours"
        raise UsageError(Problem("--out", None, "", message, repair)) from None


def _show(said: dict[str, Any]) -> None:
    """Print the parameters, the rows, and what trades against what."""
    table(
        ("parameter", "prior", "sets: median (90 %)"),
        [
            (p["path"], f"{p['prior_low']:g} to {p['prior_high']:g}", _span(p["median"], p["low"], p["high"]))
            for p in said["parameters"]
        ],
    )
    typer.echo()
    table(
        ("base rate", "history", "expected of the sets (90 %)", "off by", ""),
        [
            (
                r["row"],
                f"{r['history']:.3g}",
                _span(r["expected"], r["low"], r["high"]),
                f"×{_factor(r['log_ratio'])}",
                "fitted" if r["fitted"] else "not fitted",
            )
            for r in said["rows"]
        ],
    )
    typer.echo()
    for pair in said["correlations"]:
        typer.echo(f"{pair['one']} and {pair['other']}: correlation {pair['correlation']:+.2f}")
    typer.echo(
        f"{said['sets']} sets, {said['distinct']} of them different, from {said['effective']:,.0f} effective "
        f"points; {said['histories']:,} histories"
    )
    if said["effective"] < ENOUGH * said["sets"]:
        typer.echo("few points carry the weight: play more histories")
    typer.echo(f"written to {said['layer']}")


def _span(middle: float, low: float, high: float) -> str:
    return f"{middle:.3g} ({low:.3g} to {high:.3g})"


def _factor(log_ratio: float) -> str:
    from math import exp

    return f"{exp(log_ratio):.2g}"
