"""From what pydantic finds wrong to one line each, where it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from sim.errors import Problem
from sim.scenario.figures import LabelSpec, known_forms
from sim.scenario.schema import Document
from sim.scenario.spelling import listing, nearest, short, suggestion
from sim.scenario.yaml import Node, plain

Path = tuple[str, ...]

_KIND_OF = {
    "string_type": "text",
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "finite_number": "a finite number",
}
_COMPARED = {
    "greater_than": ("gt", "must be above"),
    "greater_than_equal": ("ge", "must be at least"),
    "less_than": ("lt", "must be below"),
    "less_than_equal": ("le", "must be at most"),
}


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)


def document_faults(root: Node) -> list[Problem]:
    """Return every fault of shape of a whole document."""
    return faults(root, Document, ())


def label_faults(node: Node, path: Path) -> list[Problem]:
    """Return every fault of shape of one entry of a ``basis``."""
    return faults(node, LabelSpec, path)


def faults(node: Node, shape: Any, path: Path) -> list[Problem]:
    """Return every fault of *node*, which stands at *path*, against *shape*."""
    known: dict[int, Sequence[str]] = {}
    given = plain(node)
    try:
        _adapter(shape).validate_python(given, context=known)
    except ValidationError as error:
        found = error.errors(include_url=False)
        unknown = {tuple(e["loc"]) for e in found if e["type"] == "extra_forbidden"}
        return [
            problem
            for e in found
            if (problem := _Fault(node, given, path, known, unknown).render(e)) is not None
        ]
    return []


class _Fault:
    """Renders one fault of pydantic's."""

    def __init__(
        self,
        node: Node,
        given: Any,
        path: Path,
        known: Mapping[int, Sequence[str]],
        unknown: set[tuple[Any, ...]],
    ) -> None:
        self.node, self.given, self.path, self.known, self.unknown = node, given, path, known, unknown

    def render(self, error: Any) -> Problem | None:
        """Return the problem, or None if another line already says it."""
        keys, node, value = self._walk(error["loc"])
        kind = error["type"]
        if kind == "missing":
            return self._missing(keys, node, value, error["loc"])
        if kind == "extra_forbidden":
            return self._unknown(keys, node)
        message, repair = self._say(error, kind)
        return Problem(node.file, node.line, ".".join((*self.path, *keys)), message, repair)

    def _walk(self, loc: tuple[Any, ...]) -> tuple[Path, Node, Any]:
        """Follow *loc* down, past the tags of unions; keys that are not there stay in the path."""
        keys: list[str] = []
        node, value = self.node, self.given
        for step in loc:
            if isinstance(step, str) and ((step.startswith("<") and step.endswith(">")) or step == "[key]"):
                continue
            if isinstance(node.value, dict) and str(step) in node.value:
                node, value = node.value[str(step)], value[str(step)]
                keys.append(str(step))
            elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
                node, value = node.value[step], value[step]
                keys.append(str(step))
        return tuple(keys), node, value

    def _missing(self, keys: Path, node: Node, value: Any, loc: tuple[Any, ...]) -> Problem | None:
        name = str(loc[-1])
        if isinstance(value, dict):
            others = [key for key in value if (*loc[:-1], key) in self.unknown]
            if nearest(name, others):
                return None  # a misspelt key is one fault, not two
        return Problem(node.file, node.line, ".".join((*self.path, *keys, name)), "is required")

    def _unknown(self, keys: Path, node: Node) -> Problem:
        parent = self.given
        for key in keys[:-1]:
            parent = parent[int(key)] if isinstance(parent, list) else parent[key]
        names = [name for name in self.known.get(id(parent), ()) if name != "basis"]
        near = nearest(keys[-1], names)
        left = [name for name in names if name not in parent]
        repair = f"did you mean `{near}`?" if near else f"there are: {listing(left)}" if left else ""
        return Problem(node.file, node.line, ".".join((*self.path, *keys)), "is not a known key", repair)

    def _say(self, error: Any, kind: str) -> tuple[str, str]:
        """Return message and repair."""
        got, context = error["input"], error.get("ctx") or {}
        if kind in _KIND_OF:
            return f"must be {_KIND_OF[kind]}, not {_shown(got)}", _number_hint(kind, got)
        if kind in _COMPARED:
            key, words = _COMPARED[kind]
            return f"{_shown(got)} is out of range: {words} {context[key]:,.15g}", ""
        say = _SAYINGS.get(kind)
        return say(got, context, str(error["msg"])) if say is not None else (str(error["msg"]), "")


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return short(value)


def _number_hint(kind: str, got: Any) -> str:
    if kind in {"float_type", "int_type"} and isinstance(got, str):
        bare = got.replace(",", "").replace("_", "").replace(" ", "")
        if bare.isascii() and bare.replace(".", "", 1).lstrip("+-").isdigit():
            return f"write {bare}, without quotes or separators"
    if kind == "string_type" and isinstance(got, int | float):
        return f'quote it: "{got}"'
    return ""


def _literals(expected: str) -> list[str]:
    return [part for part in expected.replace(" or ", ", ").replace("'", "").split(", ") if part]


def _form_hint(got: Any, known: Sequence[str]) -> str:
    for key in got if isinstance(got, dict) else ():
        near = nearest(key, known)
        if near:
            return f"did you mean `{near}`?"
    return ""


def _pattern_hint(context: Mapping[str, Any]) -> str:
    if "max_length" in context:
        return f"use at most {context['max_length']} characters"
    if "min_length" in context:
        return "write something, or leave it out"
    if "0-9]+" in str(context.get("pattern")):
        return "a number is needed"
    return "a name is letters, digits and _, and begins with a letter"


def _length_hint(context: Mapping[str, Any]) -> str:
    if "min_length" in context:
        return f"at least {context['min_length']} are needed"
    return f"at most {context['max_length']} are possible"


def _say_literal(got: Any, context: Mapping[str, Any], _: str) -> tuple[str, str]:
    return f"{_shown(got)} is not a known word here", suggestion(str(got), _literals(context["expected"]))


def _say_text(got: Any, context: Mapping[str, Any], _: str) -> tuple[str, str]:
    return f"{_shown(got)} cannot stand here", _pattern_hint(context)


def _say_length(_: Any, context: Mapping[str, Any], __: str) -> tuple[str, str]:
    n = context["actual_length"]
    return f"has {n} {'entry' if n == 1 else 'entries'}", _length_hint(context)


#: What to say of a fault: (input, context, pydantic's words) to message and repair.
_SAYINGS: Mapping[str, Callable[[Any, Mapping[str, Any], str], tuple[str, str]]] = {
    "literal_error": _say_literal,
    "no_such_form": lambda got, _, said: (said, _form_hint(got, known_forms[said])),
    "string_pattern_mismatch": _say_text,
    "string_too_long": _say_text,
    "string_too_short": _say_text,
    "too_short": _say_length,
    "too_long": _say_length,
    "date": lambda got, _, said: (f"{_shown(got)} {said}", ""),
}
