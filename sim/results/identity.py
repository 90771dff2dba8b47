"""Which study it is: everything that decides its numbers, and ten digits of their hash."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

#: Replicates per option whose deeds are kept where nobody says how many.
DEEDS = 10_000

#: Lines of a dumped scenario that say how many and which luck, not what is simulated.
_RUN_KEYS = re.compile(r"^(replicates|seed):.*\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Identity:
    """Everything that decides the numbers of a study, whatever the number of replicates."""

    scenario: str  # SHA-256 of the resolved scenario without `replicates` and `seed`
    sets: tuple[str, ...]
    seed: int
    engine: str
    block: int
    options: tuple[str, ...]
    deeds: int | None  # replicates per option whose deeds are kept; None: all
    twins: bool

    @property
    def id(self) -> str:
        """First ten hexadecimal digits of the hash."""
        text = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:10]

    @classmethod
    def read(cls, record: dict[str, Any]) -> Self:
        """Return the identity a manifest holds under `identity`."""
        given = {field.name: record[field.name] for field in fields(cls)}
        given["sets"], given["options"] = tuple(given["sets"]), tuple(given["options"])
        return cls(**given)

    def record(self) -> dict[str, Any]:
        """Return the form a manifest holds."""
        return {**asdict(self), "sets": list(self.sets), "options": list(self.options)}

    def differences(self, other: Identity) -> list[tuple[str, Any, Any]]:
        """Return (key, mine, the other's) for every key that differs."""
        mine, theirs = asdict(self), asdict(other)
        return [(key, mine[key], theirs[key]) for key in mine if mine[key] != theirs[key]]


def scenario_digest(dump: str) -> str:
    """Return the hash of a resolved scenario without its `replicates` and `seed`."""
    return hashlib.sha256(_RUN_KEYS.sub("", dump).encode()).hexdigest()


def with_run_keys(dump: str, replicates: int, seed: int) -> str:
    """Return a resolved scenario that runs again as it was run: its own `replicates` and `seed` replaced."""
    for key, value in (("replicates", replicates), ("seed", seed)):
        line = f"{key}: {value}"
        dump, found = re.subn(rf"^{key}:.*$", line, dump, count=1, flags=re.MULTILINE)
        dump += "" if found else f"{line}\n"
    return dump
