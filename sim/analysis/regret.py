"""Which option is best, and what another would cost, whatever turns out to be true (Savage 1951).

Regret is how much worse an option does than the best one in the same histories: points of probability for an
outcome, the quantity's own unit for a quantity. It is 0 for the best. Picking the best by the same numbers
makes the regret of options that are alike look larger than it is; so each carries the paired interval of its
difference to the best, and where that contains 0 the option counts as good as the best.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.cells import Cell, cells
from sim.analysis.columns import Histories
from sim.analysis.rates import mean_difference, paired_difference

Record = dict[str, Any]

#: Stands for an assumption where every history counts.
WHATEVER = ""

#: Fewest histories of a cell that is told of.
FEWEST = 30


def regrets(histories: Histories, wanted: Collection[str] = ()) -> list[Record]:
    """Return the regret of every option, in all histories and in every cell of every assumption.

    Parameters
    ----------
    histories
        With two options or more.
    wanted
        Outcomes and quantities of which more is better; of all others less is.

    Returns
    -------
    list of dict
        measure, outcome (or quantity), wanted, assumption ("" for all histories), value, n, option, estimate
        (probability or mean), best (is the best option), regret, low, high (95 %, paired), as_good (the
        interval contains 0). Cells of fewer than 30 histories are left out.
    """
    found: list[Record] = []
    every = [
        cell
        for cell in (Cell(WHATEVER, "", np.ones(histories.rows, np.bool_)), *cells(histories))
        if cell.rows.sum() >= FEWEST or cell.assumption == WHATEVER
    ]
    for prefix in ("o:", "q:"):
        for name in histories.named(prefix):
            values = histories[prefix + name]
            for cell in every:
                found += _of_cell(histories.options, name, wanted, cell, values)
    return found


def _of_cell(
    options: Sequence[str], name: str, wanted: Collection[str], cell: Cell, values: NDArray[Any]
) -> Iterator[Record]:
    """Yield the regret of every option in one cell."""
    within = values[:, cell.rows]
    means = within.mean(axis=1, dtype=np.float64)
    more = name in wanted
    best = int(means.argmax() if more else means.argmin())
    for place, option in enumerate(options):
        worse = (within[best], within[place]) if more else (within[place], within[best])
        difference = paired_difference(*worse) if values.dtype == np.bool_ else mean_difference(*worse)
        by, low, high = (difference[f"difference{end}"] for end in ("", "_low", "_high"))
        yield {
            "measure": name,
            "outcome": values.dtype == np.bool_,
            "wanted": more,
            "assumption": cell.assumption,
            "value": cell.value,
            "n": int(cell.rows.sum()),
            "option": option,
            "estimate": float(means[place]),
            "best": place == best,
            "regret": by,
            "low": low,
            "high": high,
            "as_good": place == best or low is None or low <= 0,
        }


def choices(records: list[Record]) -> list[Record]:
    """Return, for each measure, which option to choose by two rules, and whether it hangs on an assumption.

    Returns
    -------
    list of dict
        measure, outcome, wanted, best (over all histories), as_good (others no worse than it, by their
        interval), regret (of every option over all histories), largest_regret (of every option over the
        cells), safest (the option whose largest regret is least: minimax regret, Savage 1951), turns (cells
        in which another option is clearly better than the best: assumption, value, option, by, low, high, n).
    """
    told = []
    for measure in dict.fromkeys(record["measure"] for record in records):
        of = [record for record in records if record["measure"] == measure]
        whole = [record for record in of if record["assumption"] == WHATEVER]
        best = next(record["option"] for record in whole if record["best"])
        largest = {
            option["option"]: max(r["regret"] or 0.0 for r in of if r["option"] == option["option"])
            for option in whole
        }
        told.append(
            {
                "measure": measure,
                "outcome": whole[0]["outcome"],
                "wanted": whole[0]["wanted"],
                "best": best,
                "as_good": [r["option"] for r in whole if r["as_good"] and not r["best"]],
                "regret": {r["option"]: r["regret"] for r in whole},
                "largest_regret": largest,
                "safest": min(largest, key=lambda option: (largest[option], option != best)),
                "turns": [_turn(r, of) for r in of if r["option"] == best and not r["as_good"]],
            }
        )
    return told


def _turn(record: Record, of: list[Record]) -> Record:
    """Return the cell of a record as one in which another option is better."""
    cell = (record["assumption"], record["value"])
    better = next(r["option"] for r in of if (r["assumption"], r["value"]) == cell and r["best"])
    return {
        "assumption": cell[0],
        "value": cell[1],
        "option": better,
        "by": record["regret"],
        "low": record["low"],
        "high": record["high"],
        "n": record["n"],
    }
