"""The manifest of a study: what decided its numbers, and the checksums of its files."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from sim.results import files
from sim.results.engine import Maker
from sim.results.faults import study_fault
from sim.results.identity import Identity
from sim.results.shard import Shard

NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """Determined things only: equal studies have equal manifests."""

    scenario: str
    identity: Identity
    replicates: int
    turns: int
    days: float  # length of a turn
    start: str
    checksums: dict[str, str] = field(default_factory=dict)  # of every final file; empty until there are any
    shard: Shard | None = None  # if it is a part of a study: it has no final files
    made_by: Maker = field(default_factory=Maker.here)  # of every part
    mixed_with: tuple[Maker, ...] = ()  # others, if the user asked for it

    @property
    def complete(self) -> bool:
        """Say whether the final files are all there, as far as this manifest knows."""
        return bool(self.checksums)

    def write(self, folder: Path) -> None:
        """Write the manifest of the study in *folder*."""
        files.write_json(folder / NAME, self._record())

    def _record(self) -> dict[str, Any]:
        """Return the form in the file."""
        return {
            "id": self.identity.id,
            "scenario": self.scenario,
            "seed": self.identity.seed,
            "replicates": self.replicates,
            "options": list(self.identity.options),
            "blocks": -(-self.replicates // self.identity.block),
            "start": self.start,
            "turns": self.turns,
            "days": self.days,
            "identity": self.identity.record(),
            **({"shard": str(self.shard)} if self.shard else {}),
            "versions": self.made_by.versions,
            "machine": self.made_by.machine,
            **({"mixed_with": [asdict(other) for other in self.mixed_with]} if self.mixed_with else {}),
            "checksums": self.checksums,
        }

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the manifest of the study in *folder*; a `StudyError` where there is none or it is damaged."""
        try:
            record = json.loads((folder / NAME).read_text())
            return cls(
                scenario=record["scenario"],
                identity=_identity(record),
                replicates=record["replicates"],
                turns=record["turns"],
                days=record["days"],
                start=record["start"],
                checksums=record["checksums"],
                shard=Shard.read(record.get("shard", "")),
                made_by=Maker(record["versions"], record["machine"]),
                mixed_with=tuple(Maker(**other) for other in record.get("mixed_with", ())),
            )
        except FileNotFoundError:
            raise study_fault(
                folder, f"is not a study: it has no {NAME}", "give the folder of a study"
            ) from None
        except (ValueError, KeyError, TypeError) as fault:
            raise study_fault(
                folder / NAME,
                f"is damaged ({fault})",
                "remove it and run the same command again: finished parts are kept",
            ) from None

    def intact(self, folder: Path) -> bool:
        """Say whether every final file is there and has its checksum."""
        return self.complete and all(
            files.sha256(folder / name) == sha for name, sha in self.checksums.items()
        )


def _identity(record: dict[str, Any]) -> Identity:
    """Return the identity in a manifest; a `ValueError` where it does not have the id beside it."""
    found = Identity.read(record["identity"])
    if found.id != record["id"]:
        raise ValueError(f"its identity has the id {found.id}, not {record['id']}")
    return found
