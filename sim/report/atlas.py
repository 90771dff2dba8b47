"""The map: which pairs of states came to blows how often, and what flows between them.

Coasts only, from Natural Earth (public domain): no border is drawn, so none that is disputed.
"""

from __future__ import annotations

import copy
import html
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.happenings import Happenings
from sim.intervals import wilson
from sim.report import ladder, theme, words
from sim.report.material import Material, Named
from sim.report.places import CAPITALS, Place

#: From this rung on force is used; a pair's worst rung is one that this part of the histories reach.
FORCE, WORST = 6, 0.05
#: Rung of two states at war.
WAR = 8
#: Panels: west, south, east, north in degrees.
WORLD, NEAR = (-12.0, -4.0, 300.0, 74.0), (92.0, 20.5, 168.0, 45.5)
#: Pairs drawn at least this often at blows, percent.
LEAST = 0.5
#: Height in px of the figure and the part of the upper panel.
HEIGHT, UPPER = 830, 0.42
FLOW = "#00795a"
#: Traces of the ground, which every option shares.
GROUND = 2


@dataclass(frozen=True, slots=True)
class Pair:
    """Two states: percent of the histories in which force was used between them, and their worst rung."""

    states: tuple[str, str]
    share: float
    low: float
    high: float
    worst: int  # the highest rung that one history in twenty reaches
    highest: int  # in any history
    at_war: str = ""  # the war they fight from the start


@dataclass(frozen=True, slots=True)
class Flow:
    """What goes from one state to another, and how much of it in the middle history, if that was kept."""

    giver: str
    taker: str
    label: str
    told: str


@dataclass(frozen=True, slots=True)
class Atlas:
    """The map under one option."""

    option: Named
    pairs: tuple[Pair, ...]
    flows: tuple[Flow, ...]
    states: Mapping[str, str]  # names on the map, in words
    rungs: tuple[str, ...]
    histories: int


def summarise(material: Material, option: Named, held: Happenings) -> Atlas:
    """Return the map under one option."""
    states = material.scenario.get("states") or {}
    named = {name: words.label_of(states, name) for name in states if name in CAPITALS}
    worst = held.worst() if held.rows else {}
    wars = _wars(material)
    pairs = sorted(
        (_pair(key, rungs, wars.get(frozenset(key), "")) for key, rungs in worst.items()),
        key=lambda pair: (not pair.at_war, -pair.share),
    )
    rungs = ladder.rung_labels(material)
    return Atlas(option, tuple(pairs), tuple(_flows(material, option)), named, rungs, held.rows)


def _wars(material: Material) -> dict[frozenset[str], str]:
    """Return the wars that stand open at the start, by the two states that fight."""
    wars = material.scenario.get("wars") or {}
    return {
        frozenset((one, other)): words.label_of(wars, name)
        for name, entry in wars.items()
        if isinstance(entry, dict) and entry.get("open") == 1
        for one in entry["sides"][0]
        for other in entry["sides"][1]
    }


def _pair(states: tuple[str, str], rungs: NDArray[np.int8], at_war: str) -> Pair:
    times, n = int((rungs >= FORCE).sum()), len(rungs)
    low, high = (100 * float(bound) for bound in wilson(times, n))
    worst = int(np.sort(rungs)[::-1][int(WORST * n)])
    return Pair(states, 100 * times / n, low, high, worst, int(rungs.max()), at_war)


def _flows(material: Material, option: Named) -> Iterator[Flow]:
    """Yield the pipelines between states on the map."""
    middles = {
        row["quantity"]: row.get("p50")
        for row in material.summary.get("quantities") or []
        if row["option"] == option.name
    }
    for name, entry in (material.scenario.get("pipelines") or {}).items():
        if not isinstance(entry, dict) or not {"giver", "taker"} <= entry.keys():
            continue
        label = words.label_of(material.scenario["pipelines"], name)
        arrived = middles.get(f"pipelines.{name}.delivered")
        told = "" if arrived is None else f"{arrived:,.3g} {entry.get('unit') or 'units'} arrived"
        yield Flow(str(entry["giver"]), str(entry["taker"]), label, told)


def draw(atlas: Atlas) -> Any:
    """Draw the wide map above, East Asia nearer below."""
    held = _coasts()
    traces = [_ground(held["world"], "x", "y"), _ground(held["near"], "x2", "y2")]
    for axes in (("x", "y"), ("x2", "y2")):
        traces += list(_between(atlas, axes))
        traces.append(_states(atlas, axes))
    upper, lower = [1 - UPPER, 1], [0, 0.98 - UPPER]
    layout = theme.layout(
        HEIGHT,
        margin={"l": 0, "r": 0, "t": 4, "b": 4},
        xaxis=_axis(WORLD[0], WORLD[2], anchor="y"),
        yaxis=_axis(WORLD[1], WORLD[3], domain=upper, anchor="x", scaleanchor="x", scaleratio=1.25),
        xaxis2=_axis(NEAR[0], NEAR[2], anchor="y2"),
        yaxis2=_axis(NEAR[1], NEAR[3], domain=lower, anchor="x2", scaleanchor="x2", scaleratio=1.28),
        showlegend=False,
    )
    return {"data": traces, "layout": layout}


def narrow(figure: Any) -> str:
    """Return the layout of the map in a narrow frame, as JSON."""
    layout: dict[str, Any] = copy.deepcopy(figure["layout"])
    layout["height"] = 560
    layout["yaxis"]["domain"], layout["yaxis2"]["domain"] = [0.66, 1], [0, 0.64]
    layout["xaxis2"]["range"] = [104, 146]
    layout["yaxis2"]["range"] = [20, 49]
    layout["font"]["size"] = 11
    return json.dumps(layout)


def _axis(low: float, high: float, **more: Any) -> dict[str, Any]:
    hidden = {"visible": False, "fixedrange": True, "showgrid": False, "constrain": "domain"}
    return {"range": [low, high], **hidden, **more}


@cache
def _coasts() -> Mapping[str, list[list[int]]]:
    held: dict[str, list[list[int]]] = json.loads(
        files("sim.report").joinpath("coasts.json").read_text(encoding="utf-8")
    )
    return held


def _ground(lines: Sequence[Sequence[int]], x: str, y: str) -> dict[str, Any]:
    """Return land as one trace, its outlines parted by gaps."""
    across: list[float | None] = []
    up: list[float | None] = []
    for line in lines:
        across += [*(number / 100 for number in line[::2]), None]
        up += [*(number / 100 for number in line[1::2]), None]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": across,
        "y": up,
        "fill": "toself",
        "fillcolor": "rgba(128, 128, 128, .20)",
        "line": {"width": 0.7, "color": "rgba(128, 128, 128, .55)"},
        "hoverinfo": "skip",
        "xaxis": x,
        "yaxis": y,
    }


def _between(atlas: Atlas, axes: tuple[str, str]) -> Iterator[dict[str, Any]]:
    """Yield a line a pair, as thick as it is often at blows and as dark as its worst rung; then the flows."""
    on = {"xaxis": axes[0], "yaxis": axes[1], "type": "scatter"}
    ways: dict[tuple[str, str], list[str]] = {}
    for flow in atlas.flows:
        if {flow.giver, flow.taker} <= atlas.states.keys():
            said = f"{flow.label}{f': {flow.told}' if flow.told else ''}"
            ways.setdefault((flow.giver, flow.taker), []).append(_escaped(said))
    for (giver, taker), labels in ways.items():
        x, y = _arc(CAPITALS[giver], CAPITALS[taker], 0.22)
        told = "<br>".join(labels)
        line = {"color": FLOW, "width": 1.8, "dash": "dot"}
        marker = {"symbol": "arrow", "angleref": "previous", "size": [0] * (len(x) - 1) + [11], "color": FLOW}
        yield {**on, "mode": "lines+markers", "x": x, "y": y, "line": line, "marker": marker, **_hover(told)}
    for pair in reversed(atlas.pairs):
        if (pair.share < LEAST and not pair.at_war) or not set(pair.states) <= atlas.states.keys():
            continue
        x, y = _arc(CAPITALS[pair.states[0]], CAPITALS[pair.states[1]], 0.0)
        told = _escaped(f"{_named(atlas, pair)}: {_told(atlas, pair)}")
        rung, share = (max(WAR, pair.worst), 100.0) if pair.at_war else (max(pair.worst, 4), pair.share)
        line = {"color": theme.RUNGS[rung], "width": 1.5 + share / 8}
        yield {**on, "mode": "lines", "x": x, "y": y, "line": line, "opacity": 0.8, **_hover(told)}


def _hover(told: str) -> dict[str, Any]:
    return {"text": told, "hovertemplate": "%{text}<extra></extra>"}


def _arc(start: Place, end: Place, bend: float) -> tuple[list[float], list[float]]:
    """Return a line between two places, bent to the right of its way by a part of its length."""
    t = np.linspace(0, 1, 25)
    dx, dy = end.lon - start.lon, end.lat - start.lat
    side = bend * 4 * t * (1 - t)
    x, y = start.lon + t * dx + side * dy * 0.5, start.lat + t * dy - side * dx * 0.5
    return np.round(x, 2).tolist(), np.round(y, 2).tolist()


def _states(atlas: Atlas, axes: tuple[str, str]) -> dict[str, Any]:
    west, south, east, north = WORLD if axes == ("x", "y") else NEAR
    shown = {
        name: label
        for name, label in atlas.states.items()
        if west < CAPITALS[name].lon < east and south < CAPITALS[name].lat < north
    }
    crowded = {"KOR", "PRK", "JPN", "VNM"} if axes == ("x", "y") else set()
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [CAPITALS[name].lon for name in shown],
        "y": [CAPITALS[name].lat for name in shown],
        "text": [
            "" if name in crowded else f"<b>{_escaped(words.cut(label, 24))}</b>"
            for name, label in shown.items()
        ],
        "textposition": [CAPITALS[name].side for name in shown],
        "textfont": {"size": theme.TEXT, "color": theme.INK},
        "marker": {"size": 9, "color": theme.INK, "symbol": "circle"},
        "hovertext": [_escaped(label) for label in shown.values()],
        "hoverinfo": "text",
        "xaxis": axes[0],
        "yaxis": axes[1],
    }


def _named(atlas: Atlas, pair: Pair) -> str:
    return " and ".join(atlas.states.get(state, state) for state in pair.states)


def _told(atlas: Atlas, pair: Pair) -> str:
    if pair.at_war:
        return f"at war from the start ({pair.at_war})"
    worst = atlas.rungs[pair.worst] if pair.worst < len(atlas.rungs) else str(pair.worst)
    share = f"{pair.share:.1f} % ({pair.low:.1f} to {pair.high:.1f})"
    return f"force used in {share} of histories; one in twenty reaches {worst.lower()} or worse"


def _escaped(told: str) -> str:
    return html.escape(told, quote=False)
