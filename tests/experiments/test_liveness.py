"""What does nothing is found, what does something is not accused, and lists of the inert are kept honest."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from sim.api import load_scenario
from sim.cli import main
from sim.errors import ScenarioError, UsageError
from sim.experiments.crises import CRISES, crisis
from sim.experiments.effects import indifferent, matters, trifling
from sim.experiments.hands import Hands
from sim.experiments.inert import refuse_what_is_wrongly_inert
from sim.experiments.levers import assumption_levers, bounds_of, first_option, levers_of, owner_of
from sim.experiments.liveness import LISTED, ROUNDS, Liveness, Round, examine, only_told, problems_of
from sim.scenario.build import numbers
from sim.scenario.scenario import Scenario
from tests.model.histories import ROOT, pipeline, toy, written

SHIPPED = sorted(file.stem for file in (ROOT / "scenarios").glob("*.yaml"))

#: Enough for what is plain.
FEW = (Round(range(3), range(1)),)

#: An indicator nobody reads but an outcome of its own, and assumptions that matter and do not.
IDLE = """
indicators: {idle: {low: 0, high: 1, start: 0.5}}
outcomes:
  idle_high: {quantity: {path: indicators.idle, above: 0.55}}
  half_sent: {quantity: {path: pipelines.aaa_bbb_shells.delivered, above: 0.25}}
assumptions:
  sent:   {path: pipelines.aaa_bbb_shells.rate, distribution: {uniform: {low: 0.2, high: 4}}, why: Invented}
  unread: {path: dyads.BBB.CCC.trade, distribution: {uniform: {low: 0, high: 0.01}}, why: Invented}
"""
INERT = "inert: [{path: indicators.idle, reason: nobody reads it}]\n"


@cache
def idle(folder: Path, text: str = IDLE) -> tuple[Scenario, Liveness]:
    """Return a scenario and what came of moving everything in it a few times."""
    scenario = written(folder, text)
    return scenario, alone(scenario)


def alone(scenario: Scenario, rounds: Sequence[Round] = FEW) -> Liveness:
    """Return what came of moving everything in one scenario."""
    (found,) = examine([scenario], rounds=rounds)
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one folder for all."""
    return tmp_path_factory.mktemp("idle")


def test_what_nobody_reads_is_dead(folder: Path) -> None:
    """A lever that is connected to nothing is the commonest fault of a model."""
    _, found = idle(folder)
    (lever,) = [lever for lever in found.dead if lever.name == "indicators.idle"]

    assert lever.key in found.unheard


def test_an_outcome_that_watches_the_number_itself_does_not_count(folder: Path) -> None:
    """Everything would be alive that anybody looks at."""
    scenario, _ = idle(folder)
    (lever,) = [lever for lever in levers_of(scenario) if lever.name == "indicators.idle"]

    assert [next(iter(end.values())) for end in lever.ends] == [0.375, 0.625]  # `idle_high` sees the second


def test_what_moves_an_outcome_is_alive(folder: Path) -> None:
    """More shells are delivered at a higher rate: whoever calls that dead calls everything dead."""
    _, found = idle(folder)
    dead = {lever.name for lever in (*found.dead, *found.idle)}

    assert not {"pipelines.aaa_bbb_shells.rate", "sent"} & dead


def test_the_dead_are_told_with_their_place(folder: Path) -> None:
    """A fault without a line is not repaired."""
    scenario, found = idle(folder)
    told = {problem.path: str(problem) for problem in problems_of([found])}

    assert told["indicators.idle"].startswith(f"{scenario.file}:4: indicators.idle: moves nothing")
    assert "at 0.375 and 0.625, in 3 histories and 6 that begin in a crisis;" in told["indicators.idle"]
    assert len(told) == len(found.dead)


def test_assumptions_that_do_not_matter_are_named(folder: Path) -> None:
    """An assumption may be alive and yet move no probability by a point."""
    _, found = idle(folder)

    assert "unread" in found.indifferent
    assert "sent" not in found.indifferent


def test_the_workers_do_not_matter() -> None:
    """What is dead is dead on any machine."""
    rounds = (Round(range(2), range(0)),)

    single, several = (examine([toy()], workers=workers, rounds=rounds) for workers in (1, 2))

    assert single == several


def test_no_round_begins_that_would_take_too_long() -> None:
    """The time it takes is bounded by blocks, on any machine the same."""
    rounds = (Round(range(2), range(0)), Round(range(2, 500), range(0)))

    (found,) = examine([toy()], rounds=rounds, blocks=4)

    dead = [lever for lever in (*found.dead, *found.idle) if lever.kind != "option"]
    assert {found.tried[lever.key] for lever in dead} == {(2, 0)}


def test_a_luckless_difference_does_not_matter() -> None:
    """A point's difference has to stand out from the pairs that differ by luck."""
    clear, noisy, slight = ([[[0], [60]], [[0], [5]]], [[[0], [60]], [[0], [45]]], [[[0], [9]], [[0], [0]]])

    assert matters(np.array(clear), 1024)
    assert not matters(np.array(noisy), 1024)
    assert not matters(np.array(slight), 1024)
    assert not matters(np.zeros((2, 2, 0), np.int64), 1024)


def test_what_plainly_does_not_matter_is_looked_at_no_further() -> None:
    """A point's change has to be out of reach, not only unseen."""
    still, noisy, near = ([[[0], [0]], [[0], [0]]], [[[0], [9]], [[0], [9]]], [[[0], [4]], [[0], [0]]])

    assert trifling(np.array(still), 512)
    assert not trifling(np.array(still), 128)
    assert not trifling(np.array(noisy), 512)
    assert not trifling(np.array(near), 512)


def test_without_outcomes_nothing_is_said_of_assumptions(tmp_path: Path) -> None:
    """There is nothing they could move."""
    file = tmp_path / "bare.yaml"
    file.write_text("name: bare\nextends: toy\noutcomes: {clash: null, delivered: null, at_force: null}\n")
    scenario = load_scenario(file)

    with Hands([scenario], 1) as hands:
        assert indifferent(hands) == [[]]


@pytest.mark.parametrize("scenario", [toy, pipeline], ids=["toy", "pipeline"])
def test_everything_given_is_moved_within_its_bounds(scenario: object) -> None:
    """Every number of world and parameters has a lever, and its ends are values it may take."""
    assert callable(scenario)
    loaded = scenario()
    levers = levers_of(loaded)
    moved = {lever.name: lever for lever in levers if lever.kind == "number"}

    assert moved.keys() == dict(numbers(loaded.tree)).keys()
    assert {lever.name for lever in levers if lever.kind == "assumption"} <= {
        draw.name for draw in loaded.assumptions
    }
    for lever in levers:
        assert lever.ends
        for path, value in ((p, v) for end in lever.ends for p, v in end.items() if v is not None):
            low, high = bounds_of(path, loaded.tree)
            assert low <= value <= high
    assert len({lever.key for lever in levers}) == len(levers)


def test_ends_come_from_what_is_said_of_a_number() -> None:
    """Range of its label, ends of its distribution, both answers of a yes or no."""
    ends = {(lever.kind, lever.option, lever.name): lever.words for lever in levers_of(toy())}

    assert ends["number", "", "states.AAA.military"] == ("0.08", "0.12")
    assert ends["number", "", "pipelines.aaa_bbb_shells.public"] == ("0",)
    assert ends["number", "", "dyads.AAA.BBB.commitment"] == ("0.2", "0.8")
    assert ends["number", "", "dyads.BBB.CCC.trade"] == ("0.1",)
    assert ends["assumption", "", "output"] == ("1.224", "2.776")
    assert ends["assumption", "", "story"] == ("close", "loose")
    assert ends["option", "denied", "pipelines.aaa_bbb_shells.interdiction"] == ("as it is without",)
    assert first_option(toy()) == "as_is"


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("states.AAA.military", "AAA"),
        ("dyads.AAA.CCC.tension", "AAA"),
        ("pipelines.bbb_aaa_oil.rate", "BBB"),
        ("wars.border.hope.CCC", "CCC"),
        ("wars.border.front_rate", ""),
        ("parameters.precision", ""),
    ],
)
def test_a_number_has_the_owner_whose_deeds_do_not_count(path: str, owner: str) -> None:
    """A state that only changes its own deeds has not reached anybody."""
    assert owner_of(path, toy().tree) == owner


def test_an_assumption_belongs_to_a_state_only_if_all_of_it_does() -> None:
    """Otherwise the deeds of either may follow from the other."""
    owners = {lever.name: lever.owner for lever in assumption_levers(toy())}

    assert owners == {"output": "AAA", "story": "AAA"}


def test_what_is_listed_as_inert_is_not_held_against_a_scenario(folder: Path) -> None:
    """A number may be there for the sake of another scenario."""
    _, found = idle(folder, IDLE + INERT)

    assert "indicators.idle" not in {lever.name for lever in found.dead}
    assert found.listed == 1
    assert not found.revived


def test_a_lively_number_on_the_list_is_noted(folder: Path) -> None:
    """A list nobody checks grows stale."""
    listed = IDLE.replace("rate, distribution", "duds, distribution")
    listed += "inert: [{path: pipelines.aaa_bbb_shells.rate, reason: not so}]\n"

    _, found = idle(folder, listed)

    assert [lever.name for lever in found.revived] == ["pipelines.aaa_bbb_shells.rate"]


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ("[{path: states.AAA.militery, reason: x}]", "`states.AAA.militery` is no number of this scenario"),
        ("[{path: 'states.*', reason: x}]", "more than 5%"),
        ("[{path: states.AAA.munitions.production, reason: x}]", "assumption `output` draws it"),
        ("[{path: '*.interdiction', reason: x}]", "option `denied` sets it"),
    ],
)
def test_a_list_of_the_inert_is_not_a_way_out(tmp_path: Path, entries: str, told: str) -> None:
    """It is short, names what is there, and holds nothing that is drawn or set."""
    scenario = written(tmp_path, f"inert: {entries}\n")

    with pytest.raises(ScenarioError) as fault:
        refuse_what_is_wrongly_inert(scenario)

    assert told in str(fault.value)
    assert all(problem.line == 3 for problem in fault.value.problems)


def test_a_scenario_adds_to_the_list_of_its_world(tmp_path: Path) -> None:
    """What the world says of itself still holds."""
    (tmp_path / "base.yaml").write_text(
        f"name: base\nextends: toy\n{INERT}indicators: {{idle: {{low: 0, high: 1, start: 0}}}}\n"
    )
    (tmp_path / "mine.yaml").write_text(
        "name: mine\nextends: base.yaml\ninert: [{path: states.AAA.readiness, reason: at peace}]\n"
    )

    listed = load_scenario(tmp_path / "mine.yaml").tree["inert"]

    assert [entry["path"] for entry in listed] == ["indicators.idle", "states.AAA.readiness"]


def test_an_entry_needs_its_reason(tmp_path: Path) -> None:
    """The reason is what a reader judges it by."""
    with pytest.raises(ScenarioError, match="reason"):
        written(tmp_path, "inert: [{path: states.AAA.readiness}]\n")


def test_the_rounds_do_not_repeat_themselves() -> None:
    """Each history counts once."""
    starts = [start for each in ROUNDS for start in each.starts]

    assert len(starts) == len(set(starts)) == 64 * (1 + len(CRISES))
    assert all(each.listed == (replicate < LISTED) for each in ROUNDS for _, replicate in each.starts)


#: A world with a number nobody reads, and a scenario in which somebody does.
BASE = "name: base\nextends: toy\nindicators: {idle: {low: 0, high: 1, start: 0.5}}\n"
HEEDING = """
doctrine:
  - {actor: CCC, when: {path: indicators.idle, above: 0.55}, do: {action: protest, target: AAA}, firmness: 1}
"""
#: What only one scenario says.
OWN = "indicators: {mine: {low: 0, high: 1, start: 0.5}}\n"


def above(folder: Path, base: str = BASE, **texts: str) -> list[Scenario]:
    """Return scenarios that extend the same world by a text each."""
    (folder / "base.yaml").write_text(base)
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(f"name: {name}\nextends: base.yaml\n{text}")
    return [load_scenario(folder / f"{name}.yaml") for name in texts]


def accused(found: Sequence[Liveness]) -> dict[str, str]:
    """Return where each indicator that is held against somebody stands, by path."""
    values = {"indicators.idle", "indicators.mine"}  # not how fast they decay
    problems = [problem for problem in problems_of(found) if problem.path in values]
    return {problem.path: f"{Path(problem.file).name}:{problem.line}" for problem in problems}


@pytest.mark.parametrize("in_turn", [False, True])
def test_what_one_scenario_uses_of_a_world_is_alive(tmp_path: Path, *, in_turn: bool) -> None:
    """A world is made for several scenarios: each needs its own part."""
    scenarios = above(tmp_path, first="", second=HEEDING)

    found = examine(scenarios, rounds=(Round(range(2), range(0), in_turn=in_turn),))

    assert accused(found) == {}
    assert "indicators.idle" not in {lever.name for each in found for lever in each.idle}


def test_what_no_scenario_uses_of_a_world_is_told_once_where_it_stands(tmp_path: Path) -> None:
    """It is the world's fault, not that of each who extends it."""
    found = examine(above(tmp_path, first="", second=""), rounds=FEW)

    assert accused(found) == {"indicators.idle": "base.yaml:3"}
    assert found[0].idle
    assert not found[1].idle


def test_what_a_scenario_says_itself_is_to_do_something_there(tmp_path: Path) -> None:
    """Another may say the same to more effect."""
    heeding = HEEDING.replace("idle", "mine")

    found = examine(above(tmp_path, first=OWN, second=OWN + heeding), rounds=FEW)

    assert accused(found)["indicators.mine"] == "first.yaml:3"
    assert [len([v for v in each.dead if v.name == "indicators.mine"]) for each in found] == [1, 0]


def test_a_scenario_alone_answers_for_itself_only(tmp_path: Path) -> None:
    """Whoever checks his own file is told what it does not use of the world, without fault."""
    found = examine(above(tmp_path, mine=OWN), rounds=FEW)

    assert accused(found) == {"indicators.mine": "mine.yaml:3"}
    assert "indicators.idle" in {lever.name for lever in only_told(found)}


def test_what_a_world_lists_as_inert_is_noted_where_it_is_alive(tmp_path: Path) -> None:
    """The list of a world speaks for every scenario."""
    scenarios = above(tmp_path, BASE + INERT, first="", second=HEEDING)

    found = examine(scenarios, rounds=FEW)

    assert [[lever.name for lever in each.revived] for each in found] == [[], ["indicators.idle"]]


#: An option under which a state acts on what nobody reads under the reference.
HEEDED = """
options:
  as_is: {}
  heeded:
    doctrine:
      - {actor: CCC, when: {path: indicators.idle, above: 0.55}, do: {action: protest, target: AAA},
         firmness: 1}
"""


def test_what_the_reference_leaves_idle_is_tried_under_other_options(tmp_path: Path) -> None:
    """A number the reference forbids the use of matters as soon as another option allows it."""
    scenario = written(tmp_path, IDLE + HEEDED)

    heeded = list(scenario.options).index("heeded")

    dead = [
        {lever.name for lever in alone(scenario, (Round(range(2), range(0), option=n),)).dead}
        for n in (0, heeded)
    ]

    assert "indicators.idle" in dead[0] - dead[1]


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_scenarios_list_few_numbers_as_inert_and_may_begin_in_every_crisis(name: str) -> None:
    """A list that is too long, or a crisis that sets what is not there, would hide what is dead."""
    scenario = load_scenario(name)

    refuse_what_is_wrongly_inert(scenario)
    for start in CRISES:
        for path, value in crisis(scenario, start).items():
            low, high = bounds_of(path, scenario.tree)
            assert low <= value <= high
    assert len(levers_of(scenario)) < 800


@pytest.mark.slow
def test_the_command_says_what_is_dead_and_leaves_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Like any other fault of a scenario."""
    file = tmp_path / "mine.yaml"
    file.write_text(f"name: mine\nextends: toy\n{IDLE}")

    status = main(["check", str(file), "--liveness"])

    told = capsys.readouterr()
    assert status == 2
    assert "indicators.idle: moves nothing" in told.err
    assert ": a number of the world that moves nothing here" in told.out
    assert "levers moved to their ends: " in told.out
    assert "assumptions that do not matter here" in told.out


def test_no_processes_cannot_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong number is the user's fault, said in a line."""
    status = main(["check", "toy", "--liveness", "--workers", "0"])

    assert status == 2
    assert "--workers" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("unheard", "alone", "told"),
    [
        (True, False, "begin in a crisis; make it matter"),
        (True, True, "; it only moves deeds of AAA itself; make it matter"),
        (False, False, "; it only shifts deeds of others within a turn; make it matter"),
    ],
)
def test_the_dead_are_told_apart(*, unheard: bool, alone: bool, told: str) -> None:
    """What nobody reads is repaired otherwise than what is too weak."""
    (lever,) = [lever for lever in levers_of(toy()) if lever.name == "states.AAA.military"]
    keys = frozenset({lever.key})
    found = Liveness(
        scenario=toy(),
        moved=1,
        dead=(lever,),
        idle=(),
        unheard=keys if unheard else frozenset(),
        alone=keys if alone else frozenset(),
        revived=(),
        listed=0,
        tried={lever.key: (8, 12)},
        indifferent=(),
    )

    (problem,) = problems_of([found])

    assert told in str(problem)


def test_an_option_that_sets_a_number_to_no_effect_is_told_with_its_place(tmp_path: Path) -> None:
    """Two options that differ in name only are compared in vain."""
    scenario = written(tmp_path, f"{IDLE}options: {{moot: {{set: {{indicators.idle: 0.4}}}}}}\n")

    found = alone(scenario, (Round(range(1), range(0)),))

    told = [str(problem) for problem in problems_of([found]) if problem.path.startswith("options.")]
    assert told == [
        f"{scenario.file}:11: options.moot.set.indicators.idle: changes nothing: no outcome and no deed of"
        " another state comes out differently without it; make it matter, or remove it"
    ]


def test_one_file_is_one_scenario_however_it_is_spelled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What only one file says is no more shared for being given twice."""
    file = written(tmp_path, IDLE).file
    given: list[Scenario] = []

    def look(scenarios: Sequence[Scenario], **_: object) -> list[Liveness]:
        """Keep what is to be examined, and examine nothing."""
        given.extend(scenarios)
        raise UsageError("seen enough")

    monkeypatch.chdir(Path(file).parent)
    monkeypatch.setattr("sim.experiments.liveness.examine", look)

    assert main(["check", file, f"./{Path(file).name}", "--liveness"]) == 2
    assert len(given) == 1
