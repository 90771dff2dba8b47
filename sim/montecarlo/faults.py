"""How a run ends early."""

from __future__ import annotations


class Interrupted(KeyboardInterrupt):
    """The user stopped a run; what was finished is kept."""


class UnitsFailed(RuntimeError):
    """Blocks raised; the others were finished first."""
