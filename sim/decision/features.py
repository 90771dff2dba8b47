"""The named features every appraisal weighs, and how they are filled.

A bank holds one row per feature and replicate, the rows of one state together, so that the
appraisal of a state is one product of its weights with its rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.actions.conditions import Atom
from sim.actions.effects import provoked
from sim.actions.records import Choice
from sim.arrays import Floats, columns
from sim.decision.fear import Fear
from sim.decision.needs import levels, needs
from sim.world.address import Address, as_observed, locate
from sim.world.moment import mean_left
from sim.world.structure import Structure
from sim.world.world import World

#: What a feature is: its term and what it is about.
Feature = tuple[Any, ...]

#: Terms of the appraisal, in the order a reader is told of them.
TERMS = (
    "habit of such pairs",
    "goals",
    "hostility",
    "answer owed",
    "fear of the response",
    "drives",
    "habituation",
)

#: What a gate that is shut adds to U: `exp` underflows to exactly 0 long before.
SHUT = np.float32(-1e4)

#: Answer rung from which a response is feared: below a show of force it comes to less than a tenth of a nat.
FEARED = 3.0

#: Reach of an answer: an act this many rungs off what is owed answers nothing (mechanism of answers owed).
ANSWER_WIDTH = 2.5


def weights_of(choice: Choice, structure: Structure, gates: Sequence[Atom] = ()) -> dict[Feature, float]:
    """Return the weight of every feature one choice is appraised by, without its rate.

    *gates* are requirements worth minding before the race; all others are checked on what rings.
    """
    s = structure.axes.index["S"]
    ladder = structure.ladder
    rung = int(choice.spec["rung"])
    found: dict[Feature, float] = {("gate", atom): 1.0 for atom in gates}
    gains: dict[str, float] = dict(choice.spec["gains"])
    gains["PEA"] = gains.get("PEA", 0.0) - float(ladder.norm[rung])
    for goal, gain in gains.items():
        if gain:
            found["goal", structure.axes.goals.index(goal)] = float(gain)
    for drive in choice.spec["drives"]:
        _add_drive(found, drive, choice)
    if not choice.against:
        return found
    against = s[choice.against]
    answer = _answer(choice, structure)
    if choice.spec["kind"] == "coercive" and rung > 0:
        found["hostility", against] = float(ladder.heat[rung])
    if answer >= 1:
        found["answer", against, answer] = 1.0
    if answer >= FEARED:
        _add_fear(found, choice, structure, against, round(answer))
    return found


def _answer(choice: Choice, structure: Structure) -> float:
    said = choice.spec.get("answer_rung")
    if said is not None:
        return structure.ladder.rung(said)
    return max(float(choice.spec["rung"]), structure.ladder.support_answer[int(choice.spec["support"])])


def _add_drive(found: dict[Feature, float], drive: Mapping[str, Any], choice: Choice) -> None:
    path = choice.bind(drive["observes"] if "observes" in drive else drive["path"])
    if path is None:
        return
    if "observes" in drive:
        path = as_observed(path, choice.actor)
    ramp = (
        ("above", drive["above"])
        if "above" in drive
        else ("below", drive["below"])
        if "below" in drive
        else ()
    )
    key = ("level" if drive.get("level") else "drive", path, *ramp)
    found[key] = found.get(key, 0.0) + float(drive["gain"])


def _add_fear(
    found: dict[Feature, float], choice: Choice, structure: Structure, against: int, answer: int
) -> None:
    """Weigh the feared response of every provoked party by what it is provoked, against the one aimed at."""
    parties = provoked(choice, structure)
    whole = parties.get(against) or max(parties.values(), default=0.0)
    allies = set(structure.related(against, "ally"))
    backing = 0.0
    for party, value in parties.items():
        if party in allies and party != against:
            backing = max(backing, value / whole)
        else:
            found["fear", party, answer] = value / whole
    if backing:
        found["backing", against, answer] = backing


@dataclass(frozen=True, slots=True)
class _Run:
    """Rows of the bank that stand together, and which column of a table each is read from."""

    actor: int  # whose rows they are
    rows: slice
    columns: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Gates:
    """The gates of one state, which stand together, and what they are read from."""

    rows: slice
    sources: tuple[_Run, ...]


#: One feature of one state: (state, feature, row of the bank).
_Entry = tuple[int, Feature, int]


class Bank:
    """All features of all states: their layout, and their values for one block.

    Within a state features are in the order of their names, so that those of one kind stand together.
    """

    def __init__(self, per_state: Sequence[Sequence[Feature]], structure: Structure, days: float) -> None:
        """Lay the rows out: a constant first in each state's part, then its features; *days* a turn lasts."""
        self.structure, self.days = structure, days
        self.layout: list[dict[Feature, int]] = []
        self.slices: list[slice] = []
        start = 0
        for features in per_state:
            rows = {("one",): start} | {f: start + 1 + n for n, f in enumerate(features)}
            self.layout.append(rows)
            self.slices.append(slice(start, start + len(rows)))
            start += len(rows)
        self.size = start
        self.empty = World.blank(structure, np.zeros(0, np.uint64))  # knows the columns of every table
        self._index()

    def _index(self) -> None:
        """Sort the rows by how they are filled."""
        kinds: dict[str, list[_Entry]] = {}
        for state, rows in enumerate(self.layout):
            for feature, row in rows.items():
                kinds.setdefault(feature[0], []).append((state, feature, row))
        states = len(self.structure.axes.states)

        def beside(entries: list[_Entry]) -> list[int]:
            """Return the column of (actor, target or goal) of each entry."""
            return [i + int(f[1]) * states for i, f, _ in entries]  # column of (actor, target or goal)

        self.ones = np.array([row for _, _, row in kinds["one"]], np.int64)
        goals, hostility, answers = (kinds.get(kind, []) for kind in ("goal", "hostility", "answer"))
        self.goals = _runs(goals, beside(goals))
        self.hostility = _runs(hostility, beside(hostility))
        self.answers = _runs(answers, beside(answers))
        rung = {row: float(f[2]) for _, f, row in answers}
        self.answer_rungs = [
            np.array([[rung[row]] for row in _numbers(run.rows)], np.float32) for run in self.answers
        ]
        self._index_fears(kinds.get("fear", []), kinds.get("backing", []))
        self._index_drives(kinds.get("drive", []) + kinds.get("level", []))
        self._index_gates(kinds.get("gate", []))

    def _index_fears(self, fears: list[_Entry], backings: list[_Entry]) -> None:
        """Lay fears out by (rung, pair), and those of backers one after the other: most have only one."""
        felt = sorted({int(f[2]) for _, f, _ in (*fears, *backings)})
        self.fear = Fear(self.structure, [(i, f[1]) for i, f, _ in (*fears, *backings)], felt)
        pairs, states = len(self.fear.pairs), len(self.structure.axes.states)
        threats = [felt.index(r) * pairs + self.fear.number[i, j] for i, (_, j, r), _ in fears]
        self.fears = _runs(fears, threats)
        backers = [
            (i, row, k + j * states, felt.index(rung) * pairs + pair)
            for i, (_, j, rung), row in backings
            for k, pair in self.fear.helpers(i, j)
        ]
        self.pledges = sorted({(i, pledge) for i, _, pledge, _ in backers})
        first = {row: (i, pledge, threat) for i, row, pledge, threat in reversed(backers)}
        backed = [entry for entry in backings if entry[2] in first]
        self.unbacked = np.array([row for _, _, row in backings if row not in first], np.int64)
        self.backings = [
            (run, np.array([self.pledges.index(first[row][:2]) for row in _numbers(run.rows)], np.int64))
            for run in _runs(backed, [first[row][2] for _, _, row in backed])
        ]
        self.more_backers = [
            (row, self.pledges.index((i, pledge)), threat)
            for i, row, pledge, threat in backers
            if first[row] != (i, pledge, threat)
        ]

    def _index_gates(self, entries: list[_Entry]) -> None:
        """Lay gates out by state, with sign and floor: 0 where ``sign * now >= floor``, shut where not."""
        self.gates: list[tuple[Floats, Floats, _Gates]] = []
        for whole in _runs(entries, [0] * len(entries)):
            mine = [e for e in entries if e[0] == whole.actor and whole.rows.start <= e[2] < whole.rows.stop]
            sign, floor = np.array([e[1][1].floor for e in mine], np.float32).T[:, :, None]
            sources = tuple(self._sources([(e, e[1][1].address) for e in mine]))
            self.gates.append((sign, floor, _Gates(whole.rows, sources)))

    def _index_drives(self, entries: list[_Entry]) -> None:
        self.drives = self._sources([(e, locate(e[1][1], self.structure.axes)) for e in entries])
        ramps = [(row, 1.0 if f[2] == "above" else -1.0, float(f[3])) for _, f, row in entries if len(f) > 2]
        self.ramp_rows = np.array([r for r, _, _ in ramps], np.int64)
        self.ramp_sign = np.array([s for _, s, _ in ramps], np.float32)[:, None]
        self.ramp_at = np.array([v for _, _, v in ramps], np.float32)[:, None]

    def _sources(self, located: list[tuple[_Entry, Address]]) -> list[_Run]:
        """Return the runs of features that are read straight from the world."""
        places = [self.empty.column(a.section, a.field, a.where) for _, a in located]
        return _runs([e for e, _ in located], places)

    def fill(self, world: World, out: Floats) -> Floats:
        """Write every feature of every state into *out*, ``(F, R)``; return levels, ``(R, S, G)``."""
        p, states = world.parameters, world.states
        out[self.ones] = 1
        now = levels(world)
        scale = columns(p.precision[:, None] * states.precision)  # (S, R), nats per all a state values
        felt = needs(world, now)
        felt *= states.goals
        for run in self.goals:
            _read(columns(felt), run, out)
            out[run.rows] *= scale[run.actor]
        self._fill_hostility(world, out)
        self._fill_answers(world, out)
        self._fill_fear(world, scale, out)
        for run in self.drives:
            _read(world.table, run, out)
        for sign, floor, gates in self.gates:
            for run in gates.sources:
                _read(world.table, run, out)
            gate = out[gates.rows]
            gate *= sign
            np.multiply(gate < floor, SHUT, out=gate)
        if len(self.ramp_rows):
            out[self.ramp_rows] = np.maximum(self.ramp_sign * (out[self.ramp_rows] - self.ramp_at), 0)
        return now

    def _fill_hostility(self, world: World, out: Floats) -> None:
        tension = columns(world.dyads.tension)
        for run in self.hostility:
            _read(tension, run, out)
            out[run.rows] *= world.parameters.tension_gain

    def _fill_answers(self, world: World, out: Floats) -> None:
        due, owed = columns(world.dyads.answer_rung), columns(world.dyads.answer_owed)
        firmness = columns(world.states.resolve) * self._answer_gain(world, slice(None))
        for run, rung in zip(self.answers, self.answer_rungs, strict=True):
            _read(due, run, out)
            _fit(out[run.rows], rung, owed[run.columns], firmness[run.actor])

    def _answer_gain(self, world: World, rows: NDArray[np.int64] | slice) -> Floats:
        p = world.parameters
        left = mean_left(p.answer_half_life[rows], self.days)
        return np.asarray(p.answer_gain[rows] * left / np.float32(0.6), np.float32)

    def glimpse(self, world: World, values: Floats, sight: Sight, rows: NDArray[np.int64]) -> Floats:
        """Return the features in *sight* in some replicates, ``(N, rows)``, while a turn goes on.

        Hostility and answers owed are those of the moment, all else that of *values*, ``(F, R)``.
        """
        d, found = world.dyads, values[sight.features[:, None], rows]
        felt, pair = sight.hostility
        found[felt] = columns(d.tension)[pair[:, None], rows] * world.parameters.tension_gain[rows]
        answers, pair = sight.answers
        fit = columns(d.answer_rung)[pair[:, None], rows]
        firmness = world.states.resolve[rows, sight.state] * self._answer_gain(world, rows)
        found[answers] = _fit(fit, sight.rungs, columns(d.answer_owed)[pair[:, None], rows], firmness)
        return found

    def _fill_fear(self, world: World, scale: Floats, out: Floats) -> None:
        """Fill what is feared, in nats: -precision * weight * (1 - peril) * p * V."""
        dread = scale * columns(1 - world.states.peril)
        dread *= -world.parameters.fear_weight
        threat = self.fear.threat(world)
        for run in self.fears:
            _read(threat, run, out)
            out[run.rows] *= dread[run.actor]
        commitment = columns(world.dyads.commitment)
        actors, pledges = [i for i, _ in self.pledges], [pledge for _, pledge in self.pledges]
        pledged = commitment[pledges] * dread[actors]
        out[self.unbacked] = 0
        for run, pledge in self.backings:
            _read(threat, run, out)
            out[run.rows] *= pledged[pledge]
        for row, which, pair in self.more_backers:
            out[row] += pledged[which] * threat[pair]


class Sight:
    """Some features of one state that are looked at again while a turn goes on, laid out once."""

    def __init__(self, bank: Bank, state: int, features: NDArray[np.int64]) -> None:
        """Take rows *features* ``(N,)`` of the bank, all of *state*, into sight."""
        self.state, self.features = state, features
        states, name = len(bank.structure.axes.states), {row: f for f, row in bank.layout[state].items()}
        seen = [(n, name[row]) for n, row in enumerate(features.tolist())]

        def of(kind: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
            """Return which of them are of a kind, and the column of (state, target) each is about."""
            found = [(n, state + int(f[1]) * states) for n, f in seen if f[0] == kind]
            places, pairs = np.array(found, np.int64).reshape(-1, 2).T
            return places, pairs

        self.hostility, self.answers = of("hostility"), of("answer")
        self.rungs = np.array([[f[2]] for _, f in seen if f[0] == "answer"], np.float32).reshape(-1, 1)


def _fit(due: Floats, rung: Floats, owed: Floats, firmness: Floats) -> Floats:
    """Turn rungs *due* into answers owed at a fitting *rung*, in place.

    gain * firmness * owed * max(0, 1 - |rung - due| / 2.5); *firmness* holds the gain.
    """
    due -= rung
    np.abs(due, out=due)
    due *= np.float32(-1 / ANSWER_WIDTH)
    due += 1
    np.maximum(due, 0, out=due)
    due *= owed
    due *= firmness
    return due


def _runs(entries: Sequence[_Entry], columns: Iterable[int]) -> list[_Run]:
    """Join rows that follow one another in the part of one state; *columns* are where each is read."""
    runs: list[list[tuple[int, int, int]]] = []
    for row, state, column in sorted((e[2], e[0], c) for e, c in zip(entries, columns, strict=True)):
        last = runs[-1][-1] if runs else (-2, -1, 0)
        if (last[0] + 1, last[1]) == (row, state):
            runs[-1].append((row, state, column))
        else:
            runs.append([(row, state, column)])
    return [
        _Run(run[0][1], slice(run[0][0], run[-1][0] + 1), np.array([c for _, _, c in run], np.int64))
        for run in runs
    ]


def _numbers(rows: slice) -> range:
    return range(rows.start, rows.stop)


def _read(table: Floats, run: _Run, out: Floats) -> None:
    """Copy columns of a table into their rows."""
    np.take(table, run.columns, axis=0, out=out[run.rows], mode="clip")  # else a copy is made to be safe
