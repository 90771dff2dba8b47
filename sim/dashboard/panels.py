"""The figures of a study, in the order of the page, and what each of them looks at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.dashboard import drivers, incidence, ladder, outcomes, quantity, response, scatter
from sim.dashboard.asked import Asked
from sim.dashboard.drawn import Drawn


@dataclass(frozen=True)
class Panel:
    """One figure: what draws it, and which choices beside sides and assumptions it follows."""

    key: str
    draw: Callable[[Asked], Drawn]
    reads: tuple[str, ...]
    narrows: bool = True  # whether it follows the assumptions chosen


PANELS = (
    Panel("incidence", incidence.draw, ("outcome",)),
    Panel("response", response.draw, ("outcome", "along")),
    Panel("drivers", drivers.draw, ("outcome",)),
    Panel("outcomes", outcomes.draw, ("outcome",)),
    Panel("ladder", ladder.draw, ("theatre",), narrows=False),
    Panel("highest", ladder.highest, ("theatre",)),
    Panel("over-time", quantity.over_time, ("quantity",), narrows=False),
    Panel("at-the-end", quantity.at_the_end, ("quantity",)),
    Panel("scatter", scatter.draw, ("outcome", "along", "quantity")),
)

BY_KEY = {panel.key: panel for panel in PANELS}
