"""The named features every appraisal weighs, and how they are filled.

A bank holds one row per feature and replicate, the rows of one state together, so that the
appraisal of a state is one product of its weights with its rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.actions.conditions import COMPARE, OPPOSITE, Atom, as_observed
from sim.actions.effects import provoked
from sim.actions.records import Choice
from sim.arrays import Floats, columns
from sim.decision.fear import Fear
from sim.decision.needs import levels, needs
from sim.world.address import Address, locate
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
class _Gather:
    """Rows of the bank read straight from one array of the world."""

    section: str
    field: str
    columns: NDArray[np.int64]
    rows: NDArray[np.int64]


class Bank:
    """All features of all states: their layout, and their values for one block."""

    def __init__(self, per_state: Sequence[Sequence[Feature]], structure: Structure) -> None:
        """Lay the rows out: a constant first in each state's part, then its features."""
        self.structure = structure
        self.layout: list[dict[Feature, int]] = []
        self.slices: list[slice] = []
        start = 0
        for features in per_state:
            rows = {("one",): start} | {f: start + 1 + n for n, f in enumerate(features)}
            self.layout.append(rows)
            self.slices.append(slice(start, start + len(rows)))
            start += len(rows)
        self.size = start
        self._index()

    def _index(self) -> None:
        """Sort the rows by how they are filled."""
        flat = [(i, f, row) for i, rows in enumerate(self.layout) for f, row in rows.items()]

        def rows_of(kind: str) -> list[tuple[int, Feature, int]]:
            return [x for x in flat if x[1][0] == kind]

        def column(entries: list[tuple[int, Feature, int]], *picks: int) -> tuple[NDArray[np.int64], ...]:
            actor = np.array([i for i, _, _ in entries], np.int64)
            row = np.array([r for _, _, r in entries], np.int64)
            return (actor, *(np.array([f[p] for _, f, _ in entries]) for p in picks), row)

        self.ones = column(rows_of("one"))
        self.goals = column(rows_of("goal"), 1)
        self.hostility = column(rows_of("hostility"), 1)
        self.answers = column(rows_of("answer"), 1, 2)
        self.fears = column(rows_of("fear"), 1, 2)
        self.backings = column(rows_of("backing"), 1, 2)
        felt = {int(r) for r in (*self.fears[2], *self.backings[2])}
        self.fear = Fear(self.structure, [*_pairs(self.fears), *_pairs(self.backings)], felt)
        self._index_fears(sorted(felt))
        self._index_drives(rows_of("drive") + rows_of("level"))
        self._index_gates(rows_of("gate"))

    def _index_gates(self, entries: list[tuple[int, Feature, int]]) -> None:
        """Lay gates out by array and comparison: 0 where the atom holds, shut where not."""
        shape = {letter: self.structure.axes.size(letter) for letter in "SWPIG"}
        grouped: dict[tuple[str, str, str], list[tuple[int, float, int]]] = {}
        for _, (_, atom), row in entries:
            key = (atom.address.section, atom.address.field, atom.how)
            grouped.setdefault(key, []).append((_flat(atom.address, shape), atom.value, row))
        self.gates = [
            (
                how,
                np.array([v for _, v, _ in members], np.float32)[:, None],
                _Gather(
                    section, field, np.array([c for c, _, _ in members]), np.array([r for _, _, r in members])
                ),
            )
            for (section, field, how), members in grouped.items()
        ]

    def _index_fears(self, rungs: list[int]) -> None:
        """Lay fears out by rung: (rung, actors, pairs, rows), and for backing (actor, helpers, row)."""
        states = len(self.structure.axes.states)
        self.fear_plan, self.backing_plan = [], []
        for r in rungs:
            actor, party, rung, rows = self.fears
            of = rung == r
            pairs = [
                self.fear.number[a, b] for a, b in zip(actor[of].tolist(), party[of].tolist(), strict=True)
            ]
            self.fear_plan.append((r, actor[of], np.array(pairs, np.int64), rows[of]))
            actor, target, rung, rows = self.backings
            entries = [
                (a, k + j * states, pair, row)
                for a, j, b, row in zip(
                    actor.tolist(), target.tolist(), rung.tolist(), rows.tolist(), strict=True
                )
                if b == r
                for k, pair in self.fear.helpers(a, j)
            ]
            self.backing_plan.append((r, entries))
        self.pledges = sorted(
            {(a, pledge) for _, entries in self.backing_plan for a, pledge, _, _ in entries}
        )

    def _index_drives(self, entries: list[tuple[int, Feature, int]]) -> None:
        located: dict[tuple[str, str], list[tuple[Address, int]]] = {}
        ramps = []
        for _, feature, row in entries:
            address = locate(feature[1], self.structure.axes)
            located.setdefault((address.section, address.field), []).append((address, row))
            if len(feature) > 2:
                ramps.append((row, 1.0 if feature[2] == "above" else -1.0, float(feature[3])))
        shape = {letter: self.structure.axes.size(letter) for letter in "SWPIG"}
        self.drives = [
            _Gather(
                section,
                field,
                np.array([_flat(a, shape) for a, _ in members], np.int64),
                np.array([row for _, row in members], np.int64),
            )
            for (section, field), members in located.items()
        ]
        self.ramp_rows = np.array([r for r, _, _ in ramps], np.int64)
        self.ramp_sign = np.array([s for _, s, _ in ramps], np.float32)[:, None]
        self.ramp_at = np.array([v for _, _, v in ramps], np.float32)[:, None]

    def fill(self, world: World, out: Floats) -> None:
        """Write every feature of every state into *out*, ``(F, R)``."""
        p, states = world.parameters, world.states
        out[self.ones[-1]] = 1
        self.levels = levels(world)  # (R, S, G)
        need = needs(world, self.levels)
        scale = p.precision[:, None] * states.precision  # nats per all a state values
        actor, goal, rows = self.goals
        felt = columns(need * states.goals * scale[:, :, None])
        out[rows] = felt[actor + goal * len(world.axes.states)]
        actor, target, rows = self.hostility
        out[rows] = columns(world.dyads.tension)[_pair(actor, target, world)] * p.tension_gain
        self._fill_answers(world, out)
        self._fill_fear(world, scale, out)
        for gather in self.drives:
            out[gather.rows] = columns(getattr(getattr(world, gather.section), gather.field))[gather.columns]
        for how, value, gate in self.gates:
            now = columns(getattr(getattr(world, gate.section), gate.field))[gate.columns]
            out[gate.rows] = COMPARE[OPPOSITE[how]](now, value) * SHUT
        if len(self.ramp_rows):
            out[self.ramp_rows] = np.maximum(self.ramp_sign * (out[self.ramp_rows] - self.ramp_at), 0)

    def _fill_answers(self, world: World, out: Floats) -> None:
        """Answer owed at the fitting rung: gain * firmness * owed * max(0, 1 - |rung - due| / 2.5)."""
        actor, target, rung, rows = self.answers
        pair = _pair(actor, target, world)
        fit = columns(world.dyads.answer_rung)[pair]
        fit -= rung[:, None].astype(np.float32)
        np.abs(fit, out=fit)
        fit *= np.float32(-1 / ANSWER_WIDTH)
        fit += 1
        np.maximum(fit, 0, out=fit)
        fit *= columns(world.dyads.answer_owed)[pair]
        firmness = columns(world.states.resolve * (world.parameters.answer_gain / np.float32(0.6))[:, None])
        fit *= firmness[actor]
        out[rows] = fit

    def _fill_fear(self, world: World, scale: Floats, out: Floats) -> None:
        """Fill what is feared, in nats: -precision * weight * (1 - peril) * p * V."""
        dread = columns(scale * (1 - world.states.peril) * -world.parameters.fear_weight[:, None])
        threat = self.fear.threat(world)  # {rung: (pairs, R)}
        for r, actor, pairs, rows in self.fear_plan:
            out[rows] = threat[r][pairs] * dread[actor]
        commitment = columns(world.dyads.commitment)
        out[self.backings[3]] = 0
        pledged = {key: commitment[key[1]] * dread[key[0]] for key in self.pledges}
        for r, entries in self.backing_plan:
            for actor, pledge, pair, row in entries:
                out[row] += pledged[actor, pledge] * threat[r][pair]


def _pair(actor: NDArray[np.int64], target: NDArray[np.int64], world: World) -> NDArray[np.int64]:
    return actor + target * len(world.axes.states)


def _pairs(entries: tuple[NDArray[np.int64], ...]) -> list[tuple[int, int]]:
    return list(zip(entries[0].tolist(), entries[1].tolist(), strict=True))


def _flat(address: Address, shape: Mapping[str, int]) -> int:
    if not address.where:
        return 0
    sizes = tuple(shape[letter] for letter in address.quantity.letters)
    return int(np.ravel_multi_index(address.where, sizes, order="F"))
