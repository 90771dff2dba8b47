"""A small shipped tree of its own, so that these tests hold whatever the worlds become."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.scenario.loader import load
from sim.scenario.scenario import Scenario
from sim.world.parameters import Parameters
from tests.scenario.small_tree import ACTIONS, LADDER, SCENARIO, WORLD


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder laid out as the shipped one."""
    (tmp_path / "configs" / "worlds").mkdir(parents=True)
    (tmp_path / "scenarios").mkdir()
    values = {name: min(max(1.0, q.low), q.high) for name, q in Parameters.declared().items()}
    lines = [f"  {name}: {value}" for name, value in values.items()]
    basis = '  basis: {"*": {judgement: Invented, range: [0.9, 1.1]}}'
    (tmp_path / "configs" / "parameters.yaml").write_text("\n".join(["parameters:", basis, *lines]))
    (tmp_path / "configs" / "ladder.yaml").write_text(LADDER)
    (tmp_path / "configs" / "actions.yaml").write_text(ACTIONS)
    (tmp_path / "configs" / "worlds" / "north.yaml").write_text(WORLD)
    (tmp_path / "scenarios" / "strait.yaml").write_text(SCENARIO)
    return tmp_path


Loading = Callable[..., Scenario]


@pytest.fixture
def loading(root: Path) -> Loading:
    """Load a text as a scenario in the small tree."""

    def load_text(text: str = SCENARIO, sets: Sequence[str] = ()) -> Scenario:
        path = root / "mine.yaml"
        path.write_text(text)
        return load(path, sets, root=root)

    return load_text


@pytest.fixture
def faults(loading: Loading) -> Callable[..., list[str]]:
    """Load a text that is at fault and return its lines, the folder taken off."""

    def lines(text: str, sets: Sequence[str] = ()) -> list[str]:
        with pytest.raises(ScenarioError) as caught:
            loading(text, sets)
        return [str(problem).split("/mine.yaml:")[-1] for problem in caught.value.problems]

    return lines
