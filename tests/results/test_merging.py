"""Shards put together are the study; what does not belong together is refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.errors import StudyError, UsageError
from sim.results.shard import Shard
from tests.montecarlo.toy_engine import ToyScenario
from tests.montecarlo.toy_study import Toy, digests, indexed

Make = Callable[..., Path]


@pytest.fixture
def part(toy: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Return a function that makes one shard of the toy of 2,100 replicates."""
    monkeypatch.setattr("sim.scenario.loader.load", lambda *_: ToyScenario())
    monkeypatch.setattr("sim.montecarlo.runner.IN_PROCESS", 99)

    def make(text: str, where: str = "", **given: Any) -> Path:
        """Make it beside the others."""
        number, parts = text.split("/")
        out = tmp_path / (where or f"s-{number}of{parts}")
        settled = {"replicates": 2100, "workers": 1, "quiet": True} | given
        return sim.shard(settled.pop("scenario", ToyScenario()), text, out=out, **settled)

    return make


def flip(file: Path) -> None:
    """Flip a byte in the middle of a file."""
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0x10
    file.write_bytes(content)


@pytest.mark.parametrize("parts", [1, 3, 16])
def test_shards_together_are_the_study(parts: int, part: Make, toy: Toy, tmp_path: Path) -> None:
    """Byte for byte, in any order, more shards than blocks included."""
    shards = [part(f"{n + 1}/{parts}") for n in range(parts)]

    study = sim.merge(shards[::-1], out=tmp_path / "whole", report=False)

    assert digests(study.path) == digests(toy(tmp_path / "straight").path)
    assert sum(map(indexed, shards)) == 8


def test_a_merged_study_is_gone_on_with(part: Make, toy: Toy, tmp_path: Path) -> None:
    """It has its parts: extending takes only what is new."""
    merged = sim.merge([part("1/2"), part("2/2")], out=tmp_path / "whole", report=False)
    before = indexed(merged.path)

    toy(merged.path, replicates=3072)

    assert digests(merged.path) == digests(toy(tmp_path / "straight", replicates=3072).path)
    assert indexed(merged.path) == before + 2  # the block that was cut, of both options


def test_merging_again_does_nothing(part: Make, tmp_path: Path) -> None:
    """Nor does it harm when a shard is given twice."""
    shards = [part("1/2"), part("2/2")]
    sim.merge(shards, out=tmp_path / "whole", report=False)
    before = {file: file.stat().st_mtime_ns for file in (tmp_path / "whole").glob("[!.]*.*")}

    sim.merge([*shards, shards[0]], out=tmp_path / "whole", report=False)

    assert {file: file.stat().st_mtime_ns for file in (tmp_path / "whole").glob("[!.]*.*")} == before


def test_what_is_missing_is_named_with_its_command(part: Make, tmp_path: Path) -> None:
    """One line a shard, absent or unfinished; nothing is written."""
    first, second = part("1/3"), part("2/3")
    index = second / "parts" / "index.jsonl"
    index.write_text("\n".join(index.read_text().splitlines()[:-1]) + "\n")

    with pytest.raises(StudyError) as raised:
        sim.merge([first, second], out=tmp_path / "whole")

    lines = str(raised.value).splitlines()
    assert lines[0].startswith(f"{second}: shard 2/3 lacks 1 of 3 blocks, the first being block 2 of push; ")
    assert lines[1].startswith(f"{tmp_path / 's-3of3'}: shard 3/3 lacks 2 of 2 blocks, the first being ")
    assert lines[1].endswith(
        f"make them: sim run {first / 'scenario.yaml'} -n 2100 --seed 5 --option hold --option push "
        f"--deeds 10000 --shard 3/3 --out {tmp_path / 's-3of3'}"
    )
    assert not (tmp_path / "whole").exists()


def test_other_studies_are_refused(part: Make, tmp_path: Path) -> None:
    """With the key that differs."""
    first, second = part("1/2"), part("2/2", seed=6, twins=False)

    with pytest.raises(StudyError, match=r"is of another study .*`seed` was 5 and is 6, `twins` was True"):
        sim.merge([first, second], out=tmp_path / "whole")


def test_other_makers_are_refused_unless_told(part: Make, toy: Toy, tmp_path: Path) -> None:
    """The library, BLAS kernel or SIMD level that differs is named, and kept in the manifest."""
    first, second = part("1/2"), part("2/2")
    made_elsewhere(second, numpy="1.0")

    with pytest.raises(StudyError, match=r"made otherwise than .*: `numpy` is 1\.0, there .*--mixed"):
        sim.merge([first, second], out=tmp_path / "whole")
    study = sim.merge([first, second], out=tmp_path / "whole", mixed=True, report=False)

    assert study.manifest.mixed_with[0].versions["numpy"] == "1.0"
    straight = toy(tmp_path / "straight").path
    tables = [name for name in digests(straight) if name != "manifest.json"]
    assert [digests(study.path)[name] for name in tables] == [digests(straight)[name] for name in tables]


def made_elsewhere(folder: Path, **versions: str) -> None:
    """Make a shard one that other versions made."""
    from sim.results.engine import Maker
    from sim.results.parts import Parts

    record = json.loads((folder / "manifest.json").read_text())
    mine = Parts(folder, Maker(record["versions"], record["machine"]).digest).every()
    record["versions"] |= versions
    (folder / "manifest.json").write_text(json.dumps(record))
    maker = Maker(record["versions"], record["machine"]).digest
    (folder / "parts" / "index.jsonl").unlink()
    for done in mine:
        Parts(folder, maker).record(type(done)(done.unit, maker, done.checksums, done.happened))


def test_overlaps_that_agree_are_taken_and_others_refused(part: Make, toy: Toy, tmp_path: Path) -> None:
    """The same block from two folders is the same block, or something is wrong."""
    study = toy(tmp_path / "study")
    first = part("2/2")

    merged = sim.merge([first, study.path], out=tmp_path / "whole", report=False)
    odd = part("2/2", "odd", scenario=ToyScenario(trouble="odd"))

    assert digests(merged.path) == digests(study.path)
    with pytest.raises(StudyError, match=rf"odd: block 1 of push is not what it is in {first}"):
        sim.merge([first, odd, study.path], out=tmp_path / "other")


def test_a_flipped_byte_is_named_or_made_good(part: Make, toy: Toy, tmp_path: Path) -> None:
    """Another folder with the block helps; otherwise the command that makes it again is told."""
    first, second = part("1/2"), part("2/2")
    shutil.copytree(first, tmp_path / "copy")
    flip(first / "parts" / "hold" / "0.parquet")

    with pytest.raises(
        StudyError, match=r"0\.parquet: is not as it was written; make it again: sim run .*1/2"
    ):
        sim.merge([first, second], out=tmp_path / "whole")
    study = sim.merge([first, second, tmp_path / "copy"], out=tmp_path / "whole", report=False)
    part("1/2")

    assert digests(study.path) == digests(toy(tmp_path / "straight").path)
    assert digests(sim.merge([first, second], out=tmp_path / "two", report=False).path) == digests(study.path)


@pytest.mark.parametrize("text", ["0/3", "4/3", "3", "a/b", "1/0", "1/100001", "٣/٤", ""])
def test_only_parts_are_parts(text: str) -> None:
    """From 1 to the number of them."""
    assert Shard.read(text) is None


def test_a_shard_is_no_study(part: Make, toy: Toy, tmp_path: Path) -> None:
    """It says so when opened, when gone on with as a whole, and a whole study does not become a shard."""
    shard = part("1/2")

    with pytest.raises(StudyError, match="is shard 1/2 of a study; put its shards together with `sim merge`"):
        sim.load_study(shard)
    with pytest.raises(StudyError, match="holds shard 1/2 of this study, not all of it"):
        toy(shard)
    with pytest.raises(StudyError, match="holds this study as a whole, not shard 1/2"):
        part("1/2", toy(tmp_path / "whole").path.name)
    with pytest.raises(UsageError, match="--shard: '3/2' is not a part of a study"):
        sim.shard(ToyScenario(), "3/2")
    with pytest.raises(UsageError, match="--shard: does not see the blocks of the others"):
        sim.shard(ToyScenario(), "1/2", precision=0.01)
