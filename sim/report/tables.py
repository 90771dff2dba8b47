"""The tables of the page: outcomes by option, the assumptions, and the numbers behind each figure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from sim.analysis.estimative import EXPLAINED
from sim.report import finals, markup, words
from sim.report.beliefs import Belief
from sim.report.finals import Final, Quantity
from sim.report.flows import Flow
from sim.report.ladder import Ladder
from sim.report.markup import element, text
from sim.report.material import Named
from sim.report.outcomes import Estimate, Outcome, Outcomes, difference, interval, probability

BEHIND = "Numbers behind this figure"

#: The table of all that was estimated, and where it stands.
ESTIMATES, ANCHOR = "Every estimate", "every-estimate"


def outcomes_table(outcomes: Outcomes) -> str:
    """Return the table of outcomes (rows) by option (columns), differences to the first column included."""
    if not outcomes.outcomes:
        return markup.paragraph("The scenario names no outcomes.")
    head = ["Outcome", *(text(option.label) for option in outcomes.options)]
    if len(outcomes.options) > 1:
        head[1] += element("span", "reference", class_="small")
    caption = (
        "Share of histories in which it happens by the end, with its 95 % interval, and in words; below, the "
        "difference to the reference under the same luck, in percentage points. Bold: its interval leaves "
        "out zero."
    )
    if len(outcomes.options) < 2:
        caption = "Share of histories in which it happens by the end, with its 95 % interval, and in words."
    rows = (_outcome(outcome, outcomes) for outcome in outcomes.outcomes)
    return markup.paragraph(EXPLAINED, class_="reading") + markup.table(
        caption, head, rows, _size(outcomes.options), "Outcomes by option", _outcomes_saved(outcomes)
    )


def _outcomes_saved(outcomes: Outcomes) -> list[list[Any]]:
    """Return the outcomes as a file holds them: a row an outcome and option, shares from 0 to 1."""
    names = ("probability", "low", "high", "difference", "difference_low", "difference_high")
    head = ["outcome", "label", "option", "option_label", "n", "happened", "share", *names[1:], "in_words"]
    return [head] + [
        [
            outcome.named.name,
            outcome.named.label,
            each.option.name,
            each.option.label,
            each.histories,
            each.times,
            *(_exact(getattr(each, name), 100) for name in names),
            each.words,
        ]
        for outcome in outcomes.outcomes
        for each in outcome.estimates
    ]


def _exact(value: float | None, over: float = 1) -> float | None:
    """Return a number as a file holds it, to twelve digits."""
    return None if value is None else float(f"{value / over:.12g}")


def _outcome(outcome: Outcome, outcomes: Outcomes) -> list[str]:
    cells = {each.option.name: _cell(each, outcome.places) for each in outcome.estimates}
    return [text(outcome.named.label), *(cells.get(option.name, "not run") for option in outcomes.options)]


def _cell(each: Estimate, places: int) -> str:
    lines = [element("span", text(probability(each, places)), class_="big")]
    lines.append(element("span", text(interval(each, places)), class_="small"))
    lines.append(element("span", text(words.together(each.words)), class_="words"))
    if each.difference is not None:
        kind = "small change clear" if each.differs else "small change"
        lines.append(element("span", text(difference(each, places)).replace(" (", "<br>("), class_=kind))
    return "".join(lines)


def estimates_table(outcomes: Outcomes) -> str:
    """Return every number of the outcomes, one row an outcome and option, folded away.

    `to_estimates` leads there.
    """
    head = [
        "Outcome",
        "Option",
        "Histories",
        "Times",
        "Share",
        "Low",
        "High",
        "In words",
        "Difference, points",
        "Difference, low",
        "Difference, high",
        "Half by",
        "Due to luck",
    ]
    rows = (
        [
            text(outcome.named.label),
            text(each.option.label),
            words.count(each.histories),
            words.count(each.times),
            words.percent(each.probability, outcome.places + 1),
            words.percent(each.low, outcome.places + 1),
            words.percent(each.high, outcome.places + 1),
            text(each.words),
            *(
                "–" if value is None else words.signed(value, outcome.places + 1)
                for value in (each.difference, each.difference_low, each.difference_high)
            ),
            text(each.median_date or "–"),
            "–" if each.luck_share is None else words.percent(each.luck_share, 0),
        ]
        for outcome in outcomes.outcomes
        for each in outcome.estimates
    )
    caption = (
        "Half by: the date by which it has happened in half of the histories in which it happens at all. "
        "Due to luck: the part of the variance that stays when every assumption is known."
    )
    table = markup.table(caption, head, rows, name=ESTIMATES)
    return element("div", markup.details(f"{ESTIMATES}, a row an outcome and option", table), id=ANCHOR)


def to_estimates() -> str:
    """Return a link to the table of every estimate."""
    link = element("a", f"the table “{ESTIMATES}”", href=f"#{ANCHOR}")
    return element("p", f"Its numbers: {link}, above the figures.", class_="quiet")


def finals_table(quantities: Sequence[Quantity], options: Sequence[Named]) -> str:
    """Return the table of quantities (rows) at the end by option (columns)."""
    if not quantities:
        return ""
    head = ["Quantity at the end", *(text(option.label) for option in options)]
    caption = (
        "The median, and the band four in five histories lie in (10th to 90th percentile); below, the mean."
    )
    if len(options) > 1:
        head[1] += element("span", "reference", class_="small")
        caption += (
            " Below the mean, its difference to the mean of the reference, under the same luck, with its "
            "95 % interval; medians may part by more or by less. Bold: the interval leaves out zero."
        )
    rows = (_quantity(quantity, options) for quantity in quantities)
    saved = _finals_saved(quantities)
    return markup.table(caption, head, rows, _size(options), "Quantities at the end", saved)


def _finals_saved(quantities: Sequence[Quantity]) -> list[list[Any]]:
    """Return the quantities as a file holds them: a row a quantity and option."""
    head = ["quantity", "label", "unit", "option", "option_label", "mean", "p10", "p50", "p90"]
    changes = ("difference", "difference_low", "difference_high")
    return [[*head, *changes]] + [
        [
            quantity.path,
            quantity.title,
            quantity.unit,
            final.option.name,
            final.option.label,
            *(_exact(getattr(final, name)) for name in ("mean", "low", "middle", "high", *changes)),
        ]
        for quantity in quantities
        for final in quantity.finals
    ]


def _size(options: Sequence[Named]) -> str:
    """Return the kind of a table with a column an option: small where there are many."""
    return "outcomes many" if len(options) > 6 else "outcomes"


def _quantity(quantity: Quantity, options: Sequence[Named]) -> list[str]:
    cells = {final.option.name: _final(final, quantity) for final in quantity.finals}
    first = text(quantity.title) + element("span", text(quantity.unit), class_="small")
    return [first, *(cells.get(option.name, "not run") for option in options)]


def _final(final: Final, quantity: Quantity) -> str:
    places = quantity.places
    lines = [element("span", text(words.number(final.middle, places)), class_="big")]
    lines.append(element("span", text(finals.band(final, places)), class_="small"))
    mean = words.number(final.mean, quantity.fine)
    lines.append(element("span", f"mean {text(mean)}", class_="small change"))
    told = finals.difference(final, places)
    if told:
        kind = "small clear" if final.differs else "small"
        lines.append(element("span", text(told).replace(" (", "<br>("), class_=kind))
    return "".join(lines)


def ladder_table(ladder: Ladder) -> str:
    """Return the share of histories at each rung at a few dates, folded away."""
    shown = range(ladder.highest + 1)
    rows = (
        [
            text(option.label),
            at(ladder.dates[turn]),
            *(words.percent(share[turn, rung], 1) for rung in shown),
        ]
        for option, share in ladder.shares
        for turn in glimpses(len(ladder.dates))
    )
    head = ["Option", "By", *(text(ladder.rungs[rung]) for rung in shown)]
    table = markup.table("Share of histories at each rung", head, rows, name=f"Rungs {ladder.theatre.label}")
    return markup.details(BEHIND, table, ladder.theatre.label)


def flow_table(flow: Flow) -> str:
    """Return the percentiles at a few dates, folded away."""
    rows = (
        [
            text(option.label),
            at(flow.dates[turn]),
            *(words.plain(float(f"{value:.3g}")) for value in band[turn]),
        ]
        for option, band in flow.bands
        for turn in glimpses(len(flow.dates))
    )
    head = ["Option", "By", "10th percentile", "Median", "90th percentile"]
    caption = f"{flow.title} ({flow.unit})" if flow.unit else flow.title
    return markup.details(BEHIND, markup.table(caption, head, rows, name=flow.title), flow.title)


def beliefs_table(beliefs: Sequence[Belief]) -> str:
    """Return the table of assumptions."""
    if not beliefs:
        return markup.paragraph("The scenario names no assumptions: every number is taken as certain.")
    caption = (
        "What is not known. Each is drawn anew for every history, and is the same under every option. Beyond "
        "these, every judgement of the world that carries a range is drawn within it."
    )
    head = ["Assumption", "Taken as", "Unit", "Where it comes from", "As of", "Confidence"]
    return markup.table(
        caption, head, (list(_belief(belief)) for belief in beliefs), "beliefs", "Assumptions"
    )


def _belief(belief: Belief) -> Iterator[str]:
    path = element("span", element("code", text(belief.path)), class_="small") if belief.path else ""
    yield text(belief.label) + path
    yield text(belief.taken)
    yield text(belief.unit or "–")
    kind = {"source": "", "derived": "Derived: ", "judgement": "Judgement: "}.get(belief.kind)
    yield "no source given" if kind is None else text(kind + belief.basis)
    yield element("span", text(belief.as_of or "–"), class_="date")
    yield text(belief.confidence or "–")


def glimpses(turns: int) -> list[int]:
    """Return at most five turns, evenly spread, the last included."""
    return sorted({round(turns * part / 5) - 1 for part in range(1, 6)} - {-1})


def at(date: dt.date | int) -> str:
    """Spell the end of a turn, as markup that is not broken."""
    spelled = date.isoformat() if isinstance(date, dt.date) else f"turn {date}"
    return element("span", spelled, class_="date")
