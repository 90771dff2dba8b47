"""What was asked of `sim score`, whatever it scores."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Asked:
    """The flags that hold for every kind of row."""

    only: tuple[str, ...]
    file: Path | None
    replicates: int | None
    seed: int | None
    workers: int | None
    told: Callable[[str], None]
