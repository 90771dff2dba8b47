"""A path of the scenario in words: `pipelines.prk_rus_shells.delivered` as a title and a unit."""

from __future__ import annotations

from typing import Any

from sim.report import words

#: Quantities whose name does not say enough: words and unit; `{}` stands for the unit of the pipeline.
#: The names are those of `world/quantities.py`; in a path, dots may stand for underscores.
SPELLED: dict[str, dict[str, tuple[str, str]]] = {
    "pipelines": {
        "delivered": ("delivered since the start", "{}"),
        "shipped": ("shipped since the start", "{}"),
        "lost": ("lost on the way since the start", "{}"),
        "stock": ("held for export", "{}"),
        "transit": ("under way", "{}"),
        "flow": ("arriving", "{} a year"),
        "rate": ("usual rate", "{} a year"),
        "capacity": ("most the route carries", "{} a year"),
        "refill": ("added to the stock for export", "{} a year"),
        "level": ("level chosen by the giver", "multiple of the usual rate"),
        "believed": ("level as believed", "multiple of the usual rate"),
        "owed": ("owed for what arrived", "million round-equivalents"),
        "interdiction": ("stopped on the way", "share of shipments"),
        "duds": ("share that does not work", "share of the goods"),
    },
    "wars": {
        "front": ("movement of the front since the start", "thousand km²"),
        "front_rate": ("movement of the front", "thousand km² a year"),
        "hope": ("movement of the front expected", "thousand km² a year"),
        "support": ("support", "level, S0 to S5"),
        "leaning": ("whom it wishes to gain", "−1 to 1"),
        "open": ("still being fought", "share of histories"),
        "ceased": ("a ceasefire holds", "share of histories"),
    },
    "states": {
        "munitions_stock": ("artillery ammunition in stock", "million rounds"),
        "munitions_production": ("artillery ammunition made", "million rounds a year"),
        "munitions_consumption": ("artillery ammunition wished for", "million rounds a year"),
        "munitions_burn": ("artillery ammunition fired", "million rounds a year"),
        "munitions_inflow": ("artillery ammunition from other suppliers", "million rounds a year"),
        "munitions_reserve": ("artillery ammunition it does not give away", "million rounds"),
        "missiles_stock": ("missiles in stock", "missiles"),
        "missiles_production": ("missiles made", "missiles a year"),
        "fire": ("fire", "million round-equivalents a year"),
        "fire_other": ("drones, glide bombs and other fire", "million round-equivalents a year"),
        "warheads": ("nuclear warheads", "warheads"),
        "economy": ("output of the economy", "1 at the start"),
        "growth": ("growth of the economy", "share a year"),
        "military": ("military power", "share of the world’s"),
        "energy": ("energy", "supply over need"),
        "food": ("food", "supply over need"),
        "components": ("components for arms plants", "supply over need"),
        "arming_limit": ("support that opinion at home tolerates", "level, S0 to S5"),
    },
    "dyads": {
        "alignment": ("alignment", "−1 to 1"),
        "rung": ("rung", "rung of the ladder, 0 to 11"),
        "trade": ("trade", "share of the first one’s trade"),
    },
}

#: Sections whose path names two entities: two states, or a state and what it has.
PAIRED = {"dyads", "projects"}

#: Sections whose quantities go by their own names, each of an entity with a label.
LABELLED = {"treaties", "deals", "red_lines", "places", "projects"}

#: Numbers of the model that hold for all.
PARAMETERS = "parameters"


def spelled(tree: dict[str, Any], path: str) -> tuple[str, str]:
    """Return title and unit of a watched path of the scenario *tree*."""
    section, _, rest = path.partition(".")
    names = rest.split(".")
    held = tree.get(section)
    entities = _names(tree, section, names[:2] if section in PAIRED else names[:1])
    quantity, of = _quantity(tree, names[2 if section in PAIRED else 1 :])
    if section == "indicators":
        entry = held.get(names[0]) if isinstance(held, dict) else None
        return entities, str(entry.get("unit") or "") if isinstance(entry, dict) else ""
    if section == PARAMETERS:
        return f"Model: {rest.replace('_', ' ')}", ""
    if section not in SPELLED.keys() | LABELLED or not quantity:
        return words.sentence(f"{section} {rest}".replace("_", " ").replace(".", ", ").strip()), "share"
    text, unit = SPELLED.get(section, {}).get(quantity, (quantity.replace("_", " "), "share"))
    if of:
        text = f"{text}, {words.label_of(tree.get('states'), of)}"
    if "{}" in unit:
        unit = unit.format(_unit(held, names[0]))
    return f"{entities}: {text}", unit


def _names(tree: dict[str, Any], section: str, names: list[str]) -> str:
    """Return the labels of the entities a path names."""
    if section == "projects":
        owned = (tree.get(section) or {}).get(names[0])
        whose = words.label_of(tree.get("states"), names[0])
        return f"{whose}, {words.label_of(owned, names[-1]).lower()}" if len(names) > 1 else whose
    where = tree.get("states" if section in PAIRED else section)
    return " towards ".join(words.label_of(where, name) for name in names)


def _quantity(tree: dict[str, Any], parts: list[str]) -> tuple[str, str]:
    """Split what follows the entities into the quantity and the state it is held for, if any."""
    of = parts[-1] if len(parts) > 1 and parts[-1] in (tree.get("states") or {}) else ""
    return "_".join(parts[:-1] if of else parts), of


def _unit(held: Any, name: str) -> str:
    entry = held.get(name) if isinstance(held, dict) else None
    return str(entry.get("unit") or "units") if isinstance(entry, dict) else "units"
