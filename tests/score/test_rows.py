"""Rows: read strictly, told apart by what they change, run in pairs under the same luck."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer

from sim.cli import main
from sim.cli.asked import Asked
from sim.cli.tabled import Told
from sim.errors import ScenarioError, UsageError
from sim.score.directions import directions
from sim.score.levers import REQUIRED, levers, untried
from sim.score.scoring import Record, score
from tests.score.toy_rows import INTERDICTION, row, written

CLASH = "watch: {clash: {between: [AAA, CCC], deaths: 1}}"


def scored(folder: Path, rows: str, **asked: int) -> list[Record]:
    """Score rows in this process."""
    return score(directions(written(folder, rows)), workers=1, **asked)


def problems(folder: Path, rows: str) -> list[str]:
    """Return the faults of rows, each without its folder."""
    with pytest.raises(ScenarioError) as fault:
        scored(folder, rows)
    return [str(problem).split("rows.yaml:", 1)[-1] for problem in fault.value.problems]


def test_a_claim_about_a_quantity(tmp_path: Path) -> None:
    """The effect is that of the high arm against the low arm, on the final value."""
    (record,) = scored(tmp_path, INTERDICTION)

    assert record["verdict"] == "held"
    assert record["effect"] == pytest.approx(record["changed"] - record["base"], rel=1e-5)
    assert record["low"] <= record["effect"] <= record["high"] < 0
    assert (record["n"], record["seed"], record["unit"]) == (256, 1, "quantity")


def test_low_and_high_and_what_holds_in_both(tmp_path: Path) -> None:
    """Rare things are made frequent alike in both arms; a row watches for what no scenario names."""
    body = (
        "given: {both: {parameters.deadly_share: 1}}\n"
        "change: {low: {dyads.AAA.CCC.contact: 0.1}, high: {dyads.AAA.CCC.contact: 5}}\n" + CLASH
    )

    (record,) = scored(tmp_path, row("contact", body))

    assert record["verdict"] == "held"
    assert record["n"] == 4096


def test_the_same_in_both_arms_is_no_effect(tmp_path: Path) -> None:
    """Under the same luck two equal arms are equal history by history: a null holds exactly."""
    body = f"change: {{set: {{states.AAA.growth: [0.02, 0.02]}}}}\nreplicates: 1024\n{CLASH}"

    (record,) = scored(tmp_path, row("nothing", body, expect="null"))

    assert record["effect"] == 0
    assert record["verdict"] == "null held"


def test_options_by_name_and_of_the_row_alone(tmp_path: Path) -> None:
    """Two options of the scenario, or two the row brings along."""
    own = (
        "change: {options: [{forbid: [{actor: CCC, action: protest}]}, "
        "{do: [{at: 2030-01-08, actor: CCC, action: protest, target: AAA}]}]}\n"
        "watch: {does: {actor: CCC, action: protest}}"
    )
    shipped = "change: {options: [as_is, denied]}\noutcome: delivered"

    one, other = scored(tmp_path, row("own", own) + row("named", shipped, "'-'"), replicates=256)

    assert (one["base"], one["verdict"]) == (0.0, "held")
    assert other["verdict"] == "held"


def test_an_option_of_the_row_for_both_arms(tmp_path: Path) -> None:
    """`option: {}` fixes nobody, whatever the first option of the scenario fixes."""
    body = (
        "option: {forbid: [{actor: CCC, action: protest}]}\n"
        "change: {set: {dyads.CCC.AAA.tension: [0.1, 0.9]}}\n"
        "watch: {does: {actor: CCC, action: protest}}"
    )
    free = body.replace("{forbid: [{actor: CCC, action: protest}]}", "{}")

    banned, allowed = scored(tmp_path, row("banned", body) + row("allowed", free), replicates=256)

    assert (banned["base"], banned["changed"]) == (0.0, 0.0)
    assert 0 < allowed["base"] < allowed["changed"]


def test_an_inject_in_the_high_arm_and_a_condition(tmp_path: Path) -> None:
    """What happens in one arm alone; only pairs of histories that met the condition are counted."""
    body = (
        "given: {happened: {does: {actor: BBB}}}\n"
        "change: {inject: {peace: {at: 2030-01-15, then: [{set: wars.border.ceased, to: 1}]}}}\n"
        "outcome: {quantity: wars.border.front}"
    )

    (record,) = scored(tmp_path, row("peace", body, "any"), replicates=512)

    assert 0 < record["n"] < 512
    assert record["verdict"] == "held"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            "change: {set: {states.AAA.redines: [0, 1]}}\noutcome: clash",
            "7: directions.x.change.set.states.AAA.redines: `states.AAA.redines` names nothing: "
            "`redines` is not a quantity of states; did you mean `readiness`?",
        ),
        (
            "given: {both: {states.AAA.readiness: 3}}\nchange: {options: [as_is, denied]}\noutcome: clash",
            "7: directions.x.given.both.states.AAA.readiness: 3 is outside 0 to 1 (share)",
        ),
        (
            "change: {options: [as_is, denid]}\noutcome: clash",
            "7: directions.x.change.options: `denid` is not an option of toy; did you mean `denied`?",
        ),
        (
            "change: {options: [as_is, denied]}\noutcome: clsh",
            "8: directions.x.outcome: `clsh` is not an outcome of toy; did you mean `clash`?",
        ),
        (
            "change: {options: [as_is, denied]}\nwatch: {does: {actor: CCC, action: protst}}",
            "8: directions.x.watch.does.action: `protst` is not an action; did you mean `protest`?",
        ),
        ("outcome: clash", "2: directions.x.change: is required"),
        (
            "change: {}\noutcome: clash",
            "7: directions.x.change: changes nothing: needs set, low and high, inject or options",
        ),
        (
            "change: {options: [as_is, denied]}\noutcome: {quantity: regime.season}\nminimum: {points: 1}",
            "2: directions.x: measures a quantity in points: give `share` or `by`",
        ),
        (
            "change: {options: [as_is, denied]}\noutcome: clash\nreplicats: 5",
            "9: directions.x.replicats: is not a known key; did you mean `replicates`?",
        ),
    ],
)
def test_faults_have_a_line_and_a_repair(tmp_path: Path, body: str, said: str) -> None:
    """Whatever is wrong is told in the file of rows, where its writer looks."""
    assert said in problems(tmp_path, row("x", body))


def test_a_scenario_that_is_not_there(tmp_path: Path) -> None:
    """The row is told that names it."""
    text = row("x", "change: {options: [a, b]}\noutcome: clash").replace("scenario: toy", "scenario: toi")

    (said,) = problems(tmp_path, text)

    assert said.startswith("5: directions.x.scenario: `toi` is neither")


def test_a_deed_nobody_can_do_is_told_before_anything_is_run(tmp_path: Path) -> None:
    """It shows only when choices are compiled, and would make a claim about nothing."""
    body = "change: {options: [as_is, denied]}\nwatch: {does: {actor: AAA, action: protest, target: BBB}}"

    (said,) = problems(tmp_path, row("x", body))

    assert "fits no choice of anyone in this world" in said


def test_a_row_by_name(tmp_path: Path) -> None:
    """Only what is asked for is run; a name that is not there is told."""
    file = written(tmp_path, INTERDICTION + row("b", "change: {options: [as_is, denied]}\noutcome: clash"))

    assert [entry.name for entry in directions(file, ["b"])] == ["b"]
    with pytest.raises(UsageError, match="`c` is not a row"):
        directions(file, ["c"])


def test_levers_by_row_or_by_mechanism(tmp_path: Path) -> None:
    """A mechanism may have several rows; those without one are known."""
    text = INTERDICTION.replace("claim: More is stopped, less arrives", "lever: share stopped")
    text = text.replace("source: arithmetic", "mechanism: M17").replace("    star: true\n", "")
    file = written(tmp_path, text, "levers:")

    found = levers(file, ["M17"])
    records = score(found, workers=1)

    assert [entry.name for entry in found] == ["interdiction"]
    assert records[0]["verdict"] == "held"
    assert set(untried(records)) == set(REQUIRED) - {"M17"}


def test_both_cores_give_the_same_numbers(tmp_path: Path) -> None:
    """Arms go to whichever process is free; what comes back stands in the order of the rows."""
    text = INTERDICTION + row("b", "change: {options: [as_is, denied]}\noutcome: delivered", "'-'")
    found = directions(written(tmp_path, text))

    assert score(found, workers=2, replicates=64) == score(found, workers=1, replicates=64)


def test_the_command_prints_a_table_and_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A hundred columns with the claim above what came of it; JSON holds everything."""
    file = str(written(tmp_path, INTERDICTION))

    assert main(["score", "--directions", "--file", file, "--workers", "1"]) == 0
    told = capsys.readouterr()
    assert (
        main(["score", "--directions", "--file", file, "--workers", "1", "--quiet", "--format", "json"]) == 0
    )
    again = capsys.readouterr()

    assert max(map(len, told.out.splitlines())) <= 100
    assert "interdiction ★  More is stopped, less arrives" in told.out
    assert "1 of 1 as claimed; 1 of 1 starred" in told.out
    assert "1 of 1: interdiction held" in told.err
    assert json.loads(again.out)["directions"][0]["verdict"] == "held"
    assert not again.err


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--directions", "--levers"], "cannot do --directions and --levers at once"),
        (["--only", "interdiction"], "needs one of --base-rates"),
        (["--format", "csv"], "needs one of --base-rates"),
    ],
)
def test_the_command_says_what_it_needs(
    asked: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One kind of row, or everything."""
    assert main(["score", *asked]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            ["score", "-n", "0"],
            "--replicates: 0 is out of range; give a whole number from 1 to 1,000,000,000\n",
        ),
        (["score", "--directions", "--seed", "-1"], "--seed: -1 is out of range; give a whole number from 0"),
        (["score", "--nulls", "--workers", "0"], "--workers: 0 is out of range; give a whole number from 1"),
        (
            ["score", "--hindcast", "--seed", str(2**63)],
            f"--seed: {2**63} is out of range; give a whole number",
        ),
        (["calibrate", "--histories", "0"], "--histories: 0 is out of range; give a whole number from 1"),
        (
            ["calibrate", "--histories", "9"],
            "--histories: 9 are too few for 12 parameters; give at least 910",
        ),
        (["calibrate", "--seed", "-1"], "--seed: -1 is out of range; give a whole number from 0"),
        (["calibrate", "--workers", "0"], "--workers: 0 is out of range; give a whole number from 1"),
    ],
)
def test_numbers_out_of_range_are_refused_before_anything_is_run(
    asked: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """In the words of `sim run`."""
    monkeypatch.chdir(tmp_path)

    assert main(asked) == 2

    told = capsys.readouterr().err
    assert told.startswith(said)
    assert told.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("wanted", ["table", "json"])
def test_everything_is_scored_where_nothing_is_asked(
    wanted: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each kind under its own head; claims in fewer pairs than alone; the levers apart."""
    asked: dict[str, int | None] = {}

    def found(kind: str, said: Asked) -> Told:
        """Stand in for minutes of work."""
        asked[kind] = said.replicates
        return Told([], {"done": kind}, lambda: typer.echo(kind))

    monkeypatch.setattr("sim.cli.score._found", found)

    assert main(["score", "--format", wanted]) == 0
    out = capsys.readouterr().out
    assert asked == {"--base-rates": None, "--nulls": None, "--directions": 1024, "--hindcast": None}
    if wanted == "json":
        assert list(json.loads(out)) == ["base_rates", "nulls", "directions", "hindcast"]
    else:
        assert "the literature says?\n\n--directions\n" in out
