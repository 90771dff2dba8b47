"""A finished sweep or sensitivity analysis in its folder: its tables, and what they say."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from sim.errors import Problem, UsageError
from sim.results.faults import study_fault
from sim.results.study import SCENARIO

if TYPE_CHECKING:
    import pandas as pd

    from sim.report.plots import Figure
    from sim.scenario.scenario import Scenario

Record = Mapping[str, Any]

#: The page of an experiment, in its folder.
PAGE = "report.html"


class Explored(ABC):
    """A finished experiment. Its tables are read when they are first asked for."""

    kinds: ClassVar[tuple[str, ...]] = ()

    def __init__(self, path: str | Path) -> None:
        """Open the folder; a `StudyError` where it holds no finished experiment of this kind."""
        from sim.experiments.keeping import Experiment

        self.path = Path(path)
        record = Experiment("", "", "", {}, self.path).kept()
        if record is None or record["identity"]["kind"] not in self.kinds:
            raise study_fault(self.path, f"holds no {' or '.join(self.kinds)}", "give the folder of one")
        if not record["checksums"]:
            raise study_fault(self.path, "is not finished", "go on with the command that began it")
        self.kind: str = record["identity"]["kind"]

    def __repr__(self) -> str:
        """Say which it is."""
        return f"{type(self).__name__}({str(self.path)!r}: {self.summary['scenario']})"

    @cached_property
    def summary(self) -> dict[str, Any]:
        """Return what ``--format json`` prints, without the path."""
        loaded: dict[str, Any] = json.loads((self.path / "summary.json").read_text())
        return loaded

    @cached_property
    def scenario(self) -> Scenario:
        """Return the resolved scenario."""
        from sim.scenario.loader import load

        return load(self.path / SCENARIO)

    @cached_property
    def design(self) -> pd.DataFrame:
        """Return where it looked: a row per point of a sweep, or per history of an analysis."""
        return self._table("design")

    @abstractmethod
    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield what it says, a record a row, as ``--format csv`` prints it."""

    @abstractmethod
    def drawn(self) -> list[Figure]:
        """Return the figures of the page."""

    @abstractmethod
    def page(self) -> str:
        """Return the page as HTML."""

    def figure(self, name: str) -> Any:
        """Return a figure of the page, of plotly, by its name; a `UsageError` lists the names there are."""
        from plotly.io import from_json

        named = {figure.name: figure for figure in self.drawn()}
        if name not in named:
            repair = f"give one of {', '.join(named)}" if named else "there is none: nothing can be told"
            raise UsageError(Problem(str(self.path), None, "", f"has no figure `{name}`", repair))
        return from_json(named[name].json).update_layout(showlegend=True)

    def write_page(self) -> Path:
        """Write ``report.html`` again, whole or not at all, and return its path."""
        from sim.results import files

        files.write_bytes(self.path / PAGE, self.page().encode())
        return self.path / PAGE

    def _table(self, name: str) -> pd.DataFrame:
        import pandas as pd

        return pd.read_parquet(self.path / f"{name}.parquet")


class Sweep(Explored):
    """A scenario at every point of a design."""

    kinds = ("sweep",)

    def outcomes(self) -> pd.DataFrame:
        """Return a row per point, option and outcome or quantity, with what was varied as columns.

        Columns: point, option, outcome, kind, n, value, low, high, difference, difference_low,
        difference_high (to the first option, pair by pair), and one for everything varied.
        """
        return self._table("outcomes").merge(self.design, on="point", how="left")

    def table(self) -> pd.DataFrame:
        """Return between which points each outcome lies lowest and highest, a row per outcome and option.

        Columns: outcome, option, kind, lowest, lowest_low, lowest_high, lowest_point, and likewise highest.
        """
        import pandas as pd

        return pd.DataFrame(extremes(self.summary))

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield a row per point, option and outcome, with what was varied."""
        return sweep_rows(self.summary)

    def drawn(self) -> list[Figure]:
        """Return the figures: of every outcome drawn, a curve along each axis and maps over two."""
        from sim.report import sweep

        return list(sweep.figures(self.summary, self.scenario.tree))

    def page(self) -> str:
        """Return the page as HTML."""
        from sim.report import sweep

        return sweep.page(self.summary, self.scenario.tree)


class Sensitivity(Explored):
    """Which assumption drives which outcome: by Sobol indices, or screened after Morris."""

    kinds = ("sensitivity", "screening")

    def outcomes(self) -> pd.DataFrame:
        """Return a row per outcome or quantity: mean, luck_share, tellable, sentence (after Morris: kind)."""
        import pandas as pd

        nested = {"factors", "knowing_everything"}
        told = self.summary["outcomes"]
        return pd.DataFrame([{k: v for k, v in row.items() if k not in nested} for row in told])

    def table(self) -> pd.DataFrame:
        """Return a row per outcome and assumption: first and total index, swing, worth, with intervals.

        After Morris: mu, mu_star, mu_star_reach, sigma.
        """
        import pandas as pd

        return pd.DataFrame(self.rows())

    @cached_property
    def histories(self) -> pd.DataFrame:
        """Return what became of every history, in the order of `design`."""
        return self._table("outcomes")

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield a row per outcome and factor."""
        for outcome in self.summary["outcomes"]:
            for row in outcome["factors"]:
                yield {"option": self.summary["option"], "outcome": outcome["outcome"], **row}

    def drawn(self) -> list[Figure]:
        """Return the figures: indices and swings of every outcome of which something can be told."""
        from sim.report import sensitivity

        if self.kind == "screening":
            return []
        return list(sensitivity.figures(self.summary, self.scenario.tree))

    def page(self) -> str:
        """Return the page as HTML; a screening has none."""
        from sim.report import sensitivity

        return sensitivity.page(self.summary, self.scenario.tree)


def sweep_rows(said: Record) -> Iterator[dict[str, Any]]:
    """Yield what a sweep says, a row per point, option and outcome, with what was varied."""
    for row in said["outcomes"]:
        point = said["points"][row["point"]]
        yield {**row, **{name: point.get(name) for name in said["varied"]}}


def extremes(said: Record) -> Iterator[dict[str, Any]]:
    """Yield, per outcome and option, where it is lowest and where highest; of equals the first point."""
    found: dict[str, dict[str, list[Record]]] = {}
    for row in said["outcomes"]:
        found.setdefault(row["outcome"], {}).setdefault(row["option"], []).append(row)
    for outcome, option, mine in ((n, o, rows) for n, each in found.items() for o, rows in each.items()):
        ends = {"lowest": min(mine, key=_value), "highest": max(mine, key=_value)}
        told: dict[str, Any] = {"outcome": outcome, "option": option, "kind": mine[0]["kind"]}
        for name, row in ends.items():
            told |= {name: row["value"], f"{name}_low": row["low"], f"{name}_high": row["high"]}
            told[f"{name}_point"] = row["point"]
        yield told


def _value(row: Record) -> float:
    return float(row["value"])
