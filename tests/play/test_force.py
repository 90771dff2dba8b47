"""Deeds are forced by the names they go by."""

from __future__ import annotations

from sim.model.compile import setup_of
from sim.model.naming import meant
from sim.play.force import choice_of
from tests.model.histories import pipeline
from tests.play.opening import study


def test_every_deed_goes_by_its_own_name() -> None:
    """As JSON has it, from there to --force: the whole catalogue of the shipped world."""
    setup = setup_of(pipeline(), "as_agreed")

    assert len(setup.catalogue.choices) > 500
    for n, choice in enumerate(setup.catalogue.choices):
        assert choice_of(setup, choice.name) == n


def test_a_programme_is_named_by_its_desk_or_by_its_flow() -> None:
    """Arms for one who fights a war lie on the desk of the war; the name carries the flow."""
    setup = setup_of(pipeline(), "as_agreed")
    wanted = {"actor": "KOR", "action": "lethal_aid_direct", "target": "UKR", "variant": "artillery"}

    both = {meant(setup.catalogue, {**wanted, "programme": name}) for name in ("ukraine", "kor_ukr_shells")}

    assert [setup.catalogue.choices[n].name for n in both] == [
        "KOR:lethal_aid_direct.artillery:UKR@kor_ukr_shells"
    ]
    for n, choice in enumerate(setup.catalogue.choices):  # whatever desk it lies on
        place = choice.name.partition("@")[2]
        said = {key: getattr(choice, key) for key in ("actor", "action", "variant", "target")}
        found = meant(setup.catalogue, {k: v for k, v in {**said, "programme": place}.items() if v})
        assert found == n, choice.name


def test_a_deed_is_forced_by_its_own_name() -> None:
    """Through the door."""
    name = "KOR:lethal_aid_direct.artillery:UKR@kor_ukr_shells"

    found = study("munitions_pipeline").branch(3, 20, "as_agreed", force=name, futures=20, workers=1)

    assert found["branch"]["forced"] == name
    assert found["branch"]["forced_done"] == 20
