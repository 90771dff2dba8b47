"""What shared luck saves: the variance of a difference between pairs against that between strangers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Record = dict[str, Any]


def reduction(first: NDArray[Any], second: NDArray[Any]) -> Record:
    """Return by what factor pairing cut the variance of a difference, and by what factor it could.

    With X and Y an outcome (0 or 1) or a quantity under two options,

    - achieved = (var X + var Y) / var(X - Y), over pairs of histories of equal number;
    - attainable = (var X + var Y) / var(X* - Y*), where X* and Y* are the same values, both in order. No
      coupling with these two marginals has a smaller variance of the difference: their largest covariance is
      that of the comonotone pair (Hoeffding 1940; Fréchet 1951). For outcomes of rates p and q it is
      (p(1-p) + q(1-q)) / (|p-q| (1-|p-q|)), which grows without limit as the rates near each other;
    - ratio = achieved / attainable = var(X* - Y*) / var(X - Y), from 0 to 1. For an outcome it is about
      |b-c| / (b+c), b and c being the pairs in which it came on one side only: 1 where an option only brings
      about or only prevents, near 0 where it does as much of both.

    Parameters
    ----------
    first, second : (R,)
        Histories of equal number being a pair.

    Returns
    -------
    dict
        achieved, attainable (None: without limit, no variance is left), ratio; all None where neither side
        varies.
    """
    x, y = np.asarray(first, np.float64), np.asarray(second, np.float64)
    apart = float(x.var() + y.var()) if len(x) else 0.0
    if not apart > 0:
        return {"achieved": None, "attainable": None, "ratio": None}
    paired, least = _variance(x - y, apart), _variance(np.sort(x) - np.sort(y), apart)
    return {
        "achieved": apart / paired if paired else None,
        "attainable": apart / least if least else None,
        "ratio": min(least / paired, 1.0) if paired else 1.0,
    }


def _variance(difference: NDArray[np.float64], scale: float) -> float:
    """Return a variance, 0 where only rounding is left of it."""
    variance = float(difference.var())
    return variance if variance > 1e-12 * scale else 0.0
