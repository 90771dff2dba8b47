"""The histories of a study, all of them or as believed otherwise: what they say, as tables of pandas."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis import times, weights
from sim.analysis.choosing import among, is_number
from sim.analysis.columns import Chosen, Histories
from sim.analysis.rates import Record, effective, mean, mean_difference, paired_difference, rate
from sim.analysis.times import Calendar
from sim.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

#: What is believed of an assumption: weights of stories, or a distribution as in YAML.
Belief = Mapping[str, Any]


@dataclass(frozen=True)
class View:
    """Histories, equal or weighted, and what they say.

    Every table has a row an option; `n` is the number of histories, and `effective` how many equal ones the
    weighted are worth (Kish 1965): where it is small, run the scenario with that belief instead.
    """

    histories: Histories
    calendar: Calendar
    turns: int
    cumulative: Callable[[Belief], Callable[[float], float]]  # of a distribution as in YAML

    @property
    def n(self) -> int:
        """Histories of every option."""
        return self.histories.rows

    @property
    def effective(self) -> float:
        """How many equal histories these are worth."""
        held = self.histories.weights
        return float(self.n) if held is None else effective(held)

    def given(self, **assumptions: Any) -> View:
        """Return the histories in which assumptions were as is told.

        Parameters
        ----------
        assumptions
            By name: of stories one, or several as a tuple, list or set, any of which will do; of numbers
            a value, or a range as a tuple (low, high), ends included.

        Raises a `UsageError` where there is no such assumption or story, or no such history.
        """
        chosen = np.ones(self.n, np.bool_)
        for name, value in assumptions.items():
            chosen &= among(name, self._drawn(name), value)
        if not chosen.any():
            told = "no history has all of it"
            raise UsageError.one(", ".join(assumptions), told, "leave one out, or ask for more of it")
        held = self.histories.weights
        if held is not None and not held[chosen].sum() > 0:
            raise UsageError.one(
                ", ".join(assumptions), "no history of it has weight", "choose, then reweight"
            )
        kept = Chosen(self.histories, np.flatnonzero(chosen), None if held is None else held[chosen])
        return replace(self, histories=kept)

    def reweight(self, beliefs: Mapping[str, Belief]) -> View:
        """Return the same histories weighted as if other beliefs had been drawn from.

        Parameters
        ----------
        beliefs
            By assumption: weights of its stories (one left out counts 0), or a distribution as in YAML,
            ``{"triangular": {"low": 1, "mode": 2, "high": 3}}``.

        Where the histories are weighted already, the shares they have so are what is weighted: afterwards
        all of *beliefs* hold, whatever was believed of the same assumptions before.

        Raises a `UsageError` where there is no such assumption or story, where a belief is none, where it
        lies outside what was drawn, or where a number has fewer than 40 histories. `effective` says how much
        is left.
        """
        given: Any = beliefs
        if not isinstance(given, Mapping):
            told = f"{beliefs!r} does not say what is believed of which assumption"
            raise UsageError.one("reweight", told, "give beliefs by name, as in {'story': {'a': 1}}")
        cells = []
        for name, belief in beliefs.items():
            drawn = self._drawn(name)
            if is_number(drawn):
                cells.append(weights.of_number(name, drawn, self.cumulative(belief)))
            else:
                cells.append(weights.of_stories(name, drawn, belief))
        held = self.histories.weights
        fitted = weights.fitted(cells, np.ones(self.n) if held is None else held)
        return replace(self, histories=Chosen(self.histories, np.arange(self.n), fitted))

    def outcomes(self, by: str | None = None) -> pd.DataFrame:
        """Return the probability of every outcome, with its paired difference to the first option.

        *by*: a date; only what came in a turn that begins on or before it counts.
        """
        held, last = self.histories, None if by is None else self._turn(by)
        rows: list[Record] = []
        for name in held.named("o:"):
            came = held[f"o:{name}"] if last is None else self._came(name, last)
            for place, option in enumerate(held.options):
                row = {"option": option, "outcome": name, **rate(came[place], held.weights)}
                paired = paired_difference(came[place], came[0], held.weights)
                rows.append(
                    row | {"effective": self.effective} | (paired if place else dict.fromkeys(paired))
                )
        return _frame(rows)

    def quantities(self) -> pd.DataFrame:
        """Return the mean of every quantity at the end, with its paired difference to the first option."""
        held = self.histories
        rows: list[Record] = []
        for name in held.named("q:"):
            values = held[f"q:{name}"]
            for place, option in enumerate(held.options):
                row = {"option": option, "quantity": name, **mean(values[place], held.weights), "n": self.n}
                paired = mean_difference(values[place], values[0], held.weights)
                rows.append(
                    row | {"effective": self.effective} | (paired if place else dict.fromkeys(paired))
                )
        return _frame(rows)

    def difference(self, option: str, reference: str | None = None) -> pd.DataFrame:
        """Return how much likelier every outcome is under *option* than under *reference*, paired.

        The reference is the first option where none is given. Columns: outcome, difference, low, high, n.
        """
        held = self.histories
        one, other = self._place(option), 0 if reference is None else self._place(reference)
        rows = []
        for name in held.named("o:"):
            came = held[f"o:{name}"]
            found = paired_difference(came[one], came[other], held.weights)
            rows.append(
                {"outcome": name}
                | {k.replace("difference_", ""): v for k, v in found.items()}
                | {"n": self.n}
            )
        return _frame(rows, ["outcome", "difference", "low", "high", "n"])

    def incidence(self, outcome: str) -> pd.DataFrame:
        """Return the share of histories in which an outcome had come by the end of each turn.

        Columns: option, turn, date (its first day), incidence, low, high (as of `outcomes`, at each turn by
        itself), n.
        """
        when = self.when(outcome)
        return _frame(
            {"option": option, **row}
            for place, option in enumerate(self.histories.options)
            for row in times.incidence(when[place], self.turns, self.calendar, self.histories.weights)
        )

    def competing(self, outcomes: Sequence[str]) -> pd.DataFrame:
        """Return the cumulative incidence of whichever of several outcomes came first.

        Columns: option, first (the outcome; "together" where several came in the same turn), turn, date,
        incidence, low, high, n. At each turn the incidences add up to that of any of them. A `UsageError`
        where no outcome is named.
        """
        if not outcomes:
            known = ", ".join(self.histories.named("t:"))
            raise UsageError.one("competing", "is told no outcome", f"give some of {known}")
        when = [self.when(name) for name in outcomes]
        rows: list[Record] = []
        for place, option in enumerate(self.histories.options):
            which, turn = times.first_of([each[place] for each in when])
            for number, name in enumerate([*outcomes, "together"]):
                of = np.where(which == number, turn, -1)
                found = times.incidence(of, self.turns, self.calendar, self.histories.weights)
                rows += [{"option": option, "first": name, **row} for row in found]
        return _frame(rows)

    def medians(self) -> pd.DataFrame:
        """Return the median date of every outcome in the histories in which it came, with its interval.

        By order statistics (David & Nagaraja 2003); blank below ten cases. Columns: option, outcome, cases,
        median_date, median_low, median_high. Weighted histories have none: a `UsageError`.
        """
        if self.histories.weights is not None:
            raise UsageError.one(
                "medians", "are not told of weighted histories", "use given() or incidence()"
            )
        rows = []
        for name in self.histories.named("t:"):
            when = self.when(name)
            for place, option in enumerate(self.histories.options):
                found = times.median_date(when[place], self.calendar)
                cases = int((when[place] >= 0).sum())
                rows.append({"option": option, "outcome": name, "cases": cases, **found})
        return _frame(rows)

    def sequence(self, first: str, then: str) -> pd.DataFrame:
        """Return how often outcome *first* came before outcome *then*, and how often it was followed by it.

        Columns: option, probability, low, high, n, given, given_low, given_high, n_given, together; see
        `sim.analysis.times.sequence`.
        """
        one, other = self.when(first), self.when(then)
        return _frame(
            {"option": option, **times.sequence(one[place], other[place], self.histories.weights)}
            for place, option in enumerate(self.histories.options)
        )

    def when(self, outcome: str) -> NDArray[Any]:
        """Return the turns of an outcome, ``(options, R)``."""
        self._known("outcome", outcome, self.histories.named("t:"))
        turns: NDArray[Any] = self.histories[f"t:{outcome}"]
        return turns

    def _came(self, outcome: str, last: int) -> NDArray[np.bool_]:
        """Return where an outcome came in a turn up to *last*."""
        when = self.when(outcome)
        came: NDArray[np.bool_] = (when >= 0) & (when <= last)
        return came

    def _turn(self, day: str) -> int:
        """Return the turn of a date within the run."""
        try:
            turn = self.calendar.turn(day)
        except (TypeError, ValueError):
            raise UsageError.one("by", f"`{day}` is not a date", "give it as 2025-06-30") from None
        if turn < 0:
            raise UsageError.one("by", f"{day} is before the start", "give a later date")
        return turn

    def _drawn(self, assumption: str) -> NDArray[Any]:
        """Return what was drawn of an assumption, ``(R,)``; the same under every option."""
        self._known("assumption", assumption, self.histories.named("a:"))
        drawn: NDArray[Any] = self.histories[f"a:{assumption}"][0]
        return drawn

    def _place(self, option: str) -> int:
        """Return the place of an option."""
        self._known("option", option, self.histories.options)
        return self.histories.options.index(option)

    def _known(self, kind: str, name: str, names: Sequence[str]) -> None:
        """Raise unless a name is one of *names*."""
        if name not in names:
            close = difflib.get_close_matches(str(name), names, 1)
            repair = f"did you mean `{close[0]}`?" if close else f"give one of {', '.join(names)}"
            repair = repair if names else "it has none"
            raise UsageError.one("", f"`{name}` is not an {kind} of this study", repair)


def _frame(rows: Any, columns: list[str] | None = None) -> pd.DataFrame:
    """Return rows as a table."""
    import pandas as pd

    return pd.DataFrame(list(rows), columns=columns)
