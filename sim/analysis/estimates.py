"""What a study says of its outcomes and quantities: for each option, and against another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.analysis.columns import Histories
from sim.analysis.estimative import in_words
from sim.analysis.luck import luck_share
from sim.analysis.rates import Record, mean, mean_difference, number, paired_difference, rate
from sim.analysis.times import Calendar, median_date

#: Differences, before there is anything to differ from.
_NO_DIFFERENCE: Record = {"difference": None, "difference_low": None, "difference_high": None}


def outcomes(histories: Histories, twins: Histories | None, calendar: Calendar) -> list[Record]:
    """Return a record for every outcome and option, differences to the first option."""
    twin_rows = _twin_rows(twins)
    records: list[Record] = []
    for name in histories.named("o:"):
        happened, turns = histories[f"o:{name}"], _turns(histories, name)
        repeated = twins[f"o:{name}"] if twins else None
        for i, option in enumerate(histories.options):
            found = rate(happened[i])
            records.append(
                {
                    "option": option,
                    "outcome": name,
                    **found,
                    "words": in_words(found["probability"], found["low"], found["high"]),
                    **median_date(None if turns is None else turns[i], calendar),
                    "at_start": None if turns is None else float((turns[i] == 0).mean()),
                    **(paired_difference(happened[i], happened[0]) if i else _NO_DIFFERENCE),
                    **luck_share(happened[i, twin_rows], _NONE if repeated is None else repeated[i]),
                }
            )
    return records


#: An outcome in no history.
_NONE = np.zeros(0, np.bool_)


def quantities(histories: Histories, prefix: str) -> list[Record]:
    """Return a record for every column with *prefix* and every option, differences to the first option."""
    records = []
    for name in histories.named(prefix):
        values = histories[prefix + name]
        for i, option in enumerate(histories.options):
            middle = np.quantile(values[i], [0.1, 0.5, 0.9])
            records.append(
                {"option": option, "quantity": name}
                | mean(values[i])
                | {
                    "p10": number(middle[0]),
                    "p50": number(middle[1]),
                    "p90": number(middle[2]),
                    "n": len(values[i]),
                }
                | (mean_difference(values[i], values[0]) if i else _NO_DIFFERENCE)
            )
    return records


def _twin_rows(twins: Histories | None) -> NDArray[np.intp]:
    """Return the rows of an option's histories that have twins, in the twins' order."""
    return np.zeros(0, np.intp) if twins is None else twins["replicate"][0].astype(np.intp)


def _turns(histories: Histories, outcome: str) -> NDArray[np.int16] | None:
    """Return the turn in which an outcome happened, -1 where it did not; None where no turns are kept."""
    return histories[f"t:{outcome}"] if f"t:{outcome}" in histories.names else None
