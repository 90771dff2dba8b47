"""Parts of one study from many folders, put together: whose they are, which are missing, which differ."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sim.errors import Problem, StudyError
from sim.results import files
from sim.results.manifest import Manifest
from sim.results.parts import Done, Parts, Unit, part_path
from sim.results.shard import Shard
from sim.results.study import SCENARIO, differences


@dataclass(frozen=True, slots=True)
class Source:
    """A folder with parts of a study: a shard of it, or all of it."""

    folder: Path
    manifest: Manifest
    scenario: str  # resolved
    parts: Parts

    @classmethod
    def read(cls, folder: Path) -> Source:
        """Read what a folder holds; a `StudyError` where that is no study."""
        manifest = Manifest.read(folder)
        try:
            scenario = (folder / SCENARIO).read_text(encoding="utf-8")
        except FileNotFoundError:
            told = Problem(str(folder), None, "", f"has no {SCENARIO}", "run its command again")
            raise StudyError([told]) from None
        return cls(folder, manifest, scenario, Parts(folder, manifest.made_by.digest))

    def command(self, shard: Shard | None) -> str:
        """Return the command that makes a shard of this study, or all of it, and where."""
        identity = self.manifest.identity
        flags = [part for path in identity.sets for part in ("--set", path)]
        flags += [part for option in identity.options for part in ("--option", option)]
        deeds = "all" if identity.deeds is None else "none" if identity.deeds == 0 else str(identity.deeds)
        flags += ["--deeds", deeds, *["--no-twins"] * (not identity.twins)]
        flags += ["--shard", str(shard)] if shard else []
        counts = ["-n", str(self.manifest.replicates), "--seed", str(identity.seed)]
        start = ["sim", "run", str(self.folder / SCENARIO)]
        return shlex.join([*start, *counts, *flags, "--out", str(self.beside(shard))])

    def beside(self, shard: Shard | None) -> Path:
        """Return where a shard of this study goes: this folder if it is that, else one beside it."""
        mine = self.manifest.shard
        if shard is None or shard == mine:
            return self.folder
        ending = f"-{mine.number}of{mine.parts}" if mine else ""
        return shard.folder(self.folder.with_name(self.folder.name.removesuffix(ending)))

    def grown(self, replicates: int) -> Source:
        """Return this folder as one that is to hold its part of so many replicates."""
        return replace(self, manifest=replace(self.manifest, replicates=replicates))

    def read_file(self, done: Done, table: str) -> bytes | None:
        """Return the bytes of one table of a unit, None where they are not as they were written."""
        try:
            content = part_path(self.folder, done.unit, table).read_bytes()
        except FileNotFoundError:
            return None
        return content if hashlib.sha256(content).hexdigest() == done.checksums[table] else None


@dataclass(frozen=True, slots=True)
class Gathered:
    """Folders with parts of one study."""

    sources: tuple[Source, ...]
    manifest: Manifest  # of the whole, without checksums
    scenario: str  # resolved, of the whole

    def take(self, planned: Sequence[Unit]) -> list[Done]:
        """Return the planned units; a `StudyError` where folders differ in one or none has it."""
        problems = [told for unit in planned for told in self._conflict(unit)]
        if problems:
            raise StudyError(problems)
        found = {unit: next((done for _, done in self._holders(unit)), None) for unit in planned}
        if lacking := [unit for unit, done in found.items() if done is None]:
            raise StudyError(list(self._missing(set(lacking), planned)))
        return [done for done in found.values() if done is not None]

    def copy(self, units: Iterable[Done], target: Path) -> None:
        """Copy the files of units into the study in *target* and index them; what is there already stays.

        Raises
        ------
        StudyError
            Naming every part of which no folder holds the bytes that were written.
        """
        index, damaged = Parts(target, self.manifest.made_by.digest), []
        for done in units:
            lost = [table for table in done.checksums if not self._copy_file(done, table, target)]
            damaged += [self._damaged(done, table) for table in lost]
            if not (lost or index.knows(done)):
                index.record(done)
        if damaged:
            raise StudyError(damaged)

    def _copy_file(self, done: Done, table: str, target: Path) -> bool:
        """Copy one file of a unit from any folder that holds it whole; say whether it is there now."""
        goal = part_path(target, done.unit, table)
        if files.sha256(goal) == done.checksums[table]:
            return True
        for source, _ in self._holders(done.unit):
            content = source.read_file(done, table)
            if content is not None:
                goal.parent.mkdir(parents=True, exist_ok=True)
                files.write_bytes(goal, content)
                return True
        return False

    def _holders(self, unit: Unit) -> Iterator[tuple[Source, Done]]:
        """Yield the folders that index a unit, with what they index."""
        for source in self.sources:
            done = source.parts.find(unit)
            if done is not None:
                yield source, done

    def _conflict(self, unit: Unit) -> Iterator[Problem]:
        """Yield a problem for every folder in which a unit has another content than in the first."""
        holders = list(self._holders(unit))
        for source, theirs in holders[1:]:
            first, mine = holders[0]
            if theirs.checksums != mine.checksums:
                told = f"{_named(unit)} is not what it is in {first.folder}"
                yield Problem(str(source.folder), None, "", told, "leave out one of the two")

    def _missing(self, lacking: set[Unit], planned: Sequence[Unit]) -> Iterator[Problem]:
        """Yield a problem for every shard that is missing or unfinished, with the command that makes it."""
        whole = max(self.sources, key=lambda source: source.manifest.replicates)
        sharded = next((s.manifest.shard for s in self.sources if s.manifest.shard), None)
        shards = [Shard(i + 1, sharded.parts) for i in range(sharded.parts)] if sharded else [None]
        for shard in shards:
            mine = shard.of(planned) if shard else list(planned)
            lost = [unit for unit in mine if unit in lacking]
            if not lost:
                continue
            source = next((s for s in self.sources if s.manifest.shard == shard), whole)
            source = source.grown(whole.manifest.replicates)
            what = f"shard {shard}" if shard else "the study"
            told = f"{what} lacks {len(lost)} of {len(mine)} blocks, the first being {_named(lost[0])}"
            yield Problem(str(source.beside(shard)), None, "", told, f"make them: {source.command(shard)}")

    def _damaged(self, done: Done, table: str) -> Problem:
        """Return the problem of a file that no folder holds as it was written."""
        source, _ = next(self._holders(done.unit))
        command = source.command(source.manifest.shard)
        where = part_path(source.folder, done.unit, table)
        return Problem(str(where), None, "", "is not as it was written", f"make it again: {command}")


def gather(folders: Sequence[Path], *, mixed: bool) -> Gathered:
    """Read folders with parts of one study.

    Parameters
    ----------
    mixed
        Take parts of different makers: libraries, BLAS kernels or SIMD levels.

    Raises
    ------
    StudyError
        Where one holds no study, another study than the first, or (unless *mixed*) parts of another maker.
    """
    sources = tuple(Source.read(folder) for folder in {f.resolve(): f for f in folders}.values())
    strangers = [*_of_other_studies(sources)]
    if strangers or not mixed:
        strangers += _of_other_makers(sources)
    if strangers:
        raise StudyError(strangers)
    longest = max(sources, key=lambda source: source.manifest.replicates)
    makers = [source.manifest.made_by for source in sources]
    others = {maker.digest: maker for maker in makers if maker != makers[0]}
    whole = replace(
        longest.manifest, checksums={}, shard=None, made_by=makers[0], mixed_with=tuple(others.values())
    )
    return Gathered(sources, whole, longest.scenario)


def _of_other_studies(sources: Sequence[Source]) -> Iterator[Problem]:
    """Yield a problem for every folder that holds another study than the first."""
    first, *others = sources
    for source in others:
        one, other = first.manifest.identity, source.manifest.identity
        if told := differences(one, other, first.folder, source.scenario):
            message = f"is of another study ({other.id}) than {first.folder} ({one.id}); {told}"
            yield Problem(str(source.folder), None, "", message, "leave out one of the two")


def _of_other_makers(sources: Sequence[Source]) -> Iterator[Problem]:
    """Yield a problem for every folder whose parts were made otherwise than those of the first."""
    first, *others = sources
    for source in others:
        differ = first.manifest.made_by.differences(source.manifest.made_by)
        if differ:
            told = ", ".join(f"`{key}` is {theirs}, there {mine}" for key, mine, theirs in differ)
            message = f"was made otherwise than {first.folder}: {told}"
            repair = "make it there too, or take both with --mixed: last bits may differ"
            yield Problem(str(source.folder), None, "", message, repair)


def _named(unit: Unit) -> str:
    """Return a unit in words."""
    return f"block {unit.block} of {unit.option}{' (twin)' * unit.twin}"
