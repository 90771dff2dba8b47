"""What is wrong with a file that says what is fitted: names there are none of, ends out of bounds."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sim.errors import Problem
from sim.scenario.layout import declared
from sim.scenario.spelling import short, suggestion
from sim.scenario.yaml import Node
from sim.score.base_rates import History
from sim.score.calibration_shapes import CalibrationSpec
from sim.score.reading import fault_at


def faults_of(spec: CalibrationSpec, root: Node, history: History) -> Iterator[Problem]:
    """Yield what is said of rows, groups and parameters that are not there, or may not be so."""
    rows = history.rows
    groups = dict.fromkeys(row.group for row in rows.values())
    yield from _unknown(root, "discrepancies", {**groups, **rows}, "neither a row nor a group")
    fitted = root.get("parameters")
    yield from _unknown(root, "why", fitted.entries if fitted is not None else (), "not fitted here")
    yield from _unknown(root, "judged", rows, "not a base rate")
    for name, said in spec.judged.items():
        if name in rows and rows[name].kind == "share" and said.value >= 1:
            yield fault_at(root, "is a share: must be below 1", "", "judged", name, "value")
    yield from _parameters(spec, root, history)


def _unknown(root: Node, section: str, known: Collection[str], what: str) -> Iterator[Problem]:
    """Yield the names of a section that are not among those known."""
    node = root.get(section)
    for name in node.entries if node is not None else ():
        if name not in known:
            yield fault_at(root, f"{short(name)} is {what}", suggestion(name, known), section, name)


def _parameters(spec: CalibrationSpec, root: Node, history: History) -> Iterator[Problem]:
    """Yield the parameters that are none, whose ends lie out of bounds, or that something else draws."""
    known = {f"parameters.{name}": quantity for name, quantity in declared("parameters").items()}
    scenario = history.scenario
    yield from _unknown(root, "parameters", known, "not a parameter")
    for path, ends in spec.parameters.items():
        if path not in known:
            continue
        if not known[path].low <= ends[0] < ends[1] <= known[path].high:
            bounds = f"{known[path].low:g} to {known[path].high:g}"
            yield fault_at(root, f"goes beyond the bounds of {path}, {bounds}", "", "parameters", path)
        elif any(path in draw.paths for draw in scenario.assumptions):
            message = f"is drawn by an assumption of {scenario.name}"
            yield fault_at(root, message, "leave it out, or the assumption", "parameters", path)
