"""Which blocks a study needs, and in which order they are run."""

from __future__ import annotations

from collections.abc import Sequence

from sim.results.parts import Unit
from sim.world.axes import BLOCK

#: Every eighth block is run once more with other luck.
TWIN_EVERY = 8


def units(options: Sequence[str], replicates: int, *, twins: bool) -> list[Unit]:
    """Return the units of a study in the order to run them: all options of a block before the next block.

    A study of *replicates* that ends within a block takes that block's first rows.
    """
    planned = []
    for block in range(-(-replicates // BLOCK)):
        rows = min(BLOCK, replicates - block * BLOCK)
        planned += [Unit(option, block, twin=False, rows=rows) for option in options]
        if twins and block % TWIN_EVERY == 0:
            planned += [Unit(option, block, twin=True, rows=rows) for option in options]
    return planned
