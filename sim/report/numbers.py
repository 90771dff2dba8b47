"""The numbers behind the figures of time, spread, pathways and the map, as tables."""

from __future__ import annotations

from collections.abc import Sequence

from sim.report import atlas, markup, routes, spread, words
from sim.report.driving import Driver
from sim.report.incidence import Incidence
from sim.report.markup import text
from sim.report.material import Material
from sim.report.tables import BEHIND, at, glimpses


def incidence(record: Incidence) -> str:
    """Return the share in which it had come at a few dates, and the interval at the end."""
    shown = glimpses(len(record.dates))
    head = ["Option", *(at(record.dates[turn]) for turn in shown), "95 % interval at the end"]
    rows = (
        [
            text(option.label),
            *(words.percent(share[turn], 1) for turn in shown),
            f"{words.number(low, 1)} to {words.percent(high, 1)}",
        ]
        for option, share, low, high in record.shares
    )
    caption = f"{record.outcome.label}: histories in which it had come by these dates"
    table = markup.table(caption, head, rows, name=f"When {record.outcome.label}")
    return markup.details(BEHIND, table, f"{record.outcome.label}, by when")


def luck(found: Sequence[spread.Luck]) -> str:
    """Return a sentence for every outcome."""
    rows = ([text(each.outcome.label), text(each.option.label), text(each.sentence)] for each in found)
    caption = (
        "How much of what differs between histories is luck, with a 95 % interval, and how much is not "
        "knowing which assumptions hold"
    )
    table = markup.table(caption, ["Outcome", "Under", "Luck"], rows, name="Luck and ignorance")
    return markup.element("p", markup.element("strong", text(spread.told(found)))) + markup.details(
        "A sentence for every outcome", table
    )


def swings(found: Sequence[spread.Moved]) -> str:
    """Return one outcome at both ends of every assumption."""
    head = ["Assumption", "Low end", "It happens", "High end", "It happens", "Difference, points", "Clear"]
    caption = f"{found[0].outcome.label}: at both ends of every assumption"
    table = markup.table(caption, head, map(_swing, found), name=f"Assumptions and {found[0].outcome.label}")
    return markup.details(BEHIND, table, caption)


def _swing(each: spread.Moved) -> list[str]:
    first, last = (_rate(rate.probability, rate.low, rate.high) for rate in each.swing.rates)
    clear = "yes" if each.swing.clear else "no"
    ends = [text(end) for end in each.ends]
    return [text(each.assumption.label), ends[0], first, ends[1], last, _points(each), clear]


def strongest(found: Sequence[spread.Moved]) -> str:
    """Return the assumptions that move an outcome most, and which."""
    if not found:
        return markup.paragraph("No outcome came in some histories and stayed away in others.")
    clear = sum(each.swing.clear for each in found)
    caption = (
        f"The outcome each assumption moves most surely, the surest first, at most {spread.MOST}. "
        f"{words.count(clear)} of {words.count(len(found))} stay clear of zero when it is taken into account "
        "how many pairs were looked at; the others may be chance."
    )
    head = ["Assumption", "Outcome it moves most", "At the low end", "At the high end", "Difference, points"]
    rows = (
        [
            text(each.assumption.label),
            text(each.outcome.label),
            *(
                f"{text(end)}<span class='small'>{_rate(rate.probability, rate.low, rate.high)}</span>"
                for end, rate in zip(each.ends, each.swing.rates, strict=True)
            ),
            markup.element("span", _points(each), class_="clear" if each.swing.clear else "quiet"),
        ]
        for each in found
    )
    return markup.table(caption, head, rows, name="Most influential numbers")


def drivers(found: Sequence[Driver]) -> str:
    """Return the numbers that move an outcome most, of all that are drawn."""
    caption = (
        "Of all the numbers drawn at the start, those of the world included, the "
        f"{words.count(len(found))} that go most with an outcome of the reference, each with the outcome or "
        "quantity it moves most: its value in its lowest and highest fifth (of a story: where another is "
        "true, and where it is), the mean of the outcome there, and the share of that outcome's variance, "
        "luck included. Told are numbers that stand out from chance, of which one in twenty may not."
    )
    head = ["Number", "Moves most", "Where it is low", "Where it is high", "Share of its variance"]
    rows = (
        [
            text(each.number.label) + markup.element("code", text(each.number.name), class_="small"),
            text(each.outcome.label),
            *(
                f"{text(end)}<span class='small'>{_mean(value, each)}</span>"
                for end, value in zip(each.ends, each.there, strict=True)
            ),
            "{} ({} to {})".format(*(words.percent(100 * part, 1) for part in each.share)),
        ]
        for each in found
    )
    return markup.table(caption, head, rows, name="Most influential numbers")


def _mean(value: float, driver: Driver) -> str:
    """Return the mean of an outcome."""
    return words.percent(100 * value, 1) if driver.is_event else words.plain(float(f"{value:.3g}"))


def _points(each: spread.Moved) -> str:
    values = (100 * value for value in (each.swing.difference, each.swing.low, each.swing.high))
    middle, low, high = (words.signed(value, 1) for value in values)
    return f"{middle} ({low} to {high})"


def _rate(share: float, low: float, high: float) -> str:
    return f"{words.percent(100 * share, 1)} ({words.number(100 * low, 1)} to {words.number(100 * high, 1)})"


def chains(material: Material, route: routes.Route) -> str:
    """Return the commonest chains."""
    head = ["Chain", "Where it came", "95 % interval", "Where it had not", "Days from first step"]
    rows = [
        [
            text(routes.chain(material, each.steps)),
            words.percent(100 * each.share, 1),
            f"{words.number(100 * each.low, 1)} to {words.percent(100 * each.high, 1)}",
            words.percent(100 * each.elsewhere, 1),
            "–" if each.days is None else words.count(round(each.days)),
        ]
        for each in route.found.chains
    ]
    rows.append(["Any other chain", words.percent(100 * route.found.rest, 1), "–", "–", "–"])
    caption = f"{route.outcome.label}: the commonest chains"
    table = markup.table(caption, head, rows, name=f"Chains to {route.outcome.label}")
    return markup.details(BEHIND, table, caption)


def lifts(material: Material, route: routes.Route) -> str:
    """Return every deed and assumption that sets apart."""
    head = ["What", "Where it came", "Where it had not", "Times as common", "95 % interval"]
    rows = (
        [
            text(routes.lift(material, each)),
            words.percent(100 * each.there, 1),
            words.percent(100 * each.elsewhere, 1),
            f"{each.lift:.2f}",
            f"{each.low:.2f} to {each.high:.2f}",
        ]
        for each in (*route.found.assumptions, *route.found.deeds)
    )
    caption = f"{route.outcome.label}: what sets the histories apart in which it came"
    table = markup.table(caption, head, rows, name=f"Apart {route.outcome.label}")
    return markup.details(BEHIND, table, caption)


def signs(material: Material, route: routes.Route) -> str:
    """Return the signposts of one outcome."""
    by = material.after(route.by)
    until = words.day(by) if by else f"turn {route.by}"
    if not route.signs:
        return markup.paragraph(
            f"Signposts: nothing seen by {until} says more about whether it is still to come than chance "
            "would.",
            class_="reading",
        )
    head = ["Seen by then", "Histories", "Likelihood ratio", "It comes, with it", "Without it", "Days ahead"]
    rows = (
        [
            text(routes.sign(material, each)),
            words.count(each["seen"]),
            f"{each['likelihood_ratio']:.2f} ({each['low']:.2f} to {each['high']:.2f})",
            _rate(each["with"], each["with_low"], each["with_high"]),
            words.percent(100 * each["without"], 1),
            "–" if each["lead_days"] is None else words.count(round(each["lead_days"])),
        ]
        for each in route.signs
    )
    caption = (
        f"Signposts: what, seen by {until}, says most about whether it is still to come. A likelihood ratio "
        "above 1 makes it likelier, below 1 less likely."
    )
    return markup.table(caption, head, rows, name=f"Signposts of {route.outcome.label}")


def pairs(record: atlas.Atlas) -> str:
    """Return how often force was used between two states, and how far it went."""
    head = ["Between", "Force used", "95 % interval", "One in twenty reaches", "Highest in any history"]
    rows = [
        [
            text(" and ".join(record.states.get(state, state) for state in pair.states)),
            *(
                ("at war from the start", "", "", "")
                if pair.at_war
                else (
                    words.percent(pair.share, 1),
                    f"{words.number(pair.low, 1)} to {words.percent(pair.high, 1)}",
                    text(record.rungs[pair.worst]),
                    text(record.rungs[pair.highest]),
                )
            ),
        ]
        for pair in record.pairs
    ]
    flows = [
        [
            text(flow.label),
            text(record.states.get(flow.giver, flow.giver)),
            text(record.states.get(flow.taker, flow.taker)),
            text(flow.told or "–"),
        ]
        for flow in record.flows
    ]
    caption = f"{record.option.label}: pairs of states, {words.count(record.histories)} histories"
    first = markup.table(caption, head, rows, name=f"Pairs {record.option.label}")
    names = ["Flow", "From", "To", "In the middle history"]
    second = markup.table(f"{record.option.label}: flows", names, flows, name=f"Flows {record.option.label}")
    tables = first + (second if flows else "")
    return markup.details(BEHIND, tables, f"where it happens, {record.option.label}")
