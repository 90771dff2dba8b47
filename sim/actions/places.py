"""Where a state may do an action of a programme desk: the flows, wars, projects … it has that part in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.world.structure import Structure, War

#: A desk, and what placeholders stand for there.
Place = tuple[str, dict[str, str]]


def programme_places(programme: Mapping[str, Any], actor: str, structure: Structure) -> Iterator[Place]:
    """Yield each place at which *actor* has the part a programme names."""
    found = _places(programme, actor, structure)
    only = programme.get("only")
    for desk, place in found:
        if not only or desk.partition(":")[2] in only or desk.rpartition(".")[2] in only:
            yield desk, place


def _places(programme: Mapping[str, Any], actor: str, structure: Structure) -> Iterator[Place]:
    if "own" in programme:
        yield f"own:{programme['own']}", {}
    elif "pipeline" in programme:
        yield from _flows(programme, actor, structure)
    elif "war" in programme:
        yield from _wars(programme["war"], programme.get("flow", ""), actor, structure)
    elif "project" in programme:
        yield from _projects(programme["project"], actor, structure)
    elif "treaty" in programme:
        yield from _treaties(actor, structure)
    else:
        yield from _disputed(programme, actor, structure)


def _disputed(programme: Mapping[str, Any], actor: str, structure: Structure) -> Iterator[Place]:
    """Yield the deals, red lines and places of an actor."""
    if "deal" in programme:
        for deal in structure.deals:
            yield from _pair("deal", "deal", deal.name, deal.parties, actor, structure)
    elif "red_line" in programme:
        for line in structure.red_lines:
            if structure.axes.states[line.owner] == actor:
                yield from _pair("red_line", "line", line.name, (line.owner, line.against), actor, structure)
    else:
        for place in structure.places:
            mine = place.claimant if programme["place"] == "claimant" else place.holder
            if structure.axes.states[mine] == actor:
                yield from _pair(
                    "place", "place", place.name, (place.claimant, place.holder), actor, structure
                )


def _pair(
    kind: str, word: str, name: str, parties: tuple[int, int], actor: str, structure: Structure
) -> Iterator[Place]:
    """Yield the place of one of two parties, the other of which is the target."""
    names = structure.axes.states
    for mine, other in (parties, parties[::-1]):
        if names[mine] == actor:
            yield f"{kind}:{name}", {word: name, "target": names[other], "about": name}


def _projects(role: str, actor: str, structure: Structure) -> Iterator[Place]:
    names = structure.axes.states
    for project in structure.projects:
        flow = structure.pipelines[project.helped_by] if project.helped_by >= 0 else None
        place = {"project": project.name, "flow": flow.name if flow else "", "about": project.name}
        if role == "owner" and names[project.owner] == actor:
            yield f"project:{project.name}", place
        elif role == "patron" and flow is not None and names[flow.giver] == actor:
            yield f"project:{project.name}", {**place, "target": names[project.owner]}


def _treaties(actor: str, structure: Structure) -> Iterator[Place]:
    for treaty in structure.treaties:
        for desk, place in _pair("treaty", "treaty", treaty.name, treaty.parties, actor, structure):
            flow = structure.pipelines[treaty.flow].name if treaty.flow >= 0 else ""
            war = structure.wars[treaty.war].name if treaty.war >= 0 else ""
            yield desk, {**place, "flow": flow, "war": war}


def _flows(
    programme: Mapping[str, Any], actor: str, structure: Structure
) -> Iterator[tuple[str, dict[str, str]]]:
    names, i = structure.axes.states, structure.axes.states.index(actor)
    role, goods = programme["pipeline"], programme.get("goods")
    for flow in structure.pipelines:
        if goods and not {flow.good, flow.called} & set(goods):
            continue
        mine = {"giver": i == flow.giver, "taker": i == flow.taker}
        mine["outsider"] = not any(mine.values()) and _hostile(i, flow.giver, flow.taker, structure)
        if not mine[role]:
            continue
        other = flow.taker if role == "giver" else flow.giver
        war = structure.wars[flow.war] if flow.war >= 0 else None
        yield (
            f"pipeline:{flow.name}",
            {
                "flow": flow.name,
                "giver": names[flow.giver],
                "taker": names[flow.taker],
                "target": names[other],
                "debt": structure.pipelines[flow.pays_for].name if flow.pays_for >= 0 else "",
                "war": war.name if war else "",
                "enemy": _enemy_of(flow.taker, war, names),
            },
        )


def _hostile(i: int, giver: int, taker: int, structure: Structure) -> bool:
    """Whether an outsider would act against a flow: a rival of one end, and a friend of neither."""
    rivals, friends = (
        structure.relations["rivals"],
        structure.relations["allies"] | structure.relations["partners"],
    )
    ends = ((i, giver), (i, taker))
    return any(e in rivals for e in ends) and not any(e in friends and e not in rivals for e in ends)


def _enemy_of(state: int, war: War | None, names: tuple[str, ...]) -> str:
    if war is None or not war.side(state):
        return ""
    return names[war.sides[1 if war.side(state) > 0 else 0][0]]


def _wars(
    role: str, programme_flow: str, actor: str, structure: Structure
) -> Iterator[tuple[str, dict[str, str]]]:
    names, i = structure.axes.states, structure.axes.states.index(actor)
    for w, war in enumerate(structure.wars):
        if role == "belligerent":
            if war.side(i):
                enemy = _enemy_of(i, war, names)
                yield f"war:{war.name}", {"war": war.name, "target": enemy, "enemy": enemy}
        elif role == "outsider":
            if not war.side(i):
                yield f"war:{war.name}", {"war": war.name, "target": names[war.sides[1][0]]}
        elif not war.side(i):
            yield from _supported(i, w, programme_flow, structure)


def _supported(i: int, w: int, channel: str, structure: Structure) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the side an outsider may support: the one whose leader it is allied to or partner of."""
    names, war = structure.axes.states, structure.wars[w]
    friends = structure.relations["allies"] | structure.relations["partners"]
    rivals = structure.relations["rivals"]
    for ours, theirs in ((war.sides[0], war.sides[1]), (war.sides[1], war.sides[0])):
        if (i, ours[0]) in friends and (i, ours[0]) not in rivals and (i, theirs[0]) not in friends:
            flows = [f for f in structure.pipelines if f.war == w and f.giver == i]
            fits = [f.name for f in flows if (f.taker in ours) == (channel == "direct")]
            yield (
                f"war:{war.name}",
                {
                    "war": war.name,
                    "target": names[ours[0]],
                    "enemy": names[theirs[0]],
                    "flow": fits[0] if fits and channel else "",
                },
            )
