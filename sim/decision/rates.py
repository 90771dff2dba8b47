"""From observed rates to the rate at which each choice is on the table.

nu(c) = per_year(c) / mean of e^U over the class it was observed in, and goals and drives are measured
against the world as shipped: both from the world file alone, at central values, turn 0, nothing owed.
Scenario, assumptions and options never move them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.actions.catalogue import Catalogue
from sim.actions.records import Choice
from sim.arrays import Floats
from sim.decision.appraisal import Appraisal
from sim.errors import Problem, ScenarioError
from sim.world.moment import DAYS_A_YEAR
from sim.world.structure import Structure
from sim.world.world import World

#: Share of the time a cooldown may take up of the mean interval before a rate cannot be met.
MOST_COOLDOWN = 0.8

#: Terms measured against the world as shipped: what a state gains counts where it departs from it.
MEASURED = frozenset({"goal", "drive"})


@dataclass(frozen=True)
class Rates:
    """Rates and reference levels of every choice, ``(C,)``."""

    per_year: NDArray[np.float64]  # as observed, this variant's share
    log_rate: NDArray[np.float64]  # ln nu
    log_bare: NDArray[np.float64]  # ln of the observed rate where nothing is weighed, cooldowns allowed for
    offset: NDArray[np.float64]  # U of goals and drives in the world as shipped, taken off
    reference: Floats  # (F,), those features in the world as shipped, 0 for all others


def rates_of(appraisal: Appraisal, reference: World, shipped: Appraisal, own: World) -> Rates:
    """Solve the rates of every choice on the world as shipped.

    Parameters
    ----------
    appraisal : Appraisal
        The scenario's choices; their observed rates are taken from it.
    reference : World
        The world file alone: one row, central values, turn 0.
    shipped : Appraisal
        The choices of the world file alone; *appraisal* itself where the scenario adds none.
    own : World
        The scenario at central values, one row: measures what the world file does not have.
    """
    catalogue = appraisal.catalogue
    shipped_values = _reference(shipped, _start(shipped, reference))
    offset = shipped.utility(shipped_values[:, None])[:, 0].astype(np.float64)
    utility = shipped.utility(_start(shipped, reference)[:, None])[:, 0].astype(np.float64) - offset
    mean = _class_means(shipped.catalogue, utility, reference)
    kept = shipped_values if shipped is appraisal else _carry(appraisal, shipped, shipped_values, own)
    per_year = np.array([float(c.spec["per_year"]) * c.share for c in catalogue.choices])
    usual = np.array([mean.get((c.action, c.variant), 1.0) for c in catalogue.choices])
    correction = _corrections(catalogue, reference)
    return Rates(
        per_year=per_year,
        log_rate=np.log(per_year) - np.log(usual) + correction,
        log_bare=np.log(per_year) + correction,
        offset=appraisal.utility(kept[:, None])[:, 0].astype(np.float64),
        reference=kept,
    )


def _start(appraisal: Appraisal, world: World) -> Floats:
    """Return the features of a world, ``(F,)``, gates open."""
    values = np.zeros((appraisal.bank.size, world.rows), np.float32)
    appraisal.bank.fill(world, values)
    for _, _, gate in appraisal.bank.gates:
        values[gate.rows] = 0  # a rate is how often it is done where it can be
    return values[:, 0]


def _reference(appraisal: Appraisal, values: Floats) -> Floats:
    """Return what goals and drives are measured against: their features in the world as shipped."""
    kept = np.zeros_like(values)
    for layout in appraisal.bank.layout:
        for feature, row in layout.items():
            if feature[0] in MEASURED:
                kept[row] = values[row]
    return kept


def _carry(appraisal: Appraisal, shipped: Appraisal, values: Floats, own: World) -> Floats:
    """Return the reference features of a scenario: the shipped world's, its own for what it adds."""
    kept = _reference(appraisal, _start(appraisal, own))
    names = shipped.bank.structure.axes.index["S"]
    for state, layout in zip(appraisal.bank.structure.axes.states, appraisal.bank.layout, strict=True):
        theirs = shipped.bank.layout[names[state]] if state in names else {}
        for feature, row in layout.items():
            if feature[0] in MEASURED and feature in theirs:
                kept[row] = values[theirs[feature]]
    return kept


def _class_means(
    catalogue: Catalogue, utility: NDArray[np.float64], reference: World
) -> dict[tuple[str, str], float]:
    """Return, by action and variant, the mean of e^U over the class its rate was observed in."""
    members: dict[tuple[str, str], list[int]] = {}
    for c, choice in enumerate(catalogue.choices):
        if choice.spec["observed_in"] != "nowhere":  # else its rate is that before anything is weighed
            members.setdefault((choice.action, choice.variant), []).append(c)
    mean = {}
    for key, same in members.items():
        observed = [c for c in same if _observed(catalogue.choices[c], catalogue.structure, reference)]
        mean[key] = float(np.exp(utility[observed or same]).mean())
    return mean


def _observed(choice: Choice, structure: Structure, reference: World) -> bool:
    """Whether a choice belongs to the class of dyads or states its rate was observed in."""
    of = choice.spec["observed_in"]
    s = structure.axes.index["S"]
    i, j = s[choice.actor], s.get(choice.target, -1)
    if j >= 0 and choice.desk.startswith("country:") and reference.dyads.at_war[0, i, j]:
        return False
    if isinstance(of, str):
        return of in {"states", "pairs"} or (i, j) in structure.relations[of]
    return choice.actor in of or [choice.actor, choice.target] in [
        list(x) for x in of if not isinstance(x, str)
    ]


def _corrections(catalogue: Catalogue, reference: World) -> NDArray[np.float64]:
    """Return ln of what cooldown and habituation take off a rate, so that the observed rate comes out.

    A cooldown d leaves n / (1 - n d); habituation, a shot noise of height eta and mean life tau, leaves
    exp(-n tau Ein(eta)) with Ein(x) = sum of (-1)^(k+1) x^k / (k k!).
    """
    p = reference.parameters
    tau = float(p.habituation_half_life[0]) / np.log(2) * 7 / DAYS_A_YEAR
    correction = np.zeros(len(catalogue.choices))
    for c, choice in enumerate(catalogue.choices):
        yearly = float(choice.spec["per_year"])
        busy = yearly * float(choice.spec["cooldown"]) / DAYS_A_YEAR
        if busy >= MOST_COOLDOWN:
            raise ScenarioError(
                Problem(
                    "",
                    None,
                    f"actions.{choice.action}.cooldown",
                    f"{choice.spec['cooldown']} days leave no room for {yearly} a year",
                    f"give a cooldown below {MOST_COOLDOWN * DAYS_A_YEAR / yearly:.0f} days",
                )
            )
        eta = float(p.habituation[0]) * float(choice.spec["habituates"])
        worn = tau * sum((-1) ** (k + 1) * eta**k / (k * _factorial(k)) for k in range(1, 12))
        correction[c] = yearly * worn - np.log1p(-busy)
    return correction


def _factorial(k: int) -> float:
    return float(np.prod(np.arange(1, k + 1)))
