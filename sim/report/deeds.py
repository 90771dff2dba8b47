"""Deeds and options in words: who does what to whom, and what an option orders, forbids or sets."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sim.analysis.happenings import Kind
from sim.analysis.pathways import OUTCOME
from sim.report import paths, words

Tree = Mapping[str, Any]

#: What stands for a thing whose name a kind of deed does not hold.
UNNAMED = {
    "flow": "a flow of goods",
    "deal": "a deal",
    "line": "a red line",
    "treaty": "a treaty",
    "war": "the war",
    "place": "a disputed place",
    "project": "a project",
}
#: Sections that a programme of a deed may be named in, and what it is called in a sentence.
PROGRAMMES = {
    "pipelines": "flow",
    "deals": "deal",
    "red_lines": "line",
    "treaties": "treaty",
    "wars": "war",
    "places": "place",
}
#: What an option may order beside deeds: its key, and how a line about it begins.
FIRMLY = 0.999


def kind(tree: Tree, what: Kind) -> str:
    """Return a kind of deed or incident as a sentence without its full stop."""
    if what.action == OUTCOME:
        return words.label_of(tree.get("outcomes"), what.target)
    if what.action == "incident":
        return f"An incident between {_state(tree, what.actor)} and {_state(tree, what.target)}"
    return sentence(tree, {"actor": what.actor, "action": what.action, "target": what.target})


def sentence(tree: Tree, deed: Mapping[str, Any]) -> str:
    """Return a deed as a sentence, by the sentence its action gives itself."""
    action = str(deed.get("action") or "")
    entry = _entry(tree.get("actions"), action)
    variant = str(deed.get("variant") or "")
    special = _entry(entry.get("variants"), variant)
    spelled = str(special.get("sentence") or entry.get("sentence") or "")
    actor, target = (_state(tree, str(deed.get(key) or "")) for key in ("actor", "target"))
    if not spelled:
        label = words.label_of(tree.get("actions"), action)
        return words.sentence(": ".join(part for part in (actor, f"{label} {target}".strip()) if part))
    named = {**UNNAMED, **_programme(tree, deed.get("programme")), "actor": actor, "target": target}
    told = re.sub(r"\{(\w+)\}", lambda found: named.get(found[1], found[1]), spelled)
    told = words.isolated(words.sentence(" ".join(told.split())))
    if variant and not special.get("sentence"):
        told += f" ({str(special.get('label') or variant).replace('_', ' ')})"
    return told


def option(tree: Tree, spec: Any) -> tuple[str, ...]:
    """Return what an option orders, forbids and sets, a line each; nothing where it leaves all as it is."""
    if not isinstance(spec, Mapping):
        return ()
    return (
        *_ordered(tree, spec.get("do") or ()),
        *_doctrine(tree, spec.get("doctrine") or ()),
        *_forbidden(tree, spec.get("forbid") or ()),
        *_set(tree, spec.get("set") or {}),
    )


def _ordered(tree: Tree, deeds: Iterable[Any]) -> Iterator[str]:
    """Tell ordered deeds, those that differ only in their date together."""
    dates: dict[str, list[str]] = {}
    for deed in deeds:
        if isinstance(deed, Mapping):
            dates.setdefault(sentence(tree, deed), []).append(_day(deed.get("at")))
    for told, days in dates.items():
        yield f"{told}: {', '.join(day for day in days if day)}." if any(days) else f"{told}."


def _doctrine(tree: Tree, rules: Iterable[Any]) -> Iterator[str]:
    for rule in rules:
        if not isinstance(rule, Mapping):
            continue
        done = sentence(tree, {"actor": rule.get("actor"), **_entry(rule, "do")})
        firm = rule.get("firmness")
        how = ""
        if isinstance(firm, int | float) and firm < FIRMLY:
            how = f", {words.percent(100 * firm, 0)} of the time"
        every = _entry(rule, "every").get("days")
        again = f", again after {words.plain(every)} days" if every else ""
        yield f"{done} once {_condition(tree, rule.get('when'))}{how}{again}."


def _forbidden(tree: Tree, deeds: Iterable[Any]) -> Iterator[str]:
    told = []
    for deed in deeds:
        if isinstance(deed, Mapping):
            actor = _state(tree, str(deed.get("actor") or "")) or "Anybody"
            label = words.label_of(tree.get("actions"), str(deed.get("action") or ""))
            variant = str(deed.get("variant") or "").replace("_", " ")
            told.append(f"{actor}: {label.lower()}{f' ({variant})' if variant else ''}")
    if told:
        yield f"Ruled out: {'; '.join(told)}."


def _set(tree: Tree, changed: Any) -> Iterator[str]:
    if not isinstance(changed, Mapping):
        return
    for path, value in changed.items():
        title, unit = paths.spelled(dict(tree), str(path))
        shown = words.plain(value) if isinstance(value, int | float) else json.dumps(value, default=str)
        yield f"{title} set to {shown}{f' ({unit})' if unit else ''}."


def _condition(tree: Tree, when: Any) -> str:
    """Tell a condition of a doctrine."""
    if not isinstance(when, Mapping):
        return "told to"
    for key, joined in (("all", " and "), ("any", " or ")):
        if isinstance(when.get(key), list):
            return joined.join(_condition(tree, each) for each in when[key])
    path = when.get("observes") or when.get("path")
    if not path:
        return json.dumps(when, ensure_ascii=False, default=str)
    title = paths.spelled(dict(tree), str(path))[0]
    seen = "is seen" if when.get("observes") else "is"
    bounds = [f"{key.replace('_', ' ')} {words.plain(when[key])}" for key in BOUNDS if key in when]
    return f"“{title}” {seen} {' and '.join(bounds) or 'so'}"


BOUNDS = ("above", "at_least", "below", "at_most", "equals")


def _programme(tree: Tree, name: Any) -> dict[str, str]:
    for section, called in PROGRAMMES.items():
        held = tree.get(section)
        if isinstance(name, str) and isinstance(held, Mapping) and name in held:
            entry = _entry(held, name)
            return {called: str(entry.get("label") or name.replace("_", " "))}
    return {}


def _state(tree: Tree, name: str) -> str:
    return words.label_of(tree.get("states"), name) if name else ""


def _entry(held: Any, name: Any) -> Mapping[str, Any]:
    """Return an entry of a mapping that is one itself, an empty one otherwise."""
    entry = held.get(name) if isinstance(held, Mapping) else None
    return entry if isinstance(entry, Mapping) else {}


def _day(given: Any) -> str:
    try:
        return words.day(dt.date.fromisoformat(str(given)[:10]))
    except ValueError:
        return str(given) if given else ""
