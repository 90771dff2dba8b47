"""Treaties: ground to call, calls answered or left alone, what that costs, and bonds that fade."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from sim.actions.effects import Effects, compile_effect
from sim.actions.pacts import LEVELS
from sim.processes.treaties import treaties
from sim.processes.wars import wars
from sim.scenario.build import central_world
from sim.scenario.scenario import Scenario
from sim.streams import replicate_keys
from sim.world.deeds import Deeds
from sim.world.moment import Moment
from sim.world.world import World
from tests.model.histories import deeds_of, moment_of, played, within, written

#: A pact whose occasion is the war, and another of one of its parties.
TEXT = """
treaties:
  pact:
    parties: [AAA, BBB]
    flow: aaa_bbb_shells
    war: border
    in_force: 1
    durability: 0.3
    conditional: 0.6
    territory: 0.2
    consultation: 7
    credibility: {AAA: 0.8, BBB: 0.8}
  entente: {parties: [AAA, CCC], in_force: 1, durability: 0.9, credibility: {AAA: 0.6, CCC: 0.6}}
"""
ROWS = 4096
AAA, BBB, CCC = range(3)
PACT, ENTENTE = range(2)


@cache
def scenario(text: str = TEXT) -> Scenario:
    """Return the toy world with two treaties."""
    with TemporaryDirectory() as folder:
        return written(Path(folder), text)


def made(rows: int = 1) -> World:
    """Return it at central values; nobody is at war unless a test says so."""
    world = central_world(scenario().tree).take(np.zeros(rows, np.intp))
    world.luck = replicate_keys(7, np.arange(rows, dtype=np.int64))
    world.wars.open[...] = 0
    return world


def struck(rung: int, deaths: int, actor: int = CCC, against: int = BBB) -> Deeds:
    """Return one use of force, in the first row."""
    one = np.ones(1, np.int32)
    return Deeds(
        row=0 * one,
        choice=-one,
        actor=actor * one,
        target=against * one,
        against=against * one,
        rung=rung * one,
        mid=4 * one,
        answer_rung=rung * np.ones(1, np.float32),
        time=np.zeros(1, np.float32),
        deaths=deaths * one,
        seen=7 * one,
        wrong=np.zeros(1, bool),
    )


def lived(world: World, turns: int, begin: int = 0, deeds: Deeds | None = None) -> None:
    """Let turns go by, with deeds in the first of them."""
    for turn in range(begin, begin + turns):
        moment = moment_of(world, turn)
        moment.deeds += [deeds] if deeds is not None and turn == begin else []
        treaties(world, moment)


def carry_out(world: World, effect: dict, actor: str, target: str, turn: int = 0) -> Moment:
    """Let one effect take place in every row; who is asked has 14 days."""
    names = {"actor": actor, "target": target}
    moment = moment_of(world, turn)
    made_of = compile_effect(effect, world.structure, str, names)
    Effects([[made_of]], [14.0]).apply(world, moment, np.zeros(world.rows, np.int64), np.arange(world.rows))
    return moment


@pytest.mark.parametrize(
    ("rung", "deaths", "ground"), [(6, 0, 0.0), (6, 1, 0.35), (6, 2, 0.6), (7, 1, 1.0), (8, 3, 1.0)]
)
def test_the_ground_to_call_goes_by_how_grave_the_attack_was(rung: int, deaths: int, ground: float) -> None:
    """Some dead, twenty, a major attack; a clash without dead is none."""
    world = made()

    lived(world, 1, deeds=struck(rung, deaths))

    assert world.treaties.attacked[0, PACT].tolist() == pytest.approx([0, ground, 0])
    if ground:
        assert world.treaties.attacker[0, PACT, BBB] == CCC


def test_who_is_attacked_by_its_own_ally_cannot_call_on_it() -> None:
    """Nor can who was not attacked at all."""
    world = made()

    lived(world, 1, deeds=struck(7, 2, actor=AAA, against=CCC))

    assert not world.treaties.attacked[0, ENTENTE].any()
    assert not world.treaties.attacked[0, PACT].any()


def test_ground_fades_within_weeks() -> None:
    """Half of it in four."""
    world = made()

    lived(world, 5, deeds=struck(7, 1))

    assert world.treaties.attacked[0, PACT, BBB] == pytest.approx(0.5, rel=1e-3)


def test_an_ally_blames_who_began_as_far_as_the_clause_is_conditional() -> None:
    """Benson 2011: never for who began it, or whoever began."""
    world = made()
    world.dyads.began[0, BBB, CCC] = 0.9

    lived(world, 1, deeds=struck(7, 1))

    assert world.treaties.blame[0, PACT, BBB] == pytest.approx(0.9 * 0.6, rel=1e-3)


def test_an_ally_dreads_what_the_attacker_could_deliver() -> None:
    """To itself, not to who calls."""
    world = made()
    world.dyads.delivery[0, CCC] = [0.7, 0.1, 0]

    lived(world, 1, deeds=struck(7, 1))

    assert world.treaties.dread[0, PACT].tolist() == pytest.approx([0.7, 0, 0])


@pytest.mark.parametrize(("began", "ground"), [(0.0, 1.0), (1.0, 0.2), (0.5, 0.5)])
def test_a_war_is_ground_as_far_as_the_party_did_not_begin_it(began: float, ground: float) -> None:
    """Or as far as contested territory is read to be covered."""
    world = made()
    world.wars.open[...] = 1
    world.dyads.began[:, BBB, CCC] = began

    lived(world, 1)

    assert world.treaties.attacked[0, PACT, BBB] == pytest.approx(ground)


def test_who_joins_an_allys_war_cannot_call_on_its_other_allies_for_that() -> None:
    """It chose that war: only a deed against it gives ground."""
    world = made()
    world.wars.open[...] = 1
    world.treaties.helping[:, PACT, AAA] = 5
    for turn in range(2):
        wars(world, moment_of(world, turn))
        treaties(world, moment_of(world, turn))

    ground = world.treaties.attacked[0]

    assert world.dyads.at_war[0, AAA, CCC] == 1
    assert ground[PACT].tolist() == pytest.approx([0, 1, 0])
    assert ground[ENTENTE].tolist() == pytest.approx([0, 0, 1])


def test_a_call_asks_the_other_party_and_leaves_time_to_consult() -> None:
    """14 days and 7 of consultation from the end of the turn; half of the ground is used up."""
    world = made()
    world.treaties.attacked[:, PACT, BBB] = 1

    carry_out(world, {"invoke": "pact"}, "BBB", "AAA")

    assert world.treaties.asked_until[0, PACT].tolist() == [28, -1, -1]
    assert world.treaties.attacked[0, PACT, BBB] == 0.5
    assert world.treaties.invoked[0].tolist() == [1, 0]


def test_calling_again_does_not_put_the_answer_off() -> None:
    """Who is asked has to say something within the days of the first call."""
    world = made()
    world.treaties.attacked[:, PACT, BBB] = 1
    carry_out(world, {"invoke": "pact"}, "BBB", "AAA")
    first = float(world.treaties.asked_until[0, PACT, AAA])

    carry_out(world, {"invoke": "pact"}, "BBB", "AAA", turn=2)

    assert world.treaties.asked_until[0, PACT, AAA] == first


def test_a_call_left_alone_costs_credibility_and_what_others_expect() -> None:
    """Of who was asked, once; what its ally counts on falls, and so does its believed firmness."""
    world = made()
    world.treaties.asked_until[:, PACT, AAA] = 20
    word, firm = float(world.treaties.credibility[0, PACT, AAA]), world.dyads.believed_resolve.copy()
    counted_on = float(world.dyads.commitment[0, AAA, BBB])

    lived(world, 6)

    assert world.treaties.declined[0, PACT].tolist() == [1, 0, 0]
    assert world.treaties.asked_until[0, PACT, AAA] == -1
    assert world.treaties.credibility[0, PACT, AAA] == pytest.approx(0.75 * word)
    assert world.dyads.commitment[0, AAA, BBB] < 0.85 * counted_on
    assert (world.dyads.believed_resolve[0, [BBB, CCC], AAA] < firm[0, [BBB, CCC], AAA]).all()
    assert world.treaties.credibility[0, PACT, BBB] == pytest.approx(0.8)


def test_a_broken_word_spills_over_by_reputation() -> None:
    """Not at all under the current calculus (Press 2005), to other treaties under past action."""
    world = made(3)
    world.parameters.reputation[:] = [0, 0.2, 0.4]
    world.treaties.asked_until[:, PACT, AAA] = 0

    lived(world, 1, begin=1)

    left = world.treaties.credibility[:, ENTENTE, AAA] / np.float32(0.6)
    np.testing.assert_allclose(left, [1, 0.95, 0.9], rtol=1e-4)
    np.testing.assert_allclose(world.treaties.credibility[:, ENTENTE, CCC], 0.6)


def test_a_question_in_time_is_no_refusal() -> None:
    """The deadline is the last day on which an answer counts."""
    world = made()
    world.treaties.asked_until[:, PACT, AAA] = 35

    lived(world, 6)

    assert world.treaties.declined[0, PACT, AAA] == 0
    assert world.treaties.helping[0, PACT, AAA] == 0
    assert world.treaties.asked_until[0, PACT, AAA] == 35


def test_help_comes_at_a_level_drawn_and_makes_an_enemy_of_the_attacker() -> None:
    """Short of combat as a rule; the helper owes the attacker an answer that fits, and gains credit."""
    world = made(ROWS)
    world.treaties.attacker[:, PACT, BBB] = CCC
    world.treaties.asked_until[:, PACT, AAA] = 20

    carry_out(world, {"answer": "pact"}, "AAA", "BBB")

    level = world.treaties.level[:, PACT, AAA]
    assert set(np.unique(level)) == {2, 3, 4, 5}
    for step, edge in zip((2, 3, 4), LEVELS, strict=True):
        assert within(float((level <= step).mean()), float(edge), ROWS)
    assert (world.treaties.asked_until[:, PACT, AAA] == -1).all()
    assert (world.treaties.credibility[:, PACT, AAA] > 0.8).all()
    assert np.corrcoef(level, world.dyads.answer_owed[:, AAA, CCC])[0, 1] > 0.9
    assert not world.treaties.level[:, PACT, [BBB, CCC]].any()


def test_help_is_seen_at_the_level_at_which_it_was_given() -> None:
    """Whoever helps does so at level 2 at least, and an outcome that asks for level 2 sees it."""
    text = TEXT + "outcomes: {helped: {answers: {treaty: pact, party: AAA, level: 2}}}\n"
    model = played(scenario(text), "as_is")

    deeds = deeds_of(model)
    helps = np.append(model.setup.catalogue.find(action="honour_treaty", actor="AAA", target="BBB"), False)
    helped = np.bincount(deeds["row"][helps[deeds["choice"]]], minlength=model.world.rows) > 0

    assert helped.any()
    assert ((model.recorder.watch.turn["helped"] >= 0) == helped).all()


def fighting(*levels: float, also: float = 0) -> list[float]:
    """Return the side on which AAA fights after three turns, by its help to BBB, and to CCC, in each row."""
    world = made(len(levels))
    world.wars.open[...] = 1
    world.treaties.helping[:, PACT, AAA] = levels
    world.treaties.helping[:, ENTENTE, AAA] = also
    for turn in range(3):
        wars(world, moment_of(world, turn))
        treaties(world, moment_of(world, turn))
    return [float(side) for side in world.wars.joined[:, 0, AAA]]


def test_an_ally_fights_from_combat_troops_on() -> None:
    """Levels 4 and 5 fight beside their ally for as long as the war is on, level 3 does not."""
    assert fighting(5, 4, 3) == [1, 1, 0]


def test_who_fights_does_not_depend_on_other_replicates() -> None:
    """The same help in one history is the same war, whatever happens in the next."""
    assert fighting(4, 0)[0] == fighting(4, 5)[0]
    assert fighting(0, 0, also=5) == fighting(0, 5, also=5) == [-1, -1]


def test_help_lasts_while_there_is_ground_for_it_and_ends_some_months_after() -> None:
    """What was given once is remembered as the highest level."""
    world = made(2)
    world.treaties.helping[:, PACT, AAA] = world.treaties.level[:, PACT, AAA] = 4
    world.wars.open[0] = 1

    lived(world, 26)

    assert world.treaties.helping[:, PACT, AAA].tolist() == pytest.approx([4, 2], rel=1e-3)
    assert world.treaties.level[:, PACT, AAA].tolist() == [4, 4]


def test_who_left_a_treaty_owes_no_answer() -> None:
    """Notice ends it, and every question under it."""
    world = made()
    world.treaties.asked_until[:, PACT, AAA] = 20
    world.treaties.helping[:, PACT, AAA] = 4

    carry_out(world, {"leave": "pact"}, "AAA", "BBB")
    lived(world, 6)

    assert world.treaties.in_force[0].tolist() == [0, 1]
    assert world.treaties.declined[0, PACT, AAA] == 0


def test_a_bond_fades_when_its_occasion_is_gone_unless_it_is_durable_or_linked() -> None:
    """A marriage of convenience after the war; a lasting alliance; one tied by plants and labour."""
    world = made(4)
    world.treaties.durability[:, PACT] = [0.2, 0.2, 0.9, 0.2]
    world.treaties.linkage[:, PACT] = [0, 0, 0, 0.9]
    world.wars.open[...] = 1
    world.wars.ceased[:, 0] = [0, 1, 1, 1]
    counted_on = world.dyads.commitment[:, AAA, BBB].copy()

    lived(world, 150)

    at_war, convenience, lasting, linked = world.treaties.bond[:, PACT]
    kept = world.dyads.commitment[:, AAA, BBB] / counted_on
    assert at_war == pytest.approx(1)
    assert convenience < 0.3
    assert min(lasting, linked) > 0.85
    np.testing.assert_allclose(kept, [1, convenience, lasting, linked], rtol=0.02)


def test_half_of_a_fading_bond_is_gone_in_its_half_life() -> None:
    """`bond_half_life`, in weeks."""
    world = made()
    world.wars.ceased[...] = 1

    lived(world, round(float(world.parameters.bond_half_life[0])))

    assert world.treaties.bond[0, PACT] == pytest.approx((1 + 0.3) / 2, rel=0.02)


def test_a_pact_is_effective_while_goods_flow_or_help_was_given() -> None:
    """A treaty in force from which nothing follows is paper; one not in force is not even that."""
    world = made(4)
    world.pipelines.flow[:, 0] = [2, 0, 0, 2]
    world.treaties.helping[:, PACT, AAA] = [0, 0, 2, 0]
    world.wars.open[...] = 1
    world.treaties.in_force[3, PACT] = 0

    lived(world, 52)

    assert world.treaties.effective[:, PACT].tolist() == [1, 0, 1, 0]
