"""Assumptions that go together: rank correlations by a Gaussian copula, replicate by replicate.

The uniforms of the named assumptions become standard normals, are mixed by the root of a correlation matrix,
and become uniforms again: each is still uniform, so every marginal stays what it was, and a replicate needs
no other (Iman and Conover 1982 reorder whole samples instead, which breaks going on with a study). A rank
correlation ρ between uniforms takes a correlation of 2 sin(πρ/6) between the normals (Pearson 1907).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sim.errors import Problem
from sim.scenario.distribution import Draws
from sim.scenario.draws import Draw
from sim.scenario.spelling import short, suggestion
from sim.scenario.yaml import Node

Root = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Copula:
    """Which draws go together, and how closely."""

    names: tuple[str, ...]
    matrix: Root  # (N, N), correlations of the normals
    root: Root  # (N, N), lower triangular, root @ root.T = matrix

    def clusters(self) -> list[tuple[str, ...]]:
        """Return the names in groups that have nothing to do with each other."""
        left, found = list(range(len(self.names))), []
        while left:
            group, new = {left[0]}, {left[0]}
            while new:
                new = {j for i in new for j in left if self.matrix[i][j]} - group
                group |= new
            left = [n for n in left if n not in group]
            found.append(tuple(self.names[n] for n in sorted(group)))
        return found

    def joined(self, names: Sequence[str], uniforms: Draws) -> Draws:
        """Return uniforms ``(D, R)`` by name, those that go together mixed, the others as they are."""
        from scipy.special import ndtr, ndtri

        place = {name: n for n, name in enumerate(names)}
        rows = [place[name] for name in self.names]
        normals = ndtri(uniforms[rows])
        mixed = uniforms.copy()
        for row, weights in zip(rows, self.root, strict=True):
            if sum(weight != 0 for weight in weights) > 1:
                total = sum(w * z for w, z in zip(weights, normals, strict=True) if w)
                mixed[row] = np.clip(ndtr(total), 2.0**-33, 1 - 2.0**-33)
        return mixed


def copula_of(root: Node, draws: Sequence[Draw], problems: list[Problem]) -> Copula | None:
    """Return how the draws of a document go together, None if they do not; add what is wrong with it."""
    section = root.get("correlations")
    items = section.items if section is not None else []
    known = {draw.name: draw for draw in draws if draw.kind == "assumption"}
    found: dict[frozenset[str], float] = {}
    before = len(problems)
    for n, item in enumerate(items):
        names = [str(name.value) for name in item.entries["between"].items]
        problems += _faults(item, f"correlations.{n}", names, known, found)
        found[frozenset(names)] = float(item.entries["rank"].value)
    if not items or section is None or len(problems) > before:
        return None
    named = tuple(sorted({name for pair in found for name in pair}))
    matrix = np.eye(len(named))
    for pair, rank in found.items():
        i, j = (named.index(name) for name in pair)
        matrix[i, j] = matrix[j, i] = 2 * math.sin(math.pi * rank / 6)
    try:
        lower = np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        message = "contradict each other: no numbers can have all of these"
        where = Problem(section.file, section.line, "correlations", message, "bring them nearer to 0")
        problems.append(where)
        return None
    return Copula(named, _rows(matrix), _rows(np.asarray(lower, np.float64)))


def _rows(matrix: Draws) -> Root:
    return tuple(tuple(float(value) for value in row) for row in matrix)


def _faults(
    item: Node, path: str, names: list[str], known: dict[str, Draw], found: dict[frozenset[str], float]
) -> Iterator[Problem]:
    """Yield what is wrong with one correlation."""
    for name in names:
        if name not in known:
            message = f"{short(name)} is not an assumption of its own"
            yield Problem(item.file, item.line, f"{path}.between", message, suggestion(name, known))
        elif known[name].distribution is None:
            message, repair = f"{short(name)} is a story, not a number", "correlate numbers"
            yield Problem(item.file, item.line, f"{path}.between", message, repair)
    if len(set(names)) < len(names):
        yield Problem(item.file, item.line, f"{path}.between", "names one twice", "name two assumptions")
    if frozenset(names) in found:
        yield Problem(item.file, item.line, path, "is said twice", "keep one of them")
