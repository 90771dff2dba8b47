"""What is printed: whole, within its width, and every fault of the user one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.__main__ import main
from sim.play.course import course
from sim.play.figure import draw, page, summarise
from sim.play.figures import number, percent
from sim.play.history import open_history
from sim.play.lines import cells
from sim.play.telling import tell
from tests.model.histories import written
from tests.play.opening import crisis, history, study


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize(("name", "option"), [("toy", "denied"), ("munitions_pipeline", "denied")])
def test_lines_keep_to_the_width(name: str, option: str, width: int) -> None:
    """On a narrow terminal nothing is broken by it."""
    assert max(cells(line) for line in tell(history(name, option, 3), width)) <= width


@pytest.mark.parametrize("width", [60, 80, 120])
def test_lines_keep_to_the_width_in_any_script(width: int, tmp_path: Path) -> None:
    """Korean takes two columns a letter; a word longer than a line is broken; nothing of it is lost."""
    long = "가나다라마바사아자차카타파하" * 12
    said = f"""
title: 북한에서 러시아로 가는 포탄과 그 대가로 돌아오는 것에 대하여 묻는다
states: {{CCC: {{name: 조선민주주의인민공화국}}}}
options: {{as_is: {{label: {long}}}}}
turns: 4
"""
    lines = list(tell(open_history(written(tmp_path, said), "as_is", 0, 1), width))

    assert max(map(cells, lines)) <= width
    assert any(cells(line) > len(line) for line in lines)
    assert long in "".join(line.strip() for line in lines)


def test_marks_that_turn_a_text_do_not_reach_beyond_it(tmp_path: Path) -> None:
    """A name may hold them; the sentence it stands in is read from left to right."""
    said = 'states: {CCC: {name: "\\u202EyreV"}}\nturns: 12\n'

    told = "\n".join(tell(open_history(written(tmp_path, said), "as_is", 3, 1), 100))

    assert told.count("\u202e") > 3
    assert told.count("\u202e") == told.count("\u2068\u202eyreV\u2069")


def test_the_head_says_what_is_assumed_and_in_force(tmp_path: Path) -> None:
    """By label and unit; what the option sets itself is told as set by it, with its number."""
    told = history("munitions_pipeline", "western_output_doubled", 3)
    text = " ".join(" ".join(tell(told, 100)).split())

    assert "option western_output_doubled (Western plants deliver twice the plan)" in text
    assert told.to_dict()["option_label"] == "Western plants deliver twice the plan"
    assert {one.name: one.value for one in told.assumed} == dict(told.assumptions)
    assert "North Korean shells in store: 1" in text
    assert "million rounds" in text
    assert (
        "At the start at war: the war in Ukraine At the start treaties in force: the treaty of China" in text
    )
    assert (
        "At the start deals in force: no weapons for Ukraine, no strategic technology for Pyongyang;" in text
    )
    assert "Never came: lethal clash between North and South Korea;" in text
    fixed = {one.name: one.set_by_option for one in told.assumed}
    assert fixed["western_output"] in {"all", "part"}
    assert fixed["prk_stock"] == ""
    assert "(in part set by the option)" in text or "(set by the option)" in text


def test_an_assumption_the_option_sets_is_told_with_its_number(tmp_path: Path) -> None:
    """The draw stays in the data; the head says what the history began with."""
    said = """
assumptions:
  stock: {label: shells in store, unit: rounds, why: x, confidence: low, path: states.AAA.munitions.stock,
          distribution: {uniform: {low: 1, high: 2}}}
options: {filled: {set: {states.AAA.munitions.stock: 7.5}}}
turns: 2
"""
    told = open_history(written(tmp_path, said), "filled", 0, 1)

    (one,) = (one for one in told.assumed if one.name == "stock")
    assert 1 <= float(told.assumptions["stock"]) <= 2
    assert (one.set_by_option, one.in_force) == ("all", 7.5)
    assert "Shells in store: 7.5 rounds (set by the option)" in "\n".join(tell(told, 200))


def test_the_course_tells_its_scale() -> None:
    """The least and the most of every quantity, and what the digits of the rungs stand for."""
    told = history("munitions_pipeline", "as_agreed", 3)
    text = " ".join(" ".join(course(told, 120)).split())

    for track in told.quantities:
        least, most = min(track.values), max(track.values)
        assert (f"({number(least)} to {number(most)})" in text) == (most > least)
    for rung in {int(value) for track in told.theatres for value in track.values}:
        assert f"{rung or '·'} {told.rungs[rung]}" in text


def test_what_was_done_as_well_was_not_passed_over() -> None:
    """No choice stands among those a deed beat that was done in the same turn; doing nothing does."""
    checked = 0
    for name, option in (("toy", "as_is"), ("toy", "denied"), ("munitions_pipeline", "denied")):
        for replicate in (3, 5):
            told = history(name, option, replicate)
            done = {(deed.turn, deed.choice) for deed in told.deeds}
            whys = [(deed, deed.decision) for deed in told.deeds if deed.decision]
            assert not any((d.turn, rival.choice) in done for d, why in whys for rival in why.rivals)
            checked += sum(len(why.rivals) for _, why in whys)
            text = "\n".join(tell(told, 200))
            clocks = [why for deed, why in whys if deed.by == "clock"]
            assert text.count("over  doing nothing at that desk (") == len(clocks)
    assert checked > 50


def test_a_wrong_belief_has_its_nats_and_a_true_one_is_not_told() -> None:
    """What made the difference stands beside the flag, however small."""
    told = [history("munitions_pipeline", option, 1) for option in ("as_agreed", "denied")]

    lines = [line for one in told for line in tell(one, 1000)]

    flagged = sum(deed.wrong_belief and deed.decision is not None for one in told for deed in one.deeds)
    assert flagged
    assert sum("[on a wrong belief: the truth would have made it −" in line for line in lines) == flagged
    for line in lines:
        if line.lstrip().startswith("held  "):
            for part in line.split("held  ")[1].split("; the truth")[0].split("; "):
                believed, true = part.split(", in truth ")
                assert believed.rsplit(" ", 1)[1] != true


def test_what_comes_some_day_of_a_turn_is_told_so() -> None:
    """An event without a date is known by its turn alone."""
    told = history("munitions_pipeline", "as_agreed", 3)
    text = "\n".join(tell(told, 400))

    events = [one for one in told.happenings if one.kind == "event" and one.until]
    assert events
    for one in events:
        assert (one.until - one.day).days == told.days - 1
        assert f"{one.day}  EVENT  {one.words} (by {one.until})" in text


def test_a_deed_in_answer_names_what_it_answers() -> None:
    """The gravest deed of the round before, between the same two, in the same turn."""
    told = crisis().history
    answers = [deed for deed in told.deeds if deed.round and deed.answers]

    assert answers
    for deed in answers:
        words = [d.words for d in told.deeds if d.turn == deed.turn and d.round == deed.round - 1]
        assert deed.answers in words
        assert any(f"[in answer, round {deed.round}, to: {deed.answers}]" in line for line in tell(told, 999))


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
        (
            ["3", "--branch", "2031-01-01"],
            "--branch: 2031-01-01 is not a day of this study; give a date from 2030-01-01 to 2030-03-25, "
            "or a turn from 0 to 11",
        ),
        (["3", "--branch", "2029-12-01"], "--branch: 2029-12-01 is not a day of this study"),
        (["3", "-n", "0"], "-n: goes with --branch; add --branch TURN, or leave it out"),
        (["3", "--option", "as_is", "--option", "as_is"], "--option: `as_is` is given twice; give two that"),
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
