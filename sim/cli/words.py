"""Estimates in words and figures: the only rounding between a study and the screen."""

from __future__ import annotations

from math import floor, log10
from pathlib import Path

from sim.analysis.estimative import ceiling

#: Stands where there is nothing to say.
NOTHING = ""


def percent(share: float, decimals: int) -> str:
    """Return a share in percent, without its sign."""
    return f"{100 * share:.{decimals}f}"


def decimals_for(width: float) -> int:
    """Return the decimals, in percent, that an interval of *width* supports: two figures of it."""
    if width <= 0:
        return 1
    return min(6, max(0, 1 - floor(log10(100 * width))))


def probability(share: float, low: float, high: float, happened: int, n: int) -> str:
    """Return a probability with its interval, in percent; counts where it never or always happened."""
    if happened == 0:
        return f"0 of {n:,} (< {ceiling(100 * high)} %)"
    if happened == n:
        return f"all {n:,} (> {100 - float(ceiling(100 * (1 - low))):.10g} %)"
    decimals = decimals_for(high - low)
    return f"{percent(share, decimals)} % ({percent(low, decimals)}–{percent(high, decimals)})"


def difference(by: float | None, low: float | None, high: float | None) -> str:
    """Return a difference of probabilities with its interval, in points of percent."""
    if by is None or low is None or high is None:
        return NOTHING
    decimals = decimals_for(high - low)
    return " ".join(
        [signed(100 * by, decimals), f"({signed(100 * low, decimals)} to {signed(100 * high, decimals)})"]
    )


def luck(share: float | None) -> str:
    """Return luck's share of the variance in percent."""
    return NOTHING if share is None else f"{100 * share:.0f} %"


def signed(value: float, decimals: int) -> str:
    """Return a number with its sign; none for what rounds to zero."""
    text = f"{value:+,.{decimals}f}"
    return text[1:] if not any(c in "123456789" for c in text) else text.replace("-", "−")


def _places(scale: float) -> int:
    """Return the decimals that show two figures of *scale*."""
    return min(6, max(0, 1 - floor(log10(abs(scale))))) if scale else 2


def quantity(value: float | None, low: float | None, high: float | None, finest: float = 0.0) -> str:
    """Return a mean with its interval, to no finer a step than *finest*."""
    if value is None:
        return NOTHING
    places = _places(max(_width(value, low, high), finest))
    interval = "" if low is None or high is None else f" ({_plain(low, places)} to {_plain(high, places)})"
    return _plain(value, places) + interval


def quantity_difference(
    value: float | None, low: float | None, high: float | None, finest: float = 0.0
) -> str:
    """Return a difference of means with its interval and signs, to no finer a step than *finest*."""
    if value is None:
        return NOTHING
    places = _places(max(_width(value, low, high), finest))
    interval = "" if low is None or high is None else f" ({signed(low, places)} to {signed(high, places)})"
    return signed(value, places) + interval


def band(low: float | None, high: float | None) -> str:
    """Return the two ends of where most histories lie."""
    if low is None or high is None:
        return NOTHING
    places = _places((high - low) / 10 or abs(low) / 100)
    return f"{_plain(low, places)} to {_plain(high, places)}"


def _plain(value: float, places: int) -> str:
    """Return a number with a true minus."""
    return f"{value:,.{places}f}".replace("-", "−")


def _width(value: float, low: float | None, high: float | None) -> float:
    """Return how wide an interval is, at least a thousandth of the value."""
    width = abs(value) / 10 if low is None or high is None else high - low
    return max(width, abs(value) / 1000)


def study(folder: Path) -> str:
    """Return where a study is, and what was set in it that its scenario does not say."""
    from sim.results.manifest import Manifest

    sets = Manifest.read(folder).identity.sets
    return f"{folder}{''.join(f' --set {each}' for each in sets)}"
