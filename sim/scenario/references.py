"""What a document refers to is there, and its numbers lie within their bounds: the world part."""

from __future__ import annotations

from typing import get_args

from sim.scenario.distributions import KINDS, make
from sim.scenario.entities import Good
from sim.scenario.faults import Faults, Path, span
from sim.scenario.layout import DEPTH, entities, given, numbers
from sim.scenario.paths import NO_PLACEHOLDERS, PathFault, Reference, known_names, parse
from sim.scenario.spelling import short
from sim.scenario.yaml import Node, plain

#: What an entity must say itself, by section; of parameters, everything.
REQUIRED: dict[str, tuple[str, ...]] = {
    "states": ("name", "military", "goals"),
    "wars": ("sides",),
    "theatres": ("dyads",),
    "goods": ("like",),
    "pipelines": ("giver", "taker", "good", "rate"),
    "projects": ("progress", "pace"),
    "treaties": ("parties", "in_force"),
    "deals": ("parties", "pledges"),
    "red_lines": ("owner", "against", "threshold", "by"),
    "places": ("holder", "claimant"),
    "indicators": ("low", "high", "start"),
    "actions": ("label", "desk", "per_year", "sentence"),
}

#: What a state must say besides if it is a side of a war, gives shells or speaks of its munitions at all.
ARMED = ("munitions.stock", "munitions.production")

#: Sections that hold numbers by state below the entity.
BY_STATE = ("wars", "treaties", "deals")


def check_world(faults: Faults) -> None:
    """Check names, pairs and numbers of everything the world holds."""
    _relations(faults)
    _dyads(faults)
    _wars(faults)
    _pipelines(faults)
    _numbers(faults)
    _indicators(faults)
    for i, node in enumerate(_list(faults, "watch")):
        faults.reference(node, ("watch", str(i)))


def check_complete(faults: Faults, covered: set[str]) -> None:
    """Check that nothing is missing that has to be said; *covered* are paths that assumptions draw."""
    armed = _armed(faults)
    for section, names in REQUIRED.items():
        for key, entity in _whole(faults, section):
            if not isinstance(entity.value, dict):
                continue
            for name in (*ARMED, *names) if section == "states" and key in armed else names:
                if entity.get(*name.split(".")) is None and f"{section}.{key}.{name}" not in covered:
                    _missing(faults, entity, (section, key, *name.split(".")))
    for key, entity in _entries(faults, "states").items():
        goals = entity.get("goals")
        if goals is not None and isinstance(goals.value, dict):
            left_out = [g for g in known_names("G", faults.tree) if g not in goals.entries]
            if left_out:
                faults.add(
                    goals,
                    ("states", key, "goals"),
                    f"lacks {', '.join(left_out)}",
                    "every goal has a weight, if 0",
                )
    _parameters(faults, covered)


def _armed(faults: Faults) -> set[str]:
    """Return the states that are sides of a war, give shells or speak of their munitions."""
    sides = [side for war in _entries(faults, "wars").values() for side in _list_of(war, "sides")]
    found = {str(state.value) for side in sides for state in side.items}
    for name, state in _entries(faults, "states").items():
        if isinstance(state.value, dict) and any(key.startswith("munitions") for key in state.entries):
            found.add(name)
    for flow in _entries(faults, "pipelines").values():
        good, giver = flow.get("good"), flow.get("giver")
        if giver is not None and good is not None and good.value == "munitions":
            found.add(str(giver.value))
    return found


def _parameters(faults: Faults, covered: set[str]) -> None:
    section = faults.root.get("parameters") or faults.root
    for name in given("parameters"):
        if section.get(name) is None and f"parameters.{name}" not in covered:
            _missing(faults, section, ("parameters", name))


def _whole(faults: Faults, section: str) -> list[tuple[str, Node]]:
    """Return the entities of a section by name; those of projects stand one deeper."""
    found = list(_entries(faults, section).items())
    if section != "projects":
        return found
    return [
        (f"{owner}.{name}", node)
        for owner, projects in found
        for name, node in (projects.entries.items() if isinstance(projects.value, dict) else ())
    ]


def _missing(faults: Faults, node: Node, path: Path) -> None:
    if not faults.misspelt(path[:-1], path[-1]):  # a misspelt key is one fault, not two
        section, name = path[0], ".".join(path[1 + DEPTH.get(path[0], 1) :])
        is_number = section in DEPTH and name in given(section) and name != "goals"
        faults.add(node, path, "is required", "give a number or a distribution" if is_number else "")


def _entries(faults: Faults, section: str) -> dict[str, Node]:
    node = faults.root.get(section)
    return node.entries if node is not None else {}


def _list(faults: Faults, *keys: str) -> list[Node]:
    return _list_of(faults.root, *keys)


def _list_of(node: Node, *keys: str) -> list[Node]:
    found = node.get(*keys)
    return found.items if found is not None else []


def _relations(faults: Faults) -> None:
    for kind, pairs in _entries(faults, "relations").items():
        faults.pairs(pairs, ("relations", kind))
    for key, theatre in _entries(faults, "theatres").items():
        faults.pairs(theatre.get("dyads"), ("theatres", key, "dyads"))


def _key(faults: Faults, node: Node, path: Path) -> bool:
    """Check that the last key of *path* is a state."""
    return (
        faults.name(
            Node(path[-1], node.file, node.line), path, known_names("S", faults.tree), "a state of this world"
        )
        is not None
    )


def _dyads(faults: Faults) -> None:
    for actor, row in _entries(faults, "dyads").items():
        if not _key(faults, row, ("dyads", actor)):
            continue
        for target, dyad in row.entries.items():
            if _key(faults, dyad, ("dyads", actor, target)) and actor == target:
                faults.add(dyad, ("dyads", actor, target), "is a state towards itself", "remove it")


def _wars(faults: Faults) -> None:
    theatres = _entries(faults, "theatres")
    for key, war in _entries(faults, "wars").items():
        seen: set[str] = set()
        sides = war.get("sides")
        for i, side in enumerate(sides.items if sides is not None else []):
            for j, node in enumerate(side.items):
                where = ("wars", key, "sides", str(i), str(j))
                name = faults.state(node, where)
                if name in seen:
                    faults.add(node, where, f"{short(name)} is named twice")
                seen |= {name} if name else set()
        begun_by = war.get("begun_by")
        for i, node in enumerate(begun_by.items if begun_by is not None else []):
            faults.name(node, ("wars", key, "begun_by", str(i)), seen, "a belligerent of this war")
        faults.name(war.get("theatre"), ("wars", key, "theatre"), theatres, "a theatre of this world")


def goods(faults: Faults) -> list[str]:
    """Return every good: those of the program, and those this document adds."""
    return [*get_args(Good), *_entries(faults, "goods")]


def _pipelines(faults: Faults) -> None:
    for name, good in _entries(faults, "goods").items():
        if name in get_args(Good):
            faults.add(good, ("goods", name), "is a good of the program", "give it another name")
    pipelines = _entries(faults, "pipelines")
    for key, flow in pipelines.items():
        faults.name(flow.get("good"), ("pipelines", key, "good"), goods(faults), "a good")
        giver = faults.state(flow.get("giver"), ("pipelines", key, "giver"))
        taker = faults.state(flow.get("taker"), ("pipelines", key, "taker"))
        if giver is not None and giver == taker:
            faults.add(flow, ("pipelines", key), f"goes from {short(giver)} to itself")
        faults.name(
            flow.get("war"), ("pipelines", key, "war"), _entries(faults, "wars"), "a war of this world"
        )
        paid = faults.name(
            flow.get("pays_for"), ("pipelines", key, "pays_for"), pipelines, "a pipeline of this world"
        )
        if paid == key:
            faults.add(flow, ("pipelines", key, "pays_for"), "pays for itself")


def _numbers(faults: Faults) -> None:
    for section in DEPTH:
        for path, _, node in numbers(faults.root, section):
            reference = _silently(faults, path)
            if reference is not None:
                number_fits(faults, node, path, reference)
            elif section in BY_STATE and path[-1] not in known_names("S", faults.tree):
                _key(faults, node, path)


def _silently(faults: Faults, path: Path) -> Reference | None:
    """Return what a place names; None where a name is at fault, which is said elsewhere."""
    try:
        return parse(".".join(path), faults.tree, NO_PLACEHOLDERS)
    except PathFault:
        return None


def number_fits(faults: Faults, node: Node, path: Path, reference: Reference) -> None:
    """Check a number, labelled or not, or a distribution, against the bounds of its quantity."""
    value = node.get("value") or node
    if isinstance(value.value, dict):
        distribution_fits(faults, value, path, [reference])
    else:
        faults.within(value, path, value.value, reference)


def distribution_fits(faults: Faults, node: Node, path: Path, references: list[Reference]) -> None:
    """Check that a distribution has enough of its mass within the bounds of what it is drawn for."""
    kind = next((kind for kind in KINDS if kind in node.entries), None)
    if kind is None or faults.silent(path):
        return
    try:
        distribution = make(kind, plain(node.entries[kind]))
    except (ValueError, TypeError, AttributeError, KeyError):
        return  # its shape is at fault
    for reference in references:
        try:
            distribution.truncated(*faults.bounds(reference))
        except ValueError as error:
            low, high = faults.bounds(reference)
            message = f"{error}: {reference.path} is {span(low, high)} ({reference.quantity.unit})"
            faults.add(node, path, message)


def _indicators(faults: Faults) -> None:
    for path, node in entities(faults.root, "indicators"):
        low, high = (node.get(key) for key in ("low", "high"))
        ends = [end.value for end in (low, high) if end is not None and isinstance(end.value, int | float)]
        if len(ends) == 2 and ends[0] >= ends[1]:
            faults.add(node, path, f"low {ends[0]:g} is not below high {ends[1]:g}")
