"""Files are whole or not there."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from sim.errors import StudyError
from sim.results import files, folders, lock, parts
from sim.results.faults import explained
from tests.montecarlo.toy_study import Toy


def test_a_write_that_fails_leaves_what_was(tmp_path: Path) -> None:
    """Yesterday's truth, not half of today's; and nothing beside it."""
    target = tmp_path / "a.json"
    files.write_bytes(target, b"old")

    def fail() -> None:
        """Write half."""
        with files.whole(target) as file:
            file.write(b"ne")
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        fail()

    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_leftovers_of_dead_writers_are_swept(tmp_path: Path) -> None:
    """Whatever folder they lie in."""
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / f"{files.UNFINISHED}12-3.parquet").touch()

    files.sweep(tmp_path)

    assert not list((tmp_path / "parts").iterdir())


def test_a_lock_ends_with_its_holder(tmp_path: Path) -> None:
    """Two cannot write; one after the other can."""
    with (
        lock.writing(tmp_path),
        pytest.raises(StudyError, match="being written by another run"),
        lock.writing(tmp_path),
    ):
        pass

    with lock.writing(tmp_path):
        pass


def test_a_full_disk_is_said_in_one_line(tmp_path: Path) -> None:
    """Not a traceback: the repair is the user's."""
    with pytest.raises(StudyError, match="No space left on device; free some room"), explained(tmp_path):
        raise OSError(errno.ENOSPC, "full")


@pytest.mark.parametrize("name", ["no_aid", "a/b", "..", ".", "Süd ost", "a\\b:c"])
def test_any_name_makes_one_folder(name: str, tmp_path: Path) -> None:
    """No name of an option or scenario leaves its folder, and none collides."""
    folder = tmp_path / parts.folder_name(name)

    folder.mkdir()

    assert [p.resolve() for p in tmp_path.iterdir()] == [folder.resolve()]
    assert folder.resolve().parent == tmp_path.resolve()


def test_a_scenario_names_its_newest_study(toy: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By name, by folder; a near miss is asked about."""
    monkeypatch.chdir(tmp_path)
    toy(None, replicates=10, seed=1)
    newest = toy(None, replicates=10, seed=2)

    assert folders.find("toy") == newest.path
    assert folders.find(newest.path) == newest.path
    with pytest.raises(StudyError, match="did you mean `toy`"):
        folders.find("toi")


def test_a_torn_index_loses_one_line(tmp_path: Path) -> None:
    """A writer killed in the middle of a line costs that unit, not the next."""
    unit = parts.Unit("a", 0, twin=False, rows=1024)
    kept = parts.Parts(tmp_path, "me")
    kept.record(parts.Done(unit, "me", {}))
    index = tmp_path / "parts" / parts.INDEX
    index.write_bytes(index.read_bytes() + b'{"option":"a","blo')

    parts.Parts(tmp_path, "me").record(parts.Done(parts.Unit("a", 1, twin=False, rows=1024), "me", {}))

    again = parts.Parts(tmp_path, "me")
    assert again.find(unit)
    assert again.find(parts.Unit("a", 1, twin=False, rows=1024))
    assert not again.find(parts.Unit("a", 1, twin=False, rows=7))


def test_parts_of_another_maker_are_not_taken(tmp_path: Path) -> None:
    """Another version or processor may differ in the last bit: a study is of one making."""
    unit = parts.Unit("a", 0, twin=False, rows=1024)
    parts.Parts(tmp_path, "me").record(parts.Done(unit, "me", {}))

    assert not parts.Parts(tmp_path, "another").find(unit)
