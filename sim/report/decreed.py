"""What an option decides by decree: outcomes that watch for a deed it orders or forbids, or what it sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Tree = Mapping[str, Any]

#: Parts of a deed that have to agree where both sides name them. Not its variant: who may not do more of a
#: thing and does less of it does as it is told.
PARTS = ("target", "programme")

#: What deeds make and end: terms of a war, a deal.
STRUCK = ("wars.", "deals.")


def decrees(tree: Tree, option: str, outcome: str) -> bool:
    """Say whether an option orders, forbids or sets what an outcome watches for.

    It does where it orders or forbids such a deed, sets the quantity that is watched or another of the same
    stocks of a state, or orders a deed about the war or deal that is watched.
    """
    spec = (tree.get("options") or {}).get(option) or {}
    watched = (tree.get("outcomes") or {}).get(outcome) or {}
    orders = [*(spec.get("do") or ())]
    orders += [{"actor": rule.get("actor"), **rule["do"]} for rule in spec.get("doctrine") or ()]
    seen = [*_inside(watched, "action")]
    if any(_same(deed, each) for each in seen for deed in (*orders, *(spec.get("forbid") or ()))):
        return True
    paths = [str(each.get("path") or each.get("observes")) for each in _paths(watched)]
    if {_group(str(path)) for path in spec.get("set") or {}} & {_group(path) for path in paths}:
        return True
    about = {path.split(".")[1] for path in paths if path.startswith(STRUCK)}
    return any(deed.get("programme") in about for deed in orders)


def _same(deed: Tree, seen: Tree) -> bool:
    """Say whether a deed is of the kind an outcome watches for."""
    who = deed.get("actor") is None or seen.get("actor") in {None, deed["actor"]}
    agree = all(not deed.get(key) or not seen.get(key) or deed[key] == seen[key] for key in PARTS)
    return who and agree and deed.get("action") == seen["action"]


def _inside(spec: Any, key: str) -> Iterator[Tree]:
    """Yield every mapping with a key, however deep it stands."""
    if isinstance(spec, Mapping):
        if key in spec:
            yield spec
        for below in spec.values():
            yield from _inside(below, key)
    elif isinstance(spec, list | tuple):
        for below in spec:
            yield from _inside(below, key)


def _paths(spec: Any) -> Iterator[Tree]:
    yield from _inside(spec, "path")
    yield from _inside(spec, "observes")


def _group(path: str) -> str:
    """Return what goes with a path: all of one kind of a state's stocks, or it alone."""
    section, *names = path.split(".")
    return path.rpartition(".")[0] if section == "states" and len(names) > 2 else path
