"""What the parts of a scenario are called: labels in place of names and paths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.report import words
from sim.report.paths import LABELLED, PARAMETERS, SPELLED, spelled


class Names:
    """Labels of the options, outcomes, quantities, assumptions and paths of the scenario *tree*."""

    def __init__(self, tree: Mapping[str, Any]) -> None:
        self._tree = dict(tree)

    def option(self, name: str) -> str:
        """Return the label of an option."""
        return words.label_of(self._tree.get("options"), name)

    def measure(self, name: str, kind: str) -> tuple[str, str]:
        """Return label and unit of an outcome, or of a quantity."""
        if kind == "outcome":
            return words.label_of(self._tree.get("outcomes"), name), "share of histories"
        return self._quantity(name)

    def varied(self, name: str) -> tuple[str, str]:
        """Return label and unit of what is varied: an assumption, a quantity, or any key by its path."""
        if isinstance((self._tree.get("assumptions") or {}).get(name), Mapping):
            return self.assumption(name)
        section, _, rest = name.partition(".")
        if section in {"options", "outcomes"} and "." in rest:
            entry, _, key = rest.partition(".")
            return f"{words.label_of(self._tree.get(section), entry)}: {_key(key)}", ""
        if section in SPELLED.keys() | LABELLED | {PARAMETERS} and rest:
            return self._quantity(name)
        return words.sentence(_key(name)), ""

    def assumption(self, name: str) -> tuple[str, str]:
        """Return label and unit of an assumption: its own, or of the quantity it is about, or its name."""
        entry = self._tree["assumptions"][name]
        path, label, unit = str(entry.get("path") or ""), entry.get("label"), str(entry.get("unit") or "")
        if not label and path.partition(".")[0] in SPELLED.keys() | LABELLED:
            label, spelt = spelled(self._tree, path)
            unit = unit or spelt
        return words.isolated(words.sentence(str(label or name.replace("_", " ")))), unit

    def value(self, name: str, value: Any) -> str:
        """Return a value of what is varied: stories in words, numbers short."""
        if isinstance(value, str) and name in (self._tree.get("assumptions") or {}):
            stories = self._tree["assumptions"][name].get("alternatives")
            return words.label_of(stories, value)
        return f"{value:.4g}".replace("-", words.MINUS) if isinstance(value, float) else words.plain(value)

    def _quantity(self, path: str) -> tuple[str, str]:
        title, unit = spelled(self._tree, path)
        known = path.partition(".")[2].count(".") and unit != "share"
        return title, unit if known or unit != "share" else ""


def _key(path: str) -> str:
    """Return a path as words: `do.0.at` is "do 1, at"."""
    parts = [str(int(part) + 1) if part.isdecimal() else part.replace("_", " ") for part in path.split(".")]
    return ", ".join(parts)
