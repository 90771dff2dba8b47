"""The page of a sensitivity analysis: what drives each outcome, how far it swings, what knowing is worth."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sim.report import experiment, markup, narrow, plots, rows, words
from sim.report.markup import element, paragraph, text
from sim.report.names import Names
from sim.report.rows import Along, Mark, Row

Record = Mapping[str, Any]

#: Factors a figure shows.
SHOWN = 12

#: What the marks of a line stand for: of indices, and of swings.
INDICES = (
    "total index: what would stay unknown if it alone were",
    "first index: what would go if it alone were known",
)
KINDS = ("total", "first")
ENDS = ("lowest fifth, or the first of two stories", "highest fifth, or the second")


def page(said: Record, tree: Mapping[str, Any]) -> str:
    """Return the page of what `sim sensitivity` found in the scenario *tree*."""
    names, drawn = Names(tree), list(figures(said, tree))
    shown = [outcome for outcome in said["outcomes"] if outcome["tellable"]]
    rest = [outcome for outcome in said["outcomes"] if not outcome["tellable"]]
    told = markup.items((_sentence(outcome, names) for outcome in shown), "findings")
    untold = map(paragraph, _untold(rest, names))
    parts = [markup.section("drivers", "What drives what", told if shown else "", *untold)]
    parts += [
        _section(outcome, names, [f for f in drawn if f.section == outcome["outcome"]]) for outcome in shown
    ]
    if rest:
        tables = (table(outcome, names) for outcome in rest)
        parts.append(markup.section("rest", "What cannot be told yet", paragraph(UNTOLD), *tables))
    parts.append(markup.section("reading", "How to read this", *map(paragraph, READING)))
    title = f"{said['title']}: which assumption decides"
    lead = (
        f"{said['histories']:,} histories, {said['rows']:,} rows a matrix; indices under the option "
        f"“{names.option(said['option'])}”; seed {said['seed']}."
    )
    return experiment.document(title, lead, said["marking"], parts, drawn)


UNTOLD = (
    "These outcomes never differ, or so few histories differ for another reason than luck that shares of it "
    "say nothing: they are not drawn, and the numbers are for completeness."
)


def _untold(rest: Sequence[Record], names: Names) -> Iterator[str]:
    """Say of which outcomes nothing can be told, and why."""
    still = [row for row in rest if row["luck_share"] is None]
    for found, why in (
        (still, "Never differ, so that nothing drives them"),
        ([row for row in rest if row not in still], "Luck is so much of these that more rows are needed"),
    ):
        if found:
            labels = "; ".join(f"“{names.measure(row['outcome'], row['kind'])[0]}”" for row in found)
            yield f"{why}: {labels}."


def _section(outcome: Record, names: Names, mine: Sequence[plots.Figure]) -> str:
    name = paragraph(f"In the files: {outcome['outcome']}", class_="reading")
    label = names.measure(outcome["outcome"], outcome["kind"])[0]
    shown = map(plots.placed, mine)
    return markup.section(f"outcome-{outcome['outcome']}", label, name, *shown, table(outcome, names))


def _sentence(outcome: Record, names: Names) -> str:
    """Return the sentence of an outcome as markup, with labels in place of names."""
    rest = outcome["sentence"].removeprefix(f"{outcome['outcome']}: ")
    for row in outcome["factors"]:
        if row["kind"] != "rest":
            rest = re.sub(rf"(?<!\w){re.escape(row['factor'])}(?= \()", _factor(row, names), rest)
    return element("strong", text(names.measure(outcome["outcome"], outcome["kind"])[0])) + ": " + text(rest)


def _factor(row: Record, names: Names) -> str:
    """Return the label of an assumption, or of several that go together."""
    if row["kind"] == "rest":
        return words.sentence(row["factor"])
    title = row["title"] or " + ".join(names.varied(name)[0] for name in row["factor"].split(" + "))
    return words.sentence(title)


READING = (
    "The total index of an assumption is the share of what is not luck that would be left unknown if it "
    "alone were unknown; the first index, the share that would go if it alone were known. Both are corrected "
    "for luck by twins: histories with the same assumptions and other luck. Intervals are 95 %.",
    "The swing is the outcome where the assumption is in the highest fifth of its distribution less that in "
    "the lowest, all else as drawn; of stories, between the two that are furthest apart.",
    "What knowing is worth is how much likelier (or rarer) the outcome becomes if the option is chosen "
    "knowing the assumption. The rule is learnt on some histories and valued on others.",
    "Everything is conditional on the model and on the distributions of the scenario: an assumption given a "
    "narrow range cannot matter.",
)


def figures(said: Record, tree: Mapping[str, Any]) -> Iterator[plots.Figure]:
    """Yield the figures: indices and swings of every outcome of which something can be told."""
    names = Names(tree)
    for number, outcome in enumerate(said["outcomes"]):
        if not outcome["tellable"]:
            continue
        label = names.measure(outcome["outcome"], outcome["kind"])[0]
        drawn = draw_indices(outcome, names)
        yield plots.Figure(
            section=outcome["outcome"],
            anchor=f"figure-indices-{number}",
            title=f"{label}: share of what is not luck",
            reading="Bars are 95 % intervals.",
            numbers="",
            json=json.dumps(drawn),
            name=f"{outcome['outcome']} indices",
            narrow=narrow.listed(drawn),
        )
        if (swings := draw_swings(outcome, names)) is not None:
            yield plots.Figure(
                section=outcome["outcome"],
                anchor=f"figure-swing-{number}",
                title=f"{label}: from one end of each assumption to the other",
                reading="Bars are 95 % intervals; the dotted line is the mean over all.",
                numbers="",
                json=json.dumps(swings),
                name=f"{outcome['outcome']} swing",
                narrow=narrow.listed(swings),
            )


def ranks(told: Sequence[Record]) -> list[Record]:
    """Return the factors of which there is a total index, the largest first."""
    return sorted((row for row in told if row["total"] is not None), key=lambda row: -row["total"])[:SHOWN]


def draw_indices(outcome: Record, names: Names) -> dict[str, Any]:
    """Draw total and first indices of an outcome, one line a factor."""
    lines = [
        Row(
            _factor(row, names),
            tuple(_mark(row, name, _spelled(row, name), 100) for name in KINDS if row[name] is not None),
        )
        for row in ranks(outcome["factors"])
    ]
    return rows.draw(lines, INDICES, "Share of the variance that assumptions explain")


def draw_swings(outcome: Record, names: Names) -> dict[str, Any] | None:
    """Draw an outcome at both ends of each factor; None where no factor has ends."""
    swung = [row for row in outcome["factors"] if row["swing"] is not None]
    if not swung:
        return None
    is_event = outcome["kind"] == "outcome"
    lines = [
        Row(
            _factor(row, names),
            tuple(_mark(row, f"at_{end}", _end(row, end), 100 if is_event else 1) for end in ("low", "high")),
        )
        for row in sorted(swung, key=lambda row: -abs(row["swing"]))[:SHOWN]
    ]
    if is_event:
        return rows.draw(lines, ENDS, "Histories in which it happens", at=100 * outcome["mean"])
    unit = names.measure(outcome["outcome"], outcome["kind"])[1]
    return rows.draw(lines, ENDS, words.sentence(unit) or "Mean", along=Along.PLAIN, at=outcome["mean"])


def _mark(row: Record, name: str, told: str, scale: float) -> Mark:
    """Return the mark of an estimate; without an interval it has no bar."""
    middle = row[name] or 0.0
    low, high = (middle if row[f"{name}_{end}"] is None else row[f"{name}_{end}"] for end in ("low", "high"))
    return Mark(scale * middle, scale * min(low, middle), scale * max(high, middle), told)


def table(outcome: Record, names: Names) -> str:
    """Return the numbers of an outcome, folded away."""
    choice = outcome["knowing_everything"] is not None
    gains = choice and any(
        (row[f"{key}_low"] or 0) > 0
        for row in outcome["factors"]
        for key in ("worth_wanted", "worth_unwanted")
    )
    head = ["Assumption", "Total", "First", "Total, luck not taken out", "Low end", "High end", "Swing"]
    head += ["Worth if wanted", "Worth if not wanted"] if gains else []
    rows = []
    for row in outcome["factors"]:
        cells = [text(_factor(row, names)), _spelled(row, "total"), _spelled(row, "first")]
        cells += [
            _plain(row["total_uncorrected"]),
            _end(row, "low"),
            _end(row, "high"),
            _spelled(row, "swing"),
        ]
        rows.append(
            cells + ([_spelled(row, "worth_wanted"), _spelled(row, "worth_unwanted")] if gains else [])
        )
    caption = CAPTION + (f" {WORTH}" if gains else f" {NO_GAIN}" if choice else "")
    made = markup.table(caption, head, rows)
    label = names.measure(outcome["outcome"], outcome["kind"])[0]
    return markup.details(f"Numbers: {label}", made)


CAPTION = (
    "Total: share of what is not luck that would stay unknown if the assumption alone were. First: share "
    "that would go if it alone were known. Luck not taken out: the total index as usually computed. Low and "
    "high end: the outcome in the lowest and highest fifth of the assumption, and what that is. Swing: their "
    "difference. In brackets 95 % intervals."
)
WORTH = (
    "Worth: by how much likelier (if wanted) or rarer (if not) the outcome becomes when the option is chosen "
    "knowing the assumption; an interval that reaches 0 is no clear gain."
)
NO_GAIN = (
    "What knowing an assumption is worth is left out: for no assumption is there a clear gain from knowing "
    "it before an option is chosen, as where one option is best whatever is true."
)


def _end(row: Record, end: str) -> str:
    if row[f"at_{end}"] is None:
        return "–"
    return f"{_spelled(row, f'at_{end}')} ({text(row[f'{end}_end'])})"


def _spelled(row: Record, name: str) -> str:
    """Return an estimate with its interval."""
    if row[name] is None:
        return "–"
    if name in {"total", "first"} and row[f"{name}_high"] == 0:
        return "about 0"
    return f"{_plain(row[name])} ({_plain(row[f'{name}_low'])} to {_plain(row[f'{name}_high'])})"


def _plain(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}".replace("-", "−")
