"""What a document refers to is there: options, doctrines, injects, outcomes, assumptions."""

from __future__ import annotations

from collections.abc import Mapping

from sim.scenario.faults import Faults, Path
from sim.scenario.grammar import COMPARISONS
from sim.scenario.paths import NO_PLACEHOLDERS, PLACEHOLDERS, Reference, known_names
from sim.scenario.references import distribution_fits
from sim.scenario.spelling import short, suggestion
from sim.scenario.yaml import Node

#: Verbs that are done by somebody to somebody.
ACTS = ("offer", "answer", "fly", "invoke", "breach")

StandIns = Mapping[str, frozenset[str]]

#: Rungs where a document has no ladder of its own.
RUNGS = (
    "normal", "protest", "coercion", "show_of_force", "grey_zone", "mobilisation", "limited_force",
    "major_attack", "war", "nuclear_alert", "limited_nuclear", "general_nuclear",
)  # fmt: skip


def check_usage(faults: Faults) -> None:
    """Check everything that says what may happen and what is watched for."""
    for name, node in _section(faults, "options"):
        _option(faults, node, ("options", name))
    for name, node in _section(faults, "injects"):
        _inject(faults, node, ("injects", name))
    for name, node in _section(faults, "outcomes"):
        _outcome(faults, node, ("outcomes", name))
    _assumptions(faults)
    _doctrine(faults, faults.root.get("doctrine"), ("doctrine",))
    _rules(faults, faults.root.get("rules"), ("rules",))


def _section(faults: Faults, section: str) -> list[tuple[str, Node]]:
    node = faults.root.get(section)
    return list(node.entries.items()) if node is not None else []


def _option(faults: Faults, option: Node, path: Path) -> None:
    for key in ("forbid", "do"):
        node = option.get(key)
        for i, item in enumerate(node.items if node is not None else []):
            where = (*path, key, str(i))
            check_deed(faults, item, where, needs_target=key == "do")
            faults.day(item.get("at"), (*where, "at"))
    _doctrine(faults, option.get("doctrine"), (*path, "doctrine"))
    _rules(faults, option.get("rules"), (*path, "rules"))
    _settings(faults, option.get("set"), (*path, "set"))


def _settings(faults: Faults, node: Node | None, path: Path) -> list[tuple[Node, Reference]]:
    """Check a mapping from paths to bare numbers; return what it sets."""
    found = []
    for text, value in node.entries.items() if node is not None else []:
        where = (*path, text)
        if text.startswith("actions."):
            faults.add(
                value,
                where,
                "is a number of the action catalogue",
                "it can be changed by --set or in `actions:`",
            )
            continue
        reference = faults.key(value, where, text)
        if reference is not None and _is_given(faults, value, where, reference):
            faults.within(value, where, value.value, reference)
            found.append((value, reference))
    return found


def _is_given(faults: Faults, node: Node, path: Path, reference: Reference) -> bool:
    if not reference.quantity.given:
        faults.add(node, path, f"{reference.path} evolves and cannot be given", "give what it follows from")
    return reference.quantity.given


def _rules(faults: Faults, node: Node | None, path: Path) -> None:
    for state, rule in node.entries.items() if node is not None else []:
        faults.state(Node(state, rule.file, rule.line), (*path, state))


def _doctrine(faults: Faults, node: Node | None, path: Path) -> None:
    for i, rule in enumerate(node.items if node is not None else []):
        where = (*path, str(i))
        actor = faults.state(rule.get("actor"), (*where, "actor"))
        check_condition(faults, rule.get("when"), (*where, "when"))
        firmness = rule.get("firmness")
        if firmness is not None and isinstance(firmness.value, str):
            faults.reference(firmness, (*where, "firmness"))
        deed = rule.get("do")
        if deed is not None:
            check_deed(faults, deed, (*where, "do"), needs_target=True, actor=actor)


def check_deed(
    faults: Faults, node: Node, path: Path, *, needs_target: bool, actor: str | None = None
) -> None:
    """Check the names of actor, action, target, variant and programme of one deed."""
    actor = faults.state(node.get("actor"), (*path, "actor")) or actor
    faults.state(node.get("target"), (*path, "target"))
    faults.state(node.get("against"), (*path, "against"))
    faults.name(
        node.get("programme"),
        (*path, "programme"),
        _programmes(faults),
        "a pipeline, war or programme of this world",
    )
    actions = faults.tree.get("actions") or {}
    name = faults.name(node.get("action"), (*path, "action"), actions, "an action")
    action = faults.root.get("actions", name) if name is not None else None
    if action is None:
        return
    variants = action.get("variants")
    known = variants.entries if variants is not None else {}
    variant = faults.name(node.get("variant"), (*path, "variant"), known, f"a variant of {short(name)}")
    _may_act(faults, node, path, action, known.get(variant or ""), actor)
    desk = action.get("desk")
    if needs_target and desk is not None and desk.value == "country" and node.get("target") is None:
        faults.add(node, path, f"{short(name)} needs a target", "add `target: STATE`")


def _may_act(
    faults: Faults, node: Node, path: Path, action: Node, variant: Node | None, actor: str | None
) -> None:
    """Check that an actor is among those an action, or its variant, is for."""
    for deed in (action, variant):
        actors = deed.get("actors") if deed is not None else None
        names = [item.value for item in actors.items] if actors is not None else []
        if actors is not None and actor is not None and actor not in names:
            place = node.get("actor") or node
            what = "this variant" if deed is variant else "this action"
            repair = suggestion(actor, names) if names else "nobody in this world can"
            faults.add(place, (*path, "actor"), f"{short(actor)} cannot do {what}", repair)
            return


def _programmes(faults: Faults) -> list[str]:
    own = [
        str(name.value)
        for _, action in _section(faults, "actions")
        if (name := action.get("programme", "own")) is not None
    ]
    entities = [name for letter in "PWJKDNX" for name in known_names(letter, faults.tree) if name != "basis"]
    return [*entities, *dict.fromkeys(own)]


def check_condition(
    faults: Faults, node: Node | None, path: Path, stand_ins: StandIns = NO_PLACEHOLDERS
) -> None:
    """Check the paths and thresholds of a condition."""
    if node is None:
        return
    for key in ("all", "any"):
        parts = node.get(key)
        for i, part in enumerate(parts.items if parts is not None else []):
            check_condition(faults, part, (*path, key, str(i)), stand_ins)
    check_condition(faults, node.get("not"), (*path, "not"), stand_ins)
    for key in ("path", "observes"):
        reference = faults.reference(node.get(key), (*path, key), stand_ins)
        if reference is not None:
            _thresholds(faults, node, path, reference)


def _thresholds(faults: Faults, node: Node, path: Path, reference: Reference) -> None:
    for comparison in COMPARISONS:
        value = node.get(comparison)
        if value is not None:
            check_threshold(faults, value, (*path, comparison), reference)


def check_threshold(faults: Faults, node: Node, path: Path, reference: Reference) -> None:
    """Check what a quantity is compared with or set to: a number within bounds, or the id of a rung."""
    if not isinstance(node.value, str):
        faults.within(node, path, node.value, reference)
    elif reference.quantity.unit != "rung":
        faults.add(node, path, f"must be a number, not {short(node.value)}")
    else:
        faults.name(node, path, rungs(faults), "a rung")


def rungs(faults: Faults) -> list[str]:
    """Return the ids of the ladder."""
    ladder = faults.root.get("ladder", "rungs")
    ids = [item.get("id") for item in ladder.items] if ladder is not None else []
    return [str(node.value) for node in ids if node is not None] or list(RUNGS)


def check_effects(
    faults: Faults, node: Node | None, path: Path, stand_ins: StandIns = NO_PLACEHOLDERS
) -> None:
    """Check a list of effects."""
    for i, effect in enumerate(node.items if node is not None else []):
        check_effect(faults, effect, (*path, str(i)), stand_ins)


def check_effect(faults: Faults, effect: Node, path: Path, stand_ins: StandIns) -> None:
    """Check what one effect changes, and to what."""
    for verb in ("raise", "lower", "scale", "set", "lift"):
        reference = faults.reference(effect.get(verb), (*path, verb), stand_ins)
        amount = effect.get("to") or effect.get("by")
        if reference is None or amount is None:
            continue
        if verb in {"set", "lift"}:
            check_threshold(faults, amount, (*path, "to"), reference)
        elif isinstance(amount.value, str):
            faults.add(amount, (*path, "by"), f"must be a number, not {short(amount.value)}")
    flows = [*known_names("P", faults.tree), *stand_ins.get("P", ())]
    for verb in ("ship", "owe"):
        faults.name(effect.get(verb), (*path, verb), flows, "a pipeline of this world")
    between = ("between",) if stand_ins is PLACEHOLDERS else ()
    wars = [*known_names("W", faults.tree), *stand_ins.get("W", ()), *between]
    _entities(faults, effect, path, stand_ins)
    for verb in ("open", "close"):
        faults.name(effect.get(verb), (*path, verb), wars, "a war of this world")
    for verb in ACTS:
        if effect.get(verb) is not None and stand_ins is not PLACEHOLDERS:
            faults.add(effect, (*path, verb), "only an action can ask or answer", "use a `do` or a doctrine")


def _entities(faults: Faults, effect: Node, path: Path, stand_ins: StandIns) -> None:
    """Check the projects, deals and treaties an effect names."""
    for verb, letters, noun in (
        ("advance", "J", "a project of this world"),
        ("fly", "J", "a project of this world"),
        ("breach", "D", "a deal of this world"),
        ("invoke", "K", "a treaty of this world"),
        ("leave", "K", "a treaty of this world"),
        ("offer", "D", "a deal of this world, step_down or terms"),
        ("answer", "DK", "a deal or treaty of this world, step_down or terms"),
    ):
        known = [name for letter in letters for name in known_names(letter, faults.tree)]
        known += [word for letter in letters for word in stand_ins.get(letter, ())]
        known += ["step_down", "terms"] if verb in {"offer", "answer"} else []
        faults.name(effect.get(verb), (*path, verb), known, noun)


def _inject(faults: Faults, inject: Node, path: Path) -> None:
    faults.day(inject.get("at"), (*path, "at"))
    faults.day(inject.get("within", "from"), (*path, "within", "from"))
    check_effects(faults, inject.get("then"), (*path, "then"))
    branches = inject.get("choose")
    for name, branch in branches.entries.items() if branches is not None else []:
        check_effects(faults, branch.get("then"), (*path, "choose", name, "then"))


def _outcome(faults: Faults, outcome: Node, path: Path) -> None:
    faults.day(outcome.get("by"), (*path, "by"), last=True)
    for key in ("war", "clash"):
        between = outcome.get(key, "between")
        if between is not None:
            faults.pair(between, (*path, key, "between"))
    reaches = outcome.get("reaches")
    if reaches is not None:
        faults.pairs(reaches.get("dyads"), (*path, "reaches", "dyads"))
        _rung(faults, reaches.get("rung"), (*path, "reaches", "rung"))
    does = outcome.get("does")
    if does is not None:
        check_deed(faults, does, (*path, "does"), needs_target=False)
    answers = outcome.get("answers")
    if answers is not None:
        faults.name(
            answers.get("treaty"),
            (*path, "answers", "treaty"),
            known_names("K", faults.tree),
            "a treaty of this world",
        )
        parties = faults.root.get("treaties", str((answers.get("treaty") or answers).value), "parties")
        if parties is not None:
            known = [str(item.value) for item in parties.items]
            faults.name(answers.get("party"), (*path, "answers", "party"), known, "a party of this treaty")
    quantity = outcome.get("quantity")
    if quantity is not None:
        check_condition(faults, quantity, (*path, "quantity"))
    for key in ("first", "before"):
        others = [name for name, _ in _section(faults, "outcomes") if name != path[-1]]
        faults.name(outcome.get(key), (*path, key), others, "another outcome")


def _rung(faults: Faults, node: Node | None, path: Path) -> None:
    if node is not None and isinstance(node.value, str):
        faults.name(node, path, rungs(faults), "a rung")
    elif node is not None and isinstance(node.value, int | float) and node.value not in range(len(RUNGS)):
        faults.add(node, path, f"{node.value:g} is not a rung", "rungs are 0 to 11")


def _assumptions(faults: Faults) -> None:
    drawn: dict[str, str] = {}
    for name, node in _section(faults, "assumptions"):
        path = ("assumptions", name)
        for place, reference in _drawn_by(faults, node, path):
            if reference.path in drawn and drawn[reference.path] != name:
                message = f"{reference.path} is drawn by `{drawn[reference.path]}` already"
                faults.add(place, path, message, "keep one of the two assumptions")
            drawn.setdefault(reference.path, name)
        labels = [key for key in ("source", "derived", "judgement") if node.get(key) is not None]
        if "judgement" in labels and len(labels) > 1:
            faults.add(node, path, "carries two kinds of label", "keep `judgement` or the other")


def _drawn_by(faults: Faults, node: Node, path: Path) -> list[tuple[Node, Reference]]:
    """Check what one assumption draws, and return it."""
    stories = node.get("alternatives")
    if stories is not None:
        return [
            found
            for story, spec in stories.entries.items()
            for found in _settings(faults, spec.get("set"), (*path, "alternatives", story, "set"))
        ]
    if node.get("sets") is not None:
        return _sampled(faults, node, path)
    if node.get("distribution") is None:
        return []
    if (node.get("path") is None) == (node.get("paths") is None):
        if not faults.misspelt(path, "path", "paths"):
            faults.add(node, path, "needs either `path` or `paths`")
        return []
    single, several = node.get("path"), node.get("paths")
    texts: list[tuple[Path, Node]] = [(("path",), single)] if single is not None else []
    texts += [
        (("paths", str(i)), item) for i, item in enumerate(several.items if several is not None else [])
    ]
    found = []
    for key, text in texts:
        where = (*path, *key)
        if isinstance(text.value, str) and text.value.startswith("actions."):
            faults.add(
                text, where, "is a number of the action catalogue, which is never drawn", "vary it by --set"
            )
            continue
        reference = faults.reference(text, where)
        if reference is not None and _is_given(faults, text, where, reference):
            found.append((text, reference))
    distribution = node.get("distribution")
    if distribution is not None:
        distribution_fits(faults, distribution, (*path, "distribution"), [r for _, r in found])
    return found


def _sampled(faults: Faults, node: Node, path: Path) -> list[tuple[Node, Reference]]:
    """Check a sample: every set has a value for every path, within its bounds."""
    paths, sets = node.get("paths"), node.get("sets")
    texts = paths.items if paths is not None else []
    references = [faults.reference(text, (*path, "paths", str(i))) for i, text in enumerate(texts)]
    seen: set[str] = set()
    for i, found in enumerate(references):
        if found is not None and found.path in seen:
            faults.add(texts[i], (*path, "paths", str(i)), f"names {found.path} twice", "keep one of the two")
        seen |= {found.path} if found is not None else set()
    for n, row in enumerate(sets.items if sets is not None else []):
        where = (*path, "sets", str(n))
        if len(row.items) != len(texts):
            faults.add(row, where, f"has {len(row.items)} values for {len(texts)} paths", "one for each path")
            continue
        for reference, value in zip(references, row.items, strict=True):
            if reference is not None:
                faults.within(value, where, value.value, reference)
    return [(text, found) for text, found in zip(texts, references, strict=True) if found is not None]
