"""Options and studies side by side under the same luck, from a scenario down."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import sim
from sim.analysis.parting import matches, own_deeds, parted, parting, prints
from sim.analysis.reduction import reduction
from sim.analysis.times import Calendar
from sim.errors import UsageError
from sim.intervals import newcombe
from sim.study import Study

Row = Callable[..., dict[str, Any]]

#: A toy in which one story makes the option `stopped` good and the other makes it bad, by injects alone.
SCENARIO = """
name: two_sided
extends: toy
turns: 8
replicates: 1024
watch: [wars.border.front, states.BBB.munitions.stock]
assumptions:
  output: {path: states.AAA.munitions.production, distribution: {uniform: {low: 1, high: 3}}, why: t}
options:
  as_is: {label: nothing fixed}
  stopped: {set: {pipelines.aaa_bbb_shells.interdiction: 0.9}}
  spoken: {do: [{at: 2030-01-22, actor: CCC, action: protest, target: AAA}]}
outcomes:
  clash: {clash: {between: [AAA, CCC], deaths: 1}}
  at_force: {reaches: {dyads: [[AAA, CCC]], rung: limited_force}}
  gain: {quantity: {path: wars.border.front, above: 0.4}}
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Return a study of three options."""
    folder = tmp_path_factory.mktemp("compare")
    (folder / "two_sided.yaml").write_text(SCENARIO, encoding="utf-8")
    return sim.run(
        folder / "two_sided.yaml", out=folder / "s", workers=1, twins=False, report=False, quiet=True
    )


@pytest.fixture(scope="module")
def told(study: Study) -> dict[str, Any]:
    """Return its comparison."""
    return sim.compare(study, want=["gain"])


@pytest.fixture(scope="module")
def row(told: dict[str, Any]) -> Row:
    """Return a function that finds the one record of a section with these values."""

    def find(section: str, **given: Any) -> dict[str, Any]:
        """Find it."""
        (found,) = (r for r in told[section] if given.items() <= r.items())
        return found

    return find


def test_differences_are_newcombes_of_the_pairs(study: Study, row: Row) -> None:
    """Counted again with pandas."""
    wide = study.replicates.pivot_table(index="replicate", columns="option", values="o:gain", aggfunc="first")
    first, second = (wide[name].to_numpy(bool) for name in ("stopped", "as_is"))

    found = row("outcomes", outcome="gain", option="stopped")

    table = [
        (first & second).sum(),
        (first & ~second).sum(),
        (~first & second).sum(),
        (~first & ~second).sum(),
    ]
    difference, low, high = map(float, newcombe(*table))
    assert difference != 0
    assert (found["difference"], found["difference_low"], found["difference_high"]) == (difference, low, high)
    assert found["against"] == "as_is"


def test_reduction_is_that_of_the_variances(study: Study, row: Row) -> None:
    """Achieved from the pairs; attainable from the two rates alone, as facts.md has it."""
    frame = study.replicates
    x, y = (frame.loc[frame.option == name, "o:gain"].to_numpy(float) for name in ("stopped", "as_is"))
    found = row("outcomes", outcome="gain", option="stopped")

    apart, by = x.var() + y.var(), abs(x.mean() - y.mean())
    assert found["achieved"] == pytest.approx(apart / (x - y).var())
    assert found["attainable"] == pytest.approx(apart / (by * (1 - by)))
    assert found["ratio"] == pytest.approx(found["achieved"] / found["attainable"])
    assert 1 < found["achieved"] <= found["attainable"]


def test_attainable_from_ten_to_twenty_percent() -> None:
    """The example of the design: 2.8, whatever the histories have in common."""
    rng = np.random.default_rng(1)
    first, second = np.arange(1000) < 100, rng.permutation(1000) < 200

    found = reduction(first, second)

    assert found["attainable"] == pytest.approx(0.25 / 0.09)
    assert found["achieved"] == pytest.approx(1, abs=0.15)
    assert found["ratio"] == pytest.approx(found["achieved"] / found["attainable"])


def test_no_coupling_beats_the_attainable() -> None:
    """Of many ways to pair the same values none leaves less variance; in order, exactly it."""
    rng = np.random.default_rng(4)
    first, second = rng.exponential(size=300), rng.normal(size=300)

    ratios = [reduction(rng.permutation(first), second)["ratio"] for _ in range(200)]

    assert max(ratios) < 1
    assert reduction(np.sort(first), np.sort(second))["ratio"] == 1


def test_reduction_without_variance_is_told_as_such() -> None:
    """A shift leaves no variance at all; what never varies has none to cut."""
    values = np.arange(10.0)

    assert reduction(values, values + 1) == {"achieved": None, "attainable": None, "ratio": 1.0}
    assert set(reduction(np.zeros(5, bool), np.ones(5, bool)).values()) == {None}
    mixed = reduction(np.array([True, False]), np.array([False, True]))
    assert (mixed["attainable"], mixed["ratio"]) == (None, 0.0)


def test_a_scripted_deed_is_where_histories_can_part(study: Study, row: Row) -> None:
    """Nothing differs before the fourth week, in which a protest is scripted; that itself does not count."""
    found = row("parting", option="spoken")
    deeds = study.deeds
    spoken = deeds[(deeds.option == "spoken") & (deeds.action == "protest") & (deeds.turn == 3)]

    assert spoken.replicate.nunique() > 900
    assert found["by_turn"][2] == 0
    assert 0 < found["parted"] < 0.5
    assert found["median_turn"] >= 3
    assert found["low"] < found["parted"] < found["high"]


def test_parting_is_found_by_comparing_deed_by_deed(study: Study, row: Row) -> None:
    """The slow way, for the first two hundred pairs."""
    columns = ["turn", "actor", "desk", "action", "variant", "target", "against", "rung", "kind"]
    own = [{"actor": "CCC", "action": "protest", "target": "AAA"}]
    frame = study.deeds[study.deeds.replicate < 200]
    frame = frame[~((frame.actor == "CCC") & (frame.action == "protest") & (frame.target == "AAA"))]
    slow = []
    for replicate in range(200):
        sides = [
            sorted(
                frame[(frame.option == o) & (frame.replicate == replicate)][columns].itertuples(index=False)
            )
            for o in ("as_is", "spoken")
        ]
        differing = set(sides[0]) ^ set(sides[1])
        slow.append(min((deed.turn for deed in differing), default=-1))

    source = study.source()
    fast = parted(*(prints(source.deeds(option), 200, 8, own) for option in ("as_is", "spoken")))

    assert fast.tolist() == slow
    assert max(slow) >= 3


def test_order_within_a_turn_is_no_difference() -> None:
    """The same deeds in another order, coded otherwise, are the same history; one more is not."""

    def deeds(*acts: str) -> pa.Table:
        """Return deeds of one history in one turn."""
        return pa.table(
            {
                "replicate": np.zeros(len(acts), np.int32),
                "turn": np.zeros(len(acts), np.int16),
                "actor": pa.array(["A"] * len(acts)).dictionary_encode(),
                "action": pa.array(acts).dictionary_encode(),
            }
        )

    one, other, more = (prints(deeds(*acts), 1, 2) for acts in (("x", "y"), ("y", "x"), ("x", "y", "y")))

    assert parted(one, other).tolist() == [-1]
    assert parted(one, more).tolist() == [0]


def test_parting_counts_turns() -> None:
    """Shares by turn add up to the share by the end; a median of fewer than ten is not told."""
    calendar = Calendar("2030-01-01", 7)

    found = parting(np.array([-1] * 30 + [2] * 6 + [4] * 4), 5, calendar)

    assert found["by_turn"] == pytest.approx([0, 0, 0.15, 0.15, 0.25])
    assert (found["parted"], found["n"], found["median_date"]) == (0.25, 40, "2030-01-15")
    assert parting(np.array([2, -1]), 5, calendar)["median_date"] is None


def test_what_an_option_orders_or_forbids_is_its_own() -> None:
    """By the keys it names; a doctrine's actor is that of the rule."""
    option = {
        "do": [{"at": "2030-01-01", "actor": "A", "action": "x", "target": "B", "variant": "v"}],
        "forbid": [{"action": "y"}, {"programme": "p"}],
        "doctrine": [{"actor": "C", "when": {}, "do": {"action": "z"}}],
    }

    assert own_deeds(option) == [
        {"actor": "A", "action": "x", "target": "B", "variant": "v"},
        {"action": "y"},
        {"programme": "p"},
        {"actor": "C", "action": "z"},
    ]


def test_a_pattern_with_a_programme_means_the_deeds_of_that_desk() -> None:
    """What is done at the ports to one flow says nothing of another, nor of a country of that name."""
    pattern = {"action": "interdict", "programme": "shells"}
    base = {"actor": "A", "action": "interdict", "target": "B", "variant": ""}

    desks = ["pipeline:shells", "pipeline:oil", "country:shells"]
    deeds = pa.table(
        {k: [v] * 3 for k, v in base.items()} | {"desk": desks, "replicate": [0, 1, 2], "turn": [0, 0, 0]}
    )

    assert [matches(pattern, {**base, "desk": desk}) for desk in desks] == [True, False, False]
    assert (prints(deeds, 3, 1, [pattern])[:, 0] > 0).tolist() == [False, True, True]


def test_regret_is_what_the_best_would_have_saved(study: Study, told: dict[str, Any], row: Row) -> None:
    """In every cell, by pandas: 0 for the best, the gap for the others; more is better where it is wanted."""
    frame = study.replicates
    drawn = frame.loc[frame.option == "as_is", "a:output"]
    middle = drawn.between(*drawn.quantile([1 / 3, 2 / 3])).to_numpy()
    rates = {name: f["o:gain"].to_numpy()[middle].mean() for name, f in frame.groupby("option")}
    cell = [
        r
        for r in told["regret"]
        if (r["measure"], r["assumption"]) == ("gain", "output") and r["value"].startswith("middle")
    ]

    assert {r["option"]: r["regret"] for r in cell} == pytest.approx(
        {name: max(rates.values()) - rate for name, rate in rates.items()}, abs=2e-3
    )
    assert sum(r["best"] for r in cell) == 1
    assert row("choices", measure="gain")["wanted"]
    assert not row("choices", measure="clash")["wanted"]


def test_a_choice_that_hangs_on_an_assumption_says_so() -> None:
    """Where the story decides which option is best, the best overall is not best in every cell."""
    from sim.analysis.columns import Histories
    from sim.analysis.regret import choices, regrets

    class Made(Histories):
        """Two options, one story each is good for."""

        options = ("a", "b")
        names = ("a:story", "o:war")
        rows = 1000

        def __getitem__(self, name: str) -> Any:
            """Return a column."""
            story = np.arange(1000) < 600
            if name == "a:story":
                return np.stack([np.where(story, "s", "t")] * 2)
            return np.stack([~story, story])

    (found,) = choices(regrets(Made()))

    assert (found["best"], found["safest"]) == ("a", "a")
    assert found["regret"] == {"a": 0.0, "b": pytest.approx(0.2)}
    assert found["largest_regret"] == {"a": 1.0, "b": 1.0}
    assert [(t["assumption"], t["value"], t["option"], t["by"]) for t in found["turns"]] == [
        ("story", "t", "b", 1.0)
    ]


def test_two_studies_are_compared_option_by_option(study: Study, tmp_path: Path) -> None:
    """History k of both has the same luck: what differs is what was set."""
    scenario = study.path / "scenario.yaml"
    sets = ["pipelines.aaa_bbb_shells.interdiction=0.9"]
    set_so = sim.run(
        scenario,
        replicates=512,
        twins=False,
        sets=sets,
        out=tmp_path / "cut",
        workers=1,
        report=False,
        quiet=True,
    )

    told = sim.compare(study, set_so)

    arms = {arm["name"]: arm["against"] for arm in told["arms"]}
    assert arms["cut: as_is"] == "s: as_is"
    assert arms["cut: spoken"] == "s: spoken"
    assert told["replicates"] == 512
    quantities = {(r["option"], r["quantity"]): r for r in told["quantities"]}
    cut = quantities["cut: as_is", "states.BBB.munitions.stock"]
    kept = quantities["s: stopped", "states.BBB.munitions.stock"]
    assert cut["mean"] == kept["mean"]  # setting it and an option that sets it are one
    assert cut["difference"] < 0


def test_studies_of_other_luck_are_refused(study: Study, tmp_path: Path) -> None:
    """One message, naming all that differs."""
    other = sim.run(
        study.path / "scenario.yaml",
        replicates=10,
        twins=False,
        seed=7,
        sets=["turns=6"],
        out=tmp_path / "other",
        workers=1,
        report=False,
        quiet=True,
    )

    with pytest.raises(
        UsageError, match=r"does not share its luck .*: `seed` is 1 and 7, `turns` is 8 and 6;"
    ):
        sim.compare(study, other)
    with pytest.raises(UsageError, match="one option alone: nothing to compare"):
        sim.compare(study, options=["as_is"])
    with pytest.raises(UsageError, match="`stoped` is not an option of it"):
        sim.compare(study, options=["as_is", "stoped"])
    with pytest.raises(UsageError, match="`gian` is not an outcome or watched quantity; `gain`"):
        sim.compare(study, want=["gian"])
