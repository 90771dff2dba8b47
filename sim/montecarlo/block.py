"""One block: (scenario, option, block number, seed) to tables. Pure: nothing else goes in or comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.model.compile import setup_of
from sim.model.model import StrategicModel
from sim.model.recorder import BINS, bin_edges
from sim.model.setup import Setup
from sim.montecarlo.memory import keep_freed_memory
from sim.scenario.build import drawn_world
from sim.world.axes import BLOCK
from sim.world.deeds import Deeds

if TYPE_CHECKING:
    import pyarrow as pa

    from sim.scenario.loader import Scenario


@dataclass(frozen=True)
class Block:
    """The tables of one block."""

    replicates: pa.Table
    series: pa.Table
    deeds: pa.Table
    disputes: pa.Table


_compiled: dict[str, Setup] = {}
_of: list[Scenario] = []


def _setup(scenario: Scenario, option: str) -> Setup:
    """Compile an option once per process and scenario."""
    if not _of or _of[0] is not scenario:
        _compiled.clear()
        _of[:] = [scenario]
    if option not in _compiled:
        _compiled[option] = setup_of(scenario, option)
    return _compiled[option]


def simulate(
    scenario: Scenario,
    option: str,
    block: int,
    seed: int,
    *,
    twin: bool = False,
    rows: int = BLOCK,
    deeds: bool = True,
) -> Block:
    """Simulate one block and return its tables, cut to the first *rows* replicates.

    Parameters
    ----------
    block : int
        Its replicates are ``block * 1024`` and the following; all 1024 are simulated whatever *rows* is.
    twin : bool
        Rerun with the same assumptions and other luck.
    """
    keep_freed_memory()
    model, drawn = play(scenario, option, block, seed, label="twin" if twin else "")
    first = block * BLOCK
    tables = Block(
        replicates=_replicates(model, drawn, option, first, rows),
        series=_series(model, option, rows),
        deeds=_deeds(model, option, first, rows if deeds else 0),
        disputes=_disputes(model, option, first, rows),
    )
    model.close()
    return tables


def play(
    scenario: Scenario, option: str, block: int, seed: int, *, label: str = ""
) -> tuple[StrategicModel, dict[str, NDArray[Any]]]:
    """Run one block to its end and return the model with what was drawn for it."""
    model, drawn = begin(scenario, option, block, seed, label=label)
    model.run()
    return model, drawn


def begin(
    scenario: Scenario, option: str, block: int, seed: int, *, label: str = ""
) -> tuple[StrategicModel, dict[str, NDArray[Any]]]:
    """Return the model of one block before its first turn, with what was drawn for it."""
    setup = _setup(scenario, option)
    numbers = np.arange(block * BLOCK, (block + 1) * BLOCK, dtype=np.int64)
    world, drawn = drawn_world(scenario, setup.structure, option, seed, numbers, label)
    return StrategicModel(setup, world), drawn


def _replicates(
    model: StrategicModel, drawn: dict[str, NDArray[Any]], option: str, first: int, rows: int
) -> pa.Table:
    import pyarrow as pa

    setup, recorder = model.setup, model.recorder
    columns: dict[str, Any] = {
        "option": _words([option], np.zeros(rows, np.int8)),
        "replicate": np.arange(first, first + rows, dtype=np.int32),
    }
    for name, values in drawn.items():
        plain = values.dtype.kind == "f"
        columns[f"a:{name}"] = (
            values[:rows].astype(np.float32) if plain else pa.array(values[:rows].astype(str))
        )
    for name, turn in recorder.watch.close().items():
        columns[f"o:{name}"] = turn[:rows] >= 0
        columns[f"t:{name}"] = turn[:rows]
    for name, probability in recorder.rare.probabilities().items():
        columns[f"p:{name}"] = probability[:rows]
    for h, (theatre, _) in enumerate(setup.structure.theatres):
        columns[f"rung_max:{theatre}"] = recorder.rung_max[h, :rows]
    for path, address, _, _ in setup.watch:
        columns[f"q:{path}"] = np.ascontiguousarray(address.read(model.world)[:rows])
    columns["blocked"] = model.orders.blocked[:, :rows].sum(axis=0).astype(np.int16)
    columns["score:rivera"] = recorder.rivera[:rows].astype(np.float32)
    columns["score:goldstein"] = recorder.goldstein[:rows].astype(np.float32)
    return pa.table(columns)


def _series(model: StrategicModel, option: str, rows: int) -> pa.Table:
    """Count rungs by theatre and bins of watched quantities, turn by turn; only what occurs."""
    import pyarrow as pa

    setup, recorder = model.setup, model.recorder
    names = [f"rung:{n}" for n, _ in setup.structure.theatres] + [path for path, *_ in setup.watch]
    parts = [
        _counts(turn, np.concatenate([recorder.rungs[turn][:, :rows], recorder.bins[turn][:, :rows]]))
        for turn in range(setup.turns)
    ]
    table = np.concatenate(parts, axis=1) if parts else np.zeros((4, 0), np.int64)
    low, high = _edges(setup, table)
    return pa.table(
        {
            "option": _words([option], np.zeros(table.shape[1], np.int8)),
            "turn": table[0].astype(np.int16),
            "series": _words(names, table[1].astype(np.int16)),
            "bin": table[2].astype(np.int16),
            "low": low,
            "high": high,
            "count": table[3],
        }
    )


def _counts(turn: int, values: NDArray[Any]) -> NDArray[np.int64]:
    """Return (turn, series, bin, count) of what occurs in a turn, from *values* ``(series, rows)``."""
    place = values.astype(np.int64)
    place += np.arange(len(values))[:, None] * BINS
    counts = np.bincount(place.reshape(-1))
    found = np.flatnonzero(counts)
    return np.stack([np.full(len(found), turn), found // BINS, found % BINS, counts[found]])


def _edges(setup: Setup, table: NDArray[np.int64]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    theatres = len(setup.structure.theatres)
    low = table[2].astype(np.float32)
    high = low.copy()
    for n, (_, _, scale, sign) in enumerate(setup.watch):
        mask = table[1] == theatres + n
        edges = bin_edges(scale, sign)
        low[mask], high[mask] = edges[table[2][mask]], edges[table[2][mask] + 1]
    return low, high


def _deeds(model: StrategicModel, option: str, first: int, rows: int) -> pa.Table:
    import pyarrow as pa

    setup = model.setup
    kept: list[tuple[int, Deeds]] = model.recorder.deeds
    if rows < model.world.rows:
        kept = [(turn, deeds.where(deeds.row < rows)) for turn, deeds in kept]

    def column(name: str) -> NDArray[Any]:
        """Return one column of all deeds that are kept."""
        return np.concatenate([getattr(d, name) for _, d in kept]) if kept else np.zeros(0, np.int32)

    turn = np.concatenate([np.full(len(d), t, np.int16) for t, d in kept]) if kept else np.zeros(0, np.int16)
    order = np.argsort(
        column("row").astype(np.int16), kind="stable"
    )  # deeds stand in the order they took effect
    choice = column("choice")[order]
    states = (*setup.structure.axes.states, "")
    choices = setup.catalogue.choices
    return pa.table(
        {
            "option": _words([option], np.zeros(len(order), np.int8)),
            "replicate": (column("row")[order] + first).astype(np.int32),
            "turn": turn[order],
            "actor": _words(states, column("actor")[order]),
            "desk": _words([*(c.desk for c in choices), ""], choice),
            "action": _words([*(c.action for c in choices), "incident"], choice),
            "variant": _words([*(c.variant for c in choices), ""], choice),
            "target": _words(states, column("target")[order]),
            "against": _words(states, column("against")[order]),
            "rung": column("rung")[order].astype(np.int8),
            "mid": column("mid")[order].astype(np.int8),
            "deaths": column("deaths")[order].astype(np.int8),
            "kind": _words(["deed", "incident"], (choice < 0).astype(np.int8)),
            "observers": _seers(states[:-1], column("seen")[order]),
            "wrong_belief": column("wrong")[order],
        }
    )


def _words(names: Any, index: NDArray[Any]) -> pa.Array:
    """Return names by index as a dictionary column; -1 is the last name."""
    import pyarrow as pa

    names = list(names)
    unique = list(dict.fromkeys(names))
    place = {name: n for n, name in enumerate(unique)}
    code = np.array([place[n] for n in names], np.int16)
    return pa.DictionaryArray.from_arrays(pa.array(code[index]), pa.array(unique, pa.string()))


def _seers(states: tuple[str, ...], seen: NDArray[np.int32]) -> pa.Array:
    """Return who saw each deed, as text."""
    present = np.flatnonzero(np.bincount(seen, minlength=1))
    place = np.zeros(int(present.max(initial=0)) + 1, np.int16)
    place[present] = np.arange(len(present))
    names = [",".join(s for n, s in enumerate(states) if mask >> n & 1) for mask in present.tolist()]
    return _words(names or [""], place[seen])


def _disputes(model: StrategicModel, option: str, first: int, rows: int) -> pa.Table:
    import pyarrow as pa

    table = model.recorder.disputes.finish()
    table = table[:, table[0] < rows]
    states = model.setup.structure.axes.states
    return pa.table(
        {
            "option": _words([option], np.zeros(table.shape[1], np.int8)),
            "replicate": (table[0] + first).astype(np.int32),
            "first": _words(states, table[1]),
            "second": _words(states, table[2]),
            "start": table[3].astype(np.int16),
            "end": table[4].astype(np.int16),
            "level": table[5].astype(np.int8),
            "onset_by": _words(states, table[6]),
            "joiners": _seers(states, table[7]),
        }
    )
