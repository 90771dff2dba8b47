"""A part of a study made on a machine of its own: every k-th unit of the plan."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self, TypeVar

Planned = TypeVar("Planned")

_WRITTEN = re.compile(r"([1-9]\d{0,6})/([1-9]\d{0,6})", re.ASCII)
_FOLDER = re.compile(r".+-[1-9]\d*of[1-9]\d*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shard:
    """Part *number* of *parts*, counted from 1.

    Units are dealt out in turn, so that parts are equally long, and a longer study only adds to each.
    """

    number: int
    parts: int

    #: Most parts a study may have.
    MOST: ClassVar[int] = 100_000

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Read ``3/16``; None where it is no such thing."""
        found = _WRITTEN.fullmatch(text)
        if found is None:
            return None
        number, parts = map(int, found.groups())
        return cls(number, parts) if number <= parts <= cls.MOST else None

    def __str__(self) -> str:
        """Return ``3/16``."""
        return f"{self.number}/{self.parts}"

    def of(self, planned: Sequence[Planned]) -> list[Planned]:
        """Return the units of a plan that fall to this shard."""
        return list(planned[self.number - 1 :: self.parts])

    def folder(self, whole: Path) -> Path:
        """Return where the shard of a study goes: beside it."""
        return whole.with_name(f"{whole.name}-{self.number}of{self.parts}")


def is_folder_of_one(folder: Path) -> bool:
    """Say whether a folder is named like that of a shard."""
    return bool(_FOLDER.fullmatch(folder.name))
