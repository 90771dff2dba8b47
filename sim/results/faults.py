"""Faults of a study in the words of the user: which file, what is wrong, how to repair it."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from sim.errors import Problem, StudyError

#: Errors of the system when a folder is made, and how the user repairs them.
_PLACES = {
    errno.ENOTDIR: "give the path of a folder with --out",
    errno.EEXIST: "give the path of a folder with --out",
    errno.ENOENT: "give a folder that can be made with --out",
    errno.ENAMETOOLONG: "give a shorter --out",
}

#: Errors of the system at any write, and how the user repairs them.
_REPAIRS = {
    errno.EACCES: "give a folder you may write to with --out",
    errno.EPERM: "give a folder you may write to with --out",
    errno.EROFS: "give a folder you may write to with --out",
    errno.ENOSPC: "free some room, then run the same command again",
    errno.EDQUOT: "free some room, then run the same command again",
    errno.EFBIG: "raise the limit on the size of files, then run the same command again",
    errno.EIO: "check the disk, then run the same command again",
}


def study_fault(where: Path | str, message: str, repair: str) -> StudyError:
    """Return the error for a study at *where* of which *message* is true."""
    return StudyError([Problem(str(where), None, "", message, repair)])


def unwritable(fault: OSError, folder: Path) -> StudyError | None:
    """Return *fault* in the user's words if it is the user's to repair."""
    return _told(fault, folder, _REPAIRS)


def made(folder: Path) -> None:
    """Make a folder; a `StudyError` where that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        known = _told(fault, folder, _REPAIRS | _PLACES)
        if known is None:
            raise
        raise known from None


def _told(fault: OSError, folder: Path, repairs: Mapping[int, str]) -> StudyError | None:
    """Return *fault* in the user's words if there is a repair."""
    repair = repairs.get(fault.errno or 0)
    if repair is None:
        return None
    return study_fault(folder, f"cannot be written: {os.strerror(fault.errno or 0)}", repair)


@contextlib.contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Turn the system's refusal to write below *folder* into a `StudyError`."""
    try:
        yield
    except OSError as fault:
        known = unwritable(fault, folder)
        if known is None:
            raise
        raise known from None
