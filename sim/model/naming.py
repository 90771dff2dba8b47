"""From what a scenario names (`do`, `forbid`, `does`) to the choices it means; faults where it means none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.actions.catalogue import Catalogue
from sim.errors import Problem, ScenarioError

if TYPE_CHECKING:
    from sim.scenario.loader import Scenario

#: Words by which a deed is named.
FIELDS = ("actor", "action", "target", "variant", "programme")
#: How many ways out a message offers at most.
OFFERED = 6


class Unfit(ValueError):
    """A deed that names no choice, or more than one."""


def named(catalogue: Catalogue, wanted: Mapping[str, Any]) -> NDArray[np.bool_]:
    """Return a mask ``(C,)`` of all choices with the fields *wanted* gives.

    A programme is what a desk is about (the war, for arms given to one who fights it); where there is none of
    that name, what stands behind the @ of a choice's own name (the flow).
    """
    fields = {k: str(wanted[k]) for k in FIELDS if wanted.get(k) is not None}
    found = catalogue.find(**fields)
    if "programme" not in fields or found.any():
        return found
    place = fields.pop("programme")
    at = np.array([c.name.partition("@")[2] == place for c in catalogue.choices], bool)
    return np.asarray(catalogue.find(**fields) & at, np.bool_)


def meant(catalogue: Catalogue, wanted: Mapping[str, Any]) -> int:
    """Return the one choice a deed means; where it names no variant, the likeliest.

    Raises
    ------
    Unfit
        If nothing fits, or deeds towards several targets or on several programmes do.
    """
    fits = np.flatnonzero(named(catalogue, wanted))
    if not len(fits):
        could = named(catalogue, {"actor": wanted["actor"], "action": wanted["action"]})
        raise Unfit(f"fits no choice of {wanted['actor']}; {_offer(catalogue, np.flatnonzero(could))}")
    subjects = {catalogue.choices[c].subject for c in fits}
    if len(subjects) > 1:
        raise Unfit(f"fits several; name a target or programme: {_offer(catalogue, fits)}")
    return int(max(fits, key=lambda c: catalogue.choices[c].share))


def _offer(catalogue: Catalogue, choices: NDArray[np.intp]) -> str:
    """Say what could have been meant."""
    if not len(choices):
        return "it never does this"
    ways = dict.fromkeys(
        f"target {c.target}" + (f", programme {c.programme}" if c.programme else "")
        for c in (catalogue.choices[n] for n in choices)
    )
    more = f", … ({len(ways)} in all)" if len(ways) > OFFERED else ""
    return "; ".join(list(ways)[:OFFERED]) + more


def faults_of(scenario: Scenario) -> list[Problem]:
    """Return what is wrong with the deeds a scenario names and with its rates: nothing, for one that runs."""
    from sim.model.compile import appraised, solve_rates

    try:
        appraisal = appraised(scenario.tree)[0]
        solve_rates(scenario, appraisal)
    except ScenarioError as error:
        return list(error.problems)
    return [
        Problem(str(scenario.file or ""), None, path, message)
        for path, message in _misnamed(scenario.tree, appraisal.catalogue)
    ]


def _misnamed(tree: Mapping[str, Any], catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Yield (path, message) of every deed that means no choice or several."""
    orders: list[tuple[str, Mapping[str, Any]]] = [
        (f"doctrine.{n}", {**r["do"], "actor": r["actor"]}) for n, r in enumerate(tree.get("doctrine") or ())
    ]
    bans: list[tuple[str, Mapping[str, Any]]] = []
    for name, said in (tree.get("options") or {}).items():
        option: Mapping[str, Any] = said or {}
        orders += [(f"options.{name}.do.{n}", d) for n, d in enumerate(option.get("do") or ())]
        rules = enumerate(option.get("doctrine") or ())
        orders += [(f"options.{name}.doctrine.{n}", {**r["do"], "actor": r["actor"]}) for n, r in rules]
        bans += [(f"options.{name}.forbid.{n}", b) for n, b in enumerate(option.get("forbid") or ())]
    for name, outcome in (tree.get("outcomes") or {}).items():
        if "does" in outcome:
            bans.append((f"outcomes.{name}.does", outcome["does"]))
    for path, deed in orders:
        try:
            meant(catalogue, deed)
        except Unfit as unfit:
            yield path, str(unfit)
    for path, deed in bans:
        if not named(catalogue, deed).any():
            yield path, "fits no choice of anyone in this world"
