"""Where a sweep looks: what is varied, between which ends, and the points of a design.

============================  ==========================================================================
``design:``                   points
============================  ==========================================================================
``grid``                      every level of each with every level of all others
``one_at_a_time``             the scenario as it is, then each level of each alone
``latin_hypercube``           *points* points, each of which has a slice of every axis to itself (McKay,
                              Beckman and Conover 1979, Technometrics 21, 239-245)
``sobol``                     the first *points* points of a Sobol sequence: any first part of it is even
``list``                      the settings under ``sets``, one by one
============================  ==========================================================================
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field, TypeAdapter

from sim.errors import Problem, ScenarioError, UsageError
from sim.experiments.sobol import points as sobol_points
from sim.scenario.figures import Strict, Text
from sim.scenario.files import is_path, shipped_root
from sim.scenario.shape import faults
from sim.scenario.spelling import short, suggestion
from sim.scenario.yaml import parse_value, plain, read
from sim.streams import Names, replicate_keys, to_uniform, turn_words, variates

#: Levels of a range unless told, and points of a design.
STEPS, MOST_STEPS, MOST_POINTS = 5, 1000, 100_000

Point = Mapping[str, Any]
Value = float | int | str | bool


class Span(Strict):
    """A range of numbers or of dates."""

    low: float | str
    high: float | str
    steps: Annotated[int, Field(ge=2, le=MOST_STEPS)] = STEPS


class DesignSpec(Strict):
    """A file of ``configs/sweeps/``."""

    title: Text | None = None
    design: Literal["grid", "one_at_a_time", "latin_hypercube", "sobol", "list"] = "grid"
    points: Annotated[int, Field(ge=1, le=MOST_POINTS)] | None = None
    vary: dict[str, Span | list[Any]] = Field(default_factory=dict)
    sets: list[dict[str, Any]] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Axis:
    """One thing that is varied: over given values, or from one end to the other."""

    name: str  # a path, a key of the scenario, or an assumption
    values: tuple[Any, ...] = ()
    ends: tuple[float, float] | None = None
    steps: int = STEPS
    dated: bool = False  # the ends are days, counted as `date.toordinal` does

    @property
    def levels(self) -> tuple[Any, ...]:
        """Return the values of a grid."""
        if self.ends is None:
            return self.values
        return tuple(self._between(n / (self.steps - 1)) for n in range(self.steps))

    def at(self, u: float) -> Any:
        """Return the value at a share *u* of the way."""
        if self.ends is None:
            return self.values[min(int(u * len(self.values)), len(self.values) - 1)]
        return self._between(u)

    def _between(self, share: float) -> Any:
        if self.ends is None:
            raise ValueError(f"{self.name} has no ends")
        low, high = self.ends
        if self.dated:
            return date.fromordinal(round(low + share * (high - low))).isoformat()
        value = float(f"{low + share * (high - low):.12g}")
        whole = isinstance(low, int) and isinstance(high, int) and value.is_integer()
        return int(value) if whole else value


def points_of(
    kind: str, axes: Sequence[Axis], count: int | None, seed: int, sets: Sequence[Point] = ()
) -> list[Point]:
    """Return the points of a design, in order.

    Raises
    ------
    UsageError
        If there are none or too many, or the design lacks what it needs.
    """
    names = [axis.name for axis in axes]
    if kind == "list":
        found = list(sets)
    elif kind == "grid":
        size = np.prod([len(axis.levels) for axis in axes], dtype=np.float64) if axes else 0
        _check(size)
        found = [dict(zip(names, at, strict=True)) for at in itertools.product(*(a.levels for a in axes))]
    elif kind == "one_at_a_time":
        found = [{}, *({axis.name: level} for axis in axes for level in axis.levels)] if axes else []
    else:
        if count is None:
            raise UsageError(Problem("", None, "points", f"are needed by `{kind}`", "say how many"))
        spread = (
            _latin(len(axes), count, seed) if kind == "latin_hypercube" else _sobol(len(axes), count, seed)
        )
        found = [dict(zip(names, map(Axis.at, axes, u), strict=True)) for u in spread.T] if axes else []
    _check(len(found))
    return found


def _check(size: float) -> None:
    if size < 1:
        raise UsageError(Problem("", None, "sweep", "varies nothing", "give --vary or a design"))
    if size > MOST_POINTS:
        message = f"has {size:,.0f} points, more than {MOST_POINTS:,}"
        raise UsageError(Problem("", None, "sweep", message, "take fewer levels, or a Sobol design"))


def _sobol(dimensions: int, count: int, seed: int) -> Any:
    return sobol_points(1 << (count - 1).bit_length(), dimensions, seed)[:, :count]


def _latin(dimensions: int, count: int, seed: int) -> Any:
    """Return a Latin hypercube, ``(dimensions, count)``: in each, one point somewhere in every slice."""
    words = turn_words(replicate_keys(seed, np.arange(count), "latin hypercube"), -1)
    order = to_uniform(variates(words, Names("slice", [str(n) for n in range(dimensions)])))
    within = to_uniform(variates(words, Names("within", [str(n) for n in range(dimensions)])))
    return (order.argsort(axis=1).argsort(axis=1) + within) / count


def axis_of(text: str) -> Axis:
    """Return what ``PATH=LOW:HIGH[:STEPS]`` or ``PATH=[A, B, …]`` says.

    Raises
    ------
    UsageError
        If it says neither.
    """
    name, equals, said = (part.strip() for part in text.partition("="))
    if not equals or not name or not said:
        raise _refused(text, "is not PATH=LOW:HIGH[:STEPS]")
    if said.startswith("["):
        try:
            values = plain(parse_value(said, "--vary"))
        except ScenarioError as fault:
            raise _refused(text, fault.problems[0].message) from None
        return Axis(name, values=tuple(values))
    parts = said.split(":")
    if len(parts) not in {2, 3}:
        raise _refused(text, "is not PATH=LOW:HIGH[:STEPS]")
    steps = parts[2] if len(parts) == 3 else str(STEPS)
    if not steps.isdecimal() or not 2 <= int(steps) <= MOST_STEPS:
        raise _refused(text, f"takes {short(steps)} steps; give 2 to {MOST_STEPS}")
    return _spanned(name, parts[0], parts[1], int(steps), "--vary")


def _refused(text: str, message: str) -> UsageError:
    example = "for example dyads.PRK.KOR.tension=0.2:0.8:4, or story=[close, loose]"
    return UsageError(Problem("--vary", None, "", f"{short(text)} {message}", example))


def _spanned(name: str, low: Any, high: Any, steps: int, where: str) -> Axis:
    ends = _end(low), _end(high)
    dated = [isinstance(end, date) for end in ends]
    first, last = (end.toordinal() if isinstance(end, date) else end for end in ends)
    if first is None or last is None or any(dated) != all(dated):
        message = f"{short(low)} to {short(high)} is no range"
        raise UsageError(Problem(where, None, name, message, "give two numbers or two dates"))
    if not first < last:
        raise UsageError(
            Problem(where, None, name, f"{short(low)} is not below {short(high)}", "turn them round")
        )
    return Axis(name, ends=(first, last), steps=steps, dated=all(dated))


def _end(said: Any) -> int | float | date | None:
    """Return an end of a range: a number or a date; None if it is neither."""
    if isinstance(said, int | float):
        return said
    text = str(said).strip()
    for kind in (int, float, date.fromisoformat):
        try:
            value: Any = kind(text)
        except ValueError:
            continue
        return value if isinstance(value, date) or np.isfinite(value) else None
    return None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A design as asked for."""

    kind: str
    axes: tuple[Axis, ...]
    count: int | None = None
    sets: tuple[Point, ...] = ()
    title: str = ""


def shipped_designs() -> dict[str, Path]:
    """Return the shipped designs by name."""
    folder = shipped_root() / "configs" / "sweeps"
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def read_design(source: str) -> Wanted:
    """Read a design: a file, or the name of a shipped one.

    Raises
    ------
    ScenarioError, UsageError
        With every fault.
    """
    known = shipped_designs()
    if not is_path(source) and source not in known:
        message = f"{short(source)} is not a shipped design"
        raise UsageError(Problem("--design", None, "", message, suggestion(source, known)))
    path = Path(source) if is_path(source) else known[source]
    root = read(path, str(path.name))
    if found := faults(root, DesignSpec, ()):
        raise ScenarioError(sorted(found, key=lambda problem: problem.line or 0))
    spec = TypeAdapter(DesignSpec).validate_python(plain(root))
    axes = tuple(_axes(spec, path.name))
    return Wanted(spec.design, axes, spec.points, tuple(spec.sets), spec.title or "")


def _axes(spec: DesignSpec, file: str) -> Iterator[Axis]:
    for name, said in spec.vary.items():
        if isinstance(said, Span):
            yield _spanned(name, said.low, said.high, said.steps, file)
        elif said:
            yield Axis(name, values=tuple(said))
        else:
            raise UsageError(Problem(file, None, f"vary.{name}", "has no values", "give some"))
