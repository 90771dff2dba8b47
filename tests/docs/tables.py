"""Tables of the documentation that are made from code and configuration, so that they cannot fall behind."""

from __future__ import annotations

import inspect
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

import sim
from sim.analysis.estimative import BANDS
from sim.scenario.files import shipped_root, shipped_scenarios
from sim.scenario.layout import declared, given, inner, readable
from sim.scenario.references import ARMED, REQUIRED
from sim.world.axes import GOAL_MEANING

DOCS = Path(__file__).resolve().parents[2] / "docs"

#: What stands between the section of a path and the quantity.
ENTITY = {
    "states": "STATE.",
    "dyads": "ACTOR.TARGET.",
    "wars": "WAR.",
    "pipelines": "PIPELINE.",
    "projects": "OWNER.PROJECT.",
    "treaties": "TREATY.",
    "deals": "DEAL.",
    "red_lines": "LINE.",
    "places": "PLACE.",
    "regime": "",
    "indicators": "NAME.",
    "parameters": "",
}
_SECOND = {"S": ".STATE", "G": ".GOAL", "": ""}
_FIELD = re.compile(r"^    (\w+): Annotated\[.*?(?:#\s*(?P<comment>.*))?$")
_HEADING = re.compile(r"^    # (.*)$")


def table(header: Sequence[str], rows: Iterator[Sequence[str]] | Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)


@cache
def _comments(section: str) -> dict[str, str]:
    """Return the comment beside each declared field of a section."""
    from sim.world.parameters import Parameters
    from sim.world.quantities import SECTIONS

    of = Parameters if section == "parameters" else SECTIONS[section]
    found = (_FIELD.match(line) for line in inspect.getsource(of).splitlines())
    return {match[1]: match["comment"] or "" for match in found if match}


def _bounds(low: float, high: float) -> str:
    if math.isinf(high):
        return f"{low:g} or more" if math.isfinite(low) else "any"
    return f"{low:g} to {high:g}"


def quantities() -> str:
    """Return a table of what a path may name, by section."""
    made = []
    for section in (name for name in ENTITY if name != "parameters"):
        may_give = given(section)
        rows = []
        for name, field in readable(section).items():
            quantity = declared(section)[field]
            last = "" if section == "indicators" and field == "value" else f".{name}"
            path = f"{section}.{ENTITY[section]}".rstrip(".") + last
            path += _SECOND[inner(quantity, section)]
            start = _start(section, name, quantity.start) if name in may_give or not last else "*moves only*"
            meaning = "; ".join(filter(None, (quantity.unit, _comments(section).get(field, ""))))
            rows.append((f"`{path}`", meaning, _bounds(quantity.low, quantity.high), start))
        made.append(f"**{section}**\n\n" + table(("path", "unit; meaning", "bounds", "unless given"), rows))
    return "\n".join(made)


def _start(section: str, name: str, start: float) -> str:
    """Return what a quantity is where nothing is said."""
    names = REQUIRED.get(section, ())
    if section == "states" and name in ARMED:
        return "required of who fights a war or gives shells, else 0"
    return "required" if name in names or not name else f"{start:g}"


@cache
def _config(name: str) -> dict[str, Any]:
    path = shipped_root() / "configs" / f"{name}.yaml"
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))[name]
    return loaded


def _why(label: Mapping[str, Any]) -> str:
    said = str(label.get("source") or label.get("derived") or label.get("judgement") or "")
    kind = next((k for k in ("source", "derived", "judgement") if k in label), "")
    drawn = f"; drawn {label['range'][0]:g}–{label['range'][1]:g} times" if "range" in label else ""
    return f"{kind}: {said}{drawn}"


def parameters() -> str:
    """Return a table of the global parameters with their values and where these come from."""
    from sim.world.parameters import Parameters

    values = _config("parameters")
    rows: list[tuple[str, ...]] = []
    for line in inspect.getsource(Parameters).splitlines():
        heading, field = _HEADING.match(line), _FIELD.match(line)
        if heading:
            rows.append((f"*{heading[1]}*", "", "", ""))
        if not field:
            continue
        name = field[1]
        entry = values[name]
        label = entry if isinstance(entry, dict) else values["basis"].get(name, values["basis"]["*"])
        number = entry["value"] if isinstance(entry, dict) else entry
        rows.append((f"`{name}`", f"{number:g}", declared("parameters")[name].unit, _why(label)))
    return table(("`parameters.…`", "value", "unit", "where it comes from"), rows)


def goals() -> str:
    """Return a table of the goals."""
    return table(("goal", "is about"), [(f"`{name}`", meaning) for name, meaning in GOAL_MEANING.items()])


def ladder() -> str:
    """Return a table of the rungs, and one of the support levels."""
    config = _config("ladder")
    rungs = [
        (str(n), f"`{r['id']}`", r["definition"], *(f"{r[k]:g}" for k in ("loss", "climb", "norm", "heat")))
        for n, r in enumerate(config["rungs"])
    ]
    support = [
        (f"S{n}", f"`{level['id']}`", level["label"], str(config["support_answer"][n]))
        for n, level in enumerate(config["support"])
    ]
    return (
        table(("rung", "id", "definition", "loss", "climb", "norm", "heat"), rungs)
        + "\n"
        + table(("support", "id", "is", "answered as rung"), support)
    )


def actions() -> str:
    """Return a table of the catalogue of actions."""
    rows = []
    for name, action in _config("actions").items():
        if name == "basis":
            continue
        rate = action["per_year"]
        rows.append(
            (
                f"`{name}`",
                action["label"] + _variants(action),
                _where(action),
                f"{rate['value'] if isinstance(rate, dict) else rate:g}",
                _level(action),
                f"{action.get('visibility', 1):g}",
            )
        )
    return table(("action", "what (variants)", "desk: whom", "a year", "rung, support, mid", "seen"), rows)


def _variants(action: Mapping[str, Any]) -> str:
    names = action.get("variants") or {}
    return f" ({', '.join(f'`{name}`' for name in names)})" if names else ""


def _where(action: Mapping[str, Any]) -> str:
    if action["desk"] == "country":
        targets = action["targets"]
        whom = targets.replace("_", " ") if isinstance(targets, str) else ", ".join(targets)
        who = f"country: {whom}"
    else:
        programme = dict(action["programme"])
        only = programme.pop("goods", None) or programme.pop("only", None)
        kind, role = next(iter(programme.items()))
        who = f"{kind.replace('_', ' ')}: {role}" + (f" ({', '.join(only)})" if only else "")
    actors = action.get("actors")
    return f"{who}; by {', '.join(actors)}" if actors else who


def _level(action: Mapping[str, Any]) -> str:
    said = [f"rung {action.get('rung', 0):g}"]
    said += [f"S{action['support']:g}"] if action.get("support") else []
    said += [f"mid {action['mid']:g}"] if action.get("mid") else []
    for name, variant in (action.get("variants") or {}).items():
        other = [f"{key} {variant[key]:g}" for key in ("rung", "support", "mid") if key in variant]
        said += [f"`{name}`: {', '.join(other)}"] if other else []
    return "; ".join(said)


def turn() -> str:
    """Return the stages of a turn in order, with what each does."""
    from sim.model.turn import TURN

    rows = [
        (str(n), f"`{stage.__name__}`", str(inspect.getdoc(stage)).split("\n", 1)[0])
        for n, stage in enumerate(TURN, 1)
    ]
    return table(("", "stage", "does"), rows)


def flags(command: str) -> str:
    """Return the arguments and flags of a command."""
    import typer

    from sim.cli.doors import app

    group: Any = typer.main.get_command(app)
    rows = []
    for flag in group.commands[command].params:
        spelled = ", ".join(f"`{name}`" for name in sorted(flag.opts, key=len))
        if not spelled.startswith("`-"):
            spelled = f"`{flag.metavar}`"
        elif flag.metavar:
            spelled = f"{spelled} `{flag.metavar}`"
        default = "" if flag.required or flag.default in (None, False, ()) else str(flag.default)
        rows.append((spelled, str(flag.help or ""), f"`{default}`" if default else ""))
    return table(("", "meaning", "by default"), rows) if rows else "No arguments, no flags.\n"


#: The shipped world; what its labels are counted by.
WORLD = "northeast_asia_2024"
_KINDS = {
    "judgement": "are judgement",
    "derived": "are derived by a formula",
    "source": "stand in a source",
}
_PARTS = {
    "parameters": "parameters of behaviour",
    "actions": "catalogue of actions: rates, gains, effects",
    "": "states, pairs of states, wars, flows, projects, treaties",
}


def labels() -> str:
    """Return where the numbers of the shipped world come from, in a sentence and a table."""
    scenario = sim.load_scenario(WORLD)
    kinds = {path: label.kind for path, label in scenario.labels.items()}
    parts = {path: path.split(".", 1)[0] if path.split(".", 1)[0] in _PARTS else "" for path in kinds}
    drawn = {path for draw in scenario.draws for path in draw.paths}
    totals = Counter(kinds.values())
    moved = sum(kind == "judgement" and path in drawn for path, kind in kinds.items())
    counts = Counter((parts[path], kind) for path, kind in kinds.items())
    shares = (
        f"{totals[kind]:,} ({100 * totals[kind] / len(kinds):.0f} %) {said}" for kind, said in _KINDS.items()
    )
    rows = [(title, *(f"{counts[part, kind]:,}" for kind in _KINDS)) for part, title in _PARTS.items()]
    return (
        f"Of the {len(kinds):,} entries that have to say where they come from, {', '.join(shares)}. "
        f"Of the judgements {moved:,} are drawn anew for every history, within a stated range or by an "
        f"assumption; {totals['judgement'] - moved:,} are taken as they stand.\n\n"
        + table(("what", *_KINDS), rows)
    )


def assumptions() -> str:
    """Return a table of how many assumptions every shipped scenario names, and on whose word."""
    rows = []
    for name in shipped_scenarios():
        entries = sim.load_scenario(name).tree["assumptions"].values()
        sourced = sum(bool(entry.get("source") or entry.get("derived")) for entry in entries)
        low = sum(entry.get("confidence") == "low" for entry in entries)
        link = f"[`{name}`](scenarios/{name}.md)"
        rows.append((link, *map(str, (len(entries), sourced, len(entries) - sourced, low))))
    return table(("scenario", "assumptions", "sourced or derived", "judgement", "of low confidence"), rows)


def bands() -> str:
    """Return a table of the words for probabilities."""
    ours = {BANDS[0], BANDS[-1]}
    rows = [
        (
            band.words,
            f"{100 * band.low:.0f}–{100 * band.high:.0f} %",
            "this project" if band in ours else "ICD 203",
        )
        for band in BANDS
    ]
    return table(("in words", "probability", "after"), rows)


def left_out() -> str:
    """Return what the pages on the model and on every scenario say they leave out, as lists."""
    made = ["**The model**\n\n", *(f"- {item}\n" for item in _left_out_of_the_model())]
    for name in shipped_scenarios():
        page = f"scenarios/{name}.md"
        body = _below(DOCS / page, "What it leaves out")
        made += [f"\n**[`{name}`]({page})**\n\n", _moved(body, "scenarios/", page)]
    return "".join(made)


def _left_out_of_the_model() -> list[str]:
    """Return the items of the paragraph that lists them."""
    first = _below(DOCS / "model.md", "What is left out").split("\n\n", 1)[0]
    listed = _moved(first, "", "model.md").removeprefix("Not in the model: ").rstrip(".\n")
    return [item[:1].upper() + item[1:] for item in listed.split("; ")]


def _below(page: Path, heading: str) -> str:
    """Return what stands below a heading of a page, down to the next."""
    section = re.compile(rf"^## {heading}\n\n(?P<body>.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
    found = section.search(page.read_text(encoding="utf-8"))
    if found is None:
        raise LookupError(f"{page}: no heading {heading!r}")
    return found["body"].rstrip("\n") + "\n"


def _moved(text: str, folder: str, page: str) -> str:
    """Return text of *page* in *folder* with its links as seen from the folder above."""
    text = re.sub(r"\]\(#", f"]({page}#", text)
    return re.sub(rf"\]\((?!https?:|{re.escape(page)}#)", f"]({folder}", text) if folder else text


#: Every kind of table by its name in a marker; one argument may follow the name.
MADE: dict[str, Callable[..., str]] = {
    "quantities": quantities,
    "parameters": parameters,
    "goals": goals,
    "ladder": ladder,
    "actions": actions,
    "turn": turn,
    "flags of": flags,
    "labels": labels,
    "assumptions": assumptions,
    "bands": bands,
    "left out": left_out,
}


def made(what: str) -> str:
    """Return the table a marker names."""
    for name, make in MADE.items():
        if what == name:
            return make()
        if what.startswith(f"{name} "):
            return make(what.removeprefix(f"{name} "))
    raise KeyError(what)
