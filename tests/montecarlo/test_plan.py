"""Which blocks a study needs."""

from __future__ import annotations

import pytest

from sim.errors import UsageError
from sim.montecarlo.order import order
from sim.montecarlo.plan import units
from tests.montecarlo.toy_engine import ToyScenario


def test_blocks_of_all_options_come_together() -> None:
    """An interrupted run has as much of every option."""
    planned = units(["a", "b"], 2100, twins=False)

    assert [(u.option, u.block, u.rows) for u in planned] == [
        ("a", 0, 1024), ("b", 0, 1024), ("a", 1, 1024), ("b", 1, 1024), ("a", 2, 52), ("b", 2, 52),
    ]  # fmt: skip


def test_every_eighth_block_has_a_twin() -> None:
    """Blocks 0, 8, 16: an eighth more work tells luck from assumptions."""
    planned = units(["a"], 17 * 1024, twins=True)

    assert [u.block for u in planned if u.twin] == [0, 8, 16]
    assert len(planned) == 20


def test_the_caller_comes_before_the_scenario_and_that_before_the_default() -> None:
    """Seed 0 is a seed like any other, not a missing one."""
    toy = ToyScenario()
    bare = ToyScenario(tree={"start": "2024-06-24", "turn": {"days": 7}, "turns": 3})

    assert (order(toy).replicates, order(toy).seed) == (3000, 5)
    assert (order(toy, replicates=7, seed=0).replicates, order(toy, seed=0).seed) == (7, 0)
    assert (order(bare).replicates, order(bare).seed, order(bare).options) == (10_000, 0, ("baseline",))


def test_options_run_in_the_order_asked_for() -> None:
    """The first is the reference, so the order is the caller's; a repetition counts once."""
    assert order(ToyScenario(), options=["push", "hold", "push"]).options == ("push", "hold")


@pytest.mark.parametrize(("given", "kept"), [("all", None), ("none", 0), ("500", 500), (7, 7), (None, None)])
def test_deeds_are_a_number_or_a_word(given: int | str | None, kept: int | None) -> None:
    """As on the command line, as in Python."""
    assert order(ToyScenario(), deeds=given).deeds == kept


def test_every_argument_at_fault_is_named() -> None:
    """All at once, each with its repair."""
    with pytest.raises(UsageError) as raised:
        order(ToyScenario(), replicates=0, seed=-1, workers=0, options=["psh"], deeds="few")

    told = str(raised.value).splitlines()
    assert [line.split(":")[0] for line in told] == [
        "--option",
        "--replicates",
        "--seed",
        "--workers",
        "--deeds",
    ]
    assert "did you mean `push`?" in told[0]
