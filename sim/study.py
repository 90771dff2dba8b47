"""A finished study, and what it says. Each method is a thin door to the analyses, and to its histories."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.arguments import is_real, is_whole
from sim.errors import Problem, UsageError
from sim.kept import Kept
from sim.results import tables

if TYPE_CHECKING:
    import pandas as pd

    from sim.analysis.view import View
    from sim.montecarlo.progress import Progress
    from sim.play.parting import Parting
    from sim.play.records import History


class Study(Kept):
    """A finished study, and the questions it answers."""

    def outcomes(self, by: str | None = None) -> pd.DataFrame:
        """Return the probability of every outcome under every option, with its interval and n.

        *by*: a date; only what came in a turn that begins on or before it counts: `View.outcomes`.
        """
        import pandas as pd

        if by is not None:
            return self.view.outcomes(by)
        return pd.DataFrame(self.summary["outcomes"])

    def quantities(self) -> pd.DataFrame:
        """Return mean, interval and quantiles of every watched quantity at the end, under every option."""
        import pandas as pd

        return pd.DataFrame(self.summary["quantities"])

    def rare(self) -> pd.DataFrame:
        """Return the probability of every rare outcome under every option, by the rates of its deeds.

        It has the mean of how often the outcome came and far less noise; the interval is by blocks. Columns:
        option, outcome, probability, low, high, n, events (histories in which it came).
        """
        import pandas as pd

        from sim.analysis.columns import Columns
        from sim.results.rare import by_blocks

        histories = Columns(tables.path(self.path, "replicates"), self.options)
        rows = [
            (option, name, *by_blocks(added), histories.rows, int(came.sum()))
            for name in histories.named("p:")
            for option, added, came in zip(
                self.options, histories[f"p:{name}"], histories[f"o:{name}"], strict=True
            )
        ]
        return pd.DataFrame(rows, columns=["option", "outcome", "probability", "low", "high", "n", "events"])

    @cached_property
    def view(self) -> View:
        """Return all histories of the study, as what `given` and `reweight` start from."""
        from sim.analysis.columns import Columns
        from sim.analysis.times import Calendar
        from sim.analysis.view import View

        held = self.manifest
        histories = Columns(tables.path(self.path, "replicates"), self.options)
        return View(histories, Calendar(held.start, held.days), held.turns, _cumulative)

    def given(self, **assumptions: Any) -> View:
        """Return the histories in which assumptions had a value or lay within (low, high): `View.given`."""
        return self.view.given(**assumptions)

    def reweight(self, beliefs: Mapping[str, Mapping[str, Any]]) -> View:
        """Return the histories weighted as if drawn from other beliefs: `View.reweight`."""
        return self.view.reweight(beliefs)

    def difference(self, option: str, reference: str | None = None) -> pd.DataFrame:
        """Return how much likelier every outcome is under *option*, paired: `View.difference`."""
        self._number(option), self._number(reference or option)
        return self.view.difference(option, reference)

    def incidence(self, outcome: str) -> pd.DataFrame:
        """Return the share of histories in which an outcome had come, turn by turn: `View.incidence`."""
        return self.view.incidence(outcome)

    def competing(self, *outcomes: str) -> pd.DataFrame:
        """Return the incidence of whichever of several outcomes came first: `View.competing`."""
        return self.view.competing(outcomes)

    def medians(self) -> pd.DataFrame:
        """Return the median date of every outcome, with its interval by order statistics: `View.medians`."""
        return self.view.medians()

    def sequence(self, first: str, then: str) -> pd.DataFrame:
        """Return how often one outcome came before another, and was followed by it: `View.sequence`."""
        return self.view.sequence(first, then)

    def rungs(self) -> pd.DataFrame:
        """Return the share of histories at each rung, and at it or above, turn by turn and theatre."""
        from sim.analysis.rungs import rungs

        ladder = self._tree["ladder"]["rungs"]
        return rungs(self.series, tuple(rung["id"] for rung in ladder), self.view.calendar)

    def luck(self) -> pd.DataFrame:
        """Return luck's share of the variance of every outcome and quantity, with a sentence.

        A `StudyError` where the study has no twins. Columns: option, measure, luck_share, luck_low,
        luck_high, n (pairs of twins), sentence.
        """
        import pandas as pd

        from sim.analysis.columns import Columns
        from sim.analysis.luck import every

        twins = Columns(self._file("twins"), self.options)
        return pd.DataFrame(list(every(self.view.histories, twins)))

    def scales(self) -> pd.DataFrame:
        """Return pairs of options on three scales of escalation, flips flagged: `sim.analysis.scales`."""
        import pandas as pd

        from sim.analysis.scales import scales

        return pd.DataFrame(scales(self.view.histories))

    def misbeliefs(self) -> pd.DataFrame:
        """Return the share of deeds done on wrong beliefs, by actor and action: `sim.analysis.misbelief`."""
        import pandas as pd

        from sim.analysis.misbelief import COLUMNS, misbeliefs

        found = misbeliefs(self.deeds, self.options, self.source().kept)
        return pd.DataFrame(found, columns=list(COLUMNS))

    def signposts(
        self, outcome: str, by_week: float, option: str | None = None, observer: str | None = None
    ) -> pd.DataFrame:
        """Return which deed, incident or other outcome seen by a week says most of what is still to come.

        Parameters
        ----------
        outcome, by_week
            What may come, and how many weeks after the start signs are read: 0 or more.
        option
            The first by default.
        observer
            The state that must have seen a deed; any but its actor by default.

        Returns
        -------
        DataFrame
            Columns as in `sim.analysis.signposts.signposts`; over the histories whose deeds are kept. Empty
            where it is still to come, or stays away, in fewer than ten of them: nothing can be told.

        Raises
        ------
        UsageError
            Where the week is no number from 0 on, or there is no such outcome, option or state.
        """
        import pandas as pd

        from sim.analysis.signposts import COLUMNS, Landmark, first_seen, signposts

        name = self.options[0 if option is None else self._number(option)]
        week = _week(by_week)
        if observer is not None:
            self._state(observer)
        rows, view = self.source().kept, self.view.histories
        place = self.options.index(name)
        others = [each for each in view.named("t:") if each != outcome]
        deeds = self.deeds[self.deeds["option"] == name]
        signs = first_seen(deeds, rows, observer)
        signs |= {f"outcome {each}": view[f"t:{each}"][place, :rows] for each in others}
        when = self.view.when(outcome)[place, :rows]
        landmark = Landmark(when, int(week * 7 // self.manifest.days), self.manifest.days)
        return pd.DataFrame(signposts(landmark, signs), columns=list(COLUMNS))

    def influences(
        self, outcome: str | None = None, option: str | None = None, against: str | None = None
    ) -> pd.DataFrame:
        """Return which of all the numbers drawn at the start go with an outcome: `sim.analysis.influence`.

        Those of the world and its parameters too, which are no columns of the study. It plays nothing; it
        takes a hundred histories to tell anything, and thousands to tell what is weak.

        Parameters
        ----------
        outcome
            An outcome or watched quantity; all of them by default.
        option
            The first by default.
        against
            Explain the difference to this option in place of the outcome itself: what decides the choice.

        Returns
        -------
        DataFrame
            outcome, number (path, or name of an assumption), low_end, high_end (what it is there), at_low,
            at_high (mean of the outcome there), swing, swing_low, swing_high, share (of the variance of the
            outcome, luck included), share_low, share_high; the strongest first within each outcome.
        """
        from sim.experiments.influences import Asked, influences

        name = self.options[0 if option is None else self._number(option)]
        other = None if against is None else self.options[self._number(against)]
        seed = self.manifest.identity.seed
        return influences(self.view.histories, self.scenario, seed, Asked(name, other, outcome))

    def figure(self, name: str) -> Any:
        """Return a figure of plotly: one of the report by its name, or "compare", or "parting".

        Names are ``outcomes:1``, ``rare:1``, ``luck``, ``incidence:OUTCOME``, ``tornado:OUTCOME``,
        ``pathways:OUTCOME`` (``:chains``, ``:lifts``), ``ladder:THEATRE``, ``flows:QUANTITY`` and
        ``map:OPTION``; the beginning of a name alone is the first such figure. Numbers as on the page
        (``incidence--7``, ``flow-1``) do too. A `UsageError` lists the names there are.
        """
        from plotly.io import from_json

        from sim.experiments import beside
        from sim.report import compared, figures, material

        if name in {"compare", "parting"}:
            from sim.analysis.arms import arms
            from sim.analysis.comparison import compare

            drawn = list(compared.figures(compare(arms([self.source()]))))
            named = {"compare": drawn[0], **{figure.section: figure for figure in drawn}}
        else:
            drawn = list(figures.every(material.read(self.path, beside.analysis(self.path))))
            named = figures.called(drawn)
        if name not in named:
            told = sorted({figure.name or figure.section for figure in drawn} | {"compare", "parting"})
            repair = f"give one of {', '.join(told)}"
            raise UsageError(Problem(str(self.path), None, "", f"has no figure `{name}`", repair))
        return from_json(named[name].json)

    def history(
        self, replicate: int, option: str | None = None, progress: Callable[[int, int], None] | None = None
    ) -> History:
        """Open one history by playing its block again: deeds with their reasons, rungs, near misses.

        Parameters
        ----------
        replicate, option
            Which; the first option by default. A `UsageError` where the study has none such.
        progress
            Told after every turn how many are played, of how many.
        """
        from sim.play.history import open_history

        name, number = self._which(replicate, option)
        return open_history(self.scenario, name, number, self.manifest.identity.seed, progress)

    def replay(self, replicate: int, option: str | None = None, *, width: int = 100) -> Iterable[str]:
        """Tell one history turn by turn, a line at a time; by running its block again."""
        return self.history(replicate, option).tell(width)

    def part(self, replicate: int, first: str, second: str) -> Parting:
        """Open one history under two options and find where they part, and why: `sim.play.parting.part`."""
        from sim.play.parting import part

        names = self._which(replicate, first)[0], self._which(replicate, second)[0]
        return part(self.scenario, names, replicate, self.manifest.identity.seed)

    def branch(
        self,
        replicate: int,
        turn: int,
        option: str | None = None,
        *,
        force: str | None = None,
        futures: int | None = None,
        workers: int | None = None,
        progress: Progress | None = None,
    ) -> dict[str, Any]:
        """Play futures of one history from a turn with fresh luck: `sim.play.branching.branch`.

        Parameters
        ----------
        turn
            The first turn that is played anew, from 0.
        force
            A deed done at its start, ``ACTOR:ACTION[.VARIANT][:TARGET][@PROGRAMME]``; the same futures are
            then also played without it.
        futures, workers
            1,024, and every core by default.
        """
        from sim.play.branching import Branch, branch
        from sim.play.futures import Stem

        name, number = self._which(replicate, option)
        asked = Branch(Stem(name, number, self.manifest.identity.seed, turn), futures, force)
        known = (*self.summary["outcomes"], *self.summary["quantities"])
        start = [one for one in known if one["option"] == name]
        found = branch(self.scenario, asked, start, workers=workers, progress=progress)
        return {"study": str(self.path), **found}

    def find(self, outcome: str, option: str | None = None) -> pd.DataFrame:
        """Return the most typical, the earliest and the least likely history with an outcome.

        By the tables alone, of the histories whose deeds are kept: `sim.analysis.typical`. Columns: kind,
        replicate, turn, date, distance, least_distance, mean_distance, oddness, share_odder, came, n.
        """
        import pandas as pd

        from sim.analysis.typical import search

        name = self.options[0 if option is None else self._number(option)]
        when = self.view.when(outcome)[self.options.index(name)]
        return pd.DataFrame(search(self.source(), name, outcome, when))

    def _which(self, replicate: int, option: str | None) -> tuple[str, int]:
        """Return an option and a replicate that are there; a `UsageError` otherwise."""
        name = self.options[0 if option is None else self._number(option)]
        if not (is_whole(replicate) and 0 <= replicate < self.manifest.replicates):
            repair = f"give a number from 0 to {self.manifest.replicates - 1}"
            raise UsageError(Problem(str(self.path), None, "", f"has no replicate {replicate}", repair))
        return name, int(replicate)


def _week(value: float) -> float:
    """Return a number of weeks; a `UsageError` unless it is one."""
    if not is_real(value) or not 0 <= value < math.inf:
        raise UsageError.one("by_week", f"{value!r} is not a number of weeks", "give 0 or more, such as 26")
    return float(value)


def _cumulative(spec: Any) -> Callable[[float], float]:
    """Return the probability of a value or less under a distribution as in YAML; a `UsageError` if none."""
    from sim.scenario.distributions import KINDS, make

    kinds = ", ".join(KINDS)
    if not isinstance(spec, Mapping) or len(spec) != 1:
        told = "`uniform: {low: 1, high: 2}`"
        raise UsageError.one("", f"{spec!r} is not a distribution", f"give one such as {told}: {kinds}")
    ((kind, parameters),) = spec.items()
    if kind not in KINDS:
        raise UsageError.one(str(kind), "is not a distribution", f"give one of {kinds}")
    try:
        return make(kind, parameters).cumulative
    except ValueError as fault:
        told = str(fault)
    except (AttributeError, KeyError, TypeError):
        told = f"does not take {parameters!r}"
    raise UsageError.one(kind, told, f"give it {_TAKES.get(kind) or _numbers(KINDS[kind])}")


#: What distributions take that take no numbers by name.
_TAKES = {
    "constant": "a number",
    "categorical": "a weight for each value",
    "mixture": "a list of parts, each with `weight` and `of`",
    "beta": "the numbers `a` and `b`, or `mean` and `n`",
}


def _numbers(kind: Any) -> str:
    """Return the numbers a distribution takes, in words."""
    return "the numbers " + ", ".join(f"`{each.name}`" for each in fields(kind))
