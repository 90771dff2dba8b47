"""One thing a state may do: an action, bound to an actor, a target and a desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: Fields an action may leave out, and what they are then.
DEFAULTS: dict[str, Any] = {
    "rung": 0,
    "support": 0,
    "mid": 0,
    "against": None,
    "requires": (),
    "excludes": (),
    "cooldown": 0,
    "habituates": 1.0,
    "deadly": 1.0,
    "gains": {},
    "drives": (),
    "effects": (),
    "visibility": 1.0,
    "provokes": {},
    "goldstein": 0.0,
    "asks": None,
    "answers": None,
    "days": 21,
    "logit": 0.0,
    "kind": "mixed",
    "observed_in": "states",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """An action with its variant, bound: everything its names stand for is settled."""

    name: str  # "KOR:lethal_aid_direct.artillery:UKR@ukraine", the name its luck is drawn by
    actor: str
    action: str
    variant: str  # "" where the action has none
    target: str  # "" where there is none
    against: str  # state it is aimed at, "" where nobody
    desk: str  # "country:KOR", "pipeline:prk_rus_shells", "war:ukraine", "own:missiles"
    subject: str  # what habit and cooldown run on: actor, action and target, variants together
    spec: Mapping[str, Any]  # the action's fields, its variant's on top
    binding: Mapping[str, str]  # what each placeholder of a path stands for here
    share: float  # of the action's rate, 1 without variants
    spoken: bool  # whether its sentence names the variant

    @property
    def programme(self) -> str:
        """What its programme desk is about (a flow, a war, a project …), "" at a country desk."""
        kind, _, about = self.desk.partition(":")
        return "" if kind == "country" else about

    @property
    def cooperative(self) -> bool:
        """Whether it is meant well towards its target."""
        return self.spec["kind"] in {"cooperative", "supportive"}

    def bind(self, path: str) -> str | None:
        """Replace the placeholders of a path; None where one stands for nothing here."""
        words = path.split(".")
        bound = [words[0], *(self.binding.get(w, "") if w in PLACEHOLDERS else w for w in words[1:])]
        return None if "" in bound else ".".join(bound)


#: Words of a path that stand for a name until an action is bound.
PLACEHOLDERS = frozenset(
    {
        *("actor", "target", "against", "flow", "debt", "war", "enemy", "giver", "taker"),
        *("project", "treaty", "deal", "line", "place"),
    }
)
