"""Figures of when, why and by what way: incidence, spread, pathways, and the map."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sim.analysis.columns import Histories
from sim.report import atlas, incidence, narrow, numbers, routes, sensitivity, spread, words
from sim.report.material import Material
from sim.report.names import Names
from sim.report.plots import NOTHING, Figure


def every(material: Material) -> Iterator[Figure]:
    """Yield the figures that need the histories one by one; none where the study did not keep them."""
    yield from _luck(material)
    histories = material.histories()
    if histories is None:
        return
    yield from _incidence(material, histories)
    yield from _swings(material, histories)
    if material.tells_deeds:
        held = routes.Held(material)
        yield from _routes(material, histories, held)
        yield from _maps(material, held)


def _incidence(material: Material, histories: Histories) -> Iterator[Figure]:
    for number, record in enumerate(incidence.summarise(material, histories)):
        drawn = incidence.draw(record)
        yield Figure(
            section="incidence",
            anchor=f"figure-incidence--{number}",
            name=f"incidence:{record.outcome.name}",
            title=f"{record.outcome.label}: by when",
            reading="Each line is the share of histories in which it had come by a date. The marks beyond "
            f"the end are the same shares at the end, with their 95 % intervals.{record.left_out}",
            numbers=numbers.incidence(record),
            json=json.dumps(drawn),
            choice=record.outcome.label,
        )


def _luck(material: Material) -> Iterator[Figure]:
    found = spread.luck(material)
    if found:
        drawn = spread.draw_luck(found)
        yield Figure(
            section="spread",
            anchor="figure-luck",
            name="luck",
            title="Luck and ignorance",
            reading="Histories were run again with the same numbers drawn at the start, the assumptions and "
            "those of the world, and other luck. What still differs is luck: no study of those numbers would "
            "remove it. The rest is ignorance, of the assumptions below or of the world. Bars are 95 % "
            "intervals.",
            numbers=numbers.luck(found),
            json=json.dumps(drawn),
            narrow=narrow.listed(drawn),
        )


def _swings(material: Material, histories: Histories) -> Iterator[Figure]:
    """Yield what each assumption moves, and where an analysis was made, what would settle it."""
    under = material.options[0].label
    analysed = {row["outcome"]: row for row in _tellable(material)}
    number = -1
    for number, (outcome, found) in enumerate(spread.by_outcome(spread.moved(material, histories))):
        drawn = spread.draw(found)
        yield Figure(
            section="spread",
            anchor=f"figure-tornado--{number}",
            name=f"tornado:{outcome.name}",
            title=f"{outcome.label}: what each assumption moves",
            reading=f"Under “{under}”: how often it happens in the fifth of the histories where an "
            "assumption was lowest, and in that where it was highest, with 95 % intervals. Hollow: the "
            "difference may be chance, given how many were looked at.",
            numbers=numbers.swings(found),
            json=json.dumps(drawn),
            narrow=narrow.listed(drawn),
            choice=outcome.label,
        )
        if row := analysed.pop(outcome.name, None):
            yield _indices(material, row, number)
    for more, row in enumerate(analysed.values(), number + 1):
        yield _indices(material, row, more)


def _tellable(material: Material) -> list[dict[str, Any]]:
    """Return the outcomes and quantities of which an analysis made beside the study can tell something."""
    return [row for row in (material.analysis or {}).get("outcomes", ()) if row["tellable"]]


def _indices(material: Material, row: Mapping[str, Any], number: int) -> Figure:
    """Draw how much of an outcome, luck apart, hangs on each assumption."""
    said, names = material.analysis or {}, Names(material.scenario)
    drawn = sensitivity.draw_indices(row, names)
    label = names.measure(row["outcome"], row["kind"])[0]
    return Figure(
        section="spread",
        anchor=f"figure-tornado--{number}-indices",
        name=f"tornado:{row['outcome']}:indices",
        title=f"{label}: what would settle it",
        reading="Of what is not luck, the share that would be left unknown if an assumption alone were "
        "(total), and the share that would go if it alone were known (first), with 95 % intervals; from "
        f"{words.count(said['histories'])} histories of the sensitivity analysis "
        f"{words.isolated(said['experiment'])}, seed {said['seed']}.",
        numbers=sensitivity.table(row, names),
        json=json.dumps(drawn),
        narrow=narrow.listed(drawn),
        choice=label,
    )


def _routes(material: Material, histories: Histories, held: routes.Held) -> Iterator[Figure]:
    found = sorted(routes.summarise(material, histories, held), key=lambda route: not route.speaks)
    for number, route in enumerate(found):
        signs = numbers.signs(material, route)
        if route.speaks:
            yield _chains(material, route, number)
        if route.found.deeds or route.found.assumptions:
            yield _lifts(material, route, number, signs)
        else:
            yield _silent(route, number, signs)


def _chains(material: Material, route: routes.Route, number: int) -> Figure:
    drawn = routes.draw_chains(material, route)
    return Figure(
        section="pathways",
        anchor=f"figure-pathways--{number}-chains",
        name=f"pathways:{route.outcome.name}:chains",
        title=f"{route.outcome.label}: the commonest chains to it",
        reading=f"Under “{route.option.label}”: {words.count(route.found.cases)} histories in which it "
        f"came, {words.count(route.found.others)} in which it did not, up to the same dates. A chain "
        "is made of the deeds of the half year before, and of other outcomes, that most set those histories "
        "apart, in the order in which they first came.",
        numbers=numbers.chains(material, route),
        json=json.dumps(drawn),
        narrow=narrow.listed(drawn),
        choice=route.outcome.label,
    )


def _lifts(material: Material, route: routes.Route, number: int, signs: str) -> Figure:
    drawn = routes.draw_lifts(material, route)
    return Figure(
        section="pathways",
        anchor=f"figure-pathways--{number}-lifts",
        name=f"pathways:{route.outcome.name}:lifts",
        title=f"{route.outcome.label}: what sets those histories apart",
        reading="How many times as common each deed, earlier outcome or assumption is in histories in which "
        "it came as in the others, by the same dates, with 95 % intervals; only what stays clear of 1 given "
        "how many were looked at. An arrow: more than a hundred times. It goes with the outcome; it need not "
        "cause it.",
        numbers=numbers.lifts(material, route) + signs,
        json=json.dumps(drawn),
        narrow=narrow.listed(drawn),
        choice=route.outcome.label,
    )


def _silent(route: routes.Route, number: int, signs: str) -> Figure:
    return Figure(
        section="pathways",
        anchor=f"figure-pathways--{number}-none",
        name=f"pathways:{route.outcome.name}:none",
        title=f"{route.outcome.label}: nothing sets those histories apart",
        reading=f"Under “{route.option.label}” it came in {words.count(route.found.cases)} histories of "
        f"{words.count(route.found.cases + route.found.others)}. No deed of the half year before, no earlier "
        "outcome and no assumption was clearly commoner in them than in the others.",
        numbers=signs,
        json=NOTHING,
        choice=route.outcome.label,
    )


def _maps(material: Material, held: routes.Held) -> Iterator[Figure]:
    for number, option in enumerate(material.options):
        record = atlas.summarise(material, option, held[option.name])
        if not record.states:
            return
        drawn = atlas.draw(record)
        yield Figure(
            section="map",
            anchor=f"figure-map--{number}",
            name=f"map:{option.name}",
            title=f"Where it happens: {option.label}",
            reading="A line joins two states between which force was used, a seizure or a clash as much "
            "as an attack: the thicker, the more often; the darker, the worse it gets in one history of "
            "twenty. The thickest are at war from the start. Dotted, with an arrow: a flow of goods. "
            "Lines run between capitals. Coasts from Natural Earth; no border is drawn, and so no view of a "
            "disputed one is taken.",
            numbers=numbers.pairs(record),
            json=json.dumps(drawn),
            narrow=atlas.narrow(drawn),
            behind="ground",
            shared=atlas.GROUND,
            choice=option.label,
        )
