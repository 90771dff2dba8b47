"""Naming a deed that is to be forced, and finding out whether it can be done at all."""

from __future__ import annotations

import difflib
from datetime import timedelta

import numpy as np

from sim.decision.orders import Orders, Script
from sim.errors import UsageError
from sim.model.model import StrategicModel
from sim.model.naming import Unfit, meant
from sim.model.setup import Setup
from sim.play.names import Names
from sim.play.refusals import unmet

#: How a deed is named on the command line.
FORM = "ACTOR:ACTION[.VARIANT][:TARGET][@PROGRAMME]"


def choice_of(setup: Setup, spoken: str) -> int:
    """Return the choice that *spoken* names, like ``KOR:lethal_aid_direct:UKR``; a `UsageError` if none.

    A choice's own name, as `--format json` has it, means that choice.
    """
    own = next((n for n, c in enumerate(setup.catalogue.choices) if c.name == spoken), None)
    if own is not None:
        return own
    said, _, programme = spoken.partition("@")
    parts = said.split(":")
    if not 2 <= len(parts) <= 3 or not all(parts[:2]):
        raise UsageError.one("--force", f"`{spoken}` names no deed", f"write it as {FORM}")
    actor, action, *target = parts
    action, _, variant = action.partition(".")
    choices = setup.catalogue.choices
    _known("--force", "state", actor, [*setup.structure.axes.states])
    _known("--force", "action", action, sorted({c.action for c in choices}))
    if variant:
        variants = sorted({c.variant for c in choices if c.action == action and c.variant})
        _known("--force", f"variant of {action}", variant, variants)
    if target and target[0]:
        _known("--force", "state", target[0], [*setup.structure.axes.states])
    wanted = {"actor": actor, "action": action, "variant": variant, "programme": programme}
    wanted["target"] = target[0] if target else ""
    try:
        return meant(setup.catalogue, {key: value for key, value in wanted.items() if value})
    except Unfit as unfit:
        raise UsageError.one("--force", f"`{spoken}` {unfit}", f"write it as {FORM}") from None


def _known(flag: str, kind: str, name: str, names: list[str]) -> None:
    """Refuse a name that is not among *names*, offering the closest."""
    if name in names:
        return
    close = difflib.get_close_matches(name, names, 1)
    few = ", ".join(names) if len(names) <= 12 else f"{', '.join(names[:12])}, …"
    repair = f"did you mean `{close[0]}`?" if close else f"give one of {few}" if names else "leave it out"
    article = "an" if kind[0] in "aeiou" else "a"
    raise UsageError.one(flag, f"`{name}` is not {article} {kind} of this scenario", repair)


def refuse_impossible(model: StrategicModel, row: int, choice: int, names: Names) -> None:
    """Raise a `UsageError` that says why a choice cannot be taken as the history stands."""
    setup, spec = model.setup, model.setup.catalogue.choices[choice]
    world = model.world.take(np.array([row]))
    day = setup.start + timedelta(days=model.turn * setup.days)
    reasons = [found.words for found in unmet(setup, choice, world, names)]
    subject = setup.catalogue.column["subject"][[choice]]
    here = np.array([row], np.int32)
    ready = float(model.memory.recall(subject, here, model.turn * setup.days, model.world.parameters)[1][0])
    if ready > model.turn * setup.days:
        until = setup.start + timedelta(days=ready)
        reasons.append(f"it was done of late and is not done again before {until}")
    if reasons:
        fault = f"{spec.name} cannot be done on {day} of this history: {'; '.join(reasons)}"
        raise UsageError.one("--force", fault, "force another deed, or branch at another turn")


def order(model: StrategicModel, choice: int) -> None:
    """Order a choice at the start of the next turn, in every row; where it cannot be done then, it lapses."""
    old, now = model.orders, model.turn * model.setup.days
    new = Orders((*old.scripts, Script(choice, now, 0.0)), old.rules, model.world.rows)
    place = len(old.scripts)
    new.until = np.insert(old.until, place, -1, axis=0)
    new.blocked = np.insert(old.blocked, place, False, axis=0)
    new.fired = old.fired
    model.orders = new


def carried_out(model: StrategicModel) -> int:
    """Return the place of the forced deed among the orders of a model."""
    return len(model.orders.scripts) - 1
