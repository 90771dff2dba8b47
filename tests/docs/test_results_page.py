"""The page on results names every file and every column a study has."""

from __future__ import annotations

import pytest

import sim
from sim.results.tables import NAMES
from tests.docs.blocks import ROOT

PAGE = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> sim.Study:
    """Return a small finished study with everything in it."""
    folder = tmp_path_factory.mktemp("docs")
    file = folder / "small.yaml"
    file.write_text("name: small\nextends: toy\nturns: 4\n", encoding="utf-8")
    return sim.run(file, replicates=64, workers=1, options=["as_is"], out=folder / "study", quiet=True)


def test_every_file_is_described(study: sim.Study) -> None:
    """What lies in the folder is in the table of the page."""
    names = [path.name for path in study.path.iterdir() if not path.name.startswith(".")]

    assert {"replicates.parquet", "summary.json"} <= set(names)
    assert not [name for name in names if f"`{name}" not in PAGE]


@pytest.mark.parametrize("table", NAMES)
def test_every_column_is_described(study: sim.Study, table: str) -> None:
    """Columns by name, those of assumptions, outcomes and quantities by their prefix."""
    columns = getattr(study, table).columns
    families = {name.split(":")[0] + ":" if ":" in name else name for name in columns}

    assert not [name for name in families if f"`{name}" not in PAGE]
