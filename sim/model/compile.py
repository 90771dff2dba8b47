"""From a scenario to the rules of one option: what its words come to in choices, clauses and addresses."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.actions.catalogue import Catalogue, catalogue_of
from sim.actions.conditions import (
    Atom,
    Clauses,
    Requirements,
    compile_condition,
    requirements_of,
    shut_at,
    without,
)
from sim.actions.effects import Effects, compile_effect, effects_of, provocations_of
from sim.arrays import Floats
from sim.decision.appraisal import NEVER, Appraisal, appraisal_of
from sim.decision.features import FEARED
from sim.decision.misbelief import Misbelief
from sim.decision.orders import Rule, Script
from sim.decision.race import RANGE
from sim.decision.rates import Rates, rates_of
from sim.model.consequences import consequences_of
from sim.model.injects import Inject
from sim.model.naming import meant, named
from sim.model.setup import Setup
from sim.model.watching import outcomes_of
from sim.scenario.build import central_world, start_of
from sim.world.address import Address, locate
from sim.world.moment import DAYS_A_YEAR
from sim.world.quantities import ENTITIES
from sim.world.structure import Structure, structure_of

if TYPE_CHECKING:
    from sim.scenario.loader import Scenario

#: Times a year from which it pays to mind a requirement before the race, not on what rings.
FREQUENT = 0.15


def setup_of(scenario: Scenario, option: str) -> Setup:
    """Compile one option of a scenario."""
    tree = scenario.tree
    appraisal, required, gates = appraised(tree)
    catalogue = appraisal.catalogue
    structure = catalogue.structure
    rates = solve_rates(scenario, appraisal)
    days = float(tree["turn"]["days"])
    chosen: Mapping[str, Any] = (tree.get("options") or {}).get(option) or {}
    log_rate, weighing = _constants(catalogue, rates, tree, chosen, days)
    weights = appraisal.constants((log_rate - rates.offset * weighing).astype(np.float32))
    _silence(weights, appraisal, weighing)
    injects, causes = _injects(tree, structure)
    return Setup(
        option=option,
        structure=structure,
        catalogue=catalogue,
        appraisal=appraisal,
        rates=rates,
        weights=weights,
        requirements=Requirements(required),
        unminded=Requirements([without(c, minded) for c, minded in zip(required, gates, strict=True)]),
        effects=effects_of(catalogue.choices, structure),
        provocations=provocations_of(catalogue.choices, structure),
        misbelief=Misbelief(catalogue.choices, structure, _feared(catalogue)),
        rest=catalogue.cooldown / np.float32(days),
        answers=_answers(catalogue, structure),
        scripts=tuple(_scripts(chosen, catalogue, start_of(tree))),
        rules=tuple(_rules(tree, chosen, catalogue, structure)),
        injects=injects,
        inject_effects=Effects(causes),
        consequences=consequences_of(tree, structure),
        outcomes=tuple(outcomes_of(tree, catalogue)),
        watch=tuple(_watch(tree, structure)),
        constant=log_rate.astype(np.float32),
        start=start_of(tree),
        days=days,
        turns=int(tree["turns"]),
    )


def appraised(tree: Mapping[str, Any]) -> tuple[Appraisal, list[Clauses], list[tuple[Atom, ...]]]:
    """Return the appraisal of a tree's choices, their requirements, and those minded before the race."""
    structure = structure_of(tree)
    catalogue = catalogue_of(tree, structure)
    required = requirements_of(catalogue.choices, structure)
    start = central_world(tree)
    gates = [
        shut_at(clauses, start) if float(c.spec["per_year"]) * c.share >= FREQUENT else ()
        for c, clauses in zip(catalogue.choices, required, strict=True)
    ]
    return appraisal_of(catalogue, gates, float(tree["turn"]["days"])), required, gates


def solve_rates(scenario: Scenario, appraisal: Appraisal) -> Rates:
    """Solve rates on the world alone: nothing a scenario says moves them."""
    tree, world = scenario.tree, (scenario.world or scenario).tree
    alike = all(tree.get(k) == world.get(k) for k in ("actions", "relations", "ladder", "theatres")) and all(
        list(tree.get(k) or ()) == list(world.get(k) or ()) for k in ENTITIES
    )
    shipped = appraisal if alike else appraised({**world, "turn": tree["turn"]})[0]
    return rates_of(appraisal, central_world({**world, "turn": tree["turn"]}), shipped, central_world(tree))


def _constants(
    catalogue: Catalogue, rates: Rates, tree: Mapping[str, Any], chosen: Mapping[str, Any], days: float
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return ln(nu dt 2^32) of every choice, and where a state appraises at all (rule `desks`)."""
    turn = math.log(days / DAYS_A_YEAR) + math.log(float(RANGE))
    rules = {**(tree.get("rules") or {}), **(chosen.get("rules") or {})}
    rule = np.array([rules.get(c.actor, "desks") for c in catalogue.choices])
    log_rate = np.where(rule == "random", rates.log_bare, rates.log_rate) + turn
    idle = np.isin(rule, ["hold", "scripted", "doctrine"])
    for ban in chosen.get("forbid") or ():
        idle |= named(catalogue, ban)
    return np.where(idle, NEVER, log_rate), rule == "desks"


def _silence(weights: tuple[Floats, ...], appraisal: Appraisal, weighing: NDArray[np.bool_]) -> None:
    """Take the features out where a state does not appraise; what it cannot do it still cannot."""
    for table, part, layout, rows in zip(
        weights, appraisal.catalogue.slices, appraisal.bank.layout, appraisal.bank.slices, strict=True
    ):
        felt = [row - rows.start for feature, row in layout.items() if feature[0] not in {"one", "gate"}]
        table[np.ix_(~weighing[part], felt)] = 0


def _feared(catalogue: Catalogue) -> NDArray[np.int32]:
    """Return the rung of the answer each choice is afraid of, 0 for none."""
    aimed = catalogue.column["against"] >= 0
    return np.where(aimed & (catalogue.answer_rung >= FEARED), np.rint(catalogue.answer_rung), 0).astype(
        np.int32
    )


def _answers(
    catalogue: Catalogue, structure: Structure
) -> dict[tuple[str, str], tuple[NDArray[np.int32], NDArray[np.float32]]]:
    """Return, by the array of a question's deadline, the choice that says yes by column, and its log-odds."""
    found: dict[tuple[str, str], tuple[NDArray[np.int32], NDArray[np.float32]]] = {}
    for c, choice in enumerate(catalogue.choices):
        what = choice.spec["answers"]
        if what == "step_down":
            path = f"dyads.{choice.target}.{choice.actor}.offer.until"
        elif what == "terms":
            path = f"wars.{choice.binding['war']}.terms.until.{choice.target}"
        elif what == "deal":
            path = f"deals.{choice.binding['deal']}.offer_until.{choice.target}"
        elif what == "treaty":
            path = f"treaties.{choice.binding['treaty']}.asked_until.{choice.actor}"
        else:
            continue
        address = locate(path, structure.axes)
        sizes = tuple(structure.axes.size(letter) for letter in address.quantity.letters)
        blank = np.full(math.prod(sizes), -1, np.int32), np.zeros(math.prod(sizes), np.float32)
        says_yes, log_odds = found.setdefault((address.section, address.field), blank)
        column = int(np.ravel_multi_index(address.where, sizes, order="F"))
        says_yes[column], log_odds[column] = c, float(choice.spec["logit"])
    return found


def _scripts(chosen: Mapping[str, Any], catalogue: Catalogue, start: date) -> Iterator[Script]:
    for deed in chosen.get("do") or ():
        at = deed["at"] if isinstance(deed["at"], date) else date.fromisoformat(str(deed["at"]))
        yield Script(meant(catalogue, deed), float((at - start).days), float(deed.get("until") or 28))


def _rules(
    tree: Mapping[str, Any], chosen: Mapping[str, Any], catalogue: Catalogue, structure: Structure
) -> Iterator[Rule]:
    standing = [*(tree.get("doctrine") or ()), *(chosen.get("doctrine") or ())]
    for rule in standing:
        actor = rule["actor"]
        when = compile_condition(rule["when"], structure, str, actor)
        choice = meant(catalogue, {**rule["do"], "actor": actor})
        yield Rule(
            name=f"{catalogue.choices[choice].name} when {rule['when']}",
            choice=choice,
            when=when,
            firmness=_firmness(rule.get("firmness", 1), structure),
            every=float((rule.get("every") or {}).get("days", math.inf)),
            patience=28.0,
            label=str(rule.get("label") or ""),
        )


def _firmness(said: Any, structure: Structure) -> float | Address:
    return locate(said, structure.axes) if isinstance(said, str) else float(said)


def _injects(tree: Mapping[str, Any], structure: Structure) -> tuple[tuple[Inject, ...], list[list[Any]]]:
    causes: list[list[Any]] = []
    found = []
    start = start_of(tree)

    def cause(effects: Sequence[Mapping[str, Any]]) -> int:
        """Keep compiled effects, and return the number of their cause."""
        made = [compile_effect(e, structure, lambda path: path, {}) for e in effects]
        causes.append([m for m in made if m is not None])
        return len(causes) - 1

    for name, spec in (tree.get("injects") or {}).items():
        first, last, per_day, once = _window(spec, start, int(tree["turns"]) * float(tree["turn"]["days"]))
        told = spec.get("choose") or {"": {"weight": 1.0, "then": spec.get("then") or ()}}
        stories = tuple((n, float(s.get("weight", 1)), cause(s.get("then") or ())) for n, s in told.items())
        found.append(Inject(name, first, last, per_day, once, stories))
    return tuple(found), causes


def _window(spec: Mapping[str, Any], start: date, end: float) -> tuple[float, float, float, bool]:
    """Return (first day, last day, hazard a day, whether it comes once)."""
    if "at" in spec:
        day = float((_day(spec["at"]) - start).days)
        return day, day + 1, math.inf, True
    if "per_year" in spec:
        return 0.0, end, float(spec["per_year"]) / DAYS_A_YEAR, False
    within = spec["within"]
    first = float((_day(within["from"]) - start).days) if within.get("from") else 0.0
    days = float(within["days"])
    return first, first + days, -math.log1p(-min(float(spec["chance"]), 1 - 1e-12)) / days, True


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _watch(tree: Mapping[str, Any], structure: Structure) -> Iterator[tuple[str, Address, float, float]]:
    """Yield (path, address, scale of its bins, 1 where it may be negative)."""
    from sim.scenario.build import numbers

    given = dict(numbers(tree))
    for path in tree.get("watch") or ():
        address = locate(path, structure.axes)
        words = path.split(".")
        scale = abs(given.get(path, 0.0))
        if not scale and words[0] == "pipelines":
            scale = abs(given.get(f"pipelines.{words[1]}.rate", 0.0))
        if not scale and words[-1] == "front":
            scale = 5.0
        yield path, address, scale or 1.0, 0.0 if address.quantity.low >= 0 else 1.0
