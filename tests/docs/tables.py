"""Tables of the documentation that are made from code and configuration, so that they cannot fall behind."""

from __future__ import annotations

import inspect
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import numpy as np
import yaml

import sim
from sim.analysis.estimative import BANDS
from sim.scenario.files import shipped_root, shipped_scenarios
from sim.scenario.labels import Label
from sim.scenario.layout import declared, given, inner, readable
from sim.scenario.loader import load_world
from sim.scenario.references import ARMED, REQUIRED
from sim.scenario.scenario import Scenario
from sim.world.axes import GOAL_MEANING

DOCS = Path(__file__).resolve().parents[2] / "docs"
#: The world whose numbers the tables show: base files and all that is laid over them.
WORLD = "northeast_asia_2024"

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

#: Stages that hand over to an object of the model, and what carries them out.
_CARRIED_OUT = {
    "injects": "sim.model.injects:Injects.happen",
    "perceive": "sim.decision.features:Bank.fill",
    "decide": "sim.model.agents:StateAgent.decide",
    "rounds": "sim.model.rounds:Rounds.play",
    "consequences": "sim.model.consequences:Consequences.follow",
    "record": "sim.model.recorder:Recorder.record",
}


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
def world() -> Scenario:
    """Return the shipped world alone, as it is loaded."""
    return load_world(WORLD)


@cache
def _history(name: str) -> dict[str, Any]:
    path = shipped_root() / "configs" / "history" / f"{name}.yaml"
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def _why(label: Label | None) -> str:
    if label is None:
        return ""
    return f"{label.kind}: {label.text}" + (f" ({label.source})" if label.source else "")


def _drawn(of: Scenario, path: str) -> str:
    """Return how a number is drawn once per history: 90 % of its values, alone or in sets."""
    draw = next((draw for draw in of.draws if path in draw.paths), None)
    if draw is None:
        return "no"
    if draw.stories:
        values = [settings[path] for _, _, settings in draw.stories if path in settings]
        low, high = np.quantile(values, [0.05, 0.95])
        return f"{low:.3g} to {high:.3g}, {len(draw.stories)} sets"
    assert draw.distribution is not None
    low, high = draw.distribution.quantile(np.array([0.05, 0.95]))
    return f"{low:.3g} to {high:.3g}"


def parameters(of: Scenario | None = None) -> str:
    """Return a table of the global parameters of a world, the shipped one by default."""
    from sim.world.parameters import Parameters

    of = of or world()
    rows: list[tuple[str, ...]] = []
    for line in inspect.getsource(Parameters).splitlines():
        heading, field = _HEADING.match(line), _FIELD.match(line)
        if heading:
            rows.append((f"*{heading[1]}*", *[""] * 5))
        if not field:
            continue
        name, path = field[1], f"parameters.{field[1]}"
        quantity = declared("parameters")[name]
        number, bounds = f"{of.tree['parameters'][name]:g}", _bounds(quantity.low, quantity.high)
        rows.append((f"`{name}`", number, quantity.unit, bounds, _drawn(of, path), _why(of.labels.get(path))))
    head = ("`parameters.…`", "central value", "unit", "bounds", "drawn, 5 to 95 %", "where it comes from")
    return table(head, rows)


def fitted() -> str:
    """Return a table of the parameters that are fitted to base rates, and the ends of their prior."""
    spec = _history("calibration")
    why = spec.get("why") or {}
    rows = [
        (f"`{path}`", f"{low:g} to {high:g}", why.get(path, ""))
        for path, (low, high) in spec["parameters"].items()
    ]
    return table(("fitted", "uniform prior", "ends"), rows)


def patterns() -> str:
    """Return a table of the base rates the model is held against, by group."""
    spec = _history("calibration")
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for name, row in _history("base_rates")["rows"].items():
        groups.setdefault(row["group"], []).append({"name": name, **row})
    rows = [
        (
            name,
            str(len(members)),
            "; ".join(dict.fromkeys(_measured(row) for row in members)),
            "; ".join(_allowed(name, members, spec)),
            "; ".join(dict.fromkeys(row["source"] for row in members)),
        )
        for name, members in groups.items()
    ]
    return table(("pattern", "rows", "what is counted in the histories", "discrepancy", "sources"), rows)


def _allowed(group: str, rows: Sequence[Mapping[str, Any]], spec: Mapping[str, Any]) -> Iterator[str]:
    """Yield how far the model may be off a group, and off the rows that have an allowance of their own."""
    given = spec.get("discrepancies") or {}
    yield f"{given.get(group, spec['discrepancy']):g}"
    for row in rows:
        if row["name"] in given and row["name"] != group:
            yield f"`{row['name']}` {given[row['name']]:g}"


def _measured(row: Mapping[str, Any]) -> str:
    measure = row["measure"]
    name = measure if isinstance(measure, str) else next(iter(measure))
    return f"`{name}`, a {row['kind']}"


def entities() -> str:
    """Return a table of the kinds of things a world holds, with every state variable of each."""
    from sim.world.axes import axes_of
    from sim.world.quantities import ENTITIES, SECTIONS

    axes = axes_of(world().tree)
    states = len(axes.states)
    rows = []
    for section, of in SECTIONS.items():
        fields = declared(section)
        may_give = {field for name, field in readable(section).items() if name in given(section)}
        may_give |= {"value"} if section == "indicators" else set()  # as `start`
        start, moves = (
            ", ".join(f"`{n}`{_axes(q, section)}" for n, q in fields.items() if (n in may_give) is wanted)
            for wanted in (True, False)
        )
        there = axes.size(ENTITIES[section]) if section in ENTITIES else 1
        there = states * (states - 1) if section == "dyads" else there
        rows.append((f"`{section}`", str(inspect.getdoc(of)).split("\n", 1)[0], str(there), start, moves))
    return table(
        ("section", "holds", "in the shipped world", "given at the start", "derived, moves only"), rows
    )


def _axes(quantity: Any, section: str) -> str:
    """Return the axis on which one entity has several values, in words."""
    words = {"S": "state", "G": "goal", "Q": "place in the queue"}
    found = [words[letter] for letter in inner(quantity, section) if letter in words]
    return f" (by {', '.join(found)})" if found else ""


def goals() -> str:
    """Return a table of the goals."""
    return table(("goal", "is about"), [(f"`{name}`", meaning) for name, meaning in GOAL_MEANING.items()])


def ladder() -> str:
    """Return a table of the rungs, and one of the support levels."""
    config = world().tree["ladder"]
    rungs = [
        (str(n), f"`{r['id']}`", r["definition"], *(f"{r[k]:g}" for k in ("loss", "climb", "norm", "heat")))
        for n, r in enumerate(config["rungs"])
    ]
    support = [
        (f"S{n}", f"`{level['id']}`", level["label"], f"{config['support_answer'][n]:g}")
        for n, level in enumerate(config["support"])
    ]
    return (
        table(("rung", "id", "definition", "loss", "climb", "norm", "heat"), rungs)
        + "\n"
        + table(("support", "id", "is", "answered as rung"), support)
    )


def actions() -> str:
    """Return a table of the catalogue of actions."""
    rows = [
        (
            f"`{name}`",
            action["label"] + _variants(action),
            action["kind"],
            _where(action),
            f"{action['per_year']:g}",
            _observed(action),
            _level(action),
            f"{action.get('cooldown', 0):g}",
            f"{action.get('visibility', 1):g}",
            _why(world().labels.get(f"actions.{name}.per_year")),
        )
        for name, action in world().tree["actions"].items()
        if name != "basis"
    ]
    head = (
        "action", "what (variants)", "kind", "desk: whom", "a year", "observed in", "rung, support, mid",
        "cooldown, days", "seen", "where the rate comes from",
    )  # fmt: skip
    return table(head, rows)


def _observed(action: Mapping[str, Any]) -> str:
    of = action.get("observed_in", "states")
    if isinstance(of, str):
        return of
    return ", ".join(one if isinstance(one, str) else "–".join(one) for one in of)


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
    """Return the stages of a turn in order: what each does, and where what carries it out stands."""
    from sim.model.turn import TURN

    rows = []
    for n, stage in enumerate(TURN, 1):
        called, carrier = _called(stage), _CARRIED_OUT.get(stage.__name__)
        places = [of.__module__ for of in called] + ([resolve_name(carrier).__module__] if carrier else [])
        if not places:
            raise LookupError(f"nothing carries out the stage {stage.__name__}")
        does = " ".join(dict.fromkeys(_summary(of) for of in (stage, *called)))
        rows.append((str(n), f"`{stage.__name__}`", does, ", ".join(f"`{p}`" for p in dict.fromkeys(places))))
    return table(("", "stage", "does", "in"), rows)


def _summary(of: Any) -> str:
    """Return the first paragraph of a docstring."""
    return str(inspect.getdoc(of)).split("\n\n", 1)[0].replace("\n", " ")


def _called(stage: Callable[..., None]) -> list[Callable[..., Any]]:
    """Return the functions of other modules a stage names, in the order it names them."""
    names = stage.__code__.co_names
    known = [stage.__globals__[name] for name in names if name in stage.__globals__]
    inside = [getattr(of, name, None) for of in known if inspect.ismodule(of) for name in names]
    return [of for of in (*known, *inside) if inspect.isfunction(of) and of.__module__ != stage.__module__]


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
    "entities": entities,
    "parameters": parameters,
    "fitted": fitted,
    "patterns": patterns,
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
