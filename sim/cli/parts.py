"""What is printed of a run that leaves no table of outcomes: a plan, or a shard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from sim.cli.flags import Format
from sim.cli.tabled import Told, table, tell


def show_plan(plan: dict[str, Any], wanted: Format) -> None:
    """Print how many histories and minutes each precision takes."""

    def show() -> None:
        """Print it as a table."""
        header = ("every outcome within", "per option", "minutes", "if unlucky", "minutes", "decided by")
        table(header, [_row(row) for row in plan["plan"]])
        workers = f"{plan['workers']} worker{'s' * (plan['workers'] > 1)}"
        typer.echo(
            f"\n{plan['scenario']}, {len(plan['options'])} options, {workers}; a block of 1,024 histories "
            f"takes {plan['seconds_per_block']:.2g} s ({plan['timed_on']})"
        )

    tell(Told(plan["plan"], plan, show), wanted)


def _row(row: dict[str, Any]) -> tuple[str, ...]:
    """Return a line of the plan."""
    within = "–" if row["precision"] is None else f"±{100 * row['precision']:.2g} points"
    return (
        within,
        f"{row['replicates']:,}",
        _minutes(row["minutes"]),
        f"{row['worst_replicates']:,}",
        _minutes(row["worst_minutes"]),
        f"{row['outcome']}, {row['option']}" if row["outcome"] else "–",
    )


def _minutes(minutes: float) -> str:
    """Say minutes with two figures."""
    return f"{minutes:,.0f}" if minutes >= 10 else f"{minutes:.2g}"


def show_shard(folder: Path, wanted: Format) -> None:
    """Print what a shard holds and how it is put together with the others."""
    from sim.results.merging import Source

    source = Source.read(folder)
    manifest, done = source.manifest, source.parts.every()
    told: dict[str, Any] = {
        "study": str(folder),
        "scenario": manifest.scenario,
        "id": manifest.identity.id,
        "seed": manifest.identity.seed,
        "replicates": manifest.replicates,
        "shard": str(manifest.shard),
        "blocks": len(done),
        "histories": sum(one.unit.rows for one in done),
    }

    def show() -> None:
        """Print it in two lines."""
        typer.echo(
            f"shard {told['shard']} of {told['scenario']}, {told['replicates']:,} histories per option: "
            f"{told['blocks']} blocks done; put the shards together with `sim merge`"
        )
        typer.echo(f"shard   {folder}")

    tell(Told([told], told, show), wanted)
