"""Open strategic wargame simulator: thousands of histories of a scenario, and what they say.

>>> import sim
>>> study = sim.run("munitions_pipeline", replicates=2000)  # doctest: +SKIP
>>> study.outcomes()  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.api import compare as compare
    from sim.api import load_scenario as load_scenario
    from sim.api import load_study as load_study
    from sim.api import merge as merge
    from sim.api import plan as plan
    from sim.api import run as run
    from sim.api import sensitivity as sensitivity
    from sim.api import shard as shard
    from sim.api import sweep as sweep
    from sim.errors import ScenarioError as ScenarioError
    from sim.errors import SimError as SimError
    from sim.errors import StudyError as StudyError
    from sim.errors import UsageError as UsageError
    from sim.explored import Sensitivity as Sensitivity
    from sim.explored import Sweep as Sweep
    from sim.study import Study as Study

__version__ = "0.1.0"

#: Public names, and the module each is loaded from when first asked for.
_PUBLIC = {
    "Sensitivity": "sim.explored",
    "Study": "sim.study",
    "Sweep": "sim.explored",
    "compare": "sim.api",
    "load_scenario": "sim.api",
    "load_study": "sim.api",
    "merge": "sim.api",
    "plan": "sim.api",
    "run": "sim.api",
    "sensitivity": "sim.api",
    "shard": "sim.api",
    "sweep": "sim.api",
    "ScenarioError": "sim.errors",
    "SimError": "sim.errors",
    "StudyError": "sim.errors",
    "UsageError": "sim.errors",
}

__all__ = [
    "ScenarioError",
    "Sensitivity",
    "SimError",
    "Study",
    "StudyError",
    "Sweep",
    "UsageError",
    "__version__",
    "compare",
    "load_scenario",
    "load_study",
    "merge",
    "plan",
    "run",
    "sensitivity",
    "shard",
    "sweep",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for: ``import sim`` costs nothing."""
    if name not in _PUBLIC:
        raise AttributeError(f"module `sim` has no `{name}`")
    from importlib import import_module

    value = getattr(import_module(_PUBLIC[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted(set(globals()) | set(__all__))
