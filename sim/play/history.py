"""One history opened: its block is played again, and what its states saw and weighed is written down.

Nothing is stored per decision in a study. The block is run at full width, so that the history is the one that
was counted, to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.arrays import Floats
from sim.model.model import StrategicModel
from sim.model.setup import Setup
from sim.montecarlo.block import begin
from sim.play import reasons
from sim.play.clashes import near_clashes
from sim.play.coming import day_of, last_day
from sim.play.misses import misses
from sim.play.names import Names
from sim.play.pictures import Picture, Witness
from sim.play.records import Came, Decision, Deed, Happening, History, NearMiss, Track
from sim.play.standing import assumed, at_start, blocked, disputes
from sim.world.axes import BLOCK
from sim.world.deeds import Deeds
from sim.world.ladder import LIMITED_FORCE, SHOW_OF_FORCE

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

#: Told how many turns are played, of how many.
Progress = Callable[[int, int], None]

#: Consequences in words, and the axis their entity is on.
CAME_ABOUT = {
    "fielded": ("fielded: {}", "J"),
    "failed": ("a test flight fails: {}", "J"),
    "accepted": ("a deal binds both sides: {}", "D"),
    "broken": ("a deal is off: {}", "D"),
    "honoured": ("help is given under {}", "K"),
    "declined": ("a call for help under {} goes unanswered", "K"),
}

#: When an answer to a question is given, in turns from the start of its turn.
ANSWERED = np.float32(0.99)


@dataclass(frozen=True, slots=True)
class Opened:
    """A history with the rules it was played by, and what its states saw, turn by turn, if that was kept."""

    history: History
    setup: Setup
    pictures: list[list[Picture]]


def open_history(
    scenario: Scenario, option: str, replicate: int, seed: int, progress: Progress | None = None
) -> History:
    """Play one history again and return it as data.

    Parameters
    ----------
    scenario, option, seed
        As the study has them.
    replicate
        Number of the history, from 0.
    progress
        Told after every turn; the block is played in full, which takes as long as 1,024 histories do.
    """
    return opened(scenario, option, replicate, seed, progress, keep=False).history


def opened(
    scenario: Scenario, option: str, replicate: int, seed: int, progress: Progress | None, *, keep: bool
) -> Opened:
    """Play one history again; with *keep*, also return what its states saw."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, user_api="blas"):  # as when it was run: products may differ in the last bit
        block, row = divmod(replicate, BLOCK)
        model, drawn = begin(scenario, option, block, seed)
        opening = _Opening(model, row, scenario.tree, keep=keep)
        assumed = {name: _plain(values[row]) for name, values in drawn.items()}
        history = opening.play(assumed, replicate, seed, progress)
        return Opened(history, model.setup, opening.kept)


def _answered(deed: Deed, told: Sequence[Deed]) -> str:
    """Return what a deed of an answer round answers: the gravest of the round before between the two.

    Against its actor, if there was one; else what its actor did itself.
    """
    before = [
        d for d in told if d.round == deed.round - 1 and {d.actor, d.against} == {deed.actor, deed.target}
    ]
    gravest = max(before, key=lambda d: (d.against == deed.actor, d.rung), default=None)
    return gravest.words if gravest is not None else ""


def _plain(value: Any) -> float | str:
    """Return what was drawn as a table of replicates holds it."""
    return str(value) if isinstance(value, str) else float(np.float32(value))


class _Opening:
    """One history while it is played."""

    def __init__(self, model: StrategicModel, row: int, tree: Mapping[str, Any], *, keep: bool) -> None:
        self.model, self.row, self.tree = model, row, tree
        self.setup = model.setup
        self.names = Names(tree, self.setup.structure.axes)
        self.witness = Witness(model, row)
        self.deeds: list[Deed] = []
        self.happenings: list[Happening] = []
        self.near: list[NearMiss] = []
        self.kept: list[list[Picture]] = []
        self.keep = keep
        self.done: set[int] = set()  # choices carried out in the turn played last
        self.came: dict[str, date] = {}  # the day of every outcome that came
        self.waiting = model.orders.until[
            :, row
        ].copy()  # day until which each order was tried, before a turn
        self.rungs: list[list[float]] = [[] for _ in self.setup.structure.theatres]
        self.values: list[list[float]] = [[] for _ in self.setup.watch]

    def play(
        self, drawn: Mapping[str, float | str], replicate: int, seed: int, progress: Progress | None
    ) -> History:
        """Play to the end."""
        model, setup = self.model, self.setup
        standing = tuple(at_start(model.world, self.row, self.names))
        while model.turn < setup.turns:
            ceased = model.world.wars.ceased[self.row].copy()
            self.waiting = model.orders.until[:, self.row].copy()
            self.witness.step()
            self._turn(ceased)
            if progress is not None:
                progress(model.turn, setup.turns)
        outcomes = tuple(self._outcomes())
        model.close()
        return History(
            scenario=str(self.tree.get("name")),
            title=str(self.tree.get("title") or self.tree.get("name")),
            marking=str(self.tree.get("marking") or ""),
            option=setup.option,
            replicate=replicate,
            seed=seed,
            start=setup.start,
            days=setup.days,
            assumptions=dict(drawn),
            rungs=tuple(str(r.get("label") or r["id"]) for r in self.tree["ladder"]["rungs"]),
            theatres=tuple(self._theatres()),
            quantities=tuple(self._quantities()),
            deeds=tuple(self.deeds),
            happenings=tuple(self.happenings),
            near_misses=tuple(sorted(self.near, key=lambda one: one.day)),
            outcomes=outcomes,
            option_label=self.names.option(setup.option),
            assumed=tuple(assumed(self.tree, setup.option, drawn)),
            at_start=standing,
            blocked=tuple(blocked(model, self.row, self.names)),
            disputes=tuple(disputes(model, self.row)),
            scores={
                "rivera": float(np.float32(model.recorder.rivera[self.row])),
                "goldstein": float(np.float32(model.recorder.goldstein[self.row])),
            },
        )

    def _turn(self, ceased: Floats) -> None:
        """Write one turn down."""
        model, turn = self.model, self.model.turn - 1
        tables = [table.where(table.row == self.row) for table in model.moment.deeds]
        self.done = {int(c) for mine in tables for c in mine.choice}
        told = [self._deed(mine, n, number) for number, mine in enumerate(tables) for n in range(len(mine))]
        told.sort(key=lambda deed: deed.day)
        told = [replace(deed, answers=_answered(deed, told)) if deed.round else deed for deed in told]
        self.happenings += [*self._events(turn), *self._broken(turn, ceased, told), *self._came_about(turn)]
        for h in range(len(self.rungs)):
            self.rungs[h].append(float(model.recorder.rungs[-1][h][self.row]))
        self.happenings += [*self._climbs(turn, told), *self._arrivals(turn, told)]
        for n, (_, address, _, _) in enumerate(self.setup.watch):
            self.values[n].append(float(address.read(model.world)[self.row]))
        self.near += misses(self.witness.pictures, told, self.names)
        self.near += near_clashes(model, self.row, told)
        self.deeds += told
        if self.keep:
            self.kept.append(list(self.witness.pictures))

    def _day(self, turn: int, share: float = 0.0) -> date:
        """Return the day a share of a turn is gone."""
        return self.setup.start + timedelta(days=int((turn + share) * self.setup.days))

    def _deed(self, deeds: Deeds, n: int, number: int) -> Deed:
        """Return one entry of a table of deeds, with its reasons."""
        setup, turn, choice = self.setup, self.model.turn - 1, int(deeds.choice[n])
        states = (*setup.structure.axes.states, "")
        actor, target, against = (states[int(c[n])] for c in (deeds.actor, deeds.target, deeds.against))
        spec = setup.catalogue.choices[choice] if choice >= 0 else None
        by = self._by(choice, float(deeds.time[n]), number)
        return Deed(
            turn=turn,
            day=setup.start + timedelta(days=int(turn * setup.days) + int(deeds.time[n] * setup.days)),
            kind="deed" if spec else "incident",
            by=by,
            rule=self._rule(choice) if by == "doctrine" else "",
            actor=actor,
            action=spec.action if spec else "incident",
            variant=spec.variant if spec else "",
            target=target,
            against=against,
            desk=spec.desk if spec else "",
            choice=spec.name if spec else "",
            words=self.names.sentence(spec) if spec else self._incident(actor, target, int(deeds.rung[n])),
            rung=int(deeds.rung[n]),
            mid=int(deeds.mid[n]),
            deaths=int(deeds.deaths[n]),
            observers=tuple(s for i, s in enumerate(states[:-1]) if deeds.seen[n] >> i & 1),
            unseen_by=tuple(s for i, s in enumerate(states[:-1]) if not deeds.seen[n] >> i & 1)
            if spec
            else (),
            wrong_belief=bool(deeds.wrong[n]),
            round=number if spec else 0,
            decision=self._decision(choice, number, by, float(deeds.time[n])),
            own=by == "option" or (by == "doctrine" and self._own_rule(choice)),
        )

    def _incident(self, actor: str, target: str, rung: int) -> str:
        """Tell an incident."""
        what = "open fire in a clash nobody ordered" if rung >= LIMITED_FORCE else "come close in an incident"
        return f"{self.names.state(actor)} and {self.names.state(target)} {what}"

    def _by(self, choice: int, time: float, number: int) -> str:
        """Say what brought a deed: its clock, the answer to a question, or an order."""
        if choice < 0:
            return "chance"
        if np.float32(time) == ANSWERED and self.setup.catalogue.choices[choice].spec["answers"]:
            return "answer"
        if time == 0 and not number:
            return "option" if self._scripted(choice) else "doctrine"
        return "clock"

    def _scripted(self, choice: int) -> bool:
        """Whether the option orders a choice in the turn played last: from its date on, until it is done."""
        day, days = self.model.moment.day, self.setup.days
        return any(
            script.choice == choice and (waiting >= day or day <= script.day < day + days)
            for script, waiting in zip(self.setup.scripts, self.waiting, strict=False)
        )

    def _own_rule(self, choice: int) -> bool:
        """Whether a rule of the option itself asks for a choice; those of the world stand before them."""
        rules = self.setup.rules[len(self.tree.get("doctrine") or ()) :]
        return any(rule.choice == choice for rule in rules)

    def _rule(self, choice: int) -> str:
        """Say which rule of doctrine asks for a choice; several may."""
        return "; ".join(dict.fromkeys(r.label for r in self.setup.rules if r.choice == choice and r.label))

    def _decision(self, choice: int, number: int, by: str, time: float) -> Decision | None:
        """Return why a deed was done, if its state decided it."""
        if by == "clock":
            return reasons.decision(self.witness.of(choice, number), choice, time, self.names, self.done)
        if by == "answer":
            odds = float(self.setup.catalogue.choices[choice].spec["logit"])
            return reasons.answer(self.witness.main(), choice, odds, self.names)
        return None

    def _events(self, turn: int) -> Iterator[Happening]:
        """Yield the events of the scenario that came."""
        for n, inject in enumerate(self.setup.injects):
            if not self.model.injects.now[n, self.row]:
                continue
            spec = self.tree["injects"][inject.name]
            words = str(spec.get("label") or inject.name.replace("_", " "))
            if len(inject.stories) > 1:
                story = inject.stories[int(self.model.injects.story[n, self.row])][0]
                words += f": {spec['choose'][story].get('label') or story.replace('_', ' ')}"
            fixed = inject.per_day == np.inf
            share = max(inject.first_day / self.setup.days - turn, 0.0) if fixed else 0.0
            until = None if fixed else last_day(self.setup, turn)
            yield Happening(turn, self._day(turn, share), "event", inject.name, words, until)

    def _broken(self, turn: int, ceased: Floats, told: list[Deed]) -> Iterator[Happening]:
        """Yield the ceasefires that came without a deed, and those that broke without anybody deciding to."""
        wars, choices = self.setup.structure.wars, {c.name: c for c in self.setup.catalogue.choices}
        decided = {
            choices[d.choice].programme
            for d in told
            if d.choice and any("open" in effect for effect in choices[d.choice].spec["effects"])
        }
        for w in np.flatnonzero(ceased > self.model.world.wars.ceased[self.row]):
            if wars[w].name not in decided:
                words = f"the ceasefire in {self.names.label(wars[w].name)} breaks down"
                yield Happening(turn, last_day(self.setup, turn), "ceasefire", wars[w].name, words)

    def _came_about(self, turn: int) -> Iterator[Happening]:
        """Yield what came of projects, deals and treaties."""
        axes = self.setup.structure.axes
        named = {"J": axes.projects, "D": axes.deals, "K": axes.treaties}
        for event, entity, rows in self.model.came_about:
            if self.row in rows:
                words, letter = CAME_ABOUT[event]
                name = named[letter][entity]
                told = words.format(self.names.label(name))
                yield Happening(turn, last_day(self.setup, turn), "consequence", f"{event} {name}", told)

    def _climbs(self, turn: int, told: Sequence[Deed]) -> Iterator[Happening]:
        """Yield the theatres that stand higher than ever before, from a show of force on, and what did it."""
        states = self.setup.structure.axes.states
        for (name, dyads), rungs in zip(self.setup.structure.theatres, self.rungs, strict=True):
            if len(rungs) > 1 and rungs[-1] >= SHOW_OF_FORCE and rungs[-1] > max(rungs[:-1]):
                label = (self.tree.get("theatres") or {}).get(name, {}).get("label") or name
                rung = self.tree["ladder"]["rungs"][int(rungs[-1])]
                words = f"{label} reaches rung {rungs[-1]:.0f}: {rung.get('label') or rung['id']}"
                pairs = {frozenset((states[i], states[j])) for i, j in dyads}
                mine = [d for d in told if d.rung >= rungs[-1] and frozenset((d.actor, d.against)) in pairs]
                words += f" ({max(mine, key=lambda d: d.rung).words})" if mine else ""
                yield Happening(turn, last_day(self.setup, turn), "ladder", name, words)

    def _arrivals(self, turn: int, told: list[Deed]) -> Iterator[Happening]:
        """Yield the outcomes that came."""
        watch = self.model.recorder.watch
        for n, outcome in enumerate(self.setup.outcomes):
            if watch.turns[n, self.row] == turn:
                count = watch.count.get(outcome.name)
                held = int(count[self.row]) if count is not None else 0
                day = self.came[outcome.name] = day_of(self.setup, outcome, turn, told, held)
                yield Happening(turn, day, "outcome", outcome.name, self.names.outcome(outcome.name))

    def _outcomes(self) -> Iterator[Came]:
        """Yield every outcome of the scenario; sequences come with the outcome they ask to be first."""
        first = {o.name: o.first for o in self.setup.outcomes if o.kind == "first"}
        for name, turns in self.model.recorder.watch.close().items():
            turn, words = int(turns[self.row]), self.names.outcome(name)
            day = self.came[first.get(name, name)] if turn >= 0 else None
            if day is not None and name in first:
                self.came[name] = day
                self.happenings.append(Happening(turn, day, "outcome", name, words))
            yield Came(name, words, turn, day)

    def _theatres(self) -> Iterator[Track]:
        for (name, _), rungs in zip(self.setup.structure.theatres, self.rungs, strict=True):
            label = (self.tree.get("theatres") or {}).get(name, {}).get("label") or name.replace("_", " ")
            yield Track(name, str(label), "rung", tuple(rungs))

    def _quantities(self) -> Iterator[Track]:
        for (path, _, _, _), values in zip(self.setup.watch, self.values, strict=True):
            yield Track(path, *self.names.quantity(path), tuple(values))
