"""From a file, or the name of a shipped scenario, to a resolved scenario.

Layers, each laid over the ones before: base files (parameters, ladder, actions) < worlds (the chain of
``extends``) < the scenario < ``--set``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.errors import Problem, ScenarioError
from sim.scenario import settings
from sim.scenario.draws import Draw
from sim.scenario.files import (
    base_files,
    find_extended,
    find_scenario,
    is_path,
    layer,
    shipped,
    shipped_root,
    shipped_scenarios,
    shipped_worlds,
)
from sim.scenario.merge import merge
from sim.scenario.resolve import Origin, resolve
from sim.scenario.scenario import Scenario
from sim.scenario.schema import OWN_KEYS
from sim.scenario.shortening import shortened
from sim.scenario.spelling import short, suggestion
from sim.scenario.yaml import Node

__all__ = ["Draw", "Scenario", "load", "load_world", "shipped_scenarios", "shipped_worlds"]

#: What a scenario says and a world that extends another does not.
COMPARED = {"options", "outcomes"}


def load(source: str | Path, sets: Sequence[str] = (), *, root: Path | None = None) -> Scenario:
    """Load a scenario, check it, and settle every number.

    Parameters
    ----------
    source
        Path of a file, or the name of a shipped scenario.
    sets
        ``PATH=VALUE``, applied last.
    root
        Folder that holds ``configs`` and ``scenarios``; the shipped one unless given.

    Raises
    ------
    ScenarioError
        With every fault there is, a line each.
    """
    root = root or shipped_root()
    path = find_scenario(source, root)
    top = layer(path)
    if "reference" in top[0].entries:
        return _from_dump(top, sets)
    chain = _chain(path, root)
    base = [layer(file) for file in base_files(root)]
    shipped = frozenset(document.file for document, _ in base)
    world = _Laid.of([*base, *_worlds(chain)])
    return _both(world, _Laid.of([*base, *chain]), sets, shipped)


def load_world(source: str | Path, *, root: Path | None = None) -> Scenario:
    """Load a world alone: a file, or the name of a shipped world. Raises like `load`."""
    root = root or shipped_root()
    path = shipped_worlds(root).get(str(source)) or Path(source)
    base = [layer(file) for file in base_files(root)]
    shipped = frozenset(document.file for document, _ in base)
    laid = _Laid.of([*base, *_chain(path, root)])
    return resolve(laid.document, laid.origin(shipped), role="world", world=None, found=laid.problems)


@dataclass(frozen=True, slots=True)
class _Laid:
    """Layers laid over each other."""

    document: Node
    files: tuple[str, ...]  # the topmost first
    problems: tuple[Problem, ...]

    @classmethod
    def of(cls, layers: Sequence[tuple[Node, tuple[Problem, ...]]]) -> _Laid:
        """Lay *layers*, the lowest first."""
        document = Node({}, layers[-1][0].file, 1)
        problems: list[Problem] = []
        for root, found in layers:
            kept = {key: node for key, node in document.entries.items() if key not in OWN_KEYS}
            merged = merge(Node(kept, document.file, document.line), root)
            document = merged.root
            problems += [*found, *merged.problems]
        files = [root.file for root, _ in reversed(layers)]
        return cls(document, tuple(dict.fromkeys(files)), tuple(problems))

    def origin(self, shipped: frozenset[str]) -> Origin:
        """Say where the document is from."""
        return Origin(self.files[0], (*self.files, settings.SET), shipped)


def _both(world: _Laid, scenario: _Laid, sets: Sequence[str], shipped: frozenset[str]) -> Scenario:
    """Resolve the world alone and the scenario; faults of both are told together."""
    document, wrong = settings.apply(scenario.document, sets)
    document = shortened(document, scenario.document)
    found = [*scenario.problems, *wrong]
    alone: Scenario | None = None
    try:
        alone = resolve(world.document, world.origin(shipped), role="world", world=None, found=world.problems)
    except ScenarioError as error:
        found += error.problems
    return resolve(document, scenario.origin(shipped), role="scenario", world=alone, found=found)


def _from_dump(top: tuple[Node, tuple[Problem, ...]], sets: Sequence[str]) -> Scenario:
    """Load what `Scenario.dump` wrote: complete in itself, the world alone under ``reference``."""
    root, found = top
    entries = dict(root.entries)
    reference = entries.pop("reference")
    if "extends" in entries:
        node = entries["extends"]
        raise ScenarioError(
            Problem(node.file, node.line, "extends", "cannot stand beside `reference`", "remove one of them")
        )
    document = Node(entries, root.file, root.line)
    world = _Laid.of([(reference, ())])
    return _both(world, _Laid.of([(document, found)]), sets, frozenset())


def _worlds(chain: Sequence[tuple[Node, tuple[Problem, ...]]]) -> Sequence[tuple[Node, tuple[Problem, ...]]]:
    """Return what of a chain is the world alone: the documents below the first scenario.

    What extends another document and says what to compare or to watch for is a scenario. A variant of a
    scenario stands on the same world as the scenario does: usual rates are solved there for both.
    """
    below = chain[:-1] or chain
    scenarios = (n for n, (document, _) in enumerate(below) if n and COMPARED & set(document.entries))
    return below[: next(scenarios, len(below))]


def _chain(path: Path, root: Path) -> list[tuple[Node, tuple[Problem, ...]]]:
    """Return a document and all it extends, the lowest first."""
    chain: list[tuple[Node, tuple[Problem, ...]]] = []
    seen: list[Path] = []
    while True:
        document, problems = layer(path)
        chain.insert(0, (document, problems))
        seen.append(path.resolve())
        extends = document.get("extends")
        if extends is None:
            return chain
        found = _extended(extends, path, root)
        if found.resolve() in seen:
            names = " → ".join(p.stem for p in [*seen[seen.index(found.resolve()) :], found])
            raise ScenarioError(
                Problem(
                    extends.file,
                    extends.line,
                    "extends",
                    f"goes round in a circle: {names}",
                    "remove one `extends`",
                )
            )
        path = found


def _extended(extends: Node, file: Path, root: Path) -> Path:
    """Return the file that ``extends`` names."""
    if not isinstance(extends.value, str):
        message, repair = (
            "must be the name of a world or a scenario, or a path",
            "for example `extends: northeast_asia_2024`",
        )
        raise ScenarioError(Problem(extends.file, extends.line, "extends", message, repair))
    found = find_extended(extends.value, file, root)
    if found is None:
        message = f"{short(extends.value)} is neither a shipped world or scenario nor a file beside this one"
        repair = suggestion(extends.value, shipped(root))
        if is_path(extends.value):
            repair = "a path is taken from the folder of this file"
        raise ScenarioError(Problem(extends.file, extends.line, "extends", message, repair))
    if found.is_dir():
        message, repair = f"{short(extends.value)} is a folder, not a file", "name the YAML file inside it"
        raise ScenarioError(Problem(extends.file, extends.line, "extends", message, repair))
    return found
