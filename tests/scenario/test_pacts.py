"""Projects, treaties, deals, red lines and places: one clear line for each fault."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.scenario.scenario import Scenario
from tests.model.histories import written

Faulty = Callable[..., list[str]]

_HEAD = "name: mine\nextends: north\nturns: 20\n"
_PACT = "treaties: {pact: {parties: [NOR, SWE], in_force: 1}}\n"
_KEEPS = "keeps: {path: wars.border.front, below: 1}"


def _deal(pledge: str, party: str = "NOR", parties: str = "NOR, SWE") -> str:
    return f"deals: {{swap: {{parties: [{parties}], pledges: {{{party}: {{{pledge}}}}}}}}}\n"


def _line(facts: str) -> str:
    return f"red_lines: {{line: {{threshold: 1, by: [{{action: protest}}], {facts}}}}}\n"


def _project(owner: str, facts: str) -> str:
    return f"projects: {{{owner}: {{rocket: {{progress: 0.2, pace: 0.1, {facts}}}}}}}\n"


#: What is written below name, extends and turns (line 4 on), and the line it must give.
MATRIX = {
    "a treaty with a stranger": (
        _PACT.replace("SWE", "SWA"),
        "4: treaties.pact.parties.1: `SWA` is not a state of this world; did you mean `SWE`?",
    ),
    "a treaty with oneself": (_PACT.replace("SWE", "NOR"), "4: treaties.pact.parties: names `NOR` twice"),
    "a treaty seen by no flow": (
        _PACT.replace("in_force: 1", "in_force: 1, flow: shels"),
        "4: treaties.pact.flow: `shels` is not a pipeline of this world; did you mean `shells`?",
    ),
    "a treaty for no war": (
        _PACT.replace("in_force: 1", "in_force: 1, war: boarder"),
        "4: treaties.pact.war: `boarder` is not a war of this world; did you mean `border`?",
    ),
    "a treaty of which nobody knows whether it is in force": (
        "treaties: {pact: {parties: [NOR, SWE]}}\n",
        "4: treaties.pact.in_force: is required; give a number or a distribution",
    ),
    "a deal with a stranger": (
        _deal(_KEEPS, parties="NOR, SWA"),
        "4: deals.swap.parties.1: `SWA` is not a state of this world; did you mean `SWE`?",
    ),
    "the pledge of a stranger": (
        _deal(_KEEPS, party="DNK"),
        "4: deals.swap.pledges.DNK: `DNK` is not a party of this deal; there are: NOR, SWE",
    ),
    "a pledge both below and above": (
        _deal("keeps: {path: wars.border.front, below: 1, above: 0}"),
        "4: deals.swap.pledges.NOR.keeps: needs either `below` or `above`; name one limit",
    ),
    "a pledge without a limit": (
        _deal("keeps: {path: wars.border.front}"),
        "4: deals.swap.pledges.NOR.keeps: needs either `below` or `above`; name one limit",
    ),
    "a pledge of nothing": (
        _deal("keeps: {below: 1}"),
        "4: deals.swap.pledges.NOR.keeps: needs either `path` or `observes`; name one quantity",
    ),
    "a pledge to leave what is not there": (
        _deal(_KEEPS + ", by: [{action: armm}]"),
        "4: deals.swap.pledges.NOR.by.0.action: `armm` is not an action; did you mean `arm`?",
    ),
    "a pledge to leave what only others can do": (
        _deal(_KEEPS + ", by: [{action: arm}]", party="SWE"),
        "4: deals.swap.pledges.SWE.by.0.actor: `SWE` cannot do this action; there are: NOR",
    ),
    "a project helped by a flow to somebody else": (
        _project("NOR", "helped_by: shells"),
        "4: projects.NOR.rocket.helped_by: brings nothing to NOR; name a pipeline it receives",
    ),
    "a project helped by no flow": (
        _project("SWE", "helped_by: shell"),
        "4: projects.SWE.rocket.helped_by: `shell` is not a pipeline of this world; did you mean `shells`?",
    ),
    "a project of nobody": (
        _project("SWA", "label: x"),
        "4: projects.SWA: `SWA` is not a state of this world; did you mean `SWE`?",
    ),
    "a project that fields nothing": (
        _project("SWE", "fielded_then: [{raise: states.SWE.warhead, by: 1}]"),
        "4: projects.SWE.rocket.fielded_then.0.raise: `states.SWE.warhead` names nothing: "
        "`warhead` is not a quantity of states; did you mean `warheads`?",
    ),
    "an offer that nobody makes": (
        _deal(_KEEPS) + _project("SWE", "fielded_then: [{offer: swap}]"),
        "5: projects.SWE.rocket.fielded_then.0.offer: only an action can ask or answer; "
        "use a `do` or a doctrine",
    ),
    "a red line against oneself": (
        _line("owner: NOR, against: NOR, path: wars.border.front"),
        "4: red_lines.line: is drawn by NOR against itself",
    ),
    "a red line of two measures": (
        _line("owner: NOR, against: SWE, path: wars.border.front, observes: pipelines.shells.level"),
        "4: red_lines.line: needs either `path` or `observes`; name one quantity",
    ),
    "a red line of a stranger": (
        _line("owner: SWA, against: NOR, path: wars.border.front"),
        "4: red_lines.line.owner: `SWA` is not a state of this world; did you mean `SWE`?",
    ),
    "a place claimed by its holder": (
        "places: {islet: {holder: SWE, claimant: SWE}}\n",
        "4: places.islet: is claimed by who holds it",
    ),
    "a place nobody claims": (
        "places: {islet: {holder: SWE}}\n",
        "4: places.islet.claimant: is required",
    ),
    "a place that starts as seized": (
        "places: {islet: {holder: SWE, claimant: NOR, seized: 1}}\n",
        "4: places.islet.seized: is not a known key; there are: ",
    ),
    "an outcome of an unknown treaty": (
        _PACT + "outcomes: {helped: {answers: {treaty: pacd, party: NOR, level: 2}}}\n",
        "5: outcomes.helped.answers.treaty: `pacd` is not a treaty of this world; did you mean `pact`?",
    ),
    "an outcome where there is no treaty": (
        "outcomes: {helped: {answers: {treaty: pact, party: NOR, level: 2}}}\n",
        "4: outcomes.helped.answers.treaty: `pact` is not a treaty of this world; there is none",
    ),
    "an outcome above the highest level of help": (
        _PACT + "outcomes: {helped: {answers: {treaty: pact, party: NOR, level: 9}}}\n",
        "5: outcomes.helped.answers.level: `9` is out of range: must be at most 5",
    ),
    "a good nobody knows": (
        "pipelines: {grain: {giver: NOR, taker: SWE, good: wheat, rate: 1}}\n",
        "4: pipelines.grain.good: `wheat` is not a good; there are: munitions, ",
    ),
}


@pytest.mark.parametrize("case", MATRIX)
def test_a_fault_is_told_in_one_clear_line(faults: Faulty, case: str) -> None:
    """Whose number, what rule, what was got, and the repair."""
    text, expected = MATRIX[case]

    (line,) = faults(_HEAD + text)

    assert line.startswith(expected)


def test_sound_pacts_are_no_fault(loading: Callable[..., Scenario]) -> None:
    """The texts the faults are made of load where nothing is wrong with them."""
    text = (
        _HEAD
        + _PACT
        + _deal(_KEEPS + ", by: [{action: arm}]")
        + _project("SWE", "helped_by: shells, fielded_then: [{raise: states.SWE.warheads, by: 1}]")
        + _line("owner: NOR, against: SWE, observes: pipelines.shells.level")
        + "places: {islet: {holder: SWE, claimant: NOR}}\n"
        + "outcomes: {helped: {answers: {treaty: pact, party: NOR, level: 2}}}\n"
    )

    assert loading(text).tree["treaties"]["pact"]["in_force"] == 1


@pytest.mark.parametrize(
    "text",
    [
        _PACT.replace("in_force: 1", "in_force: 1, credibility: {DNK: 0.5}"),
        _deal(_KEEPS).replace("pledges:", "worth: {DNK: 0.5}, pledges:"),
    ],
    ids=["credibility", "worth"],
)
def test_a_number_of_a_stranger_is_told_as_a_fault(faults: Faulty, text: str) -> None:
    """`credibility` and `worth` are given by state, as `support` of a war is."""
    (line,) = faults(_HEAD + text)

    assert "`DNK` is not a state of this world" in line


def test_an_event_cannot_break_a_deal_in_nobodys_name(faults: Faulty) -> None:
    """A breach has a doer; an inject has none, as for offers and answers."""
    (line,) = faults(_HEAD + _deal(_KEEPS) + "injects: {x: {per_year: 1, then: [{breach: swap}]}}\n")

    assert line.startswith("5: injects.x.then.0.breach: ")


def test_an_outcome_of_no_help_is_a_fault(faults: Faulty) -> None:
    """It is true in every history from the first turn on."""
    (line,) = faults(_HEAD + _PACT + "outcomes: {helped: {answers: {treaty: pact, level: 0}}}\n")

    assert line.startswith("5: outcomes.helped.answers.level: ")


def test_an_outcome_of_help_by_a_stranger_is_a_fault(tmp_path: Path) -> None:
    """It would be a row of noughts that looks like a finding."""
    text = """
treaties: {pact: {parties: [AAA, BBB], in_force: 1}}
outcomes: {helped: {answers: {treaty: pact, party: CCC, level: 2}}}
"""

    with pytest.raises(ScenarioError, match="party"):
        written(tmp_path, text)
