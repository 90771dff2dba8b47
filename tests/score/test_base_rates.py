"""Base rates: read strictly, counted in the model as a historian would, scored by a stated formula."""

from __future__ import annotations

import csv
import io
import json
import math
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from sim.cli import main
from sim.intervals import wilson
from sim.montecarlo.block import simulate
from sim.scenario.loader import load
from sim.score.base_rates import Record, base_rates, is_inside, measure, nulls, pooled, records, summary
from sim.score.counting import Count, clustered, half_of, jeffreys
from sim.score.worlds import null
from tests.score.toy_history import RATE, SHARE, faults, rates


def said(folder: Path, rows: str, from_week: int = 26) -> list[str]:
    """Return the faults of a file, each without its folder."""
    return faults(base_rates, rates(folder, rows, from_week))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            RATE.replace("[AAA, CCC]", "[AAA, CCD]"),
            "15: rows.rate.dyads.0: `CCD` is not a state; did you mean `CCC`?",
        ),
        (RATE.replace("[AAA, CCC]", "[AAA, AAA]"), "15: rows.rate.dyads.0: is a pair of one state"),
        (
            RATE.replace("0.351", "0.25"),
            "4: rows.rate: has another interval than its counts: [0.351, 0.965]",
        ),
        (
            RATE.replace("    exposure: 25\n", ""),
            "4: rows.rate: is a rate: needs k, exposure and unit, and no n",
        ),
        (SHARE.replace("k: 6", "k: 16"), "4: rows.share: has k above n"),
        (SHARE.replace("    k: 6\n", ""), "4: rows.share: is a share: needs k and n, or value without them"),
        (SHARE.replace("reach_force", "onsets"), "4: rows.share: measures a rate as a share"),
        (
            SHARE.replace("among: all", "among: all\n    dyads: [[AAA, CCC]]"),
            "4: rows.share: measures reach_force: needs one of dyads, among",
        ),
        (SHARE + "    days: 3\n", "4: rows.share: measures reach_force: takes no `days`"),
        (SHARE.replace("reach_force", "longer_than"), "4: rows.share: measures longer_than: needs `days`"),
        (
            SHARE.replace("reach_force", "crises") + "    level: force\n",
            "4: rows.share: measures crises: `level` is one of any, serious, war",
        ),
        (
            SHARE.replace("source: S", "sorce: S"),
            "9: rows.share.sorce: is not a known key; did you mean `source`?",
        ),
        (
            RATE.replace("onsets", "deed_days").replace(
                "dyads: [[AAA, CCC]]", "deeds: [{actor: AAA, action: protst}]"
            ),
            "15: rows.rate.deeds.0.action: `protst` is not an action; did you mean `protest`?",
        ),
    ],
)
def test_faults_have_a_line_and_a_repair(tmp_path: Path, rows: str, message: str) -> None:
    """Whatever is wrong is told where its writer looks."""
    assert message in said(tmp_path, rows)


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    """Of YAML, of shape and of meaning, by line: one for each thing to be mended."""
    endless = RATE.replace("exposure: 25", "exposure: .inf")
    twice = SHARE.replace("source: S", "source: S\n    source: T").replace("  share:", "  twice:")
    unknown = RATE.replace("[AAA, CCC]", "[AAA, CCD]").replace("  rate:", "  unknown:")
    wrong = SHARE.replace("k: 6", "k: 16").replace("reach_force", "onsets").replace("  share:", "  wrong:")
    shapeless = SHARE.replace("among: all", "among: al").replace("  share:", "  shapeless:")

    found = said(tmp_path, endless + twice + unknown + wrong + shapeless, 104)

    assert [fault.split(":", 1)[1].strip() for fault in found] == [
        "from_week: lies past the end, week 104",
        "rows.rate.exposure: `.inf` is not a finite number",
        "rows.twice: `source` is given twice, first on line 22; keep one",
        "rows.unknown.dyads.0: `CCD` is not a state; did you mean `CCC`?",
        "rows.wrong: has k above n",
        "rows.wrong: measures a rate as a share",
        "rows.wrong: measures onsets: needs `dyads`",
        "rows.wrong: measures onsets: takes no `among`",
        "rows.shapeless.among: `al` is not a known word here; did you mean `all`?",
    ]
    assert [int(fault.split(":", 1)[0]) for fault in found] == sorted(int(f.split(":", 1)[0]) for f in found)


def test_a_deed_nobody_can_do_and_a_late_start_are_faults(tmp_path: Path) -> None:
    """Both would make a row that counts nothing."""
    deeds = "deeds: [{actor: AAA, action: protest, target: BBB}]"
    rows = RATE.replace("onsets", "deed_days").replace("dyads: [[AAA, CCC]]", deeds)

    assert any("fits no choice of anyone" in fault and "deeds.0" in fault for fault in said(tmp_path, rows))
    assert "2: from_week: lies past the end, week 104" in said(tmp_path, RATE, 104)


def scored(folder: Path, rows: str, **found: tuple[list[float], list[float]]) -> dict[str, Record]:
    """Return the records of rows for hand-made counts by history."""
    history = base_rates(rates(folder, rows))
    counted = {name: (np.array(k, float), np.array(n, float)) for name, (k, n) in found.items()}
    return {record["row"]: record for record in records(history, counted)}


def test_ratios_by_hand(tmp_path: Path) -> None:
    """(k + 1/2)/exposure of rates, odds of (k + 1/2)/(n + 1) of shares, on both sides."""
    made = scored(tmp_path, RATE + SHARE, rate=([20, 10], [50, 50]), share=([1, 2], [20, 20]))
    rate, share = made["rate"], made["share"]

    assert rate["model"] == pytest.approx(0.3)
    assert rate["log_ratio"] == pytest.approx(math.log((30.5 / 100) / (15.5 / 25)))
    assert rate["log_ratio_same_size"] == pytest.approx(math.log((7.5 + 0.5) / (15 + 0.5)))
    assert share["log_ratio"] == pytest.approx(math.log((3.5 / 37.5) / (6.5 / 9.5)))
    assert share["log_ratio_same_size"] == pytest.approx(math.log((1.625 / 14.375) / (6.5 / 9.5)))
    assert not is_inside(rate)
    assert not is_inside(share)


def test_inside_by_the_interval_or_by_a_factor_of_two(tmp_path: Path) -> None:
    """Either is enough; the interval is of history, both ends included."""
    narrow = RATE.replace("k: 15", "k: 1500").replace("exposure: 25", "exposure: 2500")
    narrow = narrow.replace("[0.351, 0.965]", "[0.571, 0.632]")

    wide = scored(tmp_path, RATE, rate=([9.0], [10.0]))["rate"]
    near = scored(tmp_path, narrow, rate=([5e3], [1e4]))["rate"]
    far = scored(tmp_path, narrow, rate=([2e3], [1e4]))["rate"]

    assert (wide["within_interval"], wide["within_factor"]) == (True, True)
    assert (near["within_interval"], near["within_factor"]) == (False, True)
    assert (is_inside(near), is_inside(far)) == (True, False)


def test_a_share_without_a_case_is_outside_and_has_no_ratio(tmp_path: Path) -> None:
    """It counts as missed and takes no part in the mean."""
    made = scored(tmp_path, RATE + SHARE, rate=([150.0], [250.0]), share=([0.0], [0.0]))
    (all_of_them,) = [part for part in summary(list(made.values())) if part["half"] == "all"]

    assert made["share"]["model"] is None
    assert made["share"]["log_ratio"] is None
    assert (all_of_them["rows"], all_of_them["inside"], all_of_them["measured"]) == (2, 1, 1)
    assert all_of_them["mean_absolute_log_ratio"] == pytest.approx(abs(math.log((150.5 / 250) / (15.5 / 25))))


def test_a_published_share_without_counts(tmp_path: Path) -> None:
    """Its odds are taken as they are."""
    rows = SHARE.replace("    k: 6\n    n: 15\n", "    value: 0.4\n").replace("[0.188, 0.647]", "[0.2, 0.7]")

    made = scored(tmp_path, rows, share=([30.0], [99.0]))["share"]

    assert made["history"] == 0.4
    assert made["log_ratio"] == pytest.approx(math.log((30.5 / 69.5) / (0.4 / 0.6)))


def test_the_summary_keeps_the_halves_apart(tmp_path: Path) -> None:
    """Fitted and scored rows are told separately, with those more than four times off."""
    rows = RATE.replace("  rate:", "  onset_prk_kor:") + RATE.replace("  rate:", "  onset_usa_chn:")
    right, wrong = ([60.0], [100.0]), ([5.0], [100.0])

    made = scored(tmp_path, rows, onset_prk_kor=right, onset_usa_chn=wrong)
    fitted, other, _ = summary(list(made.values()))

    assert (half_of("onset_prk_kor"), half_of("onset_usa_chn")) == ("fitted", "scored")
    assert (fitted["inside"], other["inside"]) == (1, 0)
    assert (fitted["far"], other["far"]) == ([], ["onset_usa_chn"])


@pytest.mark.parametrize(
    ("k", "n", "low", "high"), [(132, 1524, 0.0733, 0.1015), (22, 40, 0.3969, 0.6962), (0, 29, 0.0, 0.0823)]
)
def test_intervals_of_history_are_those_of_the_tables(k: int, n: int, low: float, high: float) -> None:
    """Jeffreys intervals, as the published tables of disputes give them."""
    assert jeffreys(Count(k, n, is_rate=False)) == pytest.approx((low, high), abs=6e-5)


def test_events_that_cluster_make_a_wider_interval() -> None:
    """Histories are resampled, not events: ten cases in one history are not ten independent ones."""
    times = np.tile([10.0, 0, 0, 0, 0], 200)
    sizes = np.full(1000, 10.0)

    low, high = clustered(times, sizes, is_rate=False)
    narrow = wilson(times.sum(), sizes.sum())

    assert low < 0.2 < high
    assert high - low > 1.2 * float(narrow[1] - narrow[0])
    assert clustered(np.zeros(10), np.full(10, 5.0), is_rate=True) == (
        0.0,
        pytest.approx(3.689 / 50, rel=1e-3),
    )


SHARES = "".join(
    SHARE.replace("  share:", f"  {name}:").replace("measure: reach_force", f"measure: {measured}")
    for name, measured in (
        ("force", "reach_force"),
        ("war", "reach_war"),
        ("deadly", "fatal"),
        ("lasting", "longer_than\n    days: 28"),
        ("third", "joined"),
        ("heated", "crises\n    level: any"),
    )
)
PROTESTS = RATE.replace("  rate:", "  protests:").replace("onsets", "deed_days")
PROTESTS = PROTESTS.replace("dyads: [[AAA, CCC]]", "deeds: [{actor: CCC, action: protest}]")
CLASHES = RATE.replace("  rate:", "  clashes:").replace("onsets", "lethal_clashes")


def test_what_is_counted_agrees_with_the_tables_of_a_study(tmp_path: Path) -> None:
    """Disputes and deeds, counted here from the tables anybody can read."""
    history = base_rates(rates(tmp_path, RATE + SHARES + PROTESTS + CLASHES))
    counted = measure(history, replicates=300, seed=4, workers=1)
    total = {name: (k.sum(), n.sum()) for name, (k, n) in counted.items()}
    tables = simulate(history.scenario, "as_is", 0, 4, rows=300)
    disputes, deeds = tables.disputes.to_pandas(), tables.deeds.to_pandas()
    disputes = disputes[(disputes["first"] != "BBB") | (disputes["second"] != "CCC")]  # at war at the start
    mine = disputes[(disputes["first"] == "AAA") & (disputes["second"] == "CCC") & (disputes["start"] >= 26)]
    seen = disputes[(disputes["start"] >= 26) & (disputes["start"] < 78)]
    early = disputes[(disputes["start"] >= 26) & (disputes["start"] < 74)]

    assert total["rate"] == (len(mine), pytest.approx(300 * 78 * 7 / 365.25))
    assert total["force"][1] == total["third"][1] == len(seen) > 50
    assert total["force"][0] == (seen["level"] >= 4).sum() > 0
    assert total["third"][0] == (seen["joiners"] != "").sum()
    assert total["lasting"] == (((early["end"] - early["start"]) > 4).sum(), len(early))
    assert total["war"][0] >= (seen["level"] == 5).sum()
    protests = deeds[(deeds["actor"] == "CCC") & (deeds["action"] == "protest")]
    assert 0 < total["protests"][0] <= len(protests)
    assert total["protests"][0] >= len(protests.drop_duplicates(["replicate", "turn"]))
    lethal = deeds[(deeds["mid"] >= 4) & (deeds["deaths"] >= 1)]
    lethal = lethal[lethal["actor"].isin(["AAA", "CCC"]) & lethal["against"].isin(["AAA", "CCC"])]
    weeks = lethal.drop_duplicates(["replicate", "turn"])
    assert lethal["replicate"].nunique() <= total["clashes"][0] <= len(weeks)
    assert 0 < total["deadly"][0] <= total["force"][0]
    assert 0 < total["heated"][0] <= total["heated"][1]


STAGED = """name: staged
extends: toy
turns: 104
rules: {AAA: hold, BBB: hold, CCC: hold}
parameters: {incident_hazard: 0, deadly_share: 1}
options:
  as_is:
    do:
"""


def staged(folder: Path, rows: str, *deeds: tuple[int, str, str]) -> dict[str, tuple[float, float]]:
    """Return counts and cases per history where AAA and CCC do to each other, by week, *deeds* alone."""
    start = date(2030, 1, 1)
    lines = [
        f"      - {{at: {start + timedelta(weeks=week)}, actor: {actor}, action: {action}, "
        f"target: {'CCC' if actor == 'AAA' else 'AAA'}}}\n"
        for week, actor, action in deeds
    ]
    file = rates(folder, rows)
    (folder / "long.yaml").write_text(STAGED + "".join(lines))
    counted = measure(base_rates(file), replicates=16, workers=1)
    return {name: (float(k.sum()) / 16, float(n.sum()) / 16) for name, (k, n) in counted.items()}


def test_a_staged_course_is_counted_by_hand(tmp_path: Path) -> None:
    """Ten weeks from the first deed to the last; force with deaths at both ends; a crisis without."""
    rows = RATE + SHARES + CLASHES
    shot, answered, again = (
        (30, "CCC", "limited_force"),
        (32, "AAA", "limited_force"),
        (40, "CCC", "limited_force"),
    )
    shown, raised = ((30, "CCC", "show_of_force"), (31, "AAA", "show_of_force")), (32, "CCC", "mobilise")

    calm = staged(tmp_path, rows, shown[0])
    one = staged(tmp_path, rows, shot, answered, again)
    tense = staged(tmp_path, rows, *shown, raised)

    assert [calm[name] for name in ("force", "deadly", "lasting", "third")] == [(0, 1)] * 4
    assert (calm["rate"][0], calm["clashes"][0], calm["heated"]) == (1, 0, (0, 0))
    assert [one[name] for name in ("force", "deadly", "lasting")] == [(1, 1)] * 3
    assert (one["war"], one["third"]) == ((0, 1), (0, 1))
    assert (one["rate"][0], one["clashes"][0]) == (1, 2)  # two weeks apart one clash, eight weeks apart two
    assert (tense["heated"], tense["force"]) == ((0, 1), (0, 1))


def test_what_begins_early_or_late_is_not_taken(tmp_path: Path) -> None:
    """What led up to the start is not played; what begins in the last half year is not seen to its end."""
    early = staged(tmp_path, RATE + SHARES, (10, "CCC", "limited_force"))
    late = staged(tmp_path, RATE + SHARES, (90, "CCC", "limited_force"))

    assert (early["rate"][0], early["force"]) == (0, (0, 0))
    assert (late["rate"][0], late["force"]) == (1, (0, 0))


def test_processes_and_a_cut_make_no_difference(tmp_path: Path) -> None:
    """The same histories whoever plays them, and the first ones whatever their number."""
    history = base_rates(rates(tmp_path, RATE))
    alone = measure(history, replicates=1100, seed=4, workers=1)["rate"]
    together = measure(history, replicates=1100, seed=4, workers=2)["rate"]
    fewer = measure(history, replicates=100, seed=4, workers=1)["rate"]

    assert np.array_equal(alone, together)
    assert np.array_equal(np.stack(alone)[:, :100], np.stack(fewer))


def test_null_models(tmp_path: Path) -> None:
    """States that do nothing, that act whatever happens, that fear nothing; and one number a group."""
    rows = RATE.replace("  rate:", "  onset_prk_kor:") + RATE.replace("  rate:", "  onset_usa_chn:")
    rows = rows.replace(
        "measure: onsets\n    dyads: [[AAA, CCC]]", "measure: deed_days\n    deeds: [{actor: CCC}]"
    )
    history = base_rates(rates(tmp_path, rows))

    found = {record["model"]: record for record in nulls(history, replicates=64, seed=4, workers=1)}

    assert list(found) == ["model", "random", "hold", "no_fear", "pooled"]
    assert found["hold"]["mean_scored"] > found["model"]["mean_scored"]  # nobody does anything
    assert found["pooled"]["mean_scored"] == 0  # both rows say the same
    assert null(history.scenario, "no_fear").tree["parameters"]["fear_weight"] == 0
    assert set(null(history.scenario, "random").tree["rules"].values()) == {"random"}


def test_a_group_without_a_fitted_row_foretells_nothing(tmp_path: Path) -> None:
    """Pooled counts come from the fitted half alone."""
    rows = RATE.replace("  rate:", "  onset_prk_kor:") + RATE.replace("  rate:", "  onset_usa_chn:").replace(
        "k: 15", "k: 11"
    ).replace("[0.351, 0.965]", "[0.234, 0.762]")
    lonely = SHARE.replace("  share:", "  force_five_pairs:")

    found = pooled(base_rates(rates(tmp_path, rows + lonely)).rows)

    assert found == {"onset_prk_kor": 0, "onset_usa_chn": pytest.approx(math.log(15.5 / 11.5))}


def test_the_command_prints_history_beside_the_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A hundred columns; JSON holds everything; CSV a line a row."""
    asked = [
        "score",
        "--base-rates",
        "--file",
        str(rates(tmp_path, RATE + SHARE)),
        "-n",
        "64",
        "--workers",
        "1",
    ]

    assert main(asked) == 0
    table = capsys.readouterr()
    assert main([*asked, "--quiet", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert main([*asked, "--quiet", "--format", "csv", "--only", "rate"]) == 0
    (line,) = csv.DictReader(io.StringIO(capsys.readouterr().out))

    assert max(map(len, table.out.splitlines())) <= 100
    assert "15 in 25" in table.out
    assert "rows within the interval or a factor of 2; mean absolute log ratio" in table.out
    assert "1 of 1 blocks" in table.err
    assert [record["row"] for record in told["base_rates"]] == ["rate", "share"]
    assert [part["half"] for part in told["summary"]] == ["fitted", "scored", "all"]
    assert line["row"] == "rate"


def test_the_shipped_rows_are_what_they_should_be() -> None:
    """At most 30 rows, 20 of them with five events or more, nobody at war, and both halves there."""
    rows = base_rates().rows
    dyads = [set(dyad) for row in rows.values() for dyad in row.dyads or ()]

    assert len(rows) <= 30
    assert sum(row.k is not None and row.k >= 5 for row in rows.values()) >= 20
    assert {"RUS", "UKR"} not in dyads
    assert {row.period for row in rows.values() if row.group in {"onset", "force"}} == {"1990-2014"}
    assert {half_of(name) for name in rows} == {"fitted", "scored"}


def test_what_a_null_model_takes_out_is_not_drawn_back_in() -> None:
    """The shipped world draws its parameters from calibrated sets; those it is told win."""
    fearless = null(load("munitions_pipeline"), "no_fear")

    assert fearless.tree["parameters"]["fear_weight"] == 0
    assert not [draw.name for draw in fearless.draws if "parameters.fear_weight" in draw.paths]
    assert [draw.name for draw in fearless.draws if "parameters.tension_gain" in draw.paths] == [
        "calibration"
    ]
