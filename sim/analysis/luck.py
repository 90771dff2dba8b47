"""How much is luck and how much ignorance: what differs between a history and its twin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.columns import Histories
from sim.intervals import Z, grouped, resampled_means

#: Steps in which the shares are tried that an interval may hold.
STEPS = 2000


def luck_share(histories: NDArray[Any], twins: NDArray[Any]) -> dict[str, float | None]:
    """Return luck's share of a variance, 1 - cov(Y, Y')/var(Y), with its interval.

    Twins share assumptions and differ in luck, so their covariance is the variance that
    the assumptions explain. Mean and variance are taken over both, which are alike.

    Parameters
    ----------
    histories, twins : (R,)
        Whether the outcome happened, or the quantity at the end, in each history and in its twin.

    Returns
    -------
    dict
        luck_share, luck_low, luck_high: within 0 and 1, None where nothing varies. The interval of an event
        is that of an intraclass kappa (Donner and Eliasziw 1992, Stat. Med. 11, 1511-1519), which knows that
        a rare event seen in no two twins at once may yet be half ignorance; of a quantity, a percentile
        bootstrap by groups.
    """
    if histories.dtype == np.bool_:
        return _of_event(histories, twins)
    one, other = histories.astype(np.float64), twins.astype(np.float64)
    if len(one):
        middle = (one.mean() + other.mean()) / 2
        one, other = one - middle, other - middle  # no digits lost to a large mean
    pairs = np.stack([(one + other) / 2, one * other, (one * one + other * other) / 2], axis=1)
    share = _share(pairs.mean(axis=0)) if len(pairs) else np.array(np.nan)
    low, high = np.nan, np.nan
    if np.isfinite(share):
        resampled = _share(resampled_means(*grouped(pairs)))
        usable = resampled[np.isfinite(resampled)]
        if usable.size:
            low, high = np.quantile(usable, [0.025, 0.975])
    return {"luck_share": _number(share), "luck_low": _number(low), "luck_high": _number(high)}


def _of_event(histories: NDArray[np.bool_], twins: NDArray[np.bool_]) -> dict[str, float | None]:
    """Return luck's share of whether an event happens, with the shares the counts of pairs do not exclude."""
    n, both = len(histories), int((histories & twins).sum())
    one = int((histories ^ twins).sum())
    p = (2 * both + one) / (2 * n) if n else 0.0
    if not 0 < p < 1:
        return dict.fromkeys(("luck_share", "luck_low", "luck_high"))
    spread = p * (1 - p)
    alike = min(max((both / n - p * p) / spread, 0.0), 1.0)
    tried = np.linspace(0, 1, STEPS + 1)
    expected = n * np.stack([p * p + tried * spread, 2 * spread * (1 - tried), (1 - p) ** 2 + tried * spread])
    seen = np.array([both, one, n - both - one])[:, None]
    off = np.divide((seen - expected) ** 2, expected, out=np.zeros_like(expected), where=expected > 0)
    off[(expected == 0) & (seen > 0)] = np.inf
    kept = np.append(tried[off.sum(axis=0) <= Z * Z], alike)
    return {"luck_share": 1 - alike, "luck_low": 1 - float(kept.max()), "luck_high": 1 - float(kept.min())}


def _share(means: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share from the means of Y, of YY' and of Y squared, (…, 3)."""
    middle, joint, square = means[..., 0], means[..., 1], means[..., 2]
    variance = square - middle * middle
    nothing = np.full_like(variance, np.nan)
    share: NDArray[np.float64] = np.clip(
        1 - np.divide(joint - middle * middle, variance, out=nothing, where=variance > 0), 0, 1
    )
    return share


def every(histories: Histories, twins: Histories) -> Iterator[dict[str, Any]]:
    """Yield luck's share of every outcome and quantity under every option, from histories that have twins.

    Each a dict: option, measure, luck_share, luck_low, luck_high, n (pairs of twins), sentence.
    """
    rows = twins["replicate"][0].astype(np.intp)
    for prefix in ("o:", "q:"):
        for name in histories.named(prefix):
            values, again = histories[prefix + name], twins[prefix + name]
            for place, option in enumerate(histories.options):
                found = luck_share(values[place, rows], again[place])
                told = sentence(name, option, found)
                yield {"option": option, "measure": name, **found, "n": len(rows), "sentence": told}


def sentence(measure: str, option: str, found: dict[str, float | None]) -> str:
    """Say what a share of luck means for who wants to know more."""
    share, low, high = (found[key] for key in ("luck_share", "luck_low", "luck_high"))
    if share is None or low is None or high is None:
        return f"{measure} under {option}: the same in every history and twin, so there is nothing to divide."
    luck, ignorance = round(100 * share), 100 - round(100 * share)
    return (
        f"{measure} under {option}: {luck} % of its variance ({100 * low:.0f} to {100 * high:.0f}) is luck, "
        f"which no study of what was drawn would remove; {ignorance} % ({100 - 100 * high:.0f} to "
        f"{100 - 100 * low:.0f}) is ignorance, which knowing all of them would."
    )


def _number(value: Any) -> float | None:
    """Return a number, None for NaN."""
    return float(value) if np.isfinite(value) else None
