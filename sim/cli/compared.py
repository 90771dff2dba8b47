"""What `sim compare` says, as tables on the screen."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli import words
from sim.cli.grouped import Group, Row, print_groups
from sim.cli.tabled import WIDTH

if TYPE_CHECKING:
    from rich.console import Console

#: What stands where a factor has no limit.
UNLIMITED = "∞"

#: How the columns on variance are read, below the table.
READING = (
    "variance cut: by how much the same luck cut the variance of the difference, of what the best possible "
    "coupling of the two could (its share in brackets; ∞: nothing would be left)."
)


def show(told: dict[str, Any]) -> None:
    """Print a comparison: outcomes, quantities, where histories part, which option to choose."""
    from rich.console import Console

    console = Console(
        width=None if sys.stdout.isatty() else WIDTH, highlight=False, emoji=False, markup=False
    )
    if told["marking"]:
        console.print(told["marking"], style="bold")
    console.print(told["title"], style="bold")
    console.print(
        f"{told['replicates']:,} pairs of histories under the same luck, seed {told['seed']}; "
        "intervals are 95 %"
    )
    references = dict.fromkeys(arm["against"] for arm in told["arms"] if arm["against"])
    against = f"against {next(iter(references))}" if len(references) == 1 else "against the first"
    if told["outcomes"]:
        headers = ("outcome", "probability", f"{against}, points", "variance cut")
        print_groups(console, headers, list(_outcomes(told["outcomes"])))
    if told["quantities"]:
        headers = ("at the end", "mean", against, "variance cut")
        print_groups(console, headers, list(_quantities(told["quantities"])))
    _say(console, READING)
    if told["parting"]:
        _print_parting(console, told)
    print_groups(console, ("to choose by", "best", "regret", "at worst"), list(_choices(told["choices"])))
    _say(
        console,
        "regret: how much worse than the best, in points or in the quantity's unit; at worst: in the story "
        "or third of an assumption where it is largest. “=” marks an option as good as the best.",
    )
    for folder in dict.fromkeys(arm["study"] for arm in told["arms"]):
        console.print(f"study  {words.study(Path(folder))}", soft_wrap=True)


def _say(console: Console, text: str) -> None:
    """Print a paragraph."""
    console.print("\n".join(textwrap.wrap(text, console.width)), soft_wrap=True)


def _outcomes(records: list[dict[str, Any]]) -> Iterator[Group]:
    """Yield every outcome with a line an arm."""
    for outcome, found in groupby(records, lambda record: str(record["outcome"])):
        rows = list(found)
        lines: list[Row] = [
            (
                f"  {row['option']}",
                words.probability(row["probability"], row["low"], row["high"], row["happened"], row["n"]),
                words.difference(row["difference"], row["difference_low"], row["difference_high"]),
                variance_cut(row),
            )
            for row in rows
        ]
        yield Group(outcome, rows[0].get("label") or "", lines)


def _quantities(records: list[dict[str, Any]]) -> Iterator[Group]:
    """Yield every quantity with a line an arm."""
    for quantity, found in groupby(records, lambda record: str(record["quantity"])):
        rows = list(found)
        label = ", ".join(part for part in (rows[0].get("label"), rows[0].get("unit")) if part)
        lines: list[Row] = [
            (
                f"  {row['option']}",
                words.quantity(row["mean"], row["low"], row["high"]),
                words.quantity_difference(row["difference"], row["difference_low"], row["difference_high"]),
                variance_cut(row),
            )
            for row in rows
        ]
        yield Group(quantity, label, lines)


def variance_cut(row: dict[str, Any]) -> str:
    """Return achieved and attainable reduction of variance and their ratio: "4.1 of 5.2 (79 %)"."""
    if row["against"] is None or row["ratio"] is None:
        return words.NOTHING
    got, could = (UNLIMITED if row[key] is None else _factor(row[key]) for key in ("achieved", "attainable"))
    return f"{got} of {could} ({100 * row['ratio']:.0f} %)"


def _factor(value: float) -> str:
    """Return a factor to two figures, or whole."""
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def _print_parting(console: Console, told: dict[str, Any]) -> None:
    """Print by when paired histories have parted."""
    turns = [int(told["turns"] * share) - 1 for share in (0.25, 0.5, 1)]
    rows: list[Row] = []
    for record in told["parting"]:
        middle = record["median_date"] or words.NOTHING
        shares = [f"{100 * record['by_turn'][max(turn, 0)]:.0f} %" for turn in turns]
        rows.append((f"  {record['option']}", *shares, middle))
    headers = ("histories that part", "by a quarter of the time", "by half", "by the end", "median of those")
    pairs = told["parting"][0]["n"]
    label = f"in the deeds done, {pairs:,} pairs; what an option itself orders or forbids left out"
    print_groups(console, headers, [Group("deeds", label, rows)])


def _choices(choices: list[dict[str, Any]]) -> Iterator[Group]:
    """Yield for every measure the regret of each option, and where another would be better."""
    for choice in choices:
        rows: list[Row] = []
        for option, largest in choice["largest_regret"].items():
            mark = "best" if option == choice["best"] else "=" if option in choice["as_good"] else ""
            regret = choice["regret"][option]
            rows.append((f"  {option}", mark, _regret(choice, regret), _regret(choice, largest)))
        note = "; ".join(
            f"{turn['option']} if {turn['assumption']} is {turn['value']} (by {_regret(choice, turn['by'])})"
            for turn in choice["turns"]
        )
        label = "more is better" if choice["wanted"] else "less is better"
        yield Group(choice["measure"], label, rows, f"but {note}" if note else "")


def _regret(choice: dict[str, Any], value: float) -> str:
    """Return a regret in points of an outcome, or in the unit of a quantity."""
    if not choice["outcome"]:
        return f"{value:.3g}"
    return words.signed(100 * value, 2 if value < 0.01 else 1).lstrip("+")
