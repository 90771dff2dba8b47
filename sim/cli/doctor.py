"""``sim doctor``: what this machine has."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import typer

#: Browsers that can print a report.
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "firefox")


def doctor() -> None:
    """Print what this machine has, to send with a question.

    Example:
        sim doctor
    """
    from sim.montecarlo.order import cores
    from sim.results import engine
    from sim.scenario.files import shipped_root

    for name, version in engine.versions().items():
        _line(name, version)
    machine = engine.machine()
    _line("processor", machine["processor"])
    _line("BLAS", ", ".join(machine["blas"]) or "none found")
    _line("SIMD", ", ".join(machine["simd"]) or "none found")
    _line("cores", f"{cores()} of {os.cpu_count()}")
    _line("memory", _memory())
    _line("browser", next((found for name in _BROWSERS if (found := shutil.which(name))), "none found"))
    _line("data", str(shipped_root()))
    _line("studies", f"{Path('results').absolute()} ({_free()} free)")


def _line(name: str, what: str) -> None:
    """Print one finding."""
    typer.echo(f"{name:<10} {what}")


def _memory() -> str:
    """Return the memory of the machine."""
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        return "unknown"
    return f"{size / 2**30:.1f} GiB"


def _free() -> str:
    """Return the room on the disk of the working directory."""
    return f"{shutil.disk_usage('.').free / 2**30:.1f} GiB"
