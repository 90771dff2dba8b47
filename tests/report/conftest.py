"""A made-up study, written once."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.report import material
from sim.report.material import Material
from tests.report import fake_study


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the study."""
    return fake_study.write(tmp_path_factory.mktemp("studies") / "shell_game" / "3f2a9c17be")


@pytest.fixture(scope="session")
def study(folder: Path) -> Material:
    """Return the files of the study, read."""
    return material.read(folder)
