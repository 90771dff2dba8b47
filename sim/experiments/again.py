"""``python -m sim.experiments.again FOLDER UNIT BLOCK`` does one block of an experiment again, here.

It keeps nothing: the way to see a fault in a block happen.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.experiments import matrices, screening, sensitivity, settings, sweep
from sim.experiments.keeping import Experiment
from sim.montecarlo.work import Job, simulated
from sim.results.faults import study_fault
from sim.results.parts import Unit
from sim.results.study import EXPERIMENT, SCENARIO
from sim.scenario.loader import load
from sim.world.axes import BLOCK


def main(arguments: Sequence[str]) -> None:
    """Do one block again and say how many histories it has.

    Raises
    ------
    StudyError
        If the folder holds no experiment.
    """
    folder, unit, block = Path(arguments[0]), arguments[1], int(arguments[2])
    record = Experiment("", "", "", {}, folder).kept()
    if record is None:
        raise study_fault(folder, f"holds no experiment ({EXPERIMENT} is missing)", "give the folder of one")
    simulate, what = _asked(folder, record, block)
    job = Job(what, record["identity"]["seed"], folder, 0, "", simulate)
    tables = simulated(job, Unit(unit, block, twin=False, rows=_rows(what, block)))
    sys.stdout.write(f"histories: {tables['replicates'].num_rows:,}\n")


def _asked(folder: Path, record: Mapping[str, Any], block: int) -> tuple[str, Any]:
    """Return what simulates the blocks of an experiment, and what it is told of it."""
    identity = record["identity"]
    scenario = load(folder / SCENARIO)
    if identity["kind"] == "sweep":
        points = tuple(tuple(point) for point in identity["points"])
        return sweep.SIMULATE, settings.Sweep(scenario, folder / SCENARIO, points)
    if identity["kind"] == "screening":
        return screening.SIMULATE, screening.Design(scenario, identity["size"], identity["seed"])
    rows = BLOCK << block.bit_length()  # more than the block needs: points of a larger design are the same
    design = matrices.Design(scenario, rows, identity["seed"], identity["options"][0])
    return sensitivity.SIMULATE, design


def _rows(what: Any, block: int) -> int:
    """Return the histories of a block; of a screening the last one may have fewer."""
    if isinstance(what, screening.Design):
        return min(BLOCK, len(what.levels) - block * BLOCK)
    return BLOCK


if __name__ == "__main__":
    main(sys.argv[1:])
