"""From what users write to the arrays: the only place that knows both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats, Keys
from sim.decision.needs import levels
from sim.processes.deals import keep_word, watch_pledges
from sim.processes.economy import settle_in
from sim.processes.intelligence import brief
from sim.processes.ladder import settle_peril
from sim.processes.nuclear import stance
from sim.processes.projects import begin
from sim.processes.red_lines import draw_lines
from sim.processes.treaties import tie
from sim.processes.wars import ignite
from sim.streams import Names, normals, replicate_keys, to_uniform, turn_words, variates
from sim.world.address import locate
from sim.world.cargo import prime
from sim.world.quantities import PARTS
from sim.world.structure import Structure, structure_of
from sim.world.world import World

if TYPE_CHECKING:
    from sim.scenario.loader import Draw, Scenario

#: Keys of an entity that are facts of the structure, not quantities.
FACTS = frozenset(
    [
        "name",
        "label",
        "bloc",
        "sides",
        "theatre",
        "giver",
        "taker",
        "good",
        "unit",
        "war",
        "pays_for",
        "draws_on",
        "transit_days",
        "note",
        "low",
        "high",
        "start",
        "helped_by",
        "begun_by",
        "fielded_then",
        "failed_then",
        "parties",
        "flow",
        "pledges",
        "accepted_then",
        "broken_then",
        "owner",
        "against",
        "path",
        "observes",
        "by",
        "holder",
        "claimant",
    ]
)


def central_world(tree: Mapping[str, Any]) -> World:
    """Return a tree at central values: one row, turn 0, nothing owed."""
    world = World.blank(structure_of(tree), np.zeros(1, np.uint64))
    _fill(world, tree)
    world.regime.monitoring_felt[...] = world.regime.monitoring
    _settle(world, 7.0)
    return world


def drawn_world(
    scenario: Scenario,
    structure: Structure,
    option: str,
    seed: int,
    replicates: NDArray[np.int64],
    label: str,
) -> tuple[World, dict[str, NDArray[Any]]]:
    """Return the world of a block at the start, and what was drawn for it.

    Parameters
    ----------
    replicates : (R,)
        Numbers of the replicates. What is drawn here depends on them alone, never on *label*.
    label : str
        "" or "twin": luck of the turns.

    Returns
    -------
    World, dict
        The drawn assumptions by name: numbers ``(R,)``, or the names of stories.
    """
    keys = replicate_keys(seed, replicates)
    world = World.blank(structure, replicate_keys(seed, replicates, label) if label else keys)
    _fill(world, scenario.tree)
    drawn = _draw(world, scenario, turn_words(keys, -1))
    shipped = ((scenario.world or scenario).tree.get("regime") or {}).get("monitoring")
    if shipped is not None:
        world.regime.monitoring_felt[...] = float(shipped)  # what interdiction as given already allows for
    for path, value in ((scenario.tree["options"] or {}).get(option, {}).get("set") or {}).items():
        if not path.startswith("actions."):
            locate(path, structure.axes).write(world, float(value))
    _draw_minds(world, turn_words(keys, -1))
    _settle(world, float(scenario.tree["turn"]["days"]))
    return world, drawn


def _fill(world: World, tree: Mapping[str, Any]) -> None:
    """Write every number of a tree into its array."""
    for path, value in numbers(tree):
        _located(path, world.axes).write(world, value)


def numbers(tree: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Yield (path, value) of every quantity a resolved tree gives."""
    for section in PARTS:
        for name, entity in (tree.get(section) or {}).items():
            if name == "basis" or entity is None:
                continue
            if section in {"dyads", "projects"}:
                for second, inner in entity.items():
                    if second != "basis":
                        yield from _leaves(f"{section}.{name}.{second}", inner)
            elif section == "indicators":
                yield f"indicators.{name}", float(entity.get("start", 0))
                yield f"indicators.{name}.decay", float(entity.get("decay", 0))
            else:
                yield from _leaves(f"{section}.{name}", entity)


def _leaves(path: str, value: Any, facts: frozenset[str] = FACTS) -> Iterator[tuple[str, float]]:
    """Yield the numbers of an entity; *facts* are keys of the entity itself, never of what is below."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key != "basis" and key not in facts:
                yield from _leaves(f"{path}.{key}", inner, frozenset())
    elif isinstance(value, (int, float)):
        yield path, float(value)


def _draw(world: World, scenario: Scenario, words: Keys) -> dict[str, NDArray[Any]]:
    """Draw every assumption into the world; return the named ones."""
    drawn: dict[str, NDArray[Any]] = {}
    draws = sorted(scenario.draws, key=lambda d: d.kind != "background")
    for draw, u in zip(draws, uniforms_of(scenario, draws, words), strict=True):
        if draw.stories:
            _tell(world, draw, u)
            if draw.kind != "background":
                drawn[draw.name] = np.array(draw.alternatives, object)[draw.pick(u)]
            continue
        if draw.distribution is None:
            continue
        value = draw.distribution.quantile(u)
        for path in draw.paths:
            address = _located(path, world.axes)
            bounds = address.quantity
            address.read(world)[...] = np.clip(np.asarray(value, np.float64), bounds.low, bounds.high)
        if draw.kind != "background":
            drawn[draw.name] = np.asarray(value)
    return drawn


def uniforms_of(scenario: Scenario, draws: Sequence[Draw], words: Keys) -> NDArray[np.float64]:
    """Return where each draw stands in its distribution, correlations allowed for: ``(draws, R)``."""
    names = tuple(draw.name for draw in draws)
    uniforms = to_uniform(variates(words, _names_of_draws(names)))
    return uniforms if scenario.copula is None else scenario.copula.joined(names, uniforms)


@cache
def _names_of_draws(names: tuple[str, ...]) -> Names:
    return Names("draw", names)


#: Paths are looked up once, not in every block.
_located = cache(locate)


def _tell(world: World, draw: Draw, u: NDArray[np.float64]) -> None:
    """Draw which story is true, and set what it says."""
    for path, values in draw.values(u).items():
        column = _located(path, world.axes).read(world)
        said = ~np.isnan(values)
        column[said] = values[said]


def _draw_minds(world: World, words: Keys) -> None:
    """Draw true firmness, and how each state mistakes that of others."""
    names = world.axes.states
    p, states = world.parameters, world.states
    shift = resolve_of(names, words).T * p.resolve_sd[:, None]
    states.resolve[...] = np.clip(states.resolve + shift, 0.05, 0.95)
    total = states.goals.sum(axis=2, keepdims=True)
    states.goals /= np.where(total > 0, total, 1)  # drawn one by one; what counts is their proportion
    error = misperception_of(names, words) * p.misperception_sd
    world.dyads.misperception[...] = np.clip(error, -0.5, 0.5).T.reshape(
        world.dyads.misperception.shape, order="F"
    )


def resolve_of(states: Sequence[str], words: Keys) -> Floats:
    """Return how far each state is firmer than its usual self, in standard deviations, ``(S, R)``."""
    return normals(words, Names("resolve", states))


def misperception_of(states: Sequence[str], words: Keys) -> Floats:
    """Return how each state mistakes the firmness of others, in standard deviations.

    ``(S * S, R)``: who mistakes goes fastest, of whom slowest.
    """
    return normals(words, Names("misperception", [f"{a}.{b}" for b in states for a in states]))


def _settle(world: World, days: float) -> None:
    """Set everything the start implies."""
    world.dyads.tension_base[...] = world.dyads.tension
    world.pipelines.interdiction_base[...] = world.pipelines.interdiction
    settle_in(world)
    brief(world)
    ignite(world)
    settle_peril(world)
    prime(world, days)
    begin(world)
    tie(world)
    draw_lines(world)
    watch_pledges(world)
    keep_word(world)
    stance(world)
    world.states.aspiration[...] = levels(world)


def start_of(tree: Mapping[str, Any]) -> date:
    """Return the first day of a scenario."""
    start = tree["start"]
    return start if isinstance(start, date) else date.fromisoformat(str(start))
