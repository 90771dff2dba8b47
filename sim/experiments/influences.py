"""Which of all the numbers drawn go with the outcomes of a study: beginnings beside ends."""

from __future__ import annotations

import difflib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.analysis.influence import influences as found_in
from sim.errors import UsageError
from sim.scenario.standing import standings

if TYPE_CHECKING:
    import pandas as pd

    from sim.analysis.columns import Histories
    from sim.scenario.scenario import Scenario

#: Most histories that are looked at: more tell little more, and all numbers of each are held at once.
MOST = 20_480


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be explained."""

    option: str
    against: str | None = None  # explain the difference to this option, history by history
    outcome: str | None = None  # an outcome or quantity; None: all


def influences(histories: Histories, scenario: Scenario, seed: int, asked: Asked) -> pd.DataFrame:
    """Return what `Study.influences` does, of the *histories* of a study of a scenario with a seed."""
    import pandas as pd

    columns = {name: f"{prefix}{name}" for prefix in ("o:", "q:") for name in histories.named(prefix)}
    columns |= {name: f"p:{name}" for name in histories.named("p:")}  # of a rare outcome, with far less luck
    if asked.outcome is not None and asked.outcome not in columns:
        close = difflib.get_close_matches(asked.outcome, columns, 1) or list(columns)
        repair = f"did you mean `{close[0]}`?"
        raise UsageError.one("", f"`{asked.outcome}` is not an outcome or quantity of this study", repair)
    rows = min(histories.rows, MOST)
    every = list(standings(scenario, seed, np.arange(rows)))
    scores = np.stack([each.scores for each in every])
    spreads = scores.std(axis=1)
    records = [
        {"outcome": name, "number": every[each.place].name}
        | {"low_end": every[each.place].low, "high_end": every[each.place].high}
        | {key: value for key, value in asdict(each).items() if key != "place"}
        for name in ([asked.outcome] if asked.outcome is not None else columns)
        for each in found_in(scores, _explained(histories, columns[name], asked)[:rows], spreads)
    ]
    return pd.DataFrame(records, columns=[*_COLUMNS])


def _explained(histories: Histories, column: str, asked: Asked) -> NDArray[np.float64]:
    """Return an outcome in every history, less what it is in its pair where a difference is asked for."""
    values = histories[column].astype(np.float64)
    explained: NDArray[np.float64] = values[histories.options.index(asked.option)]
    if asked.against is not None:
        explained = explained - values[histories.options.index(asked.against)]
    return explained


_COLUMNS = (
    *("outcome", "number", "low_end", "high_end", "at_low", "at_high"),
    *("swing", "swing_low", "swing_high", "share", "share_low", "share_high"),
)
