"""What leads to an outcome: found where it was put, and not found where it was not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.analysis import fifths, happenings
from sim.analysis.columns import Columns
from sim.analysis.happenings import Happenings, Kind
from sim.analysis.pathways import Pathways, pathways
from tests.report import fake_study

OPTIONS = list(fake_study.SCENARIO["options"])
PROBE = Kind("PRK", "grey_zone", "KOR")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the made-up study."""
    return fake_study.write(tmp_path_factory.mktemp("pathways") / "x")


@pytest.fixture(scope="module")
def deeds(folder: Path) -> Happenings:
    """Return the deeds of its first option."""
    return happenings.read(folder / "deeds.parquet", OPTIONS[0], 600)


@pytest.fixture(scope="module")
def found(folder: Path, deeds: Happenings) -> Pathways:
    """Return the pathways to a clash."""
    columns = Columns(folder / "replicates.parquet", OPTIONS)
    when = columns["t:clash"][0, :600]
    drawn = {name: columns[f"a:{name}"][0, :600] for name in columns.named("a:")}
    told = pathways("clash", OPTIONS[0], when, deeds, {}, drawn, 7.0)
    assert told is not None
    return told


def test_the_deed_before_most_clashes_is_found(found: Pathways) -> None:
    """Four clashes in five, and one other history in seven, have North Korea probe the South before."""
    lift = found.deeds[0]

    assert lift.what == PROBE
    assert lift.there == pytest.approx(0.8, abs=0.06)
    assert lift.elsewhere < 0.2
    assert lift.low > 2
    assert found.chains[0].steps == (PROBE,)
    assert found.chains[0].days == pytest.approx(42)


def test_chains_and_the_rest_add_up(found: Pathways) -> None:
    """Every history that got there did so by some chain."""
    assert sum(chain.share for chain in found.chains) + found.rest == pytest.approx(1)
    assert found.cases + found.others <= 600
    assert all(chain.low <= chain.share <= chain.high for chain in found.chains)


def test_what_has_nothing_to_do_with_it_is_not_told(found: Pathways) -> None:
    """Protests come at random and the assumptions do not matter for a clash."""
    assert all(lift.what == PROBE for lift in found.deeds)
    assert found.assumptions == ()


def test_the_deed_that_is_the_outcome_leads_to_nothing(found: Pathways) -> None:
    """The incident comes in the turn of the clash, which is not before it."""
    assert all(isinstance(lift.what, Kind) and lift.what.action != "incident" for lift in found.deeds)


def test_too_few_histories_are_not_told_of(deeds: Happenings) -> None:
    """Forty-nine cases are an anecdote."""
    when = np.full(600, -1)
    when[:49] = 20

    assert pathways("rare", OPTIONS[0], when, deeds, {}, {}, 7.0) is None


def test_reading_stops_where_it_is_told_to(folder: Path, deeds: Happenings) -> None:
    """As many histories as asked for, of that option alone."""
    fewer = happenings.read(folder / "deeds.parquet", OPTIONS[1], 100)

    assert deeds.rows == 600
    assert fewer.rows == 100
    assert fewer.numbers["replicate"].max() == 99


def test_the_worst_rung_of_a_pair_is_that_of_its_gravest_deed(folder: Path, deeds: Happenings) -> None:
    """A clash is rung 6, a probe 4, whoever of the two did it."""
    columns = Columns(folder / "replicates.parquet", OPTIONS)
    clashed = columns["t:clash"][0, :600] >= 0
    worst = deeds.worst()

    assert set(worst) == {("KOR", "PRK"), ("KOR", "RUS")}
    assert ((worst["KOR", "PRK"] == 6) == clashed).all()
    assert (worst["KOR", "RUS"] == 1).all()


def test_the_assumption_that_decides_is_found_and_the_others_are_not(folder: Path) -> None:
    """Output decides the deliveries; losses on the way and the story do not."""
    columns = Columns(folder / "replicates.parquet", OPTIONS)
    held = {(each.outcome, each.assumption): each for each in fifths.swings(columns, OPTIONS[0])}
    output = held["shells", "prk_shell_output"]

    assert output.clear
    assert output.rates[1].probability - output.rates[0].probability == pytest.approx(output.difference)
    assert output.difference > 0.9
    assert [key for key, each in held.items() if each.clear] == [("shells", "prk_shell_output")]
    assert ("nuclear", "prk_shell_output") not in held  # it never came


def test_the_interval_of_unpaired_rates_is_newcombes() -> None:
    """The example of the paper: 56 of 70 against 48 of 80 (Newcombe 1998, table II, method 10)."""
    difference, low, high = fifths.unpaired(56, 70, 48, 80, 1.959964)

    assert difference == pytest.approx(0.2)
    assert low == pytest.approx(0.0524, abs=5e-5)
    assert high == pytest.approx(0.3339, abs=5e-5)


def test_an_assumption_without_effect_looks_clear_in_one_of_twenty() -> None:
    """The interval of a difference between the two ends leaves out zero no oftener than it says."""
    luck = np.random.default_rng(7)
    outside = 0
    for _ in range(200):
        came = luck.random(2000) < 0.3
        for _ in range(5):
            (_, low_end), (_, high_end) = fifths.ends(luck.random(2000))
            counts = [(int((came & end).sum()), int(end.sum())) for end in (high_end, low_end)]
            _, low, high = fifths.unpaired(*counts[0], *counts[1], 1.959964)
            outside += not low <= 0 <= high

    assert outside / 1000 == pytest.approx(0.05, abs=0.02)
