"""One's word: what a deal forswears or a red line forbids weighs on the deeds against it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sim.actions.records import Choice

#: Fields of a choice by which a deed is named.
FIELDS = ("action", "target", "variant", "programme")


def with_word(choices: Iterable[Choice], tree: Mapping[str, Any]) -> Iterator[Choice]:
    """Yield the choices, with a drive against each word one would break or line it would cross."""
    words = list(_words(tree))
    for choice in choices:
        drives = [
            {"path": path, "gain": -1.0, "level": True}
            for actor, deed, path in words
            if choice.actor == actor and all(getattr(choice, k) == deed[k] for k in FIELDS if deed.get(k))
        ]
        if drives:
            spec = {**choice.spec, "drives": [*choice.spec["drives"], *drives]}
            yield dataclasses.replace(choice, spec=spec)
        else:
            yield choice


def _words(tree: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], str]]:
    """Yield (actor, deed, path of what holds it back, in nats)."""
    for name, deal in (tree.get("deals") or {}).items():
        for party, pledge in (deal.get("pledges") or {}).items():
            for deed in pledge.get("by") or ():
                yield party, deed, f"deals.{name}.word.{party}"
    for name, line in (tree.get("red_lines") or {}).items():
        for deed in line.get("by") or ():
            yield line["against"], deed, f"red_lines.{name}.pressure"
