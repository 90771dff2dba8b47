"""What an option decides by decree is no finding of the first rank."""

from __future__ import annotations

import pytest

from sim.api import load_scenario
from sim.report import findings, outcomes
from sim.report.decreed import decrees
from sim.report.material import Material
from tests.report import fake_study

#: By scenario and option, outcomes that it orders, forbids or sets, and others that are what is asked.
DECREED = [
    ("munitions_pipeline", "denied", {"boarding", "coalition_sanctions"}, {"four_million_rounds"}),
    ("rok_lethal_aid", "none", {"seoul_direct", "seoul_indirect"}, {"reentry_help", "russia_gains"}),
    ("rok_lethal_aid", "backfill_doubled", {"seoul_indirect", "reserve_hit"}, {"russia_gains"}),
    ("marriage_of_convenience", "unpaid", {"moscow_pays_less", "ceasefire"}, {"debt_mounts"}),
    ("peninsula_crisis", "un_command_led", {"us_restrains"}, {"korean_war", "lethal_clash"}),
    ("mutual_defence", "automatic", set(), {"pact_invoked"}),
    ("technology_transfer", "drip_feed", set(), {"submarine_transfer"}),
]


@pytest.mark.parametrize(("scenario", "option", "ordered", "asked"), DECREED)
def test_an_option_decrees_what_it_orders_forbids_or_sets(
    scenario: str, option: str, ordered: set[str], asked: set[str]
) -> None:
    """And not what follows from it: that is what was asked."""
    tree = load_scenario(scenario).tree
    assert ordered | asked <= tree["outcomes"].keys()

    found = {name for name in tree["outcomes"] if decrees(tree, option, name)}

    assert ordered <= found
    assert not asked & found


def test_what_is_decreed_is_told_last(study: Material) -> None:
    """Whatever its size; another option that changes the outcome without ordering it comes first."""
    record = outcomes.summarise(study)
    largest = findings.summarise(record, study.scenario)[0]
    name = next(each.named.name for each in record.outcomes if each.named.label == largest.outcome)
    deed = {"actor": "RUS", "action": "transfer_technology", "target": "PRK"}
    watched = {
        name: {**fake_study.SCENARIO["outcomes"][name], "does": {"actor": "RUS", "action": deed["action"]}}
    }

    def of(**options: dict[str, object]) -> dict[str, object]:
        """Return the scenario with such options."""
        kept = {**study.scenario["options"], **options}
        return {**study.scenario, "options": kept, "outcomes": {**study.scenario["outcomes"], **watched}}

    option = largest.changed.option.name
    here = findings.summarise(record, of(**{option: {"do": [deed]}}))
    all_ = findings.summarise(record, of(no_aid={"forbid": [deed]}))

    other = next(each for each in here if each.outcome == largest.outcome)
    assert not other.decreed
    assert other.changed.option.name != option
    assert all_[0].outcome != largest.outcome
    assert [each.decreed for each in all_] == sorted(each.decreed for each in all_)
