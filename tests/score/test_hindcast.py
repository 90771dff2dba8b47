"""Hindcast: nothing known only later, forecasts of a reference class by one rule, proper scores."""

from __future__ import annotations

import json
import math
from datetime import date
from pathlib import Path

import pytest

from sim.cli import main
from sim.montecarlo.block import simulate
from sim.score.hindcast import brier, forecast, hindcast, log_score, play, quantities, records, scores, tally
from sim.score.history_shapes import Reference
from tests.score.toy_history import ESTIMATED, KNOWN, faults, later


def said(folder: Path, outcomes: str = KNOWN, estimated: str = ESTIMATED) -> list[str]:
    """Return the faults of a file, each without its folder."""
    return faults(hindcast, later(folder, outcomes, estimated))


@pytest.mark.parametrize(
    ("outcomes", "message"),
    [
        (
            KNOWN.replace("2029-11-30", "2030-01-01"),
            "10: outcomes.protested.reference.as_of: is not before the start, 2030-01-01: it could not be "
            "known; give a source from before it",
        ),
        (
            KNOWN.replace("by: 2030-03-01", "by: 2030-02-01"),
            "11: outcomes.protested.watch: does not end with what is known; write `by: 2030-03-01`",
        ),
        (
            KNOWN.replace("first: 2030-02-01", "first: 2029-12-01"),
            "7: outcomes.protested.first: is not between the start, 2030-01-01, and 2030-03-01; "
            "move it to `left_out`",
        ),
        (
            KNOWN.replace("action: protest", "action: protst"),
            "11: outcomes.protested.watch.does.action: `protst` is not an action; did you mean `protest`?",
        ),
        (
            KNOWN.replace("    first: 2030-02-01\n", ""),
            "4: outcomes.protested: gives the day it `first` happened exactly where it did",
        ),
        (
            KNOWN.replace("k: 2", "k: 20000"),
            "10: outcomes.protested.reference: makes a certainty of its forecast, which no score can weigh; "
            "give fewer cases, or more years",
        ),
        (
            KNOWN.replace("years: 10", "years: 10, n: 10"),
            "10: outcomes.protested.reference: needs either n or years",
        ),
    ],
)
def test_faults_of_outcomes(tmp_path: Path, outcomes: str, message: str) -> None:
    """What was not known at the start is no forecast; what came before it is no outcome."""
    assert message in said(tmp_path, outcomes)


@pytest.mark.parametrize(
    ("estimated", "message"),
    [
        (
            ESTIMATED.replace("at: 2030-03-01", "at: 2031-03-01"),
            "quantities.delivered.at: is not within the scenario, 2030-01-01 to 2030-03-26",
        ),
        (
            ESTIMATED + "    known: true\n",
            "quantities.delivered.known: goes with an `as_of` before the start, 2030-01-01, and only "
            "with one",
        ),
        (ESTIMATED.replace("shells.delivered", "shells.deliverd"), "quantities.delivered.path: "),
        (ESTIMATED.replace("high: 100", "high: 0"), "quantities.delivered: has a range that does not rise"),
    ],
)
def test_faults_of_quantities(tmp_path: Path, estimated: str, message: str) -> None:
    """A date, a range and a path that are there."""
    assert any(message in fault for fault in said(tmp_path, estimated=estimated))


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    """What cannot be read hides nothing of the other rows."""
    outcomes = KNOWN.replace("years: 10", "years: .nan") + KNOWN.replace("2029-11-30", "2030-01-01").replace(
        "  protested:", "  late:"
    ).replace("action: protest", "action: protst")

    found = said(tmp_path, outcomes, ESTIMATED.replace("at: 2030-03-01", "at: 2031-03-01"))

    assert [fault.split(":")[1].strip() for fault in found] == [
        "outcomes.protested.reference.years",
        "outcomes.late.reference.as_of",
        "outcomes.late.watch.does.action",
        "quantities.delivered.at",
    ]


def test_forecasts_of_a_reference_class_by_hand() -> None:
    """A hazard over the window, or a share of cases; never 0 and never 1."""
    common = {"of": "C", "source": "S", "as_of": "2029-01-01"}
    start, by = date(2030, 1, 1), date(2032, 1, 1)

    hazard = forecast(Reference(k=2, years=10.0, **common), start, by)
    cases = forecast(Reference(k=2, n=2, **common), start, by)

    assert hazard == pytest.approx(1 - math.exp(-0.25 * 730 / 365.25))
    assert cases == pytest.approx(2.5 / 3)


def test_scores_by_hand() -> None:
    """Brier and log score, less is better; the model's log score never meets a certainty."""
    found = [
        {"happened": True, "model": 1.0, "model_for_log": 0.9, "reference": 0.25},
        {"happened": False, "model": 0.2, "model_for_log": 0.2, "reference": 0.5},
    ]

    model, reference, coin = scores(found)

    assert (brier(0.3, happened=True), log_score(0.25, happened=False)) == (
        pytest.approx(0.49),
        -math.log(0.75),
    )
    assert model["brier"] == pytest.approx((0 + 0.04) / 2)
    assert model["log_score"] == pytest.approx(-(math.log(0.9) + math.log(0.8)) / 2)
    assert reference["brier"] == pytest.approx((0.5625 + 0.25) / 2)
    assert (coin["brier"], coin["log_score"]) == (0.25, pytest.approx(math.log(2)))
    assert tally(found).startswith("2 outcomes, 1 of which happened")


def test_what_came_and_what_was_there_at_a_date(tmp_path: Path) -> None:
    """Outcomes up to the last known day, quantities at the end of the turn that holds their date."""
    known = hindcast(later(tmp_path, KNOWN, ESTIMATED.replace("2030-03-01", "2030-03-25")))
    came, values = play(known, replicates=128, seed=3, workers=1)
    (record,) = records(known, came)
    (quantity,) = quantities(known, values)
    tables = simulate(known.scenario, "as_is", 0, 3, rows=128)
    deeds = tables.deeds.to_pandas()
    protests = deeds[(deeds["actor"] == "CCC") & (deeds["action"] == "protest") & (deeds["turn"] <= 8)]
    final = tables.replicates["q:pipelines.aaa_bbb_shells.delivered"].to_numpy()

    assert 0 < record["model"] == protests["replicate"].nunique() / 128 < 1
    assert values["delivered"] == pytest.approx(final)
    assert (quantity["overlaps"], quantity["share_within"]) == (True, 1.0)


def test_the_command_says_how_few_outcomes_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No pass mark: scores beside a reference and a coin, and what is left out with its reason."""
    asked = ["score", "--hindcast", "--file", str(later(tmp_path)), "-n", "32", "--workers", "1", "--quiet"]

    assert main(asked) == 0
    table = capsys.readouterr().out
    assert main([*asked, "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)

    assert max(map(len, table.splitlines())) <= 100
    assert "1 outcome, 1 of which happened: too few" in table
    assert "left out: early: Before" in table
    assert [score["forecast"] for score in told["scores"]] == ["model", "reference", "coin"]
    assert told["hindcast"][0]["happened"] is True


def test_the_shipped_outcomes_are_of_the_time_after_the_start() -> None:
    """What ended before the start or is undecided is left out with its reason."""
    known = hindcast()

    assert len(known.outcomes) == 8
    assert set(known.left_out) == {"un_panel_of_experts_ended", "rok_joins_purl"}
    assert known.by == date(2026, 4, 19)
