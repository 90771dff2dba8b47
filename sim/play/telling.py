"""A history in lines of text: how it went, what was done and why, what nearly went otherwise."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from sim.play.course import course
from sim.play.figures import fine, number, percent, short, signed
from sim.play.heading import heading, outcomes
from sim.play.lines import wrapped
from sim.play.records import Contribution, Decision, Deed, Difference, Happening, History, NearMiss

#: Words for the grades of deaths.
DEATHS = {0: "nobody dies", 1: "up to 19 die", 2: "20 or more die", 3: "1,000 or more die"}
#: Parts of a decision smaller than this many nats are not worth a word.
SMALL = 0.05
#: Reasons for a deed, and against another, that are told.
REASONS, AGAINST = 6, 3
#: Near misses that are told: the gravest, then the nearest.
CLOSEST = 12
#: Columns before what stands behind a date.
INDENT = 12

#: What stands before what nobody decided.
KINDS = {
    "event": "EVENT  ",
    "consequence": "EVENT  ",
    "ceasefire": "EVENT  ",
    "outcome": "OUTCOME  ",
    "ladder": "LADDER  ",
    "only": "",
}

#: What brought a deed, where it was no clock.
BY = {
    "option": "ordered by the option",
    "doctrine": "by doctrine",
    "force": "forced",
    "answer": "",
    "chance": "",
}

#: How the reasons are to be read.
READING = (
    "rate: how often a year the state would do this as things stood that week: its base times e to the sum "
    "of what was weighed, in nats (+0.7 doubles it, −0.7 halves it). base: the rate if nothing weighed: that "
    "observed of such deeds, over what weighed in the usual case of them; no state need ever have acted at "
    "it. over: doing nothing, and the likeliest others at that desk that were not done, with "
    "their chance that week and what spoke for the deed (+) or for them (−). held: what the state believed "
    "where that was not true, and what the truth would have added."
)


def tell(history: History, width: int = 100, *, why: bool = True) -> Iterator[str]:
    """Yield a history as lines of at most *width* columns; with *why*, every deed with its reasons."""
    yield from heading(history, width)
    yield ""
    yield from course(history, width)
    yield ""
    yield from outcomes(history, width)
    yield ""
    for one in history:
        yield from told(one, width, why=why)
    yield ""
    yield from near(history, width)
    if why:
        yield ""
        yield from wrapped(READING, width, 0)


def told(one: Deed | Happening, width: int, *, why: bool) -> Iterator[str]:
    """Yield the lines of one deed or happening."""
    if isinstance(one, Happening):
        until = f" (by {one.until})" if one.until else ""
        yield from wrapped(f"{one.day}  {KINDS[one.kind]}{one.words}{until}", width, INDENT)
        return
    notes = [
        f"({DEATHS[one.deaths]})" if one.deaths >= 0 else "",
        _ordered(one),
        f"[unseen by {', '.join(unseen)}]" if (unseen := one.unseen_by) else "",
        _mistaken(one),
        _round(one),
    ]
    kind = "INCIDENT  " if one.kind == "incident" else ""
    yield from wrapped(" ".join([f"{one.day}  {kind}{one.words}", *filter(None, notes)]), width, INDENT)
    if why and one.decision is not None:
        yield from _why(one, one.decision, width)


def _ordered(deed: Deed) -> str:
    """Say who ordered a deed that was not decided, and by which rule."""
    by = "by a rule of the option" if deed.by == "doctrine" and deed.own else BY.get(deed.by)
    return f"[{by}{f': {deed.rule}' if deed.rule else ''}]" if by else ""


def _why(deed: Deed, decision: Decision, width: int) -> Iterator[str]:
    """Yield why a deed was done."""
    head = _answered(decision) if deed.by == "answer" else _rate(decision)
    yield from wrapped(" " * INDENT + head + reasons(decision.contributions), width, INDENT + 6)
    if deed.by != "answer":
        yield from _over(decision, width)
    wrong = [b for b in decision.beliefs if short(b.believed) != short(b.true)]
    if wrong:
        held = "; ".join(f"{b.words} {short(b.believed)}, in truth {short(b.true)}" for b in wrong)
        truth = f"; the truth would have made it {signed(decision.true_beliefs)}"
        worth = truth if abs(decision.true_beliefs) >= SMALL else ""
        yield from wrapped(" " * INDENT + f"held  {held}{worth}", width, INDENT + 6)


def _mistaken(deed: Deed) -> str:
    """Say that the truth would have kept a deed from being done, and by how much."""
    if not deed.wrong_belief:
        return ""
    if deed.decision is None:
        return "[on a wrong belief]"
    return f"[on a wrong belief: the truth would have made it {fine(deed.decision.true_beliefs)}]"


def _round(deed: Deed) -> str:
    """Say what a deed of an answer round answers."""
    if not deed.round:
        return ""
    return f"[in answer, round {deed.round}{f', to: {deed.answers}' if deed.answers else ''}]"


def _over(decision: Decision, width: int) -> Iterator[str]:
    """Yield what could have been done instead: nothing, or the likeliest others of the desk."""
    yield f"{' ' * INDENT}over  doing nothing at that desk ({percent(1 - decision.desk_chance)})"
    for rival in decision.rivals:
        text = f"      {rival.words} ({percent(rival.chance)}): {_against(rival.differences)}"
        yield from wrapped(" " * INDENT + text, width, INDENT + 6)


def _rate(decision: Decision) -> str:
    """Return the rate at which a clock ran."""
    rate, base = (number(math.exp(x)) for x in (decision.log_rate, decision.base))
    return f"rate  {rate} a year (base {base}), {percent(decision.chance)} that week: "


def _answered(decision: Decision) -> str:
    """Return how likely a question was answered with yes."""
    odds = signed(decision.base)
    return f"asked; the chance of yes was {percent(decision.chance)} (log-odds {odds} at first): "


def reasons(parts: Sequence[Contribution]) -> str:
    """Return what was weighed, by group, the heaviest first."""
    groups: dict[str, list[Contribution]] = {}
    for part in parts:
        groups.setdefault(part.group, []).append(part)
    found = []
    for group, members in sorted(groups.items(), key=lambda x: -abs(sum(p.nats for p in x[1]))):
        told = [p for p in members if abs(p.nats) >= SMALL]
        total = sum(p.nats for p in members)
        if not told and abs(total) < SMALL:
            continue
        if group in {"hostility", "answer owed", "habituation"} or (len(told) == 1 and group == "fear"):
            found.append(f"{members[0].words} {signed(total)}")
        else:
            inside = ", ".join(f"{p.words} {signed(p.nats)}" for p in told[:REASONS])
            found.append(f"{group} {signed(total)}" + (f" ({inside})" if inside else ""))
    return "; ".join(found) or "nothing out of the ordinary"


def _against(differences: Sequence[Difference]) -> str:
    """Return the largest differences to another choice."""
    told = [f"{d.words} {signed(d.nats)}" for d in differences[:AGAINST] if abs(d.nats) >= SMALL]
    return ", ".join(told) or "as good"


def near(history: History, width: int, most: int = CLOSEST) -> Iterator[str]:
    """Yield the gravest near misses, and how many there were."""
    everything = history.near_misses
    if not everything:
        yield "Nothing nearly went otherwise."
        return
    ranked = sorted(everything, key=lambda m: (-m.rung, m.margin if m.how != "forestalled" else 0.0))
    told = sorted(ranked[:most], key=lambda m: m.day)
    rest = len(everything) - len(told)
    yield f"Nearly otherwise ({len(told)} of {len(everything)}, the gravest)" if rest else "Nearly otherwise"
    for miss in told:
        yield from wrapped(f"{miss.day}  {miss.words}: {_nearly(miss)}", width, INDENT)


def _nearly(miss: NearMiss) -> str:
    """Say how near it was."""
    week = f"chance that week {percent(miss.chance)}"
    match miss.how:
        case "clock":
            return f"not done, but would have been at a rate {_share(math.expm1(miss.margin))} higher; {week}"
        case "barely":
            return f"done, but not at a rate {_share(-math.expm1(-miss.margin))} lower; {week}"
        case "forestalled":
            days = (
                "the same day"
                if miss.margin < 1
                else f"{miss.margin:.0f} day{'s' * (miss.margin >= 1.5)} before"
            )
            return f"not done, since {days} it came to this: {miss.instead}; {week}"
        case "barred":
            return f"could not be done: {miss.instead}"
        case "incident":
            what = "fire" if miss.instead == "nobody fired" else "deaths under fire"
            more = _share(math.expm1(miss.margin))
            chance = f"the chance of {what} was {percent(miss.chance)}"
            return f"{miss.instead}, but at a chance {more} higher somebody would have; {chance}"
        case _:
            return f"asked, and the answer was {miss.instead}; the chance of yes was {percent(miss.chance)}"


def _share(share: float) -> str:
    """Return a small share in percent."""
    return f"{100 * share:.0f} %" if share >= 0.01 else "less than 1 %"
