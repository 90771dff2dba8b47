"""Loading: layers over each other, what is drawn, what wins, and what comes back from a dump."""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from sim.scenario import checks
from sim.scenario.loader import load, load_world, shipped_scenarios, shipped_worlds
from sim.scenario.scenario import Scenario
from tests.scenario.small_tree import SCENARIO

Loading = Callable[..., Scenario]


def test_layers_lie_over_each_other(loading: Loading) -> None:
    """Base < world < scenario < --set, key by key."""
    scenario = loading(SCENARIO + "states: {NOR: {military: 0.3}}\n", ["states.NOR.munitions.stock=9"])

    norway = scenario.tree["states"]["NOR"]
    assert norway["name"] == "Norway"
    assert norway["military"] == 0.3
    assert norway["munitions"] == {"stock": 9.0, "production": 1.0}
    assert scenario.tree["actions"]["protest"]["per_year"] == 1.2
    assert scenario.tree["parameters"]["precision"] == 1.0


def test_the_scenario_says_when_and_how_long(loading: Loading) -> None:
    """Its own name and title, and what it inherits."""
    scenario = loading()

    assert (scenario.name, scenario.title, scenario.seed, scenario.replicates) == (
        "strait",
        "A strait",
        7,
        64,
    )
    assert (scenario.start, scenario.turns, scenario.days) == (date(2024, 6, 24), 20, 7.0)
    assert scenario.end == date(2024, 11, 11)
    assert list(scenario.options) == ["nothing", "aid"]
    assert list(scenario.outcomes) == ["clash", "late"]


def test_the_tree_is_plain(loading: Loading) -> None:
    """It is hashed, shown and sent to other processes."""
    scenario = loading()

    assert json.loads(json.dumps(scenario.tree)) == scenario.tree
    assert pickle.loads(pickle.dumps(scenario)).tree == scenario.tree  # noqa: S301 (our own)


def test_the_world_alone_knows_nothing_of_scenario_or_settings(loading: Loading) -> None:
    """Rates are compiled from it, so that no option moves them."""
    scenario = loading(SCENARIO + "states: {NOR: {military: 0.3}}\n", ["states.SWE.military=0.4"])

    assert scenario.world is not None
    assert scenario.world.name == "north"
    assert scenario.world.tree["states"]["NOR"]["military"] == 0.1
    assert scenario.world.tree["states"]["SWE"]["military"] == 0.2
    assert scenario.world.tree["options"] == {}
    assert scenario.world.world is None


def test_a_scenario_that_extends_nothing_is_its_own_world(root: Path) -> None:
    """The toy world is one file; --set must not move its rates either."""
    text = (root / "configs/worlds/north.yaml").read_text() + "turns: 4\n"
    (root / "own.yaml").write_text(text)

    scenario = load(root / "own.yaml", ["states.NOR.military=0.5"], root=root)

    assert scenario.tree["states"]["NOR"]["military"] == 0.5
    assert scenario.world is not None
    assert scenario.world.tree["states"]["NOR"]["military"] == 0.1


def test_either_spelling_of_a_quantity_is_read(loading: Loading) -> None:
    """Paths say munitions.stock, arrays munitions_stock; both are natural to write."""
    scenario = loading(
        SCENARIO + "states: {NOR: {munitions_stock: 4, arming_limit: 2}}\ndyads: {NOR: {SWE: {rung: 1}}}\n",
        ["dyads.NOR.SWE.rung.floor=1"],
    )

    assert scenario.tree["states"]["NOR"]["munitions"]["stock"] == 4
    assert scenario.tree["states"]["NOR"]["arming"] == {"limit": 2.0}
    assert scenario.tree["dyads"]["NOR"]["SWE"]["rung_floor"] == 1


# --- what is drawn ---------------------------------------------------------------------------------


def test_draws_are_assumptions_then_background_by_name(loading: Loading) -> None:
    """The order does not depend on the order of the file."""
    scenario = loading()

    kinds = [draw.kind for draw in scenario.draws]
    assert kinds == sorted(kinds)
    assert [draw.name for draw in scenario.assumptions] == ["mood", "output"]
    names = [draw.name for draw in scenario.background]
    assert names == sorted(names)
    assert "states.NOR.military" in names
    assert "parameters.precision" in names
    assert "pipelines.shells.rate" in names


def test_a_judgement_with_a_range_is_drawn_about_its_value(loading: Loading) -> None:
    """Triangular from low to high factor with the value as mode, cut at the bounds."""
    draw = next(d for d in loading().background if d.name == "states.NOR.munitions.stock")

    assert draw.distribution is not None
    ends = draw.distribution.quantile(np.array([1e-9, 1 - 1e-9]))
    assert ends == pytest.approx([1.6, 2.4], rel=1e-3)


def test_numbers_of_the_catalogue_are_never_drawn(loading: Loading) -> None:
    """An appraisal is one product only if a block shares them."""
    assert not [draw for draw in loading().draws if draw.name.startswith("actions.")]


def test_a_number_changed_in_a_scenario_does_not_borrow_the_worlds_label(loading: Loading) -> None:
    """The world's source is about the world's number."""
    scenario = loading(SCENARIO + "states: {NOR: {military: 0.3}}\n")

    assert "states.NOR.military" not in scenario.labels
    assert "states.NOR.military" not in [draw.name for draw in scenario.draws]
    assert [p.path for p in checks.unlabelled(scenario)] == ["states.NOR.military"]


def test_the_nearest_basis_wins(loading: Loading) -> None:
    """Quantity before star, near before far, beside the number before any basis."""
    text = SCENARIO + (
        "basis: {military: {derived: top}}\n"
        "states:\n"
        '  basis: {munitions.stock: {derived: middle}, "*": {derived: star}}\n'
        "  NOR:\n"
        "    basis: {munitions: {derived: near}}\n"
        "    military: 0.1\n"
        "    munitions: {stock: 1, production: {value: 2, source: itself}}\n"
        "  SWE: {munitions: {stock: 1}}\n"
    )

    labels = loading(text).labels

    said = {path: label.text for path, label in labels.items()}
    assert said["states.NOR.military"] == "star"
    assert said["states.NOR.munitions.stock"] == "near"
    assert said["states.NOR.munitions.production"] == "itself"
    assert said["states.SWE.munitions.stock"] == "middle"


def test_a_distribution_in_place_of_a_number_is_an_assumption_named_by_its_path(loading: Loading) -> None:
    """So anything can be made uncertain where it stands."""
    scenario = loading(SCENARIO + "states: {NOR: {munitions: {stock: {uniform: {low: 1, high: 3}}}}}\n")

    draw = next(d for d in scenario.assumptions if d.name == "states.NOR.munitions.stock")
    assert draw.paths == ("states.NOR.munitions.stock",)
    assert scenario.tree["states"]["NOR"]["munitions"]["stock"] == 2.0
    assert draw.name not in [d.name for d in scenario.background]


def test_an_assumption_replaces_the_background_draw_of_its_path(loading: Loading) -> None:
    """A scenario promotes a judgement by naming it."""
    text = SCENARIO.replace(
        "assumptions:\n",
        "assumptions:\n  stock: {path: states.NOR.munitions.stock, distribution: {constant: 5}, why: x}\n",
    )

    scenario = loading(text)

    assert [d.name for d in scenario.draws if "states.NOR.munitions.stock" in d.paths] == ["stock"]
    assert scenario.tree["states"]["NOR"]["munitions"]["stock"] == 5.0


def test_stories_set_what_they_say_and_weigh_what_they_weigh(loading: Loading) -> None:
    """Column a:NAME holds the story."""
    mood = next(d for d in loading().assumptions if d.name == "mood")

    assert mood.alternatives == ("calm", "tense")
    assert mood.pick(np.array([0.0, 0.59, 0.61, 1.0])).tolist() == [0, 0, 1, 1]
    assert mood.values(np.array([0.1, 0.9]))["dyads.NOR.SWE.tension"].tolist() == [0.2, 0.8]
    assert loading().tree["dyads"]["NOR"]["SWE"]["tension"] == 0.2


_SAMPLE = """
assumptions:
  fitted:
    judgement: made up
    paths: [parameters.precision, parameters.fear_weight, states.NOR.readiness]
    sets: [[30, 0.3, 0.4], [40, 0.4, 0.5], [50, 0.5, 0.6]]
"""


def test_values_of_a_sample_go_together(loading: Loading) -> None:
    """One set a history, all as likely; drawn, and no column of the study."""
    scenario = loading(SCENARIO.replace("assumptions:\n", _SAMPLE))
    (sample,) = (draw for draw in scenario.draws if draw.name == "fitted")

    drawn = sample.values((np.arange(3000) + 0.5) / 3000)

    precision = drawn["parameters.precision"]
    np.testing.assert_allclose(drawn["parameters.fear_weight"], precision / 100)
    np.testing.assert_allclose(drawn["states.NOR.readiness"], precision / 100 + 0.1)
    assert [int((precision == value).sum()) for value in (30, 40, 50)] == [1000, 1000, 1000]
    assert "fitted" not in {draw.name for draw in scenario.assumptions}


@pytest.mark.parametrize(
    ("more", "sets"),
    [
        ("parameters: {precision: 35}\n", ()),
        ("", ("parameters.precision=35",)),
        ("states: {NOR: {name: Norway}}\n", ("parameters.precision=35",)),
    ],
)
def test_what_a_layer_above_states_is_not_drawn_with_the_rest(
    root: Path, more: str, sets: tuple[str, ...]
) -> None:
    """The world's sample yields to the scenario and to --set, and goes on drawing the rest."""
    (root / "world.yaml").write_text("name: below\nextends: north\n" + _SAMPLE)
    (root / "above.yaml").write_text(
        "name: above\nextends: ./world.yaml\nturns: 20\nstart: 2024-06-24\n" + more
    )
    scenario = load(root / "above.yaml", sets, root=root)

    (sample,) = (draw for draw in scenario.draws if draw.name == "fitted")
    (root / "dumped.yaml").write_text(scenario.dump())

    assert sample.paths == ("parameters.fear_weight", "states.NOR.readiness")
    assert scenario.tree["parameters"]["precision"] == 35
    assert load(root / "dumped.yaml").draws == scenario.draws


def test_a_sample_above_replaces_the_one_below_whole(root: Path) -> None:
    """It does not borrow where the other says it is from."""
    (root / "world.yaml").write_text("name: below\nextends: north\n" + _SAMPLE)
    mine = "assumptions: {fitted: {why: a guess, paths: [parameters.precision], sets: [[7]]}}\n"
    (root / "above.yaml").write_text("name: above\nextends: ./world.yaml\nturns: 20\n" + mine)

    (sample,) = (d for d in load(root / "above.yaml", root=root).draws if d.name == "fitted")

    assert sample.paths == ("parameters.precision",)
    assert sample.label is None


def test_what_another_assumption_draws_is_not_drawn_with_the_rest(loading: Loading) -> None:
    """No fault: the sample is the background the assumption is about."""
    own = "  mine: {path: parameters.precision, distribution: {uniform: {low: 1, high: 2}}, why: a guess}\n"
    scenario = loading(SCENARIO.replace("assumptions:\n", _SAMPLE + own))

    drawn = {draw.name: draw.paths for draw in scenario.draws if draw.name in {"fitted", "mine"}}

    assert drawn["mine"] == ("parameters.precision",)
    assert "parameters.precision" not in drawn["fitted"]


def test_a_distribution_is_cut_at_the_bounds_of_what_it_is_drawn_for(loading: Loading) -> None:
    """A share above one would stop the run much later."""
    text = SCENARIO + "states: {NOR: {military: {normal: {mean: 0.9, sd: 0.3}}}}\n"

    draw = next(d for d in loading(text).assumptions if d.name == "states.NOR.military")

    assert draw.distribution is not None
    assert draw.distribution.quantile(np.array([1 - 1e-12]))[0] <= 1


# --- what wins -------------------------------------------------------------------------------------


def test_a_setting_beats_an_assumption_and_an_option(loading: Loading) -> None:
    """Precedence: world < scenario < assumption draw < option < --set."""
    scenario = loading(
        sets=[
            "states.SWE.munitions.production=1.5",
            "pipelines.shells.level=0.5",
            "dyads.NOR.SWE.tension=0.3",
        ]
    )

    assert [draw.name for draw in scenario.assumptions] == ["mood"]
    assert scenario.tree["states"]["SWE"]["munitions"]["production"] == 1.5
    assert scenario.options["aid"]["set"] == {}
    assert scenario.assumptions[0].paths == ()
    assert "pipelines.shells.level" not in [draw.name for draw in scenario.draws]


def test_a_setting_may_be_a_distribution(loading: Loading) -> None:
    """So a range can be tried without editing."""
    scenario = loading(sets=["states.SWE.munitions.production={triangular: {low: 1, mode: 2, high: 3}}"])

    assert [draw.name for draw in scenario.assumptions] == ["mood", "states.SWE.munitions.production"]


def test_a_setting_reaches_into_a_distribution(loading: Loading) -> None:
    """One number of it, the others as they were."""
    toy = load("toy", ["assumptions.output.distribution.triangular.mode=2.5"])
    (output,) = (draw for draw in toy.assumptions if draw.name == "output")

    assert output.distribution is not None
    assert output.distribution.quantile(np.array([0.5]))[0] == pytest.approx(2.2247, abs=1e-4)


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        ("turns=5", ("turns",), 5),
        ("marking=DRAFT", ("marking",), "DRAFT"),
        ("turn.days=3.5", ("turn", "days"), 3.5),
        ("actions.protest.per_year=2", ("actions", "protest", "per_year"), 2.0),
        ("actions.protest.provokes.T=0.5", ("actions", "protest", "provokes", "T"), 0.5),
        ("title='NO'", ("title",), "NO"),
        ("wars.border.support.NOR=1", ("wars", "border", "support", "NOR"), 1.0),
        ("regime.monitoring=0.5", ("regime", "monitoring"), 0.5),
        ("watch=[wars.border.front]", ("watch",), ["wars.border.front"]),
    ],
)
def test_anything_may_be_set(loading: Loading, text: str, path: tuple[str, ...], value: object) -> None:
    """Numbers given or not, keys of the run, items of the catalogue."""
    found = loading(sets=[text]).tree
    for key in path:
        found = found[key]

    assert found == value


def test_a_setting_reaches_into_lists(loading: Loading) -> None:
    """A date or a firmness deep in an option can be varied."""
    scenario = loading(sets=["options.aid.doctrine.0.firmness=0.1", "options.aid.do.0.at=2024-07-08"])

    assert scenario.options["aid"]["doctrine"][0]["firmness"] == 0.1
    assert scenario.options["aid"]["do"][0]["at"] == "2024-07-08"


def test_a_run_made_shorter_leaves_out_what_was_planned_for_later(loading: Loading) -> None:
    """`--set turns=1` for a quick look is no reason to edit every date."""
    scenario = loading(sets=["turns=1"])

    assert scenario.options["aid"]["do"] == []
    assert "by" not in scenario.outcomes["late"]


def test_null_removes_what_was_inherited(loading: Loading) -> None:
    """And with a state, what the world says of it in dyads, relations, theatres and wars."""
    text = SCENARIO.replace("assumptions:\n", "assumptions:\n  output: null\n")

    assert [draw.name for draw in loading(text).assumptions] == ["mood"]


def test_an_outcome_in_another_form_replaces_the_inherited_one(root: Path) -> None:
    """Merged key by key it would be two outcomes in one."""
    (root / "child.yaml").write_text(
        "name: child\nextends: ./scenarios/strait.yaml\noutcomes: {clash: {war: {between: [NOR, SWE]}}}\n"
    )

    assert load(root / "child.yaml", root=root).outcomes["clash"] == {"war": {"between": ["NOR", "SWE"]}}


def test_the_shipped_catalogue_fits_a_smaller_world(loading: Loading) -> None:
    """It speaks of states and flows that a toy world does not have; what is left out is listed."""
    scenario = loading()

    protest = scenario.tree["actions"]["protest"]
    assert protest["provokes"] == {"T": 0.03}
    assert [drive.get("path") for drive in protest["drives"]] == ["dyads.actor.target.tension"]
    assert scenario.tree["actions"]["arm"]["actors"] == ["NOR"]
    assert any("ZAF" in line for line in scenario.left_out)


# --- where files are -------------------------------------------------------------------------------


def test_shipped_things_go_by_name(root: Path) -> None:
    """`sim run strait` works anywhere."""
    assert load("strait", root=root).name == "strait"
    assert load_world("north", root=root).name == "north"
    assert list(shipped_scenarios(root)) == ["strait"]
    assert list(shipped_worlds(root)) == ["north"]


def test_a_file_that_changes_is_read_again(root: Path) -> None:
    """Files are cached within a process; a notebook edits and reloads."""
    path = root / "scenarios/strait.yaml"
    assert load("strait", root=root).turns == 20

    path.write_text(SCENARIO.replace("turns: 20", "turns: 21"))
    os.utime(path, ns=(1, 1))

    assert load("strait", root=root).turns == 21


# --- dump ------------------------------------------------------------------------------------------

_FANCY = SCENARIO + (
    'marking: "NO"\n'
    "states: {NOR: {military: 0.3, munitions: {stock: {uniform: {low: 1, high: 3}}}}}\n"
    'indicators: {mood: {label: "12:30", low: 0, high: 1, start: 1e-3, decay: {value: 0.1, derived: x}}}\n'
)


@pytest.mark.parametrize("text", [SCENARIO, _FANCY])
@pytest.mark.parametrize("sets", [[], ["turns=1", "states.SWE.munitions.production=1.5"]])
def test_a_dump_needs_nothing_else_and_reads_back_the_same(
    loading: Loading, tmp_path: Path, text: str, sets: list[str]
) -> None:
    """A study keeps it, and re-running it must give the same numbers."""
    scenario = loading(text, sets)
    path = tmp_path / "elsewhere" / "scenario.yaml"
    path.parent.mkdir()
    path.write_text(scenario.dump())

    again = load(path, root=tmp_path / "elsewhere")

    assert json.dumps(again.tree) == json.dumps(scenario.tree)
    assert again.draws == scenario.draws
    assert again.labels == scenario.labels
    assert again.world is not None
    assert scenario.world is not None
    assert json.dumps(again.world.tree) == json.dumps(scenario.world.tree)
    assert again.world.draws == scenario.world.draws
    assert again.dump() == scenario.dump()


def test_a_dump_can_be_set(loading: Loading, tmp_path: Path) -> None:
    """`sim run results/…/scenario.yaml --set …` is how a study is varied."""
    path = tmp_path / "scenario.yaml"
    path.write_text(loading().dump())

    assert (
        load(path, ["states.NOR.military=0.5"], root=tmp_path / "none").tree["states"]["NOR"]["military"]
        == 0.5
    )


# --- checks ----------------------------------------------------------------------------------------


def test_hindsight_is_found(loading: Loading) -> None:
    """A hindcast that knows the future proves nothing."""
    text = SCENARIO + "states: {NOR: {military: {value: 0.3, source: x, as_of: 2025-01-01}}}\n"

    assert checks.hindsight(loading()) == []
    (problem,) = checks.hindsight(loading(text))
    assert problem.path == "states.NOR.military"


def test_a_number_under_an_assumption_is_pointed_out(loading: Loading) -> None:
    """By the order of precedence it has no effect, and its author should know."""
    text = SCENARIO + "states: {SWE: {munitions: {production: {value: 5, source: x}}}}\n"

    (problem,) = checks.overruled(loading(text))

    assert "`output` draws it" in problem.message


# --- what ships ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", shipped_scenarios())
def test_every_shipped_scenario_loads_is_labelled_and_reads_back(name: str, tmp_path: Path) -> None:
    """They are the examples users start from."""
    scenario = load(name)
    (tmp_path / "scenario.yaml").write_text(scenario.dump())

    again = load(tmp_path / "scenario.yaml")

    assert (json.dumps(again.tree), again.draws) == (json.dumps(scenario.tree), scenario.draws)
    assert [str(problem) for problem in checks.unlabelled(scenario)] == []
    assert [str(problem) for problem in checks.hindsight(scenario)] == []


@pytest.mark.parametrize("name", shipped_worlds())
def test_every_shipped_world_loads(name: str) -> None:
    """A world may be checked without a scenario."""
    assert load_world(name).name == name


def test_the_catalogue_names_nothing_the_default_world_lacks() -> None:
    """What is left out for smaller worlds would hide a slip of the pen here."""
    assert load_world("northeast_asia_2024").left_out == ()
