"""A finished study: its tables, and what they say. Each method is a thin door to `sim.analysis`."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import Problem, UsageError
from sim.results import tables
from sim.results.faults import study_fault
from sim.results.manifest import Manifest
from sim.results.study import SCENARIO

if TYPE_CHECKING:
    import pandas as pd

    from sim.analysis.arms import Source
    from sim.scenario.scenario import Scenario


class Study:
    """A finished study. Its tables are read when they are first asked for."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.manifest = Manifest.read(self.path)
        if not self.manifest.complete:
            raise study_fault(self.path, "is not finished", "go on with the command that began it")

    def __repr__(self) -> str:
        """Say which study this is."""
        return f"Study({str(self.path)!r}: {self.manifest.scenario}, {self.manifest.replicates:,} per option)"

    @property
    def options(self) -> tuple[str, ...]:
        """Return the options compared; the first is the reference."""
        return self.manifest.identity.options

    @cached_property
    def summary(self) -> dict[str, Any]:
        """Return what `sim run` prints, without the path."""
        loaded: dict[str, Any] = json.loads((self.path / "summary.json").read_text())
        return loaded

    @cached_property
    def scenario(self) -> Scenario:
        """Return the resolved scenario the study ran."""
        from sim.scenario.loader import load

        return load(self.path / SCENARIO)

    @cached_property
    def replicates(self) -> pd.DataFrame:
        """Return a row per option and replicate: assumptions, outcomes, finals."""
        return self._table("replicates")

    @cached_property
    def twins(self) -> pd.DataFrame:
        """Return the replicates that were run again with the same assumptions and other luck."""
        return self._table("twins")

    @cached_property
    def series(self) -> pd.DataFrame:
        """Return counts of histories by option, turn, series and bin."""
        return self._table("series")

    @cached_property
    def deeds(self) -> pd.DataFrame:
        """Return a row per deed or incident, of the replicates whose deeds are kept."""
        return self._table("deeds")

    @cached_property
    def disputes(self) -> pd.DataFrame:
        """Return a row per dispute."""
        return self._table("disputes")

    def outcomes(self) -> pd.DataFrame:
        """Return the probability of every outcome under every option, with its interval and n."""
        import pandas as pd

        return pd.DataFrame(self.summary["outcomes"])

    def quantities(self) -> pd.DataFrame:
        """Return mean, interval and quantiles of every watched quantity at the end, under every option."""
        import pandas as pd

        return pd.DataFrame(self.summary["quantities"])

    def rare(self) -> pd.DataFrame:
        """Return the probability of every rare outcome under every option, by the rates of its deeds.

        It has the mean of how often the outcome came and far less noise; the interval is by blocks. Columns:
        option, outcome, probability, low, high, n, events (histories in which it came).
        """
        import pandas as pd

        from sim.analysis.columns import Columns
        from sim.results.rare import by_blocks

        histories = Columns(tables.path(self.path, "replicates"), self.options)
        rows = [
            (option, name, *by_blocks(added), histories.rows, int(came.sum()))
            for name in histories.named("p:")
            for option, added, came in zip(
                self.options, histories[f"p:{name}"], histories[f"o:{name}"], strict=True
            )
        ]
        return pd.DataFrame(rows, columns=["option", "outcome", "probability", "low", "high", "n", "events"])

    def difference(self, option: str, reference: str | None = None) -> pd.DataFrame:
        """Return how much likelier every outcome is under *option* than under *reference*, paired.

        The reference is the first option where none is given. Columns: outcome, difference, low, high, n.
        """
        import pandas as pd

        from sim.analysis.columns import Columns
        from sim.analysis.estimates import paired_difference

        one, other = self._number(option), self._number(self.options[0] if reference is None else reference)
        histories = Columns(tables.path(self.path, "replicates"), self.options)
        rows = []
        for name in histories.named("o:"):
            happened = histories[f"o:{name}"]
            found = paired_difference(happened[one], happened[other])
            rows.append(
                {"outcome": name}
                | {k.replace("difference_", ""): v for k, v in found.items()}
                | {"n": histories.rows}
            )
        return pd.DataFrame(rows, columns=["outcome", "difference", "low", "high", "n"])

    def source(self, name: str = "") -> Source:
        """Return what `sim.analysis.arms` takes its arms from, under *name* (its scenario's by default)."""
        from sim.analysis.arms import Source

        named = name or self.manifest.scenario
        return Source(named, self.path, self.manifest, self.scenario.tree, self.summary)

    def replay(self, replicate: int, option: str | None = None) -> Iterable[str]:
        """Tell one history turn by turn, a line at a time; by running its block again."""
        name = self.options[0 if option is None else self._number(option)]
        if not 0 <= replicate < self.manifest.replicates:
            repair = f"give a number from 0 to {self.manifest.replicates - 1}"
            raise UsageError(Problem(str(self.path), None, "", f"has no replicate {replicate}", repair))
        from threadpoolctl import threadpool_limits

        from sim.play.replay import tell

        with threadpool_limits(1, user_api="blas"):  # as when it was run: products may differ in the last bit
            yield from tell(self.scenario, name, replicate, self.manifest.identity.seed)

    def _number(self, option: str) -> int:
        """Return the place of an option."""
        if option in self.options:
            return self.options.index(option)
        close = difflib.get_close_matches(option, self.options, 1)
        repair = f"did you mean `{close[0]}`?" if close else f"give one of {', '.join(self.options)}"
        raise UsageError(
            Problem(str(self.path), None, "", f"`{option}` is not an option of this study", repair)
        )

    def _table(self, name: str) -> pd.DataFrame:
        """Read one table."""
        import pandas as pd

        file = tables.path(self.path, name)
        if not file.exists():
            raise study_fault(self.path, f"has no {file.name}", "run it with them")
        return pd.read_parquet(file)
