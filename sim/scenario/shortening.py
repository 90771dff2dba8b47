"""A run made shorter on the command line: what was planned for later does not come about, and is no fault."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sim.scenario.faults import Faults
from sim.scenario.yaml import Node


def shortened(document: Node, before: Node) -> Node:
    """Return *document* without what is dated after its end but lay within the run of *before*."""
    now, then = Faults(document).run(), Faults(before).run()
    if now is None or then is None or now[1] >= then[1]:
        return document
    end, was = now[1], then[1]

    def late(node: Node | None) -> bool:
        """Whether a date falls into what was cut off."""
        try:
            return node is not None and end <= date.fromisoformat(node.value) <= was
        except (TypeError, ValueError):
            return False

    entries = dict(document.entries)
    changes: dict[str, Callable[[Node], Node | None]] = {
        "options": lambda option: _without_late_deeds(option, late),
        "injects": lambda inject: (
            None if late(inject.get("at")) or late(inject.get("within", "from")) else inject
        ),
        "outcomes": lambda outcome: _until_the_end(outcome, late),
    }
    for section, change in changes.items():
        node = entries.get(section)
        if node is not None and isinstance(node.value, dict):
            kept = {name: change(child) for name, child in node.entries.items()}
            entries[section] = Node({n: c for n, c in kept.items() if c is not None}, node.file, node.line)
    return Node(entries, document.file, document.line)


def _without_late_deeds(option: Node, late: Callable[[Node | None], bool]) -> Node:
    deeds = option.get("do")
    if deeds is None or not isinstance(deeds.value, list):
        return option
    kept = Node([deed for deed in deeds.items if not late(deed.get("at"))], deeds.file, deeds.line)
    return Node({**option.entries, "do": kept}, option.file, option.line)


def _until_the_end(outcome: Node, late: Callable[[Node | None], bool]) -> Node:
    if not late(outcome.get("by")):
        return outcome
    return Node({k: n for k, n in outcome.entries.items() if k != "by"}, outcome.file, outcome.line)
