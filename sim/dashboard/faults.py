"""What could not be read is said on the page: never old numbers under a new choice."""

from __future__ import annotations

import contextlib
import functools
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sim.errors import SimError, StudyError
from sim.results.faults import study_fault


@contextlib.contextmanager
def readable(file: Path) -> Iterator[None]:
    """Turn whatever reading *file* raises into a `StudyError` that names it."""
    import pyarrow as pa

    try:
        yield
    except StudyError:
        raise
    except FileNotFoundError:
        raise study_fault(file, "is missing", "run the scenario again into a new folder") from None
    except (OSError, pa.ArrowException, ValueError, KeyError, TypeError, AttributeError, IndexError) as fault:
        told = " ".join(str(fault).split())[:160]
        raise study_fault(
            file, f"cannot be read ({told})", "run the scenario again into a new folder"
        ) from None


def told(fault: SimError) -> str:
    """Return a fault as the page says it, on one line."""
    return "; ".join(map(str, fault.problems))


def answering(instead: Callable[[str], Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a callback answer with *instead* of what went wrong; faults of ours go to the terminal too."""

    def around(callback: Callable[..., Any]) -> Callable[..., Any]:
        """Return the callback, made to answer whatever happens."""

        @functools.wraps(callback)
        def answered(*given: Any) -> Any:
            """Answer, or say what went wrong."""
            try:
                return callback(*given)
            except SimError as known:
                return instead(told(known))
            except Exception as bug:  # noqa: BLE001  the page must not keep what it showed before
                traceback.print_exc(file=sys.stderr)
                return instead(f"A fault of the dashboard: {type(bug).__name__}: {bug}")

        return answered

    return around
