"""Worlds that begin in a crisis: what only matters there has to be looked for there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from sim.scenario.paths import parse
from sim.scenario.scenario import Scenario

#: Every latent war fought; rivals at force's edge; rivals that struck each other and each other's command;
#: those at risk of war on its brink; a truce in every war; everything given and every red line reached.
CRISES = ("wars", "rivals", "struck", "brink", "truce", "patrons")
#: The same, those first in which most is done for each second of computing.
BUSIEST = ("rivals", "struck", "brink", "wars", "truce", "patrons")


def crisis(scenario: Scenario, name: str) -> dict[str, float]:
    """Return what a crisis sets, by path; nothing for ""."""
    return dict(_crisis(scenario.tree, name)) if name else {}


def _crisis(tree: Mapping[str, Any], name: str) -> Iterator[tuple[str, float]]:
    match name:
        case "wars":
            yield from _open(tree)
        case "rivals":
            for a, b in (tree.get("relations") or {}).get("rivals") or ():
                yield from _confront(a, b, rung=6, tension=0.85, answer=6)
        case "struck":
            yield from _strike(tree)
        case "brink":
            yield from _open(tree)
            yield from _brink(tree)
        case "truce":
            yield from _flow(tree)
            yield from (
                (f"wars.{war}.ceased", 1.0) for war, facts in _entities(tree, "wars") if facts.get("open")
            )
        case "patrons":
            yield from _give(tree)
    for section in ("treaties", "deals"):
        yield from ((f"{section}.{pact}.in_force", 1.0) for pact, _ in _entities(tree, section))


def _entities(tree: Mapping[str, Any], section: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the entities of a section by name."""
    yield from (tree.get(section) or {}).items()


def _brink(tree: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Bring everybody at risk of war to the brink of using all it has."""
    for _, war in _entities(tree, "wars"):
        for a, b in product(*war["sides"]):
            yield from _confront(a, b, rung=8, tension=0.95, answer=9)
    for state, facts in _entities(tree, "states"):
        if facts.get("warheads"):
            yield f"states.{state}.posture", 3.0


def _strike(tree: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Let rivals have struck each other gravely, and the command of all that hold nuclear weapons."""
    for a, b in (tree.get("relations") or {}).get("rivals") or ():
        yield from _confront(a, b, rung=7, tension=0.9, answer=7)
        yield f"dyads.{a}.{b}.struck", 1.0
        yield f"dyads.{b}.{a}.struck", 1.0
    for state, facts in _entities(tree, "states"):
        if facts.get("warheads"):
            yield f"states.{state}.command.struck", 0.9


def _flow(tree: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Let everything flow that does not yet."""
    for flow, facts in _entities(tree, "pipelines"):
        if not facts.get("level"):
            yield f"pipelines.{flow}.level", 1.0


def _give(tree: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Let nothing at home stand in the way of giving, and every red line be reached."""
    yield from _flow(tree)
    yield from ((f"states.{state}.arming.limit", 5.0) for state, _ in _entities(tree, "states"))
    for _, line in _entities(tree, "red_lines"):
        yield parse(line.get("observes") or line["path"], tree).path, float(line["threshold"])


def _open(tree: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Open every war."""
    for war, facts in _entities(tree, "wars"):
        yield f"wars.{war}.open", 1.0
        yield f"wars.{war}.intensity", max(0.5, float(facts.get("intensity") or 0))


def _confront(a: str, b: str, *, rung: float, tension: float, answer: float) -> Iterator[tuple[str, float]]:
    """Set two states against each other, each owing the other an answer to a lethal deed."""
    for actor, target in ((a, b), (b, a)):
        dyad = f"dyads.{actor}.{target}"
        yield f"{dyad}.rung", rung
        yield f"{dyad}.tension", tension
        yield f"{dyad}.answer_owed", 0.8
        yield f"{dyad}.answer_rung", answer
