"""Sobol indices against a function whose indices are known, with and without luck."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.experiments.sobol import Indices, indices, points
from sim.streams import Names, normals, replicate_keys, to_uniform, variates

#: Of the function of Ishigami and Homma (1990) with a = 7, b = 0.1, and of a fourth input that does nothing.
FIRST = (0.3139, 0.4424, 0.0, 0.0)
TOTAL = (0.5576, 0.4424, 0.2437, 0.0)
INERT = 3

Values = NDArray[np.float64]


def ishigami(u: Values) -> Values:
    """Return the function at points of the unit cube, ``(4, N)``."""
    x = np.pi * (2 * u - 1)
    value: Values = np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])
    return value


def found(size: int, noise: float = 0.0, seed: int = 1) -> Indices:
    """Estimate the indices from *size* rows, every matrix with noise of its own."""
    drawn = points(size, 8, seed)
    a, b = drawn[:4], drawn[4:]
    swapped = [np.where(np.arange(4)[:, None] == i, b, a) for i in range(4)]
    matrices = {"A": a, "A'": a, "B": b} | {f"A {i}": mixed for i, mixed in enumerate(swapped)}
    values = {}
    for name, rows in matrices.items():
        luck = normals(replicate_keys(seed, np.arange(size), name), Names("noise", [""]))[0]
        values[name] = ishigami(rows) + noise * luck
    return indices(values["A"], values["A'"], values["B"], [values[f"A {i}"] for i in range(4)])


def test_without_luck_the_indices_are_those_known() -> None:
    """Formula, sequence and order of the matrices are right."""
    estimated = found(2**14)

    assert np.abs([i.value for i in estimated.first] - np.array(FIRST)).max() <= 0.03
    assert np.abs([i.value for i in estimated.total] - np.array(TOTAL)).max() <= 0.03
    assert estimated.explained.value == pytest.approx(1, abs=1e-3)  # B varies a little less or more


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_luck_makes_an_inert_input_look_important_unless_corrected_for(seed: int) -> None:
    """With luck as large as everything else, half the variance lands on an input that does nothing."""
    estimated = found(2**14, noise=np.sqrt(13.845), seed=seed)

    assert estimated.uncorrected[INERT] >= 0.3
    assert estimated.total[INERT].low <= 0 <= estimated.total[INERT].high
    assert estimated.explained.value == pytest.approx(0.5, abs=0.03)
    assert np.abs([i.value for i in estimated.total] - np.array(TOTAL)).max() <= 0.08


def test_intervals_hold_the_known_indices() -> None:
    """An interval covers about as often as it says; of 8 in 25 samples, at least 180."""
    known = np.array([*FIRST, *TOTAL])
    covered = 0
    for seed in range(25):
        estimated = found(1024, noise=2.0, seed=seed)
        both = (*estimated.first, *estimated.total)
        covered += sum(e.low <= truth <= e.high for e, truth in zip(both, known, strict=True))

    assert covered >= 180


@pytest.mark.parametrize("noise", [0.5, 2.0])
def test_few_rows_do_not_make_an_inert_input_matter(noise: float) -> None:
    """Of two hundred samples of 32 rows at most one in twelve leaves 0 out of an index that is 0."""
    covered = np.zeros(3)
    for seed in range(200):
        estimated = found(32, noise=noise, seed=1000 + seed)
        indices_of_0 = (estimated.first[2], estimated.first[INERT], estimated.total[INERT])
        covered += [index.low <= 0 <= index.high for index in indices_of_0]

    assert (covered >= 184).all(), covered


def test_an_outcome_that_is_all_luck_says_so() -> None:
    """A share of nothing is no number to rank by."""
    keys = replicate_keys(1, np.arange(4096))
    drawn = normals(keys, Names("noise", [str(n) for n in range(5)]))

    estimated = indices(drawn[0], drawn[1], drawn[2], drawn[3:])

    assert not estimated.tellable


def test_an_outcome_that_never_comes_has_no_indices() -> None:
    """Nothing varies: nothing is divided by nothing."""
    nothing = np.zeros(64)

    estimated = indices(nothing, nothing, nothing, np.zeros((2, 64)))

    assert not estimated.tellable
    assert not any(index.told for index in (*estimated.first, *estimated.total))


def test_points_are_even_and_nothing_but_powers_of_two_will_do() -> None:
    """Every half of every axis holds half of the points."""
    drawn = points(256, 6, 7)

    assert drawn.shape == (6, 256)
    assert ((drawn < 0.5).sum(axis=1) == 128).all()
    assert (points(256, 6, 7) == drawn).all()
    assert (points(256, 6, 8) != drawn).all()
    with pytest.raises(ValueError, match="power of 2"):
        points(100, 6, 7)


def unlike(x: Values) -> Values:
    """Return a probability that three inputs decide and one does not; luck is four fifths of the outcome."""
    share: Values = 1 / (1 + np.exp(1.2 - 3 * (x[0] - 0.5) - 1.5 * (x[1] - 0.5) - 2 * (x[2] - 0.5)))
    return share


def by_chance(size: int, seed: int) -> Indices:
    """Estimate the indices of what comes with such a probability, every matrix with luck of its own."""
    drawn = points(size, 8, seed)
    a, b = drawn[:4], drawn[4:]
    swapped = [np.where(np.arange(4)[:, None] == i, b, a) for i in range(4)]
    chance = unlike(np.stack([a, a, b, *swapped], axis=1))
    luck = to_uniform(variates(replicate_keys(seed, np.arange(size), "luck"), Names("luck", list("atb0123"))))
    came = (luck < chance).astype(np.float64)
    return indices(came[0], came[1], came[2], came[3:])


@pytest.mark.parametrize("size", [256, 512])
def test_what_is_told_does_not_make_an_inert_input_matter(size: int) -> None:
    """Of the samples of which something is told, at least 92 in 100 hold 0 where it is 0."""
    told = [each for seed in range(300) if (each := by_chance(size, 5000 + seed)).tellable]
    covered = [[e.low <= 0 <= e.high for e in (each.first[INERT], each.total[INERT])] for each in told]

    assert len(told) >= 100
    assert (np.mean(covered, axis=0) >= 0.92).all(), (len(told), np.mean(covered, axis=0))


def test_an_index_is_cut_to_what_it_can_be() -> None:
    """A share is neither below nothing nor above everything, and an interval without an end is the whole."""
    few = [by_chance(32, seed) for seed in range(50)]
    every = [index for each in few for index in (*each.first, *each.total) if index.told]

    assert any(index.low < 0 or index.value > 1 for index in every)
    assert all(0 <= i.within.low <= i.within.value <= i.within.high <= 1 for i in every), every
