"""Directions: two options under the same luck differ the way they must."""

from __future__ import annotations

import numpy as np
import pytest

from sim.world.address import locate
from tests.model.histories import history_of_pipeline, pipeline

SHELLS = "pipelines.prk_rus_shells"
OPTIONS = (
    "as_agreed", "monitored", "denied", "struck_at_depots", "western_output_doubled", "beijing_squeezes"
)  # fmt: skip


def final(option: str, path: str) -> np.ndarray:
    """Return a quantity at the end of every history of one option."""
    world = history_of_pipeline(option).world
    return locate(path, world.axes).read(world).astype(float)


def difference(option: str, path: str, reference: str = "as_agreed") -> tuple[float, float]:
    """Return the mean paired difference and its standard error."""
    gap = final(option, path) - final(reference, path)
    return float(gap.mean()), float(gap.std() / np.sqrt(len(gap)))


@pytest.mark.parametrize(
    ("option", "path", "sign"),
    [
        ("denied", f"{SHELLS}.delivered", -1),
        ("denied", f"{SHELLS}.lost", 1),
        ("denied", f"{SHELLS}.owed", -1),
        ("struck_at_depots", f"{SHELLS}.delivered", -1),
        ("western_output_doubled", "wars.ukraine.front", -1),
        ("western_output_doubled", "states.UKR.munitions.stock", 1),
        ("beijing_squeezes", "states.PRK.energy", -1),
        ("beijing_squeezes", "states.PRK.hardship", 1),
    ],
)
def test_an_option_moves_what_it_is_meant_to_move(option: str, path: str, sign: int) -> None:
    """Paired draws: a thousand histories settle the direction beyond four standard errors."""
    mean, error = difference(option, path)

    assert mean * sign > 4 * error


def test_more_interdiction_means_less_is_owed() -> None:
    """The ledger counts what arrives; compared under the same luck, history by history."""
    lost = final("denied", f"{SHELLS}.lost") - final("as_agreed", f"{SHELLS}.lost")
    owed = final("denied", f"{SHELLS}.owed") - final("as_agreed", f"{SHELLS}.owed")

    assert np.corrcoef(lost, owed)[0, 1] < -0.1


def test_options_are_told_apart_by_far_fewer_histories_when_paired() -> None:
    """Common luck is what makes the differences sharp."""
    path = f"{SHELLS}.delivered"
    gap = final("denied", path) - final("as_agreed", path)

    alone = final("denied", path).var() + final("as_agreed", path).var()

    assert alone / gap.var() > 2


@pytest.mark.parametrize("option", OPTIONS)
def test_no_number_leaves_its_bounds_in_any_option(option: str) -> None:
    """Not a number, or out of what was declared: in none of 1,024 histories of two years."""
    model = history_of_pipeline(option)

    assert model.turn == model.setup.turns
    assert not model.world.faults()
    assert np.isfinite(model.recorder.rivera).all()


def test_every_shipped_option_is_run_here() -> None:
    """A new one must not stay out of the conformance tests."""
    assert tuple(pipeline().tree["options"]) == OPTIONS
