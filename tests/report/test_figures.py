"""What the figures say, before and after they are drawn."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.report import (
    beliefs,
    experiment,
    figures,
    finals,
    findings,
    flows,
    incidence,
    ladder,
    outcomes,
    page,
    panels,
    paths,
    tables,
    tallies,
    theme,
)
from sim.report.material import Material, Named
from tests.report import fake_study

ROOT = Path(__file__).resolve().parents[2]


def test_outcomes_are_percentages_with_the_reference_first(study: Material) -> None:
    """The record holds what is drawn: no arithmetic is left."""
    record = outcomes.summarise(study)
    ceasefire = record.outcomes[0]

    assert record.reference.label == "No lethal aid"
    assert [each.option.name for each in ceasefire.estimates] == ["no_aid", "indirect", "direct", "tripwire"]
    assert ceasefire.estimates[0].difference is None
    assert ceasefire.estimates[2].probability == pytest.approx(27.6)
    assert ceasefire.estimates[2].difference == pytest.approx(-3.6)
    assert [each.named.name for each in record.rare()] == ["war", "nuclear"]


def test_a_count_of_zero_is_told_as_such(study: Material) -> None:
    """“0 %” would claim what ten thousand histories cannot know."""
    nuclear = outcomes.summarise(study).outcomes[-1]

    assert outcomes.probability(nuclear.estimates[0], nuclear.places) == "0 of 10,000"
    assert outcomes.interval(nuclear.estimates[0], nuclear.places) == "below 0.04\u202f%"


def test_a_count_of_all_is_told_as_such(study: Material) -> None:
    """So would “100 %”."""
    always = replace(outcomes.summarise(study).outcomes[0].estimates[0], times=10_000, low=99.9616)

    assert outcomes.probability(always, 1) == "10,000 of 10,000"
    assert outcomes.interval(always, 1) == "above 99.96\u202f%"


def test_final_quantities_carry_their_band_and_difference(study: Material) -> None:
    """The last word on a flow, with the decimals its band deserves."""
    shells = finals.summarise(study)[0]

    assert shells.title == "Shells, North Korea to Russia: delivered since the start"
    assert finals.band(shells.finals[0], shells.places) == "4.2 to 8.2"
    assert finals.difference(shells.finals[0], shells.places) == ""
    assert finals.difference(shells.finals[2], shells.places) == "−0.40 (−0.44 to −0.36)"
    assert shells.finals[2].differs


def test_findings_are_clear_differences_one_an_outcome(study: Material) -> None:
    """What stands out leaves out zero, the largest first."""
    found = findings.summarise(outcomes.summarise(study), study.scenario)
    sizes = [abs(each.changed.difference or 0) for each in found]

    assert found[0].outcome == "Russia arms North Korea with strategic technology"
    assert len({each.outcome for each in found}) == len(found) <= findings.MOST
    assert sizes == sorted(sizes, reverse=True)
    assert all(each.changed.differs for each in found)


def test_the_ladder_adds_up_at_every_turn(study: Material) -> None:
    """Every history is at some rung."""
    counts = tallies.split(study.series())
    record = ladder.summarise(study, counts, ladder.theatres(study, counts)[0])

    assert record.theatre.label == "Korean Peninsula"
    assert len(record.dates) == fake_study.TURNS
    assert str(record.dates[0]) == "2024-07-01"
    for _, share in record.shares:
        assert share.sum(axis=1) == pytest.approx(100)


def test_a_flow_has_ordered_percentiles_and_its_unit(study: Material) -> None:
    """The band lies around the middle, in the unit of the pipeline."""
    record = flows.summarise(study, tallies.split(study.series()), "pipelines.prk_rus_shells.delivered")

    assert record.title == "Shells, North Korea to Russia: delivered since the start"
    assert record.unit == "million rounds"
    for _, band in record.bands:
        assert (np.diff(band, axis=1) >= 0).all()
    assert record.bands[0][1][-1, 1] == pytest.approx(3.1 * fake_study.TURNS / 52, abs=0.1)


def test_a_band_ends_where_the_table_of_quantities_says(study: Material) -> None:
    """Bins are coarse: the last turn has the percentiles of the summary, and one history has no band."""
    path, row = "pipelines.prk_rus_shells.delivered", study.summary["quantities"][2]
    ends = {**row, "p10": 3.21, "p50": 5.43, "p90": 7.65}
    held = replace(study, summary={**study.summary, "quantities": [ends]})

    record = flows.summarise(held, tallies.split(study.series()), path)

    assert {option.name: band[-1].tolist() for option, band in record.bands}["direct"] == [
        3.21,
        5.43,
        7.65,
    ]


def test_figures_go_by_what_they_show(study: Material) -> None:
    """By outcome, theatre, quantity and option; the beginning of a name is the first such figure."""
    named = figures.called(list(figures.every(study)))

    for name, title in (
        ("incidence:clash", "A deadly clash between North and South Korea: by when"),
        ("ladder:ukraine", "Russia and the supporters of Ukraine: rungs of the ladder"),
        ("flows:wars.ukraine.front", "War in Ukraine: movement of the front since the start (thousand km²)"),
        ("map:direct", "Where it happens: Send artillery shells directly"),
        ("tornado:shells", "North Korea delivers more than 6 million rounds: what each assumption moves"),
        ("pathways:clash", "A deadly clash between North and South Korea: the commonest chains to it"),
        (
            "pathways:clash:lifts",
            "A deadly clash between North and South Korea: what sets those histories apart",
        ),
    ):
        assert named[name].title == title
    assert named["rare"].anchor == "figure-rare-0"
    assert named["flow"] == named["flows"] == named["flow-0"]
    assert named["incidence"] == named["incidence--0"]
    assert named["tornado"].anchor.startswith("figure-tornado--0")


def test_an_outcome_of_one_history_is_not_rare(study: Material) -> None:
    """That it never came in one history says nothing of one in twenty."""
    once = {"n": 1, "happened": 0, "probability": 0.0, "low": 0.0, "high": 0.7935, "difference": None}
    rows = [{**row, **once} for row in study.summary["outcomes"] if row["option"] == "no_aid"]
    lone = replace(
        study,
        summary={"replicates": 1, "outcomes": rows},
        manifest={**study.manifest, "options": ["no_aid"]},
    )

    assert not outcomes.summarise(lone).rare()
    assert "1 simulated history of one option" in page.page(lone)


def test_quantities_show_the_means_their_differences_are_of(study: Material) -> None:
    """Median, band, mean, and below it what the means differ by."""
    rows = [{**row, "mean": row["p50"] + 1.25} for row in study.summary["quantities"]]
    record = finals.summarise(replace(study, summary={"quantities": rows}))

    told = tables.finals_table(record, study.options)

    assert ">5.8</span>" in told
    assert ">mean 7.05</span>" in told
    assert ">−0.40<br>(−0.44 to −0.36)</span>" in told


def test_ten_options_look_different() -> None:
    """Colour, mark and dash each are told apart; beyond ten the marks still are."""
    looks = [theme.look(place) for place in range(17)]

    assert all(len({look[part] for look in looks[:10]}) == 10 for part in range(4))
    assert len({look.symbol for look in looks}) == 17
    assert all(look.symbol in experiment.MARKS for look in looks)


def when(shares: dict[str, list[float]]) -> incidence.Incidence:
    """Return an incidence of weekly turns."""
    dates = [dt.date(2024, 7, 1) + dt.timedelta(weeks=week) for week in range(len(shares["a"]))]
    found = tuple((Named(name, f"Option {name}"), np.array(s), s[-1], s[-1]) for name, s in shares.items())
    return incidence.Incidence(Named("it", "It"), tuple(dates), found)


def test_lines_that_lie_on_each_other_are_drawn_once_and_named() -> None:
    """Nine options on three lines are three lines; where all are rare, less than a point parts them."""
    common = when({"a": [0, 30], "b": [0, 30.5], "c": [0, 36], "d": [0, 36.4], "e": [0, 28.5]})
    rare = when({"a": [0, 0.7], "b": [0, 1.1], "c": [0, 0.705]})

    assert common.apart[0] == [0, 2, 4]
    assert common.left_out == (
        " Within 0.7 points of the reference throughout, and not drawn: “Option b”."
        " Within 0.7 points of “Option c” throughout, and not drawn: “Option d”."
    )
    assert rare.apart[0] == [0, 1]
    assert [trace["name"] for trace in incidence.draw(common)["data"][1::2]] == [
        "Option a",
        "Option c",
        "Option e",
    ]


@pytest.mark.parametrize(("weeks", "spelled"), [(12, "%-d %b"), (104, "%b")])
def test_ticks_of_a_short_run_name_days(weeks: int, spelled: str) -> None:
    """Months would be told twice."""
    dates = [dt.date(2024, 7, 1) + dt.timedelta(weeks=week) for week in range(weeks)]
    drawn = incidence.draw(when({"a": [0.0] * (weeks - 1) + [50.0]}))

    assert drawn["layout"]["xaxis"]["tickformat"].startswith(spelled)
    assert panels.grid(["One"], "", dates).layout.xaxis.tickformat.startswith(spelled)


@pytest.mark.parametrize(
    ("path", "title", "unit"),
    [
        ("wars.ukraine.front", "War in Ukraine: movement of the front since the start", "thousand km²"),
        ("wars.ukraine.support.KOR", "War in Ukraine: support, South Korea", "level, S0 to S5"),
        ("states.PRK.munitions.stock", "North Korea: artillery ammunition in stock", "million rounds"),
        ("states.KOR.arming.limit", "South Korea: support that opinion at home tolerates", "level, S0 to S5"),
        (
            "pipelines.prk_rus_shells.believed.KOR",
            "Shells, North Korea to Russia: level as believed, South Korea",
            "multiple of the usual rate",
        ),
        ("states.PRK.stability", "North Korea: stability", "share"),
        ("dyads.PRK.KOR.tension", "North Korea towards South Korea: tension", "share"),
        ("regime.monitoring", "Regime monitoring", "share"),
        ("pipelines.prk_rus_shells.flow", "Shells, North Korea to Russia: arriving", "million rounds a year"),
    ],
)
def test_paths_are_told_in_words(path: str, title: str, unit: str) -> None:
    """Nobody in the room reads dotted paths."""
    assert paths.spelled(fake_study.SCENARIO, path) == (title, unit)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"triangular": {"low": 1.0, "mode": 2.0, "high": 3.5}}, "1 to 3.5, most likely 2 (triangular)"),
        ({"uniform": {"low": 0, "high": 1}}, "anywhere from 0 to 1"),
        ({"constant": 3}, "3"),
        ({"categorical": {"yes": 1, "no": 3}}, "yes (25\u202f%); no (75\u202f%)"),
        ({"beta": {"a": 2, "b": 8}}, "between 0 and 1 (beta: a 2, b 8)"),
        ({"strange": {"x": 1}}, '{"strange": {"x": 1}}'),
        (0.25, "0.25"),
    ],
)
def test_distributions_are_told_in_words(given: Any, told: str) -> None:
    """An assumption can be contradicted only if it is understood."""
    assert beliefs.distribution(given) == told


def test_every_assumption_is_listed(study: Material) -> None:
    """Named ones first, then numbers given as distributions in place."""
    found = beliefs.summarise(study)

    assert [each.kind for each in found] == ["source", "judgement", "source", ""]
    assert found[2].taken == "Marriage of convenience (50\u202f%); Lasting alliance (50\u202f%)"
    assert found[3].path == "states.PRK.munitions.production"


def test_every_figure_is_valid_and_inside_its_axes(study: Material) -> None:
    """No mark is cut off by the range of its axis."""
    drawn = list(figures.every(study))
    forest = json.loads(drawn[0].json)

    assert [each.section for each in drawn][:6] == ["outcomes"] * 2 + ["ladder"] * 2 + ["flows"] * 2
    later = [each.section for each in drawn[6:]]
    assert {name: later.count(name) for name in later} == {
        "spread": 1 + 5,  # luck, and an outcome each that came in some histories and not in others
        "incidence": 6,
        "pathways": 4
        + 1,  # one each that came in fifty histories and not in fifty, two where deeds lead to it
        "map": 4,
    }
    low, high = forest["layout"]["xaxis2"]["range"]
    for each in outcomes.summarise(study).common():
        for estimate in each.estimates[1:]:
            assert low < (estimate.difference_low or 0) <= (estimate.difference_high or 0) < high


def test_one_option_is_drawn_without_differences(study: Material) -> None:
    """A study of one option has a single column and no reference to speak of."""
    alone = [row for row in study.summary["outcomes"] if row["option"] == "no_aid"]
    single = replace(
        study,
        summary={**study.summary, "outcomes": alone},
        manifest={**study.manifest, "options": ["no_aid"]},
    )

    drawn = json.loads(next(figures.every(single)).json)

    assert "xaxis2" not in drawn["layout"]


def test_summaries_need_no_plotly(folder: Path) -> None:
    """Arithmetic stands apart from drawing."""
    script = (
        "import sys; sys.modules['plotly'] = None\n"
        "from pathlib import Path\n"
        "from sim.report import beliefs, findings, flows, ladder, material, outcomes, tallies\n"
        "study = material.read(Path(sys.argv[1])); counts = tallies.split(study.series())\n"
        "findings.summarise(outcomes.summarise(study), study.scenario); beliefs.summarise(study)\n"
        "ladder.summarise(study, counts, ladder.theatres(study, counts)[0])\n"
        "flows.summarise(study, counts, flows.watched(counts)[0])\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)], cwd=ROOT, capture_output=True, check=False
    )

    assert done.returncode == 0, done.stderr.decode()


def test_many_outcomes_are_drawn_in_parts_that_fit_on_paper(study: Material) -> None:
    """A figure longer than a page is cut anywhere by the printer."""
    outcome = outcomes.summarise(study).outcomes[0]

    parts = outcomes.parts([outcome] * 17)

    assert [len(part) for part in parts] == [6, 5, 6]
    assert outcomes.parts([outcome]) == [(outcome,)]
