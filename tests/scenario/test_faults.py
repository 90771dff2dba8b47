"""Bad input: one clear line per fault, all at once, in file order, and never a traceback."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.errors import ScenarioError, SimError
from sim.scenario.loader import load
from sim.scenario.scenario import Scenario
from tests.scenario.small_tree import ACTIONS, SCENARIO, WORLD

Faulty = Callable[..., list[str]]

_HEAD = "name: mine\nextends: north\nturns: 20\n"
_DO = "options: {a: {do: [{at: 2024-07-01, actor: NOR, action: protest, target: SWE}]}}\n"

#: What is written below name, extends and turns (line 4 on), and the line it must give.
MATRIX = {
    "a set of a sample with a value too few": (
        "assumptions: {f: {why: x, paths: [parameters.precision, parameters.leap], sets: [[1, 2], [1]]}}\n",
        "4: assumptions.f.sets.1: has 1 values for 2 paths; one for each path",
    ),
    "a sample that names a quantity twice": (
        "assumptions: {f: {why: x, paths: [parameters.leap, parameters.leap], sets: [[1, 2]]}}\n",
        "4: assumptions.f.paths.1: names parameters.leap twice; keep one of the two",
    ),
    "a sample out of bounds": (
        "assumptions: {fit: {judgement: x, paths: [parameters.precision], sets: [[1], [900]]}}\n",
        "4: assumptions.fit.sets.1: 900 is outside parameters.precision, 0 to 200",
    ),
    "a wrong key": ("optoins: {}\n", "4: optoins: is not a known key; did you mean `options`?"),
    "a wrong key inside": (
        "states:\n  NOR:\n    munitions: {prodution: 3}\n",
        "6: states.NOR.munitions.prodution: is not a known key; did you mean `production`?",
    ),
    "a key like no other": ("zebra: 1\n", "4: zebra: is not a known key; there are: "),
    "a repeated key": ("watch: []\nwatch: []\n", "5: `watch` is given twice, first on line 4; keep one"),
    "both spellings": (
        "states: {NOR: {munitions_stock: 1, munitions: {stock: 2}}}\n",
        "4: states.NOR.munitions.stock: is given twice, in two spellings; keep one",
    ),
    "a wrong type": ("seed: many\n", "4: seed: must be a whole number, not `many`"),
    "text for a number": (
        "states: {NOR: {military: '0.5'}}\n",
        "4: states.NOR.military: must be a number, not `0.5`; write 0.5, without quotes or separators",
    ),
    "a list for a mapping": ("states: [NOR]\n", "4: states: must be a mapping, not a list"),
    "a mapping for a list": ("watch: {a: b}\n", "4: watch: must be a list, not a mapping"),
    "a number for a state": ("states: {NOR: 3}\n", "4: states.NOR: must be a mapping, not `3`"),
    "an unknown state": (
        _DO.replace("target: SWE", "target: SWA"),
        "4: options.a.do.0.target: `SWA` is not a state of this world; did you mean `SWE`?",
    ),
    "an unknown action": (
        _DO.replace("protest", "protst"),
        "4: options.a.do.0.action: `protst` is not an action; did you mean `protest`?",
    ),
    "an unknown variant": (
        _DO.replace("action: protest", "action: arm, variant: hevy"),
        "4: options.a.do.0.variant: `hevy` is not a variant of `arm`; did you mean `heavy`?",
    ),
    "an actor who cannot": (
        _DO.replace("actor: NOR, action: protest, target: SWE", "actor: SWE, action: arm"),
        "4: options.a.do.0.actor: `SWE` cannot do this action; there are: NOR",
    ),
    "no target": (
        _DO.replace(", target: SWE", ""),
        "4: options.a.do.0: `protest` needs a target; add `target: STATE`",
    ),
    "low above high": (
        "assumptions: {a: {path: states.NOR.military, distribution: {uniform: {low: 3, high: 1}}}}\n",
        "4: assumptions.a.distribution: low 3 is above high 1",
    ),
    "low above high in place": (
        "states: {NOR: {military: {triangular: {low: 0.3, mode: 0.2, high: 0.1}}}}\n",
        "4: states.NOR.military: low 0.3 is above high 0.1",
    ),
    "an unknown distribution": (
        "states: {NOR: {military: {unifrom: {low: 0.3, high: 0.5}}}}\n",
        "4: states.NOR.military: is not a number: give a bare number, {value: …} or a distribution; "
        "did you mean `uniform`?",
    ),
    "hardly any mass": (
        "states: {NOR: {military: {normal: {mean: -5, sd: 1}}}}\n",
        "4: states.NOR.military: puts 0.0% of its mass within the bounds [0, 1], and 1 % is needed",
    ),
    "out of bounds": (
        "states: {NOR: {military: 7}}\n",
        "4: states.NOR.military: 7 is outside 0 to 1 (share of world military power)",
    ),
    "out of an indicator's own bounds": (
        "indicators: {mood: {low: 0, high: 10, start: 11}}\n",
        "4: indicators.mood.start: 11 is outside indicators.mood, 0 to 10 (as declared)",
    ),
    "a weight of nothing": (
        "assumptions: {a: {alternatives: {x: {weight: 0}, y: {weight: 1}}}}\n",
        "4: assumptions.a.alternatives.x.weight: `0` is out of range: must be above 0",
    ),
    "one story": (
        "assumptions: {a: {alternatives: {x: {weight: 1}}}}\n",
        "4: assumptions.a.alternatives: has 1 entry; at least 2 are needed",
    ),
    "drawn twice": (
        "assumptions: {a: {path: states.SWE.munitions.production, distribution: {constant: 1}}}\n",
        "4: assumptions.a: states.SWE.munitions.production is drawn by `output` already",
    ),
    "drawn where nothing is": (
        "assumptions: {a: {path: states.SWE.munitions.produce, distribution: {constant: 1}}}\n",
        "4: assumptions.a.path: `states.SWE.munitions.produce` names nothing: ",
    ),
    "what evolves is not given": (
        "assumptions: {a: {path: wars.border.ceased, distribution: {constant: 1}}}\n",
        "4: assumptions.a.path: wars.border.ceased evolves and cannot be given; give what it follows from",
    ),
    "the catalogue is not drawn": (
        "assumptions: {a: {path: actions.protest.per_year, distribution: {constant: 1}}}\n",
        "4: assumptions.a.path: is a number of the action catalogue, which is never drawn; vary it by --set",
    ),
    "a path to nothing": (
        "watch: [states.NOR.munitons.stock]\n",
        "4: watch.0: `states.NOR.munitons.stock` names nothing: "
        "`munitons.stock` is not a quantity of states; "
        "did you mean `munitions.stock`?",
    ),
    "a path to no war": (
        "watch: [wars.boarder.front]\n",
        "4: watch.0: `wars.boarder.front` names nothing: "
        "`boarder` is not a war of this world; did you mean `border`?",
    ),
    "a path that stops short": (
        "watch: [wars.border.support]\n",
        "4: watch.0: `wars.border.support` does not say for which state; "
        "for example `wars.border.support.NOR`",
    ),
    "a placeholder outside an action": (
        "watch: [states.actor.military]\n",
        "4: watch.0: `states.actor.military` names nothing: `actor` is not a state of this world",
    ),
    "a date before the run": (
        _DO.replace("2024-07-01", "2024-06-23"),
        "4: options.a.do.0.at: 2024-06-23 is outside the run, 2024-06-24 to 2024-11-11; ",
    ),
    "a date after the run": (
        "outcomes: {w: {war: {between: [NOR, SWE]}, by: 2025-01-01}}\n",
        "4: outcomes.w.by: 2025-01-01 is outside the run, ",
    ),
    "no date": ("start: soon\n", "4: start: `soon` is not a date: write year-month-day, as in 2024-06-24"),
    "no such day": ("start: 2024-02-30\n", "4: start: `2024-02-30` is not a date"),
    "no such outcome": (
        "outcomes: {w: {wr: {between: [NOR, SWE]}}}\n",
        "4: outcomes.w: is not an outcome: it needs one of war, clash, reaches, does, quantity, answers, "
        "first; did you mean `war`?",
    ),
    "two comparisons": (
        "outcomes: {w: {quantity: {path: wars.border.front, above: 1, below: 3}}}\n",
        "4: outcomes.w.quantity: has both `above` and `below`: give one of ",
    ),
    "a threshold never met": (
        "outcomes: {w: {quantity: {path: states.NOR.military, above: 3}}}\n",
        "4: outcomes.w.quantity.above: 3 is outside states.NOR.military, 0 to 1",
    ),
    "an unknown rung": (
        "outcomes: {w: {reaches: {dyads: [[NOR, SWE]], rung: protets}}}\n",
        "4: outcomes.w.reaches.rung: `protets` is not a rung; did you mean `protest`?",
    ),
    "an order of nothing": (
        "outcomes: {w: {war: {between: [NOR, SWE]}}, v: {first: w, before: u}}\n",
        "4: outcomes.v.before: `u` is not another outcome; there are: w",
    ),
    "no such effect": (
        "injects: {i: {per_year: 1, then: [{rise: wars.border.front, by: 1}]}}\n",
        "4: injects.i.then.0: is not an effect: it needs one of raise, lower, ",
    ),
    "an effect without amount": (
        "injects: {i: {per_year: 1, then: [{raise: wars.border.front}]}}\n",
        "4: injects.i.then.0.by: is required",
    ),
    "an inject without effect": (
        "injects: {i: {at: 2024-07-01}}\n",
        "4: injects.i: needs either `then` or `choose`",
    ),
    "a doctrine too firm": (
        "options: {a: {doctrine: [{actor: NOR, when: {path: wars.border.front, above: 1}, "
        "do: {action: protest, target: SWE}, firmness: 2}]}}\n",
        "4: options.a.doctrine.0.firmness: `2` is out of range: must be at most 1",
    ),
    "everything forbidden": ("options: {a: {forbid: [{}]}}\n", "4: options.a.forbid.0: forbids everything"),
    "an unknown rule": (
        "rules: {NOR: randm}\n",
        "4: rules.NOR: `randm` is not a known word here; did you mean `random`?",
    ),
    "a distribution in an option": (
        "options: {a: {set: {states.NOR.military: {constant: 1}}}}\n",
        "4: options.a.set.states.NOR.military: must be a number, not a mapping",
    ),
    "two labels": (
        "states: {NOR: {military: {value: 0.1, source: a, judgement: b}}}\n",
        "4: states.NOR.military: carries two kinds of label: keep `judgement` or the other",
    ),
    "a range without the value": (
        "states: {NOR: {military: {value: 0.1, judgement: b, range: [2, 3]}}}\n",
        "4: states.NOR.military: has a range [2.0, 3.0] without 1: it is a pair of factors on the value",
    ),
    "a basis for nothing": (
        "states: {basis: {militry: {source: a}}}\n",
        "4: states.basis: `militry` is not a quantity; did you mean `military`?",
    ),
    "a basis that says nothing": (
        "states: {basis: {military: {as_of: 2024-01-01}}}\n",
        "4: states.basis.military: says nothing: give `source`, `derived` or `judgement`",
    ),
    "removing nothing": (
        "states: {NRO: null}\n",
        "4: states.NRO: is null, which removes an entry; there is none; did you mean `NOR`?",
    ),
    "a section without value": ("options:\n", "4: options: has no value; give one, or remove the line"),
    "no turns": ("turn: {days: 0.5}\n", "4: turn.days: `0.5` is out of range: must be at least 1"),
    "too many replicates": (
        "replicates: 10000001\n",
        "4: replicates: `10000001` is out of range: must be at most 10,000,000",
    ),
    "a seed below nothing": ("seed: -1\n", "4: seed: `-1` is out of range: must be at least 0"),
    "half a replicate": ("replicates: 1.5\n", "4: replicates: must be a whole number, not `1.5`"),
    "a state towards itself": (
        "dyads: {NOR: {NOR: {tension: 1}}}\n",
        "4: dyads.NOR.NOR: is a state towards itself",
    ),
    "a tag": ("title: !!python/name:os.system x\n", "4: title: carries the tag `!!python/name:os.system`"),
    "nested aliases": ("title: &a [b]\nwatch: [*a, *a]\n", "4: title: carries the anchor `&a`"),
    "deep nesting": ("title: " + "[" * 300 + "\n", "4: is nested more than 100 deep; flatten it"),
    "no YAML": ("title: [\n", "5: is not YAML: "),
}


@pytest.mark.parametrize("case", MATRIX)
def test_bad_input_gives_exactly_one_line(faults: Faulty, case: str) -> None:
    """The line says where, whose value, what rule, what was got, and the repair."""
    text, expected = MATRIX[case]

    (line,) = faults(_HEAD + text)

    assert line.startswith(expected)
    assert "\n" not in line


def test_all_faults_come_at_once_in_file_order(faults: Faulty) -> None:
    """Mending one fault to find the next wastes an afternoon."""
    bad = [
        case
        for case in MATRIX
        if case in {"a wrong key", "an unknown state", "a path to nothing", "no such effect"}
    ]

    lines = faults(_HEAD + "".join(MATRIX[case][0] for case in bad) + "start: soon\n")

    assert [line.split(":")[0] for line in lines] == ["4", "5", "6", "7", "8"]


def test_faults_of_the_world_are_told_with_those_of_the_scenario(
    root: Path, loading: Callable[..., Scenario]
) -> None:
    """Each with its own file, and none twice."""
    path = root / "configs/worlds/north.yaml"
    path.write_text(WORLD.replace("military: 0.1", "military: 9"))

    with pytest.raises(ScenarioError) as caught:
        loading(_HEAD + "optoins: {}\n")

    assert [(Path(p.file).name, p.path) for p in caught.value.problems] == [
        ("mine.yaml", "optoins"),
        ("north.yaml", "states.NOR.military"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name: mine\n", ["1: start: is required", "1: turns: is required", "1: states: is required"]),
        ("extends: north\nturns: 3\n", ["1: name: is required"]),
        (
            "name: mine\nextends: nroth\n",
            ["2: extends: `nroth` is neither a shipped world or scenario nor a file beside this one"],
        ),
        ("name: mine\nextends: ./no.yaml\n", ["2: extends: `./no.yaml` is neither"]),
        ("name: mine\nextends: ./mine.yaml\n", ["2: extends: goes round in a circle: mine → mine"]),
        ("name: mine\nextends: ./configs/\n", ["2: extends: `./configs/` is a folder, not a file"]),
        ("name: mine\nextends: 3\n", ["2: extends: must be the name of a world or a scenario, or a path"]),
        ("- a\n", ["1: is not a mapping of names to values"]),
        ("hello\n", ["1: is not a mapping of names to values"]),
        ("name: a b\nextends: north\nturns: 3\n", ["1: name: `a b` cannot stand here; a name is letters"]),
        ("name: a\nreference: {}\nextends: north\n", ["3: extends: cannot stand beside `reference`"]),
    ],
)
def test_what_a_document_must_say(faults: Faulty, text: str, expected: list[str]) -> None:
    """Required keys, and where it extends to."""
    lines = faults(text)

    assert len(lines) == len(expected)
    assert all(line.startswith(start) for line, start in zip(lines, expected, strict=True))


def test_a_new_state_says_what_it_must(faults: Faulty) -> None:
    """Nothing missing is filled in silently."""
    lines = faults(
        _HEAD + "states:\n  DNK:\n    nme: Denmark\n    military: 0.1\n    munitions: {stock: 1}\n"
    )

    assert [line.split(";")[0] for line in lines] == [
        "5: states.DNK.munitions.production: is required",
        "5: states.DNK.goals: is required",
        "6: states.DNK.nme: is not a known key",
    ]


def test_a_circle_of_worlds_is_named(root: Path) -> None:
    """The message shows the way round."""
    for name, other in (("a", "b"), ("b", "a")):
        (root / f"{name}.yaml").write_text(f"name: {name}\nextends: ./{other}.yaml\n")

    with pytest.raises(ScenarioError, match="goes round in a circle: a → b → a"):
        load(root / "a.yaml", root=root)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("dyads.actor.target.tension", "dyads.actor.targt.tension", "`targt` is not a state"),
        ("dyads.actor.target.tension", "dyads.actor.target.tenson", "`tenson` is not a quantity of dyads"),
        ("targets: rival", "targets: rivl", "did you mean `rival`?"),
        ("provokes: {T: 0.03", "provokes: {Q: 0.03", "`Q` is not a party or a state"),
        ("ship: flow", "ship: flw", "`flw` is not a pipeline"),
        ("gains: {UKR: 0.1}", "gains: {UKN: 0.1}", "`UKN` is not a goal"),
        ("    targets: rival\n", "", "actions.object.targets: is required"),
        ("per_year: 1.2", "per_year: 0", "must be above 0"),
        ("per_year: 1.2", "per_year: {uniform: {low: 1, high: 2}}", "is not a number: give a bare number"),
    ],
)
def test_faults_of_a_scenarios_own_actions(faults: Faulty, old: str, new: str, expected: str) -> None:
    """An action whose effect is on nothing is refused; nothing of a user's own is left out in silence."""
    own = (
        ACTIONS.replace("  protest:", "  object:")
        .replace("ZAF", "SWE")
        .replace("pipelines.elsewhere", "pipelines.shells")
    )
    assert old in own

    (line,) = faults(_HEAD + own.replace(old, new, 1))

    assert expected in line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nonsense", "--set: `nonsense` is not PATH=VALUE; for example states.PRK.munitions.stock=8"),
        ("states.NOR.militry=1", "did you mean `military`?"),
        ("states.NRO.military=1", "`NRO` is not a state of this world; did you mean `NOR`?"),
        (
            "states.NOR.military=7",
            "--set: states.NOR.military: 7 is outside 0 to 1 (share of world military power)",
        ),
        ("states.NOR.military=x", "--set: states.NOR.military: must be a number, not `x`"),
        ("states.NOR.military=", "--set: states.NOR.military: is set to nothing; write PATH=VALUE"),
        (
            "states.NOR.military={uniform: {low: 1, high: 0}}",
            "--set: states.NOR.military: low 1 is above high 0",
        ),
        ("states.NOR.military=[", "--set: states.NOR.military: is not YAML"),
        ("states.NOR.military=!!int 1", "--set: states.NOR.military: carries the tag"),
        ("outcomes.nothing.by=2024-07-01", "there is no `nothing` in `outcomes`; there are: clash, late"),
        ("trns=4", "did you mean `turns`?"),
        ("turns=0", "--set: turns: `0` is out of range: must be at least 1"),
        ("turns=1041", "--set: turns: `1041` is out of range: must be at most 1,040"),
        ("options.aid.do.7.at=2024-07-01", "there is no `7` in `options.aid.do`"),
        ("wars.border.ceased=1", "--set: wars.border.ceased: evolves and cannot be given"),
        ("watch=[states.NOR.x]", "--set: watch.0: `states.NOR.x` names nothing"),
        ("extends=south", "--set: extends: cannot be set on the command line"),
        ("=3", "is not PATH=VALUE"),
    ],
)
def test_faults_of_settings_are_shown_at_the_command_line(faults: Faulty, text: str, expected: str) -> None:
    """A path that does not exist is a fault, not a new key."""
    (line,) = faults(SCENARIO, [text])

    assert line.startswith("--set: ")
    assert expected in line


def test_sources_that_are_no_scenario(root: Path) -> None:
    """Folders, missing files and unknown names, each in a line."""
    for source, says in [
        (root, "is a folder"),
        (root / "none.yaml", "there is no such file"),
        ("none.yaml", "there is no such file"),
        ("strat", "`strat` is neither a shipped scenario or world nor a file; did you mean `strait`?"),
        ("", "neither a shipped scenario or world nor a file"),
        ("x" * 300, "neither a shipped scenario or world nor a file"),
    ]:
        with pytest.raises(ScenarioError, match=says) as caught:
            load(source, root=root)
        assert len(caught.value.problems) == 1


def is_told_in_lines(path: Path, root: Path, sets: Sequence[str] = ()) -> bool:
    """Whether a file loads and reads back, or every fault is one line; anything else raised goes through."""
    try:
        scenario = load(path, sets, root=root)
    except SimError as error:
        return bool(error.problems) and not any("\n" in str(problem) for problem in error.problems)
    (root / "dump.yaml").write_text(scenario.dump())
    again = load(root / "dump.yaml", root=root)
    return (again.tree, again.draws, again.labels) == (scenario.tree, scenario.draws, scenario.labels)


_SNIPPETS = [
    "[",
    "]",
    "{",
    "}",
    ":",
    "-",
    "null",
    "1e9",
    "-1",
    "NOR",
    "XXX",
    "'",
    '"',
    "*a",
    "&a",
    "!!x",
    "#",
    "{}",
    "[]",
    "path",
    "value",
    "2024-01-01",
    "0",
    "~",
    "true",
    ",",
    "é",
]
_snippets = st.sampled_from([*_SNIPPETS, "\n", "  ", "- ", "\t", "basis: 3\n", "extends: north\n"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, len(SCENARIO)), st.integers(0, 12), _snippets), min_size=1, max_size=4)
)
def test_mutated_scenarios_never_raise_anything_else(root: Path, edits: list[tuple[int, int, str]]) -> None:
    """Whatever a slip of the hand makes of a file, it is loaded or told in lines."""
    text = SCENARIO
    for at, length, snippet in edits:
        text = text[:at] + snippet + text[at + length :]
    path = root / "mutant.yaml"
    path.write_text(text)

    assert is_told_in_lines(path, root)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, len(WORLD + ACTIONS)), st.integers(0, 12), _snippets), min_size=1, max_size=3
    )
)
def test_mutated_worlds_never_raise_anything_else(root: Path, edits: list[tuple[int, int, str]]) -> None:
    """Worlds and catalogues are written by hand too."""
    text = WORLD + ACTIONS
    for at, length, snippet in edits:
        text = text[:at] + snippet + text[at + length :]
    path = root / "world.yaml"
    path.write_text(text)
    (root / "mutant.yaml").write_text(SCENARIO.replace("extends: north", "extends: ./world.yaml"))

    assert is_told_in_lines(root / "mutant.yaml", root)


_KEYS = [
    "path",
    "do",
    "at",
    "value",
    "uniform",
    "low",
    "high",
    "then",
    "when",
    "set",
    "NOR",
    "any",
    "not",
    "basis",
    "source",
    "weight",
    "alternatives",
    "by",
    "raise",
    "label",
    "distribution",
]
_SECTIONS = [
    "states",
    "options",
    "injects",
    "outcomes",
    "assumptions",
    "actions",
    "wars",
    "dyads",
    "watch",
    "ladder",
    "pipelines",
    "relations",
    "theatres",
    "rules",
    "doctrine",
    "turn",
    "indicators",
    "regime",
    "basis",
]
_ENTITIES = ["NOR", "SWE", "aid", "clash", "mood", "border", "shells", "protest", "x"]
_scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=5),
    st.sampled_from(["NOR", "SWE", "path", "2024-07-01", "states.NOR.military"]),
)
_values = st.recursive(
    _scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(_KEYS), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(_SECTIONS), st.lists(st.sampled_from([*_ENTITIES, *_KEYS, "0"]), max_size=4), _values)
def test_any_setting_never_raises_anything_else(
    root: Path, section: str, keys: list[str], value: object
) -> None:
    """The command line is typed in haste."""
    text = ".".join([section, *keys]) + "=" + json.dumps(value)

    assert is_told_in_lines(root / "scenarios/strait.yaml", root, [text])


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(_SECTIONS), st.dictionaries(st.sampled_from(_ENTITIES), _values, max_size=3))
def test_any_value_in_any_section_never_raises_anything_else(root: Path, section: str, value: object) -> None:
    """Well-formed YAML of the wrong shape reaches every check."""
    lines = [line for line in SCENARIO.split("\n") if line]
    path = root / "shape.yaml"
    text = json.dumps({section: value}, ensure_ascii=True)[1:-1]
    head = "\n".join(lines[:6])
    path.write_text(f"{head}\n{text}\n")

    assert is_told_in_lines(path, root)
