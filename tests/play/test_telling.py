"""What is printed: whole, within its width, and every fault of the user one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.__main__ import main
from sim.play.course import course
from sim.play.figure import draw, page, summarise
from sim.play.telling import number, percent, tell
from tests.play.opening import history, study


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize(("name", "option"), [("toy", "denied"), ("munitions_pipeline", "denied")])
def test_lines_keep_to_the_width(name: str, option: str, width: int) -> None:
    """On a narrow terminal nothing is broken by it."""
    assert max(len(line) for line in tell(history(name, option, 3), width)) <= width


def test_everything_done_and_everything_that_came_is_told() -> None:
    """Each with its date; without reasons if none are asked for."""
    told = history("munitions_pipeline", "as_agreed", 3)

    text = list(tell(told, 400, why=False))

    for deed in told.deeds:
        assert any(line.startswith(str(deed.day)) and deed.words in line for line in text)
    for one in told.happenings:
        assert any(line.startswith(str(one.day)) and one.words in line for line in text)
    assert not any(line.lstrip().startswith(("rate ", "over ", "held ")) for line in text)
    for came in told.outcomes:
        assert (f"Outcome {came.name}:" in "\n".join(text)) == (came.turn >= 0)


def test_the_course_has_a_line_for_every_theatre_and_its_highest_rung() -> None:
    """A column is the highest of its turns."""
    told = history("munitions_pipeline", "as_agreed", 3)
    rows = list(course(told, 120))

    for track, line in zip(told.theatres, rows, strict=False):
        marks = line.split()[0]
        assert max(int(mark.replace("·", "0"), 16) for mark in marks) == max(track.values)
        assert f"highest {max(track.values):.0f}" in line


def test_the_figure_draws_what_the_history_holds() -> None:
    """A trace for every theatre, every quantity, deeds from a show of force on."""
    told = history("munitions_pipeline", "as_agreed", 3)
    chart = summarise(told)

    drawn = draw(chart)

    assert len(chart.marks) == sum(deed.rung >= 3 for deed in told.deeds)
    names = [trace.name for trace in drawn.data]
    assert [n for n in names if n not in {"Deed", "Incident"}] == [
        t.words for t in (*told.theatres, *told.quantities)
    ]
    assert list(drawn.data[0].y) == list(told.theatres[0].values)
    assert "https://" not in page(told).split("<script>")[0].replace("https://www.w3.org", "")


@pytest.mark.parametrize(
    ("value", "told"), [(0.275, "28 %"), (0.0123, "1.2 %"), (0.00042, "0.042 %"), (3e-6, "below 0.01 %")]
)
def test_chances_have_two_figures(value: float, told: str) -> None:
    """And no exponent."""
    assert percent(value) == told


@pytest.mark.parametrize(
    ("value", "told"), [(0.0, "0"), (1234.5, "1,234"), (-0.0733, "−0.0733"), (2e-9, "below 0.00001")]
)
def test_numbers_have_three_figures(value: float, told: str) -> None:
    """And no exponent."""
    assert number(value) == told


def ran(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run one command on the toy study."""
    capsys.readouterr()
    status = main(["replay", str(study("toy").path), *arguments])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_every_way_to_ask_answers_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    """Data for whoever draws or counts."""
    told = json.loads(ran(capsys, "3", "--format", "json")[1])
    assert told["deeds"] == history("toy", "as_is", 3).to_dict()["deeds"]
    assert told["study"] == str(study("toy").path)
    branched = json.loads(
        ran(capsys, "3", "--branch", "4", "-n", "50", "--workers", "1", "--format", "json")[1]
    )
    assert branched["branch"]["futures"] == 50
    assert {one["outcome"] for one in branched["outcomes"]} == {"clash", "delivered", "at_force"}
    parted = json.loads(ran(capsys, "3", "--option", "as_is", "--option", "denied", "--format", "json")[1])
    assert parted["options"] == ["as_is", "denied"]
    found = json.loads(ran(capsys, "--find", "delivered", "--format", "json")[1])
    assert [one["kind"] for one in found["histories"]] == ["typical", "earliest", "least likely"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["3", "--format", "csv"],
        ["3", "--branch", "4", "-n", "20", "--workers", "1", "--format", "csv", "--quiet"],
        ["--find", "delivered", "--format", "csv"],
        ["2", "--option", "as_is", "--option", "denied", "--format", "csv"],
    ],
)
def test_every_way_to_ask_answers_in_csv(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A row each, all as wide as the head."""
    import csv
    import io

    status, out, _ = ran(capsys, *arguments)

    head, *rows = csv.reader(io.StringIO(out))
    assert status == 0
    assert rows
    assert all(len(row) == len(head) for row in rows)


def test_tables_of_futures_and_of_what_to_read(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Left alone against the start; forced against left alone; a date names the turn it lies in."""
    free = ran(capsys, "3", "--branch", "2030-02-01", "-n", "50", "--workers", "1", "--quiet")
    forced = ran(capsys, "3", "--branch", "4", "--force", "CCC:protest:AAA", "-n", "50", "--workers", "1")

    assert "at the start" in free[1]
    assert "(turn 4)" in free[1]
    assert free[2] == ""
    assert "forced: Enemy protests to Giver (CCC:protest:AAA), done in all of them" in forced[1]
    assert "left alone" in forced[1]
    assert "typical" in ran(capsys, "--find", "delivered")[1]


def test_the_page_of_a_history_is_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """And named."""
    target = tmp_path / "new" / "h.html"

    status, out, _ = ran(capsys, "3", "--figure", str(target), "--brief")

    assert status == 0
    assert out.endswith(f"figure  {target}\n")
    assert "one history" in target.read_text()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "sim replay: REPLICATE is missing; give a number, or --find OUTCOME to get one"),
        (["8"], "has no replicate 8; give a number from 0 to 7"),
        (["3", "--option", "as_si"], "`as_si` is not an option of this study; did you mean `as_is`?"),
        (["3", "--branch", "12"], "--branch: there is no turn 12; give a number from 0 to 11"),
        (["3", "--branch", "soon"], "--branch: `soon` is neither a turn nor a date; give a number from 0"),
        (["3", "--branch", "2031-01-01"], "--branch: there is no turn 52; give a number from 0 to 11"),
        (["3", "--branch", "3", "-n", "0"], "--replicates: 0 is out of range; give a whole number from 1"),
        (["3", "--force", "CCC:protest:AAA"], "--force: goes with --branch; add --branch TURN"),
        (["3", "-n", "5"], "-n: goes with --branch; add --branch TURN, or leave it out"),
        (["3", "--branch", "3", "--force", "CCC:x:AAA"], "--force: `x` is not an action of this scenario"),
        (["3", "--find", "clash"], "--find: names histories itself; give it alone"),
        (["--find", "clsh"], "`clsh` is not an outcome of this study"),
        (
            ["3", "--option", "as_is", "--option", "denied", "--branch", "3"],
            "--option: 2 options here; give one",
        ),
        (
            ["3", "--branch", "3", "--figure", "x.html"],
            "--figure: draws one history told; leave out the rest",
        ),
    ],
)
def test_faults_are_one_line_and_status_2(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the repair, and nothing on stdout."""
    status, out, err = ran(capsys, *arguments)

    assert (status, out) == (2, "")
    assert told in err
    assert err.count("\n") == 1
