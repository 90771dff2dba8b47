"""What a scenario does not know, factor by factor, and histories whose factors are where they are put."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Keys
from sim.experiments.packing import compiled
from sim.model.model import StrategicModel
from sim.montecarlo.memory import keep_freed_memory
from sim.scenario.build import drawn_world
from sim.scenario.copula import Copula
from sim.scenario.distribution import Distribution, Draws
from sim.scenario.draws import Draw
from sim.scenario.scenario import Scenario
from sim.world.axes import BLOCK

Kind = Literal["number", "numbers", "stories", "sample", "rest"]

#: Stands between the names of numbers that are drawn together and move as one factor.
AND = " + "

#: The factor of everything else that is drawn at set-up: judgements with a range, resolve, misperception.
REST = "everything else"


@dataclass(frozen=True, slots=True)
class Factor:
    """One thing that is not known: it moves as a whole."""

    name: str
    kind: Kind
    title: str = ""
    unit: str = ""
    draws: tuple[Draw, ...] = ()  # none of the rest, several of numbers that go together

    @property
    def draw(self) -> Draw | None:
        """Return what is drawn, if it is one thing."""
        return self.draws[0] if len(self.draws) == 1 else None

    @property
    def stories(self) -> tuple[str, ...]:
        """Names of the stories that may be true; none of a number or sample."""
        return self.draw.alternatives if self.draw is not None and self.kind == "stories" else ()


def value_at(draw: Draw, u: Draws) -> NDArray[Any]:
    """Return what is drawn at uniforms *u*, ``(R,)``: numbers, or the places of stories or sets."""
    return draw.distribution.quantile(u) if draw.distribution is not None else draw.pick(u)


def factors_of(scenario: Scenario) -> tuple[Factor, ...]:
    """Return the factors of a scenario: assumptions by name, samples, and the rest; none that cannot vary.

    Numbers that are drawn together are one factor: what one of them explains cannot be told from the others.
    """
    known = {draw.name: draw for draw in scenario.draws}
    together = scenario.copula.clusters() if scenario.copula is not None else []
    joined = {name for cluster in together for name in cluster}
    found = [Factor(AND.join(c), "numbers", draws=tuple(known[name] for name in c)) for c in together]
    for draw in scenario.draws:
        if draw.name in joined:
            continue
        if draw.stories:
            kind: Kind = "stories" if draw.kind == "assumption" else "sample"
        elif draw.kind == "assumption":
            kind = "number"
        else:
            continue
        if _varies(draw):
            found.append(Factor(draw.name, kind, draw.title, draw.unit, (draw,)))
    return (*found, Factor(REST, "rest"))


def _varies(draw: Draw) -> bool:
    if draw.distribution is None:
        return len(draw.stories) > 1
    low, high = draw.distribution.quantile(np.array([0.001, 0.999]))
    return bool(low < high)


@dataclass(frozen=True, slots=True)
class Placed:
    """Rows of a block, each with its factors where it wants them."""

    uniforms: Mapping[str, Draws]  # (R,) by draw, before correlations; of all factors but the rest
    rest: NDArray[np.int64]  # (R,), the replicate everything else is drawn as
    luck: Keys  # (R,)

    def full(self) -> Placed:
        """Return the rows with the last repeated until the block is full."""
        take = np.minimum(np.arange(BLOCK), len(self.rest) - 1)
        uniforms = {name: u[take] for name, u in self.uniforms.items()}
        return Placed(uniforms, self.rest[take], self.luck[take])

    def joined(self, copula: Copula) -> Placed:
        """Return the rows with what is drawn together drawn together."""
        names = tuple(self.uniforms)
        mixed = copula.joined(names, np.stack([self.uniforms[name] for name in names]))
        return Placed(dict(zip(names, mixed, strict=True)), self.rest, self.luck)


@dataclass(frozen=True, slots=True)
class HeldPlace(Distribution):
    """A distribution of which every row has its own place, whatever is drawn."""

    of: Distribution
    at: Draws  # (R,)

    def quantile(self, u: Draws) -> Draws:  # noqa: ARG002 (the place is settled)
        """Return the values at the rows' places."""
        return self.of.quantile(self.at)

    def cumulative(self, x: float) -> float:
        """Return the probability of a value of *x* or less."""
        return self.of.cumulative(x)


@dataclass(frozen=True, slots=True)
class HeldStories(Draw):
    """Stories of which every row has its own, whatever is drawn."""

    at: Draws | None = None  # (R,)

    def pick(self, u: Draws) -> NDArray[np.int64]:
        """Return the stories at the rows' places."""
        return Draw.pick(self, u if self.at is None else self.at)


def held(draw: Draw, at: Draws) -> Draw:
    """Return a draw of which row r is at uniform ``at[r]``."""
    if draw.distribution is not None:
        return replace(draw, distribution=HeldPlace(draw.distribution, at))
    return HeldStories(draw.name, draw.paths, draw.kind, None, draw.stories, at=at)


def play(scenario: Scenario, option: str, placed: Placed, seed: int) -> StrategicModel:
    """Play up to 1,024 histories of one option, each with its factors where they are put."""
    keep_freed_memory()
    rows = placed.full()
    if scenario.copula is not None:
        rows = rows.joined(scenario.copula)
    draws = [held(d, rows.uniforms[d.name]) if d.name in rows.uniforms else d for d in scenario.draws]
    setup = compiled(scenario, option)
    settled = replace(scenario, draws=tuple(draws), copula=None)
    world, _ = drawn_world(settled, setup.structure, option, seed, rows.rest, "")
    world.luck[...] = rows.luck  # nothing has asked for luck before the first turn
    model = StrategicModel(setup, world)
    model.run()
    return model


def columns(model: StrategicModel, rows: int) -> dict[str, NDArray[Any]]:
    """Return what is kept of each history, ``(R,)`` each, cut to *rows*.

    ``o:NAME`` whether an outcome came, ``t:NAME`` the turn (-1 never), ``p:NAME`` the probability of a rare
    one by the rates of its deeds, ``q:PATH`` a watched quantity at the end.
    """
    recorder = model.recorder
    kept: dict[str, NDArray[Any]] = {}
    for name, turn in recorder.watch.close().items():
        kept[f"o:{name}"], kept[f"t:{name}"] = turn[:rows] >= 0, turn[:rows]
    for name, probability in recorder.rare.probabilities().items():
        kept[f"p:{name}"] = probability[:rows]
    for path, address, _, _ in model.setup.watch:
        kept[f"q:{path}"] = np.ascontiguousarray(address.read(model.world)[:rows])
    return kept


def drawn(factors: Sequence[Factor]) -> tuple[Draw, ...]:
    """Return everything drawn of factors, in their order."""
    return tuple(draw for factor in factors for draw in factor.draws)
