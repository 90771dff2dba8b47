"""``sim drivers``: which of all the numbers drawn go with which outcome, from the histories of a study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli import words
from sim.cli.flags import Format, Formatted, StudyName
from sim.cli.tabled import Told, table, tell

if TYPE_CHECKING:
    from sim.study import Study

#: Numbers of an outcome that the table shows.
SHOWN = 5

Option = Annotated[
    str | None, typer.Option("--option", metavar="NAME", help="The option; the first by default.")
]
Against = Annotated[
    str | None, typer.Option("--against", metavar="NAME", help="Explain the difference to this option.")
]
Outcome = Annotated[
    str | None, typer.Option("--outcome", metavar="NAME", help="Only this outcome or quantity.")
]
Most = Annotated[int, typer.Option("--most", metavar="N", min=1, help="Numbers told of each outcome.")]


def drivers(
    study: StudyName,
    option: Option = None,
    against: Against = None,
    outcome: Outcome = None,
    most: Most = SHOWN,
    format_: Formatted = Format.TABLE,
) -> None:
    """Say which of all the numbers drawn go with each outcome, those of the world included. Plays nothing.

    With --against: which go with the difference between two options, history by history.

    Example:
        sim drivers munitions_pipeline
        sim drivers munitions_pipeline --option denied --against as_agreed --outcome four_million_rounds
    """
    from sim.cli.opening import opened

    made = opened(study)
    found = made.influences(outcome, option, against).groupby("outcome", sort=False).head(most)
    name = option or made.options[0]
    explained = name if against is None else f"{name} less {against}, history by history"
    luck = _luck(made, name) if against is None else {}
    whole: dict[str, Any] = {"study": str(made.path), "option": name, "against": against}
    records = [{str(key): value for key, value in row.items()} for row in found.to_dict("records")]
    rows = [{"option": name, "against": against, **record} for record in records]
    tell(Told(rows, whole | {"drivers": records}, lambda: _show(made, explained, luck, rows)), format_)


def _show(study: Study, explained: str, luck: Mapping[str, str], found: Sequence[Mapping[str, Any]]) -> None:
    """Print what goes with every outcome, the strongest first."""
    from sim.report.names import Names

    names = Names(study.scenario.tree)
    typer.echo(f"{study.summary['title']} ({study.manifest.scenario})")
    typer.echo(f"{study.manifest.replicates:,} histories of {explained}; intervals are 95 %\n")
    rows, headings = [], []
    kinds = {row["outcome"]: "outcome" for row in study.summary["outcomes"]}
    for row in found:
        name = row["outcome"]
        kind = kinds.get(name, "quantity")
        share = f"{_percent(row['share'])} ({_percent(row['share_low'])}–{_percent(row['share_high'])})"
        rows.append((*_number(row), _moved(row, kind), share))
        headings.append(f"{name}  {names.measure(name, kind)[0]}{luck.get(name, '')}")
    if not rows:
        typer.echo("nothing stands out from chance")
        return
    told = [name if name != before else "" for before, name in pairwise(["", *headings])]
    table(("number", "low → high fifth", "outcome there", "share of variance"), rows, told)
    typer.echo(f"\n{READING}")
    loud = {row["outcome"] for row in found}
    quiet = [name for name in _measures(study) if name not in loud]
    if quiet and len(loud) > 1:
        typer.echo(f"nothing stands out from chance: {', '.join(quiet)}")
    typer.echo(f"study  {words.study(study.path)}")


READING = """\
Each number by itself: its value in its lowest and its highest fifth, the mean of the outcome there,
and the share of the outcome's variance, luck included, that goes with it. Told are numbers that
stand out from chance, of which one in twenty may not; what matters only at both ends, or only
together with another, is not seen: see `sim sensitivity`."""


def _number(row: Mapping[str, Any]) -> tuple[str, str]:
    """Return what varies, and what it is at both ends."""
    low, high = row["low_end"], row["high_end"]
    if low[-1:].isdigit() or (low, high) == ("low", "high"):
        return f"  {row['number']}", f"{low} → {high}".replace("-", "−")
    return f"  {row['number']}: {high}", "no → yes"


def _moved(row: Mapping[str, Any], kind: str) -> str:
    """Return the outcome where a number is low and where it is high."""
    low, high = row["at_low"], row["at_high"]
    told = f"{100 * low:.1f} → {100 * high:.1f} %" if kind == "outcome" else f"{low:.3g} → {high:.3g}"
    return told.replace("-", "−")


def _measures(study: Study) -> list[str]:
    """Return the names of all outcomes and quantities."""
    said = study.summary
    names = [row["outcome"] for row in said["outcomes"]] + [row["quantity"] for row in said["quantities"]]
    return list(dict.fromkeys(names))


def _luck(study: Study, option: str) -> dict[str, str]:
    """Return what share of each outcome's variance is luck, in words; nothing where there are no twins."""
    shares = {
        row["outcome"]: row.get("luck_share") for row in study.summary["outcomes"] if row["option"] == option
    }
    return {name: f" (luck {_percent(share)})" for name, share in shares.items() if share is not None}


def _percent(share: float) -> str:
    """Return a share in per cent, small ones with a digit more."""
    return f"{100 * share:.1f} %" if share < 0.1 else f"{100 * share:.0f} %"
