"""The report: one HTML file that needs nothing else, for a screen, a projector or paper."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.analysis.estimative import CONDITIONAL
from sim.report import (
    beliefs,
    deeds,
    driving,
    figures,
    finals,
    findings,
    markup,
    material,
    numbers,
    outcomes,
    plots,
    spread,
    tables,
    words,
)
from sim.report.markup import element, paragraph, section, text
from sim.report.material import Material
from sim.report.outcomes import Outcomes
from sim.results.identity import DEEDS

NAME = "report.html"

SECTIONS = (
    ("question", "The question"),
    ("findings", "What stands out"),
    ("outcomes", "Outcomes by option"),
    ("incidence", "When it happens"),
    ("ladder", "Escalation over time"),
    ("map", "Where it happens"),
    ("flows", "Flows, ledgers and fronts over time"),
    ("spread", "What drives the spread"),
    ("pathways", "Pathways and signposts"),
    ("assumptions", "Assumptions"),
    ("limits", "How far to trust this"),
    ("made", "How it was made"),
)

#: Sections that stand only where there is something to draw, and what is chosen in them.
DRAWN = {
    "incidence": "Outcome",
    "ladder": "Theatre",
    "map": "Option",
    "flows": "Quantity",
    "spread": "Outcome",
    "pathways": "Outcome",
}

#: Sections that a narrow screen folds.
LONG = {*DRAWN, "assumptions"}

#: What is said before the figures of a section.
BEFORE = {
    "pathways": "How histories came to an outcome, told under the reference option, or where it came in "
    "fewer than a hundred histories there, under the option with most.",
}

#: What the page must not be used for, and how much of it to believe; a line each, the first the gravest.
LIMITS = (
    CONDITIONAL,
    "It is no forecast of a date, of a rare event, or of what one leader will decide next: it compares "
    "options under stated assumptions.",
    "It cannot be used to plan, target or time operations: states are the actors, not units or persons, and "
    "there is no geography of forces.",
    "An interval covers the chance left by a limited number of histories (95 %), and nothing else: not what "
    "the model leaves out, nor what it gets wrong.",
    "Read rare outcomes, nuclear use above all, as orders of magnitude: history is too short to fix them.",
    "“0 of 10,000” is not “impossible”: the bound beside it is the most the count allows.",
    "Options are compared under the same luck, so a difference is surer than the two percentages it lies "
    "between; still, of many comparisons, one in twenty looks clear by chance.",
    "Numbers are public, some of their sources poor, and many are judgement: see where each assumption comes "
    "from, and the confidence beside it.",
)

#: What opens every choice and every table at once.
OPEN = (
    '<p class="open"><label><input type="checkbox" id="everything" autocomplete="off"> Open everything: all '
    "choices and all tables behind figures, to print them or to search in them</label></p>"
)

#: What an option does that changes nothing.
NOTHING = "Nobody is told what to do or not to do."

#: Where the project says more.
DOCS = ("docs/limits.md", "docs/model.md")


def write(
    study_dir: Path,
    drivers: Sequence[Mapping[str, Any]] = (),
    analysis: dict[str, Any] | None = None,
) -> Path:
    """Write the report of the study in *study_dir* beside its files and return its path.

    *drivers*: which of all the numbers drawn go with the outcomes of the reference, as `Study.influences`
    says; without them the report looks at the assumptions alone. *analysis*: what `sim sensitivity` said of
    the same scenario, if it was run.
    """
    target = Path(study_dir) / NAME
    beside = target.with_name(f".{NAME}.{os.getpid()}")
    try:
        beside.write_text(page(material.read(Path(study_dir), analysis), drivers), encoding="utf-8")
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return target


def page(found: Material, drivers: Sequence[Mapping[str, Any]] = ()) -> str:
    """Return the page of a study as HTML."""
    drawn = list(figures.every(found))
    study = str(found.manifest.get("id") or found.folder.name)
    origin = plots.Origin(found.name, found.marking, study)
    return plots.document(found.title, "\n".join(_body(found, drawn, drivers)), origin=origin)


def _body(
    found: Material, drawn: Sequence[plots.Figure], drivers: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    titles = {name: title for name, title in SECTIONS if name not in DRAWN or _of(drawn, name)}
    yield element("a", "Skip to the outcomes", class_="skip", href="#outcomes")
    yield _header(found, titles)
    yield "<main>"
    parts = _parts(found, drawn)
    parts["assumptions"] += _influence(found, drivers)
    yield from (section(name, title, *_folded(name, parts[name])) for name, title in titles.items())
    yield "</main>"
    yield from plots.scripts(drawn)


def _folded(name: str, parts: Sequence[str]) -> list[str]:
    """Return the parts of a section, of a long one so that a narrow screen folds them."""
    return [markup.foldable(name, *parts)] if name in LONG else list(parts)


def _parts(found: Material, drawn: Sequence[plots.Figure]) -> dict[str, list[str]]:
    """Return what stands in each section."""
    happened = outcomes.summarise(found)
    parts = {
        "question": [*_question(found)],
        "findings": [*_findings(found, happened)],
        "outcomes": [*_outcomes(happened, _of(drawn, "outcomes"))],
        "assumptions": [tables.beliefs_table(beliefs.summarise(found))],
        "limits": [element("div", _limits(), class_="limits")],
        "made": [*_made(found)],
    }
    for name, control in DRAWN.items():
        told = [paragraph(BEFORE[name], class_="reading")] if name in BEFORE else []
        parts[name] = [*told, *plots.sequence(_of(drawn, name), control)]
    ends = tables.finals_table(finals.summarise(found), found.options)
    parts["flows"].insert(0, ends)
    return parts


def _outcomes(happened: Outcomes, drawn: Sequence[plots.Figure]) -> Iterator[str]:
    """Yield the table of outcomes, every estimate, and the figures of both."""
    yield tables.outcomes_table(happened)
    if drawn:
        yield tables.estimates_table(happened)
        yield element("h3", "The outcomes as figures")
        yield markup.foldable("outcomes-drawn", *map(plots.placed, drawn))


def _influence(found: Material, drivers: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Tell which of all numbers move an outcome most, or which assumptions."""
    if drivers:
        yield element("h3", "The most influential numbers")
        yield numbers.drivers(driving.strongest(found, drivers))
        return
    histories = found.histories()
    if histories is not None and histories.named("a:"):
        yield element("h3", "The most influential numbers")
        yield numbers.strongest(spread.strongest(spread.moved(found, histories)))


def _header(found: Material, titles: Mapping[str, str]) -> str:
    links = (element("a", text(title), href=f"#{name}") for name, title in titles.items())
    contents = element("nav", markup.items(links), aria_label="Contents")
    limits = element("a", "How far to trust this", href="#limits")
    hangs = element("p", f"{text(CONDITIONAL)} {limits}.", class_="conditional")
    lead = paragraph(_lead(found), class_="lead")
    return element("header", element("h1", text(found.title)) + lead + hangs + contents + OPEN)


def _lead(found: Material) -> str:
    """Say in a line what was run."""
    size = len(found.options)
    options = "each option" if size > 1 else "one option"
    runs = f"{words.counted(found.replicates, 'simulated history', 'simulated histories')} of {options}"
    end = found.after(found.turns)
    if found.start is None or end is None:
        return f"{runs}."
    step = f"in steps of {words.plain(found.days)} days"
    return f"{runs}, from {words.day(found.start)} to {words.day(end)}, {step}."


def _question(found: Material) -> Iterator[str]:
    if given := found.scenario.get("question"):
        yield paragraph(str(given))
    first = len(found.options) > 1
    yield paragraph("What is compared:" if first else "What is simulated:")
    lines = []
    for place, option in enumerate(found.options):
        tag = element("span", "reference", class_="tag") if first and place == 0 else ""
        does = deeds.option(found.scenario, (found.scenario.get("options") or {}).get(option.name))
        told = markup.items(map(text, does or (NOTHING,)), "does")
        lines.append(
            f"{element('strong', text(option.label))} {element('code', text(option.name))} {tag}{told}"
        )
    yield markup.items(lines, "plain")


def _findings(material: Material, happened: Outcomes) -> Iterator[str]:
    if len(happened.options) < 2:
        yield paragraph("One option was run: there is nothing to compare. Its outcomes follow.")
        return
    found = findings.summarise(happened, material.scenario)
    if not found:
        yield paragraph(
            "No option differs clearly from the reference in any outcome: every interval includes zero."
        )
        return
    told = (f"{element('strong', text(each.outcome))}: {text(findings.told(each))}" for each in found)
    yield markup.items(told, "findings")
    yield paragraph(
        f"The clearest difference of each outcome, at most {findings.MOST}, largest first, "
        "what an option or the reference itself orders, forbids or sets last; "
        f"{findings.count_clear(happened)}. Points are percentage points, their 95 % interval in brackets.",
        class_="reading",
    )


def _limits() -> str:
    """Say what the page is not good for, and where the project says more."""
    pages = " and ".join(element("code", name) for name in DOCS)
    more = element("p", f"More in the documentation of the project: {pages}.", class_="reading")
    return markup.items(map(text, LIMITS)) + more


def _of(drawn: Sequence[plots.Figure], name: str) -> list[plots.Figure]:
    return [figure for figure in drawn if figure.section == name]


def _made(found: Material) -> Iterator[str]:
    held = found.manifest
    rows = [
        ("Scenario", found.name),
        ("Study", str(held.get("id") or found.folder.name)),
        ("Seed", str(held.get("seed", found.summary.get("seed", "")))),
        ("Histories per option", words.count(found.replicates)),
    ]
    rows += [
        (words.sentence(key), _flat(held[key]))
        for key in ("identity", "versions", "machine")
        if held.get(key)
    ]
    yield markup.pairs(rows)
    yield markup.saving("every table of this page", book="all tables as one workbook (XLSX)")
    yield paragraph(
        "Tables here are rounded; replicates.parquet and the other files beside this one hold every number.",
        class_="reading",
    )
    told = "The same numbers again, with the same version, from the folder of the study: "
    yield element("p", told + element("code", text(_again(found)), class_="again"))
    sums = held.get("checksums")
    if isinstance(sums, dict) and sums:
        files = ([text(name), element("code", text(digest))] for name, digest in sums.items())
        yield markup.details(
            "Checksums", markup.table("SHA-256 of every file", ["File", "SHA-256"], files, name="Checksums")
        )


def _again(found: Material) -> str:
    """Return the command that makes the same numbers from the scenario kept with the study, for a shell."""
    held, tree = found.manifest.get("identity") or {}, found.scenario
    line = ["sim", "run", "scenario.yaml"]
    for key, flag, ran in (("replicates", "-n", found.replicates), ("seed", "--seed", held.get("seed"))):
        line += [flag, str(ran)] if ran is not None and tree.get(key) != ran else []
    run = [option.name for option in found.options]
    if run != list(tree.get("options") or run):
        line += [part for name in run for part in ("--option", name)]
    kept = held.get("deeds", DEEDS)
    if kept != DEEDS:
        line += ["--deeds", {None: "all", 0: "none"}.get(kept) or str(kept)]
    line += [] if held.get("twins", True) else ["--no-twins"]
    return shlex.join(line)


def _flat(value: Any) -> str:
    """Spell a nested record of the manifest on a line."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {_flat(below)}" for key, below in value.items())
    if isinstance(value, list):
        return ", ".join(_flat(each) for each in value) or "none"
    return "all" if value is None else str(value)
