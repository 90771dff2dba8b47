"""Which study it is."""

from __future__ import annotations

from dataclasses import replace

from sim.results.identity import Identity, scenario_digest, with_run_keys

ONE = Identity("abc", (), 0, "0.1", 1024, ("a", "b"), 10_000, twins=True)


def test_everything_that_moves_a_number_moves_the_id() -> None:
    """Any one of its parts gives another study."""
    others = [
        replace(ONE, scenario="abd"),
        replace(ONE, sets=("x=1",)),
        replace(ONE, seed=1),
        replace(ONE, engine="0.2"),
        replace(ONE, block=512),
        replace(ONE, options=("b", "a")),
        replace(ONE, deeds=None),
        replace(ONE, twins=False),
    ]

    assert len({ONE.id, *(other.id for other in others)}) == 9
    assert len(ONE.id) == 10


def test_a_manifest_gives_the_identity_back() -> None:
    """What is written is read as it was."""
    assert Identity.read(ONE.record()) == ONE


def test_the_number_of_replicates_is_no_part_of_the_scenario() -> None:
    """A longer run is the same study; only keys at the top are meant."""
    text = "name: a\nreplicates: 10\nseed: 3\ninner:\n  seed: 4\n"

    assert scenario_digest(text) == scenario_digest(text.replace("10", "20").replace("seed: 3", "seed: 9"))
    assert scenario_digest(text) != scenario_digest(text.replace("seed: 4", "seed: 5"))


def test_the_scenario_kept_runs_as_it_ran() -> None:
    """Replicates and seed are those of the run, once each."""
    kept = with_run_keys("name: a\nreplicates: 10\nturns: 3\n", 500, 8)

    assert kept.splitlines() == ["name: a", "replicates: 500", "turns: 3", "seed: 8"]
