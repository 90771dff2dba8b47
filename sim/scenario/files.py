"""Where scenarios, worlds and base files are: inside the package as a wheel lays them, or beside it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from sim.errors import Problem, ScenarioError
from sim.scenario.labels import settle
from sim.scenario.layout import respell
from sim.scenario.shape import label_faults
from sim.scenario.spelling import short, suggestion
from sim.scenario.yaml import Node, read

#: Base files, the lowest layer first.
BASE = ("parameters", "calibrated", "ladder", "actions")


def shipped_root() -> Path:
    """Return the folder that holds ``configs`` and ``scenarios``."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "_data"
    return inside if (inside / "configs").is_dir() else package.parent


def shipped_scenarios(root: Path | None = None) -> dict[str, Path]:
    """Return the shipped scenarios by name."""
    return _yaml_files((root or shipped_root()) / "scenarios")


def shipped_worlds(root: Path | None = None) -> dict[str, Path]:
    """Return the shipped worlds by name."""
    return _yaml_files((root or shipped_root()) / "configs" / "worlds")


def shipped(root: Path | None = None) -> dict[str, Path]:
    """Return the shipped worlds and scenarios by name; of equal names the world counts."""
    return shipped_scenarios(root) | shipped_worlds(root)


def _yaml_files(folder: Path) -> dict[str, Path]:
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def base_files(root: Path) -> list[Path]:
    """Return the base files there are."""
    paths = (root / "configs" / f"{name}.yaml" for name in BASE)
    return [path for path in paths if path.exists()]


def is_path(source: str | Path) -> bool:
    """Whether a source is meant as a path rather than the name of something shipped."""
    return isinstance(source, Path) or "/" in source or "\\" in source or source.endswith((".yaml", ".yml"))


def find_scenario(source: str | Path, root: Path) -> Path:
    """Return the file of a scenario given by path, or by the name of a shipped scenario or world.

    Raises
    ------
    ScenarioError
        If there is none.
    """
    if is_path(source):
        return Path(source)
    known = shipped_worlds(root) | shipped_scenarios(root)  # of equal names the scenario counts
    if source in known:
        return known[str(source)]
    if source and _is_there(Path(source)):
        return Path(source)
    raise ScenarioError(
        Problem(
            "",
            None,
            "",
            f"{short(source)} is neither a shipped scenario or world nor a file",
            suggestion(str(source), known),
        )
    )


def find_extended(name: str, file: Path, root: Path) -> Path | None:
    """Return the file that ``extends: name`` in *file* means, None if there is none."""
    if is_path(name):
        path = file.parent / name
        return path if _is_there(path) else None
    return shipped(root).get(name)


def _is_there(path: Path) -> bool:
    """Whether there is such a file; a name no file can have is that of none."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def shown(path: Path) -> str:
    """Return what messages call a file: from here if it is below here."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)


def layer(path: Path) -> tuple[Node, tuple[Problem, ...]]:
    """Read one document, quantities spelled and labels settled; read again only if the file has changed.

    Raises
    ------
    ScenarioError
        If it cannot be read, is not strict YAML or not a mapping.
    """
    try:
        status = path.stat()
        stamp = (status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size)
    except (OSError, ValueError):
        stamp = (0, 0, 0, 0)
    return _layer(path, shown(path), stamp)


@lru_cache(maxsize=64)
def _layer(path: Path, name: str, stamp: tuple[int, ...]) -> tuple[Node, tuple[Problem, ...]]:  # noqa: ARG001 (the key)
    root = read(path, name)
    return root, tuple(settle_document(root))


def settle_document(root: Node) -> list[Problem]:
    """Spell quantities and settle labels of one document, in place; return what is wrong with them."""
    if not isinstance(root.value, dict):
        message = "is not a mapping of names to values"
        raise ScenarioError(Problem(root.file, root.line, "", message, "write `name: …` and so on"))
    problems = [
        Problem(node.file, node.line, ".".join(path), "is given twice, in two spellings", "keep one")
        for node, path in respell(root)
    ]
    problems += settle(root, label_faults)
    reference = root.get("reference")
    return problems + settle_document(reference) if reference is not None else problems
