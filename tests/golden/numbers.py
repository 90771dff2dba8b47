"""About twenty headline numbers of one block each: if they move, results have changed."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.model.histories import history_of_pipeline, history_of_toy

FOLDER = Path(__file__).parent
#: Histories of 1,024 in which an outcome may differ between machines: products differ in their last bit.
HISTORIES = 4
#: Share by which a mean may differ between machines.
NEAR = 0.003

Numbers = dict[str, float]


def of_toy() -> Numbers:
    """Return the headlines of the toy world."""
    model = history_of_toy()
    found = _outcomes("", model, ["clash", "delivered", "at_force"])
    found |= _means("", model)
    deeds = sum(int((d.choice >= 0).sum()) for _, d in model.recorder.deeds)
    incidents = sum(int((d.choice < 0).sum()) for _, d in model.recorder.deeds)
    return found | {"deeds a history": deeds / 1024, "incidents a history": incidents / 1024}


def of_pipeline() -> Numbers:
    """Return the headlines of the shipped scenario."""
    watched = [
        "lethal_clash",
        "korean_force",
        "ceasefire",
        "four_million_rounds",
        "debt_mounts",
        "flow_halved",
    ]
    model = history_of_pipeline("as_agreed")
    found = _outcomes("as_agreed ", model, watched) | _means("as_agreed ", model)
    found["as_agreed score:rivera"] = float(model.recorder.rivera.mean())
    for option in ("denied", "western_output_doubled", "beijing_squeezes"):
        means = _means(f"{option} ", history_of_pipeline(option))
        found |= {k: v for k, v in means.items() if k.endswith(("shells.delivered", "ukraine.front"))}
    return found


def _outcomes(prefix: str, model, names: list[str]) -> Numbers:
    return {f"{prefix}o:{n}": float((model.recorder.watch.turn[n] >= 0).mean()) for n in names}


def _means(prefix: str, model) -> Numbers:
    return {
        f"{prefix}q:{path}": float(np.mean(address.read(model.world), dtype=np.float64))
        for path, address, *_ in model.setup.watch
    }


#: What is kept, by the name of its file.
KEPT = {"toy": of_toy, "munitions_pipeline": of_pipeline}
