"""From the outcomes a scenario names to what is watched for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import numpy as np

from sim.actions.catalogue import Catalogue
from sim.actions.conditions import Clauses, compile_condition
from sim.model.naming import named
from sim.model.outcomes import Outcome
from sim.scenario.build import start_of
from sim.world.structure import Structure

#: Grade of deaths that a number asks for.
GRADES = ((1000, 3), (20, 2), (1, 1))

Spec = Mapping[str, Any]


def outcomes_of(tree: Mapping[str, Any], catalogue: Catalogue) -> Iterator[Outcome]:
    """Yield every outcome of a tree, compiled."""
    for name, spec in (tree.get("outcomes") or {}).items():
        last = 10**6
        if spec.get("by"):
            by = spec["by"] if isinstance(spec["by"], date) else date.fromisoformat(str(spec["by"]))
            last = int(((by - start_of(tree)).days) // float(tree["turn"]["days"]))
        kind = next(kind for kind in _KINDS if kind in spec)
        yield Outcome(name=name, last_turn=last, **_KINDS[kind](spec, catalogue))


def _both(pairs: Any, structure: Structure) -> tuple[tuple[int, int], ...]:
    s = structure.axes.index["S"]
    return tuple(p for a, b in pairs for p in ((s[a], s[b]), (s[b], s[a])))


def _war(spec: Spec, catalogue: Catalogue) -> Spec:
    return {"kind": "war", "pairs": _both([spec["war"]["between"]], catalogue.structure)[:1]}


def _clash(spec: Spec, catalogue: Catalogue) -> Spec:
    deaths = spec["clash"].get("deaths", 1)
    grade = next((g for least, g in GRADES if deaths >= least), 0)
    return {"kind": "clash", "pairs": _both([spec["clash"]["between"]], catalogue.structure), "deaths": grade}


def _reaches(spec: Spec, catalogue: Catalogue) -> Spec:
    wanted, structure = spec["reaches"], catalogue.structure
    rung = structure.ladder.rung(wanted["rung"])
    return {"kind": "reaches", "pairs": _both(wanted["dyads"], structure), "rung": rung}


def _does(spec: Spec, catalogue: Catalogue) -> Spec:
    mask = np.append(named(catalogue, spec["does"]), False)
    return {"kind": "does", "choices": mask, "at_least": int(spec.get("at_least") or 1)}


def _answers(spec: Spec, catalogue: Catalogue) -> Spec:
    """Watch for help under a treaty by a party, or by any, at a level or above."""
    structure, wanted = catalogue.structure, spec["answers"]
    parties = structure.treaties[structure.axes.index["K"][wanted["treaty"]]].parties
    names = [wanted["party"]] if wanted.get("party") else [structure.axes.states[p] for p in parties]
    paths = [f"treaties.{wanted['treaty']}.level.{name}" for name in names]
    reached = {"any": [{"path": path, "at_least": float(wanted.get("level", 1))} for path in paths]}
    return {"kind": "quantity", "when": _condition(reached, structure)}


def _quantity(spec: Spec, catalogue: Catalogue) -> Spec:
    condition = {k: v for k, v in spec["quantity"].items() if k != "for"}
    days = float((spec["quantity"].get("for") or {}).get("days", 0))
    return {"kind": "quantity", "when": _condition(condition, catalogue.structure), "for_days": days}


def _first(spec: Spec, _: Catalogue) -> Spec:
    return {"kind": "first", "first": spec["first"], "before": spec.get("before") or ""}


def _condition(condition: Spec, structure: Structure) -> Clauses:
    return compile_condition(condition, structure, lambda path: path, "")


_KINDS: Mapping[str, Callable[[Spec, Catalogue], Spec]] = {
    "war": _war,
    "clash": _clash,
    "reaches": _reaches,
    "does": _does,
    "answers": _answers,
    "quantity": _quantity,
    "first": _first,
}
