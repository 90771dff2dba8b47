"""What a figure is of, so that a picture or a table can stand alone: marking, title, options, study, n."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.dashboard import drawn
from sim.dashboard.asked import Asked, Side
from sim.dashboard.controls import spelled
from sim.dashboard.held import Held
from sim.dashboard.shelf import Sweep
from sim.report import words

#: Characters of a narrowing that a caption spells; the rest is counted.
MOST = 200


@dataclass(frozen=True)
class Note:
    """What goes below a picture, and the columns it adds to a table."""

    marking: str
    caption: str
    columns: Mapping[str, Any]  # alike in every row
    by_option: Mapping[str, Mapping[str, Any]]  # further columns, by what a row has for its option

    @property
    def meta(self) -> dict[str, str]:
        """Return what travels with a figure to the page."""
        return {"marking": self.marking, "caption": self.caption}


def of_study(asked: Asked, *, narrows: bool = True) -> Note:
    """Return the note of a figure of a study; one that does not follow the narrowing is of all histories."""
    held = [side.held for side in asked.sides]
    ids = list(dict.fromkeys(each.folder.name for each in held))
    titles = dict.fromkeys(each.material.title for each in held)
    study = f"stud{'y' if len(ids) == 1 else 'ies'} {' and '.join(ids)}"
    n = drawn.conditional(asked) if narrows else "all histories"
    brushed = f": {narrowing(asked)}" if narrows and asked.brush else ""
    options = " against ".join(f"“{side.label}”" for side in asked.sides)
    caption = f"{' / '.join(titles)}. {options}; {study}; {n}{brushed}."
    by_option = {
        side.label: {
            "study": side.held.folder.name,
            **({"subset_n": asked.chosen[place]} if narrows and asked.brush else {}),
        }
        for place, side in enumerate(asked.sides)
    }
    return _note(marking(asked.sides), caption, {}, by_option)


def of_sweep(held: Sweep) -> Note:
    """Return the note of a figure of a sweep."""
    title = str(held.said.get("title") or held.said.get("scenario") or "A sweep")
    n = int(held.said["replicates"])
    caption = f"{title}. Sweep {held.name}; {n:,} histories of each option at each point."
    return _note(held.marking, caption, {"sweep": held.name}, {})


def of_history(side: Side, number: int) -> Note:
    """Return the note of one history."""
    study = side.held.folder.name
    caption = f"{side.held.material.title}. “{side.label}”; history {number}; study {study}."
    columns = {"option": side.label, "history": number, "study": study}
    return _note(side.held.material.marking, caption, columns, {})


def _note(marked: str, caption: str, columns: dict[str, Any], by_option: Mapping[str, Any]) -> Note:
    return Note(marked, caption, columns | ({"marking": marked} if marked else {}), by_option)


def marking(sides: tuple[Side, ...]) -> str:
    """Return every marking of some sides."""
    return joined(side.held.material.marking for side in sides)


def joined(markings: Any) -> str:
    """Return several markings, each once."""
    return " / ".join(dict.fromkeys(filter(None, markings)))


def narrowing(asked: Asked) -> str:
    """Say what was chosen of the assumptions, in short."""
    told: list[str] = []
    for place, (name, wanted) in enumerate(asked.brush):
        told.append(_narrowed(asked.one.held, name, wanted))
        if len("; ".join(told)) > MOST and place + 1 < len(asked.brush):
            return f"{'; '.join(told)}; and {len(asked.brush) - place - 1} more"
    return "; ".join(told)


def _narrowed(held: Held, name: str, wanted: tuple[Any, ...]) -> str:
    assumption = held.assumptions[name]
    label = words.cut(assumption.label, 80)
    if assumption.stories:
        return f"{label}: {' or '.join(held.story(name, story) for story in wanted) or 'none'}"
    low, high = held.ends(name)
    ends = [None if end is None else spelled(end, high - low) for end in wanted]
    if ends[0] is None:
        return f"{label} up to {ends[1]}"
    return f"{label} from {ends[0]}" + ("" if ends[1] is None else f" to {ends[1]}")
