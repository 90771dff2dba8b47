"""Luck: uniform, independent, and a function of names alone."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
from scipy import stats

from sim import streams
from sim.streams import (
    Names,
    branch_keys,
    exponentials,
    normals,
    replicate_keys,
    scatter_variates,
    to_uniform,
    turn_words,
    uniforms,
    variates,
)
from tests.model.histories import ROOT

REPLICATES = np.arange(4096, dtype=np.int64)
#: A fixed seed either passes or not; one in ten thousand would be an odd one out.
ODD = 1e-4

#: Run in a process of its own, where nothing is hashed or cached yet.
COLLECT = """
import json, sys
import sim.streams as s
made, scattered = [], {}
whole = s.Names.__init__
def note(self, purpose, names):
    whole(self, purpose, names)
    made.extend(zip(self.names, self.keys.tolist()))
s.Names.__init__ = note
draw = s.scatter_variates
def drawn(words, keys):
    import numpy as np
    place = sys._getframe(1).f_code.co_qualname
    scattered.setdefault(place, set()).update(np.unique(keys).tolist())
    return draw(words, keys)
s.scatter_variates = drawn
import numpy as np, sim
from sim.model.compile import setup_of
from sim.model.model import StrategicModel
from sim.scenario.build import drawn_world
scenario = sim.load_scenario("munitions_pipeline")
setup = setup_of(scenario, "denied")
world, _ = drawn_world(scenario, setup.structure, "denied", 1, np.arange(1024), "")
model = StrategicModel(setup, world)
for _ in range(30):
    model.step()
print(json.dumps({"made": sorted(set(made)), "scattered": {k: sorted(v) for k, v in scattered.items()}}))
"""


def draws(names: list[str], turn: int = 3, seed: int = 7, label: str = "") -> np.ndarray:
    """Return uniforms of some names, ``(N, R)``."""
    words = turn_words(replicate_keys(seed, REPLICATES, label), turn)
    return to_uniform(variates(words, Names("test", names)))


@pytest.fixture(scope="module")
def collected() -> dict:
    """Return every name and key drawn from in a run of the shipped scenario."""
    made = subprocess.run(
        [sys.executable, "-c", COLLECT], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return json.loads(made.stdout)


def test_no_two_names_of_the_shipped_world_share_a_key(collected: dict) -> None:
    """Two purposes with one key would be one draw used twice."""
    made = collected["made"]

    keys = [key for _, key in made]

    assert len(made) > 1500
    assert len(set(keys)) == len(keys)


def test_no_two_places_draw_with_the_same_key(collected: dict) -> None:
    """Keys joined from two names must not meet those of another purpose either."""
    plain = {key for _, key in collected["made"]}
    places = collected["scattered"]
    own = {
        "_step_down": "step-down:",
        "draw_deaths": "deaths-",
        "scattered_uniforms": ("hear:", "leak:"),
    }

    for place, keys in places.items():
        prefix = own.get(place)
        mine = {k for n, k in collected["made"] if prefix and n.startswith(prefix)}
        others = set().union(*(set(v) for p, v in places.items() if p != place))
        assert not set(keys) & others, place
        assert not set(keys) & (plain - mine), place


@pytest.mark.parametrize("purpose", ["decide", "incident", "hear"])
def test_draws_are_uniform(purpose: str) -> None:
    """Chi-square over 256 bins and Kolmogorov-Smirnov, 200 names by 4,096 replicates."""
    words = turn_words(replicate_keys(1, REPLICATES), 5)

    u = to_uniform(variates(words, Names(purpose, [f"name{n}" for n in range(200)]))).ravel()

    assert stats.chisquare(np.bincount((u * 256).astype(int), minlength=256)).pvalue > ODD
    assert stats.kstest(u, "uniform").pvalue > ODD
    assert ((u > 0) & (u < 1)).all()


def test_the_low_bits_are_as_good_as_the_high_ones() -> None:
    """A rare deed reads the far end of the word."""
    words = turn_words(replicate_keys(1, REPLICATES), 5)

    x = variates(words, Names("bits", [f"n{n}" for n in range(64)])).ravel()

    for bit in range(32):
        share = float((x >> np.uint32(bit) & np.uint32(1)).mean())
        assert abs(share - 0.5) < 4.5 * 0.5 / np.sqrt(len(x)), bit


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (draws(["RUS:protest:KOR"]), draws(["RUS:protest:KOS"])),
        (draws(["a"], turn=3), draws(["a"], turn=4)),
        (draws(["a"], seed=0), draws(["a"], seed=1)),
        (draws(["a"]), draws(["a"], label="twin")),
        (draws(["a"])[:, :-1], draws(["a"])[:, 1:]),
    ],
    ids=["names", "turns", "seeds", "twins", "replicates"],
)
def test_neighbours_are_independent(one: np.ndarray, other: np.ndarray) -> None:
    """Neighbouring names, turns, seeds, twins and replicates: no correlation, no pattern in the square."""
    x, y = one.ravel(), other.ravel()

    square = np.bincount((x * 8).astype(int) * 8 + (y * 8).astype(int), minlength=64)

    assert abs(np.corrcoef(x, y)[0, 1]) < 4 / np.sqrt(len(x))
    assert stats.chisquare(square).pvalue > ODD


def test_many_names_of_one_turn_are_uncorrelated() -> None:
    """All choices of a state share one word of luck a turn; nothing of that may be left."""
    u = draws([f"RUS:act{n}:KOR" for n in range(60)])

    r = np.corrcoef(u)[np.triu_indices(60, 1)]

    assert np.abs(r).max() < 5 / np.sqrt(u.shape[1])
    assert abs(np.square(r).mean() * u.shape[1] - 1) < 5 * np.sqrt(2 / len(r))


def test_one_name_is_independent_from_turn_to_turn() -> None:
    """A long series of one replicate has no memory."""
    keys = replicate_keys(3, np.arange(64, dtype=np.int64))
    u = np.stack([to_uniform(variates(turn_words(keys, t), Names("t", ["a"])))[0] for t in range(300)])

    serial = np.corrcoef(u[:-1].ravel(), u[1:].ravel())[0, 1]

    assert abs(serial) < 4 / np.sqrt(u[1:].size)


def test_seed_zero_is_a_seed_like_any_other() -> None:
    """A generator seeded with 0 that gives zeros is an old trap."""
    zero, one = replicate_keys(0, REPLICATES), replicate_keys(1, REPLICATES)

    assert len(np.unique(zero)) == len(zero)
    assert not np.intersect1d(zero, one).size
    assert stats.kstest(draws(["a"], seed=0).ravel(), "uniform").pvalue > ODD


def test_twins_and_branches_have_keys_of_their_own() -> None:
    """Other luck means other luck, for every row."""
    families = [
        replicate_keys(5, REPLICATES),
        replicate_keys(5, REPLICATES, "twin"),
        branch_keys(5, 17, 3, "strike", 1024),
        branch_keys(5, 17, 4, "strike", 1024),
        branch_keys(5, 18, 3, "strike", 1024),
        branch_keys(5, 17, 3, "no strike", 1024),
        branch_keys(6, 17, 3, "strike", 1024),
    ]

    together = np.concatenate(families)

    assert len(np.unique(together)) == len(together)


def test_a_replicate_has_the_same_key_in_any_block() -> None:
    """Replicate k is the same history whatever else is simulated."""
    all_at_once = replicate_keys(9, REPLICATES)

    assert (replicate_keys(9, REPLICATES[1024:2048]) == all_at_once[1024:2048]).all()


def test_a_name_draws_the_same_in_any_list() -> None:
    """Names, never indices: what stands beside a name does not move it."""
    alone, listed = draws(["b"]), draws(["a", "b", "c"])

    assert (listed[1] == alone[0]).all()


def test_scattered_draws_equal_those_of_the_whole_block() -> None:
    """A sparse list of draws is a shortcut, not other luck."""
    words, names = turn_words(replicate_keys(1, REPLICATES), 2), Names("s", ["a", "b"])
    row, name = np.array([5, 5, 4000]), np.array([0, 1, 1])

    sparse = scatter_variates(words[row], names.keys[name])

    assert (sparse == variates(words, names)[name, row]).all()


@pytest.mark.parametrize(
    "word",
    [
        0,
        pytest.param(
            0xFFFFFFFF,
        ),
    ],
    ids=["lowest", "highest"],
)
def test_the_ends_of_the_unit_interval_are_never_drawn(monkeypatch: pytest.MonkeyPatch, word: int) -> None:
    """A uniform of 1 is a normal of infinity, and a front that jumps to the end of its scale."""
    monkeypatch.setattr(streams, "variates", lambda *_: np.full((1, 1), word, np.uint32))

    drawn = uniforms(np.zeros(1, np.uint64), Names("x", ["y"]))
    shock = normals(np.zeros(1, np.uint64), Names("x", ["y"]))

    assert 0 < drawn[0, 0] < 1
    assert np.isfinite(shock).all()


def test_normals_and_exponentials_have_their_shape() -> None:
    """By inverse transform of the same uniforms."""
    words, names = turn_words(replicate_keys(2, REPLICATES), 8), Names("n", [f"n{n}" for n in range(20)])

    z, e = normals(words, names).ravel(), exponentials(variates(words, names)).ravel()

    assert stats.kstest(z, "norm").pvalue > ODD
    assert stats.kstest(e, "expon").pvalue > ODD
