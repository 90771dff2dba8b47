"""The arms of a comparison: options of one study or of several, if they share their luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.columns import Columns, Joined
from sim.errors import Problem, UsageError
from sim.results import tables
from sim.results.faults import study_fault
from sim.results.manifest import Manifest

if TYPE_CHECKING:
    import pyarrow as pa

#: What two studies must have in common for history k of both to have the same luck in the same week.
_SHARED = ("seed", "block", "start", "days", "turns")


@dataclass(frozen=True)
class Source:
    """One study to take arms from."""

    name: str  # as it was asked for
    folder: Path
    manifest: Manifest
    tree: Mapping[str, Any]  # of its resolved scenario
    summary: Mapping[str, Any]  # as it was printed

    @property
    def options(self) -> tuple[str, ...]:
        """Return the options it ran."""
        return self.manifest.identity.options

    @property
    def kept(self) -> int:
        """Return how many replicates per option have their deeds kept."""
        deeds = self.manifest.identity.deeds
        return self.manifest.replicates if deeds is None else min(deeds, self.manifest.replicates)

    @cached_property
    def columns(self) -> Columns:
        """Return its replicates."""
        return Columns(tables.path(self.folder, "replicates"), self.options)

    def deeds(self, option: str) -> pa.Table:
        """Read the deeds of one option."""
        import pyarrow.parquet as pq

        file = tables.path(self.folder, "deeds")
        if not file.exists():
            raise study_fault(file, "is missing", "run the same command again: finished parts are kept")
        return pq.read_table(file, filters=[("option", "=", option)])

    def sharing(self) -> dict[str, Any]:
        """Return what decides the luck of a history and the week it falls in."""
        held = self.manifest
        identity = held.identity
        values = (identity.seed, identity.block, held.start[:10], held.days, held.turns)
        return dict(zip(_SHARED, values, strict=True))


@dataclass(frozen=True)
class Arm:
    """One option of one study."""

    name: str  # within the comparison
    source: Source
    option: str
    against: int | None  # place of the arm it is compared to; None: it is a reference

    @property
    def label(self) -> str:
        """What its option is called, after the study where there are several."""
        said = ((self.source.tree.get("options") or {}).get(self.option) or {}).get("label")
        label = str(said or self.option.replace("_", " "))
        return label if self.name == self.option else f"{self.source.name}: {label}"


def arms(sources: Sequence[Source], options: Sequence[str] = ()) -> list[Arm]:
    """Return the arms of a comparison, references first within each study.

    Of one study: its options (or those named, in their order), each against the first. Of several: the
    options that all of them have, each against the same option of the first study; where they share none,
    the first option of each, against that of the first.

    Raises a `UsageError` where there is nothing to compare, where an option is not there, or where studies do
    not share their luck, naming what differs.
    """
    _refuse_strangers(sources)
    if len(sources) == 1:
        chosen = [(sources[0], option) for option in options or sources[0].options]
    else:
        shared = [o for o in sources[0].options if all(o in source.options for source in sources)]
        wanted = [options or shared or source.options[:1] for source in sources]
        chosen = [(source, option) for source, names in zip(sources, wanted, strict=True) for option in names]
    for source, option in chosen:
        if option not in source.options:
            fault = f"`{option}` is not an option of it"
            raise UsageError(_problem(source, fault, f"give one of {', '.join(source.options)}"))
    if len(chosen) < 2:
        raise UsageError(
            _problem(
                sources[0], "one option alone: nothing to compare", "give another option, study or scenario"
            )
        )
    return _placed(chosen, sources[0])


def _placed(chosen: Sequence[tuple[Source, str]], first: Source) -> list[Arm]:
    """Give every arm its name and its reference."""
    several = any(source is not first for source, _ in chosen)
    home = {option: place for place, (source, option) in enumerate(chosen) if source is first}
    made = []
    for place, (source, option) in enumerate(chosen):
        is_reference = source is first if several else place == 0
        against = None if is_reference else home.get(option, 0) if several else 0
        made.append(Arm(f"{source.name}: {option}" if several else option, source, option, against))
    return made


def joined(of: Sequence[Arm]) -> Joined:
    """Return the histories of the arms side by side."""
    return Joined([(arm.name, arm.source.columns, arm.option) for arm in of])


def _refuse_strangers(sources: Sequence[Source]) -> None:
    """Raise unless history k has the same luck in all studies, and in the same weeks."""
    first = sources[0].sharing()
    for other in sources[1:]:
        theirs = other.sharing()
        differs = [
            f"`{key}` is {first[key]} and {theirs[key]}" for key in _SHARED if first[key] != theirs[key]
        ]
        if differs:
            fault = f"does not share its luck with {sources[0].folder}: {', '.join(differs)}"
            raise UsageError(_problem(other, fault, "run one of them with what the other has"))


def _problem(source: Source, message: str, repair: str) -> Problem:
    """Return a fault of one study."""
    return Problem(str(source.folder), None, "", message, repair)
