"""The assumptions in words: what is not known, what is taken for it, on whose word."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sim.report import paths, words
from sim.report.material import Material
from sim.report.names import Names

#: Spelling of each distribution; the parameters by name.
SPELLED = {
    "constant": "{value}",
    "uniform": "anywhere from {low} to {high}",
    "triangular": "{low} to {high}, most likely {mode} (triangular)",
    "pert": "{low} to {high}, most likely {mode} (PERT)",
    "normal": "about {mean}, give or take {sd} (normal)",
    "lognormal": "about {median}, within a factor {spread} two times in three (lognormal)",
    "quantiles": "{p05} to {p95} nine times in ten, as likely above {p50} as below",
}

#: Sections in which a number may be a distribution; it is then an assumption named by its path.
SECTIONS = (
    "states",
    "dyads",
    "wars",
    "pipelines",
    "projects",
    "treaties",
    "deals",
    "red_lines",
    "places",
    "regime",
    "parameters",
    "indicators",
)

BASES = ("source", "derived", "judgement")


@dataclass(frozen=True, slots=True)
class Belief:
    """One assumption, ready to print."""

    label: str
    path: str
    taken: str  # the distribution, or the stories, in words
    unit: str
    basis: str  # where it comes from
    kind: str  # source, derived, judgement, or none
    as_of: str
    confidence: str


def summarise(material: Material) -> tuple[Belief, ...]:
    """Return every assumption of the scenario: the named ones, then numbers given as distributions."""
    named = material.scenario.get("assumptions")
    names = Names(material.scenario)
    beliefs = [
        _belief({**entry, "label": names.assumption(name)[0]})
        for name, entry in (named or {}).items()
        if isinstance(entry, Mapping)
    ]
    for section in SECTIONS:
        for path, entry in _inline(section, material.scenario.get(section)):
            label, unit = paths.spelled(material.scenario, path)
            beliefs.append(
                _belief({"label": label, "unit": unit, "path": path, "distribution": entry, **entry})
            )
    return tuple(beliefs)


def labels(material: Material) -> dict[str, tuple[str, dict[str, str]]]:
    """Return what each named assumption is called, and each of its stories."""
    found, names = {}, Names(material.scenario)
    for name, entry in (material.scenario.get("assumptions") or {}).items():
        if not isinstance(entry, Mapping):
            continue
        stories = entry.get("alternatives")
        told = {story: words.label_of(stories, story) for story in stories} if stories else {}
        found[str(name)] = (names.assumption(name)[0], told)
    return found


def distribution(given: Any) -> str:
    """Spell a distribution."""
    if not isinstance(given, Mapping):
        return words.plain(given)
    for name, parameters in given.items():
        if name == "categorical" and isinstance(parameters, Mapping):
            return _weighted(parameters)
        if name == "beta" and isinstance(parameters, Mapping):
            spelled = ", ".join(f"{key} {words.plain(value)}" for key, value in parameters.items())
            return f"between 0 and 1 (beta: {spelled})"
        if name in SPELLED:
            held = parameters if isinstance(parameters, Mapping) else {"value": parameters}
            try:
                return SPELLED[name].format(**{key: words.plain(value) for key, value in held.items()})
            except KeyError:
                break
    return json.dumps(given, ensure_ascii=False, default=str)


def _belief(entry: Mapping[str, Any]) -> Belief:
    kind = next((basis for basis in BASES if entry.get(basis)), "")
    paths = entry.get("paths") or [entry.get("path") or ""]
    return Belief(
        label=str(entry["label"]),
        path=", ".join(str(path) for path in paths),
        taken=_taken(entry),
        unit=str(entry.get("unit") or ""),
        basis=". ".join(str(entry[key]).rstrip(".") for key in (kind, "why") if key and entry.get(key)),
        kind=kind or ("judgement" if entry.get("why") else ""),
        as_of=str(entry.get("as_of") or ""),
        confidence=str(entry.get("confidence") or ""),
    )


def _taken(entry: Mapping[str, Any]) -> str:
    """Spell what is taken for what is not known: stories, a distribution, or sets of values."""
    stories = entry.get("alternatives")
    if isinstance(stories, Mapping):
        return _stories(stories)
    return "sets of values" if entry.get("distribution") is None else distribution(entry["distribution"])


def _stories(stories: Mapping[str, Any]) -> str:
    """Spell which story may be true, with the weight of each."""
    return _weighted(
        {words.label_of(stories, name): story.get("weight", 0) for name, story in stories.items()}
    )


def _weighted(weights: Mapping[Any, Any]) -> str:
    total = sum(float(weight) for weight in weights.values()) or 1.0
    return "; ".join(f"{name} ({words.percent(100 * float(w) / total, 0)})" for name, w in weights.items())


def _inline(path: str, tree: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every distribution that stands in the place of a number below *path*."""
    if not isinstance(tree, Mapping):
        return
    if any(name in tree and isinstance(tree[name], Mapping) for name in SPELLED):
        yield path, tree
        return
    for key, below in tree.items():
        if key != "basis":
            yield from _inline(f"{path}.{key}", below)
