"""How sure a mean of probabilities is: by blocks, whose means are nearly normal where histories are not."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

#: Histories in a block, and in a part of one where there are few blocks.
BLOCK, PART = 1024, 128
#: Fewest blocks an interval is made of.
FEWEST = 5


def by_blocks(values: NDArray[Any]) -> tuple[float, float, float]:
    """Return mean and 95 % interval of *values* ``(R,)`` by Student's t over the means of whole blocks.

    Blocks are of 1,024 histories, of 128 where there are fewer than five. Histories beyond the last whole
    block count for the mean only. With fewer than two blocks of 128 the interval is [0, 1].
    """
    values = np.asarray(values, np.float64)
    mean = float(values.mean())
    size = BLOCK if len(values) >= FEWEST * BLOCK else PART
    blocks = len(values) // size
    if blocks < 2:
        return mean, 0.0, 1.0
    means = values[: blocks * size].reshape(blocks, size).mean(axis=1)
    reach = float(stdtrit(blocks - 1, 0.975)) * float(means.std(ddof=1)) / np.sqrt(blocks)
    return mean, max(mean - reach, 0.0), min(mean + reach, 1.0)
