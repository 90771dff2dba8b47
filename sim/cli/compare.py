"""``sim compare``: options, scenarios or studies under the same luck."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli.flags import Format, Formatted, Options, Quiet, Replicates, Seed, Sets, Workers


def compare(
    sources: Annotated[
        list[str],
        typer.Argument(metavar="A [B...]", help="Scenarios, or folders of studies; of one, its options."),
    ],
    replicates: Replicates = None,
    seed: Seed = None,
    workers: Workers = None,
    option: Options = None,
    set_: Sets = None,
    want: Annotated[
        list[str] | None,
        typer.Option("--want", metavar="NAME", help="More of this is better, not less; repeatable."),
    ] = None,
    figure: Annotated[
        Path | None, typer.Option("--figure", metavar="FILE", help="Also write a page with the figures.")
    ] = None,
    format_: Formatted = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """Compare options of one scenario or study, or several of them, under the same luck.

    Of a scenario the newest study is taken; it is run where there is none, or where -n, --seed or --set
    say how.

    Example:
        sim compare munitions_pipeline
        sim compare munitions_pipeline --option as_agreed --option denied --want ceasefire --figure page.html
        sim compare results/munitions_pipeline/0123456789 results/munitions_pipeline/abcdef0123
    """
    from sim import api
    from sim.cli.tabled import as_csv

    asked = {"-n": replicates, "--seed": seed, "--set": set_}
    _refuse_flags_of_a_run(sources, [flag for flag, value in asked.items() if value])
    told = api.compare(
        *sources,
        replicates=replicates,
        seed=seed,
        workers=workers,
        options=option or (),
        sets=set_ or (),
        want=want or (),
        quiet=quiet,
    )
    if figure is not None:
        from sim.report.compared import write

        write(told, figure)
    if format_ is Format.JSON:
        typer.echo(json.dumps(told, indent=1, ensure_ascii=False))
    elif format_ is Format.CSV:
        as_csv([_measure(record) for record in (*told["outcomes"], *told["quantities"])])
    else:
        from sim.cli.compared import show

        show(told)
        if figure is not None:
            typer.echo(f"\nfigure  {figure}")


def _refuse_flags_of_a_run(sources: list[str], flags: list[str]) -> None:
    """Raise where flags say how to run what is a finished study, in which they would change nothing."""
    from sim.errors import Problem, UsageError
    from sim.results import folders

    finished = [source for source in sources if folders.is_study(source)]
    if flags and finished:
        message = f"is a study that was run already: {', '.join(flags)} cannot change it"
        repair = "leave it out, or name its scenario to run it anew"
        raise UsageError([Problem(source, None, "", message, repair) for source in finished])


#: Columns of the CSV: of outcomes and quantities alike.
_COLUMNS = (
    "option", "measure", "estimate", "low", "high", "n", "against", "difference", "difference_low",
    "difference_high", "achieved", "attainable", "ratio",
)  # fmt: skip


def _measure(record: dict[str, Any]) -> dict[str, Any]:
    """Return the record of an outcome or a quantity as a row of one table."""
    measure = record.get("outcome", record.get("quantity"))
    estimate = record.get("probability", record.get("mean"))
    whole = {**record, "measure": measure, "estimate": estimate}
    return {name: whole[name] for name in _COLUMNS}
