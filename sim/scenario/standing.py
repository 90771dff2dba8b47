"""Where everything that is drawn at the start stood in each replicate: found again, not kept by a study."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.scenario.build import misperception_of, resolve_of, uniforms_of
from sim.streams import replicate_keys, turn_words
from sim.world.structure import structure_of

if TYPE_CHECKING:
    from sim.scenario.draws import Draw
    from sim.scenario.scenario import Scenario

Doubles = NDArray[np.float64]

#: Middle of the lowest and of the highest fifth.
LOW, HIGH = 0.1, 0.9


@dataclass(frozen=True, slots=True)
class Standing:
    """One thing that was drawn, and where it stood."""

    name: str  # of an assumption, or the path of a number
    scores: Doubles  # (R,): what was drawn as a standard normal, or 0 and 1 of a story
    low: str = "low"  # what it is in its lowest fifth, or where a story is not true
    high: str = "high"


def standings(scenario: Scenario, seed: int, replicates: NDArray[np.int64]) -> Iterator[Standing]:
    """Yield everything that is drawn at the start of some replicates of a study.

    Numbers by path or by the name of their assumption, every story of an assumption that has several, every
    number of a sample, how firm each state is, and how it mistakes the firmness of others.

    Parameters
    ----------
    seed
        Of the study.
    replicates : (R,)
        Their numbers.
    """
    words = turn_words(replicate_keys(seed, replicates), -1)
    for draw, u in zip(scenario.draws, uniforms_of(scenario, scenario.draws, words), strict=True):
        yield from _of_draw(draw, u)
    states = structure_of(scenario.tree).axes.states
    for state, shift in zip(states, resolve_of(states, words), strict=True):
        yield Standing(f"states.{state}.resolve", shift.astype(np.float64))
    pairs = [(a, b) for b in states for a in states]
    for (a, b), error in zip(pairs, misperception_of(states, words), strict=True):
        if a != b:
            yield Standing(f"dyads.{a}.{b}.misperception", error.astype(np.float64))


def _of_draw(draw: Draw, u: Doubles) -> Iterator[Standing]:
    """Yield what one draw stands for."""
    if draw.distribution is not None:
        low, high = (f"{value:.3g}" for value in draw.distribution.quantile(np.array([LOW, HIGH])))
        yield Standing(draw.name, ndtri(u), low, high)
    elif draw.kind == "assumption":
        told = draw.pick(u)
        stories = draw.alternatives
        for n, story in enumerate(stories if len(stories) > 2 else stories[1:]):
            other = stories[0] if len(stories) == 2 else "another"
            yield Standing(draw.name, (told == n + (len(stories) == 2)).astype(np.float64), other, story)
    else:
        for path, values in draw.values(u).items():
            if np.isfinite(values).all():
                low, high = (f"{value:.3g}" for value in np.quantile(values, [LOW, HIGH]))
                yield Standing(path, values, low, high)
