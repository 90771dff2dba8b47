"""Keep the memory a turn frees, and give back what a block has left behind.

A turn makes hundreds of arrays of a few hundred kilobytes. By default the C library returns the top of its
heap to the system as soon as it is free and asks for it again, page by page. What a block leaves, a worker
gives back before the next: its model holds itself in circles, and a heap that only grows does so block by
block.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Callable
from functools import cache

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # parameters of glibc's mallopt
_LARGEST_ON_HEAP = 32 * 1024 * 1024
_KEEP = 512 * 1024 * 1024


@cache
def keep_freed_memory() -> bool:
    """Ask glibc to keep freed memory; return whether there was a glibc to ask. Changes no result."""
    mallopt = _of_the_c_library("mallopt")
    if mallopt is None:
        return False
    return bool(mallopt(_MMAP_THRESHOLD, _LARGEST_ON_HEAP) and mallopt(_TRIM_THRESHOLD, _KEEP))


def give_back() -> None:
    """Free what the last block left. For a worker's process: what it holds after its first stays for good.

    Looking through everything for circles takes as long as a block of a small world; so what is there after
    the first block is never looked through again.
    """
    gc.collect()
    _set_aside()
    malloc_trim = _of_the_c_library("malloc_trim")
    if malloc_trim is not None:
        malloc_trim(0)


@cache
def _set_aside() -> None:
    """Take what there is now out of every later search for circles."""
    gc.freeze()


def _of_the_c_library(name: str) -> Callable[..., int] | None:
    """Return a function of glibc; None where it is another library."""
    if not sys.platform.startswith("linux"):
        return None
    found: Callable[..., int] | None = getattr(ctypes.CDLL(None), name, None)
    return found
