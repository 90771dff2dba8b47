"""The final tables: deterministic, streamed, readable anywhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.results.parts import Damaged, Done, Unit, write_part
from sim.results.series import SeriesSum
from sim.results.tables import write_all
from tests.montecarlo.toy_study import Toy


def test_columns_are_plain(toy: Toy, tmp_path: Path) -> None:
    """Text is text and flags are flags for every reader; rows come by option, then replicate."""
    study = toy(tmp_path / "s", replicates=1500)
    table = pq.read_table(study.path / "replicates.parquet")

    assert {str(table.schema.field(name).type) for name in ("option", "a:story")} == {"string"}
    assert table.schema.field("o:war").type == pa.bool_()
    assert table["replicate"].to_numpy().tolist() == [*range(1500), *range(1500)]
    assert table["option"].to_pylist() == ["hold"] * 1500 + ["push"] * 1500


def test_series_add_up_over_blocks(toy: Toy, tmp_path: Path) -> None:
    """Every turn of every series counts every history once, those of the last, partial block too."""
    study = toy(tmp_path / "s", replicates=2100)

    totals = study.series.groupby(["option", "series", "turn"])["count"].sum()

    assert len(totals) == 2 * 2 * 12
    assert (totals == 2100).all()


def test_series_of_other_blocks_may_have_other_names() -> None:
    """A block in which a series is absent, or has later turns, adds what it has."""
    total = SeriesSum("a")

    for name, turn in (("x", 0), ("y", 3), ("x", 0)):
        total.add(
            pa.table(
                {"series": [name], "turn": [turn], "bin": [2], "low": [2.0], "high": [3.0], "count": [5]}
            )
        )

    assert total.table().select(["series", "turn", "count"]).to_pylist() == [
        {"series": "x", "turn": 0, "count": 10},
        {"series": "y", "turn": 3, "count": 5},
    ]


def test_blocks_with_other_dictionaries_make_one_table(tmp_path: Path) -> None:
    """Codes of names differ from block to block; the names do not."""
    done = []
    for block, names in enumerate((["x", "y"], ["y", "z"], [])):
        unit = Unit("a", block, twin=False, rows=1024)
        words = pa.array(names, pa.string()).dictionary_encode()
        table = pa.table({"option": pa.array(["a"] * len(names), pa.string()), "actor": words})
        done.append(Done(unit, "", write_part(tmp_path, unit, {"deeds": table})))
    (tmp_path / "new").mkdir()

    write_all(tmp_path, tmp_path / "new", done)

    assert pd.read_parquet(tmp_path / "new" / "deeds.parquet").actor.to_list() == ["x", "y", "y", "z"]


def test_a_table_without_rows_has_its_columns(toy: Toy, tmp_path: Path) -> None:
    """`--deeds none` leaves an empty table, not a missing one."""
    study = toy(tmp_path / "s", replicates=500, deeds="none")

    assert study.deeds.empty
    assert {"option", "replicate", "actor"} <= set(study.deeds.columns)


def test_a_flipped_byte_is_seen_when_read(tmp_path: Path) -> None:
    """Reads are suspicious."""
    unit = Unit("a", 0, twin=False, rows=1024)
    table = pa.table({"option": ["a"] * 50, "replicate": np.arange(50)})
    done = Done(unit, "", write_part(tmp_path, unit, {"replicates": table}))
    part = tmp_path / "parts" / "a" / "0.parquet"
    content = bytearray(part.read_bytes())
    content[60] ^= 1
    part.write_bytes(content)
    (tmp_path / "new").mkdir()

    with pytest.raises(Damaged):
        write_all(tmp_path, tmp_path / "new", [done])

    assert not list((tmp_path / "new").iterdir())
