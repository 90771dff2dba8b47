"""Watched quantities at the end of the histories: their middle and band, and what an option changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sim.report import paths, words
from sim.report.material import Material, Named


@dataclass(frozen=True, slots=True)
class Final:
    """One quantity at the end under one option; differences are of means, under the same luck."""

    option: Named
    low: float  # 10th percentile
    middle: float
    high: float  # 90th percentile
    mean: float
    difference: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None

    @property
    def differs(self) -> bool:
        """Whether the interval of the difference leaves out zero."""
        if self.difference_low is None or self.difference_high is None:
            return False
        return self.difference_low > 0 or self.difference_high < 0


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity at the end under every option."""

    path: str
    title: str
    unit: str
    finals: tuple[Final, ...]
    places: int  # decimals its values deserve
    fine: int  # decimals its means deserve: those of the differences between them


def summarise(material: Material) -> tuple[Quantity, ...]:
    """Return every quantity the summary holds, in its order."""
    rows = [row for row in material.summary.get("quantities") or [] if row.get("p50") is not None]
    options = {option.name: option for option in material.options}
    found = []
    for path in dict.fromkeys(row["quantity"] for row in rows):
        mine = [row for row in rows if row["quantity"] == path and row["option"] in options]
        finals = tuple(_final(options[row["option"]], row) for row in mine)
        title, unit = paths.spelled(material.scenario, path)
        places = _places(finals)
        fine = max(_finer(final, places) for final in finals)
        found.append(Quantity(path, title, unit, finals, places, min(fine, places + 2)))
    return tuple(found)


def _final(option: Named, row: dict[str, Any]) -> Final:
    differences = (row.get(key) for key in ("difference", "difference_low", "difference_high"))
    return Final(option, row["p10"], row["p50"], row["p90"], row["mean"], *differences)


def _places(finals: tuple[Final, ...]) -> int:
    """Return decimals for two figures of the widest band, three of the values where there is no band."""
    band = max((final.high - final.low) / 2 for final in finals)
    return words.decimals(band or max(abs(final.middle) for final in finals) / 50)


def band(final: Final, places: int) -> str:
    """Spell the band that four in five histories lie in."""
    return f"{words.number(final.low, places)} to {words.number(final.high, places)}"


def _finer(final: Final, places: int) -> int:
    """Return the decimals that a difference of means deserves, at least as many as the values."""
    if final.difference_low is None or final.difference_high is None:
        return places
    return max(places, words.decimals(final.difference_high - final.difference_low))


def difference(final: Final, places: int) -> str:
    """Spell the difference of means with its interval."""
    if final.difference is None or final.difference_low is None or final.difference_high is None:
        return ""
    places = _finer(final, places)
    low, high = (words.signed(bound, places) for bound in (final.difference_low, final.difference_high))
    return f"{words.signed(final.difference, places)} ({low} to {high})"
