"""Actions that are refused: levers that move nothing, words that stand for nothing where they are used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.actions.records import PLACEHOLDERS
from sim.errors import Problem, ScenarioError

_BOTH = {"actor", "target", "against"}

#: What a placeholder may stand for, by the kind of desk.
KNOWN = {
    "country": _BOTH,
    "own": {"actor"},
    "pipeline": _BOTH | {"flow", "debt", "giver", "taker", "war", "enemy"},
    "war": _BOTH | {"war", "enemy", "flow"},
    "project": _BOTH | {"project", "flow"},
    "treaty": _BOTH | {"treaty", "war", "flow"},
    "deal": _BOTH | {"deal"},
    "red_line": _BOTH | {"line"},
    "place": _BOTH | {"place"},
}


def refuse(actions: Mapping[str, Any]) -> None:
    """Refuse a catalogue with dead levers or words without meaning.

    Raises
    ------
    ScenarioError
        With one problem per fault.
    """
    problems = [
        Problem("", None, f"actions.{name}.{path}", message, repair)
        for name, action in actions.items()
        for path, message, repair in _faults(action)
    ]
    if problems:
        raise ScenarioError(problems)


def _faults(action: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    kind = "country" if action["desk"] == "country" else next(k for k in KNOWN if k in action["programme"])
    yield from _strange(action, kind, "")
    variants = action.get("variants") or {"": {}}
    for name, variant in variants.items():
        if name:
            yield from _strange(variant, kind, f"variants.{name}.")
        effects = variant.get("effects", action.get("effects")) or []
        if not any(_moves(effect) for effect in effects):
            where = f"variants.{name}.effects" if "effects" in variant else "effects"
            yield where, "moves nothing", "name a quantity it changes, and by how much"


def _moves(effect: Mapping[str, Any]) -> bool:
    """Whether an effect changes anything at all."""
    if "scale" in effect:
        return float(effect["by"]) != 1
    if {"raise", "lower"} & set(effect):
        return float(effect["by"]) != 0
    if {"ship", "owe"} & set(effect):
        return float(effect["amount"]) != 0
    return True


def _strange(spec: Mapping[str, Any], kind: str, under: str) -> Iterator[tuple[str, str, str]]:
    """Yield every placeholder that stands for nothing at this kind of desk."""
    known = KNOWN[kind]
    for field in ("requires", "drives", "effects"):
        for n, entry in enumerate(spec.get(field) or ()):
            words = {w for path in _paths(entry) for w in path.split(".")[1:]} & PLACEHOLDERS
            for word in sorted(words - known):
                strange = f"`{word}` means nothing at a {kind} desk"
                yield f"{under}{field}.{n}", strange, f"use one of {', '.join(sorted(known))}"


def _paths(entry: Mapping[str, Any]) -> Iterator[str]:
    """Yield the paths of a condition, drive or effect."""
    for key, value in entry.items():
        if key in {"path", "observes", "raise", "lower", "scale", "set", "lift", "advance"} and isinstance(
            value, str
        ):
            yield value
        elif key in {"all", "any"}:
            for part in value:
                yield from _paths(part)
        elif key == "not":
            yield from _paths(value)
