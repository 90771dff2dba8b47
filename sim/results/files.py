"""Files that are either whole or not there: write beside, fsync, rename."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

#: Start of the name of a file that is not finished.
UNFINISHED = ".unfinished-"


@contextlib.contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """Open a file beside *path* that takes its place when the block ends without an exception."""
    beside = path.with_name(f"{UNFINISHED}{os.getpid()}-{path.name}")
    try:
        with beside.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        _sync_folder(path.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise


def write_bytes(path: Path, content: bytes) -> str:
    """Write *content* whole and return its SHA-256."""
    with whole(path) as file:
        file.write(content)
    return hashlib.sha256(content).hexdigest()


def write_json(path: Path, content: Any) -> str:
    """Write *content* as JSON in its own order of keys, whole, and return its SHA-256."""
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    return write_bytes(path, text.encode() + b"\n")


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, "" where there is none."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""


def sweep(folder: Path) -> None:
    """Remove what writers that died left unfinished anywhere below *folder*."""
    for left in folder.rglob(f"{UNFINISHED}*"):
        with contextlib.suppress(FileNotFoundError):
            left.unlink()


def _sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
