"""What projects, treaties, deals, red lines and places refer to is there."""

from __future__ import annotations

from sim.scenario.faults import Faults, Path
from sim.scenario.paths import known_names
from sim.scenario.usage import check_deed, check_effects
from sim.scenario.yaml import Node


def check_pacts(faults: Faults) -> None:
    """Check the names in everything two states agree on, dispute or build."""
    for owner, projects in _section(faults, "projects"):
        if faults.state(Node(owner, projects.file, projects.line), ("projects", owner)) is None:
            continue
        for name, project in projects.entries.items():
            if name != "basis":
                _project(faults, project, ("projects", owner, name))
    for name, treaty in _section(faults, "treaties"):
        path: Path = ("treaties", name)
        _parties(faults, treaty, path)
        faults.name(
            treaty.get("flow"), (*path, "flow"), known_names("P", faults.tree), "a pipeline of this world"
        )
        faults.name(treaty.get("war"), (*path, "war"), known_names("W", faults.tree), "a war of this world")
    for name, deal in _section(faults, "deals"):
        _deal(faults, deal, ("deals", name))
    for name, line in _section(faults, "red_lines"):
        _red_line(faults, line, ("red_lines", name))
    for name, place in _section(faults, "places"):
        holder = faults.state(place.get("holder"), ("places", name, "holder"))
        claimant = faults.state(place.get("claimant"), ("places", name, "claimant"))
        if holder is not None and holder == claimant:
            faults.add(place, ("places", name), "is claimed by who holds it")


def _section(faults: Faults, section: str) -> list[tuple[str, Node]]:
    node = faults.root.get(section)
    entries = node.entries.items() if node is not None else ()
    return [(name, entity) for name, entity in entries if name != "basis" and isinstance(entity.value, dict)]


def _project(faults: Faults, project: Node, path: Path) -> None:
    flows = known_names("P", faults.tree)
    name = faults.name(project.get("helped_by"), (*path, "helped_by"), flows, "a pipeline of this world")
    flow = faults.root.get("pipelines", name) if name is not None else None
    taker = flow.get("taker") if flow is not None else None
    if taker is not None and taker.value != path[1]:
        faults.add(
            project, (*path, "helped_by"), f"brings nothing to {path[1]}", "name a pipeline it receives"
        )
    for key in ("fielded_then", "failed_then"):
        check_effects(faults, project.get(key), (*path, key))


def _parties(faults: Faults, node: Node, path: Path) -> list[str]:
    parties = node.get("parties")
    if parties is None:
        return []
    faults.pair(parties, (*path, "parties"))
    return [str(item.value) for item in parties.items]


def _measure(faults: Faults, node: Node, path: Path) -> None:
    """Check that one quantity is named, by `path` or by `observes`."""
    given = [key for key in ("path", "observes") if node.get(key) is not None]
    if len(given) != 1:
        faults.add(node, path, "needs either `path` or `observes`", "name one quantity")
    for key in given:
        faults.reference(node.get(key), (*path, key))


def _deal(faults: Faults, deal: Node, path: Path) -> None:
    parties = _parties(faults, deal, path)
    pledges = deal.get("pledges")
    for party, pledge in pledges.entries.items() if pledges is not None else ():
        where = (*path, "pledges", party)
        faults.name(Node(party, pledge.file, pledge.line), where, parties, "a party of this deal")
        keeps, by = pledge.get("keeps"), pledge.get("by")
        if keeps is not None:
            _measure(faults, keeps, (*where, "keeps"))
            if (keeps.get("below") is None) == (keeps.get("above") is None):
                faults.add(keeps, (*where, "keeps"), "needs either `below` or `above`", "name one limit")
        for i, deed in enumerate(by.items if by is not None else ()):
            check_deed(faults, deed, (*where, "by", str(i)), needs_target=False, actor=party)
    for key in ("accepted_then", "broken_then"):
        check_effects(faults, deal.get(key), (*path, key))


def _red_line(faults: Faults, line: Node, path: Path) -> None:
    owner = faults.state(line.get("owner"), (*path, "owner"))
    against = faults.state(line.get("against"), (*path, "against"))
    if owner is not None and owner == against:
        faults.add(line, path, f"is drawn by {owner} against itself")
    _measure(faults, line, path)
    by = line.get("by")
    for i, deed in enumerate(by.items if by is not None else ()):
        check_deed(faults, deed, (*path, "by", str(i)), needs_target=False, actor=against)
