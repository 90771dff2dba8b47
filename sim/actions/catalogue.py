"""From the catalogue of actions to every choice of every state."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.actions.places import programme_places
from sim.actions.pledges import with_word
from sim.actions.records import DEFAULTS, PLACEHOLDERS, Choice
from sim.actions.refusals import refuse
from sim.world.structure import Structure


@dataclass(frozen=True)
class Catalogue:
    """All choices, those of one state together, with the numbers the engine needs as arrays ``(C,)``."""

    choices: tuple[Choice, ...]
    structure: Structure
    slices: tuple[slice, ...] = field(init=False)  # the choices of each state
    desks: tuple[str, ...] = field(init=False)  # "RUS country:KOR", …
    subjects: tuple[str, ...] = field(init=False)
    column: dict[str, NDArray[np.int32]] = field(init=False, repr=False)
    answer_rung: NDArray[np.float32] = field(init=False, repr=False)
    visibility: NDArray[np.float32] = field(init=False, repr=False)
    cooldown: NDArray[np.float32] = field(init=False, repr=False)
    habituates: NDArray[np.float32] = field(init=False, repr=False)
    deadly: NDArray[np.float32] = field(init=False, repr=False)
    conflict: NDArray[np.bool_] = field(init=False, repr=False)  # [C, C], within a desk

    def __post_init__(self) -> None:
        """Lay the columns out."""
        made = object.__setattr__
        s = self.structure.axes.index["S"]
        actor = np.array([s[c.actor] for c in self.choices], np.int32)
        edges = np.searchsorted(actor, np.arange(len(s) + 1))
        desks = [f"{c.actor} {c.desk}" for c in self.choices]
        subjects = [c.subject for c in self.choices]
        made(self, "slices", tuple(slice(int(a), int(b)) for a, b in itertools.pairwise(edges)))
        made(self, "desks", tuple(dict.fromkeys(desks)))
        made(self, "subjects", tuple(dict.fromkeys(subjects)))
        desk_index = {d: i for i, d in enumerate(self.desks)}
        subject_index = {d: i for i, d in enumerate(self.subjects)}
        made(
            self,
            "column",
            {
                "actor": actor,
                "target": np.array([s.get(c.target, -1) for c in self.choices], np.int32),
                "against": np.array([s.get(c.against, -1) for c in self.choices], np.int32),
                "desk": np.array([desk_index[d] for d in desks], np.int32),
                "subject": np.array([subject_index[d] for d in subjects], np.int32),
                "rung": self._numbers("rung").astype(np.int32),
                "mid": self._numbers("mid").astype(np.int32),
            },
        )
        made(
            self, "answer_rung", np.array([_answer_rung(c, self.structure) for c in self.choices], np.float32)
        )
        made(self, "visibility", self._numbers("visibility"))
        made(self, "cooldown", self._numbers("cooldown"))
        made(self, "habituates", self._numbers("habituates"))
        made(self, "deadly", self._numbers("deadly"))
        made(self, "conflict", _conflicts(self.choices, desks))

    def _numbers(self, key: str) -> NDArray[np.float32]:
        return np.array([c.spec[key] for c in self.choices], np.float32)

    def find(self, **wanted: str) -> NDArray[np.bool_]:
        """Return a mask ``(C,)`` of the choices whose fields equal those *wanted*."""
        return np.array([all(getattr(c, k) == v for k, v in wanted.items()) for c in self.choices], bool)


def catalogue_of(tree: Mapping[str, Any], structure: Structure) -> Catalogue:
    """Bind every action of a resolved scenario to every actor, target and desk it fits."""
    actions = {n: a for n, a in (tree.get("actions") or {}).items() if n != "basis"}
    refuse(actions)
    choices = [
        choice
        for actor in structure.axes.states
        for name, action in actions.items()
        if actor in action.get("actors", structure.axes.states)
        for choice in _bind(name, action, actor, structure)
    ]
    return Catalogue(tuple(with_word(choices, tree)), structure)


def _bind(name: str, action: Mapping[str, Any], actor: str, structure: Structure) -> Iterator[Choice]:
    for desk, place in _places(action, actor, structure):
        variants = action.get("variants") or {"": {}}
        shares = {v: float(spec.get("share", 1 / len(variants))) for v, spec in variants.items()}
        total = sum(shares.values())
        for variant, override in variants.items():
            spec = {**DEFAULTS, **{k: v for k, v in action.items() if k != "variants"}, **override}
            if actor not in override.get("actors", structure.axes.states):
                continue
            if not _complete(spec, place, actor):
                continue
            target = place.get("target", "")
            against = _against(spec, place, actor)
            label = f"{name}.{variant}" if variant else name
            where = place.get("about") or place.get("flow") or place.get("war", "")
            yield Choice(
                name=f"{actor}:{label}:{target}" + (f"@{where}" if where else ""),
                actor=actor,
                action=name,
                variant=variant,
                target=target,
                against=against,
                desk=desk,
                subject=f"{actor}:{name}:{target}@{where}",
                spec=spec,
                binding={**place, "actor": actor, "against": against},
                share=shares[variant] / total,
                spoken="sentence" in override,
            )


def _complete(spec: Mapping[str, Any], place: Mapping[str, str], actor: str) -> bool:
    """Whether every name the effects of an action need stands for something here."""
    bound = {**place, "actor": actor}
    for effect in spec["effects"]:
        for verb, path in effect.items():
            if verb in {"by", "to", "amount"} or (
                verb in {"offer", "answer"} and path in {"step_down", "terms"}
            ):
                continue
            words = str(path).split(".")
            if any((w in PLACEHOLDERS or w == "between") and not bound.get(w) for w in words[:1] + words[1:]):
                return False
    return True


def _against(spec: Mapping[str, Any], place: Mapping[str, str], actor: str) -> str:
    """Return the state a deed is aimed at: by default the target of a coercive act."""
    said = spec["against"] or ("target" if spec["kind"] == "coercive" else "none")
    found = "" if said == "none" else place.get(said, "")
    return "" if found == actor else found


def _places(
    action: Mapping[str, Any], actor: str, structure: Structure
) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield (desk, what placeholders stand for) for each place an actor may do an action."""
    if action["desk"] == "country":
        yield from _countries(action["targets"], actor, structure)
        return
    yield from programme_places(action["programme"], actor, structure)


def _countries(targets: Any, actor: str, structure: Structure) -> Iterator[tuple[str, dict[str, str]]]:
    names = structure.axes.states
    i = names.index(actor)
    found = (
        structure.related(i, targets)
        if isinstance(targets, str)
        else [names.index(t) for t in targets if t in names]
    )
    for j in found:
        if j != i:
            latent = next((w.name for w in structure.wars if w.side(i) * w.side(j) == -1), "")
            yield f"country:{names[j]}", {"target": names[j], "between": latent}


def _answer_rung(choice: Choice, structure: Structure) -> float:
    """Return the rung as which a deed is answered: its own, or that of the support it gives."""
    said = choice.spec.get("answer_rung")
    if said is not None:
        return structure.ladder.rung(said)
    return max(float(choice.spec["rung"]), structure.ladder.support_answer[int(choice.spec["support"])])


def _conflicts(choices: tuple[Choice, ...], desks: list[str]) -> NDArray[np.bool_]:
    """Return which pairs of one desk exclude each other within a turn, whatever their subject."""
    n = len(choices)
    desk = np.unique(desks, return_inverse=True)[1].reshape(n)
    meant_well = np.array([c.cooperative for c in choices], bool)
    coercive = np.array([c.spec["kind"] == "coercive" for c in choices], bool)
    forceful = np.array([c.spec["rung"] >= 5 for c in choices], bool)
    country = np.array([c.desk.startswith("country:") for c in choices], bool)
    opposed = (meant_well[:, None] & coercive[None, :] | coercive[:, None] & meant_well[None, :]) & country[
        :, None
    ]
    named = np.array([[d.action in c.spec["excludes"] for d in choices] for c in choices], bool).reshape(n, n)
    clash = opposed | (forceful[:, None] & forceful[None, :]) | named | named.T
    return np.asarray(clash & (desk[:, None] == desk[None, :]), bool)
