"""Write what comes out of the shipped scenarios into their pages.

python -m tests.docs.scenario_tables [NAME…] [-n 10000] [--workers W]

Takes minutes for each scenario: every option is run. The marker on a page is::

    <!-- outcomes of: technology_transfer -->
    <!-- end -->
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sim
from sim.cli.words import decimals_for
from tests.docs.blocks import ROOT
from tests.docs.tables import table

#: Pages of the scenarios, one each.
FOLDER = ROOT / "docs" / "scenarios"

#: Options shown beside the reference, and histories per option.
SHOWN, HISTORIES = 3, 10_000

_BLOCK = re.compile(
    r"^<!-- outcomes of: (?P<name>\w+) -->\n(?P<body>.*?)^<!-- end -->$", re.DOTALL | re.MULTILINE
)

#: One outcome under one option, as a summary has it.
Record = dict[str, Any]


def names(text: str) -> list[str]:
    """Return the scenarios whose outcomes a page shows."""
    return [found["name"] for found in _BLOCK.finditer(text)]


def bodies(text: str) -> dict[str, str]:
    """Return what stands in each block of a page, by scenario."""
    return {found["name"]: found["body"] for found in _BLOCK.finditer(text)}


def renewed(text: str, name: str, body: str) -> str:
    """Return a page with the outcomes of one scenario written again."""

    def put(found: re.Match[str]) -> str:
        return f"<!-- outcomes of: {name} -->\n{body}<!-- end -->" if found["name"] == name else found[0]

    return _BLOCK.sub(put, text)


def outcomes(study: sim.Study) -> str:
    """Return a table of all outcomes: the reference, and the options that differ most from it."""
    by_option: dict[str, list[Record]] = {option: [] for option in study.options}
    for record in study.summary["outcomes"]:
        by_option[record["option"]].append(record)
    reference = study.options[0]
    shown = most_different({name: rows for name, rows in by_option.items() if name != reference})
    rows = [
        (_label(record), _rate(record), *(_difference(by_option[name][n]) for name in shown))
        for n, record in enumerate(by_option[reference])
    ]
    header = ("outcome", f"`{reference}`, %", *(f"`{name}`, points" for name in shown))
    return f"{_caption(study)}\n\n{table(header, rows)}"


def most_different(options: dict[str, list[Record]], most: int = SHOWN) -> list[str]:
    """Return the options that differ most from the reference, in the order of the scenario.

    What counts is the sum, over outcomes, of differences whose interval leaves out 0.
    """
    size = {
        name: sum(abs(record["difference"]) for record in rows if _is_clear(record))
        for name, rows in options.items()
    }
    chosen = set(sorted(size, key=lambda name: -size[name])[:most])
    return [name for name in options if name in chosen]


def _is_clear(record: Record) -> bool:
    """Whether the interval of a difference leaves out 0."""
    low, high = record["difference_low"], record["difference_high"]
    return bool(low > 0 or high < 0)


def _label(record: Record) -> str:
    return f"`{record['outcome']}` {record['label'] or ''}".rstrip()


def _rate(record: Record) -> str:
    low, high = record["low"], record["high"]
    places = decimals_for(high - low)
    if not record["happened"]:
        return f"0 of {record['n']:,} (below {100 * high:.2g})"
    return f"{100 * record['probability']:.{places}f} ({100 * low:.{places}f}–{100 * high:.{places}f})"


def _difference(record: Record) -> str:
    """Spell a difference to the figures its interval supports, with a star where that leaves out 0."""
    places = decimals_for(record["difference_high"] - record["difference_low"])
    said = f"{100 * record['difference']:+.{places}f}".replace("-", "−")
    if not float(said.replace("−", "-")):
        said = said[1:]
    return f"{said}{' *' if _is_clear(record) else ''}"


def _caption(study: sim.Study) -> str:
    """Say of what study the table is, by what decides its numbers."""
    manifest, others = study.manifest, len(study.options) - 1
    which = f"of {others} other options the {SHOWN} that differ most; " if others > SHOWN else ""
    return (
        f"{manifest.replicates:,} histories per option, seed {manifest.identity.seed}, "
        f"scenario `{manifest.identity.scenario[:10]}`; in brackets the 95 % interval. "
        f"Differences are to the first column, under the same luck; {which}"
        "\\* the 95 % interval leaves out 0."
    )


def write(name: str, study: sim.Study, folder: Path = FOLDER) -> Path:
    """Put the outcomes of a scenario into its page and return that."""
    page = folder / f"{name}.md"
    text = page.read_text(encoding="utf-8")
    if name not in names(text):
        sys.exit(f"{page} has no block for {name}")
    page.write_text(renewed(text, name, outcomes(study)), encoding="utf-8")
    return page


def shipped() -> list[str]:
    """Return the scenarios that ship with the program."""
    return sorted(path.stem for path in (ROOT / "scenarios").glob("*.yaml"))


def main(arguments: Sequence[str]) -> None:
    """Run the scenarios asked for, all by default, and write their tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.docs.scenario_tables")
    parser.add_argument("name", nargs="*", help="all shipped scenarios unless named")
    parser.add_argument("-n", type=int, default=HISTORIES, help="histories per option")
    parser.add_argument("--workers", type=int, default=None, help="processes; every core by default")
    asked = parser.parse_args(arguments)
    if unknown := sorted(set(asked.name) - set(shipped())):
        parser.error(f"not a shipped scenario: {', '.join(unknown)}")
    for name in asked.name or shipped():
        with tempfile.TemporaryDirectory() as folder:
            study = sim.run(
                name, replicates=asked.n, workers=asked.workers, out=Path(folder) / "study",
                deeds="none", twins=False, report=False,
            )  # fmt: skip
            sys.stdout.write(f"{write(name, study).relative_to(ROOT)}: written\n")


if __name__ == "__main__":
    main(sys.argv[1:])
