"""Which of all the numbers drawn go with the outcomes of a study: how histories began, beside how they went."""

from __future__ import annotations

import difflib
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.influence import influences as found_in
from sim.errors import Problem, UsageError
from sim.scenario.standing import standings

if TYPE_CHECKING:
    import pandas as pd

    from sim.study import Study

#: Most histories that are looked at: more tell little more, and all numbers of each are held at once.
MOST = 20_480


def influences(study: Study, outcome: str | None, option: str) -> pd.DataFrame:
    """Return what `Study.influences` does."""
    import pandas as pd

    histories = study.view.histories
    columns = {name: f"{prefix}{name}" for prefix in ("o:", "q:") for name in histories.named(prefix)}
    columns |= {name: f"p:{name}" for name in histories.named("p:")}  # of a rare outcome, with far less luck
    if outcome is not None and outcome not in columns:
        close = difflib.get_close_matches(outcome, columns, 1) or list(columns)
        problem = Problem(
            str(study.path), None, "", f"has no outcome or quantity `{outcome}`", f"`{close[0]}`?"
        )
        raise UsageError(problem)
    rows = min(histories.rows, MOST)
    every = list(standings(study.scenario, study.manifest.identity.seed, np.arange(rows)))
    scores, place = np.stack([each.scores for each in every]), histories.options.index(option)
    records = [
        {"outcome": name, "number": every[each.place].name}
        | {"low_end": every[each.place].low, "high_end": every[each.place].high}
        | {key: value for key, value in asdict(each).items() if key != "place"}
        for name in ([outcome] if outcome is not None else columns)
        for each in found_in(scores, histories[columns[name]][place, :rows].astype(np.float64))
    ]
    return pd.DataFrame(records, columns=[*_COLUMNS])


_COLUMNS = (
    *("outcome", "number", "low_end", "high_end", "at_low", "at_high"),
    *("swing", "swing_low", "swing_high", "share", "share_low", "share_high"),
)
