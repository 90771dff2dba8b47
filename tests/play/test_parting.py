"""Where two options of one history part: as the tables say, with a difference that adds up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from sim.analysis.parting import own_deeds, parted, prints
from sim.api import load_scenario
from sim.play.history import open_history
from sim.play.parting import as_record, part
from sim.play.telling_parting import tell_parting
from tests.model.histories import PIPELINE, SEED, written
from tests.play.opening import study


@pytest.mark.parametrize(
    ("name", "options", "replicate"),
    [
        *(("toy", ("as_is", "denied"), replicate) for replicate in (0, 2, 5)),
        *(("munitions_pipeline", ("as_agreed", "denied"), replicate) for replicate in (1, 6)),
    ],
)
def test_histories_part_where_the_tables_say(name: str, options: tuple[str, str], replicate: int) -> None:
    """In the turn of `sim compare`, and what differs in it is what only one side did."""
    held = study(name)
    deeds = [
        pa.Table.from_pandas(held.deeds[held.deeds["option"] == option], preserve_index=False)
        for option in options
    ]
    own = [p for option in options for p in own_deeds(held.scenario.tree["options"][option] or {})]
    turns = held.manifest.turns
    when = parted(*(prints(table, 8, turns, own) for table in deeds))

    parting = held.part(replicate, *options)

    assert parting.turn == when[replicate]
    assert bool(parting.turnings) == (parting.turn >= 0)
    assert all(one.deed.turn == parting.turn for one in parting.turnings)
    assert [one.option for one in parting.histories] == list(options)


def test_the_difference_of_what_parted_them_adds_up() -> None:
    """Part by part, from the rate on one side to the rate on the other."""
    held, checked = study("toy"), 0
    for replicate in range(8):
        for turning in held.part(replicate, "as_is", "denied").turnings:
            if turning.log_rate is not None and turning.log_rate_other is not None:
                gap = sum(one.nats for one in turning.differences)
                assert gap == pytest.approx(turning.log_rate - turning.log_rate_other, abs=1e-4)
                checked += np.isfinite(gap)
    assert checked


def test_an_order_is_told_apart_from_a_free_decision_of_its_kind() -> None:
    """Washington leads measures of its own accord under one option, under the other by order."""
    scenario = load_scenario(PIPELINE, ["turns=20"])

    parting = part(scenario, ("as_agreed", "monitored"), 26, SEED)

    assert [(name, deed.by, deed.own) for name, deed in parting.own] == [
        ("monitored", "option", True),
        ("as_agreed", "clock", False),
    ]
    text = " ".join(" ".join(tell_parting(parting)).split())
    assert text.count("[its own order]") == 1
    assert text.count("[decided freely, of a kind that an option here orders or forbids]") == 1


def test_a_rule_of_the_option_is_its_own(tmp_path: Path) -> None:
    """A rule of the world is nobody's order."""
    said = """
doctrine:
  - {actor: AAA, when: {path: states.AAA.munitions.stock, above: 0}, firmness: 1,
     do: {action: protest, target: CCC}}
options:
  ruled:
    doctrine:
      - {actor: CCC, when: {path: states.AAA.munitions.stock, above: 0}, firmness: 1,
         do: {action: protest, target: AAA}}
turns: 3
"""
    told = open_history(written(tmp_path, said), "ruled", 0, 1)

    assert {(d.actor, d.own) for d in told.deeds if d.by == "doctrine"} == {("AAA", False), ("CCC", True)}
    lines = [line for line in told.tell(400, why=False) if "rotests" in line and "[by" in line]
    assert any("[by doctrine]" in line for line in lines)
    assert any("[by a rule of the option]" in line for line in lines)


def test_an_option_beside_itself_never_parts() -> None:
    """The same luck: nothing to tell."""
    parting = study("toy").part(3, "as_is", "as_is")

    assert parting.turn == -1
    assert not parting.after
    assert "the same is done throughout" in " ".join(tell_parting(parting))
    assert as_record(parting)["turn"] == -1
