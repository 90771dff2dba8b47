"""Futures of one history, and histories worth reading, as tables."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from sim.cli import words
from sim.cli.flags import Format
from sim.cli.grouped import Group, print_groups
from sim.cli.tabled import WIDTH, as_csv, table

if TYPE_CHECKING:
    from rich.console import Console

    from sim.study import Study

Record = dict[str, Any]

#: What is said below the histories that were found.
FOUND = (
    "typical: least mean distance to the others with the outcome (Gower's, over dates of outcomes and first "
    "deeds, quantities at the end and highest rungs, all ranked; 0 the same, 1 opposite). least likely: the "
    "rarest combination of these among all histories of the option (odder: the share of those with the "
    "outcome that is); an order of oddness, no probability."
)


def show(found: Record, wanted: Format) -> None:
    """Print what came of the futures of one history."""
    if wanted is Format.JSON:
        typer.echo(json.dumps(found, indent=1, ensure_ascii=False))
        return
    if wanted is Format.CSV:
        as_csv(found["outcomes"])
        return
    from rich.console import Console

    from sim.play.heading import named
    from sim.play.lines import wrapped

    console = Console(
        width=None if sys.stdout.isatty() else WIDTH, highlight=False, emoji=False, markup=False
    )
    asked = found["branch"]
    if asked["marking"]:
        console.print(asked["marking"], style="bold")
    option = named(asked["option"], asked["option_label"])
    head = wrapped(f"{asked['title']}: option {option}, replicate {asked['replicate']}", console.width, 0)
    console.print("\n".join(head), style="bold", soft_wrap=True)
    _say(
        console,
        f"{asked['futures']:,} futures from {asked['date']} (turn {asked['turn']}), all as it stood, with "
        f"fresh luck; seed {asked['seed']}; intervals are 95 %",
    )
    if not asked["forced"]:
        _free(console, found)
        return
    done = "in all of them" if asked["forced_done"] == asked["futures"] else f"in {asked['forced_done']:,}"
    _say(console, f"forced: {asked['forced_words']} ({asked['forced']}), done {done}; pairs share their luck")
    _forced(console, found)


def _say(console: Console, text: str) -> None:
    """Print a text, broken where there is no room."""
    from sim.play.lines import wrapped

    console.print("\n".join(wrapped(text, console.width, 0)), soft_wrap=True)


def _free(console: Console, found: Record) -> None:
    """Print each probability beside that at the start."""
    rows = [
        Group(r["outcome"], _label(r), [("", _probability(r, ""), _probability(r, "start_"))])
        for r in found["outcomes"]
    ]
    if rows:
        print_groups(console, ("outcome", "from here", "at the start"), rows)
    ends = [
        Group(
            r["quantity"],
            _label(r),
            [("", words.quantity(r["mean"], r["low"], r["high"]),
              words.quantity(r["start_mean"], r["start_low"], r["start_high"]),
              words.band(r["p10"], r["p90"]))],
        )
        for r in found["quantities"]
    ]  # fmt: skip
    if ends:
        print_groups(console, ("quantity at the end", "mean from here", "at the start", "10–90 %"), ends)


def _forced(console: Console, found: Record) -> None:
    """Print forced against unforced futures."""
    rows = [
        Group(r["outcome"], _label(r), [("", _probability(r, ""), _probability(r, "forced_"), _points(r))])
        for r in found["outcomes"]
    ]
    if rows:
        print_groups(console, ("outcome", "left alone", "forced", "difference, points"), rows)
    ends = [
        Group(
            r["quantity"],
            _label(r),
            [("", words.quantity(r["mean"], r["low"], r["high"]),
              words.quantity(r["forced_mean"], r["forced_low"], r["forced_high"]),
              words.quantity_difference(r["difference"], r["difference_low"], r["difference_high"]))],
        )
        for r in found["quantities"]
    ]  # fmt: skip
    if ends:
        print_groups(console, ("quantity at the end", "left alone", "forced", "difference"), ends)


def _label(record: Record) -> str:
    """Return what a row is, and whether it had come before the branch."""
    label = ", ".join(filter(None, (record["label"], record.get("unit", ""))))
    return (
        f"{label} [came in the turn of {record['came']}, before the branch]" if record.get("came") else label
    )


def _probability(record: Record, prefix: str) -> str:
    """Return a probability with its interval."""
    share, low, high = (record[f"{prefix}{key}"] for key in ("probability", "low", "high"))
    if share is None:
        return words.NOTHING
    if f"{prefix}n" in record:
        return words.probability(share, low, high, record[f"{prefix}happened"], record[f"{prefix}n"])
    decimals = words.decimals_for(high - low)
    return "{} % ({}–{})".format(*(words.percent(x, decimals) for x in (share, low, high)))


def _points(record: Record) -> str:
    return words.difference(record["difference"], record["difference_low"], record["difference_high"])


def show_found(found: Sequence[Record], study: Study) -> None:
    """Print the histories with an outcome that are worth reading, and how to read them."""
    first = found[0]
    typer.echo(
        f"{first['outcome']} came in {first['came']:,} of {first['n']:,} histories of {first['option']}:\n"
    )
    table(
        ("history", "replicate", "came", "distance (mean of all)", "odder"),
        [
            (
                one["kind"],
                str(one["replicate"]),
                one["date"],
                f"{one['distance']:.3f} ({one['mean_distance']:.3f})",
                f"{100 * one['share_odder']:.0f} %",
            )
            for one in found
        ],
    )
    typer.echo("\n" + "\n".join(textwrap.wrap(FOUND, WIDTH)))
    typer.echo(f"\nsim replay {study.path} {first['replicate']} --option {first['option']}")
