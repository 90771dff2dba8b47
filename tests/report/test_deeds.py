"""Deeds and options in words."""

from __future__ import annotations

from typing import Any

import pytest

from sim.analysis.happenings import Kind
from sim.report import deeds, words
from tests.report import fake_study

TREE = fake_study.SCENARIO


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (Kind("PRK", "grey_zone", "KOR"), "North Korea probes South Korea below the threshold"),
        (Kind("PRK", "incident", "KOR"), "An incident between North Korea and South Korea"),
        (Kind("", "outcome", "war"), "War on the Korean Peninsula"),
        (Kind("RUS", "unknown_deed", "PRK"), "Russia: Unknown deed North Korea"),
    ],
)
def test_a_kind_of_deed_is_a_sentence(given: Kind, told: str) -> None:
    """By the sentence its action gives itself, or as well as it goes."""
    assert deeds.kind(TREE, given) == told


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        (
            {
                "do": [
                    {"at": "2024-10-07", "actor": "KOR", "action": "protest", "target": "RUS"},
                    {"at": "2025-04-07", "actor": "KOR", "action": "protest", "target": "RUS"},
                ]
            },
            ("South Korea protests to Russia: 7 October 2024, 7 April 2025.",),
        ),
        (
            {"forbid": [{"actor": "KOR", "action": "grey_zone"}]},
            ("Ruled out: South Korea: grey zone action.",),
        ),
        (
            {"set": {"pipelines.prk_rus_shells.interdiction": 0.2}},
            ("Shells, North Korea to Russia: stopped on the way set to 0.2 (share of shipments).",),
        ),
        (
            {
                "doctrine": [
                    {
                        "actor": "KOR",
                        "when": {"observes": "pipelines.prk_rus_shells.level", "above": 0.5},
                        "do": {"action": "protest", "target": "RUS"},
                        "firmness": 0.9,
                        "every": {"days": 90},
                    }
                ]
            },
            (
                "South Korea protests to Russia once “Shells, North Korea to Russia: level chosen by the "
                "giver” is seen above 0.5, 90\u202f% of the time, again after 90 days.",
            ),
        ),
        ({}, ()),
        ("strange", ()),
    ],
)
def test_an_option_is_told_by_what_it_orders_forbids_and_sets(spec: Any, told: tuple[str, ...]) -> None:
    """A label is not enough to judge an option by."""
    assert deeds.option(TREE, spec) == told


def test_a_sentence_runs_nothing() -> None:
    """What stands in braces is looked up by name, and is text otherwise."""
    tree = {"actions": {"x": {"sentence": "{actor} {actor.__class__} {0} {secret}"}}, "states": {}}

    assert deeds.sentence(tree, {"actor": "KOR", "action": "x"}) == "KOR {actor.__class__} 0 secret"


def test_marks_that_turn_a_text_do_not_reach_beyond_it() -> None:
    """A label from right to left leaves the rest of the line as it was."""
    assert words.label_of({"x": {"label": "a \u202eb"}}, "x") == "\u2068A \u202eb\u2069"
    assert words.label_of({"x": {"label": "a b"}}, "x") == "A b"
