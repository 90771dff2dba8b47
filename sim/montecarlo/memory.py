"""Keep the memory a block frees, instead of giving it back to the system many times a turn.

A turn makes hundreds of arrays of a few hundred kilobytes. By default the C library returns the top of its
heap to the system as soon as it is free and asks for it again, page by page.
"""

from __future__ import annotations

import ctypes
import sys
from functools import cache

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # parameters of glibc's mallopt
_LARGEST_ON_HEAP = 32 * 1024 * 1024
_KEEP = 512 * 1024 * 1024


@cache
def keep_freed_memory() -> bool:
    """Ask glibc to keep freed memory; return whether there was a glibc to ask. Changes no result."""
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    return bool(mallopt(_MMAP_THRESHOLD, _LARGEST_ON_HEAP) and mallopt(_TRIM_THRESHOLD, _KEEP))
