"""The same study on three scales of escalation; a conclusion that turns round with the scale is flagged.

- `ladder`: the highest rung of any theatre, 0 to 11;
- `goldstein`: the hostile part of Goldstein's weights (1992, J. Conflict Resolution 36, 369-385), its sign
  turned so that more is worse, as on the others;
- `rivera`: the escalation score of Rivera et al. (2024).
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from sim.analysis.columns import Histories
from sim.analysis.rates import Record, mean, mean_difference

#: Columns of the published scales, and the sign that makes more worse.
_SCORES = {"goldstein": -1.0, "rivera": 1.0}


def values(histories: Histories) -> dict[str, NDArray[np.float64]]:
    """Return every scale a study has, ``(options, R)``, more being worse."""
    rungs = [histories[f"rung_max:{name}"] for name in histories.named("rung_max:")]
    found = {"ladder": np.max(rungs, axis=0).astype(np.float64)} if rungs else {}
    for name, sign in _SCORES.items():
        if name in histories.named("score:"):
            found[name] = sign * histories[f"score:{name}"].astype(np.float64)
    return found


def scales(histories: Histories) -> list[Record]:
    """Return a record for every pair of options and scale.

    Returns
    -------
    list of dict
        option, reference (the earlier of the two), scale, mean (of the option), difference, difference_low,
        difference_high (paired, block bootstrap), says ("worse", "better", "" where the interval contains 0),
        flips: of this pair one scale says worse and another better.
    """
    records: list[Record] = []
    every = values(histories)
    for first, second in combinations(range(len(histories.options)), 2):
        of_pair = [
            {
                "option": histories.options[second],
                "reference": histories.options[first],
                "scale": name,
                "mean": mean(scored[second], histories.weights)["mean"],
                **mean_difference(scored[second], scored[first], histories.weights),
            }
            for name, scored in every.items()
        ]
        for record in of_pair:
            record["says"] = _says(record)
        flips = {"worse", "better"} <= {record["says"] for record in of_pair}
        records += [record | {"flips": flips} for record in of_pair]
    return records


def _says(record: Record) -> str:
    """Return whether an option is worse than its reference, where that is clear."""
    low, high = record["difference_low"], record["difference_high"]
    if low is None or high is None or low <= 0 <= high:
        return ""
    return "worse" if low > 0 else "better"
