"""What computed a study: versions, BLAS kernel, SIMD level. Determined things, part of the manifest."""

from __future__ import annotations

import hashlib
import json
import platform
from dataclasses import asdict, dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, Self

#: Packages of `sim` whose code decides the numbers of a study.
_DECIDING = ("actions", "decision", "model", "processes", "scenario", "world")

#: Single files of which the same is true.
_DECIDING_FILES = (
    "arrays.py",
    "streams.py",
    "montecarlo/block.py",
    "montecarlo/plan.py",
    "montecarlo/work.py",
)

#: Libraries whose version may change a number.
_LIBRARIES = ("numpy", "scipy", "mesa", "pyarrow")


@cache
def engine_version(*also: str) -> str:
    """Return the version of the engine: that of the package, and a digest of the code that decides numbers.

    The digest keeps a study made before a change of the code from passing for one made after it.

    Parameters
    ----------
    also
        Packages of `sim` that decide numbers besides those of every study, for what is no study.
    """
    package = Path(__file__).parent.parent
    sources = [package / name for name in _DECIDING_FILES if (package / name).exists()]
    for name in (*_DECIDING, *also):
        sources += sorted((package / name).rglob("*.py"))
    digest = hashlib.sha256()
    for source in sources:
        digest.update(source.relative_to(package).as_posix().encode() + b"\0")
        digest.update(source.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return f"{package_version()}+{digest.hexdigest()[:8]}"


def package_version() -> str:
    """Return the version of this package."""
    from sim import __version__

    return __version__


def versions(*also: str) -> dict[str, str]:
    """Return the versions of Python and of the libraries that may change a number, without importing them.

    *also*: as in `engine_version`.
    """
    found = {"sim": engine_version(*also), "python": platform.python_version()}
    for library in _LIBRARIES:
        try:
            found[library] = metadata.version(library)
        except metadata.PackageNotFoundError:
            found[library] = "absent"
    return found


def machine() -> dict[str, Any]:
    """Return what of the machine decides last bits: the BLAS kernel and the SIMD level NumPy uses."""
    import numpy as np
    from threadpoolctl import threadpool_info

    blas = [
        f"{library['internal_api']} {library['version']} {library.get('architecture', '')}".strip()
        for library in threadpool_info()
        if library["user_api"] == "blas"
    ]
    simd = np.show_config(mode="dicts").get("SIMD Extensions", {})
    return {"processor": platform.machine(), "blas": sorted(set(blas)), "simd": list(simd.get("found", []))}


@dataclass(frozen=True, slots=True)
class Maker:
    """What makes parts: those of another maker may differ in their last bits."""

    versions: dict[str, str]
    machine: dict[str, Any]

    @classmethod
    def here(cls, *also: str) -> Self:
        """Return what would make parts in this process; *also* as in `engine_version`."""
        return cls(versions(*also), machine())

    @property
    def digest(self) -> str:
        """First ten hexadecimal digits of the hash, as in the index of parts."""
        text = json.dumps([self.versions, self.machine], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:10]

    def differences(self, other: Maker) -> list[tuple[str, Any, Any]]:
        """Return (key, mine, the other's) for everything that differs: a library, the BLAS kernel, SIMD."""
        mine, theirs = asdict(self), asdict(other)
        return [
            (key, mine[part].get(key), theirs[part].get(key))
            for part in mine
            for key in dict.fromkeys([*mine[part], *theirs[part]])
            if mine[part].get(key) != theirs[part].get(key)
        ]
